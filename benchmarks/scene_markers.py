"""Gaze of a head-worn camera on the page, by markers: how exact, how fast, and OpenCV's corners beside ours.

A page of 1920 × 950 CSS px on a 24 inch monitor (531 mm wide) is drawn with eight markers and seen by a
camera of 1600 × 1200 px with a wide lens (15.6 px per degree), from several heads: turned by up to 12°, 55 to
70 cm away. Pictures are blurred (σ 0.7 px) and noisy (σ 4 of 255) unless said. Gaze on a grid of 12 × 6
places of the page is mapped and compared with where it was drawn. Degrees are those of an eye 60 cm away.

Run: ``python -m benchmarks.scene_markers [heads]``. Prints Markdown tables.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import cv2
import numpy as np

from dwell.screen import SceneMap, SceneOptions, degrees_between
from dwell.screen.edges import refined_corners
from dwell.screen.markers import marker_corners
from screen.drawn_desk import MONITOR, VIEWING, WIDE, Desk, view

SOFT = {"blur_px": 0.7, "noise": 4}
GAZE = np.stack(np.meshgrid(np.linspace(100, 1820, 12), np.linspace(100, 850, 6)), axis=-1).reshape(-1, 2)
CASES = {
    "as said": ({}, SOFT, {}),
    "σ 1.5 px blur, σ 10 noise": ({}, {"blur_px": 1.5, "noise": 10}, {}),
    "3 px of motion blur": ({}, SOFT | {"motion_px": 3}, {}),
    "5 px of motion blur": ({}, SOFT | {"motion_px": 5}, {}),
    "9 px of motion blur": ({}, SOFT | {"motion_px": 9}, {}),
    "markers of 80 px": ({"size_css": 80}, SOFT, {}),
    "markers of 60 px": ({"size_css": 60}, SOFT, {}),
    "at 1 m": ({"at_mm": (0, 0, 1000)}, SOFT, {}),
    "only 2 markers, at opposite corners": ({}, SOFT, {"ids": (0, 4)}),
    "only 2 markers, side by side": ({}, SOFT, {"ids": (0, 1)}),
    "only 1 marker, at a corner": ({}, SOFT, {"ids": (0,)}),
    "only 1 marker, at the middle of an edge": ({}, SOFT, {"ids": (1,)}),
    "camera not known": ({}, SOFT, {"camera": False}),
}


def main(n_heads: int) -> None:
    desks = heads(n_heads)
    print(f"{n_heads} heads, markers of 120 CSS px (33 mm) unless said.\n")
    print("| | pictures with the page | mean error | | largest error | | time |")
    print("|---|---|---|---|---|---|---|")
    for name, (changes, soft, how) in CASES.items():
        print(row(name, [replace(desk, **changes) for desk in desks], soft, **how), flush=True)
    print("\n| corners of markers, from the same pictures | mean error | largest | time per picture |")
    print("|---|---|---|---|")
    pictures = [desk.picture(**SOFT)[..., 0] for desk in desks]
    for name in ("NONE", "SUBPIX", "APRILTAG", "ours"):
        print(corner_row(name, desks, pictures), flush=True)


def heads(n: int) -> list[Desk]:
    """Heads turned and placed at random, the page in view."""
    rng = np.random.default_rng(11)
    return [
        Desk(tuple(rng.uniform(-12, 12, 3)), (*rng.uniform(-40, 40, 2), rng.uniform(550, 700)), WIDE)
        for _ in range(n)
    ]


def row(name: str, desks: list[Desk], soft: dict, ids: tuple[int, ...] = (), camera: bool = True) -> str:
    off_px, off_deg, spent = [], [], []
    for desk in desks:
        markers = [each for each in view(desk.size_css).markers if not ids or each.marker_id in ids]
        scene_map = SceneMap(markers, SceneOptions(min_markers=1 if len(ids) == 1 else 2))
        picture = desk.picture(**soft)
        started = time.perf_counter()
        fit = scene_map.update(0, picture, desk.camera if camera else None)
        spent.append(time.perf_counter() - started)
        if fit.scene_to_page is None:
            continue
        found = np.array([[*page] for page in map_all(scene_map, desk)])
        off_px.append(np.linalg.norm(found - GAZE, axis=1))
        off_deg.append(degrees_between(view(), MONITOR, VIEWING, found, GAZE))
    n, ms = len(off_px), np.median(spent) * 1000
    if not n:
        return f"| {name} | 0 of {len(desks)} | – | – | – | – | {ms:.0f} ms |"
    mean, most = np.mean(off_px), np.max(off_px)
    return (
        f"| {name} | {n} of {len(desks)} | {mean:.2f} px | {np.mean(off_deg):.3f}° "
        f"| {most:.2f} px | {np.max(off_deg):.3f}° | {ms:.0f} ms |"
    )


def map_all(scene_map: SceneMap, desk: Desk) -> list[tuple[float, float]]:
    pages = [scene_map.to_page(0, x, y) for x, y in desk.scene_xy(GAZE)]
    return [(page.x, page.y) for page in pages]


def corner_row(name: str, desks: list[Desk], pictures: list[np.ndarray]) -> str:
    """OpenCV's refinements differ in where a pixel begins; each gets the benefit of its mean offset."""
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = getattr(cv2.aruco, f"CORNER_REFINE_{name}", 0)
    family = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    detector = cv2.aruco.ArucoDetector(family, parameters)
    places = {each.marker_id: marker_corners(each) for each in view().markers}
    off, spent = [], []
    for desk, picture in zip(desks, pictures, strict=True):
        started = time.perf_counter()
        corners, ids, _ = detector.detectMarkers(picture)
        found = np.array(corners, np.float64).reshape(-1, 4, 2)
        found = refined_corners(picture, found) if name == "ours" else found
        spent.append(time.perf_counter() - started)
        off += [found[k] - desk.scene_xy(places[i]) for k, i in enumerate(ids.ravel()) if i in places]
    misses = np.concatenate(off)
    far = np.linalg.norm(misses - np.nanmean(misses, axis=0), axis=1)
    title = "ours" if name == "ours" else f"OpenCV, `CORNER_REFINE_{name}`"
    ms = np.median(spent) * 1000
    return f"| {title} | {np.nanmean(far):.2f} px | {np.nanmax(far):.2f} px | {ms:.0f} ms |"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12)
