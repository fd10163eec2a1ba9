"""A picture for detectors: a red bottle and a blue flag on sand, with some noise, wider than high."""

import numpy as np

SIZE_HW = (90, 140)


def picture(size_hw=SIZE_HW):
    random = np.random.default_rng(4)
    image = np.full((*size_hw, 3), (214, 200, 170), dtype=np.uint8)
    image[20:80, 20:40] = (200, 30, 40)
    image[10:50, 80:130] = (30, 60, 190)
    noise = random.integers(-12, 13, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)
