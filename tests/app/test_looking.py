"""Parts of looking on the server: places of gaze, sources that a page may have, clocks, pages that watch."""

import asyncio
import math

import pytest

from app.looking_site import CANVAS, Page
from app.looping import run
from dwell.app.looking.audience import Audience
from dwell.app.looking.checks import Checks
from dwell.app.looking.page_clock import PageClock
from dwell.app.looking.placing import Placing
from dwell.app.looking.sources import SourceRefused, gaze_source
from dwell.app.messages import LookMouse, LookScreen, LookSettings
from dwell.app.messages.look import LookAction
from dwell.app.places import OutsidePlaces, Places
from dwell.errors import LiveError, MissingSource
from dwell.live import GazeSample, MouseSource
from dwell.looking import Action
from dwell.screen import Outside
from dwell.types import Space

MS = 1_000_000


def screen(**changes):
    return LookScreen.model_validate(Page(None).screen(**changes))


def placing(space, settings=None, **changes):
    found = Placing(settings or LookSettings())
    found.report(screen(**changes), 0)
    found.space = space
    return found


def at(x, y, t_ms=0):
    return GazeSample(t_ms * MS, x, y, not math.isnan(x))


def xy(placed):
    return (placed.x, placed.y)


def test_the_page_may_send_what_the_engine_knows():
    assert set(LookAction.__args__) == {each.value for each in Action}


# ------------------------------------------------------------------ places


def test_gaze_of_every_space_is_put_onto_the_picture():
    """The page begins 80 px below the monitor's top, the canvas at (100, 50), and is 5 times as large."""
    assert xy(placing(Space.PAGE).place(at(275, 275))) == (35, 45)
    assert xy(placing(Space.DISPLAY).place(at(275 / 1920, (275 + 80) / 1080))) == pytest.approx((35, 45))
    assert xy(placing(Space.IMAGE).place(at(35, 45))) == (35, 45)
    assert placing(Space.PAGE).place(at(99, 275)).outside is Outside.OFF_CANVAS
    assert placing(Space.PAGE).place(at(math.nan, math.nan)).outside is Outside.NO_GAZE
    assert placing(Space.PAGE, visible=False).place(at(275, 275)).outside is Outside.OFF_PAGE
    moved = placing(Space.PAGE, x=-50, scale=10)
    assert xy(moved.place(at(275, 275))) == (22.5, 22.5)
    assert Placing(LookSettings()).place(at(1, 1)).outside is Outside.NO_GAZE


def test_a_degree_on_the_picture_follows_zoom_and_how_the_viewer_sits():
    """1° in the middle of the screen is 2 · 600 mm · tan 0.5° = 10.47 mm = 37.87 px of 1920 over 531 mm."""
    degree_px = 2 * 600 * math.tan(math.radians(0.5)) * 1920 / 531
    assert placing(None).degree.image_px == pytest.approx(degree_px / 5)
    assert placing(None, scale=10).degree.image_px == pytest.approx(degree_px / 10)
    near = LookSettings(distance_mm=300)
    assert placing(None, near).degree.image_px == pytest.approx(degree_px / 10)
    half = LookSettings(monitor={"left": 0, "top": 0, "width": 960, "height": 540})
    assert placing(None, half).degree.image_px == pytest.approx(degree_px / 10)


def test_where_the_chosen_monitor_is_counts_for_a_tracker():
    second = LookSettings(monitor={"left": -1920, "top": 0, "width": 1920, "height": 1080})
    on_main = (275 + 1920) / 1920, (275 + 80) / 1080
    assert placing(Space.DISPLAY, second).place(at(*on_main)).outside is Outside.OFF_SCREEN
    there = placing(Space.DISPLAY, second, screen_x=-1920)
    assert xy(there.place(at(275 / 1920, (275 + 80) / 1080))) == pytest.approx((35, 45))


def test_gaze_is_placed_by_the_report_that_held_when_the_eye_was_seen():
    """The picture is moved by 400 px, 80 of its own, at 1.6 s; samples come later than they were seen."""
    where = placing(Space.PAGE)
    where.report(screen(x=-400), 1600 * MS)
    assert xy(where.place(at(275, 275, 1599))) == (35, 45)
    assert xy(where.place(at(275, 275, 1600))) == (115, 45)
    assert where.place(GazeSample(-1, 275, 275, True)).outside is Outside.NO_GAZE  # nothing was reported yet
    where.report(screen(x=-200), 9000 * MS)
    assert xy(where.place(at(275, 275, 8000))) == (115, 45)
    assert xy(where.place(at(275, 275, 9000))) == (75, 45)


def test_the_monitor_is_the_one_that_the_window_was_on():
    """The window goes from the left monitor to the right one, and takes the picture along."""
    both = [{"left": left, "top": 0, "width": 1920, "height": 1080} for left in (0, 1920)]
    where = placing(Space.DISPLAY, monitors=both)
    where.report(screen(monitors=both, screen_x=1920), 1000 * MS)
    on_red = 275 / 1920, (275 + 80) / 1080
    for t_ms in (500, 1500):
        assert xy(where.place(at(*on_red, t_ms))) == pytest.approx((35, 45))


def test_who_looked_before_the_picture_was_turned_to_did_not_look_at_it():
    where = placing(Space.PAGE)
    where.report(screen(frame_idx=1), 1000 * MS)
    where.turned_ns = 1010 * MS
    before = where.place(at(275, 275, 990))
    assert (before.outside, before.page_x) == (Outside.OFF_IMAGE, 275)
    assert math.isnan(before.x)
    assert where.place(at(99, 275, 990)).outside is Outside.OFF_CANVAS
    assert where.place(at(275, 275, 1009)).outside is Outside.OFF_IMAGE
    assert xy(where.place(at(275, 275, 1010))) == (35, 45)


def test_a_clock_that_was_set_back_does_not_end_looking():
    """By an hour, long after the last report: what comes now was seen since."""
    hour_ms = 3_600_000
    where = placing(Space.PAGE)
    where.report(screen(x=-400), 2 * hour_ms * MS)
    where.turned_ns = 2 * hour_ms * MS
    late = GazeSample(hour_ms * MS, 275, 275, True, received_ns=(hour_ms + 30) * MS)
    assert xy(where.place(late)) == (115, 45)
    where.report(screen(), (hour_ms + 50) * MS)
    after = GazeSample((hour_ms + 60) * MS, 275, 275, True, received_ns=(hour_ms + 70) * MS)
    assert xy(where.place(after)) == (35, 45)


# ------------------------------------------------------------------ the check


def checked(offset_px, space=Space.PAGE):
    """A check in which gaze lies so far right of each target, and what it is done with."""
    where = placing(space)
    checks = Checks(where)
    return where, checks, check_again(checks, offset_px, 0)


def check_again(checks, offset_px, at_s):
    """A check that begins then and takes 5 s."""
    checking = checks.begin()
    for index, (x, y) in enumerate(checking.plan.targets):
        shown_ms = (at_s + index) * 1000
        checks.show(index, shown_ms * MS)
        for t_ms in range(0, 1000, 10):
            checking.take(at(x + offset_px, y, shown_ms + t_ms))
    return checks.finish((at_s + 5) * 1000 * MS, 100.0)


def test_a_check_measures_a_shift_and_corrects_it():
    """38 px right of every target, 37.87 px being a degree in the middle and a little more elsewhere."""
    where, checks, found = checked(38.0)
    message = found.message
    assert message.accuracy_deg == pytest.approx(0.97, abs=0.05)
    assert (message.precision_deg, message.loss, message.verdict) == (0.0, 0.0, "good")
    assert [each.right_deg > 0.8 for each in message.targets] == [True] * 5
    assert message.correctable
    assert message.corrected_deg < 0.01
    assert checks.accept(correct=False) == message.accuracy_deg
    assert where.place(at(275 + 38, 275)).x == pytest.approx(35 + 38 / 5)
    assert checks.accept(correct=True) == message.corrected_deg
    assert xy(where.place(at(275 + 38, 275))) == pytest.approx((35, 45))
    assert checks.drift(6000 * MS) == ""
    assert "20 min" not in checks.drift(15 * 60_000 * MS)
    assert "The last check is 30 min old" in checks.drift(30 * 60_000 * MS)


def test_a_correction_that_does_harm_after_a_recalibration_is_told_of_and_dropped():
    """Gaze was 114 px, about 3°, to the right and is corrected; later the tracker is right to 4 px itself.

    110 px = 30.4 mm are 2.5° at the canvas's upper left, where the eye is 652 mm away and sees them at a
    slant, and 2.9° in the middle of the screen.
    """
    where, checks, _ = checked(114.0)
    checks.accept(correct=True)
    later = check_again(checks, 4.0, 60)
    assert xy(where.place(at(275 + 4, 275))) == pytest.approx((35 - 110 / 5, 45))
    message = later.message
    assert (message.verdict, message.in_use) == ("poor", True)
    assert message.accuracy_deg == pytest.approx(2.7, abs=0.1)
    assert [each.right_deg < -2.5 for each in message.targets] == [True] * 5
    assert message.plain_deg == pytest.approx(0.1, abs=0.01)
    assert message.summary == "Gaze is poor: off by 2.7° on average. That is with the correction in use."
    assert message.remedies[0].startswith(
        "The correction in use makes gaze worse: off by 2.7° with it, by 0.1° without. Drop it"
    )
    assert checks.drift(70_000 * MS).startswith("Gaze is off by 2.7° more than at the check before")
    assert checks.accept(correct=False) == message.plain_deg
    assert xy(where.place(at(275 + 4, 275))) == pytest.approx((35 + 4 / 5, 45))
    assert checks.drift(70_000 * MS) == ""
    assert not check_again(checks, 4.0, 120).message.in_use


def test_a_correction_that_still_fits_is_no_drift():
    _, checks, _ = checked(114.0)
    checks.accept(correct=True)
    message = check_again(checks, 114.0, 60).message
    assert (message.verdict, message.in_use) == ("good", True)
    assert message.accuracy_deg < 0.05
    assert not any("makes gaze worse" in each for each in message.remedies)
    assert checks.drift(70_000 * MS) == ""


def test_a_clock_that_was_set_back_between_two_checks_hinders_nothing():
    where, checks, _ = checked(38.0)
    check_again(checks, 38.0, 4000)
    checks.accept(correct=True)
    check_again(checks, 150.0, 400)
    assert checks.drift(410_000 * MS) == ""


def test_a_check_that_cannot_be_says_why():
    with pytest.raises(LiveError, match="The page has not said yet where its picture is"):
        Checks(Placing(LookSettings())).begin()
    with pytest.raises(LiveError, match="as of a log, cannot be checked"):
        Checks(placing(Space.IMAGE)).begin()
    where = placing(Space.PAGE)
    checks = Checks(where)
    with pytest.raises(LiveError, match="No check is under way; begin one"):
        checks.finish(0, 100.0)
    checks.begin()
    with pytest.raises(LiveError, match="has targets 0 to 4, not 5"):
        checks.show(5, 0)
    with pytest.raises(LiveError, match="No target was shown in this check"):
        checks.finish(0, 100.0)
    checks.begin()
    checks.show(0, 0)
    where.report(screen(canvas={**CANVAS, "left": 90}), 500 * MS)
    with pytest.raises(LiveError, match="The window was moved or zoomed during the check"):
        checks.finish(1000 * MS, 100.0)
    with pytest.raises(LiveError, match="No check has found how far gaze is off"):
        checks.accept(correct=False)


# ------------------------------------------------------------------ sources


@pytest.fixture
def places(tmp_path):
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "gaze.csv").write_text("timestamp [ns],gaze x [px],gaze y [px]\n1,2,3\n2,2,3\n")
    (tmp_path / "gaze.csv").write_text("timestamp [ns],gaze x [px],gaze y [px]\n1,2,3\n")
    return Places([tmp_path / "root"])


def test_the_mouse_plays_the_eye_as_it_is_set(places):
    mouse = LookMouse(accuracy_deg=0, rate_hz=60, latency_ms=50, blinks=False)
    source = gaze_source("mouse", mouse, places, local=True)
    assert isinstance(source, MouseSource)
    assert (source.rate_hz, source.noise.latency_ns) == (60, 50 * MS)
    assert source.noise.offset_deg.tolist() == [0, 0]
    assert gaze_source("mouse?rate_hz=30", mouse, places, local=True).rate_hz == 30


def test_a_replay_is_of_the_picture_and_as_if_it_were_now(places):
    root = places.roots[0]
    source = gaze_source(f"replay:{root / 'gaze.csv'}", LookMouse(), places, local=True)
    info = run(source.connect())
    assert (info.space, info.finite, source.shift) == (Space.IMAGE, True, True)
    with pytest.raises(OutsidePlaces):
        gaze_source(f"replay:{root.parent / 'gaze.csv'}", LookMouse(), places, local=True)
    with pytest.raises(OutsidePlaces):
        gaze_source(f"replay:{root}/../gaze.csv", LookMouse(), places, local=True)
    with pytest.raises(LiveError, match="needs the camera's pictures"):
        gaze_source(f"replay:{root / 'gaze.csv'}?space=scene", LookMouse(), places, local=True)
    with pytest.raises(MissingSource, match="There is no gaze source named 'eyes'"):
        gaze_source("eyes", LookMouse(), places, local=True)


@pytest.mark.parametrize("spec", ["neon:192.168.1.21", "neon:127.0.0.1:8642", "tobii:tobii-prp://10.0.0.1"])
def test_a_server_for_others_connects_to_no_address_that_a_page_names(spec, places):
    with pytest.raises(SourceRefused, match="so it connects to no address that a page names"):
        gaze_source(spec, LookMouse(), places, local=False)


# ------------------------------------------------------------------ clocks and pages


def test_a_page_on_another_computer_has_a_clock_of_its_own():
    """Its clock is 5 s behind, messages take 3 to 40 ms: times are off by the quickest one's 3 ms."""
    clock = PageClock()
    assert clock.here_ns(7) == 7
    for sent_ms, takes_ms in ((1000, 40), (1030, 3), (1060, 12)):
        clock.heard(sent_ms * MS, (sent_ms + 5000 + takes_ms) * MS)
    assert clock.here_ns(1050 * MS) == (1050 + 5003) * MS


def test_a_slow_page_sees_the_newest_and_is_not_waited_for():
    async def work():
        audience = Audience()
        seen = []
        watching = audience.watch(quiet_s=5)
        await anext(watching)
        for _ in range(100):
            audience.tell()
            await asyncio.sleep(0)
        async for _ in watching:
            seen.append(audience.rev)
            audience.close()
        assert seen == [100, 101]  # not a hundred; and the end
        assert audience.absent_s < 5

    run(work())


def test_quiet_is_said_while_there_is_nothing_new():
    async def work():
        watching = Audience().watch(quiet_s=0.05)
        assert [await anext(watching), await anext(watching)] == [True, False]
        await watching.aclose()

    run(work())
