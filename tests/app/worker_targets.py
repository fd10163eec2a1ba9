"""Targets for tests of workers; imported by the child process."""

import os
import time
from pathlib import Path

from dwell.errors import PromptError


class Notebook:
    """Writes what happens to it into a file."""

    def __init__(self, calling, path):
        self.path = Path(path)
        self.steps = 0
        self._write("made")

    def _write(self, line):
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def work(self):
        if self.steps:
            self.steps -= 1
            self._write(f"step, {self.steps} left")
            time.sleep(0.01)
        return self.steps > 0

    def close(self):
        self._write("closed")

    # verbs

    def add(self, calling, a, b):
        calling.tell({"adding": (a, b)})
        return a + b

    def begin(self, calling, steps):
        self.steps = steps

    def refuse(self, calling):
        raise PromptError("The click lies outside the frame.", frame_idx=7)

    def stumble(self, calling):
        return {}["nothing"]

    def count(self, calling, total):
        for done in range(total):
            calling.progress(done, total)
            time.sleep(0.005)
        return total

    def chatter(self, calling):
        print("a library prints this")
        return "fine"

    def die(self, calling):
        os._exit(3)
