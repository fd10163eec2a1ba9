"""What is part of what: kept with the AOIs, without circles, under undo."""

import pytest

from dwell.errors import PromptError
from dwell.project import Project, ancestors, depths, descendants, relatives
from project.drawing import everything


@pytest.fixture
def kitchen(project):
    """table 1 > cup 2 > handle 3, and spoon 4, a part of nothing."""
    project.add_aoi("table")
    project.add_aoi("cup", part_of=1)
    project.add_aoi("handle", part_of=2)
    project.add_aoi("spoon")
    return project


def wholes(project):
    return {aoi.name: aoi.part_of for aoi in project.aois()}


def test_parts_are_kept_with_the_aois(kitchen, path):
    assert kitchen.aoi("handle").part_of == 2
    kitchen.close()
    with Project.open(path, write=False) as again:
        assert wholes(again) == {"table": None, "cup": 1, "handle": 2, "spoon": None}
        assert again.masklet(2).aoi.part_of == 1
        assert [each.aoi.part_of for each in again.masklets()] == [None, 1, 2, None]


def test_what_an_aoi_is_part_of_can_be_changed_and_taken_back(kitchen):
    before = everything(kitchen)
    assert kitchen.edit_aoi(3, part_of=4).part_of == 4
    assert kitchen.edit_aoi(3, name="bowl").part_of == 4, "None leaves it"
    after = everything(kitchen)
    assert kitchen.edit_aoi(3, part_of=0).part_of is None
    assert wholes(kitchen)["bowl"] is None
    kitchen.undo()
    assert everything(kitchen) == after
    kitchen.undo(), kitchen.undo()
    assert everything(kitchen) == before
    kitchen.redo(), kitchen.redo()
    assert everything(kitchen) == after


@pytest.mark.parametrize(
    ("object_id", "part_of", "message"),
    [
        (1, 1, "'table' cannot be part of 'table', which is the same AOI"),
        (1, 2, "'table' cannot be part of 'cup', which is a part of it"),
        (1, 3, "'table' cannot be part of 'handle', which is a part of it"),
        (4, 9, "no AOI 9 to be part of; the project has 1, 2, 3, 4"),
    ],
)
def test_nothing_is_part_of_itself_or_of_what_there_is_not(kitchen, object_id, part_of, message):
    before = everything(kitchen)
    with pytest.raises(PromptError, match=message):
        kitchen.edit_aoi(object_id, part_of=part_of)
    assert everything(kitchen) == before


def test_a_new_aoi_cannot_be_part_of_what_there_is_not(kitchen):
    with pytest.raises(PromptError, match="no AOI 7 to be part of"):
        kitchen.add_aoi("rim", part_of=7)
    assert "rim" not in wholes(kitchen)


def test_the_parts_of_a_removed_aoi_move_up(kitchen):
    before = everything(kitchen)
    kitchen.remove_aoi(2)
    assert wholes(kitchen) == {"table": None, "handle": 1, "spoon": None}
    kitchen.remove_aoi(1)
    assert wholes(kitchen) == {"handle": None, "spoon": None}
    kitchen.undo(), kitchen.undo()
    assert everything(kitchen) == before


def test_families_are_found_in_a_list_of_aois(kitchen):
    kitchen.add_aoi("saucer", part_of=1)  # 5
    aois = kitchen.aois()
    assert ancestors(aois, 3) == (2, 1)
    assert ancestors(aois, 1) == ()
    assert descendants(aois, 1) == (2, 3, 5)
    assert descendants(aois, 4) == ()
    assert relatives(aois) == {1: {2, 3, 5}, 2: {1, 3}, 3: {1, 2}, 5: {1}}, "cup and saucer are none"
    assert depths(aois) == {1: 0, 2: 1, 3: 2, 4: 0, 5: 1}
