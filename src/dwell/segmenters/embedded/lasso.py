"""A lasso → guesses: settled where it already follows an outline, searched inside where it is rough."""

from __future__ import annotations

import cv2
import numpy as np

from dwell.prompts import Point
from dwell.segmenters.embedded.box import answer_inside, tree_shapes
from dwell.segmenters.embedded.click import Guess, hints_of, settle
from dwell.segmenters.embedded.frame import Frame
from dwell.segmenters.embedded.plan import PromptPlan, prepare
from dwell.segmenters.embedded.planes import Plane
from dwell.segmenters.embedded.proposals import Hints
from dwell.segmenters.embedded.refine import RefineSettings, refine
from dwell.types import BoolArray

__all__ = ["answer_lasso"]

_SETTLE = RefineSettings(inside=0.02, outside=0.02, reach=0.03, n_steps=60)
_BAND = 0.15  # of sqrt(area): how far from the lasso its edges are compared
_TIGHT = 1.1  # edge strength on the outline over that around it, from which a lasso counts as tight; ours
_CLEARER = 1.3  # how much stronger edges the object found inside must have to be preferred to a tight lasso
_FIT = 0.8  # worth of filling the lasso's bounding box, in units of expected IoU
_DEPTHS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)  # starting shapes: the lasso shrunk by this share of its depth


def answer_lasso(frame: Frame, lasso: BoolArray, points: list[Point]) -> list[Guess]:
    """The object found inside, the lasso settled on near edges, and the lasso as drawn; best first.

    Nothing outside the lasso is ever taken.

    Args:
        frame: the image.
        lasso: (h, w) bool at working size.
        points: clicks; those outside the lasso are not looked at.
    """
    drawn = Guess(lasso.astype(np.uint8) * np.uint8(255), 0.5, as_drawn=True)
    near = refine(frame, lasso, _SETTLE, allowed=lasso)
    found = _search(frame, lasso, points)
    if found is None:
        return [Guess(near, 0.7), drawn]
    edges = _edges(frame.lab)
    clearer = _on_outline(edges, found) > _CLEARER * _on_outline(edges, near)
    if clearer or _tightness(edges, lasso) < _TIGHT:
        return [Guess(found, 0.7), Guess(near, 0.6), drawn]
    return [Guess(near, 0.9), Guess(found, 0.6), drawn]


def _search(frame: Frame, lasso: BoolArray, points: list[Point]) -> Plane | None:
    """(h, w) uint8: the object inside, found as in a box; None if there is none."""
    plan = prepare(frame)
    small = cv2.resize(lasso.astype(np.float32), plan.plan_hw[::-1], interpolation=cv2.INTER_AREA)
    covered = plan.patches.mean(small[..., None])[:, 0]
    limits = covered > 0.5
    if not limits.any():
        return None
    hints, shapes = _start(plan, small > 0.5, limits, points)
    rows, cols = np.nonzero(limits[plan.patches.labels])
    edges = (float(cols.min()), float(rows.min()), float(cols.max() + 1), float(rows.max() + 1))
    proposals, scores = answer_inside(plan, hints, shapes, edges, _FIT)
    rough = settle(frame, plan, hints, proposals.masks[:, int(scores.argmax())], exact=False) > 127
    if not (rough & lasso).any():
        return None
    return refine(frame, rough & lasso, _SETTLE, allowed=lasso)


def _start(
    plan: PromptPlan, lasso: BoolArray, limits: BoolArray, points: list[Point]
) -> tuple[Hints, BoolArray]:
    """What lasso and clicks say, and the shapes to start from."""
    depth = cv2.distanceTransform(lasso.astype(np.uint8), cv2.DIST_L2, 3)
    relative = plan.patches.mean(depth[..., None])[:, 0] / max(float(depth.max()), 1e-6)
    shapes = [(relative > least) & limits for least in _DEPTHS]
    inner = [p for p in points if limits[plan.leaf_at(p.x, p.y)]]
    hints = hints_of(plan, inner, limits)
    if not hints.inside:
        row, col = np.unravel_index(int(depth.argmax()), depth.shape)
        middle = np.array([[col, row]], np.float32)
        hints = Hints((), hints.outside, middle, hints.outside_xy, limits)
    return hints, np.concatenate([np.stack(shapes, axis=1), tree_shapes(plan, limits)], axis=1) & limits[
        :, None
    ]


def _edges(lab: Plane) -> Plane:
    """(h, w) edge strength."""
    smooth = cv2.GaussianBlur(lab, (0, 0), 1.5)
    dx, dy = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    strength: Plane = np.sqrt((dx * dx + dy * dy).sum(axis=2))
    return strength


def _tightness(edges: Plane, lasso: BoolArray) -> float:
    """Mean edge strength on the outline over that within ``_BAND`` of it: about 1 if drawn without care."""
    side = float(np.sqrt(max(int(lasso.sum()), 1)))
    picture = lasso.astype(np.uint8)
    away = np.where(
        lasso,
        cv2.distanceTransform(picture, cv2.DIST_L2, 3) - 0.5,
        cv2.distanceTransform(1 - picture, cv2.DIST_L2, 3) - 0.5,
    )
    on, around = away < max(1.6, 0.012 * side), away < _BAND * side
    if not on.any() or not around.any():
        return 0.0
    return float(edges[on].mean() / max(float(edges[around].mean()), 1e-6))


def _on_outline(edges: Plane, soft: Plane) -> float:
    """Mean edge strength on the outline of a mask; 0 without an outline."""
    mask, block = (soft > 127).astype(np.uint8), np.ones((3, 3), np.uint8)
    outline = cv2.dilate(mask, block) != cv2.erode(mask, block)
    return float(edges[outline].mean()) if outline.any() else 0.0
