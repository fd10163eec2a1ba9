"""A short film of flat squares, held in memory, for sessions whose every mask can be written down by hand."""

from pathlib import Path

import numpy as np

SIZE_HW = (40, 60)
RED, BLUE, GREEN = (200, 0, 0), (0, 0, 200), (0, 160, 0)
GREY = (128, 128, 128)


class Film:
    """Squares of 8 px on white. Follows the ``Frames`` protocol and counts what is read of it."""

    def __init__(self, n_frames, paths, filler=()):
        self.path = Path("film.mp4")
        self.size_hw = SIZE_HW
        self.pts_ns = np.arange(n_frames, dtype=np.int64) * 33_000_000
        self.paths = paths  # list of (colour by frame, (x, y) by frame or None); later ones lie on top
        self.filler = np.isin(np.arange(n_frames), filler)
        self.seen = []

    def __len__(self):
        return len(self.pts_ns)

    def truth(self, number, frame_idx):
        """The visible part of one square."""
        owner = np.full(SIZE_HW, -1)
        for i, (_, where) in enumerate(self.paths):
            if where(frame_idx) is not None:
                x, y = where(frame_idx)
                owner[y : y + 8, x : x + 8] = i
        return owner == number

    def read(self, frame_idx):
        self.seen.append(frame_idx)
        if self.filler[frame_idx]:
            return np.full((*SIZE_HW, 3), 128, dtype=np.uint8)
        picture = np.full((*SIZE_HW, 3), 255, dtype=np.uint8)
        for i, (colour, _) in enumerate(self.paths):
            picture[self.truth(i, frame_idx)] = colour(frame_idx)
        return picture

    def stream(self, start, stop, step=1):
        for frame_idx in range(start, stop, step):
            yield frame_idx, self.read(frame_idx)

    def name(self, frame_idx):
        return f"{frame_idx:05d}"

    def search_filler(self):
        yield from ()
        return self.filler

    def close(self):
        pass


def always(colour):
    return lambda frame_idx: colour


def across(x, y, dx=1):
    """A square that moves dx px per frame."""
    return lambda frame_idx: (x + dx * frame_idx, y)
