"""A drawn scene with squares that look the same to the pixel: only their places tell them apart."""

import numpy as np

from dwell.drawn_world import MemoryFrames
from dwell.masks import Mask

SIZE_HW = (60, 160)
SIDE = 16


class Twins:
    """Squares of one look on a plain wall. The number of a frame is its first pixel.

    Args:
        places: name → frame_idx → top left corner, None where it is not seen.
    """

    name = "twins"
    size_hw = SIZE_HW

    def __init__(self, n_frames, **places):
        self.n_frames, self._places = n_frames, places
        pts_ns = np.arange(n_frames, dtype=np.int64) * 1_000_000_000 // 30
        self.frames = MemoryFrames(self._picture, SIZE_HW, pts_ns, path="twins.mp4")
        rng = np.random.default_rng(1)
        self._look = np.clip(rng.normal((200, 60, 50), 12, (SIDE, SIDE, 3)), 0, 255).astype(np.uint8)

    def mask(self, name, frame_idx):
        array, where = np.zeros(SIZE_HW, bool), self._places[name](frame_idx)
        if where is not None:
            array[where[1] : where[1] + SIDE, where[0] : where[0] + SIDE] = True
        return Mask.from_array(array)

    def masks(self, frame_idx, backdrop=False):
        return {name: mask for name in self._places if (mask := self.mask(name, frame_idx))}

    def frame_of(self, image):
        return int(image[0, 0, 0])

    def _picture(self, frame_idx):
        picture = np.full((*SIZE_HW, 3), (170, 180, 190), np.uint8)
        for where in self._places.values():
            if where(frame_idx) is not None:
                x, y = where(frame_idx)
                picture[y : y + SIDE, x : x + SIDE] = self._look
        picture[0, 0] = frame_idx, 0, 0
        return picture
