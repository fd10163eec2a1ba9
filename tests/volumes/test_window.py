"""Windows: DICOM's function value by value, and which one is chosen."""

import numpy as np
import pytest

from dwell.drawn_world.phantom import draw_phantom, phantom_affine
from dwell.volumes import PRESETS, Window, choose_window, to_grey
from dwell.volumes.window import check_window, looks_like_hu
from volumes.grids import volume_of


def dicom_linear(x, c, w):
    """PS3.3 C.11.2.1.2.1, as it is written there, with outputs 0 … 255."""
    if x <= c - 0.5 - (w - 1) / 2:
        return 0
    if x > c - 0.5 + (w - 1) / 2:
        return 255
    return ((x - (c - 0.5)) / (w - 1) + 0.5) * 255


def dicom_linear_exact(x, c, w):
    """PS3.3 C.11.2.1.3.2."""
    if x <= c - w / 2:
        return 0
    if x > c + w / 2:
        return 255
    return ((x - c) / w + 0.5) * 255


@pytest.mark.parametrize(
    ("level", "width"), [(40, 400), (-600, 1500), (2048, 4096), (0, 100), (0, 1), (7, 2)]
)
def test_whole_numbers_follow_dicom_s_linear_function(level, width):
    values = np.arange(-3100, 3100, dtype=np.int16)
    grey = to_grey(values, Window(level, width, "test"), whole=True)
    expected = np.array([dicom_linear(int(x), level, width) for x in values])
    assert grey.dtype == np.uint8
    assert np.abs(grey - expected).max() <= 0.501


@pytest.mark.parametrize(("level", "width"), [(0.5, 0.4), (0.1, 1.3), (40, 400)])
def test_real_numbers_follow_dicom_s_linear_exact_function(level, width):
    values = np.linspace(level - width, level + width, 1001)
    grey = to_grey(values, Window(level, width, "test"), whole=False)
    expected = np.array([dicom_linear_exact(float(x), level, width) for x in values])
    assert np.abs(grey - expected).max() <= 0.51


def test_what_is_no_number_is_black_and_infinity_is_not():
    values = np.array([np.nan, -np.inf, np.inf, 40.0])
    assert to_grey(values, PRESETS["soft tissue"], whole=False).tolist() == [0, 0, 255, 128]


def test_ct_is_shown_as_soft_tissue():
    window, why = choose_window(volume_of(np.zeros((3, 3, 3), np.int16), modality="CT"))
    assert (window.level, window.width) == (40, 400)
    assert "since this is CT" in why


def test_hounsfield_units_are_recognised_without_a_word_of_ct():
    shape = (60, 44, 22)
    phantom = draw_phantom(shape, phantom_affine(shape, (5, 5, 8)))
    nameless = volume_of(phantom.volume.voxels, phantom.volume.affine)
    assert looks_like_hu(nameless)
    window, why = choose_window(nameless)
    assert window.name == "soft tissue"
    assert "look like Hounsfield units" in why


def mr_like():
    """Noise of 0 … 30 in the air, tissue of 200 … 800 in the middle."""
    rng = np.random.default_rng(1)
    voxels = rng.integers(0, 8, (40, 40, 20)).astype(np.uint16)
    voxels[10:30, 10:30, 3:17] = rng.integers(200, 801, (20, 20, 14))
    return voxels


def test_mr_gets_the_range_of_what_is_not_background():
    window, why = choose_window(volume_of(mr_like(), modality="MR"))
    assert window.name == "auto"
    assert window.level - window.width / 2 == pytest.approx(200, abs=12)  # not the air's 0 … 8
    assert window.level + window.width / 2 == pytest.approx(800, abs=12)
    assert "0.5 %" in why


def test_a_ct_can_be_told_to_choose_by_itself_and_mr_to_use_a_preset():
    assert choose_window(volume_of(mr_like(), modality="CT"), "auto")[0].name == "auto"
    assert choose_window(volume_of(mr_like(), modality="MR"), "bone")[0] == PRESETS["bone"]


@pytest.mark.parametrize(
    ("text", "level", "width"),
    [("40/400", 40, 400), (" -600 / 1500 ", -600, 1500), ("0.5/0.25", 0.5, 0.25), ("soft-tissue", 40, 400)],
)
def test_a_window_can_be_written(text, level, width):
    check_window(text)
    window, why = choose_window(volume_of(mr_like()), text)
    assert (window.level, window.width) == (level, width)
    assert "as asked for" in why


@pytest.mark.parametrize("text", ["40", "40/0", "40/-4", "a/b", "liver", "", "40/400/4", "1.2.3/4"])
def test_no_window_is_refused_with_those_there_are(text):
    with pytest.raises(ValueError, match="soft tissue, lung, bone, brain, mediastinum, auto, or LEVEL/WIDTH"):
        check_window(text)
    with pytest.raises(ValueError, match="such as 40/400"):
        choose_window(volume_of(mr_like()), text)


def test_a_volume_of_one_value_is_shown_all_the_same():
    window, _ = choose_window(volume_of(np.full((3, 3, 3), 7, np.int16)))
    assert set(to_grey(np.array([6, 8], np.int16), window, whole=True).tolist()) == {0, 255}
