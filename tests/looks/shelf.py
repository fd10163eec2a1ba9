"""Two drawn pictures with a red and a blue square, and gaze on them."""

import csv

import cv2
import numpy as np

import dwell
from dwell.looking import Looked, LookOptions
from dwell.looks import begin_log, events_of, run_look
from looking.eyes import MS, START

RED, BLUE = (20, 30, 50, 60), (100, 30, 140, 70)
"""(x0, y0, x1, y1) on both pictures; on the second one there is no blue."""
PX_PER_DEG = 10.0
SOURCE = {"name": "replay", "title": "drawn gaze", "space": "image"}


def draw_pictures(folder):
    folder.mkdir()
    for number, squares in enumerate(([(RED, (200, 0, 0)), (BLUE, (0, 0, 200))], [(RED, (200, 0, 0))])):
        picture = np.full((100, 160, 3), 255, np.uint8)
        for (x0, y0, x1, y1), colour in squares:
            picture[y0:y1, x0:x1] = colour
        cv2.imwrite(str(folder / f"{number}.png"), picture[:, :, ::-1])
    return folder


def gaze(*rests):
    """Samples at 100 Hz of (x, y, from ms, to ms)."""
    return [
        Looked(START + t * MS, x, y, True)
        for x, y, from_ms, to_ms in rests
        for t in range(from_ms, to_ms, 10)
    ]


def run(analysis, samples, keys, options=None, **more):
    """A look over the project, logged; what was kept, and the log's folder."""
    with begin_log(analysis.project, analysis.session.backend, SOURCE, options or LookOptions()) as log:
        events = events_of(samples, keys, PX_PER_DEG, START)
        result = run_look(analysis.session, events, options, log=log, **more)
    return result, log.folder


def opened(pictures, where):
    return dwell.open_analysis(pictures, where / "p.dwell", backend="colour")


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))
