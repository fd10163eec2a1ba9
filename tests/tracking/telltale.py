"""A film whose frames carry their number, and a backend whose every mask tells how it was reached."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dwell.segmenters.contract import Candidate, Tracked
from dwell.types import State

SIZE_HW = (8, 10)


class NumberedFilm:
    """Frames that show their number; filler is flat. Follows the ``Frames`` protocol."""

    def __init__(self, n_frames, filler=()):
        self.path = Path("numbers.mp4")
        self.size_hw = SIZE_HW
        self.pts_ns = np.arange(n_frames, dtype=np.int64)
        self.filler = np.isin(np.arange(n_frames), filler)

    def __len__(self):
        return len(self.pts_ns)

    def read(self, frame_idx):
        picture = np.full((*SIZE_HW, 3), frame_idx, dtype=np.uint8)
        picture[-1] = np.where(self.filler[frame_idx], frame_idx, 255 - frame_idx // 2)
        return picture

    def stream(self, start, stop, step=1):
        for frame_idx in range(start, stop, step):
            yield frame_idx, self.read(frame_idx)

    def name(self, frame_idx):
        return str(frame_idx)

    def search_filler(self):
        yield from ()
        return self.filler

    def close(self):
        pass


@dataclass(frozen=True)
class Seen:
    frame_idx: int
    previous: int | None


@dataclass(frozen=True)
class Trace:
    """What a telltale remembers: where it began, and each frame since."""

    start: str
    """Digest of the anchor and its support."""
    frames: tuple[int, ...]
    """The anchor and every frame after it; only the last few are saved."""
    links: tuple[str, ...]
    """The digest before each of these frames; the anchor has none."""
    digest: str


REACH = 4
"""Frames that must be recalled to load a memory."""


class Telltale:
    """Draws each mask from all that led to it: the anchor, its support, and each frame in between.

    A frame left out, tracked twice, or encoded after the wrong one gives another mask or an error; so does a
    memory that is loaded with other frames, or another start, than it was saved with.
    """

    name = "telltale"

    def describe(self):
        return {"version": 1}

    def encode(self, image, previous=None):
        return Seen(int(image[0, 0, 0]), None if previous is None else previous.frame_idx)

    def segment(self, encoding, prompts, limit=3):
        return [Candidate(prompts[-1].mask.to_array(), 1.0)]

    def start(self, encoding, mask, support=()):
        shown = [(encoding.frame_idx, 0, mask)]
        shown += [(each.encoding.frame_idx, each.ahead, each.mask) for each in support]
        assert any(mask.any() for *_, mask in shown)
        digest = _digest(*(f"{i}:{ahead}:{mask.tobytes().hex()}" for i, ahead, mask in shown))
        return Trace(digest, (encoding.frame_idx,), ("",), digest)

    def step(self, encoding, memories, rivals=None):
        assert list(memories) == sorted(memories)
        assert not set(rivals or {}) & set(memories)
        answers = {}
        for object_id, memory in memories.items():
            assert encoding.previous == memory.frames[-1], f"{encoding} came after frame {memory.frames[-1]}"
            memory = _next(memory, encoding.frame_idx)
            answers[object_id] = (_draw(memory.digest), memory)
        return answers

    def dump(self, memory):
        """Neither the last frames nor the digest made of them: those are to be recalled."""
        n_back = min(len(memory.frames) - 1, REACH)
        return json.dumps([n_back, memory.links[-n_back]]).encode()

    def load(self, data, recall):
        n_back, link = json.loads(data)
        memory = recall.start()
        if n_back == REACH:
            memory = Trace(memory.start, (recall.frame(n_back).frame_idx,), ("",), link)
        else:
            assert recall.frame(n_back).frame_idx == memory.frames[0]
        for back in reversed(range(n_back)):
            memory = _next(memory, recall.frame(back).frame_idx)
        return memory


def _next(memory, frame_idx):
    return Trace(
        memory.start,
        (*memory.frames, frame_idx)[-REACH - 1 :],
        (*memory.links, memory.digest)[-REACH - 1 :],
        _digest(memory.start, memory.digest, str(frame_idx)),
    )


def _digest(*parts):
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _draw(digest):
    """A block at one of a few places, so that two answers may agree, overlap or differ; or none.

    Now and then it is tiny, or most of the frame.
    """
    random = np.random.default_rng(int(digest[:12], 16))
    mask = np.zeros(SIZE_HW, dtype=bool)
    state = State([*["visible"] * 6, "absent", "lost"][random.integers(8)])
    if state is State.VISIBLE:
        y, x = random.integers(0, 3, 2)
        height, width = [*[(5, 6)] * 6, (2, 2), SIZE_HW][random.integers(8)]
        mask[y : y + height, x : x + width] = True
    return Tracked(mask, float(np.round(random.random(), 3)), state, check=bool(random.integers(4) == 0))
