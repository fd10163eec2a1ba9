"""Whether prompts can mean anything on a frame of this video."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dwell.errors import FrameOutOfRange, PromptError
from dwell.prompts import Absent, Prompt, check_prompt
from dwell.tracking.filler import Filler
from dwell.video import Frames

__all__ = ["check_prompts"]


def check_prompts(prompts: Sequence[Prompt], frame_idx: int, frames: Frames, filler: Filler) -> None:
    """Refuse what cannot be meant.

    Args:
        prompts: of one AOI on one frame.
        frame_idx: the frame, 0-based.
        frames: the video.
        filler: its grey filler frames.

    Raises:
        FrameOutOfRange: no such frame.
        PromptError: there is no prompt, they contradict each other, the frame has no picture, or one lies
            outside it.
    """
    if not 0 <= frame_idx < len(frames):
        raise FrameOutOfRange(
            f"There is no frame {frame_idx}; {frames.path.name} has 0 … {len(frames) - 1}.",
            path=frames.path,
            frame_idx=frame_idx,
        )
    if not prompts:
        raise PromptError("No prompt given; click, box or outline the AOI.", frame_idx=frame_idx)
    if len(prompts) > 1 and any(isinstance(each, Absent) for each in prompts):
        raise PromptError(
            f"`absent` on frame {frame_idx} contradicts the other prompts there; give one or the other.",
            frame_idx=frame_idx,
        )
    if filler.at(frame_idx):
        real = np.flatnonzero(~filler.flags)
        near = int(real[np.abs(real - frame_idx).argmin()]) if len(real) else None
        raise PromptError(
            f"Frame {frame_idx} is grey filler, without a picture; the nearest real one is {near}.",
            frame_idx=frame_idx,
        )
    for prompt in prompts:
        check_prompt(prompt, frames.size_hw, frame_idx)
