"""What the wearer does: where they look, how long, when they blink; a plan on the grid of gaze samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from dwell.drawn_world import script
from dwell.drawn_world.optics import angle_between_deg
from dwell.drawn_world.painter import Painter
from dwell.types import ByteArray, Camera, FloatArray, IntArray

__all__ = ["Act", "Kind", "Site", "Wearer"]

_SURVEY_S = 0.04
_MARGIN_PX = 1
"""Of the survey's small pictures: how far inside a thing the wearer aims."""

_WEIGHTS: dict[str | None, float] = {"cup": 0.28, "book": 0.22, "ball": 0.30, None: 0.20}
_REACH_DEG = 16.0
"""How far apart looks are, typically."""

_ATTEMPTS = 60
_NOT_WORN_AT, _OUTSIDE_AT = 0.66, 0.42
"""Shares of the scene's duration."""


class Kind(StrEnum):
    """What the eyes do."""

    FIXATION = "fixation"
    PURSUIT = "pursuit"
    """A fixation that follows a moving thing."""
    SACCADE = "saccade"
    BLINK = "blink"
    NOT_WORN = "not worn"


@dataclass(frozen=True)
class Site:
    """A place that can be looked at; it moves with what it is on."""

    target: str | None
    """A thing's name; None = the table, the wall or a hand."""
    anchor: tuple[float, float]
    """A point of the thing itself, or of the scene (scene units)."""


@dataclass(frozen=True)
class Act:
    """One stretch of samples in which the eyes do one thing."""

    kind: Kind
    first: int
    """Index of the first sample."""
    stop: int
    """Index after the last sample."""
    site: Site | None = None
    """Looked at; None for saccades, blinks and while not worn."""


@dataclass(frozen=True)
class _Survey:
    """Where each thing can well be looked at, over time, in small pictures."""

    times_s: FloatArray
    cores: ByteArray
    """(n, h, w): 1, 2, 3 well inside cup, book, ball; 0 well outside all of them; 255 between."""
    shrink: float
    """Full px per small px."""


class Wearer:
    """Plans acts that follow each other without a gap.

    Fixations last about 0.1 to 0.9 s, saccades as long as their amplitude asks for (main sequence: 2.2 ms per
    degree and 21 ms; Carpenter 1988, Movements of the Eyes), blinks 0.15 to 0.25 s.

    Args:
        seed: of every choice.
        painter: draws the scene at full size.
        small: draws the same scene, small.
        camera: the scene camera at full size.
        times_s: (n,) seconds of the gaze samples since the recording's start.
        span_s: first and last second of the scene.
    """

    def __init__(
        self,
        seed: int,
        painter: Painter,
        small: Painter,
        camera: Camera,
        times_s: FloatArray,
        span_s: tuple[float, float],
    ) -> None:
        self._rng = np.random.default_rng([seed, 6])
        self._painter, self._camera = painter, camera
        self._times_s, self._span_s = times_s, span_s
        self._survey = _look_around(painter, small, times_s)
        self._next_blink_s = span_s[0] + 1.3
        self._looked_s: dict[str | None, float] = dict.fromkeys(_WEIGHTS, 0.0)
        length = span_s[1] - span_s[0]
        self._odd: list[tuple[float, Callable[[Act], list[Act]]]] = [
            (span_s[0] + _OUTSIDE_AT * length, self._look_outside),
            (span_s[0] + _NOT_WORN_AT * length, self._take_off),
        ]

    def px(self, site: Site, times_s: FloatArray) -> FloatArray:
        """(n, 2) px of a site at these seconds."""
        if site.target is not None:
            return self._painter.thing_px(site.target, site.anchor, times_s)
        return self._painter.view(times_s).to_px(np.broadcast_to(site.anchor, (len(times_s), 2)))

    def plan(self) -> list[Act]:
        """Acts from the first to the last sample; it begins and ends with a fixation."""
        site, length = self._choose(0, None)
        acts = [self._fixation(0, length, site)]
        while acts[-1].stop < len(self._times_s):
            acts += self._next_acts(acts[-1])
        return self._cut(acts)

    # ------------------------------------------------------------------ what comes next

    def _next_acts(self, last: Act) -> list[Act]:
        now_s = self._times_s[last.stop]
        if self._odd and now_s > self._odd[0][0]:
            _, odd = self._odd.pop(0)
            return odd(last)
        if now_s > self._next_blink_s:
            self._next_blink_s = now_s + self._rng.uniform(2.3, 3.6)
            return self._after(Kind.BLINK, last.stop, int(self._rng.integers(30, 51)), last.site)
        return self._saccade_to(last, *self._choose(last.stop + 8, last.site))

    def _saccade_to(self, last: Act, site: Site, length: int) -> list[Act]:
        n = max(round((2.2 * self._angle_deg(last.site, site, last.stop) + 21) / 5) - 1, 3)
        start = last.stop + n
        return [Act(Kind.SACCADE, last.stop, start), self._fixation(start, start + length, site)]

    def _after(self, kind: Kind, first: int, n: int, last: Site | None) -> list[Act]:
        site, length = self._choose(first + n, last)
        return [Act(kind, first, first + n), self._fixation(first + n, first + n + length, site)]

    def _angle_deg(self, a: Site | None, b: Site, sample: int) -> float:
        """Degrees between two sites around this sample; 0 from nowhere."""
        if a is None:
            return 0.0
        here, there = self.px(a, self._at(sample - 1)), self.px(b, self._at(sample + 8))
        return float(angle_between_deg(self._camera, here, there)[0])

    def _near_enough(self, last: Site | None, site: Site, sample: int) -> bool:
        """Whether the wearer feels like looking there: not at the same place, and mostly not far away."""
        angle = self._angle_deg(last, site, sample)
        return last is None or (angle > 2.5 and self._rng.random() < np.exp(-angle / _REACH_DEG))

    def _look_outside(self, last: Act) -> list[Act]:
        """A fixation beside the picture: legal gaze that is on no pixel."""
        view = self._painter.view(self._times_s[last.stop])
        height, width = view.size_hw
        here = self.px(last.site, self._at(last.stop))[0] if last.site else np.zeros(2)
        x = -0.07 * height if here[0] < width / 2 else width + 0.07 * height
        anchor = view.to_scene((x, 0.55 * height))
        return self._saccade_to(last, Site(None, (float(anchor[0]), float(anchor[1]))), 50)

    def _take_off(self, last: Act) -> list[Act]:
        return self._after(Kind.NOT_WORN, last.stop, 80, None)

    def _fixation(self, first: int, stop: int, site: Site) -> Act:
        return Act(Kind.PURSUIT if self._moves(site, first, stop) else Kind.FIXATION, first, stop, site)

    def _moves(self, site: Site, first: int, stop: int) -> bool:
        """Whether the thing moves, over the table, faster than about 6 degrees per second on average."""
        if site.target is None:
            return False
        times = np.linspace(self._at(first)[0], self._at(first)[0] + (stop - first) * 0.005, 9)
        scene = self._painter.view(times).to_scene(self.px(site, times))
        path = np.linalg.norm(np.diff(scene, axis=0), axis=1).sum()
        return bool(path > 0.08 * (times[-1] - times[0]))

    def _cut(self, acts: list[Act]) -> list[Act]:
        """The plan ended at the last sample, by lengthening the last fixation that begins well before it."""
        n = len(self._times_s)
        kept = [act for act in acts if act.first < n - 20]
        while kept[-1].site is None:
            kept.pop()
        last = kept.pop()
        return [*kept, Act(last.kind, last.first, n, last.site)]

    def _at(self, sample: int) -> FloatArray:
        return np.array([self._times_s[min(sample, len(self._times_s) - 1)]])

    # ------------------------------------------------------------------ where to look

    def _choose(self, first: int, last: Site | None) -> tuple[Site, int]:
        """A site that can be looked at from this sample on, and for how many samples."""
        names = list(_WEIGHTS)
        for attempt in range(_ATTEMPTS):
            weights = self._eagerness(last)
            target = names[int(self._rng.choice(len(names), p=weights / weights.sum()))]
            if self._at(first)[0] < self._span_s[0] or attempt > _ATTEMPTS - 15:
                target = None
            site = self._pick(target, first)
            if site is None or not self._near_enough(last, site, first):
                continue
            longer = 1.7 if self._moves(site, first, first + 40) else 1.0
            wanted = int(np.clip(self._rng.lognormal(np.log(56), 0.45) * longer, 22, 220))
            length = self._usable(site, first, wanted)
            if length >= 22:
                self._looked_s[site.target] += length * 0.005
                return site, length
        return Site(None, (0.45, 0.40)), 40

    def _eagerness(self, last: Site | None) -> FloatArray:
        """(4,) how much the wearer wants to look at each target: less if seen for long, or just now."""
        again = {name: 0.4 if last and name == last.target else 1.0 for name in _WEIGHTS}
        return np.array([w * again[name] / (0.5 + self._looked_s[name]) for name, w in _WEIGHTS.items()])

    def _pick(self, target: str | None, first: int) -> Site | None:
        """A random place well inside a thing, or well outside all of them; None if there is none."""
        number = 0 if target is None else script.NAMES.index(target) + 1
        time_s = self._at(first)[0]
        rows, columns = np.nonzero(self._survey.cores[self._moment(time_s)] == number)
        if not len(rows):
            return None
        k = int(self._rng.integers(len(rows)))
        px = (np.array([columns[k], rows[k]]) + self._rng.uniform(0, 1, 2)) * self._survey.shrink
        if target is None:
            anchor = self._painter.view(time_s).to_scene(px)
        else:
            anchor = self._painter.thing_point(target, px, time_s)
        return Site(target, (float(anchor[0]), float(anchor[1])))

    def _usable(self, site: Site, first: int, wanted: int) -> int:
        """For how many samples, at most ``wanted``, the site stays well visible."""
        samples: IntArray = np.arange(first, min(first + wanted, len(self._times_s)), dtype=np.int64)
        if not len(samples):
            return wanted
        places = np.floor(self.px(site, self._times_s[samples]) / self._survey.shrink).astype(int)
        moments = np.array([self._moment(t) for t in self._times_s[samples]])
        _, height, width = self._survey.cores.shape
        inside = ((places >= 0) & (places < (width, height))).all(axis=1)
        x, y = np.clip(places, 0, (width - 1, height - 1)).T
        number = 0 if site.target is None else script.NAMES.index(site.target) + 1
        good = inside & (self._survey.cores[moments, y, x] == number)
        return wanted if good.all() else int(np.argmin(good))

    def _moment(self, time_s: float) -> int:
        last = len(self._survey.times_s) - 1
        return int(np.clip(round((time_s - self._survey.times_s[0]) / _SURVEY_S), 0, last))


def _look_around(painter: Painter, small: Painter, times_s: FloatArray) -> _Survey:
    moments = np.arange(times_s[0], times_s[-1] + _SURVEY_S, _SURVEY_S)
    cores = np.stack([_core(small.owner(float(t))) for t in moments])
    return _Survey(moments, cores, painter.view(0.0).size_hw[0] / small.view(0.0).size_hw[0])


def _core(owner: ByteArray) -> ByteArray:
    kernel = np.ones((2 * _MARGIN_PX + 1, 2 * _MARGIN_PX + 1), np.uint8)
    core = np.full(owner.shape, 255, np.uint8)
    for number in range(len(script.NAMES) + 1):
        inside = cv2.erode(
            (owner == number).astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0
        )
        core[inside > 0] = number
    return core
