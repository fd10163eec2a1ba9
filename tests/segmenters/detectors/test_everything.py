"""What stands out: with a segmenter that answers clicks exactly, each drawn thing is found once."""

import numpy as np
import pytest

from dwell.errors import PromptError
from dwell.segmenters.automatic.grid import GridProposer
from dwell.segmenters.contract import AutomaticOptions
from dwell.segmenters.detectors.everything import EverythingDetector
from dwell.segmenters.detectors.open import open_detector
from segmenters.automatic.painted import Listed, box

RED, BLUE, GREY = (200, 0, 0), (0, 0, 200), (128, 128, 128)


def drawn():
    """A red box of 40 × 20 px, a blue one of 20 × 60 px on grey, 200 × 100 px."""
    picture = np.full((100, 200, 3), GREY, np.uint8)
    picture[20:40, 20:60] = RED
    picture[30:90, 150:170] = BLUE
    return picture


@pytest.fixture
def exact():
    return EverythingDetector(GridProposer("colour"))


def test_each_thing_is_found_once_and_the_background_not_at_all(exact):
    found = exact.detect(drawn(), ["thing", "ignored"])
    assert [each.box_xyxy for each in found] == [(150, 30, 170, 90), (20, 20, 60, 40)]
    assert {each.phrase for each in found} == {"thing"}


def test_a_large_picture_is_found_as_exactly(exact):
    large = np.kron(drawn(), np.ones((4, 4, 1), np.uint8))
    found = exact.detect(large, ["thing"])
    assert [each.box_xyxy for each in found] == [(600, 120, 680, 360), (80, 80, 240, 160)]


def test_nothing_stands_out_of_one_colour(exact):
    assert exact.detect(np.full((60, 80, 3), GREY, np.uint8), ["thing"]) == []


def test_scores_are_the_proposers_and_all_down_to_the_floor_are_given():
    boxes = {(20, 20, 60, 40): 0.9, (150, 30, 170, 90): 0.3, (0, 0, 100, 50): 0.04}
    said = [(box((100, 200), *each), score, 1.0) for each, score in boxes.items()]
    detector = EverythingDetector(GridProposer(Listed(said)))
    for floor, n in ((0, 3), (0.05, 2), (0.3, 2), (0.31, 1)):
        found = detector.detect(drawn(), ["thing"], floor)
        assert {each.box_xyxy: each.score for each in found} == dict(list(boxes.items())[:n])
        assert all(each.text_score == each.score for each in found)
    assert len(detector.detect(drawn(), ["thing"])) == 2


def test_any_proposer_will_do_and_is_asked_with_the_options():
    class One:
        name = "one"

        def describe(self):
            return {"name": self.name, "version": 7, "seed": 3}

        def propose(self, image, options, beside=None):
            self.asked = options
            return GridProposer("colour").propose(image, options)[:1]

    one = One()
    detector = EverythingDetector(one, AutomaticOptions(max_area=1))
    (found,) = detector.detect(drawn(), ["thing"])
    assert found.box_xyxy == (0, 0, 200, 100)
    assert one.asked == AutomaticOptions(max_area=1)
    assert detector.describe() == {"name": "everything", "version": 2, "seed": 3, "proposer": "one"}


def test_by_name_it_asks_the_embedded_proposer():
    detector = open_detector("everything")
    found = detector.detect(drawn(), ["thing"])
    nearest = min(abs(np.subtract(each.box_xyxy, (20, 20, 60, 40))).max() for each in found)
    assert nearest <= 8
    assert detector.describe()["proposer"] == "embedded"


def test_without_a_phrase_there_is_no_name(exact):
    with pytest.raises(PromptError, match="no phrase to call things by"):
        exact.detect(drawn(), [])
