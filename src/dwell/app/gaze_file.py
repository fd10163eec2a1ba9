"""All gaze of a recording in one file, so that any span of frames can be sent at once.

Written by the analyst, who has read the recording; read by the server, as the pages scrub along.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dwell.gaze import GazeMap
from dwell.types import IntArray

__all__ = ["RECORD", "GazeFile", "write_gaze"]

RECORD = np.dtype(
    [("frame_idx", "<i4"), ("x", "<f4"), ("y", "<f4"), ("status", "u1"), ("padding", "u1", (3,))]
)
"""16 bytes a sample; status is the position in ``dwell.gaze.STATUSES``, x and y are NaN without gaze."""


def write_gaze(path: Path, samples: GazeMap) -> int:
    """Write the samples in time order; how many there are."""
    records = np.zeros(len(samples), RECORD)
    records["frame_idx"] = samples.frame_idx
    records["x"], records["y"] = samples.gaze_xy.T
    records["status"] = samples.status
    records.tofile(path)
    return len(records)


@dataclass(frozen=True, eq=False)
class GazeFile:
    """A file that ``write_gaze`` wrote."""

    _records: NDArray[np.void]
    _frames: IntArray
    """(n,) ascending: frame of each sample; for one without a frame, that before it."""

    @classmethod
    def open(cls, path: Path) -> GazeFile:
        """The file, mapped into memory."""
        if not path.stat().st_size:
            return cls(np.zeros(0, RECORD), np.zeros(0, np.int64))
        records = np.memmap(path, RECORD, mode="r")
        return cls(records, np.maximum.accumulate(records["frame_idx"]).astype(np.int64))

    def span(self, start: int, stop: int) -> bytes:
        """The samples from frame ``start`` to ``stop`` - 1, in time order.

        Samples between two frames of the span, or before the very first frame, that belong to no frame come
        too, with frame -1; spans that adjoin have every sample once.
        """
        first, last = np.searchsorted(self._frames, (start if start > 0 else -1, max(start, stop)))
        return self._records[first:last].tobytes()
