"""What stands out: with a segmenter that answers clicks exactly, each drawn thing is found once."""

import numpy as np
import pytest

from dwell.errors import PromptError
from dwell.segmenters.colour import ColourBackend
from dwell.segmenters.detectors.everything import EverythingDetector
from dwell.segmenters.detectors.open import open_detector

RED, BLUE, GREY = (200, 0, 0), (0, 0, 200), (128, 128, 128)


def drawn():
    """A red box of 40 × 20 px, a blue one of 20 × 60 px on grey, 200 × 100 px."""
    picture = np.full((100, 200, 3), GREY, np.uint8)
    picture[20:40, 20:60] = RED
    picture[30:90, 150:170] = BLUE
    return picture


def test_each_thing_is_found_once_and_the_background_not_at_all():
    found = EverythingDetector(ColourBackend(), clicks=200).detect(drawn(), ["thing", "ignored"])
    assert {each.box_xyxy for each in found} == {(20, 20, 60, 40), (150, 30, 170, 90)}
    assert {each.phrase for each in found} == {"thing"}


def test_the_score_counts_the_clicks_that_agree():
    """20 × 10 clicks, 10 px apart: 4 × 2 lie in red, 2 × 6 in blue, and all of them give the same answer."""
    found = EverythingDetector(ColourBackend(), clicks=200).detect(drawn(), ["thing"])
    scores = {each.box_xyxy: each.score for each in found}
    assert scores[20, 20, 60, 40] == pytest.approx(8 / 9)
    assert scores[150, 30, 170, 90] == pytest.approx(12 / 13)
    assert found[0].box_xyxy == (150, 30, 170, 90)
    assert [
        each.score >= 0.9 for each in EverythingDetector(ColourBackend(), 200).detect(drawn(), ["a"], 0.9)
    ] == [True]


def test_a_large_picture_is_found_to_a_pixel_of_the_thinned_one():
    large = np.kron(drawn(), np.ones((8, 8, 1), np.uint8))
    found = EverythingDetector(ColourBackend(), clicks=200).detect(large, ["thing"])
    assert len(found) == 2
    for each in found:
        exact = next(
            box
            for box in ((160, 160, 480, 320), (1200, 240, 1360, 720))
            if abs(box[0] - each.box_xyxy[0]) < 8
        )
        assert np.abs(np.subtract(each.box_xyxy, exact)).max() <= 6  # thinned to every 6th px


def test_nothing_stands_out_of_one_colour():
    assert EverythingDetector(ColourBackend()).detect(np.full((60, 80, 3), GREY, np.uint8), ["thing"]) == []


def test_by_name_it_asks_the_embedded_backend():
    found = open_detector("everything", clicks=24).detect(drawn(), ["thing"])
    nearest = min(abs(np.subtract(each.box_xyxy, (20, 20, 60, 40))).max() for each in found)
    assert nearest <= 8  # its clicks are not exact


def test_without_a_phrase_there_is_no_name():
    with pytest.raises(PromptError, match="no phrase to call things by"):
        EverythingDetector(ColourBackend()).detect(drawn(), [])
