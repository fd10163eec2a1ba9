"""AOIs from words: type, look, try thresholds, add – and undo it."""

import os
import re
from pathlib import Path

import pytest
from PIL import Image

from browser.worlds import BLUE, PlantedFailure

FAILURE = PlantedFailure()


@pytest.fixture
def words(app, kitchen):
    """The panel, in a project whose masks follow flat colours."""
    app.visit().open(kitchen)
    app.page.evaluate(
        "() => { const { ctx } = window.__dwell;"
        " return ctx.api.put(`backend?client=${ctx.client}`, { name: 'colour' }); }"
    )
    app.wait("ctx.store.backend.name === 'colour'")
    app.press("q")
    return app.page.get_by_role("tabpanel", name="Words")


def look(app, panel, text):
    """Type it and press Enter, as one does; wait until it has ended."""
    panel.get_by_label("Detector").select_option("colours")
    field = panel.get_by_label("What to look for")
    field.fill(text)
    before = app.state("ctx.store.search?.id ?? 0")
    field.press("Enter")
    app.wait("ctx.store.search?.id > args[0] && ctx.store.search.state !== 'running'", before)
    app.wait(
        "parts.words.number === ctx.store.search.id"
        " && parts.words.suggestions.length === ctx.store.search.n_found"
    )


def set_slider(panel, label, value):
    panel.get_by_label(label).fill(str(value))


def picture(app, name):
    folder = os.environ.get("DWELL_TEST_PICTURES")
    if folder:
        app.page.screenshot(path=Path(folder) / f"{name}.png")


def test_words_become_aois_that_are_refined_and_undone(app, words):
    assert app.page.evaluate("() => document.activeElement.id") == "words-text"
    look(app, words, "red cup . blue sign")
    boxes = words.get_by_role("list", name="Suggestions on frame 0").get_by_role("checkbox")
    app.page.get_by_text("2 of 2 shown").wait_for()
    boxes.nth(1).wait_for()
    assert boxes.count() == 2
    # The sign is a rectangle, which fills its hull: its score is 1; the cup's, a disc of pixels, is less.
    set_slider(words, "Box score", 1)
    app.page.get_by_text("1 of 2 shown").wait_for()
    assert words.get_by_role("button", name="Add 1").is_enabled()
    set_slider(words, "Box score", 0.3)
    picture(app, "words")
    words.get_by_role("button", name="Add 2").click()
    app.said(re.compile("Added: blue sign, red cup"))
    assert app.aoi_names == ["blue sign", "red cup"]
    app.wait_for_mask("red cup", FAILURE.cup_area)
    app.wait_for_mask("blue sign", 40 * 60)
    words.get_by_text("is red cup already").wait_for()
    assert words.get_by_role("button", name="Add 0").is_disabled()
    app.page.get_by_role("button", name="Undo", exact=True).last.click()
    app.wait("ctx.store.aois.size === 0")
    words.get_by_role("button", name="Add 2").wait_for()


def test_what_is_pointed_at_shows_its_mask_and_only_what_is_ticked_is_added(app, words):
    look(app, words, "red . blue")
    row = words.get_by_role("listitem").filter(has_text="blue")
    row.hover()
    app.wait("parts.words.hot !== null && parts.words.masks.get(parts.words.hot)")
    r, g, b, alpha = app.pixel(*FAILURE.sign_xy)
    assert alpha > 60  # painted, though nothing is saved
    assert app.state("ctx.store.aois.size") == 0
    row.get_by_role("checkbox").uncheck()
    words.get_by_role("button", name="Add 1").click()
    app.wait("ctx.store.aois.size === 1")
    assert app.aoi_names == ["red"]
    words.get_by_text("is red already").wait_for()
    row.get_by_role("checkbox").check()
    words.get_by_role("button", name="Reject").click()
    row.wait_for(state="detached")


def test_a_cup_that_was_lost_is_found_again_on_the_frames_that_were_looked_at(app, words):
    app.tab("AOIs")
    app.name_and_click("cup", *FAILURE.cup_xy(0))
    app.press("q")
    app.page.evaluate(
        "() => { const { ctx } = window.__dwell;"
        " return ctx.api.patch('aois/1', { client: ctx.client, category: 'red cup' }); }"
    )
    words.get_by_label("Look on", exact=True).select_option("Every few seconds")
    words.get_by_label("Seconds between two frames").fill("1.2")  # frames 0, 30, 60 and 90
    look(app, words, "red cup")
    words.get_by_text("is cup already").wait_for()
    words.get_by_text("found again: cup").nth(2).wait_for()
    words.get_by_role("button", name=re.compile("^Frame 90")).click()
    app.see_frame(90)
    picture(app, "words-found-again")
    words.get_by_role("button", name="Add 3").click()
    app.wait_for_mask("cup", FAILURE.cup_area)
    assert app.aoi_names == ["cup"]
    prompted = app.state("[...ctx.store.prompts.values()].map((prompt) => prompt.frame_idx)")
    assert sorted(prompted) == [0, 30, 60, 90]


def test_on_a_photo_there_is_one_frame_and_no_question_where(app, root):
    Image.fromarray(FAILURE.world.frame(0)).save(root / "shelf.png")
    app.visit().open(root / "shelf.png")
    panel = app.tab("Words")
    assert panel.get_by_label("Look on", exact=True).is_hidden()
    look(app, panel, "blue")
    panel.get_by_role("button", name="Add 1").click()
    app.wait("ctx.store.aois.size === 1")
    assert FAILURE.world.frame(0)[FAILURE.sign_xy[1], FAILURE.sign_xy[0]].tolist() == list(BLUE)
    assert app.mask("blue")["state"] == "visible"


def test_what_cannot_be_found_says_why(app, words):
    look(app, words, "cup")
    words.get_by_text(re.compile("knows colours only")).wait_for()
    look(app, words, "purple")
    words.get_by_text(re.compile("Nothing like that was found")).wait_for()
    app.allow("400 POST .*/words/search")
    words.get_by_label("What to look for").fill(" . ")
    words.get_by_role("button", name="Find").click()
    app.said(re.compile("Expected words"))
