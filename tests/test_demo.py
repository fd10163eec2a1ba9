"""The demo's folder. What the demo does in it is tested by its command, in tests/cli."""

import pytest

from dwell.demo import run_demo
from dwell.errors import OutputError


def test_folders_of_the_same_names_are_left_alone(tmp_path):
    (tmp_path / "recording").mkdir()
    (tmp_path / "recording" / "gaze.csv").write_text("my own")
    with pytest.raises(OutputError, match="holds other files"):
        run_demo(tmp_path)
    assert (tmp_path / "recording" / "gaze.csv").read_text() == "my own"


class Interrupted(Exception):
    pass


def test_a_demo_that_was_stopped_can_be_made_again(tmp_path):
    def stop(what):
        raise Interrupted

    for _ in range(2):
        with pytest.raises(Interrupted):
            run_demo(tmp_path / "out", watch=stop)
