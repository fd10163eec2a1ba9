"""What people type."""

import subprocess
import sys

import av.logging
import pytest

from dwell.errors import LiveError, MissingSource
from dwell.live import open_source
from dwell.live.optional import need
from dwell.live.spec import read_options, size_wh, space, split_spec, yes_no
from dwell.types import Space
from live.installed import needs


@pytest.mark.parametrize(
    ("spec", "parts"),
    [
        ("neon", ("neon", "", {})),
        ("neon:192.168.1.21:8080", ("neon", "192.168.1.21:8080", {})),
        ("lsl:My stream?x=gaze%26x&y=gy", ("lsl", "My stream", {"x": "gaze&x", "y": "gy"})),
        ("lsl:source_id=abc", ("lsl", "source_id=abc", {})),
        ("mouse?seed=3", ("mouse", "", {"seed": "3"})),
        (r"replay:C:\gaze what?.csv", ("replay", r"C:\gaze what?.csv", {})),
    ],
)
def test_parts(spec, parts):
    assert split_spec(spec) == parts


def test_options_are_read_and_values_kept():
    known = {"size_wh": size_wh, "space": space, "shift": yes_no}
    options = {"size_wh": "1920x1080", "space": Space.PAGE, "shift": "yes"}
    assert read_options("fake", options, known) == {
        "size_wh": (1920, 1080),
        "space": Space.PAGE,
        "shift": True,
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": "1x1"}, "no option 'size'; it takes size_wh, space, shift. Did you mean 'size_wh'"),
        ({"size_wh": "1920"}, "cannot be '1920': say width and height in px"),
        ({"space": "moon"}, "cannot be 'moon': say one of display, page, image, scene"),
        ({"shift": "maybe"}, "cannot be 'maybe': say yes or no"),
    ],
)
def test_options_that_cannot_be_read(options, message):
    with pytest.raises(LiveError, match=message):
        read_options("fake", options, {"size_wh": size_wh, "space": space, "shift": yes_no})


def test_a_source_that_does_not_exist():
    with pytest.raises(MissingSource, match=r"no gaze source named 'noen'.*Did you mean 'neon'"):
        open_source("noen:192.168.1.21")
    with pytest.raises(MissingSource, match="No gaze source is named in ''; choose one of: neon, lsl"):
        open_source("")


def test_a_package_that_is_not_installed():
    with pytest.raises(MissingSource, match=r"'fake' needs the package 'no_such_thing'.*run: pip install x"):
        need("no_such_thing", "fake", "pip install x")


def test_a_package_that_cannot_be_loaded(tmp_path, monkeypatch):
    (tmp_path / "broken_lsl.py").write_text("raise RuntimeError('liblsl.so was not found')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingSource, match=r"cannot be loaded \(liblsl.so was not found\).*pip install x"):
        need("broken_lsl", "lsl", "pip install x")


def test_a_package_that_switches_logging_of_videos_on_does_not_have_its_way(tmp_path, monkeypatch):
    (tmp_path / "loud.py").write_text("import av.logging\nav.logging.set_level(av.logging.VERBOSE)")
    monkeypatch.syspath_prepend(tmp_path)
    need("loud", "neon", "pip install x")
    assert av.logging.get_level() is None


def test_videos_are_as_before_once_glasses_are_opened():
    needs("pupil_labs.realtime_api")
    code = "import av.logging, dwell.live; dwell.live.open_source('neon'); print(av.logging.get_level())"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "None\n"


def test_the_room_loads_no_optional_package():
    code = "import sys, dwell.live, dwell.live.neon, dwell.live.lsl, dwell.live.tobii; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"pupil_labs", "pylsl", "tobii_research", "aiohttp", "zeroconf"} & set(loaded.split())
