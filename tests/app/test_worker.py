"""A worker: calls are answered in order, events come first, and its end is noticed by both sides."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.looping import run, until
from dwell.app.work.worker import Worker, WorkerLost
from dwell.errors import Cancelled, DwellError, PromptError

TARGET = "app.worker_targets:Notebook"


@pytest.fixture(autouse=True)
def _children_find_the_tests(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))


async def notebook(path, **listeners):
    worker = Worker(**listeners)
    worker.start()
    await worker.call("make", TARGET, str(path))
    return worker


def test_answers_and_tells_before_it_answers(tmp_path):
    told = []

    async def work():
        worker = await notebook(tmp_path / "log", on_event=lambda call_id, event: told.append(event))
        answer = await worker.call("add", 2, 3)
        told.append("answered")
        await worker.close()
        return answer

    assert run(work()) == 5
    assert told == [{"adding": (2, 3)}, "answered"]


def test_errors_of_ours_come_through_as_they_are(tmp_path):
    async def work():
        worker = await notebook(tmp_path / "log")
        with pytest.raises(PromptError, match="outside the frame") as caught:
            await worker.call("refuse")
        assert caught.value.frame_idx == 7
        with pytest.raises(RuntimeError, match="KeyError: 'nothing'"):
            await worker.call("stumble")
        assert await worker.call("add", 1, 1) == 2, "an error ends nothing"
        await worker.close()

    run(work())


def test_own_work_goes_on_between_calls(tmp_path):
    log = tmp_path / "log"

    async def work():
        worker = await notebook(log)
        await worker.call("begin", 20)
        assert await worker.call("add", 1, 2) == 3, "a call does not wait for the work to end"
        await until(lambda: "step, 0 left" in log.read_text())
        await worker.close()

    run(work())
    lines = log.read_text().splitlines()
    assert lines == ["made", *(f"step, {n} left" for n in range(19, -1, -1)), "closed"]


def test_a_call_can_be_cancelled(tmp_path):
    seen = []

    async def work():
        worker = await notebook(tmp_path / "log")
        ids = []
        call = asyncio.ensure_future(
            worker.call("count", 10_000, on_progress=lambda *at: seen.append(at), on_id=ids.append)
        )
        await until(lambda: len(seen) > 3)
        worker.cancel(ids[0])
        with pytest.raises(Cancelled):
            await call
        assert await worker.call("count", 3) == 3, "the next call is not cancelled"
        await worker.close()

    run(work())
    assert seen[:2] == [(0, 10_000), (1, 10_000)]


def test_what_a_library_prints_does_not_spoil_the_pipe(tmp_path):
    async def work():
        worker = await notebook(tmp_path / "log")
        assert await worker.call("chatter") == "fine"
        await worker.close()

    run(work())


def test_a_process_that_dies_is_noticed(tmp_path):
    lost = []

    async def work():
        worker = await notebook(tmp_path / "log", on_lost=lambda: lost.append(True))
        with pytest.raises(WorkerLost, match="try once more"):
            await worker.call("die")
        await until(lambda: lost)
        with pytest.raises(WorkerLost):
            await worker.call("add", 1, 1)

    run(work())


def test_a_call_before_there_is_a_target_says_that_it_is_only_starting():
    async def work():
        worker = Worker()
        worker.start()
        with pytest.raises(DwellError, match="only starting"):
            await worker.call("add", 1, 1)
        await worker.close()

    run(work())


def test_it_saves_and_ends_when_the_server_is_killed(tmp_path):
    log = tmp_path / "log"
    server = subprocess.Popen([sys.executable, __file__, str(log)])
    deadline = time.monotonic() + 30
    while not (log.exists() and "step" in log.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    while not log.read_text().endswith("closed\n"):
        assert time.monotonic() < deadline
        time.sleep(0.02)


if __name__ == "__main__":  # the server that is killed

    async def serve_until_killed():
        worker = await notebook(sys.argv[1])
        await worker.call("begin", 100_000)
        await asyncio.sleep(60)

    asyncio.run(serve_until_killed())
