"""Long jobs in threads: how far they are, how they end."""

import threading
import time

import pytest

from dwell.app.ledger import UnknownTask
from dwell.app.tasks import Tasks
from dwell.errors import OutputError


def ended(tasks, task_id):
    deadline = time.monotonic() + 10
    while tasks.get(task_id).state == "running":
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return tasks.get(task_id)


def test_a_job_says_how_far_it_is_and_what_came_of_it():
    seen = []
    tasks = Tasks(on_change=seen.append)

    def count(progress):
        for done in range(4):
            progress(done, 4)
            time.sleep(0.02)
        return {"answer": 42}

    task = ended(tasks, tasks.start("Counting", count).id)
    assert (task.what, task.state, task.result) == ("Counting", "done", {"answer": 42})
    assert [(each.done, each.total) for each in seen[:4]] == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert seen[0].left_s is None
    assert 0 <= seen[3].left_s < 5
    assert seen[-1].state == "done"


def test_a_job_stops_when_it_next_says_how_far_it_is():
    tasks, asked = Tasks(), threading.Event()

    def for_ever(progress):
        while True:
            asked.wait(10)
            progress(0, 1)

    task = tasks.start("Waiting", for_ever)
    tasks.cancel(task.id)
    asked.set()
    assert ended(tasks, task.id).state == "cancelled"


def test_what_goes_wrong_is_told(caplog):
    tasks = Tasks()

    def full(progress):
        raise OutputError("The disk is full; free some space.")

    def wrong(progress):
        raise KeyError("x")

    task = ended(tasks, tasks.start("Writing", full).id)
    assert (task.state, task.error) == ("failed", "The disk is full; free some space.")
    assert ended(tasks, tasks.start("Erring", wrong).id).state == "failed"
    assert "Erring failed" in caplog.text


def test_of_some_jobs_one_runs_at_a_time():
    tasks, go = Tasks(), threading.Event()

    def wait(progress):
        go.wait(10)
        return {}

    first = tasks.start("Drawing", wait, only="demo")
    assert tasks.start("Drawing", wait, only="demo").id == first.id
    assert tasks.start("Drawing", wait).id != first.id
    go.set()
    ended(tasks, first.id)
    assert tasks.start("Drawing", wait, only="demo").id != first.id


def test_a_task_that_never_was_is_unknown():
    with pytest.raises(UnknownTask, match="start it again"):
        Tasks().get("nothing")
