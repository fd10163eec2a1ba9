"""Slow and plain computations that the formats' fast ones are held against."""

import numpy as np

from formats.drawn import arrays_of


def on_top(labels):
    """{(object_id, frame_idx): (h, w) bool} when each pixel goes to the smallest AOI, pixel by pixel."""
    arrays = arrays_of(labels)
    found = {}
    for frame_idx in labels.frames:
        here = {object_id: array for (object_id, i), array in arrays.items() if i == frame_idx}
        for y, x in np.ndindex(labels.size_hw):
            claims = [(array.sum(), -object_id) for object_id, array in here.items() if array[y, x]]
            if claims:
                owner = -min(claims)[1]
                found.setdefault((owner, frame_idx), np.zeros(labels.size_hw, bool))[y, x] = True
    return found


def overlapping_px(labels):
    """Pixels, over all frames, that belong to more than one AOI."""
    arrays = arrays_of(labels)
    frames = {i for _, i in arrays}
    return sum(
        int((sum(a.astype(int) for (_, i), a in arrays.items() if i == frame) > 1).sum()) for frame in frames
    )


def found_arrays(video):
    """{(key, frame_idx): (h, w) bool} of all masks that a reader found in a video of numbered frames."""
    return {
        (label.key, video.numbers[label.frame]): label.mask.to_array()
        for label in video.labels()
        if label.mask is not None
    }


def assert_same(found, expected):
    """Both have the same masks."""
    assert found.keys() == expected.keys()
    for where, array in expected.items():
        np.testing.assert_array_equal(found[where], array, err_msg=str(where))
