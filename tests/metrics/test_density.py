"""The gaze density: each sample is a Gaussian as heavy as its time."""

import numpy as np
import pytest

from dwell.gaze import MappingOptions, Section, map_gaze, px_per_degree
from dwell.metrics import compute_density
from gaze.scene import CAMERA, MS, T0, box, make_clock, make_gaze, make_masklet

SIZE_HW = (60, 80)
SECTION = Section("r", "R", T0)
LEFT = make_masklet(1, "left", dict.fromkeys(range(10), box(0, 0, 40, 60)))


def mapped(rows, options=None, camera=None):
    return map_gaze(make_gaze(rows), make_clock(10), [LEFT], options, camera)


def slow_density(points_ms, sigma_px):
    """(h, w) ms per px: every sample's Gaussian at every pixel."""
    y, x = np.mgrid[: SIZE_HW[0], : SIZE_HW[1]]
    total = np.zeros(SIZE_HW)
    for px, py, ms in points_ms:
        square = (x - int(px)) ** 2 + (y - int(py)) ** 2
        total += ms * np.exp(-square / (2 * sigma_px**2)) / (2 * np.pi * sigma_px**2)
    return total


def test_samples_are_gaussians_of_the_time_they_stand_for():
    rows = [(0, 20.7, 30.2), (5, 20.7, 30.2), (10, 55, 40), (20, 25, 25)]  # 5, 5, 10 and, the last, 5 ms
    found = compute_density(mapped(rows), SECTION, SIZE_HW, sigma_px=3.0)
    assert (found.cell_px, found.ms_hw.shape, found.ms_hw.dtype) == (1, SIZE_HW, np.float32)
    slow = slow_density([(20.7, 30.2, 10), (55, 40, 10), (25, 25, 5)], 3.0)
    np.testing.assert_allclose(found.ms_hw, slow, atol=slow.max() / 500)
    assert found.ms_hw.sum() == pytest.approx(25, rel=1e-5)


def test_wide_gaussians_are_kept_in_coarse_cells():
    rows = [(0, 20, 30), (5, 60, 30)]
    found = compute_density(mapped(rows), SECTION, SIZE_HW, sigma_px=9.0)
    assert found.cell_px == 2
    assert found.ms_hw.shape == (30, 40)
    slow = slow_density([(20, 30, 5), (60, 30, 5)], 9.0).reshape(30, 2, 40, 2).sum(axis=(1, 3))
    np.testing.assert_allclose(found.ms_hw, slow, atol=slow.max() / 8)  # a place is known to a cell


def test_gaze_on_one_aoi_in_the_section_within_the_picture():
    rows = [(0, 20, 30), (5, 70, 30), (10, -5, 30), (15, np.nan, 30), (20, 20, 30)]
    everything = mapped(rows)

    def total(section=SECTION, object_id=None):
        return compute_density(everything, section, SIZE_HW, object_id, sigma_px=1.0).ms_hw.sum()

    assert total() == pytest.approx(15)
    assert total(object_id=1) == pytest.approx(10)
    assert total(Section("r", "R", T0, start_ns=T0 + 12 * MS)) == pytest.approx(5)
    with pytest.raises(ValueError, match=r"one of \[1\], got 7"):
        total(object_id=7)


def test_the_width_is_a_degree_or_25_px_or_what_is_asked_for():
    rows = [(0, 20, 30), (5, 20, 30)]
    in_the_middle = px_per_degree(CAMERA, [[40, 30]])[0]

    def width(found, **more):
        return compute_density(found, SECTION, SIZE_HW, **more).sigma_px

    assert width(mapped(rows, camera=CAMERA)) == pytest.approx(in_the_middle)
    assert width(mapped(rows, camera=CAMERA), sigma_deg=2) == pytest.approx(2 * in_the_middle)
    assert width(mapped(rows, MappingOptions(px_per_degree=4.0))) == 4
    assert width(mapped(rows)) == 25
    assert width(mapped(rows), sigma_px=7) == 7
    with pytest.raises(ValueError, match="above 0"):
        width(mapped(rows), sigma_px=0)


def test_no_gaze_is_an_empty_picture():
    assert not compute_density(mapped([]), SECTION, SIZE_HW).ms_hw.any()
