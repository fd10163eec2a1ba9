"""From a recording to tables: click, track, find what went wrong, correct it, export."""

import re
import subprocess
import sys

from browser.worlds import PlantedFailure


def test_the_planted_failure_is_found_corrected_and_gone_from_the_tables(app, root, kitchen, tmp_path):
    failure = PlantedFailure()
    app.visit()
    app.pick(root.name, kitchen.name)

    # name AOIs, click, see masks
    app.new_aoi("cup")
    app.choose_tracker("colour")
    app.click_thing(*failure.cup_xy(0))
    app.wait_for_mask("cup", failure.cup_area)
    mask = app.mask("cup")
    assert mask["state"] == "visible"
    assert mask["user_made"]
    assert mask["box"] == box_around(failure.cup_xy(0))
    assert app.pixel(*beside(failure.cup_xy(0)))[3] > 0
    assert app.pixel(*failure.sign_xy)[3] == 0
    app.name_and_click("sign", *failure.sign_xy)
    app.wait_for_mask("sign", 40 * 60)
    assert app.aoi_names == ["cup", "sign"]

    # track: the tracker jumps to the look-alike, and nothing on the page knows yet
    app.start_tracking()
    app.wait_until_tracked()
    assert app.lane("cup") == app.lane("sign") == "v" * failure.n_frames
    app.go_to(50)
    assert app.mask("cup")["box"] == box_around(failure.look_alike_xy)
    app.tab("Results")
    assert app.dwell_ms("cup") == failure.cup_ms_wrong

    # the review queue names it first
    app.tab("Review")
    assert "jumps" in app.wait_for_queue().first.inner_text()
    app.wait_for_queue().first.get_by_role("button").click()
    app.see_frame(failure.looked_at_it.start)
    assert app.mask("cup")["box"] == box_around(failure.look_alike_xy)

    # correct it there: this is the cup, that is not; the gap around is tracked again by itself
    here = app.frame_idx
    app.press("c")
    app.click_thing(*failure.cup_xy(here))
    app.wait_for_mask("cup", 2 * failure.cup_area)
    app.click_thing(*failure.look_alike_xy, exclude=True)
    app.wait_for_mask("cup", failure.cup_area)
    assert app.mask("cup")["box"] == box_around(failure.cup_xy(here))
    app.wait_until_corrected()
    assert app.lane("cup") == "v" * failure.n_frames
    for frame_idx in (40, 43, 50, 59, 60, 99):
        app.go_to(frame_idx)
        app.wait_for_box("cup", box_around(failure.cup_xy(frame_idx)))

    # before and after
    app.go_to(50)
    assert app.pixel(*beside(failure.look_alike_xy))[3] == 0
    app.press("o")
    app.wait("parts.masks.get(50, ctx.ui.get('before'))?.masks.get(args[0])", app.object_id("cup"))
    assert app.pixel(*beside(failure.look_alike_xy))[3] > 0
    assert app.pixel(*beside(failure.cup_xy(50)))[3] == 0
    app.press("o")
    assert app.pixel(*beside(failure.cup_xy(50)))[3] > 0

    # approve; the moment has left the queue, and the numbers are right
    app.page.get_by_role("button", name="Approve gap").click()
    app.said(re.compile(r"Approved \d+ frames"))
    app.tab("Results")
    assert app.dwell_ms("cup") == failure.cup_ms
    assert app.dwell_ms("sign") == failure.sign_ms
    app.tab("Review")
    app.page.get_by_text("Done in this session").wait_for()
    assert "jumps" not in app.page.locator(".review-list").inner_text()

    # export: the same bytes as the command line writes
    out = root / "tables of the app"
    app.export(out, ["Tables"])
    app.press("Escape")
    theirs = map_on_the_command_line(app.state("ctx.store.recording.project"), tmp_path / "theirs")
    assert csvs(out) == csvs(theirs)
    assert "aoi_dwell.csv" in csvs(out)


def beside(centre_xy):
    """A place on the disc that no mark of a prompt covers."""
    return centre_xy[0] - 10, centre_xy[1] - 10


def box_around(centre_xy, radius=20):
    """x0, y0, x1, y1 of a disc, as in the messages: the last two are behind it."""
    x, y = centre_xy
    return [x - radius, y - radius, x + radius, y + radius]


def map_on_the_command_line(project, out):
    command = [sys.executable, "-m", "dwell.cli", "map", project, "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return out


def csvs(folder):
    """name → bytes of every CSV below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.csv"))}
