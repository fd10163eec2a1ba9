"""A whole analysis without a mouse: from opening to the tables."""

from browser.worlds import PlantedFailure

FAILURE = PlantedFailure()


def test_from_opening_to_export_by_keyboard_alone(app, root, kitchen):
    app.visit()
    app.tab_to("Open a recording")
    app.press("Enter")
    for name in (root.name, kitchen.name):
        app.page.get_by_role("option", name=name).wait_for()
        app.page.keyboard.type(name)
        app.press("Enter")
    app.wait_for_editor()

    # a new AOI, the tracker, a click with the cross-hair
    app.new_aoi("cup")
    app.allow("400 POST .*/estimate")
    app.press("t")
    app.page.locator("option[value=colour]").wait_for(state="attached")
    app.tab_to("Tracker")
    app.page.keyboard.type("colour")
    app.wait("ctx.store.backend.name === 'colour'")
    app.press("Escape")
    app.press("y")
    aim_at(app, *FAILURE.cup_xy(0))
    app.press("Enter")
    app.wait_for_mask("cup", FAILURE.cup_area)
    app.press("y")

    # track
    app.press("t")
    app.tab_to("Start")
    app.press("Enter")
    app.wait_until_tracked()

    # to the planted failure, and mend it
    app.press("r")
    app.wait_for_queue()
    app.press("Enter")
    app.see_frame(FAILURE.looked_at_it.start)
    app.press("c")
    app.press("y")
    aim_at(app, *FAILURE.cup_xy(44))
    app.press("Enter")
    app.wait_for_mask("cup", 2 * FAILURE.cup_area)
    aim_at(app, *FAILURE.look_alike_xy)
    app.press("-")
    app.wait_for_mask("cup", FAILURE.cup_area)
    app.wait_until_corrected()
    app.press("y")

    # results and export
    app.press("m")
    assert app.dwell_ms("cup") == FAILURE.cup_ms
    app.tab_to("Export")
    app.press("Enter")
    app.page.get_by_role("dialog", name="Export").wait_for()
    app.tab_to("Folder")
    app.press("Control+a")
    app.page.keyboard.type(str(root / "tables"))
    app.tab_to("Export")
    app.press("Enter")
    app.page.get_by_role("button", name="Open folder").wait_for()
    assert (root / "tables" / "aoi_dwell.csv").is_file()
    assert app.page.evaluate("() => probe.mouse") == 0


DOUBLE = """
() => {
    const keys = new Map();
    for (const { id, keys: names, when } of __dwell.ctx.keys.list())
        if (!when) for (const name of names) keys.set(name, [...(keys.get(name) ?? []), id]);
    return [...keys].filter(([, ids]) => ids.length > 1);
}
"""


def test_no_key_has_two_meanings_at_once(app, kitchen):
    app.visit().open(kitchen)
    for name in ("Review", "Results", "AOIs"):
        app.tab(name)
    assert app.page.evaluate(DOUBLE) == []


def aim_at(app, x, y):
    """Move the cross-hair with the arrow keys, in big steps and then in small ones, until it is there."""
    for _ in range(200):
        at = app.state("({ ...parts.stage.aim, scale: parts.stage.viewport.scale })")
        dx, dy = (x - at["x"]) * at["scale"], (y - at["y"]) * at["scale"]
        if abs(dx) <= 4 and abs(dy) <= 4:
            return
        way, key = (
            (dx, "Right" if dx > 0 else "Left") if abs(dx) > abs(dy) else (dy, "Down" if dy > 0 else "Up")
        )
        app.press(f"Shift+Arrow{key}" if abs(way) >= 24 else f"Arrow{key}")
    raise AssertionError(f"the cross-hair does not come to {x}, {y}")
