"""Undo covers everything that a person does, and outlives the page."""

import re
import shutil

import pytest

from browser.worlds import PlantedFailure
from dwell import Point, open_analysis

FAILURE = PlantedFailure()


@pytest.fixture(scope="module")
def drawn_and_tracked(drawn_kitchen, tmp_path_factory):
    """A project in which a cup was clicked and tracked."""
    project = tmp_path_factory.mktemp("tracked") / "kitchen.dwell"
    with open_analysis(drawn_kitchen, project, backend="colour") as analysis:
        analysis.prompt("cup", Point(*FAILURE.cup_xy(0)), frame_idx=0)
        analysis.track()
    return project


@pytest.fixture
def tracked(app, drawn_and_tracked, root):
    """A page on that project."""
    return app.visit().open(shutil.copytree(drawn_and_tracked, root / "kitchen.dwell"))


def test_undo_and_redo_go_on_after_a_reload(tracked):
    tracked.name_and_click("sign", *FAILURE.sign_xy)
    tracked.reload()
    tracked.undo()
    tracked.wait("![...ctx.store.prompts.values()].some((prompt) => prompt.object_id === args[0])", 2)
    tracked.reload()
    tracked.undo()
    tracked.wait("ctx.store.aois.size === 1")
    tracked.reload()
    tracked.redo()
    tracked.wait("ctx.store.aois.size === 2")
    tracked.reload()
    tracked.redo()
    tracked.wait_for_mask("sign", 40 * 60)


def test_undoing_a_correction_takes_back_what_was_tracked_after_it(tracked):
    before = tracked.masks_of("cup")
    tracked.go_to(44)
    tracked.select("cup")
    tracked.click_thing(*FAILURE.cup_xy(44))
    tracked.click_thing(*FAILURE.look_alike_xy, exclude=True)
    tracked.wait_for_mask("cup", FAILURE.cup_area)
    tracked.wait_until_corrected()
    assert tracked.masks_of("cup") != before
    tracked.page.get_by_role("button", name="Undo correction").click()
    tracked.said(re.compile("correction is undone", re.IGNORECASE))
    assert tracked.masks_of("cup") == before
    tracked.reload()
    assert tracked.masks_of("cup") == before


def test_a_removed_aoi_comes_back_with_its_masks(tracked):
    before = tracked.masks_of("cup")
    tracked.page.get_by_role("button", name="More for cup").click()
    tracked.page.get_by_role("menuitem", name="Remove").click()
    tracked.wait("ctx.store.aois.size === 0")
    tracked.page.get_by_role("button", name="Undo", exact=True).last.click()
    tracked.wait("ctx.store.aois.size === 1")
    assert tracked.masks_of("cup") == before
