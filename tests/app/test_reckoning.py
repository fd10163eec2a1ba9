"""The server's side of the analyst: asked by many, reckoned once, and back after a loss."""

import asyncio
import os
import signal

import pytest

from app.analysing import mark_absent, tracked_project
from app.looping import run, until
from dwell.app.messages import ExportRequest
from dwell.app.reckoning import Reckoning, ResultsOptions
from dwell.project import Project

PLAIN = ResultsOptions()


@pytest.fixture
def project(tmp_path):
    return tracked_project(tmp_path)


class Feed:
    """What pages are told."""

    def __init__(self):
        self.told = []

    def __call__(self, **changes):
        self.told.append(changes)


def reckoning_of(project, feed=None):
    feed = feed or Feed()
    return Reckoning(project, feed), feed


async def ready(reckoning, rev=1, options=PLAIN):
    """Results, asked for as a page does."""
    while (info := await reckoning.results(rev, options)).state == "computing":
        await asyncio.sleep(0.02)
    return info


def test_results_come_from_a_process_of_their_own_and_follow_corrections(project):
    async def work():
        reckoning, feed = reckoning_of(project)
        first = await reckoning.results(1, PLAIN)
        assert first.state == "computing"  # the process is only starting
        info = await ready(reckoning, 2)
        assert info.state == "ready"
        assert info.rev == 2
        assert info.metrics[0]["dwell time [ms]"] == 400.0
        assert {"results": True} in feed.told  # the page that was put off
        with Project.open(project) as editor:
            mark_absent(editor, 1, 10, 15)
        assert (await reckoning.results(3, PLAIN)).metrics == info.metrics  # nobody said that it changed
        reckoning.invalidate()
        info = await ready(reckoning, 4)
        assert info.metrics[0]["dwell time [ms]"] == 200.0
        await reckoning.close()

    run(work())


def test_pages_hear_once_that_results_are_out_of_date(project):
    async def work():
        reckoning, feed = reckoning_of(project)
        await ready(reckoning)
        feed.told.clear()
        for _ in range(5):
            reckoning.invalidate()
        assert feed.told == [{"results": True}]
        await reckoning.close()

    run(work())


def test_pages_that_differ_in_the_margin_do_not_drive_each_other_on(project):
    async def work():
        reckoning, feed = reckoning_of(project)
        wide = ResultsOptions(margin_deg=1.0, px_per_degree=10.0)
        await ready(reckoning, 1, PLAIN)
        await ready(reckoning, 1, wide)
        feed.told.clear()
        for _ in range(3):
            assert (await reckoning.results(1, PLAIN)).margin_deg == 0.0
            assert (await reckoning.results(1, wide)).margin_deg == 1.0
        assert feed.told == []
        await reckoning.close()

    run(work())


def test_what_cannot_be_reckoned_is_said(project):
    async def work():
        reckoning, _ = reckoning_of(project)
        info = await ready(reckoning, 1, ResultsOptions(margin_deg=1.0))
        assert info.state == "failed"
        assert "px_per_degree" in info.error
        assert (await ready(reckoning, 1, PLAIN)).state == "ready"
        await reckoning.close()

    run(work())


def test_a_lost_process_is_replaced(project):
    async def work():
        reckoning, _ = reckoning_of(project)
        await ready(reckoning)
        gaze = await reckoning.gaze(10, 12)
        assert len(gaze) == 16 * 16
        os.kill(reckoning._worker._process.pid, signal.SIGKILL)
        reckoning.invalidate()
        assert (await ready(reckoning, 2)).state == "ready"
        assert await reckoning.gaze(10, 12) == gaze
        assert (await reckoning.eye()).fixation_first_frame == [10, 30]
        await reckoning.close()

    run(work())


# ------------------------------------------------------------------ exports


def request(out, *what):
    return ExportRequest(client="page", what=list(what), out=str(out))


def over(reckoning, task_id):
    return lambda: reckoning.exports.task(task_id).state != "running"


def test_an_export_is_a_task_that_pages_follow(project, tmp_path):
    async def work():
        reckoning, feed = reckoning_of(project)
        out = tmp_path / "out"
        task = reckoning.exports.start(request(out, "tables", "timeline"), out)
        assert task.state == "running"
        await until(over(reckoning, task.id))
        task = reckoning.exports.task(task.id)
        assert task.state == "done"
        assert task.error is None
        assert (out / "mapping.json").is_file()
        assert str(out / "timeline.png") in task.result["files"]
        assert task.result["folder"] == str(out)
        told = [each["task"] for each in feed.told if "task" in each]
        assert told[-1] == task
        assert "Drawing the timeline" in {each.what for each in told}
        await reckoning.close()

    run(work())


def test_one_export_runs_at_a_time_and_each_can_be_stopped(project, tmp_path):
    async def work():
        reckoning, _ = reckoning_of(project)
        running = reckoning.exports.start(request(tmp_path / "a", "video"), tmp_path / "a")
        waiting = reckoning.exports.start(request(tmp_path / "b", "video"), tmp_path / "b")
        await asyncio.sleep(0.05)
        assert reckoning.exports.cancel(waiting.id).state == "cancelled"
        reckoning.exports.cancel(running.id)
        await until(over(reckoning, running.id))
        assert reckoning.exports.task(running.id).state == "cancelled"
        assert not (tmp_path / "b").exists()
        assert list((tmp_path / "a").rglob("*")) == [] or not (tmp_path / "a").exists()
        await reckoning.close()

    run(work())


def test_an_export_of_which_nothing_could_be_written_has_failed(project, tmp_path):
    async def work():
        reckoning, _ = reckoning_of(project)
        (tmp_path / "out" / "timeline.png").mkdir(parents=True)
        task = reckoning.exports.start(request(tmp_path / "out", "timeline"), tmp_path / "out")
        await until(over(reckoning, task.id))
        task = reckoning.exports.task(task.id)
        assert task.state == "failed"
        assert "timeline.png" in task.error
        await reckoning.close()

    run(work())
