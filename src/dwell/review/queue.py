"""rank_moments: where a person should look first, and how much of the possible error that clears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dwell.gaze import FixationMap, GazeMap, Section
from dwell.review.chances import chances_of
from dwell.review.moment import Moment
from dwell.review.moments import Found, moments_of
from dwell.review.options import ReviewOptions
from dwell.review.places import Units
from dwell.review.stakes import stakes_of
from dwell.review.subject import Subject
from dwell.types import IntArray

__all__ = ["ReviewQueue", "rank_moments"]

TARGET = 0.95


@dataclass(frozen=True, eq=False)
class ReviewQueue:
    """Moments, worst first."""

    moments: tuple[Moment, ...]
    total_ms: float
    """Gaze time that could be wrong, over all AOIs: time × chance; see ``rank_moments``."""
    target: float
    """0 … 1: share of it that is worth clearing."""
    in_deg: bool
    """``Moment.border_deg`` is in deg; False: in px."""
    seconds: tuple[float, ...]
    """About how long a person needs for each moment; see ``ReviewOptions``."""

    @property
    def n_for_target(self) -> int:
        """How many moments cover the target."""
        return self.n_for(self.target)

    @property
    def minutes(self) -> float:
        """About how long reviewing takes up to the target."""
        return self.minutes_for(self.target)

    def n_for(self, target: float) -> int:
        """How many moments, from the first on, cover this share of the possible error.

        Raises:
            ValueError: not a share from 0 to 1.
        """
        _check_target(target)
        reached = np.array([moment.cumulative for moment in self.moments])
        if target == 0 or not len(reached):
            return 0
        return min(int(np.searchsorted(reached, target - 1e-9)) + 1, len(reached))

    def minutes_for(self, target: float) -> float:
        """About how long these moments take: a look at each, playing it once, and correcting some.

        Raises:
            ValueError: not a share from 0 to 1.
        """
        return sum(self.seconds[: self.n_for(target)]) / 60


def rank_moments(
    gaze_map: GazeMap,
    section: Section,
    fixation_map: FixationMap | None = None,
    options: ReviewOptions | None = None,
    target: float = TARGET,
    stale: Mapping[int, IntArray] | None = None,
) -> ReviewQueue:
    """The review queue: stretches of frames in which mapped gaze could be wrong, most gaze time first.

    Each valid gaze sample has a chance of error for each AOI: doubt about the mask × nearness of gaze to its
    border; where nobody knows where the AOI is, nearness to where it was last or is next known. What a person
    made or approved has none. A sample with a chance of error endangers the stay it is part of: the length of
    a stay × the greatest chance in it is shared by its samples (``share_stays``). So a weight is *possible
    error in gaze time*: mask doubt × gaze near that mask's border × length of the affected visit. Samples at
    the border of a sound mask have their own time to lose.

    Neighbouring frames of an AOI make a moment; it ends at frames that a person made or approved. The
    constants are in ``ReviewOptions``. Source: ours.

    Args:
        gaze_map: mapped samples; the masks of its masklets may be read.
        section: samples outside it do not count.
        fixation_map: to say how many fixations hang on a moment; None: not said.
        options: what counts how much.
        target: 0 … 1: share of the possible error that is worth clearing.
        stale: object_id → frames with a mask that is out of date, left out of ``gaze_map``; to tell them from
            frames that were never tracked.

    Raises:
        ValueError: a target that is no share.
    """
    _check_target(target)
    chosen = ReviewOptions() if options is None else options
    units = Units(gaze_map, chosen)
    found: list[Found] = []
    for slot, aoi in enumerate(gaze_map.aois):
        out_of_date = (stale or {}).get(aoi.object_id, np.zeros(0, np.int64))
        subject = Subject(gaze_map, slot, units, chosen)
        chances = chances_of(subject, section, out_of_date)
        stakes = stakes_of(subject, chances, section)
        found += moments_of(subject, chances, stakes, fixation_map)
    return _ranked(found, target, units.in_deg)


def _ranked(found: list[Found], target: float, in_deg: bool) -> ReviewQueue:
    found = sorted(found, key=lambda f: (-f.weight_ns, f.moment.first_frame, f.moment.object_id))
    weights = np.array([each.weight_ns for each in found])
    total_ns = float(weights.sum())
    shares = weights / total_ns if total_ns else weights
    so_far = np.minimum(np.cumsum(shares), 1.0)
    moments = [
        replace(each.moment, weight=float(share), cumulative=float(reached))
        for each, share, reached in zip(found, shares, so_far, strict=True)
    ]
    return ReviewQueue(tuple(moments), total_ns / 1e6, target, in_deg, tuple(each.seconds for each in found))


def _check_target(target: float) -> None:
    if not 0 <= target <= 1:
        raise ValueError(f"target: expected a share from 0 to 1, such as 0.95, got {target}.")
