"""Everything in a video, and the gallery of it: begin, watch, tidy up, undo – by mouse and by keyboard."""

import os
import re
from pathlib import Path

import pytest
from PIL import Image

from browser.worlds import BLUE, GREEN, RED
from dwell import Mask, open_analysis
from dwell.drawn_world import Disc, Line, Look, Rect, ShapesWorld
from dwell.masks import MaskRecord
from dwell.types import Direction, Origin, State
from shape_recordings import write_image_folder

WORLD = ShapesWorld(
    40,
    (120, 160),
    [
        Rect("sign", BLUE, (40, 50), (40, 85)),
        Disc("ball", GREEN, 16, (125, 85)),
        Disc("cup", RED, 16, Line((30, 30), step_xy=(2, 0))),
    ],
    looks=[Look("cup", range(5, 15)), Look("ball", range(20, 25))],
)
"""A cup moves right, a sign and a ball stand still; the cup is looked at for 400 ms, the ball for 200 ms."""


@pytest.fixture
def shelf(root):
    return write_image_folder(root / "shelf", WORLD)


def panel_of(app):
    return app.page.get_by_role("tabpanel", name="Everything")


def use_colours(app):
    """Masks that follow flat colours."""
    app.page.evaluate(
        "() => { const { ctx } = window.__dwell;"
        " return ctx.api.put(`backend?client=${ctx.client}`, { name: 'colour' }); }"
    )
    app.wait("ctx.store.backend.name === 'colour'")


def start(app, *, afresh=False, step="20"):
    """Everything, with a budget that suffices, clicked 10 px apart."""
    panel = panel_of(app)
    panel.get_by_label("Coverage, %").fill("100")
    panel.get_by_label("Objects, at most").fill("10")
    panel.get_by_text("Advanced").first.click()
    panel.get_by_label("Masks are found by").select_option("colour")
    panel.get_by_label("Points per side").fill("16")
    panel.get_by_label("Frames between key frames").fill(step)
    panel.get_by_role("button", name="Start afresh" if afresh else "Start", exact=True).click()


def wait_until_found(app):
    app.wait("ctx.store.job && ctx.store.job.state !== 'running'")
    job = app.state("ctx.store.job")
    assert job["state"] == "done", job


def card(app, name):
    """Of an AOI; it is named by its checkbox."""
    return panel_of(app).locator(".card").filter(has=app.page.get_by_label(f"Choose {name}", exact=True))


def titles(app):
    return panel_of(app).locator(".card-title").all_inner_texts()


def wait_for_titles(app, *names):
    """Until the gallery begins with these; it is drawn with the next picture of the screen."""
    shown = "[...document.querySelectorAll('.card-title')].slice(0, args[0]).map((each) => each.textContent)"
    app.wait(f"String({shown}) === String(args[1])", len(names), list(names))


def picture(app, name):
    folder = os.environ.get("DWELL_TEST_PICTURES")
    if folder:
        app.page.screenshot(path=Path(folder) / f"{name}.png")


def test_from_nothing_to_a_gallery_that_is_tidied_up(app, shelf):
    app.visit().open(shelf)
    use_colours(app)
    app.press("Shift+e")
    start(app)
    app.wait("ctx.store.job?.kind === 'everything'")
    panel = panel_of(app)
    panel.get_by_role("button", name="Stop").wait_for()
    wait_until_found(app)
    app.said(re.compile("Done: 4 objects made"))
    app.wait("document.querySelectorAll('.card-image:not([hidden])').length === 4")
    for image in panel.locator(".card-image").all():
        image.scroll_into_view_if_needed()
        app.page.wait_for_function("(image) => image.naturalWidth === 192", arg=image.element_handle())
    picture(app, "everything-done")

    # The two that were looked at come first, with their shares of the gaze that was on anything.
    notes = panel.locator(".card-note").all_inner_texts()
    assert all(re.match(r"\d+ % of gaze", note) for note in notes[:2]), notes
    cup, ball, *others = titles(app)
    app.go_to(39)
    card(app, cup).locator(".card-picture").click()
    best = app.frame_idx
    assert app.state("ctx.ui.get('selected')") == app.object_id(cup)
    app.see_frame(best)
    assert app.mask(cup)["box"] == [14 + 2 * best, 14, 46 + 2 * best, 46]

    card(app, cup).locator(".card-name").click()
    field = panel.get_by_label(f"New name of {cup}")
    field.fill("cup")
    field.press("Enter")
    card(app, "cup").wait_for()

    # Two become one, the first of them; undo makes them two again.
    panel.get_by_label(f"Choose {ball}", exact=True).click()
    panel.get_by_label("Choose cup", exact=True).click()
    panel.get_by_role("button", name=f"Merge into {ball}").click()
    app.wait("ctx.store.aois.size === 3")
    assert "cup" not in titles(app)
    app.said(re.compile(f"cup and {ball} are one now"))
    app.page.get_by_role("button", name="Undo", exact=True).last.click()
    app.wait("ctx.store.aois.size === 4")
    card(app, "cup").wait_for()

    # One is a part of another, there and in the list of AOIs.
    card(app, ball).get_by_role("checkbox").check()
    panel.get_by_role("button", name="Part of…").click()
    dialog = app.page.get_by_role("dialog", name="Part of")
    dialog.get_by_role("combobox").select_option("cup")
    dialog.get_by_role("button", name="Set").click()
    card(app, ball).get_by_text("part of cup").wait_for()
    app.tab("AOIs")
    rows = app.page.locator(".aoi-row .aoi-title").all_inner_texts()
    assert rows.index(ball) == rows.index("cup") + 1
    assert app.page.locator(".aoi-row.is-part .aoi-title").all_inner_texts() == [ball]

    # All of it is one step: what was done after it is undone first, then the run.
    for _ in range(3):
        step = app.state("ctx.store.steps.undo.id")
        app.press("Control+z")
        app.wait("ctx.store.steps.undo?.id !== args[0]", step)
    app.wait("ctx.store.aois.size === 0")


def test_what_is_stopped_can_be_gone_on_with_after_a_reload(app, shelf):
    app.visit().open(shelf)
    use_colours(app)
    app.press("Shift+e")
    start(app, step="4")
    app.wait("ctx.store.job?.phase === 'looking'")
    panel_of(app).get_by_role("button", name="Stop").click()
    app.wait("ctx.store.job.state === 'cancelled'")
    app.reload()
    panel = panel_of(app)
    panel.get_by_text(re.compile("was stopped before its end, while looking for objects")).wait_for()
    picture(app, "everything-stopped")
    panel.get_by_role("button", name="Go on").click()
    app.wait("ctx.store.job.state === 'running'")
    app.reload()  # in the midst of it
    wait_until_found(app)
    assert len(app.aoi_names) == 4
    panel.get_by_role("button", name="Go on").wait_for(state="detached")


def test_without_gaze_it_says_why_nothing_can_have_been_looked_at(app, shelf):
    (shelf / "gaze.csv").unlink()
    (shelf / "fixations.csv").unlink()
    app.visit().open(shelf)
    app.press("Shift+e")
    panel = panel_of(app)
    panel.get_by_text("not possible: This recording has no gaze.").wait_for()
    assert panel.get_by_label("What was looked at").is_disabled()
    panel.get_by_label("Coverage, %").fill("")
    panel.get_by_role("button", name="Start").click()
    panel.get_by_text("Coverage: expected a whole number from 1 to 100.").wait_for()


# -------------------------------------------------------------------- many objects, by keyboard


@pytest.fixture
def many(root, shelf):
    """A project with as many AOIs as there may be."""

    def made(n):
        path = root / "many.dwell"
        with open_analysis(shelf, path) as analysis:
            project = analysis.project
            with project.action("many"):
                for k in range(n):
                    aoi = project.add_aoi(f"thing {k + 1}", part_of=1 if k in (3, 4) else None)
                    mask = Mask.from_array(square(k))
                    project.write_masks(tracked(aoi.object_id, at, mask) for at in frames(k))
        return path

    return made


def frames(k):
    return range(k % 30, k % 30 + 10)


def tracked(object_id, frame_idx, mask):
    return MaskRecord(object_id, frame_idx, mask, State.VISIBLE, 0.9, Origin.MODEL, Direction.FORWARD)


def square(k):
    picture = WORLD.frame(0)[..., 0] * 0 > 0
    picture[10 + k % 50 : 50 + k % 50, 10 + k % 90 : 40 + k % 90 + k // 10] = True
    return picture


def focused(app):
    return app.page.evaluate("() => document.activeElement.closest('.card')?.dataset.id")


def test_the_gallery_by_keyboard_alone(app, many):
    app.visit().open(many(12))
    app.press("Shift+e")
    app.wait("document.querySelectorAll('.card-image:not([hidden])').length === 12")
    order = [str(app.object_id(each)) for each in titles(app)]
    columns = app.page.evaluate(
        "() => { const grid = document.querySelector('.gallery-grid');"
        " return getComputedStyle(grid).gridTemplateColumns.split(' ').length; }"
    )
    assert focused(app), "the first picture has the focus"
    app.press("Home")
    assert focused(app) == order[0]
    app.press("ArrowRight")
    app.press("ArrowDown")
    assert focused(app) == order[1 + columns]
    app.press("Home")
    app.press("Shift+ArrowRight")
    app.press("Shift+ArrowRight")
    panel = panel_of(app)
    panel.get_by_text("3 chosen").wait_for()
    app.press("Escape")
    panel.get_by_text("3 chosen").wait_for(state="hidden")
    before = app.frame_idx
    app.press("End")
    app.press(" ")
    panel.get_by_text("1 chosen").wait_for()
    assert app.frame_idx == before, "it neither plays nor goes there"
    assert not app.state("ctx.player.playing")
    app.press("Delete")
    app.wait("ctx.store.aois.size === 11")
    app.page.wait_for_function("() => document.activeElement.closest('.card')")
    app.press("Home")
    app.press("F2")
    app.page.keyboard.type("first of all")
    app.press("Enter")
    card(app, "first of all").wait_for()
    app.press("Enter")
    app.wait("ctx.ui.get('selected') === args[0]", app.object_id("first of all"))
    assert app.page.evaluate("() => probe.mouse") == 0


def test_filter_and_sort(app, many):
    app.visit().open(many(12))
    app.press("Shift+e")
    panel = panel_of(app)
    app.wait("document.querySelectorAll('.card-image:not([hidden])').length === 12")
    panel.get_by_label("Filter the gallery by name").fill("thing 1")
    app.said(re.compile("6 of 12 objects"))  # 1, 10, 11, 12, and its parts 4 and 5
    panel.get_by_label("Sort the gallery by").select_option("Name")
    wait_for_titles(app, "thing 1", "thing 4", "thing 5", "thing 10", "thing 11", "thing 12")
    panel.get_by_label("Sort the gallery by").select_option("First seen")
    wait_for_titles(app, "thing 1", "thing 4")
    panel.get_by_label("Filter the gallery by name").fill("nothing like it")
    panel.get_by_text("No object has “nothing like it” in its name.").wait_for()


def test_two_hundred_objects_are_no_burden(app, many):
    """Only pictures that can be seen are asked for, and a name changes one card."""
    app.visit().open(many(200))
    app.press("Shift+e")
    app.wait("document.querySelectorAll('.card').length === 200")
    app.wait("[...document.querySelectorAll('.card-image')].some((image) => image.naturalWidth)")
    loaded = "[...document.querySelectorAll('.card-image')].filter((image) => image.naturalWidth).length"
    assert app.state(loaded) < 100
    app.state("(document.querySelector('.card').kept = true, 0)")
    app.page.evaluate(
        "() => { window.changed = new Set(); new MutationObserver((all) => {"
        " for (const each of all) { const card = (each.target.closest ? each.target"
        " : each.target.parentElement).closest('.card'); if (card) window.changed.add(card.dataset.id); }"
        " }).observe(document.querySelector('.gallery-grid'),"
        " { subtree: true, childList: true, characterData: true, attributes: true }); }"
    )
    app.state("ctx.api.patch('aois/7', { client: ctx.client, name: 'a new name' })")
    card(app, "a new name").wait_for()
    app.page.wait_for_timeout(600)  # the gallery is asked for anew meanwhile
    assert app.page.evaluate("() => [...window.changed]") == ["7"]


@pytest.mark.parametrize("dark", [False, True])
def test_everybody_can_use_it(new_app, many, dark):
    app = new_app(1024, 700, dark=dark)
    app.visit().open(many(12))
    app.press("Shift+e")
    panel = panel_of(app)
    app.wait("document.querySelectorAll('.card-image:not([hidden])').length === 12")
    panel.get_by_text("Find objects").click()
    panel.get_by_text("Advanced").first.click()
    assert app.problems() == []
    panel.get_by_text("Find objects").click()
    panel.get_by_label("Choose thing 2", exact=True).check()
    panel.get_by_label("Choose thing 4", exact=True).check()
    app.wait("[...document.querySelectorAll('.gallery-bar .button')].every((each) => !each.disabled)")
    app.page.mouse.move(5, 300)
    picture(app, f"gallery-{'dark' if dark else 'light'}")
    assert app.problems() == []
    assert app.page.evaluate("() => probe.cutOff()") == []
    assert not app.page.evaluate("() => probe.scrolls()")
    panel.get_by_role("button", name="Part of…").click()
    app.page.get_by_role("dialog", name="Part of").wait_for()
    assert app.problems() == []
    app.press("Escape")
    app.tab("AOIs")
    assert app.problems() == []


def test_in_a_picture_everything_is_found_at_once(app, root):
    Image.fromarray(WORLD.frame(0)).save(root / "photo.png")
    app.visit().open(root / "photo.png")
    use_colours(app)
    app.press("Shift+e")
    start(app, step="")
    wait_until_found(app)
    app.wait("document.querySelectorAll('.card-image:not([hidden])').length === 4")
    picture(app, "everything-still")
    notes = panel_of(app).locator(".card-note").all_inner_texts()
    # Of 160 × 120 px: a sign of 40 × 50, two discs of 804, and the rest.
    assert notes == ["81 % of the picture", "10 % of the picture", "4 % of the picture", "4 % of the picture"]
