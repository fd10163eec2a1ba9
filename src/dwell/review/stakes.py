"""What hangs on each sample: its chance of error, times the length of the stay that it endangers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dwell.gaze import Section
from dwell.metrics.visits import find_visits
from dwell.review.chances import Chances
from dwell.review.subject import Subject
from dwell.types import FloatArray, IntArray

__all__ = ["NO_STAY", "Stakes", "share_stays", "stakes_of"]

NO_STAY = -1


@dataclass(frozen=True, eq=False)
class Stakes:
    """The samples of ``Chances``, for one AOI."""

    weight_ns: FloatArray
    """(s,) ns of gaze time that may be wrong because of the sample."""
    stay: IntArray
    """(s,) the stay that it is part of, ``NO_STAY`` = none."""
    stay_ns: FloatArray
    """(v,) gaze time of each stay."""
    durations_ns: FloatArray
    """(s,) gaze time of each sample."""


def stakes_of(subject: Subject, chances: Chances, section: Section) -> Stakes:
    """The weights of all samples of an AOI.

    A *stay* is a visit as it might be: an uninterrupted run of samples that are in the AOI, or likely to be
    mapped wrongly, without those that a person has settled. Its gaze time times the greatest chance of error
    in it may be wrong; see ``share_stays`` for how the samples share that. A sample in no stay has its own
    time to lose, and so has one that is only close to the border of a sound mask.
    """
    gaze_map = subject.gaze_map
    overlap_ns = section.overlap_ns(gaze_map.timestamps_ns, gaze_map.durations_ns)
    durations = np.asarray(overlap_ns[chances.samples], np.float64)
    member = (chances.inside | (chances.chance >= subject.options.likely)) & ~chances.doubt.anchor[
        chances.frames
    ]
    weight, stay = chances.chance * durations, np.full(len(durations), NO_STAY, np.int64)
    flags = np.zeros(len(gaze_map), bool)
    flags[chances.samples[member]] = True
    visits = find_visits(gaze_map, flags, section)
    times = gaze_map.timestamps_ns[chances.samples[member]]
    stay[member] = np.searchsorted(visits.starts_ns, times, "right") - 1
    weight[member] = share_stays(chances.chance[member], durations[member], stay[member])
    weight += np.maximum(chances.edge - chances.chance, 0.0) * durations
    return Stakes(weight, stay, np.asarray(visits.dwell_ns, np.float64), durations)


def share_stays(chance: FloatArray, durations: FloatArray, stay: IntArray) -> FloatArray:
    """(m,) what each sample may spoil: all of a stay together, its length × the greatest chance in it.

    Each level of chance is shared by the samples that reach it, in proportion to their time: one bad frame
    in a stay that is otherwise sound answers for nearly all of it; where all samples are alike, each answers
    for its own time.

    Args:
        chance: (m,) 0 … 1.
        durations: (m,) any unit; that of the answer.
        stay: (m,) which stay each sample is part of.
    """
    if not len(chance):
        return np.zeros(0)
    order = np.lexsort((chance, stay))
    p, d, g = chance[order], durations[order], stay[order]
    first = np.flatnonzero(np.diff(g, prepend=g[0] - 1))
    group = np.cumsum(np.diff(g, prepend=g[0] - 1) != 0) - 1
    length = np.add.reduceat(d, first)
    rises = np.diff(p, prepend=0.0)
    rises[first] = p[first]
    before = np.cumsum(d) - d
    reaching = length[group] - (
        before - before[first][group]
    )  # time of the samples with at least this chance
    levels = np.divide(rises * length[group], reaching, out=np.zeros(len(p)), where=reaching > 0)
    summed = np.cumsum(levels)
    shared = summed - (summed - levels)[first][group]
    result = np.empty(len(p))
    result[order] = shared * d
    return result
