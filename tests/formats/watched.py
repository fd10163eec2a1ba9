"""A second of gaze on two AOIs, whose every number can be worked out by hand, for the formats of gaze.

The recording starts 500 ms before the first frame. The video has 10 frames of 40 ms. The cup is a square
from (10, 10) to (29, 29) px, seen in all frames but the last two, where it is absent. The book is one from
(20, 20) to (39, 39), seen in the frames 0 … 4, lost in 5, then never tracked. The gaze is at 100 Hz, 4
samples a frame:

=========== ====================== ==================================================================
ms of video frames                 gaze
=========== ====================== ==================================================================
0 … 39      0                      cup
40 … 79     1                      cup and book
80 … 119    2                      book
120 … 159   3                      no gaze
160 … 199   4                      outside both
200 … 239   5                      cup, while the book is lost
240 … 279   6                      outside the cup, and nobody knows where the book is
280 … 319   7                      cup
320 … 359   8                      in a blink
360 … 399   9                      where the cup was, but it is absent; the book unknown
=========== ====================== ==================================================================
"""

import numpy as np

from dwell.formats.gaze.contract import GazeData
from dwell.gaze import MappingOptions, Section, map_fixations, map_gaze
from dwell.types import State
from gaze.scene import MS, SIZE_HW, T0, box, make_clock, make_fixations, make_gaze, make_masklet

RECORDING_START = T0 - 500 * MS
CUP, BOTH, BOOK, AWAY = (15.0, 15.0), (25.0, 25.0), (35.0, 35.0), (70.0, 50.0)
NOWHERE = (float("nan"), float("nan"))
PLACES = [CUP, BOTH, BOOK, NOWHERE, AWAY, CUP, AWAY, CUP, CUP, CUP]
BLINK_FRAME = 8

FIXATIONS = make_fixations((0, 40), (40, 80), (80, 120), (160, 200), (240, 280), (320, 360))
"""On the cup, on both, on the book, outside, nobody knows, and without valid gaze."""


def gaze_table():
    rows = []
    for frame_idx, (x, y) in enumerate(PLACES):
        blink = {"blink id": 1} if frame_idx == BLINK_FRAME else {}
        rows += [(frame_idx * 40 + step, x, y, blink) for step in (0, 10, 20, 30)]
    return make_gaze(rows)


def masklets(cup="cup", book="book"):
    seen, there = box(10, 10, 30, 30), box(20, 20, 40, 40)
    cup_frames = {i: seen for i in range(8)} | {8: State.ABSENT, 9: State.ABSENT}
    return [
        make_masklet(3, cup, cup_frames),
        make_masklet(7, book, {i: there for i in range(5)} | {5: State.LOST}),
    ]


def watched(name="kitchen", wearer="Anna", *, fixations=True, gaze=None, section=None, task="scene", **names):
    """The recording as formats of gaze get it."""
    options = MappingOptions(visit_gap_ms=0.0)
    table = gaze_table() if gaze is None else gaze
    mapped = map_gaze(table, make_clock(10), masklets(**names), options)
    here = section or Section(f"id of {name}", name, RECORDING_START)
    found = map_fixations(mapped, FIXATIONS) if fixations else None
    return GazeData(here, mapped, found, wearer, SIZE_HW, task)


def shifted(ns_by_sample):
    """The gaze table with some ns added to each sample's time."""
    table = gaze_table()
    table["timestamp [ns]"] += np.asarray(ns_by_sample, np.int64)
    return table
