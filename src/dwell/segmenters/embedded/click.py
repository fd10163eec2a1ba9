"""Clicks → guesses, best first."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.prompts import Point
from dwell.segmenters.embedded.follow_up import LIKENESS_TO_GUESS, worth_as_correction
from dwell.segmenters.embedded.frame import Frame
from dwell.segmenters.embedded.plan import PromptPlan, prepare
from dwell.segmenters.embedded.planes import Plane
from dwell.segmenters.embedded.proposals import Hints, Proposals, click_shapes, grow_shapes
from dwell.segmenters.embedded.ranking import rank
from dwell.segmenters.embedded.refine import RefineSettings, refine
from dwell.types import BoolArray

__all__ = ["Guess", "answer_clicks", "choose", "hints_of", "settle", "settled"]

_SETTLE = RefineSettings(inside=0.02, outside=0.02, reach=0.03, n_steps=60)
_REMEMBERED = 64
_ALIKE = 0.7  # IoU from which two answers count as the same
_CLOSER = 0.85  # the same, where too few answers differ that much
_NESTED = 0.9  # share of the smaller mask inside the larger


@dataclass(frozen=True, eq=False)
class Guess:
    """One possible object at working size."""

    soft: Plane
    """(h, w) uint8, over 127 = object."""
    score: float
    """0 … 1"""
    as_drawn: bool = False
    """True when it is the person's own outline."""


def answer_clicks(frame: Frame, points: list[Point], limit: int) -> list[Guess]:
    """At most ``limit`` guesses that agree with the clicks, best first; at least one click is positive."""
    plan = prepare(frame)
    hints, proposals, scores = _propose(plan, points)
    picks = choose(plan, proposals, scores, limit)
    _remember(plan, points, proposals.masks[:, picks[0]])
    return settled(frame, plan, hints, [(proposals.masks[:, pick], float(scores[pick])) for pick in picks])


def _propose(plan: PromptPlan, points: list[Point]) -> tuple[Hints, Proposals, NDArray[np.float32]]:
    """What the clicks say, all guesses, and how good each is."""
    hints = hints_of(plan, points)
    proposals = grow_shapes(plan, hints, click_shapes(plan, hints))
    scores = rank(plan, hints, proposals)
    if any(p.positive for p in points[:-1]):
        previous = _best(plan, points[:-1])
        click_xy = hints_of(plan, [Point(points[-1].x, points[-1].y)]).inside_xy[0]
        scores = scores + worth_as_correction(plan, proposals, previous, click_xy, LIKENESS_TO_GUESS)
    return hints, proposals, scores


def _best(plan: PromptPlan, points: list[Point]) -> BoolArray:
    """(n,) superpixels of the best answer to the clicks; remembered."""
    best = plan.answers.get(tuple(points))
    if best is None:
        _, proposals, scores = _propose(plan, points)
        best = proposals.masks[:, int(scores.argmax())]
        _remember(plan, points, best)
    return best


def _remember(plan: PromptPlan, points: list[Point], best: BoolArray) -> None:
    if len(plan.answers) >= _REMEMBERED:
        plan.answers.clear()
    plan.answers[tuple(points)] = best


def hints_of(plan: PromptPlan, points: list[Point], limits: BoolArray | None = None) -> Hints:
    """The clicks in plan terms."""
    places = {sign: [(p.x, p.y) for p in points if p.positive is sign] for sign in (True, False)}
    leaves = {sign: [plan.leaf_at(x, y) for x, y in places[sign]] for sign in places}
    scale = np.array(plan.scale_xy, np.float32)
    inside = tuple(dict.fromkeys(leaves[True]))
    return Hints(
        inside=inside,
        outside=tuple(leaf for leaf in dict.fromkeys(leaves[False]) if leaf not in inside),
        inside_xy=np.array(places[True], np.float32).reshape(-1, 2) * scale,
        outside_xy=np.array(places[False], np.float32).reshape(-1, 2) * scale,
        limits=limits,
    )


def choose(plan: PromptPlan, proposals: Proposals, scores: NDArray[np.float32], limit: int) -> list[int]:
    """Numbers of at most ``limit`` guesses, best first: three that differ, then ones nested with the best."""
    masks = proposals.masks.astype(np.float32)
    sizes = plan.patches.sizes.astype(np.float32)
    area = sizes @ masks
    order = np.argsort(-scores, kind="stable")
    best = order[0]
    with_best = (sizes * masks[:, best]) @ masks
    nested = with_best / np.minimum(area, area[best]) >= _NESTED
    picks: list[int] = []
    ladder = order[nested[order]]
    steps = ((3, order, _ALIKE), (limit, ladder, _ALIKE), (limit, ladder, _CLOSER), (limit, order, _CLOSER))
    for most, pool, alike in steps:
        for candidate in pool.tolist():
            if len(picks) >= min(most, limit):
                break
            both = (sizes * masks[:, candidate]) @ masks[:, picks]
            if not picks or (both / (area[candidate] + area[picks] - both) < alike).all():
                picks.append(candidate)
    return sorted(picks, key=lambda pick: -scores[pick])


def settled(
    frame: Frame, plan: PromptPlan, hints: Hints, chosen: list[tuple[BoolArray, float]]
) -> list[Guess]:
    """Chosen sets of superpixels as masks at working size; only the first one is settled on the edges."""
    return [
        Guess(
            settle(frame, plan, hints, members, exact=number == 0),
            min(max(score, 0.01), 0.99),
        )
        for number, (members, score) in enumerate(chosen)
    ]


def settle(frame: Frame, plan: PromptPlan, hints: Hints, members: BoolArray, *, exact: bool) -> Plane:
    """(h, w) uint8 at working size from (n,) chosen superpixels; ``exact`` also settles it on the edges."""
    picture = members[plan.patches.labels].astype(np.uint8) * np.uint8(255)
    smooth = cv2.GaussianBlur(picture, (0, 0), 0.8)
    soft = cv2.resize(smooth, frame.work_hw[::-1], interpolation=cv2.INTER_LINEAR)
    if not exact:
        return soft
    return refine(frame, soft > 127, _SETTLE, allowed=_allowed(frame, plan, hints))


def _allowed(frame: Frame, plan: PromptPlan, hints: Hints) -> BoolArray | None:
    barred = np.zeros(plan.patches.n, bool) if hints.limits is None else ~hints.limits
    barred[list(hints.outside)] = True
    if not barred.any():
        return None
    picture = (~barred)[plan.patches.labels].astype(np.uint8)
    return cv2.resize(picture, frame.work_hw[::-1], interpolation=cv2.INTER_NEAREST) > 0
