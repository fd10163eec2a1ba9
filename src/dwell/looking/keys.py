"""What a viewer can say with keys, and which keys say it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["ACTIONS", "DEFAULT_KEYS", "Action", "check_keys"]


class Action(StrEnum):
    """What a key does while somebody looks."""

    START = "start"
    STOP = "stop"
    CLEAR = "clear"
    SAVE = "save"
    RUN = "run"
    INCLUDE = "include"
    EXCLUDE = "exclude"
    BOX = "box"
    LEVEL = "level"
    UNDO = "undo"
    HOLD = "hold"
    DWELL = "dwell"
    NEXT = "next"
    PREVIOUS = "previous"
    NEW = "new"
    CHECK = "check"


ACTIONS: Mapping[Action, str] = {
    Action.START: "begin to segment what is looked at",
    Action.STOP: "stop; the mask stays as it is",
    Action.CLEAR: "forget the mask and what was said of it",
    Action.SAVE: "keep the mask",
    Action.RUN: "segment this picture now, from where was looked at last",
    Action.INCLUDE: "this is of it: what is looked at now",
    Action.EXCLUDE: "this is not of it: what is looked at now",
    Action.BOX: "corner of a box; the second one closes it",
    Action.LEVEL: "smaller or larger: the next of three masks",
    Action.UNDO: "take back the last word or, if there is none, what was kept last",
    Action.HOLD: "hold the mask while you look around; again to let go",
    Action.DWELL: "keep what is looked at for long, without a key; again to stop that",
    Action.NEXT: "next picture or slice",
    Action.PREVIOUS: "picture or slice before",
    Action.NEW: "keep to a new AOI from now on",
    Action.CHECK: "check how good gaze is, with five points",
}
"""What each does, as a person reads it."""

DEFAULT_KEYS: Mapping[Action, str] = {
    Action.START: "z",
    Action.STOP: "x",
    Action.CLEAR: "a",
    Action.SAVE: "c",
    Action.RUN: "q",
    Action.INCLUDE: "f",
    Action.EXCLUDE: "d",
    Action.BOX: "b",
    Action.LEVEL: "g",
    Action.UNDO: "u",
    Action.HOLD: "h",
    Action.DWELL: "w",
    Action.NEXT: "ArrowDown",
    Action.PREVIOUS: "ArrowUp",
    Action.NEW: "n",
    Action.CHECK: "k",
}
"""Keys as ``KeyboardEvent.key`` names them. Z, X, A, C and Q are those of GazeSAM (Wang et al. 2023)."""


def check_keys(keys: Mapping[Action, str]) -> dict[Action, str]:
    """All keys, the given ones in place of the default.

    Raises:
        ValueError: two actions have one key.
    """
    chosen = {**DEFAULT_KEYS, **keys}
    of_key: dict[str, Action] = {}
    for action, key in chosen.items():
        other = of_key.setdefault(key.lower(), action)
        if other is not action:
            raise ValueError(
                f"The key {key!r} would both {other} and {action}; give one of them another key."
            )
    return chosen
