"""Labels out and in, and editing tools: by menu, by key, and by a click in the picture."""

import json
import re

import pytest

from browser.worlds import BLUE, GREEN, RED
from dwell import Mask, open_analysis
from dwell.drawn_world import Disc, Line, Rect, ShapesWorld
from dwell.masks import MaskRecord
from dwell.types import Direction, Origin, State
from shape_recordings import write_image_folder

N_FRAMES = 30
WORLD = ShapesWorld(
    N_FRAMES,
    (120, 160),
    [
        Rect("sign", BLUE, (40, 50), (40, 85)),
        Disc("ball", GREEN, 16, (125, 85)),
        Disc("cup", RED, 16, Line((30, 30), step_xy=(2, 0))),
    ],
)
"""A cup moves right, a sign and a ball stand still."""
CUP, SIGN = (RED,), (BLUE, GREEN)


@pytest.fixture
def table(root):
    """A project with two AOIs: the cup; and ``both``, which is the sign and the ball."""
    shots = write_image_folder(root / "table", WORLD)
    path = root / "table.dwell"
    with open_analysis(shots, path) as analysis:
        project = analysis.project
        with project.action("masks"):
            for name, colours in (("cup", CUP), ("both", SIGN)):
                aoi = project.add_aoi(name)
                project.write_masks(record(aoi.object_id, i, colours) for i in range(N_FRAMES))
    return path


def record(object_id, frame_idx, colours):
    picture = WORLD.frame(frame_idx)
    mask = Mask.from_array(sum((picture == colour).all(-1) for colour in colours) > 0)
    return MaskRecord(object_id, frame_idx, mask, State.VISIBLE, 0.9, Origin.MODEL, Direction.FORWARD)


def area(colours, frame_idx=10):
    return record(1, frame_idx, colours).mask.area


def tool(app, name):
    """The dialog of a tool, by its menu."""
    app.press("Shift+S")
    app.page.get_by_role("menuitem", name=name).click()
    return app.page.get_by_role("dialog")


def test_masks_are_edited_by_menu_key_and_click_and_every_step_is_undone(app, table):
    app.open(table)
    app.go_to(10)
    cup, both = area(CUP), area(SIGN)

    # one key swaps identities from this frame on: there is only one other AOI, so nothing is asked
    app.select("cup")
    app.press("s")
    app.said(re.compile("^Swap cup and both.*: 40 masks"))
    app.wait_for_mask("cup", both)
    app.go_to(9)
    app.wait_for_mask("cup", cup)
    app.page.get_by_role("button", name="Undo", exact=True).last.click()  # of the message
    app.go_to(10)
    app.wait_for_mask("cup", cup)

    # grown on a span that is marked, where one frame is approved
    app.press("a")
    app.said("Approved here.")
    for frame, key in ((8, "i"), (12, "Shift+I")):
        app.go_to(frame)
        app.page.locator("#stage-canvas").focus()
        app.press(key)
    dialog = tool(app, "Grow…")
    assert dialog.get_by_label("On which frames").input_value() == "span"
    dialog.get_by_label("By … px").fill("nothing")
    dialog.get_by_role("button", name="Grow", exact=True).click()
    dialog.get_by_text("above 0").wait_for()
    dialog.get_by_label("By … px").fill("3")
    dialog.get_by_label("By … px").press("Enter")
    app.said(re.compile("Grow cup by 3 px.*: 4 masks.*1 frame left alone: approved"))
    app.wait("parts.masks.get(12)?.masks.get(args[0])?.area > args[1]", app.object_id("cup"), cup)
    app.undo()
    app.wait_for_mask("cup", cup)

    # a part is split off by a click; Escape gives it up
    app.select("both")
    app.press("Shift+S")
    app.page.get_by_role("menuitem", name="Split off a part").click()
    app.press("Escape")
    assert app.page.locator(".picking-bar").count() == 0
    app.press("Shift+S")
    app.page.get_by_role("menuitem", name="Split off a part").click()
    app.page.get_by_text("Click the part of both").wait_for()
    app.click_thing(125, 85)
    app.said(re.compile("New: both 2"))
    app.wait_for_mask("both 2", area((GREEN,)))
    app.wait_for_mask("both", area((BLUE,)))
    app.undo()
    app.wait_for_mask("both", both)
    assert app.aoi_names == ["cup", "both"]


def test_labels_go_out_in_formats_of_the_list_and_come_back(app, root, table):
    app.open(table)
    dialog = app.open_export()
    assert dialog.get_by_role("group", name="Gaze for other programs").is_visible()
    for box in dialog.get_by_role("checkbox").all():
        box.uncheck()
    assert dialog.get_by_role("combobox", name="Which frames").count() == 0
    dialog.get_by_role("checkbox", name=re.compile("^COCO")).check()
    dialog.get_by_role("checkbox", name=re.compile("^MOT Challenge")).check()
    dialog.locator("label", has_text="MOT Challenge").get_by_text("Loses masks").wait_for()
    dialog.get_by_label("Of these, every … frames").fill("10")
    dialog.get_by_label("Folder", exact=True).fill(str(root / "out"))
    dialog.get_by_role("button", name="Export", exact=True).click()
    dialog.get_by_role("button", name="Open folder").wait_for()
    written = json.loads((root / "out" / "coco" / "annotations.json").read_text())
    assert [image["frame_idx"] for image in written["images"]] == [0, 10, 20]
    assert list((root / "out" / "mot").rglob("gt.txt"))
    dialog.get_by_role("button", name="Close", exact=True).last.click()

    # and in again, beside what is there
    app.tab("AOIs")
    app.page.get_by_role("button", name="Presets", exact=True).click()
    app.page.get_by_role("menuitem", name="Import labels").click()
    files = app.page.get_by_role("dialog", name="Import labels")
    for name in ("out", "coco", "annotations.json"):
        files.get_by_role("option").filter(has=app.page.get_by_text(name, exact=True)).click()
    dialog = app.page.get_by_role("dialog", name="Import annotations.json")
    dialog.get_by_text("6 labels of 2 AOIs: cup, both").wait_for()
    assert dialog.get_by_label("Format").locator("option").first.inner_text().endswith("COCO")
    assert app.problems() == []
    dialog.get_by_label("Keep both").check()
    dialog.get_by_role("button", name="Import", exact=True).click()
    notes = app.page.get_by_role("dialog", name="Labels are imported")
    notes.get_by_text("COCO: 6 masks of 2 AOIs on 3 frames imported.").wait_for()
    notes.get_by_role("button", name="Close", exact=True).last.click()
    assert app.aoi_names == ["cup", "both", "cup 2", "both 2"]
    app.go_to(20)
    app.wait_for_mask("cup 2", area(CUP, 20))
    app.undo()
    app.wait("ctx.store.aois.size === 2")

    # a file that is nothing of the kind is said to be so, in the dialog
    (root / "notes.json").write_text("[]")
    app.allow("400 POST .*/labels/look")
    app.page.get_by_role("button", name="Presets", exact=True).click()
    app.page.get_by_role("menuitem", name="Import labels").click()
    files = app.page.get_by_role("dialog", name="Import labels")
    files.get_by_role("option").filter(has=app.page.get_by_text("notes.json", exact=True)).click()
    dialog = app.page.get_by_role("dialog", name="Import notes.json")
    dialog.get_by_text("looks like none of the formats").wait_for()
