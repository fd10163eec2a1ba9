"""Two tabs on one project see each other's changes and do not step on each other."""

import pytest

from browser.worlds import PlantedFailure

FAILURE = PlantedFailure()


@pytest.fixture
def tabs(new_app, kitchen):
    one = new_app()
    one.visit().open(kitchen)
    two = new_app(app=one)
    two.visit().open(kitchen)
    return one, two


def test_both_see_every_change(tabs):
    one, two = tabs
    one.new_aoi("cup")
    two.page.get_by_role("button", name="cup, ").wait_for()
    one.choose_tracker("colour")
    one.click_thing(*FAILURE.cup_xy(0))
    two.wait_for_mask("cup", FAILURE.cup_area)
    two.name_and_click("sign", *FAILURE.sign_xy)
    one.wait_for_mask("sign", 40 * 60)
    two.start_tracking()
    one.wait_until_tracked()
    assert one.lane("cup") == "v" * FAILURE.n_frames


def test_each_keeps_its_own_frame_and_selection(tabs):
    one, two = tabs
    one.new_aoi("cup")
    one.new_aoi("sign")
    two.wait("ctx.store.aois.size === 2")
    one.go_to(30)
    two.go_to(70)
    one.select("cup")
    two.select("sign")
    one.page.wait_for_timeout(300)
    assert (one.frame_idx, two.frame_idx) == (30, 70)
    selected = [each.state("ctx.store.aois.get(ctx.ui.get('selected')).name") for each in tabs]
    assert selected == ["cup", "sign"]


def test_undo_with_an_outdated_view_is_refused_and_says_so(tabs):
    """The second tab has not heard yet what the first one did."""
    one, two = tabs
    one.new_aoi("cup")
    two.wait("ctx.store.aois.size === 1")
    two.deafen()
    one.new_aoi("sign")
    two.allow("409")
    two.undo()
    two.said("another page")
    assert one.aoi_names == ["cup", "sign"]
    two.hear_again()
    two.wait("ctx.store.aois.size === 2")
    two.undo()
    one.wait("ctx.store.aois.size === 1")
