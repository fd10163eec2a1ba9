"""Look mode: the mouse plays the eye, keys say the rest, and what is kept becomes AOIs."""

import json
import math
import re
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image

from browser.worlds import PlantedFailure

FAILURE = PlantedFailure()
SIGN_AREA = 40 * 60
N_PICTURES = 3
CUP_XY = FAILURE.cup_xy(0)
FAULTLESS = {"accuracy_deg": 0, "precision_deg": 0, "latency_ms": 0, "blinks": False, "error_deg": 0.3}
INNER_PX, OUTER_PX = 35, 80


@pytest.fixture
def pictures(root):
    """A folder with three pictures: of the first frames of the kitchen."""
    folder = root / "pictures"
    folder.mkdir()
    for frame_idx in range(N_PICTURES):
        Image.fromarray(FAILURE.world.frame(frame_idx)).save(folder / f"{frame_idx + 1}.png")
    return folder


@pytest.fixture
def look(app, pictures):
    """Look mode in a project whose masks follow flat colours; the mouse is an eye tracker without a fault."""
    app.visit()
    remember(app, FAULTLESS)
    app.open(pictures)
    app.page.evaluate(
        "() => { const { ctx } = window.__dwell;"
        " return ctx.api.put(`backend?client=${ctx.client}`, { name: 'colour' }); }"
    )
    app.wait("ctx.store.backend.name === 'colour'")
    app.press("Shift+L")
    yield panel_of(app)
    app.page.evaluate("() => window.__dwell.parts.look.leave()")  # the server need not go on


def panel_of(app):
    panel = app.page.get_by_role("region", name="Look", exact=True)
    panel.wait_for()
    return panel


def remember(app, choices):
    """What a viewer has set before, as the browser keeps it."""
    app.page.evaluate("(text) => localStorage.setItem('dwell.look', text)", json.dumps(choices))


def look_at(app, x, y):
    """Rest the mouse there, long enough to be a fixation."""
    box = app.page.locator("#stage-canvas").bounding_box()
    at = app.state("parts.stage.viewport.toScreen(args[0], args[1])", x, y)
    app.page.mouse.move(box["x"] + at["x"], box["y"] + at["y"], steps=3)
    app.wait(
        "parts.look.view?.fixation && Math.hypot(parts.look.view.fixation.x - args[0],"
        " parts.look.view.fixation.y - args[1]) < 1 && parts.look.view.fixation.duration_ms > 250", x, y,
    )  # fmt: skip


def start(app):
    app.press("z")
    app.wait("parts.look.view?.running && parts.look.view.status.state === 'streaming'")


def wait_for_area(app, area):
    """Until the proposed mask has this many pixels, and the newest question is answered."""
    app.wait("!parts.look.view.waiting && (parts.look.mask?.area ?? 0) === args[0]", area)


def overlay(app, x, y):
    """RGBA of what is painted over the picture of what is proposed."""
    return app.page.evaluate(
        "async ([x, y]) => {"
        " await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"
        " const { viewport } = window.__dwell.parts.stage; const at = viewport.toScreen(x, y);"
        " const to = document.querySelector('.stage-look').getContext('2d');"
        " return [...to.getImageData(Math.round(at.x), Math.round(at.y), 1, 1).data]; }",
        [x, y],
    )


def test_what_the_eye_rests_on_is_outlined_corrected_kept_and_taken_back(app, look):
    look.get_by_text("Not looking").wait_for()
    start(app)
    look.get_by_text("Following").wait_for()
    look_at(app, *FAILURE.sign_xy)
    wait_for_area(app, SIGN_AREA)
    left = FAILURE.sign_xy[0] - 30  # the sign is 60 px wide
    assert max(overlay(app, left, FAILURE.sign_xy[1])) > 200
    assert overlay(app, *CUP_XY) == [0, 0, 0, 0]
    assert app.aoi_names == []
    # What is told by keys holds, wherever the eye goes then.
    app.press("f")
    look.get_by_text("As told").wait_for()
    look_at(app, *CUP_XY)
    wait_for_area(app, SIGN_AREA)
    app.press("f")
    wait_for_area(app, SIGN_AREA + FAILURE.cup_area)
    app.press("u")
    wait_for_area(app, SIGN_AREA)
    app.press("d")
    app.wait("parts.look.view.said.length === 2 && parts.look.view.said[1].positive === false")
    wait_for_area(app, SIGN_AREA)
    app.press("c")
    look.get_by_role("button", name="look 1").wait_for()
    app.wait("ctx.store.aois.size === 1")
    assert app.mask("look 1")["area"] == SIGN_AREA
    app.press("u")
    app.wait("ctx.store.aois.size === 0 && parts.look.kept.length === 0")
    look.get_by_text("Nothing yet").wait_for()
    app.press("x")
    look.get_by_text("Ready").wait_for()


def test_a_held_mask_stays_and_dwelling_keeps_without_a_key(app, look):
    start(app)
    look_at(app, *FAILURE.sign_xy)
    wait_for_area(app, SIGN_AREA)
    app.press("h")
    look.get_by_text("Mask is held").wait_for()
    look_at(app, *CUP_XY)
    wait_for_area(app, SIGN_AREA)
    app.press("h")
    wait_for_area(app, FAILURE.cup_area)
    look.get_by_text("Settings").click()
    look.get_by_label("After").fill("400")
    look.get_by_label("After").press("Enter")
    app.wait("ctx.store && parts.look.choices.get('dwell_ms') === 400")
    app.press("w")
    look_at(app, *FAILURE.sign_xy)
    app.wait("ctx.store.aois.size === 1")
    assert look.get_by_role("checkbox", name="Keep what is looked at for long").is_checked()
    app.wait_for_mask("look 1", SIGN_AREA)


def test_three_masks_of_different_size_one_after_the_other(app, root):
    y, x = np.mgrid[0:240, 0:320]
    from_middle = np.hypot(x - 160, y - 120)
    picture = np.full((240, 320, 3), (200, 200, 190), np.uint8)
    picture[from_middle < OUTER_PX] = (60, 60, 160)
    picture[from_middle < INNER_PX] = (220, 60, 60)
    Image.fromarray(picture).save(root / "eye.png")
    app.visit()
    remember(app, FAULTLESS)
    app.open(root / "eye.png")
    app.press("Shift+L")
    start(app)
    look_at(app, 160, 120)
    app.wait("!parts.look.view.waiting && parts.look.view.n_levels === 3")
    app.press("h")  # so that no better answer comes between
    areas = []
    for _ in range(3):
        level = app.state("parts.look.view.level")
        areas.append((level, app.state("parts.look.mask.area")))
        app.press("g")
        app.wait("parts.look.view.level !== args[0]", level)
    sizes = [area for _, area in sorted(areas)]
    assert sizes == sorted(set(sizes))
    discs = [math.pi * radius**2 for radius in (INNER_PX, OUTER_PX)]
    assert any(abs(size / disc - 1) < 0.05 for size in sizes for disc in discs)


def test_the_next_picture_another_aoi_and_a_reload_lose_nothing(app, look):
    start(app)
    look_at(app, *FAILURE.sign_xy)
    wait_for_area(app, SIGN_AREA)
    app.press("c")
    app.wait("ctx.store.aois.size === 1")
    app.press("ArrowDown")
    app.see_frame(1)
    look.get_by_text("Picture 1 of 0–2").wait_for()
    app.press("1")  # the first AOI: masks go to it now
    look.get_by_text("Masks go to: look 1").wait_for()
    app.wait("parts.look.view.frame_idx === 1 && parts.look.view.object_id === 1")
    look_at(app, *FAILURE.cup_xy(1))
    wait_for_area(app, FAILURE.cup_area)
    app.press("c")
    app.wait("parts.look.view.kept === 2")
    assert app.aoi_names == ["look 1"]
    name = app.state("parts.look.view.name")
    app.reload()
    panel_of(app).get_by_text("Following").wait_for()  # in Look mode, and the same look
    assert app.state("parts.look.view.name") == name
    app.press("Escape")
    app.go_to(1)
    app.wait_for_mask("look 1", FAILURE.cup_area)
    app.go_to(0)
    app.wait_for_mask("look 1", SIGN_AREA)


def test_a_key_is_given_to_something_else_and_both_hands_stay_on_the_keyboard(app, look):
    app.tab_to("C: keep the mask")
    app.press("Enter")
    look.get_by_text("Press the key for Keep").wait_for()
    app.press("z")
    look.get_by_text("Z is the key of Follow. Give that another key first").wait_for()
    app.press("j")
    look.get_by_text("Keep is on J now.").wait_for()
    start(app)
    look_at(app, *FAILURE.sign_xy)
    wait_for_area(app, SIGN_AREA)
    app.press("c")  # nobody's key any more
    app.press("j")
    app.wait("ctx.store.aois.size === 1")
    app.reload()
    look = panel_of(app)
    look.get_by_role("button", name="J: keep the mask").wait_for()
    look.get_by_role("button", name="Reset").click()
    look.get_by_role("button", name="C: keep the mask").wait_for()


def test_escape_leads_back_to_the_editor_as_it_was(app, look):
    assert app.page.get_by_role("toolbar", name="Tools").is_hidden()
    look.get_by_label("Gaze comes from").select_option("Neon")
    look.get_by_text('pip install "dwell[live]"').wait_for()
    address = look.get_by_label("Address")
    address.press_sequentially("zaq")  # no keys of the look, in a field
    assert address.input_value() == "zaq"
    assert app.state("parts.look.going") is False
    app.press("Escape")  # out of the field
    assert app.focus()["what"].startswith("<canvas#stage-canvas")
    app.press("a")  # would approve in the editor
    app.said(re.compile("Nothing is followed yet: press Z to begin"))
    look.get_by_label("Gaze comes from").select_option("Replay")
    app.press("z")
    app.said(re.compile("Replay needs a file"))
    app.press("Escape")
    look.wait_for(state="hidden")
    assert app.focus()["name"].startswith("Look")
    assert app.state("ctx.ui.get('tool')") == "click"
    app.press("n")
    app.page.wait_for_function("() => document.activeElement?.matches('.aoi-new input, input[type=text]')")


def test_the_check_says_how_good_gaze_is(app, look):
    start(app)
    app.press("k")
    dialog = app.page.get_by_role("dialog", name="Check of gaze")
    dialog.get_by_role("button", name="Begin").wait_for()
    app.press("Enter")
    dot = app.page.locator(".look-target-dot")
    before = None
    for _ in range(5):
        app.page.wait_for_function(
            "(before) => { const dot = document.querySelector('.look-target-dot');"
            " return dot && dot.getAttribute('cx') + dot.getAttribute('cy') !== before; }", arg=before,
        )  # fmt: skip
        x, y = dot.get_attribute("cx"), dot.get_attribute("cy")
        before = x + y
        app.page.mouse.move(float(x), float(y))
    dialog.get_by_role("heading", name="Gaze is good").wait_for()
    assert app.problems() == []
    accept = dialog.get_by_role("button", name=re.compile(r"^(Reckon with|Correct gaze to) 0\.\d+°$")).first
    found_deg = float(re.search(r"[\d.]+", accept.inner_text())[0])  # 0.0, or more where the mouse comes late
    accept.click()
    dialog.wait_for(state="hidden")
    app.wait("parts.look.view.error_deg < args[0] + 0.3", found_deg)
    assert app.focus()["what"].startswith("<canvas#stage-canvas")


@pytest.mark.parametrize("size", [(1280, 800), (700, 900)])
def test_everything_fits_and_can_be_reached(new_app, pictures, size):
    app = new_app(*size, dark=size[0] == 700)
    app.visit().open(pictures)
    app.press("Shift+L")
    panel_of(app)
    start(app)
    assert app.problems() == []
    assert app.page.evaluate("() => probe.cutOff()") == []
    assert app.page.evaluate("() => probe.scrolls()") is False
    app.tab_to("Z: begin")
    app.press("Escape")


def test_the_wheel_turns_the_slices_of_a_volume(app, root):
    pytest.importorskip("nibabel", reason='needs pip install "dwell[medical]"')
    from dwell.drawn_world.phantom import draw_phantom, phantom_affine, write_volume

    shape = (56, 40, 12)
    volume = draw_phantom(shape, phantom_affine(shape, (5, 5, 15))).volume
    write_volume(root / "scan.nii.gz", volume.voxels, volume.affine)
    app.visit().open(root / "scan.nii.gz")
    app.press("Shift+L")
    look = panel_of(app)
    first = app.frame_idx
    look.get_by_text(f"Slice {first} of 0–11").wait_for()
    app.page.locator("#stage-canvas").hover()
    app.page.mouse.wheel(0, 100)
    app.see_frame(first + 1)
    app.page.mouse.wheel(0, -100)
    app.page.mouse.wheel(0, -100)
    app.see_frame(first - 1)
    look.get_by_text(f"Slice {first - 1} of 0–11").wait_for()
    scale = app.state("parts.stage.viewport.scale")
    app.page.keyboard.down("Control")
    app.page.mouse.wheel(0, -100)
    app.page.keyboard.up("Control")
    app.wait("parts.stage.viewport.scale > args[0]", scale)
    app.press("ArrowDown")
    app.see_frame(first)


def test_the_command_line_opens_a_picture_in_look_mode(app, pictures):
    app.page.goto(f"{app.server.address}&open={quote(str(pictures))}&look={quote('lsl:My tracker')}")
    app.wait_for_editor()
    look = panel_of(app)
    assert look.get_by_label("Gaze comes from").input_value() == "lsl"
    assert look.get_by_label("Stream").input_value() == "My tracker"
