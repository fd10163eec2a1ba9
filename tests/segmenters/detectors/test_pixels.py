"""Pictures as detectors want them: by hand, and beside the official processors."""

import json

import numpy as np
import pytest

from dwell.errors import ModelError
from dwell.segmenters.detectors.pixels import (
    PixelSpec,
    fitted,
    fitted_hw,
    padded_to_square,
    read_pixel_spec,
)
from segmenters.detectors.tiny import CLIP_MEAN_STD, IMAGENET_MEAN_STD

PLAIN = PixelSpec(48, 64, (0.5, 0.25, 0.0), (0.5, 0.25, 1.0))


@pytest.mark.parametrize("prepare", [fitted, padded_to_square])
def test_red_green_and_blue_keep_their_order_and_are_normalised_each(prepare):
    image = np.full((90, 90, 3), (255, 51, 102), dtype=np.uint8)
    pixels = prepare(image, PLAIN)
    assert pixels.shape == (3, 48, 48)
    assert pixels.dtype == np.float32
    np.testing.assert_allclose(pixels[:, 20, 30], [1.0, (0.2 - 0.25) / 0.25, 0.4], atol=1e-6)


@pytest.mark.parametrize(
    ("image_hw", "expected_hw"),
    [
        ((1200, 1600), (800, 1066)),  # 800 / 1200 × 1600 = 1066.7, rounded off
        ((1600, 1200), (1066, 800)),
        ((720, 1280), (750, 1333)),  # 800 / 720 × 1280 = 1422 would be too long; 1333 × 720 / 1280 = 749.8
        ((800, 1000), (800, 1000)),
        ((100, 100), (800, 800)),
    ],
)
def test_the_shorter_side_is_fitted_and_the_longer_one_bounded(image_hw, expected_hw):
    assert fitted_hw(image_hw, PixelSpec(800, 1333, (0,) * 3, (1,) * 3)) == expected_hw


def test_a_picture_lies_in_the_upper_left_of_a_black_square():
    pixels = padded_to_square(np.full((40, 80, 3), 255, np.uint8), PixelSpec(80, 80, (0,) * 3, (1,) * 3))
    np.testing.assert_array_equal(pixels[0].sum(axis=1), [80] * 40 + [0] * 40)


SIZES = [(90, 140), (140, 90), (96, 96), (64, 500), (301, 97), (50, 60), (128, 128)]


@pytest.mark.parametrize("image_hw", SIZES)
@pytest.mark.parametrize(("short", "long"), [(96, 128), (128, 213)])
def test_fitted_is_equal_to_the_official_processor(image_hw, short, long):
    pytest.importorskip("transformers")
    from transformers.models.grounding_dino.image_processing_pil_grounding_dino import (
        GroundingDinoImageProcessorPil,
    )

    image = np.random.default_rng(1).integers(0, 256, (*image_hw, 3), dtype=np.uint8)
    processor = GroundingDinoImageProcessorPil(size={"shortest_edge": short, "longest_edge": long})
    theirs = processor(images=image, return_tensors="np")["pixel_values"][0]
    np.testing.assert_allclose(fitted(image, PixelSpec(short, long, *IMAGENET_MEAN_STD)), theirs, atol=1e-6)


@pytest.mark.parametrize("image_hw", SIZES)
def test_padded_to_square_is_equal_to_the_official_processor(image_hw):
    pytest.importorskip("transformers")
    pytest.importorskip("scipy")
    from transformers.models.owlv2.image_processing_pil_owlv2 import Owlv2ImageProcessorPil

    image = np.random.default_rng(2).integers(0, 256, (*image_hw, 3), dtype=np.uint8)
    processor = Owlv2ImageProcessorPil(size={"height": 96, "width": 96})
    theirs = processor(images=image, return_tensors="np")["pixel_values"][0]
    np.testing.assert_allclose(padded_to_square(image, PixelSpec(96, 96, *CLIP_MEAN_STD)), theirs, atol=1e-5)


@pytest.mark.parametrize(
    ("size", "sides"),
    [
        ({"shortest_edge": 800, "longest_edge": 1333}, (800, 1333)),
        ({"height": 960, "width": 960}, (960, 960)),
    ],
)
def test_the_spec_is_read_from_the_checkpoints_own_files(tmp_path, size, sides):
    said = {"size": size, "image_mean": [0.1, 0.2, 0.3], "image_std": [0.4, 0.5, 0.6], "resample": 3}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(said))
    assert read_pixel_spec(tmp_path) == PixelSpec(*sides, (0.1, 0.2, 0.3), (0.4, 0.5, 0.6), 3)


@pytest.mark.parametrize("size", [800, {"shortest_edge": 800}, {"height": "high", "width": 3}])
def test_a_size_that_will_not_do_is_named(tmp_path, size):
    said = {"size": size, "image_mean": [0.1] * 3, "image_std": [0.4] * 3}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(said))
    with pytest.raises(ModelError, match=r"preprocessor_config.json cannot be read.*fetch the model"):
        read_pixel_spec(tmp_path)
