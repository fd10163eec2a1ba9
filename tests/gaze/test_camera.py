"""Angles: known directions, OpenCV's projection as the way back, and what a degree is in px."""

import cv2
import numpy as np
import pytest

from dwell.gaze import angle_between, azimuth_elevation, px_per_degree, unproject
from dwell.types import Camera
from gaze.scene import CAMERA, NEON


def project(camera, rays):
    return cv2.projectPoints(rays[:, None], np.zeros(3), np.zeros(3), camera.matrix, camera.distortion)[0][
        :, 0
    ]


def grid(width, height, step=37.5):
    return np.stack(np.meshgrid(np.arange(0, width, step), np.arange(0, height, step)), -1).reshape(-1, 2)


def test_one_focal_length_to_the_right_is_45_degrees():
    ahead, right, down = unproject(CAMERA, [(40, 30), (80, 30), (40, 70)])
    np.testing.assert_allclose(ahead, [0, 0, 1])
    np.testing.assert_allclose(right, np.array([1, 0, 1]) / 2**0.5)
    np.testing.assert_allclose(down, np.array([0, 1, 1]) / 2**0.5)
    np.testing.assert_allclose(angle_between(CAMERA, [(40, 30), (0, 30)], [(80, 30), (80, 30)]), [45, 90])


def test_azimuth_is_positive_to_the_right_and_elevation_upwards():
    np.testing.assert_allclose(
        azimuth_elevation(CAMERA, [(80, 30), (40, -10)]), [(45, 0), (0, 45)], atol=1e-9
    )


def test_neon_matches_the_directions_that_pupil_labs_writes():
    principal_point = NEON.matrix[:2, 2]
    near = [(800, 600), (400, 300), principal_point]
    theirs = [(-0.328794, 1.202075), (-27.117397, 19.730421), (0, 0)]
    np.testing.assert_allclose(azimuth_elevation(NEON, near), theirs, atol=2e-3)


def test_neon_is_exact_where_opencv_s_default_of_five_steps_is_not():
    edge = np.array([(100.0, 1100.0)])
    theirs = (-49.703187, -27.511968)
    found = azimuth_elevation(NEON, edge)
    np.testing.assert_allclose(found, [theirs], atol=0.4)
    assert np.abs(project(NEON, unproject(NEON, edge)) - edge).max() < 1e-3
    x, y = np.tan(np.radians(theirs[0])), 0.0
    y = np.tan(np.radians(-theirs[1])) * np.hypot(1, x)
    assert np.abs(project(NEON, np.array([(x, y, 1.0)])) - edge).max() > 3


@pytest.mark.parametrize(
    "distortion", [[], [-0.2, 0.05, 0.0, 0.0], [-0.3, 0.1, 0.01, -0.01, 0.0], NEON.distortion.tolist()]
)
def test_rays_project_back_to_their_points(distortion):
    camera = Camera(NEON.matrix, np.array(distortion))
    points = grid(1600, 1200)
    radius = np.hypot(*((points - NEON.matrix[:2, 2]) / 888.4).T)
    points = points[radius < (1.04 if len(distortion) == 8 else 0.6)]
    assert np.abs(project(camera, unproject(camera, points)) - points).max() < 1e-3


def test_angles_grow_evenly_beyond_the_part_where_the_lens_model_holds():
    corner_and_beyond = np.linspace((100, 100), (-300, -300), 200)
    from_axis = np.degrees(np.arccos(unproject(NEON, corner_and_beyond)[:, 2]))
    assert (np.diff(from_axis) > 0).all()
    assert np.diff(from_axis).max() < 1.5 * np.diff(from_axis)[0] * 1.3


def test_a_missing_point_has_a_missing_ray():
    assert np.isnan(unproject(NEON, [(np.nan, 3.0)])).all()
    assert unproject(NEON, np.zeros((0, 2))).shape == (0, 3)


def test_a_degree_in_the_centre_is_focal_length_times_its_tangent():
    centre = NEON.matrix[:2, 2][None]
    np.testing.assert_allclose(px_per_degree(NEON, centre), 888.4 * np.tan(np.radians(1)), rtol=1e-3)


def test_a_degree_off_axis_without_distortion_grows_with_the_square_of_the_cosine():
    at_45 = np.array([(80.0, 30.0)])
    centre = 40 * np.radians(1)
    np.testing.assert_allclose(px_per_degree(CAMERA, at_45, most=True), centre * 2, rtol=1e-3)
    np.testing.assert_allclose(px_per_degree(CAMERA, at_45), centre * 2 * 2**-0.25, rtol=1e-3)


def test_terms_beyond_k6_are_refused():
    with pytest.raises(ValueError, match="at most 8"):
        unproject(Camera(CAMERA.matrix, np.full(12, 0.01)), [(1, 1)])
