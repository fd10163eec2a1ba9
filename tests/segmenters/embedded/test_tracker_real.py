"""The embedded tracker on real sequences with known masks, where the data are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from dwell.segmenters.embedded import EmbeddedBackend
from segmenters.embedded.moving_pictures import iou

DATA = Path(os.environ.get("DWELL_TEST_DATA", Path(__file__).parents[4] / "shared" / "data")) / "davis16"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="no real sequences: set DWELL_TEST_DATA to their folder"
)


@pytest.mark.parametrize(("name", "floor"), [("blackswan", 0.8), ("car-shadow", 0.72)])
def test_follows_a_real_object(name, floor):
    backend = EmbeddedBackend()
    images = sorted((DATA / name / "images").glob("*.jpg"))[:20]
    truths = [
        cv2.imread(str(p), cv2.IMREAD_GRAYSCALE) > 127 for p in sorted((DATA / name / "masks").glob("*.png"))
    ]
    encoding = backend.encode(_read(images[0]))
    memory = backend.start(encoding, truths[0])
    scores = []
    for path, truth in zip(images[1:], truths[1:], strict=False):
        encoding = backend.encode(_read(path), encoding)
        tracked, memory = backend.step(encoding, {1: memory})[1]
        scores.append(iou(tracked.mask, truth))
    assert np.mean(scores) > floor


def _read(path: Path) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
