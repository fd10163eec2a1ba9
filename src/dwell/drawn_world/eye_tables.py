"""Gaze samples of a plan, and the tables made from them: gaze, truth, fixations, saccades, blinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dwell.drawn_world.optics import angle_between_deg, azimuth_elevation_deg
from dwell.drawn_world.wearer import Act, Kind, Wearer
from dwell.types import BoolArray, Camera, FloatArray, IntArray

__all__ = ["EyeTables", "optional_ids"]

_BIAS_DEG, _JITTER_DEG = 0.38, 0.18
"""Per axis: how far a whole fixation is off, and how much samples scatter around it (standard deviations)."""

_FIXATING = (Kind.FIXATION, Kind.PURSUIT)


def optional_ids(values: IntArray) -> pd.arrays.IntegerArray:
    """Ids as a nullable Int64 array, with 0 as "none"."""
    return pd.arrays.IntegerArray(np.asarray(values, dtype=np.int64), np.asarray(values) == 0)


@dataclass(frozen=True)
class EyeTables:
    """Everything an eye tracker says about a plan of acts, with Pupil Cloud's column names.

    Positions have 3 decimals, as in Cloud's files, so that a table read back from CSV is equal.
    """

    acts: Sequence[Act]
    times_ns: IntArray
    """(n,) int64 ns UTC of the samples."""
    xy_px: FloatArray
    """(n, 2) measured gaze, px."""
    camera: Camera

    @classmethod
    def observed(
        cls,
        seed: int,
        wearer: Wearer,
        acts: Sequence[Act],
        times: tuple[IntArray, FloatArray],
        camera: Camera,
    ) -> EyeTables:
        """What the tracker measures: the plan with noise.

        Args:
            seed: of the noise.
            wearer: knows where the sites are.
            acts: from ``Wearer.plan``.
            times: of the samples, as ns UTC and as seconds since the recording's start.
            camera: the scene camera.
        """
        noise = _Noise(np.random.default_rng([seed, 7]), float(camera.matrix[0, 0]) * np.pi / 180)
        xy = np.full((len(times[0]), 2), np.nan)
        for act in acts:
            if act.site is not None:
                xy[act.first : act.stop] = wearer.px(act.site, times[1][act.first : act.stop]) + noise.bias()
        for act in acts:
            if act.site is None:
                xy[act.first : act.stop] = _between(act, xy[act.first - 1], xy[act.stop], noise.px_per_deg)
        worn = _worn(acts, len(xy))
        xy[worn] += noise.jitter(len(xy))[worn]
        return cls(acts, times[0], np.round(xy, 3), camera)

    @property
    def gaze(self) -> pd.DataFrame:
        """One row per sample."""
        angles = azimuth_elevation_deg(self.camera, self.xy_px)
        return pd.DataFrame(
            {
                "timestamp [ns]": self.times_ns,
                "gaze x [px]": self.xy_px[:, 0],
                "gaze y [px]": self.xy_px[:, 1],
                "worn": _worn(self.acts, len(self.xy_px)),
                "fixation id": optional_ids(self._numbers(*_FIXATING)),
                "blink id": optional_ids(self._numbers(Kind.BLINK)),
                "azimuth [deg]": np.round(angles[:, 0], 6),
                "elevation [deg]": np.round(angles[:, 1], 6),
            }
        )

    @property
    def truth(self) -> pd.DataFrame:
        """One row per sample: what the eyes really did, and the thing the wearer aimed at (or None)."""
        kinds = np.repeat([str(act.kind) for act in self.acts], [act.stop - act.first for act in self.acts])
        aims = [
            act.site.target if act.site else None for act in self.acts for _ in range(act.first, act.stop)
        ]
        return pd.DataFrame(
            {"timestamp [ns]": self.times_ns, "kind": kinds, "target": pd.Series(aims, dtype=object)}
        )

    @property
    def fixations(self) -> pd.DataFrame:
        """One row per fixation or pursuit; its place is the mean of its samples."""
        acts = self._of(*_FIXATING)
        places = [self.xy_px[act.first : act.stop].mean(axis=0) for act in acts]
        xy = np.round(np.array(places).reshape(-1, 2), 3)
        angles = np.round(azimuth_elevation_deg(self.camera, xy), 6)
        columns = {
            "fixation x [px]": xy[:, 0],
            "fixation y [px]": xy[:, 1],
            "azimuth [deg]": angles[:, 0],
            "elevation [deg]": angles[:, 1],
        }
        return self._spans("fixation", acts).assign(**columns)

    @property
    def saccades(self) -> pd.DataFrame:
        """One row per saccade."""
        acts = self._of(Kind.SACCADE)
        first = self.xy_px[[act.first - 1 for act in acts]]
        last = self.xy_px[[act.stop for act in acts]]
        speeds = [self._speeds_px_s(act) for act in acts]
        columns: dict[str, FloatArray] = {
            "amplitude [px]": np.hypot(*(last - first).T).round(3),
            "amplitude [deg]": angle_between_deg(self.camera, first, last).round(6),
            "mean velocity [px/s]": np.array([s.mean() for s in speeds]).round(3),
            "peak velocity [px/s]": np.array([s.max() for s in speeds]).round(3),
        }
        return self._spans("saccade", acts).assign(**columns)

    @property
    def blinks(self) -> pd.DataFrame:
        """One row per blink."""
        return self._spans("blink", self._of(Kind.BLINK))

    def _of(self, *kinds: Kind) -> list[Act]:
        return [act for act in self.acts if act.kind in kinds]

    def _numbers(self, *kinds: Kind) -> IntArray:
        """(n,) for each sample the 1-based number of the act among those of these kinds, or 0."""
        numbers = np.zeros(len(self.times_ns), np.int64)
        for number, act in enumerate(self._of(*kinds), start=1):
            numbers[act.first : act.stop] = number
        return numbers

    def _spans(self, what: str, acts: Sequence[Act]) -> pd.DataFrame:
        """Id, start, end and duration; an act ends where the next begins."""
        bounds = np.append(self.times_ns, self.times_ns[-1] + 5_000_000)
        start = bounds[[act.first for act in acts]]
        end = bounds[[act.stop for act in acts]]
        return pd.DataFrame(
            {
                f"{what} id": pd.array(np.arange(1, len(acts) + 1), dtype="Int64"),
                "start timestamp [ns]": start,
                "end timestamp [ns]": end,
                "duration [ms]": (end - start) // 1_000_000,
            }
        )

    def _speeds_px_s(self, act: Act) -> FloatArray:
        steps = np.diff(self.xy_px[act.first - 1 : act.stop + 1], axis=0)
        seconds = np.diff(self.times_ns[act.first - 1 : act.stop + 1]) / 1e9
        return np.asarray(np.hypot(*steps.T) / seconds)


@dataclass(frozen=True)
class _Noise:
    rng: np.random.Generator
    px_per_deg: float

    def bias(self) -> FloatArray:
        """(2,) px: the error of one fixation."""
        return self.rng.normal(0, _BIAS_DEG * self.px_per_deg, 2)

    def jitter(self, n: int) -> FloatArray:
        """(n, 2) px: the scatter of samples, each a little like the one before."""
        white = self.rng.normal(0, 1, (n + 2, 2))
        coloured = (white[2:] + 0.6 * white[1:-1] + 0.3 * white[:-2]) / np.sqrt(1 + 0.36 + 0.09)
        return np.asarray(coloured * _JITTER_DEG * self.px_per_deg)


def _worn(acts: Sequence[Act], n: int) -> BoolArray:
    worn = np.ones(n, dtype=np.bool_)
    for act in acts:
        if act.kind is Kind.NOT_WORN:
            worn[act.first : act.stop] = False
    return worn


def _between(act: Act, before: FloatArray, after: FloatArray, px_per_deg: float) -> FloatArray:
    """(n, 2) px of an act that leads from one fixation to the next.

    A saccade moves with minimum jerk (Flash and Hogan 1985, doi 10.1523/JNEUROSCI.05-07-01688.1985): its
    peak speed is 1.875 times the mean. In a blink the lid drags the estimate down. While not worn it is
    meaningless.
    """
    n = act.stop - act.first
    u = (np.arange(1, n + 1) / (n + 1))[:, None]
    travelled = before + (after - before) * (10 * u**3 - 15 * u**4 + 6 * u**5)
    if act.kind is Kind.BLINK:
        return np.asarray(travelled + px_per_deg * np.array([0.5, 6.0]) * np.sin(np.pi * u) ** 2)
    if act.kind is Kind.NOT_WORN:
        wander = np.array([30.0, 24.0]) * np.sin(7 * u + [0.0, 1.0]) * np.minimum(8 * u, 1)
        return np.asarray(before + px_per_deg * wander)
    return np.asarray(travelled)
