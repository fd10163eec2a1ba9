"""``Analysis.edit``: the tools without a backend, or beside a session that is open."""

import inspect

import pytest

from dwell import editing
from dwell.analysis import Analysis
from dwell.project import Project
from editing.scenes import SIZE_HW, box, mask_at, tracked


@pytest.fixture
def analysis():
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=20)
    for object_id, name in enumerate(("cup", "mug"), 1):
        project.add_aoi(name)
        project.write_masks(
            tracked(object_id, f, box(10 * object_id, 0, 10 * object_id + 5, 5)) for f in range(5)
        )
    with Analysis(project) as opened:
        yield opened


def test_no_recording_and_no_backend_is_opened(analysis):
    """There is none to open here."""
    assert analysis.edit.swap("cup", "mug", 3).n_masks == 4
    assert mask_at(analysis, 1, 4) == box(20, 0, 25, 5)
    assert analysis.edit.grow("cup", 1, (0, 2)).n_masks == 2


def test_every_tool_is_there_with_its_own_help(analysis):
    tools = {name for name in editing.__all__ if inspect.isfunction(getattr(editing, name))}
    assert len(tools) == 14
    for name in tools - {"swap"}:
        assert inspect.getdoc(getattr(analysis.edit, name)) == inspect.getdoc(getattr(editing, name))
