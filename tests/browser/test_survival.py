"""Reloads and kills in mid-track lose nothing, and the job goes on by itself."""

import shutil

import pytest

from browser.test_story import csvs, map_on_the_command_line
from browser.worlds import long_world
from dwell import Point, open_analysis
from shape_recordings import write_image_folder

N_FRAMES = 420


@pytest.fixture(scope="module")
def world():
    return long_world(N_FRAMES)


@pytest.fixture(scope="module")
def drawn_walk(world, tmp_path_factory):
    """A recording that takes a while to track, drawn once."""
    return write_image_folder(tmp_path_factory.mktemp("drawn") / "walk", world)


@pytest.fixture(scope="module")
def undisturbed(drawn_walk, world, tmp_path_factory):
    """The tables of the same work, done in one go."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with open_analysis(drawn_walk, folder / "walk.dwell", backend="colour") as analysis:
        analysis.prompt("cup", Point(*world.centre("cup", 0)), frame_idx=0)
        analysis.track()
        analysis.map().write(folder / "tables")
    return csvs(folder / "tables")


@pytest.fixture
def tracking(app, root, drawn_walk, world):
    """A page on which a long job is under way."""
    app.visit().open(shutil.copytree(drawn_walk, root / "walk"))
    app.new_aoi("cup")
    app.choose_tracker("colour")
    app.click_thing(*world.centre("cup", 0))
    app.mask("cup")
    app.start_tracking()
    app.wait_for_progress(30)
    return app


def test_a_reload_in_mid_track_finds_the_job_again(tracking):
    done = tracking.state("ctx.store.job.done")
    tracking.reload()
    assert tracking.state("ctx.store.job.done") >= done
    assert tracking.state("ctx.store.job.state") == "running"
    progress = tracking.page.get_by_role("progressbar", name="Tracking")
    progress.wait_for()
    assert 0 < float(progress.evaluate("(bar) => bar.value")) < 1
    tracking.wait_until_tracked()
    assert tracking.lane("cup") == "v" * N_FRAMES


def test_stopping_keeps_what_is_done(tracking):
    tracking.page.get_by_role("button", name="Stop").click()
    tracking.said("Tracking is stopped")
    lane = tracking.lane("cup")
    known = lane.count("v")
    assert 30 <= known < N_FRAMES
    assert lane == "v" * known + "u" * (N_FRAMES - known)


@pytest.mark.parametrize("how", ["the server alone", "everything at once"])
def test_a_kill_in_mid_track_loses_nothing(tracking, server, undisturbed, tmp_path, how):
    """Nobody touches the page: it finds the new server, and the job goes on."""
    tracking.expect_no_server()
    server.kill(everything=how == "everything at once")
    tracking.page.get_by_text("Not connected").wait_for()
    server.start()
    tracking.page.get_by_text("Connected", exact=True).wait_for()
    tracking.wait_until_tracked()
    assert tracking.lane("cup") == "v" * N_FRAMES
    out = map_on_the_command_line(tracking.state("ctx.store.recording.project"), tmp_path / "tables")
    assert csvs(out) == undisturbed
