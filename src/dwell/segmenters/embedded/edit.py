"""A click on a mask that a person already has: add the thing under it, or take it away."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.prompts import Point
from dwell.segmenters.embedded.bits import Neighbours
from dwell.segmenters.embedded.click import hints_of, settle
from dwell.segmenters.embedded.follow_up import LIKENESS_TO_DRAWN, worth_as_correction
from dwell.segmenters.embedded.frame import Frame, to_image_mask
from dwell.segmenters.embedded.plan import PromptPlan, prepare
from dwell.segmenters.embedded.proposals import Hints, Proposals, click_shapes, grow_shapes
from dwell.segmenters.embedded.ranking import rank
from dwell.types import BoolArray

__all__ = ["edit_by_clicks"]

_MAX_SHARE = 0.6  # of the main part of a mask that one negative click may take away; side parts go whole


def edit_by_clicks(frame: Frame, mask: BoolArray, points: list[Point]) -> BoolArray:
    """The mask after every click that it does not agree with yet added or removed the region under it.

    Args:
        frame: the image.
        mask: (h, w) bool at the image's size.
        points: all clicks, in order.
    """
    out = mask
    for number, point in enumerate(points):
        if bool(out[int(point.y), int(point.x)]) is not point.positive:
            region = _region(frame, out, point, points[: number + 1])
            out = out | region if point.positive else out & ~region
    return out


def _region(frame: Frame, mask: BoolArray, point: Point, points: list[Point]) -> BoolArray:
    """(h, w) bool at the image's size: what the click points at."""
    plan = prepare(frame)
    rivals = [Point(p.x, p.y, False) for p in points if p.positive is not point.positive]
    hints = hints_of(plan, [Point(point.x, point.y), *rivals])
    regions = grow_shapes(plan, hints, click_shapes(plan, hints))
    scores = rank(plan, hints, regions)
    if not point.positive:
        scores = _worth_removing(plan, hints, regions.masks, _members(plan, mask))
    chosen = regions.masks[:, int(scores.argmax())]
    return to_image_mask(settle(frame, plan, hints, chosen, exact=True), frame)


def _worth_removing(plan: PromptPlan, hints: Hints, regions: BoolArray, have: BoolArray) -> NDArray[Any]:
    """(m,) worth of what stays after each region is removed; -inf where too much or nothing would go."""
    sizes = plan.patches.sizes
    near = Neighbours(plan.patches.pairs, plan.patches.n)
    part = near.connected(have[:, None], list(hints.inside))[:, 0]
    whole = 2 * (sizes @ part) < sizes @ have
    most = float(sizes @ part) * (1 if whole else _MAX_SHARE)
    goes = (sizes * have) @ regions
    rest = have[:, None] & ~regions
    worth = np.full(regions.shape[1], -np.inf)
    fine = np.flatnonzero((goes > 0) & (goes <= most))
    if len(fine):
        results = Proposals(rest[:, fine], np.full(len(fine), 0.5, np.float32))
        worth[fine] = rank(plan, _hints_of_mask(plan, results.masks), results)
        worth[fine] += worth_as_correction(plan, results, have, hints.inside_xy[0], LIKENESS_TO_DRAWN)
    return worth


def _members(plan: PromptPlan, mask: BoolArray) -> BoolArray:
    """(n,) superpixels of which the mask covers more than half."""
    small = cv2.resize(mask.astype(np.float32), plan.plan_hw[::-1], interpolation=cv2.INTER_AREA)
    covered = np.bincount(plan.patches.labels.ravel(), small.ravel(), plan.patches.n)
    members: BoolArray = covered > plan.patches.sizes / 2
    return members


def _hints_of_mask(plan: PromptPlan, results: BoolArray) -> Hints:
    """A click in the middle of what every result keeps, so that the measurements have one."""
    core = results.all(axis=1) if results.all(axis=1).any() else results.any(axis=1)
    leaf = int(np.argmax(core * plan.patches.sizes))
    return Hints((leaf,), (), plan.centres_xy[leaf : leaf + 1], np.zeros((0, 2), np.float32))
