"""Pictures and masks as a network wants them: by hand, and beside the official processors."""

import json

import numpy as np
import pytest

from dwell.errors import ModelError
from dwell.segmenters.sam.pixel_spec import PixelSpec, read_pixel_spec
from segmenters.sam.drawn import blue, picture

torch = pytest.importorskip("torch")
from dwell.segmenters.sam.pixels import (  # noqa: E402 - needs torch
    image_tensor,
    mask_of_logits,
    mask_tensor,
)

SPEC = PixelSpec(64, (0.5, 0.25, 0.0), (0.5, 0.25, 1.0))


def test_one_colour_comes_out_as_worked_out_by_hand():
    image = np.full((48, 80, 3), (255, 51, 102), dtype=np.uint8)
    x = image_tensor(image, SPEC)
    assert x.shape == (1, 3, 64, 64)
    np.testing.assert_allclose(x[0, :, 10, 20], [1.0, (0.2 - 0.25) / 0.25, 0.4], atol=1e-6)


def test_the_picture_is_squashed_to_a_square_and_rounded_to_bytes_on_the_way():
    ramp = np.repeat(np.arange(128, dtype=np.uint8)[None, :, None], 64, axis=0).repeat(3, axis=2)
    x = image_tensor(ramp, PixelSpec(64, (0, 0, 0), (1, 1, 1)))[0, 0] * 255
    np.testing.assert_allclose(x, torch.round(x), atol=1e-3)
    np.testing.assert_allclose(x[5, 10], (20 + 21) / 2, atol=1)


def test_logits_become_a_mask_at_the_images_size():
    logits = torch.full((4, 4), -1.0)
    logits[:, :2] = 1.0
    mask = mask_of_logits(logits, (8, 16))
    assert mask.dtype == bool
    np.testing.assert_array_equal(mask.sum(axis=0), [8] * 8 + [0] * 8)


def test_a_mask_is_resized_by_halves_and_never_lost():
    half = np.zeros((128, 128), dtype=bool)
    half[:, :64] = True
    np.testing.assert_array_equal(mask_tensor(half, 64)[0, 0].sum(dim=0), [64] * 32 + [0] * 32)
    hair = np.zeros((1000, 1000), dtype=bool)
    hair[:, 500] = True
    assert mask_tensor(hair, 64).any()


@pytest.mark.parametrize(
    "files",
    [
        {"preprocessor_config.json": {"size": {"height": 96, "width": 96}}},
        {"processor_config.json": {"image_processor": {"size": {"height": 96, "width": 96}}}},
        {
            "processor_config.json": {
                "video_processor": {"size": {"height": 7}},
                "image_processor": {"size": 96},
            },
            "preprocessor_config.json": {"size": 12},
        },
    ],
)
def test_the_spec_is_read_from_the_checkpoints_own_files(tmp_path, files):
    values = {"image_mean": [0.1, 0.2, 0.3], "image_std": [0.4, 0.5, 0.6]}
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps({**values, **content}))
    assert read_pixel_spec(tmp_path) == PixelSpec(96, (0.1, 0.2, 0.3), (0.4, 0.5, 0.6))


def test_an_older_checkpoint_speaks_of_prompts_in_one_file_and_of_pictures_in_another(tmp_path):
    prompts = {"processor_class": "Sam2VideoProcessor", "target_size": 96, "point_pad_value": -10}
    (tmp_path / "processor_config.json").write_text(json.dumps(prompts))
    pictures = {"size": {"height": 96, "width": 96}, "image_mean": [0.1] * 3, "image_std": [0.2] * 3}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(pictures))
    assert read_pixel_spec(tmp_path) == PixelSpec(96, (0.1,) * 3, (0.2,) * 3)
    (tmp_path / "preprocessor_config.json").unlink()
    with pytest.raises(ModelError, match="says nowhere how pictures are to be prepared"):
        read_pixel_spec(tmp_path)


@pytest.mark.parametrize("content", ['{"size": 96}', "[1]", "{"])
def test_a_broken_spec_is_named(tmp_path, content):
    (tmp_path / "preprocessor_config.json").write_text(content)
    with pytest.raises(ModelError, match=r"preprocessor_config.json cannot be read.*fetch the model"):
        read_pixel_spec(tmp_path)


def test_a_missing_spec_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"processor_config.json or preprocessor_config.json"):
        read_pixel_spec(tmp_path)


def test_equal_to_the_official_processors(opened, kind):
    pytest.importorskip("torchvision", reason="the official processors need torchvision")
    from transformers import Sam2ImageProcessor, Sam3ImageProcessor

    backend = opened(kind)
    spec = backend.network.spec
    make = Sam3ImageProcessor if "sam3" in kind else Sam2ImageProcessor
    size = {"height": spec.size, "width": spec.size}
    processor = make(size=size, image_mean=spec.mean, image_std=spec.std)
    theirs = processor(images=picture(3), return_tensors="pt")
    np.testing.assert_allclose(image_tensor(picture(3), spec), theirs["pixel_values"], atol=1e-6)
    memory = backend.start(backend.encode(picture(3)), blue(3))
    logits = backend.network.track(backend.encode(picture(4)), memory.shown, (), 1)[0].logits.float().cpu()
    whole = processor.post_process_masks([logits[None, None]], [[96, 160]])[0]
    np.testing.assert_array_equal(mask_of_logits(logits, (96, 160)), whole[0, 0])
