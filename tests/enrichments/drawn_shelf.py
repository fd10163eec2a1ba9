"""A drawn shelf with a red and a green box, and the gaze of two recordings on it, as a download."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from cloud.fake_cloud import zip_of
from enrichments import written
from enrichments.written import START, fixation, sample, section

RED, GREEN, GREY = (210, 30, 30), (30, 140, 60), (128, 128, 128)
SIZE_HW = (240, 320)
RED_BOX, GREEN_BOX = (40, 60, 100, 180), (200, 80, 280, 160)
"""(x0, y0, x1, y1) px: 60 × 120 and 80 × 80 px."""
ON_RED, ON_GREEN = (70, 120), (240, 120)


def picture() -> np.ndarray:
    """(h, w, 3) uint8 RGB."""
    drawn = np.full((*SIZE_HW, 3), GREY, np.uint8)
    for colour, (x0, y0, x1, y1) in ((RED, RED_BOX), (GREEN, GREEN_BOX)):
        drawn[y0:y1, x0:x1] = colour
    return drawn


def write_shelf(folder: Path) -> Path:
    """The first looks at red from 1 s for 200 ms and at green from 2 s for 100 ms; the second at green only,
    from 3 s for 300 ms.
    """
    first = fixation(1, 1000, 200, ON_RED) + fixation(2, 2000, 100, ON_GREEN)
    gaze = "".join(sample(1000 + 5 * i, ON_RED, fixation=1) for i in range(40))
    gaze += "".join(sample(3000 + 5 * i, ON_GREEN, fixation=1, where="s2,r2") for i in range(60))
    written.write(
        folder,
        sections=section("s1", "r1", START) + section("s2", "r2", START, wearer="w2"),
        gaze=gaze,
        fixations=first + fixation(1, 3000, 300, ON_GREEN, where="s2,r2"),
        picture=False,
    )
    Image.fromarray(picture()).save(folder / "reference_image.png")
    return folder


def shelf_zip(folder: Path) -> bytes:
    """The same as a zip, as Pupil Cloud gives it; ``folder`` is written for it."""
    write_shelf(folder)
    return zip_of({f"{folder.name}/{path.name}": path.read_bytes() for path in sorted(folder.iterdir())})
