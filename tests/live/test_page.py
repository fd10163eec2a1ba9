"""docs/live.md names every option that a source takes, and no other."""

import inspect
import re
from pathlib import Path

import pytest

from dwell.errors import LiveError
from dwell.live import GazeNoise, open_source
from dwell.registry import GAZE_SOURCES
from live.fake_tobii import Module
from live.installed import needs

PAGE = (Path(__file__).parents[2] / "docs" / "live.md").read_text(encoding="utf-8")
PARTS = {
    "neon": "Pupil Labs Neon",
    "lsl": "Lab Streaming Layer",
    "tobii": "Tobii screen trackers",
    "mouse": "The mouse",
    "replay": "Replays",
}


def part_of(name):
    return next(part for part in PAGE.split("\n## ") if part.startswith(PARTS[name]))


def options_of(name):
    """As the source itself lists them."""
    more = {"module": Module()} if name == "tobii" else {}
    with pytest.raises(LiveError, match="no option 'nonsense'") as caught:
        open_source(f"{name}?nonsense=1", **more)
    listed = re.search(r"it takes ([\w, ]+)\.", str(caught.value)).group(1)
    return set() if listed == "no options" else set(listed.split(", "))


def needs_its_package(name):
    if name in ("neon", "lsl"):
        needs({"neon": "pupil_labs.realtime_api", "lsl": "pylsl"}[name])


@pytest.mark.parametrize("name", list(GAZE_SOURCES))
def test_every_option_is_on_the_page(name):
    needs_its_package(name)
    part = part_of(name)
    told = set(re.findall(r"[`&(](\w+)=", part)) | set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE))
    assert told - {"name", "type", "source_id", "hostname", "uid"} == options_of(name)


def test_defaults_of_the_mouse_are_those_of_the_model():
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", part_of("mouse"), re.MULTILINE)
    defaults = {name: p.default for name, p in inspect.signature(GazeNoise).parameters.items()}
    shown = {name: float(value) for name, value in rows if name != "rate_hz"}
    assert shown == {name: defaults[name] for name in shown}
    assert len(shown) == 7
