"""A viewer of a drawn picture, and a segmenter that knows it: squares, each with a part and a surrounding."""

import numpy as np

from dwell.errors import PromptError
from dwell.looking import Looker, LookOptions, Pressed, Turned, Zoomed
from dwell.looking.answering import answer_to
from dwell.looking.simulating import simulate
from dwell.masks import Mask
from dwell.prompts import Box, MaskPrompt, Point
from dwell.segmenters.contract import Candidate
from looking.eyes import MS, START

SIZE_HW = (300, 400)
LEFT, RIGHT = (40, 100, 120, 180), (260, 100, 340, 180)
"""Two things, (x0, y0, x1, y1)."""
PX_PER_DEG = 20.0


def area(*boxes):
    array = np.zeros(SIZE_HW, bool)
    for x0, y0, x1, y1 in boxes:
        array[y0:y1, x0:x1] = True
    return array


def grown(box, by):
    x0, y0, x1, y1 = box
    return (x0 - by, y0 - by, x1 + by, y1 + by)


class Squares:
    """Segments by what lies under the first point: the thing, its middle, its surroundings."""

    def __init__(self):
        self.asked = []

    def __call__(self, frame_idx, prompts, limit):
        self.asked.append((frame_idx, tuple(prompts)))
        positive = [each for each in prompts if isinstance(each, Point) and each.positive]
        negative = [each for each in prompts if isinstance(each, Point) and not each.positive]
        masks = [each.mask.to_array() for each in prompts if isinstance(each, MaskPrompt)]
        boxes = [each for each in prompts if isinstance(each, Box)]
        if boxes:
            box = boxes[-1]
            array = area((round(box.x0), round(box.y0), round(box.x1), round(box.y1)))
            return [Candidate(array, 0.9)]
        if masks or len(positive) > 1 or negative:
            array = np.logical_or.reduce([*masks, *(self.thing_at(each) for each in positive)])
            for each in negative:
                array &= ~self.thing_at(each)
            if not array.any():
                raise PromptError("nothing is left")
            return [Candidate(array, 0.9)]
        return self.levels_at(positive[0])[:limit]

    def thing_at(self, point):
        for box in (LEFT, RIGHT):
            if area(box)[int(point.y), int(point.x)]:
                return area(box)
        return ~area(LEFT, RIGHT)

    def levels_at(self, point):
        for box in (LEFT, RIGHT):
            if area(box)[int(point.y), int(point.x)]:
                levels = ((box, 0.9), (grown(box, -25), 0.5), (grown(box, 30), 0.6))
                return [Candidate(area(each), score) for each, score in levels]
        return [Candidate(~area(LEFT, RIGHT), 0.7)]


def look(events, options=None, segment=None, latency_ms=0.0, frame_idx=0, **turned):
    """Every step of a look at the picture."""
    looker = Looker(options or LookOptions())
    first = [Zoomed(START, PX_PER_DEG), Turned(START, frame_idx, **turned)]
    ordered = sorted(events, key=lambda each: each.t_ns)
    segment = segment or Squares()
    steps = list(simulate(looker, [*first, *ordered], lambda ask: answer_to(ask, segment), latency_ms))
    return looker, steps


def press(action, at_ms):
    return Pressed(START + at_ms * MS, action)


def requests_of(steps, kind):
    return [each for step in steps for each in step.requests if isinstance(each, kind)]


def is_mask(mask, array):
    return mask == Mask.from_array(array)
