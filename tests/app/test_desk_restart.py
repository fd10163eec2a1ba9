"""A desk whose process is lost, or begun anew: what was saved is told, and nothing else."""

import asyncio
import os
import signal

import pytest

from app.desks_for_tests import PAGE, add, click, open_desk, recording, track
from app.looping import run, until
from dwell.app import desk as desk_module
from dwell.app.desk import Desk
from dwell.app.desks import Desks
from dwell.app.messages import SearchRequest
from dwell.app.work.worker import WorkerLost
from dwell.project import Project

BLUE = (40, 45)


@pytest.fixture
def project(tmp_path):
    return tmp_path / "work.dwell"


@pytest.fixture
def shapes(tmp_path):
    return recording(tmp_path)


def test_a_killed_editor_is_replaced_and_its_job_goes_on(tmp_path, project):
    async def work():
        async with open_desk(recording(tmp_path, 400), project) as desk:
            blue = await add(desk, "blue")
            await click(desk, blue, 0, *BLUE)
            await desk.ask("track", track())
            await until(lambda: desk.snapshot.job.done > 20)
            os.kill(desk._worker._process.pid, signal.SIGKILL)
            await until(lambda: desk.snapshot.job.state == "done")
            return desk.snapshot

    snapshot = run(work())
    assert snapshot.lanes[0].n_known == 400
    assert [aoi.name for aoi in snapshot.aois] == ["blue"]


def test_a_search_ends_with_its_editor_and_the_next_is_another(tmp_path, project):
    def look(text):
        return SearchRequest(client=PAGE, text=text, detector="colours", where="every", every_s=0.03)

    async def work():
        async with open_desk(recording(tmp_path, 400), project) as desk:
            first = await desk.ask("search", look("red"))
            assert desk.snapshot.search.state == "running"
            os.kill(desk._worker._process.pid, signal.SIGKILL)
            await until(lambda: desk.snapshot.search.state == "cancelled")
            lost = await desk.ask("suggestions")
            second = await desk.ask("search", look("blue"))
            await until(lambda: desk.snapshot.search.state == "done")
            return first, lost, second, await desk.ask("suggestions")

    first, lost, second, there = run(work())
    assert lost.suggestions == []
    assert second.id > first.id
    assert {row.phrase for row in there.suggestions} == {"blue"}


def test_what_a_killed_editor_did_but_had_not_told_is_told_by_the_next(shapes, project, monkeypatch):
    started = desk_module._started

    def started_late():
        with Project.open(project) as killed:  # saved by the one that was killed, before it could tell
            killed.remove_aoi(killed.aoi("blue").object_id)
            killed.set_setting("page view", {"keys": {"1": 1}, "hidden": [1]})
        return started()

    async def work():
        async with open_desk(shapes, project) as desk:
            red, blue = await add(desk, "red"), await add(desk, "blue")
            await desk.ask("set_view", desk.snapshot.view.model_copy(update={"locked": [red]}), PAGE)
            before = desk.rev
            monkeypatch.setattr(desk_module, "_started", started_late)
            os.kill(desk._worker._process.pid, signal.SIGKILL)
            await until(lambda: any(each.lost_writer == "" for each in desk.feed.since(before)))
            return blue, desk.feed.since(before), desk.snapshot

    blue, told, snapshot = run(work())
    assert [aoi.name for aoi in snapshot.aois] == ["red"]
    assert [each.aois.deleted for each in told if each.aois] == [[blue]]
    assert (snapshot.view.hidden, snapshot.view.locked) == ([1], [])
    assert snapshot.steps.undo.label == "remove blue"


def test_an_editor_that_cannot_write_says_so_and_tries_again(shapes, project, monkeypatch):
    monkeypatch.setattr(desk_module, "PATIENCE_S", 0.1)
    monkeypatch.setattr(desk_module, "RETRY_S", 0.1)
    started, others = desk_module._started, []

    def started_late():
        if not others:
            others.append(Project.open(project))  # `dwell track` in a terminal, say
        return started()

    async def work():
        async with open_desk(shapes, project) as desk:
            before = desk.rev
            monkeypatch.setattr(desk_module, "_started", started_late)
            os.kill(desk._worker._process.pid, signal.SIGKILL)

            def words():
                return [each.lost_writer for each in desk.feed.since(before) if each.lost_writer is not None]

            await until(lambda: any("tried again" in each for each in words()))
            others[0].close()
            await until(lambda: words()[-1] == "")
            await add(desk, "red")
            return words()

    said = run(work())[1]
    assert "is already open for writing" in said or "is being written to by" in said
    assert "write=False" not in said


def test_a_process_lost_while_it_opens_is_not_replaced(shapes, project):
    async def work():
        desk = Desk("pid", (str(shapes), str(project), None, {}))
        opening = asyncio.ensure_future(desk.open())
        await asyncio.sleep(0)
        first = desk._worker
        os.kill(first._process.pid, signal.SIGKILL)
        with pytest.raises(WorkerLost):
            await opening
        await asyncio.sleep(0.1)
        assert desk._worker is first, "nobody would end another one"

    run(work())


def test_a_backend_that_was_chosen_is_still_chosen_after_a_restart(shapes, project):
    async def work():
        async with open_desk(shapes, project, backend="colour"):
            pass
        desks = Desks(spare=False)
        desk = await desks.open(project, project)
        await desks.close_all()
        return desk.snapshot.backend.name

    assert run(work()) == "colour"
