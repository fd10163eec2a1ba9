"""A backend in which everything that competes loses pixels for good, and a film for it."""

import numpy as np

from dwell.segmenters.contract import Candidate, Tracked
from dwell.types import State


class Jealous:
    """Moves each mask one column to the right per frame, whatever the picture shows.

    Pixels of rivals are lost, and so are those of objects in the same call with a smaller number; what is
    lost never comes back. ``calls`` are the object_ids of each call, and those of its rivals.
    """

    name = "jealous"

    def __init__(self):
        self.calls = []

    def describe(self):
        return {"version": 1}

    def encode(self, image, previous=None):
        return image.shape[:2]

    def segment(self, encoding, prompts, limit=3):
        return [Candidate(prompts[-1].mask.to_array(), 1.0)]

    def start(self, encoding, mask, support=()):
        return mask

    def step(self, encoding, memories, rivals=None):
        self.calls.append((sorted(memories), sorted(rivals or {})))
        moved = {i: np.roll(mask, 1, axis=1) for i, mask in memories.items()}
        answers = {}
        for i, mask in moved.items():
            stronger = [other for j, other in moved.items() if j < i] + list((rivals or {}).values())
            left = mask & ~np.any([np.zeros_like(mask), *stronger], axis=0)
            answers[i] = (Tracked(left, 0.9, State.VISIBLE if left.any() else State.LOST), left)
        return answers

    def dump(self, memory):
        return np.packbits(memory).tobytes()

    def load(self, data, recall):
        size_hw = recall.frame(0)
        n_pixels = size_hw[0] * size_hw[1]
        return np.unpackbits(np.frombuffer(data, np.uint8), count=n_pixels).reshape(size_hw).astype(bool)
