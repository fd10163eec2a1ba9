"""Where annotated real sequences are, if there are any (see CONTRIBUTING.md)."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(os.environ.get("DWELL_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data")


def needed(*parts):
    """A path below the data folder; the test is skipped where it is not there."""
    path = ROOT.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {'/'.join(parts)}: set DWELL_TEST_DATA to a folder with annotated sequences")
    return path


def true_mask(path):
    """(h, w) bool."""
    return np.asarray(Image.open(path).convert("L")) > 127
