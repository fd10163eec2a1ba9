"""What every registered detector promises, tried on a drawn picture."""

import json

import numpy as np
import pytest

from dwell.errors import BackendError, MissingBackend, PromptError
from dwell.models import DETECTOR_MODELS
from dwell.registry import DETECTORS
from dwell.segmenters.checkpoints.family import DETECTING
from dwell.segmenters.contract import Detector
from dwell.segmenters.detectors.open import open_detector
from segmenters.detectors.conftest import HUB_DETECTORS
from segmenters.detectors.drawn import picture
from segmenters.detectors.tiny import KINDS

BY_RULES = [name for name in DETECTORS if name not in DETECTOR_MODELS]
BY_HUB = [pytest.param(name, marks=pytest.mark.hub) for name in HUB_DETECTORS]
PHRASES = ("red bottle", "the blue flag", "hand of a cup")


@pytest.fixture(params=[*BY_RULES, *KINDS, *BY_HUB])
def detector(request):
    """Every detector; of the learned ones, tiny copies of each architecture that know no word."""
    if request.param in BY_RULES:
        return open_detector(request.param)
    return request.getfixturevalue("learned")(request.param)


def test_every_architecture_is_tried_here():
    assert {kind.replace("sam3-", "sam3_") for kind in KINDS} == set(DETECTING.architectures)


def test_it_has_the_parts_of_a_detector(detector):
    assert isinstance(detector, Detector)
    assert detector.name
    assert json.dumps(detector.describe())


def test_boxes_lie_within_the_image_and_have_one_of_the_phrases(detector):
    found = detector.detect(picture(), PHRASES, 0)
    assert found
    for each in found:
        x0, y0, x1, y1 = each.box_xyxy
        assert 0 <= x0 < x1 <= 140
        assert 0 <= y0 < y1 <= 90
        assert all(isinstance(value, int | float) for value in each.box_xyxy)
        assert each.phrase in PHRASES


def test_the_best_comes_first_and_none_lies_below_the_floor(detector):
    everything = detector.detect(picture(), PHRASES, 0)
    scores = [each.score for each in everything]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= each.text_score <= each.score <= 1 for each in everything)
    for floor in ((scores[0] + scores[-1]) / 2, scores[0]):
        expected = [each for each in everything if each.score >= floor]
        assert detector.detect(picture(), PHRASES, floor) == expected
    assert detector.detect(picture(), PHRASES) == [each for each in everything if each.score >= 0.05]


def test_the_same_again_gives_the_same_and_nothing_given_is_changed(detector):
    image, phrases = picture(), list(PHRASES)
    found = detector.detect(image, phrases, 0)
    np.testing.assert_array_equal(image, picture())
    assert phrases == list(PHRASES)
    detector.detect(picture()[::-1], ["blue hand"], 0)
    assert detector.detect(image, phrases, 0) == found


def test_a_view_of_another_array_is_an_image_too(detector):
    turned = np.ascontiguousarray(picture()[:, ::-1])[:, ::-1]
    assert detector.detect(turned, PHRASES) == detector.detect(picture(), PHRASES)


def test_no_phrase_is_refused(detector):
    with pytest.raises(PromptError, match="no phrase|at least one phrase"):
        detector.detect(picture(), [])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("colours", "The detector 'colours' has no option 'precision'; it takes: none."),
        (
            "owlv2-base",
            "The detector 'owlv2-base' has no option 'precision'; it takes: device, offline, show.",
        ),
    ],
)
def test_an_option_that_a_detector_lacks(name, says):
    with pytest.raises(BackendError) as caught:
        open_detector(name, precision="float16")
    assert str(caught.value) == says


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(MissingBackend, match=r"no detector named 'colors'.*Did you mean 'colours'"):
        open_detector("colors")
