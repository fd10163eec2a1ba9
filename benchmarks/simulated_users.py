"""People who segment, by mouse and by gaze: how long they take, from published models of hand and eye.

Both see the same picture, want the same mask, judge each mask for the same time and press the same keys. They
differ in how they point. Nothing here is measured on people: it is a simulation, and no more.

* judging a mask takes 1.35 s: the mental operator M of Card, Moran & Newell 1983;
* pressing a key takes 0.2 s, a mouse button 0.1 s: operators K (average typist) and B, same book;
* moving the mouse takes log2(D / W + 1) / 4.9 bit/s (Fitts; Soukoreff & MacKenzie 2004 give 3.7 – 4.9 bit/s
  for mice, of which the best is taken), and its ends are spread by W / 4.133 (ISO 9241-9);
* the eye sets out after 200 ms and flies 21 ms and 2.2 ms per degree (Carpenter 1988);
* it rests for 300 ms on a place that is to be said (ours);
* the noise of gaze – offset, jitter, drift, blinks – is that of ``dwell.live.noise``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from dwell.live.noise import GazeNoise
from dwell.looking import (
    Action,
    Event,
    Looked,
    Looker,
    LookOptions,
    Pressed,
    Turned,
    Zoomed,
)
from dwell.looking.answering import Segment, answer_to
from dwell.looking.simulating import simulate
from dwell.prompts import Point, Prompt
from dwell.segmenters.contract import Candidate
from dwell.types import BoolArray

__all__ = ["RATE_HZ", "Attempt", "GazeUser", "MouseUser", "Screen", "Seen", "deepest"]

JUDGE_S, KEY_S, BUTTON_S, REST_S = 1.35, 0.2, 0.1, 0.3
SACCADE_LATENCY_S, SACCADE_S, SACCADE_S_PER_DEG = 0.2, 0.021, 0.0022
BITS_PER_S = 4.9
MODEL_S = 0.3
"""Until a mask is on screen, for both: what the embedded segmenter takes for a click on two cores."""
MOST_PROMPTS = 6
RATE_HZ = 120
_LEVELS = 2
"""Times the level key is tried."""


@dataclass(frozen=True)
class Screen:
    """A 24-inch monitor at 60 cm, on which the picture fills a canvas of 1500 × 850 px."""

    size_hw: tuple[int, int]
    """px of the picture."""
    px_per_deg_on_screen: float = 37.8

    @property
    def scale(self) -> float:
        """Screen px per px of the picture."""
        return min(1500 / self.size_hw[1], 850 / self.size_hw[0])

    @property
    def px_per_deg(self) -> float:
        """Px of the picture per degree."""
        return self.px_per_deg_on_screen / self.scale


@dataclass
class Attempt:
    """One try at one thing: when which IoU was seen first."""

    seconds: list[float] = field(default_factory=list)
    """At which a mask was judged."""
    ious: list[float] = field(default_factory=list)
    n_prompts: list[int] = field(default_factory=list)
    """Clicks, or looks that were said or followed, until then."""

    def add(self, seconds: float, iou: float, n_prompts: int) -> None:
        self.seconds.append(seconds)
        self.ious.append(iou)
        self.n_prompts.append(n_prompts)

    def until(self, goal: float) -> tuple[float, int] | None:
        """Seconds and prompts until a mask was that good, and kept; None if none was."""
        for seconds, iou, n_prompts in zip(self.seconds, self.ious, self.n_prompts, strict=True):
            if iou >= goal:
                return seconds + KEY_S, n_prompts
        return None


def iou(mask: BoolArray, truth: BoolArray) -> float:
    union = np.count_nonzero(mask | truth)
    return float(np.count_nonzero(mask & truth) / union) if union else 1.0


def deepest(area: BoolArray) -> tuple[float, float, float]:
    """The middle of the widest place, (x, y), and how far the border is; px."""
    padded = np.pad(area, 1).astype(np.uint8)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return float(x) + 0.5, float(y) + 0.5, float(depth.max())


def worst_error(mask: BoolArray, truth: BoolArray) -> tuple[tuple[float, float, float], bool]:
    """Middle of the largest wrong region, and whether it is missing (else it is too much)."""
    missing, too_much = deepest(truth & ~mask), deepest(mask & ~truth)
    return (missing, True) if missing[2] >= too_much[2] else (too_much, False)


class MouseUser:
    """Clicks the middle of what is meant, then of what is wrong."""

    def __init__(self, screen: Screen, seed: int) -> None:
        self.screen = screen
        self._rng = np.random.default_rng(seed)
        self._at = (screen.size_hw[1] / 2, screen.size_hw[0] / 2)
        self._s = 0.0

    def segment(self, truth: BoolArray, segment: Segment, good_enough: float) -> Attempt:
        """Until a mask is good enough, or the clicks are many."""
        attempt = Attempt()
        prompts: list[Prompt] = [Point(*self._click(deepest(truth)))]
        while True:
            self._s += MODEL_S + JUDGE_S
            found = segment(0, prompts, 3)
            mask = self._try_levels(found, truth, attempt, len(prompts), good_enough)
            if attempt.ious[-1] >= good_enough or len(prompts) >= MOST_PROMPTS:
                return attempt
            place, missing = worst_error(mask, truth)
            self._s += 0 if missing else KEY_S  # Shift turns the click into "not this"
            prompts.append(Point(*self._click(place), positive=missing))

    def _try_levels(
        self, found: list[Candidate], truth: BoolArray, attempt: Attempt, n_prompts: int, enough: float
    ) -> BoolArray:
        """See the best mask, and if it is not good enough the two others; the best one is gone on with."""
        masks = [each.mask for each in found[: 1 + (_LEVELS if n_prompts == 1 else 0)]]
        if not masks:
            masks = [np.zeros_like(truth)]
        best = 0.0
        for number, mask in enumerate(masks):
            self._s += (KEY_S + SACCADE_LATENCY_S) * (number > 0)
            best = max(best, iou(mask, truth))
            attempt.add(self._s, iou(mask, truth), n_prompts)
            if best >= enough:
                break
        return max(masks, key=lambda mask: iou(mask, truth))

    def _click(self, place: tuple[float, float, float]) -> tuple[float, float]:
        x, y, depth = place
        width = max(2 * depth, 1.0)
        distance = math.hypot(x - self._at[0], y - self._at[1])
        self._s += math.log2(distance / width + 1) / BITS_PER_S + BUTTON_S
        spread = width / 4.133 / math.sqrt(2)
        dx, dy = self._rng.normal(0, spread, 2)
        height, wide = self.screen.size_hw
        self._at = (min(max(x + dx, 0), wide - 1), min(max(y + dy, 0), height - 1))
        return self._at


@dataclass(frozen=True)
class Seen:
    """What the eye does next: where it goes and how long it stays."""

    x: float
    y: float
    rest_s: float


class GazeUser:
    """Looks at what is meant, then says of what is wrong whether it is of it; the real engine takes it."""

    def __init__(self, screen: Screen, noise: GazeNoise, options: LookOptions, seed: int) -> None:
        self.screen = screen
        self._noise = noise
        self._looker = Looker(options)
        self._rng = np.random.default_rng(seed)
        self._at = (screen.size_hw[1] / 2, screen.size_hw[0] / 2)
        self._t_ns = 0
        self._n_prompts = 0

    def segment(self, truth: BoolArray, segment: Segment, good_enough: float) -> Attempt:
        """Until a mask is good enough, or the looks are many."""
        attempt = Attempt()
        steps = simulate(
            self._looker,
            self._events(truth, attempt, good_enough),
            lambda ask: answer_to(ask, segment),
            MODEL_S * 1000,
        )
        for _ in steps:
            pass
        return attempt

    def _events(self, truth: BoolArray, attempt: Attempt, good_enough: float) -> Iterator[Event]:
        yield Zoomed(0, self.screen.px_per_deg)
        yield Turned(0, 0)
        yield self._press(Action.START)
        self._n_prompts = 1
        x, y, _ = deepest(truth)
        yield from self._look(x, y, REST_S)
        yield from self._until(lambda: self._looker.state.mask is not None, 1.5)
        yield from self._judge(truth)
        yield from self._try_levels(truth, attempt, good_enough)
        while attempt.ious[-1] < good_enough and self._n_prompts < MOST_PROMPTS:
            mask = self._mask(truth)
            (x, y, _), missing = worst_error(mask, truth)
            if not self._looker.state.holding:
                yield self._press(Action.HOLD)  # or the mask would follow the eye to what is wrong
                yield from self._wait(KEY_S)
            yield from self._look(x, y, REST_S)
            yield from self._wait(KEY_S)
            yield self._press(Action.INCLUDE if missing else Action.EXCLUDE)
            self._n_prompts += 1
            yield from self._wait(0.05)
            yield from self._until(lambda: not self._looker.state.waiting, 1.5)
            yield from self._judge(truth)
            attempt.add(self._t_ns / 1e9, iou(self._mask(truth), truth), self._n_prompts)

    def _judge(self, truth: BoolArray) -> Iterator[Event]:
        """Look at the mask here and there: which the engine sees as well."""
        until_ns = self._t_ns + round(JUDGE_S * 1e9)
        ys, xs = np.nonzero(_core(truth))
        while self._t_ns < until_ns:
            pick = self._rng.integers(len(xs))
            yield from self._look(
                float(xs[pick]), float(ys[pick]), min(REST_S, (until_ns - self._t_ns) / 1e9)
            )

    def _try_levels(self, truth: BoolArray, attempt: Attempt, enough: float) -> Iterator[Event]:
        """See the best mask, and if it is not good enough the two others; back to the best of them."""
        attempt.add(self._t_ns / 1e9, iou(self._mask(truth), truth), self._n_prompts)
        for _ in range(min(self._looker.state.n_levels - 1, _LEVELS)):
            if attempt.ious[-1] >= enough:
                return
            yield from self._level()
            attempt.add(self._t_ns / 1e9, iou(self._mask(truth), truth), self._n_prompts)
        for _ in range(self._looker.state.n_levels):
            if iou(self._mask(truth), truth) < max(attempt.ious) - 1e-9:
                yield from self._level()

    def _level(self) -> Iterator[Event]:
        yield from self._wait(KEY_S)
        yield self._press(Action.LEVEL)
        yield from self._wait(SACCADE_LATENCY_S)

    def _mask(self, truth: BoolArray) -> BoolArray:
        mask = self._looker.state.mask
        return np.zeros_like(truth) if mask is None else mask.to_array()

    # ---------------------------------------------------------------- the eye

    def _look(self, x: float, y: float, rest_s: float) -> Iterator[Event]:
        """Move there, and rest."""
        degrees = math.hypot(x - self._at[0], y - self._at[1]) / self.screen.px_per_deg
        yield from self._wait(SACCADE_LATENCY_S)
        begin, start = self._t_ns, self._at
        flight_ns = round((SACCADE_S + SACCADE_S_PER_DEG * degrees) * 1e9)
        while self._t_ns - begin < flight_ns:
            share = (self._t_ns - begin) / flight_ns
            yield self._sample(start[0] + share * (x - start[0]), start[1] + share * (y - start[1]))
        self._at = (x, y)
        yield from self._wait(rest_s)

    def _wait(self, seconds: float) -> Iterator[Event]:
        until_ns = self._t_ns + round(seconds * 1e9)
        while self._t_ns < until_ns:
            yield self._sample(*self._at)

    def _until(self, ready: Callable[[], bool], at_most_s: float) -> Iterator[Event]:
        until_ns = self._t_ns + round(at_most_s * 1e9)
        while self._t_ns < until_ns and not ready():
            yield self._sample(*self._at)

    def _sample(self, x: float, y: float) -> Looked:
        self._t_ns += round(1e9 / RATE_HZ)
        seen_x, seen_y, valid = self._noise.step(self._t_ns, x, y)
        height, width = self.screen.size_hw
        on_picture = valid and 0 <= seen_x < width and 0 <= seen_y < height
        return (
            Looked(self._t_ns, seen_x, seen_y, True)
            if on_picture
            else Looked(self._t_ns, math.nan, math.nan, False)
        )

    def _press(self, action: Action) -> Pressed:
        return Pressed(self._t_ns, action)


def _core(truth: BoolArray) -> BoolArray:
    """The inner part of a thing, where people look at it (Nuthmann & Henderson 2010)."""
    depth = cv2.distanceTransform(np.pad(truth, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    core: BoolArray = depth >= 0.4 * depth.max()
    return core
