"""A medical volume on the page: slices, windows, the other planes, volumes in ml."""

import re

import pytest

from dwell.drawn_world.phantom import draw_phantom, phantom_affine, write_volume
from dwell.project import Project
from dwell.volumes import view_of

SHAPE, SPACING_MM = (90, 70, 24), (3, 3, 7)
LIVER_XY, LIVER_SLICE = (36, 40), 13
PIXEL = """([canvas, x, y]) =>
  [...document.querySelector(canvas).getContext('2d').getImageData(x, y, 1, 1).data]"""
COLOURED = (
    f"(at) => {{ const [r, g, b] = ({PIXEL})(at); return Math.max(r, g, b) - Math.min(r, g, b) > 25; }}"
)


@pytest.fixture(scope="module")
def phantom():
    return draw_phantom(SHAPE, phantom_affine(SHAPE, SPACING_MM), noise_hu=5)


@pytest.fixture
def scan(phantom, root):
    return write_volume(root / "trunk.nii.gz", phantom.volume.voxels, phantom.volume.affine)


def grey(app, xy):
    """How bright the picture is on screen at one of its pixels."""
    at = app.state("parts.stage.viewport.toScreen(args[0] + 0.5, args[1] + 0.5)", *xy)
    ratio = app.state("parts.stage.viewport.ratio")
    return app.page.evaluate(PIXEL, [".stage-frame", at["x"] * ratio, at["y"] * ratio])[0]


def on_stage(app, x, y):
    """Where a pixel of the picture is on screen."""
    box = app.page.locator("#stage-canvas").bounding_box()
    at = app.state("parts.stage.viewport.toScreen(args[0], args[1])", x, y)
    return box["x"] + at["x"], box["y"] + at["y"]


def wait_for_window(app, name):
    """Until the slice is on screen as it looks through it."""
    app.wait("ctx.volume.info.window.name === args[0] && parts.stage.shown?.exact", name)
    app.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_slices_are_turned_and_seen_through_other_windows_while_masks_stay(app, new_app, scan):
    app.visit().open(scan)
    other = new_app(app=app)
    other.visit().open(scan)
    app.page.bring_to_front()  # what nobody sees is painted once a second only
    assert (
        app.page.locator(".region-status").inner_text().replace("\n", " ").startswith("Slice of 0–23 · axial")
    )
    assert app.page.locator(".volume-edge").all_inner_texts() == ["R", "L", "A", "P"]
    assert app.page.locator(".volume-bar").inner_text().strip() in ("50 mm", "10 mm")

    app.page.mouse.move(*on_stage(app, *LIVER_XY))
    app.page.mouse.wheel(0, 100)
    app.see_frame(LIVER_SLICE)
    app.press("PageUp")
    app.see_frame(3)
    app.press("PageDown")
    app.see_frame(LIVER_SLICE)
    scale = app.state("parts.stage.viewport.scale")
    app.page.keyboard.down("Control")
    app.page.mouse.wheel(0, -100)
    app.page.keyboard.up("Control")
    app.wait("parts.stage.viewport.scale > args[0]", scale)
    assert app.frame_idx == LIVER_SLICE
    app.press("0")

    app.name_and_click("liver", *LIVER_XY)
    mask, before = app.mask("liver"), grey(app, LIVER_XY)
    app.page.mouse.move(*on_stage(app, 37.5, 40.5))
    app.page.get_by_text(re.compile(r"^\d+ HU at 37, 40, 13$")).wait_for()

    app.page.get_by_label("Window", exact=True).and_(app.page.locator("select")).select_option("bone")
    wait_for_window(app, "bone")
    other.wait("ctx.volume.info.window.name === 'bone' && parts.stage.shown?.exact")  # everybody sees it
    assert grey(app, LIVER_XY) < before - 30  # 70 HU are dark among bones
    app.press("v")
    wait_for_window(app, "brain")
    assert grey(app, LIVER_XY) > before

    app.page.mouse.move(*on_stage(app, 10, 10))
    app.page.mouse.down(button="right")
    app.page.mouse.move(*[at + 40 for at in on_stage(app, 10, 10)], steps=6)
    app.wait("ctx.volume.trying !== null")
    app.page.mouse.up(button="right")
    app.wait("ctx.volume.trying === null && /^\\d+\\/\\d+$/.test(ctx.volume.info.window.name)")
    window = app.state("ctx.volume.info.window")
    assert (window["level"], window["width"]) == (40 + round(80 * 40 / 300), 80 + round(80 * 40 / 300))
    assert app.mask("liver")["counts"] == mask["counts"]
    with Project.open(scan.parent / "trunk.dwell", write=False) as project:
        assert project.source.options["window"] == window["name"]


def test_one_click_spreads_both_ways_and_is_seen_from_the_side_and_in_ml(app, scan, phantom):
    app.visit().open(scan)
    app.go_to(LIVER_SLICE)
    app.name_and_click("kidney", 61.5, 44.5)
    app.tab("Results")
    row = app.page.get_by_role("row", name=re.compile("^kidney"))
    row.filter(has_text="23").wait_for()
    ml, *_, n_visible, n_lost, n_unknown = row.get_by_role("cell").all_inner_texts()
    assert ml.startswith("≥ ")  # one slice is known, so this is no volume of a kidney
    assert (n_visible, n_lost, n_unknown) == ("1", "0", "23")
    assert app.problems() == []

    app.start_tracking()
    app.wait_until_tracked()
    lane = app.lane("kidney")
    assert re.fullmatch(r"[al]*v{9,}[al]*", lane), lane
    assert lane[LIVER_SLICE] == "v"
    voxels = sum(mask["area"] for mask in app.masks_of("kidney") if mask)
    row.filter(has_text=str(voxels)).wait_for()
    ml, shown, *slices = row.get_by_role("cell").all_inner_texts()
    assert (ml.split()[-1], int(shown)) == (f"{voxels * 0.063:.0f}", voxels)
    assert ml.startswith("≥") == ("l" in lane)
    assert [int(each) for each in slices] == [lane.count("v"), lane.count("l"), 0]

    app.press("r")
    coronal = app.page.get_by_role("img", name="Coronal plane")
    coronal.wait_for()
    assert app.problems() == []
    view = view_of(phantom.volume, "coronal")
    _, row_px, column_px = view.pixel_of((61, 44, 9))
    at = [".plane-picture", column_px, row_px]
    app.page.wait_for_function(COLOURED, arg=at)  # else all of it is grey
    assert phantom.mask("kidney")[61, 44, 9]
    box = coronal.bounding_box()
    app.page.mouse.click(
        box["x"] + (column_px + 0.5) / view.size_hw[1] * box["width"],
        box["y"] + (row_px + 0.5) / view.size_hw[0] * box["height"],
    )
    app.see_frame(9)
    assert app.state("ctx.volume.point") == [61, 44, 9]

    app.page.get_by_role("region", name="Coronal plane").get_by_role(
        "button", name="Work in this plane"
    ).click()
    app.wait("ctx.store.recording.project.endsWith('trunk.coronal.dwell') && parts.stage.shown?.exact")
    assert app.page.locator(".volume-edge").all_inner_texts() == ["R", "L", "S", "I"]
    assert app.aoi_names == []
