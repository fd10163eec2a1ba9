"""Pictures whose colours say what is on them, and segmenters that read it there."""

import numpy as np

from dwell.segmenters.contract import Answer, Candidate


class Painted:
    """Answers a click with all pixels of the same red (a part), then of the same green (a whole), not 0.

    ``scores`` has the score of each (channel, value); 0.9 where it has none.
    """

    name = "painted"

    def __init__(self, scores=None):
        self.scores = scores or {}
        self.clicks = 0

    def encode(self, image, previous=None):
        return image

    def segment(self, encoding, prompts, limit=3):
        self.clicks += 1
        (point,) = prompts
        here = encoding[int(point.y), int(point.x)].tolist()
        return [
            Candidate(encoding[..., channel] == here[channel], self.scores.get((channel, here[channel]), 0.9))
            for channel in (0, 1)
            if here[channel]
        ]


class Listed:
    """Answers all clicks together with a list of (mask, score, stability); counts the masks it makes."""

    name = "listed"

    def __init__(self, said):
        self.said = said
        self.asked = []
        self.made = 0

    def encode(self, image, previous=None):
        return image

    def segment(self, encoding, prompts, limit=3):
        raise AssertionError("it can answer many clicks at once")

    def click_all(self, encoding, points_xy, *, offset, per_batch):
        self.asked.append((points_xy, offset, per_batch))
        for mask, score, stability in self.said:
            yield Answer(score, stability, lambda mask=mask: self._make(mask))

    def _make(self, mask):
        self.made += 1
        return mask() if callable(mask) else mask


def box(size_hw, x0, y0, x1, y1):
    """(h, w) bool mask of a box."""
    mask = np.zeros(size_hw, bool)
    mask[y0:y1, x0:x1] = True
    return mask


def paint(size_hw, parts=(), wholes=()):
    """A picture of boxes (x0, y0, x1, y1): the first part is red 1, the second red 2 …; wholes are green."""
    picture = np.zeros((*size_hw, 3), np.uint8)
    for channel, boxes in enumerate((parts, wholes)):
        for number, (x0, y0, x1, y1) in enumerate(boxes, start=1):
            picture[y0:y1, x0:x1, channel] = number
    return picture
