from __future__ import annotations

import pytest

from dwell.project import Project
from tracking.pictures import SIZE_HW


@pytest.fixture
def project():
    """An empty project of ten frames."""
    with Project.in_memory(size_hw=SIZE_HW, n_frames=10) as opened:
        yield opened
