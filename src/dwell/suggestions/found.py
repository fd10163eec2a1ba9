"""Looking for phrases on frames, once; all that was found is kept, so that thresholds can be tried later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dwell.errors import FrameOutOfRange, PromptError
from dwell.project import Project
from dwell.segmenters.contract import Detection, Detector
from dwell.types import IntArray, ProgressFn
from dwell.video import Frames, is_filler

__all__ = ["FLOOR", "Found", "find", "key_frames", "look", "numbers_every"]

FLOOR = 0.05
"""Score below which nothing is kept; ours."""
MOST = 200
"""Detections kept of a frame, the best; ours. About 20 kB."""


@dataclass(frozen=True)
class Found:
    """What a detector found on some frames."""

    phrases: tuple[str, ...]
    detections: Mapping[int, Sequence[Detection]]
    """By frame_idx, ascending, best first; a frame on which nothing was found is there, too."""
    detector: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    """Its name and parameters, for the record."""


def find(
    frames: Frames,
    detector: Detector,
    phrases: Sequence[str],
    numbers: Iterable[int],
    progress: ProgressFn | None = None,
) -> Found:
    """Everything that fits the phrases on these frames; grey filler frames are passed over.

    Args:
        frames: the video.
        detector: who looks.
        phrases: what ``split_phrases`` gives.
        numbers: frame_idx of the frames, in any order.
        progress: called with (done, total) frames; it may raise ``Cancelled``.

    Raises:
        FrameOutOfRange: no such frame.
        PromptError: none of the frames shows a picture, or the detector cannot look for these phrases.
    """
    wanted = sorted({int(number) for number in numbers})
    found: dict[int, list[Detection]] = {}
    for done, (frame_idx, detections) in enumerate(look(frames, detector, phrases, wanted), start=1):
        if detections is not None:
            found[frame_idx] = detections
        if progress is not None:
            progress(done, len(wanted))
    if wanted and not found:
        raise PromptError(
            f"Frame {wanted[0]} is grey filler, without a picture; look on another."
            if len(wanted) == 1
            else f"All {len(wanted)} frames are grey filler, without a picture; look on others.",
            frame_idx=wanted[0],
        )
    return Found(tuple(phrases), found, detector.describe())


def key_frames(project: Project) -> list[int]:
    """The frames with prompts, ascending; the first frame where there are none."""
    prompted = {frame for aoi in project.aois() for frame in project.prompt_frames(aoi.object_id)}
    return sorted(prompted) or [0]


def numbers_every(times_ns: IntArray, seconds: float) -> list[int]:
    """The frame at 0, ``seconds``, 2 × ``seconds`` … from the first on; each once, ascending.

    Args:
        times_ns: (n,) int64 ns, ascending: when each frame was taken or is shown.
        seconds: s, more than 0.
    """
    step_ns = max(1, round(seconds * 1e9))
    wanted_ns = np.arange(times_ns[0], times_ns[-1] + 1, step_ns)
    return sorted(set((np.searchsorted(times_ns, wanted_ns, side="right") - 1).tolist()))


def look(
    frames: Frames, detector: Detector, phrases: Sequence[str], numbers: Sequence[int]
) -> Iterator[tuple[int, list[Detection] | None]]:
    """(frame_idx, detections) of each of these frames as it is looked at; None for a grey filler frame.

    In ascending order each frame is decoded about once, and one picture is held.
    """
    for number in numbers:
        if not 0 <= number < len(frames):
            raise FrameOutOfRange(
                f"There is no frame {number}; {frames.path.name} has 0 … {len(frames) - 1}.",
                path=frames.path,
                frame_idx=number,
            )
    for number in numbers:
        for _, image in frames.stream(number, number + 1):
            blank = len(frames) > 1 and is_filler(image)  # a still is what somebody chose to look at
            yield number, None if blank else detector.detect(image, phrases, FLOOR)[:MOST]
