"""The tracking job: what is noted of it, and what becomes of it when something fails."""

import pytest

import dwell
from app.desks_for_tests import add, click, open_desk, recording, track
from app.looping import run
from dwell.app.desks import Desks
from dwell.app.work.jobs import NOTE, Jobs
from dwell.errors import StorageFull
from dwell.project import Project

BLUE = (40, 45)


@pytest.fixture
def project(tmp_path):
    return tmp_path / "work.dwell"


def opened_with_note(tmp_path, project, **changes):
    """What pages see when a project with blue at frame 0 is opened that a killed process was tracking."""
    shapes = recording(tmp_path)

    async def begin():
        async with open_desk(shapes, project) as desk:
            await click(desk, await add(desk, "blue"), 0, *BLUE)

    async def go_on():
        desks = Desks(spare=False)
        desk = await desks.open(project, project)
        await desks.close_all()
        return desk.snapshot

    run(begin())
    with Project.open(project) as killed:
        killed.set_setting(NOTE, track().model_dump() | changes)
    snapshot = run(go_on())
    with Project.open(project, write=False) as after:
        return snapshot, after.get_setting(NOTE)


def test_a_job_is_gone_on_with_by_the_backend_that_began_it(tmp_path, project):
    snapshot, _ = opened_with_note(tmp_path, project, backend={"name": "embedded", "resolution": None})
    assert (snapshot.job.id, snapshot.job.backend, snapshot.job.error) == (1, "embedded", None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"backend": {"name": "sam9", "resolution": None}}, "sam9"),
        ({"tries": 3}, "It has ended 3 processes"),
        ({"of a newer Dwell": 1}, "cannot go on"),
    ],
)
def test_a_job_that_cannot_go_on_is_told_of_and_not_tried_again(tmp_path, project, changes, said):
    snapshot, note = opened_with_note(tmp_path, project, **changes)
    assert snapshot.job.state == "failed"
    assert said in snapshot.job.error
    assert note is None


def test_a_span_without_frames_is_not_the_whole_video(tmp_path, project):
    async def work():
        async with open_desk(recording(tmp_path), project) as desk:
            await click(desk, await add(desk, "blue"), 0, *BLUE)
            with pytest.raises(ValueError, match="Expected a span"):
                await desk.ask("track", track(start=0, stop=0))
            with pytest.raises(ValueError, match="Expected a span"):
                await desk.ask("estimate", track(start=0, stop=0))

    run(work())


def test_a_full_disk_ends_the_job_in_words_and_not_the_process(tmp_path, project, monkeypatch):
    def full(*arguments, **named):
        raise StorageFull("The disk is full.")

    told = []
    with dwell.open_analysis(recording(tmp_path), project, backend="colour") as analysis:
        analysis.prompt("blue", dwell.Point(*BLUE), frame_idx=0)
        jobs = Jobs(analysis.project, lambda job, touched=(): told.append(job))
        jobs.start(analysis.session, track())
        jobs.step()
        monkeypatch.setattr(analysis.project, "write_masks", full)
        monkeypatch.setattr(analysis.project, "set_setting", full)
        while jobs.running:
            jobs.step()
        monkeypatch.undo()
        assert (told[-1].state, told[-1].error) == ("failed", "The disk is full.")
        assert jobs.noted() is not None, "the next process goes on"


def test_a_job_that_cannot_be_noted_does_not_begin(tmp_path, project, monkeypatch):
    def full(*arguments, **named):
        raise StorageFull("The disk is full.")

    with dwell.open_analysis(recording(tmp_path), project, backend="colour") as analysis:
        analysis.prompt("blue", dwell.Point(*BLUE), frame_idx=0)
        jobs = Jobs(analysis.project, lambda **told: None)
        monkeypatch.setattr(analysis.project, "set_setting", full)
        with pytest.raises(StorageFull):
            jobs.start(analysis.session, track())
        assert not jobs.running
