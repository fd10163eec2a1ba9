"""Every event and request as a line of JSON, and back to an equal value."""

import json
import math

import numpy as np
import pytest

from dwell.errors import BadTable
from dwell.looking import (
    Action,
    Answered,
    Ask,
    Commit,
    LiveFixation,
    Looked,
    Pressed,
    Proposed,
    Tuned,
    Turned,
    Unkept,
    Wish,
    Zoomed,
)
from dwell.looking.writing import from_json, to_json
from dwell.masks import Mask
from dwell.prompts import Box, MaskPrompt, Point

T = 1_764_244_800_123_456_789
MASK = Mask.from_array(np.eye(7, 9, dtype=bool))
FIXATION = LiveFixation(T, T + 250_000_000, 1 / 3, 2e-17, 0.1, 25)


@pytest.mark.parametrize(
    "item",
    [
        Looked(T, 0.1 + 0.2, 1e300, True),
        Pressed(T, Action.INCLUDE),
        Turned(T, 3),
        Turned(T, 3, 8, MASK),
        Zoomed(T, 37.795275590551185),
        Tuned(T, 0.7300000000000001, 800.0),
        Answered(T, 4, ((Proposed(MASK, 0.7), Proposed(MASK, 1 / 7)), ())),
        Ask(4, 3, ((Point(1.5, 2.5),), (Point(1, 2), Point(3, 4, False), Box(0, 0, 5, 5), MaskPrompt(MASK)))),
        Commit(3, None, MASK, (Point(1.5, 2.5),), (FIXATION,)),
        Commit(3, 8, MASK, (), ()),
        Unkept(3, None),
        Wish(Action.NEXT),
    ],
)
def test_round_trip(item):
    line = to_json(item)
    assert "\n" not in line
    assert from_json(line) == item


def test_no_gaze_is_null():
    line = to_json(Looked(T, math.nan, math.nan, False))
    assert json.loads(line) == {"kind": "looked", "t_ns": T, "x": None, "y": None, "valid": False}
    assert math.isnan(from_json(line).x)


@pytest.mark.parametrize(
    "text", ['{"kind":"looked","t_ns":1', '{"kind":"winked"}', '{"kind":"turned","t_ns":1}', "[]"]
)
def test_a_damaged_line_is_named(text, tmp_path):
    with pytest.raises(
        BadTable, match=r"events\.jsonl, line 12 cannot be read .*; copy the folder of the look again"
    ):
        from_json(text, tmp_path / "events.jsonl", 12)
