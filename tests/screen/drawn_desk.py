"""A drawn desk: our page with markers on a 24 inch monitor, seen by a head-worn camera."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from scipy.interpolate import RectBivariateSpline

from dwell.screen import Monitor, Rect, View, Viewing
from dwell.screen.markers import marker_image, marker_places
from dwell.types import Camera

SIZE_WH = (1600, 1200)
MATRIX = np.array([[892.0, 0, 805.0], [0, 891.0, 612.0], [0, 0, 1]])
WIDE = np.array([-0.13, 0.108, 0.0003, -0.0004, 0.001, 0.17, 0.053, 0.022])
"""About as much as the lenses of glasses bend straight lines: 30 px and more in the corners."""
VIEWING = Viewing(screen_width_mm=531, distance_mm=600)
PAGE_WH = (1920, 950)
MONITOR = Monitor(0, 0, 1920, 1080, scale=1)


def view(size=120, **changes):
    fields = {
        "t_ns": 0, "screen_x": 0, "screen_y": 0, "outer_width": 1920, "outer_height": 1080,
        "inner_width": PAGE_WH[0], "inner_height": PAGE_WH[1], "canvas": Rect(120, 120, 1680, 710),
        "scale": 1, "x": 0, "y": 0, "image_width": 1680, "image_height": 710, "frame_idx": 0,
        "monitors": (MONITOR,), "markers": marker_places(*PAGE_WH, size),
    }  # fmt: skip
    return View(**fields | changes)


@dataclass(frozen=True)
class Desk:
    """Where the page is for the camera."""

    turn_deg: tuple[float, float, float] = (4, -7, 3)
    """Of the head: pitch, yaw, roll."""
    at_mm: tuple[float, float, float] = (15, -10, 600)
    """The middle of the page in the camera's frame."""
    distortion: np.ndarray = None
    size_css: int = 120

    @property
    def camera(self):
        return Camera(MATRIX, np.zeros(0) if self.distortion is None else self.distortion)

    def scene_xy(self, page_xy):
        """(n, 2) px of the scene camera of points of the page: corner of the first pixel is (0, 0)."""
        mm_per_css = VIEWING.screen_width_mm / 1920
        page = np.asarray(page_xy, float).reshape(-1, 2)
        flat = np.column_stack([(page - np.array(PAGE_WH) / 2) * mm_per_css, np.zeros(len(page))])
        turn = cv2.Rodrigues(np.radians(np.array(self.turn_deg, float)))[0]
        seen, _ = cv2.projectPoints(
            flat, cv2.Rodrigues(turn)[0], np.array(self.at_mm, float), MATRIX, self.distortion
        )
        return seen[:, 0] + 0.5

    def homography(self):
        """Page to undistorted scene."""
        straight = Desk(self.turn_deg, self.at_mm)
        page = np.array([[0, 0], [1900, 0], [1900, 900], [0, 900]], float)
        found, _ = cv2.findHomography(page, straight.scene_xy(page) - 0.5)
        return found

    def picture(self, markers=None, blur_px=0.0, noise=0.0, motion_px=0, seed=1, over=None):
        """(1200, 1600, 3) uint8: each pixel is the mean of 3 × 3 rays onto the page."""
        page = draw_page(view(self.size_css).markers if markers is None else markers)
        if over is not None:
            over(page)
        width, height = SIZE_WH
        total = np.zeros((height, width), np.float32)
        for dy in (-1 / 3, 0, 1 / 3):
            for dx in (-1 / 3, 0, 1 / 3):
                total += self._rays(page, dx, dy)
        seen = total / 9
        if blur_px:
            seen = cv2.GaussianBlur(seen, (0, 0), blur_px)
        if motion_px:
            seen = cv2.blur(seen, (motion_px, 1))
        seen = seen + np.random.default_rng(seed).normal(0, noise, seen.shape) if noise else seen
        return np.clip(seen, 0, 255).astype(np.uint8)[..., None].repeat(3, axis=2)

    def _rays(self, page, dx, dy):
        x, y, by_x, by_y = straight_map(None if self.distortion is None else tuple(self.distortion))
        points = np.stack([x + dx * by_x[0] + dy * by_y[0], y + dx * by_x[1] + dy * by_y[1]], axis=-1)
        on_page = cv2.perspectiveTransform(points.reshape(-1, 1, 2), np.linalg.inv(self.homography()))
        at = (on_page.reshape(*x.shape, 2) + 199.5).astype(np.float32)  # the sheet begins 200 px farther out
        return cv2.remap(page, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderValue=60).astype(np.float32)


@lru_cache(maxsize=4)
def straight_map(distortion):
    """Where each pixel would be without distortion (x, y), and how that changes per px right and down."""
    width, height = SIZE_WH
    rows, columns = np.arange(-8, height + 9, 8.0), np.arange(-8, width + 9, 8.0)
    points = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 1, 2)
    if distortion is not None:
        points = straightened(points, np.array(distortion))
    grids = points.reshape(len(rows), len(columns), 2)
    splines = [RectBivariateSpline(rows, columns, grids[..., axis]) for axis in (0, 1)]
    x, y = (spline(np.arange(height), np.arange(width)) for spline in splines)
    down, right = zip(np.gradient(x), np.gradient(y), strict=True)
    return x, y, right, down


def straightened(points, distortion):
    """Where a lens without distortion would see them: found by 40 rounds of bending and comparing."""
    flat = cv2.perspectiveTransform(points, np.linalg.inv(MATRIX))
    guess = flat.copy()
    for _ in range(40):
        rays = np.concatenate([guess, np.ones((len(guess), 1, 1))], axis=2)
        bent, _ = cv2.projectPoints(rays, np.zeros(3), np.zeros(3), np.eye(3), distortion)
        guess = guess + (flat - bent)
    return cv2.perspectiveTransform(guess, MATRIX)


def draw_page(markers):
    """The page as grey values, 200 px of dark room around it; something like a picture in its canvas."""
    width, height = PAGE_WH
    sheet = np.full((height + 400, width + 400), 60, np.uint8)
    page = sheet[200:-200, 200:-200]
    page[:] = 235
    rng = np.random.default_rng(7)
    texture = cv2.resize(
        rng.integers(40, 220, (24, 40), np.uint8), (1680, 710), interpolation=cv2.INTER_CUBIC
    )
    page[120:830, 120:1800] = texture
    for marker in markers:
        rect, image = marker.rect, marker_image(marker.marker_id, int(marker.rect.width) // 10)
        left, top = int(rect.left), int(rect.top)
        page[top : top + len(image), left : left + len(image)] = image
    return sheet
