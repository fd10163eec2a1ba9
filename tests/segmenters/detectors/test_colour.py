"""The detector that knows colours only, on discs and bars drawn on sand."""

import cv2
import numpy as np
import pytest

from dwell.errors import PromptError
from dwell.segmenters.detectors.colour import ColourDetector
from dwell.segmenters.detectors.colour_words import COLOUR_WORDS, colour_words, fitting
from dwell.segmenters.detectors.open import open_detector

SAND = (214, 200, 170)
CSS = {
    "red": (255, 0, 0),
    "brown": (139, 69, 19),
    "orange": (255, 165, 0),
    "yellow": (255, 255, 0),
    "olive": (128, 128, 0),
    "green": (0, 128, 0),
    "turquoise": (64, 224, 208),
    "blue": (0, 0, 255),
    "purple": (128, 0, 128),
    "pink": (255, 192, 203),
    "black": (0, 0, 0),
    "grey": (128, 128, 128),
    "white": (255, 255, 255),
}
"""What the style sheets of the web mean by these words."""


@pytest.fixture
def picture():
    """A red disc of 20 px radius, a blue bar, a green L, and a speck of red."""
    image = np.full((120, 200, 3), SAND, dtype=np.uint8)
    cv2.circle(image, (40, 50), 20, (200, 30, 40), -1)
    image[80:100, 90:150] = (30, 60, 190)
    image[10:60, 150:160] = image[50:60, 150:190] = (0, 160, 40)
    image[5:8, 5:8] = (200, 30, 40)
    return image


def boxes(detections):
    return [(each.phrase, each.box_xyxy) for each in detections]


def test_a_phrase_finds_what_has_its_colour(picture):
    detector = open_detector("colours")
    assert boxes(detector.detect(picture, ["the Red ball", "blue"])) == [
        ("blue", (90, 80, 150, 100)),
        ("the Red ball", (20, 30, 61, 71)),
    ]
    assert detector.detect(picture, ["pink", "red ball"]) == detector.detect(picture, ["red ball"])


def test_scores_say_how_solid_and_how_vivid_a_region_is(picture):
    bar, angle = ColourDetector().detect(picture, ["blue thing", "green thing"])
    assert bar.score == bar.text_score == 1.0
    # 50 × 10 px and 30 × 10 px beside it; the hull of this L leaves out a triangle of 30 × 40 / 2 px.
    assert angle.score == pytest.approx(800 / (50 * 40 - 30 * 40 / 2))
    assert ColourDetector().detect(picture, ["blue", "green"], floor=0.9) == ColourDetector().detect(
        picture, ["blue"]
    )


def test_two_colours_in_a_phrase_are_one_thing():
    flag = np.full((60, 80, 3), SAND, dtype=np.uint8)
    flag[10:30, 10:70], flag[30:50, 10:70] = (255, 255, 255), (220, 0, 20)
    assert boxes(ColourDetector().detect(flag, ["white and red flag"])) == [
        ("white and red flag", (10, 10, 70, 50))
    ]


def test_without_any_colour_word_it_says_what_it_knows(picture):
    with pytest.raises(PromptError) as caught:
        ColourDetector().detect(picture, ["bottle", "flag"])
    assert "knows colours only (red, brown, " in str(caught.value)
    assert "none is in 'bottle', 'flag'" in str(caught.value)
    assert boxes(ColourDetector().detect(picture, ["bottle", "blue flag"])) == [
        ("blue flag", (90, 80, 150, 100))
    ]


@pytest.mark.parametrize(
    ("phrase", "colours"),
    [
        ("A dark-blue and red flag", ("dark blue", "red")),
        ("Gray mouse", ("grey",)),
        ("dark room, violet lamp", ("purple",)),
        ("reddish infrared bread", ()),
        ("light bright green", ("bright green",)),
    ],
)
def test_colours_are_read_from_whole_words(phrase, colours):
    assert colour_words(phrase) == colours


@pytest.mark.parametrize("word", CSS)
def test_the_colours_of_the_web_are_called_by_their_names(word):
    fit = fitting(np.full((1, 1, 3), CSS[word], dtype=np.uint8))
    assert {each for each in CSS if fit(each)[0, 0] > 0.3} == {word}


def test_every_word_has_been_tried():
    assert {name for word in COLOUR_WORDS for name in colour_words(word)} == set(CSS)


def test_sand_is_of_no_colour():
    fit = fitting(np.full((1, 1, 3), SAND, dtype=np.uint8))
    assert max(fit(word)[0, 0] for word in CSS) < 0.3


@pytest.mark.parametrize(
    ("rgb", "fits", "fits_not"),
    [((0, 0, 128), "dark blue", "light blue"), ((135, 206, 235), "light blue", "dark blue")],
)
def test_shades_narrow_a_colour(rgb, fits, fits_not):
    fit = fitting(np.full((1, 1, 3), rgb, dtype=np.uint8))
    assert fit(fits)[0, 0] == fit("blue")[0, 0] > 0.3
    assert fit(fits_not)[0, 0] == 0
