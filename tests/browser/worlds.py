"""Drawn recordings for tests in a browser, with what is true of them worked out by hand.

A frame lasts 40 ms and has 8 gaze samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dwell.drawn_world import Disc, Line, Look, Rect, ShapesWorld
from shape_recordings import write_image_folder

RED, DARK_RED, BLUE, GREEN = (210, 30, 30), (90, 10, 10), (30, 60, 200), (30, 140, 60)
SIZE_HW = (240, 320)
RADIUS = 20


@dataclass(frozen=True)
class PlantedFailure:
    """The cup is red and moves right. In frames 40 … 59 it is in the shade, dark red, and a red look-alike is
    there at the bottom right, at which the wearer looks in frames 44 … 55. A tracker that goes by colour
    jumps to it. A sign, blue, stands still.

    True: gaze is on the cup in frames 10 … 19 (400 ms), passes its edge in frames 24 and 25 without being on
    it, is on the sign in frames 70 … 79 (400 ms), and never elsewhere on them. With the failure, the cup
    seems to have 12 frames more (880 ms in all).
    """

    n_frames: int = 100
    shade: range = range(40, 60)
    looked_at_it: range = range(44, 56)
    cup_ms: int = 400
    cup_ms_wrong: int = 400 + 12 * 40
    sign_ms: int = 400
    sign_xy: tuple[int, int] = (60, 180)
    look_alike_xy: tuple[int, int] = (260, 190)
    gaze_there_xy: tuple[int, int] = (274, 190)
    """On the look-alike, 6 px from its border."""

    def cup_xy(self, frame_idx: int) -> tuple[int, int]:
        """Its centre; whole px."""
        return 40 + 2 * frame_idx, 60

    @property
    def world(self) -> ShapesWorld:
        path = Line((40, 60), step_xy=(2, 0))
        return ShapesWorld(
            self.n_frames,
            SIZE_HW,
            [
                Rect("sign", BLUE, (40, 60), self.sign_xy),
                Disc("cup", RED, RADIUS, path, range(self.shade.start)),
                Disc("cup in the shade", DARK_RED, RADIUS, path, self.shade),
                Disc("cup again", RED, RADIUS, path, range(self.shade.stop, self.n_frames)),
                Disc("look-alike", RED, RADIUS, self.look_alike_xy, self.shade),
            ],
            looks=[
                Look("cup", range(10, 20)),
                Look((40 + 2 * 24 + RADIUS + 3, 60), range(24, 26)),
                Look(self.gaze_there_xy, self.looked_at_it),
                Look("sign", range(70, 80)),
            ],
        )

    @property
    def cup_area(self) -> int:
        """Pixels of the disc: the same wherever it is, since its centre is on whole px."""
        y, x = np.mgrid[-RADIUS + 0.5 : RADIUS, -RADIUS + 0.5 : RADIUS]
        return int((x * x + y * y <= RADIUS * RADIUS).sum())

    def write(self, folder: Path) -> Path:
        """The recording, as a folder of PNGs."""
        return write_image_folder(folder, self.world)


def long_world(n_frames: int) -> ShapesWorld:
    """A red cup that goes round, long enough to be caught in mid-track; it is looked at twice."""

    def round_trip(frame_idx: int) -> tuple[float, float]:
        angle = 2 * np.pi * frame_idx / 150
        return 160 + 90 * float(np.cos(angle)), 120 + 70 * float(np.sin(angle))

    return ShapesWorld(
        n_frames,
        SIZE_HW,
        [Disc("cup", RED, RADIUS, round_trip)],
        looks=[Look("cup", range(20, 60)), Look("cup", range(120, 180))],
    )
