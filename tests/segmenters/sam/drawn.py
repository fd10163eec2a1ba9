"""A drawn film: a blue square that moves right over stripes, and a red one that moves left."""

import numpy as np

SIZE_HW = (96, 160)


def picture(frame_idx):
    image = np.full((*SIZE_HW, 3), (214, 200, 170), dtype=np.uint8)
    image[::7] = 120
    image[blue(frame_idx)] = (30, 60, 190)
    image[red(frame_idx)] = (200, 30, 30)
    return image


def blue(frame_idx):
    return _square(30, 20 + 2 * frame_idx, 40)


def red(frame_idx):
    return _square(8, 110 - frame_idx, 20)


def _square(y, x, side):
    mask = np.zeros(SIZE_HW, dtype=bool)
    mask[y : y + side, x : x + side] = True
    return mask
