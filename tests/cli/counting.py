"""A backend whose every mask depends on all steps before it, so that a wrong start, order or memory shows."""

from __future__ import annotations

import json
import os
import time

import numpy as np

from dwell.segmenters.colour import ColourBackend
from dwell.segmenters.contract import Tracked
from dwell.types import State


class CountingBackend(ColourBackend):
    """Moves the mask by one px more with each step, and never looks at the picture."""

    name = "counting"

    def start(self, encoding, mask, support=()):
        return (mask.tobytes(), mask.shape, 0)

    def step(self, encoding, memories, rivals=None):
        time.sleep(float(os.environ.get("COUNTING_STEP_S", "0")))
        return {object_id: self._moved(memory) for object_id, memory in memories.items()}

    def _moved(self, memory):
        data, shape, steps = memory
        mask = np.roll(np.frombuffer(data, bool).reshape(shape), 1 + steps % 7, axis=1)
        return Tracked(mask, 1.0, State.VISIBLE), (mask.tobytes(), shape, steps + 1)

    def dump(self, memory):
        data, shape, steps = memory
        return json.dumps([data.hex(), list(shape), steps]).encode()

    def load(self, data, recall):
        text, shape, steps = json.loads(data)
        return (bytes.fromhex(text), tuple(shape), steps)


REGISTER = f"""
import sys
sys.path.insert(0, {os.path.dirname(os.path.dirname(__file__))!r})
from dwell.registry import BACKENDS
BACKENDS.entries["counting"] = "cli.counting:CountingBackend"
from dwell.cli import progress
progress.LINE_EVERY_S = progress.JSON_EVERY_S = 0.1
from dwell.tracking import record
record.COMMIT_EVERY_S, record.MEMORY_EVERY_S = 0.05, 0.5
"""
"""Python that makes the backend known to another process, shows progress often and saves often."""
