"""AOIs from words in Python: find once, try thresholds, accept, track."""

import numpy as np
import pytest
from PIL import Image

import dwell
from dwell.errors import MissingBackend
from dwell.segmenters.detectors.choosing import Thresholds
from dwell.suggestions import Why
from shape_recordings import shapes_world, write_image_folder


@pytest.fixture
def shots(tmp_path):
    return write_image_folder(tmp_path / "shots", shapes_world(10))


def test_words_on_a_photo(tmp_path):
    Image.fromarray(shapes_world().frame(3)).save(tmp_path / "shelf.png")
    with dwell.open_analysis(tmp_path / "shelf.png", tmp_path / "p.dwell", backend="colour") as analysis:
        found = analysis.find("red . blue", detector="colours")
        assert analysis.suggest(found, thresholds=Thresholds(box=1)) == []
        red, blue = analysis.suggest(found, masks=True)
        np.testing.assert_array_equal(red.mask.to_array(), shapes_world().truth(3)["red"])
        assert [aoi.name for aoi in analysis.accept([blue], {blue.thing: "ball"})] == ["ball"]
        assert [each.why for each in analysis.suggest(found)] == [Why.NEW, Why.KNOWN]
        assert analysis.session.undo() == "add AOIs from words"


def test_where_nothing_says_which_frames_it_is_the_frames_with_prompts(shots, tmp_path):
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:

        def looked_on(*frames):
            return [each.frame_idx for each in analysis.suggest("blue", *frames, detector="colours")]

        assert looked_on() == [0]
        for frame_idx in (7, 4):
            analysis.prompt("red", dwell.Point(12 + frame_idx, 15), frame_idx=frame_idx)
        assert looked_on() == [4, 7]
        assert looked_on(9) == [9]
        assert looked_on(range(0, 10, 5)) == [0, 5]


def test_a_detector_that_is_not_there(shots, tmp_path):
    with (
        dwell.open_analysis(shots, tmp_path / "p.dwell") as analysis,
        pytest.raises(MissingBackend, match="colours"),
    ):
        analysis.find("red", detector="colors")
