"""Between the library's values and the messages."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

from dwell.app import messages
from dwell.errors import PromptError
from dwell.masks import Mask, MaskRecord
from dwell.project import Step, StoredPrompt
from dwell.prompts import MaskPrompt, Prompt, prompt_from_json, prompt_to_json
from dwell.types import AOI, Origin, State

__all__ = [
    "aoi_message",
    "candidates_message",
    "mask_message",
    "masks_message",
    "prompt_from",
    "prompt_message",
    "said_message",
    "step_message",
]


def aoi_message(aoi: AOI) -> messages.Aoi:
    """An AOI as pages know it."""
    return messages.Aoi(
        object_id=aoi.object_id,
        name=aoi.name,
        colour=aoi.colour,
        category=aoi.category,
        part_of=aoi.part_of,
    )


def prompt_from(message: messages.Prompt) -> Prompt:
    """The prompt in a message.

    Raises:
        PromptError: a field that its kind needs is missing.
    """
    fields = message.model_dump(exclude_none=True, exclude={"id", "object_id", "frame_idx"})
    if message.kind not in ("point", "stroke"):
        fields.pop("positive", None)
    try:
        return prompt_from_json(json.dumps(fields))
    except (TypeError, KeyError, ValueError) as error:
        raise PromptError(
            f"Cannot read the prompt of kind {message.kind!r} ({error}); reload the page and try again."
        ) from error


def prompt_message(stored: StoredPrompt) -> messages.Prompt:
    """A stored prompt as pages know it; of a mask only that it is there."""
    fields = json.loads(prompt_to_json(stored.prompt))
    fields.pop("counts", None)
    return messages.Prompt(id=stored.id, object_id=stored.object_id, frame_idx=stored.frame_idx, **fields)


def said_message(prompt: Prompt) -> messages.Prompt | None:
    """A prompt that is not stored, to be drawn; None of a mask, which is drawn as such."""
    if isinstance(prompt, MaskPrompt):
        return None
    return messages.Prompt(**json.loads(prompt_to_json(prompt)))


def mask_message(record: MaskRecord, *, stale: bool = False) -> messages.MaskOnFrame:
    """One AOI on one frame, with its mask."""
    doubt = record.doubt
    return messages.MaskOnFrame(
        object_id=record.object_id,
        state=record.state.value,  # type: ignore[arg-type]  # never UNKNOWN
        score=_number(record.score),
        doubt=_number(doubt),
        approved=record.approved,
        check=record.check,
        stale=stale,
        user_made=record.origin is Origin.USER,
        interpolated=record.signals.interpolated,
        counts=record.mask.to_bytes().decode("ascii") if record.state is State.VISIBLE else "",
        area=record.mask.area,
        box=record.mask.box_xyxy,
    )


def masks_message(
    frame_idx: int, rev: int, records: Iterable[MaskRecord], current: Iterable[int]
) -> messages.FrameMasks:
    """The masks of one frame; ``current``: the object_ids whose masks are up to date."""
    there = set(current)
    masks = [mask_message(record, stale=record.object_id not in there) for record in records]
    return messages.FrameMasks(frame_idx=frame_idx, rev=rev, masks=masks)


def candidates_message(
    object_id: int, frame_idx: int, rows: Iterable[tuple[Mask, float, bool]]
) -> messages.Candidates:
    """Possible masks, best first: of each the mask, its score, and whether it is the one that holds."""
    found = [
        messages.Candidate(
            index=index,
            counts=mask.to_bytes().decode("ascii"),
            area=mask.area,
            score=round(float(score), 4),
            chosen=chosen,
        )
        for index, (mask, score, chosen) in enumerate(rows)
    ]
    return messages.Candidates(object_id=object_id, frame_idx=frame_idx, candidates=found)


def step_message(step: Step | None) -> messages.Step | None:
    """An undo step as pages know it."""
    return None if step is None else messages.Step(id=step.id, label=step.label)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 4)
