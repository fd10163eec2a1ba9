"""The part of a project that changes masks that are there, whole stretches of frames at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import islice

from dwell.masks import Mask, MaskRecord
from dwell.project.deriving import BATCH, Deriving
from dwell.project.history import History
from dwell.project.masks_table import MaskTable
from dwell.project.prompts_table import PromptTable
from dwell.project.swapping import Swapping
from dwell.prompts import Absent, MaskPrompt
from dwell.types import Origin, State

__all__ = ["Editing"]


class Editing:
    """What editing tools do to a project; see ``Project`` and ``dwell.editing``."""

    _history: History
    _prompts: PromptTable
    _masks: MaskTable
    _deriving: Deriving
    _swapping: Swapping

    def derive_masks(self, object_id: int, masks: Mapping[int, Mask], to: int | None = None) -> int:
        """Replace the pixels of masks and keep all else that is known of them; how many there were.

        Origin, score, direction, approval, *check*, *out of date*, run and signals stay. An empty mask makes
        the AOI absent. Where the AOI has prompts, the mask follows them as a choice that further clicks
        correct.

        Args:
            object_id: the AOI that has the masks now.
            masks: by frame; frames on which it has none are passed over.
            to: the AOI that gets them; None = the same one. Another one must have none on these frames.

        Raises:
            ValueError: a mask has another size than the scene video.
        """
        with self._history.change("change masks"):
            return self._deriving.derive(object_id, masks, object_id if to is None else to)

    def place_masks(self, object_id: int, masks: Iterable[tuple[int, Mask]]) -> int:
        """Keep masks that a person has put on frames, as anchors, each with a prompt; how many.

        They replace what the AOI has on these frames: prompts and masks, approved ones, too.

        Args:
            object_id: the AOI.
            masks: frame and mask; an empty one says that the AOI is absent.

        Raises:
            FrameOutOfRange: the scene video has no such frame.
            ValueError: a mask has another size than the scene video.
        """
        remaining, n_placed = iter(masks), 0
        with self._history.change("place masks"):
            while batch := list(islice(remaining, BATCH)):
                for frame_idx, mask in batch:
                    self._masks.check_frame(frame_idx)
                    self._prompts.remove_all(object_id, frame_idx)
                    self._prompts.add(object_id, frame_idx, MaskPrompt(mask) if mask else Absent())
                    self._masks.delete(object_id, frame_idx, frame_idx + 1)
                n_placed += self._masks.write((_given(object_id, *each) for each in batch), None)
        return n_placed

    def forget_frames(self, object_id: int, start: int, stop: int, *, approved: bool = False) -> int:
        """Delete an AOI's masks and prompts on frames [start, stop); how many masks there were.

        Args:
            object_id: the AOI.
            start: first frame.
            stop: one after the last.
            approved: those on frames that are approved, too.
        """
        with self._history.change("forget frames"):
            self._prompts.remove_within(object_id, start, stop, approved=approved)
            return self._masks.delete(object_id, start, stop, approved=approved)

    def swap_aois(self, one: int, other: int, start: int, stop: int, marked_ns: Collection[int] = ()) -> int:
        """Give all that two AOIs have on frames [start, stop) to each other; how many masks that were.

        Masks keep everything, approval and *out of date*, too, and prompts go with them. Saved memories of
        both are deleted, for good: undo brings back everything else. It takes the same few statements however
        many frames there are.

        Args:
            one: object_id.
            other: object_id of another one.
            start: first frame.
            stop: one after the last.
            marked_ns: starts of the fixations, ns UTC, whose marks are to follow.
        """
        with self._history.action("swap"):
            return self._swapping.swap(one, other, start, stop, marked_ns)


def _given(object_id: int, frame_idx: int, mask: Mask) -> MaskRecord:
    state = State.VISIBLE if mask else State.ABSENT
    return MaskRecord(object_id, frame_idx, mask, state, float("nan"), Origin.USER, None)
