"""Looking with glasses, whose gaze is brought onto the picture by markers of the page; and what may fail."""

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import asdict

import pytest

import dwell
from app.looking_site import ON_RED, SCALE, Page
from app.looping import run, until
from dwell.app.looking.look_desk import LookDesk, NoLook
from dwell.app.messages import LookPress, LookScreen, LookStart
from dwell.app.work.looking import Looking
from dwell.app.work.worker import WorkerLost
from dwell.errors import LiveError, StorageFull
from dwell.live import GazeSample, Picture, SourceInfo
from dwell.looking.log import LookLog
from dwell.screen import marker_places
from dwell.types import Space
from looks.shelf import RED, draw_pictures
from looks.test_looks import square
from screen.drawn_desk import PAGE_WH, SIZE_WH, Desk


class Host:
    """An open project whose editor is in this process."""

    def __init__(self, analysis):
        self.analysis, self.path = analysis, analysis.project.path
        self.looking = Looking(analysis, lambda object_ids: None)

    async def ask(self, verb, *arguments):
        verbs = {"look_about": self.looking.about, "look_answer": self.looking.answer}
        verbs["look_keep"] = lambda commit, t_ns, client: self.looking.keep(commit, t_ns)
        return verbs[verb](*arguments)

    async def prepare(self, frame_idx):
        self.analysis.session.prepare(frame_idx)

    async def read(self, function, *arguments):
        return function(self.analysis.project, *arguments)

    @property
    def newest_step(self):
        return self.analysis.project.next_undo().id

    n_frames = 2


class Failing(Host):
    """A segmenter that fails the first time."""

    n_failed = 0

    async def ask(self, verb, *arguments):
        if verb == "look_answer" and not self.n_failed:
            self.n_failed += 1
            raise WorkerLost("The process that works on this project has stopped.")
        return await super().ask(verb, *arguments)


class Glasses:
    """Somebody who wears glasses and looks at one point of the page."""

    def __init__(self, desk, page_xy, rgb):
        ((x, y),) = desk.scene_xy([page_xy])
        self.at, self.rgb, self.camera, self.closed = (x, y), rgb, desk.camera, False

    async def connect(self):
        return SourceInfo("neon", "drawn glasses", Space.SCENE, 100.0, SIZE_WH, self.camera)

    async def samples(self):
        while not self.closed:
            await asyncio.sleep(0.01)
            yield GazeSample(time.time_ns(), *self.at, True, time.time_ns())

    async def close(self):
        self.closed = True

    def picture(self):
        return Picture(time.time_ns() // 50_000_000 * 50_000_000, self.rgb)  # 20 in a second


@pytest.fixture
def host(tmp_path):
    pictures = draw_pictures(tmp_path / "pictures")
    with dwell.open_analysis(pictures, tmp_path / "p.dwell", backend="colour") as analysis:
        yield Host(analysis)


def screen(markers):
    shown = [asdict(each) for each in markers]
    size = {"inner_width": PAGE_WH[0], "inner_height": PAGE_WH[1]}
    return LookScreen.model_validate(Page(None).screen(markers=shown, **size))


@asynccontextmanager
async def look_with(host, glasses):
    """A desk and the look under way on it; all is let go again, also where a test fails."""
    desk, now = LookDesk(host), time.time_ns()
    start = LookStart(client="page one", source="neon", frame_idx=0)
    try:
        look = await desk.start(start, glasses)
        look.report(screen(marker_places(*PAGE_WH, 120)))
        look.press(LookPress(action="start", t_ns=now, sent_ns=now))
        yield desk, look
    finally:
        await desk.close()


def seen_on_picture(desk):
    """The view in which there are gaze and a mask: on a busy machine either may be late."""
    view = desk.view()
    return view if view.gaze is not None and view.mask is not None else None


def test_gaze_of_glasses_finds_the_picture_by_the_markers(host):
    wearer = Desk()
    on_red = 100 + SCALE * ON_RED[0], 50 + SCALE * ON_RED[1]
    glasses = Glasses(wearer, on_red, wearer.picture())

    async def work():
        async with look_with(host, glasses) as (desk, look):
            assert look.info.markers
            view = await until(lambda: seen_on_picture(desk))
            assert (view.gaze.x, view.gaze.y) == pytest.approx(ON_RED, abs=0.1)
            assert view.mask.counts == square(RED).to_bytes().decode("ascii")
            now = time.time_ns()
            look.press(LookPress(action="save", t_ns=now, sent_ns=now))
            await until(lambda: desk.view().kept == 1)
        assert glasses.closed

    run(work())
    assert [aoi.name for aoi in host.analysis.project.aois()] == ["look 1"]


def test_without_markers_in_sight_the_viewer_is_told(host):
    wearer = Desk()
    glasses = Glasses(wearer, (275, 275), wearer.picture(markers=()))

    async def work():
        async with look_with(host, glasses) as (desk, _):
            await until(lambda: "of the page's markers in the scene camera, found 0" in desk.view().message)
            assert desk.view().gaze is None

    run(work())


# ------------------------------------------------------------------ what may fail


class Still(Glasses):
    """A tracker of px of the picture, somebody who looks at the red square."""

    def __init__(self):
        self.at, self.closed = ON_RED, False

    async def connect(self):
        return SourceInfo("lsl", "drawn tracker", Space.IMAGE, 100.0)

    def picture(self):
        return None


class Late(Still):
    """A tracker of the page that tells of the eye 300 ms after it was seen; it looks at the red square."""

    async def connect(self):
        self.at = 100 + SCALE * ON_RED[0], 50 + SCALE * ON_RED[1]
        return SourceInfo("tobii", "drawn tracker", Space.PAGE, 100.0)

    async def samples(self):
        while not self.closed:
            await asyncio.sleep(0.01)
            yield GazeSample(time.time_ns() - 300_000_000, *self.at, True, time.time_ns())


def test_gaze_on_the_picture_before_is_not_taken_for_gaze_on_the_present_one(host):
    """The page turns to picture 1, and moves it by 400 px = 80 px of its own at the same moment."""

    async def work():
        async with look_with(host, Late()) as (desk, look):
            await until(lambda: desk.view().gaze is not None)
            turned_s = time.monotonic()
            look.report(LookScreen.model_validate(Page(None).screen(frame_idx=1, x=-400)))
            await asyncio.sleep(0.05)
            assert desk.view().gaze is None
            await until(lambda: desk.view().gaze is not None)
            assert time.monotonic() - turned_s >= 0.29
            assert (desk.view().gaze.x, desk.view().gaze.y) == (ON_RED[0] + 80, ON_RED[1])

    run(work())


class Unusable(Still):
    async def connect(self):
        raise LiveError("The stream 'eyes' has no channels named x and y; say x= and y=.")


def test_a_segmenter_that_fails_is_said_and_the_look_goes_on(host):
    host = Failing(host.analysis)

    async def work():
        async with look_with(host, Still()) as (desk, look):
            await until(lambda: desk.view().message.startswith("The segmenter failed. The process"))
            now = time.time_ns()
            look.press(LookPress(action="run", t_ns=now, sent_ns=now))
            await until(lambda: desk.view().has_mask)

    run(work())


def test_a_source_that_cannot_be_had_is_said(host):
    async def work():
        async with look_with(host, Unusable()) as (desk, _):
            await until(lambda: desk.view().status.state == "failed")
            assert desk.view().status.message.startswith("The stream 'eyes' has no channels")

    run(work())


def test_a_log_that_cannot_be_written_ends_the_look(host, monkeypatch):
    def full(*arguments):
        raise StorageFull("The log of this look cannot be written; free some space.")

    async def work():
        async with look_with(host, Still()) as (desk, _):
            await until(lambda: desk.view().has_mask)
            monkeypatch.setattr(LookLog, "write", full)
            await until(lambda: desk.under_way is None)
            assert desk.view().message == "The log of this look cannot be written; free some space."
            with pytest.raises(NoLook, match="No look is under way"):
                _ = desk.look

    run(work())
