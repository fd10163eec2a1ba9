"""Events and requests as lines of JSON, and back: exact, so that a look can be run again bit for bit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dwell.errors import BadTable
from dwell.looking.events import (
    Answered,
    Ask,
    Commit,
    Event,
    Looked,
    Pressed,
    Proposed,
    Request,
    Tuned,
    Turned,
    Unkept,
    Wish,
    Zoomed,
)
from dwell.looking.fixating import LiveFixation
from dwell.looking.keys import Action
from dwell.masks import Mask
from dwell.prompts import prompt_from_json, prompt_to_json

__all__ = ["from_json", "to_json"]

_Values = Mapping[str, Any]


def to_json(item: Event | Request) -> str:
    """One line; NaN is written as null."""
    kind, values = _KINDS[type(item)]
    return json.dumps({"kind": kind, **values(item)}, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str, path: Path | None = None, line: int | None = None) -> Event | Request:
    """What ``to_json`` wrote, equal to it.

    Raises:
        BadTable: the line is damaged.
    """
    try:
        values = json.loads(text)
        return _MAKERS[values["kind"]](values)
    except (ValueError, KeyError, TypeError) as error:
        name = "a log of looking" if path is None else path.name
        where = "" if line is None else f", line {line}"
        raise BadTable(
            f"{name}{where} cannot be read ({error}); copy the folder of the look again.",
            path=path,
            line=line,
        ) from error


# ------------------------------------------------------------------ values


def _number(value: float) -> float | None:
    return value if value == value else None  # NaN is no JSON


def _mask(mask: Mask | None) -> dict[str, Any] | None:
    if mask is None:
        return None
    coco = mask.to_coco()
    return {"size": list(coco["size"]), "counts": coco["counts"].decode("ascii")}


def _mask_from(values: _Values | None) -> Mask | None:
    return None if values is None else Mask.from_coco(values)


def _some_mask(values: _Values) -> Mask:
    return Mask.from_coco(values)


def _found(event: Answered) -> list[list[dict[str, Any]]]:
    return [[{"score": each.score, **(_mask(each.mask) or {})} for each in masks] for masks in event.found]


def _prompts(prompts: Any) -> list[Any]:
    return [json.loads(prompt_to_json(each)) for each in prompts]


def _prompts_from(values: Any) -> tuple[Any, ...]:
    return tuple(prompt_from_json(json.dumps(each)) for each in values)


_KINDS: Mapping[type, tuple[str, Callable[[Any], dict[str, Any]]]] = {
    Looked: ("looked", lambda e: {"t_ns": e.t_ns, "x": _number(e.x), "y": _number(e.y), "valid": e.valid}),
    Pressed: ("pressed", lambda e: {"t_ns": e.t_ns, "action": e.action.value}),
    Turned: (
        "turned",
        lambda e: {
            "t_ns": e.t_ns,
            "frame_idx": e.frame_idx,
            "object_id": e.object_id,
            "mask": _mask(e.mask),
        },
    ),
    Zoomed: ("zoomed", lambda e: {"t_ns": e.t_ns, "px_per_deg": e.px_per_deg}),
    Tuned: ("tuned", lambda e: {"t_ns": e.t_ns, "error_deg": e.error_deg, "dwell_ms": e.dwell_ms}),
    Answered: ("answered", lambda e: {"t_ns": e.t_ns, "number": e.number, "found": _found(e)}),
    Ask: (
        "ask",
        lambda r: {
            "number": r.number,
            "frame_idx": r.frame_idx,
            "prompts": [_prompts(each) for each in r.prompts],
        },
    ),
    Commit: (
        "commit",
        lambda r: {
            "frame_idx": r.frame_idx,
            "object_id": r.object_id,
            "mask": _mask(r.mask),
            "prompts": _prompts(r.prompts),
            "fixations": [asdict(each) for each in r.fixations],
        },
    ),
    Unkept: ("unkept", lambda r: {"frame_idx": r.frame_idx, "object_id": r.object_id}),
    Wish: ("wish", lambda r: {"action": r.action.value}),
}


def _nan(value: float | None) -> float:
    return float("nan") if value is None else float(value)


_MAKERS: Mapping[str, Callable[[_Values], Event | Request]] = {
    "looked": lambda v: Looked(v["t_ns"], _nan(v["x"]), _nan(v["y"]), v["valid"]),
    "pressed": lambda v: Pressed(v["t_ns"], Action(v["action"])),
    "turned": lambda v: Turned(v["t_ns"], v["frame_idx"], v["object_id"], _mask_from(v["mask"])),
    "zoomed": lambda v: Zoomed(v["t_ns"], float(v["px_per_deg"])),
    "tuned": lambda v: Tuned(v["t_ns"], float(v["error_deg"]), float(v["dwell_ms"])),
    "answered": lambda v: Answered(
        v["t_ns"],
        v["number"],
        tuple(tuple(Proposed(_some_mask(m), m["score"]) for m in masks) for masks in v["found"]),
    ),
    "ask": lambda v: Ask(v["number"], v["frame_idx"], tuple(_prompts_from(each) for each in v["prompts"])),
    "commit": lambda v: Commit(
        v["frame_idx"],
        v["object_id"],
        _some_mask(v["mask"]),
        _prompts_from(v["prompts"]),
        tuple(LiveFixation(**each) for each in v["fixations"]),
    ),
    "unkept": lambda v: Unkept(v["frame_idx"], v["object_id"]),
    "wish": lambda v: Wish(Action(v["action"])),
}
