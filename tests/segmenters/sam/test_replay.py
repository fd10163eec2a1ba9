"""Recordings that share memory take turns, whichever thread asks. The GPU is played by a shared tensor."""

import threading
import time

import pytest

torch = pytest.importorskip("torch")
from dwell.segmenters.sam import replay  # noqa: E402 - needs torch


class Played:
    """A graph whose result lies where the others' results lie, and is copied out a little later."""

    def __init__(self, memory, function):
        self._memory, self._function = memory, function

    def replay(self, tensors):
        (result,) = self._function(*tensors)
        self._memory.copy_(result)
        time.sleep(0.001)
        return (self._memory.clone(),)


class OnePool:
    handle, lock = None, threading.Lock()


def test_two_threads_never_get_each_others_results(monkeypatch):
    memory = torch.zeros(3)
    monkeypatch.setattr(torch.cuda, "device", lambda device: torch.inference_mode())
    monkeypatch.setattr(replay, "_record", lambda function, tensors, pool: Played(memory, function))
    twice = replay.Replayed(lambda x: (2 * x,), OnePool)
    less = replay.Replayed(lambda x: (x - 100,), OnePool)
    wrong = []

    def ask(replayed, expected):
        for i in range(30):
            found = replayed(torch.full((3,), float(i)))[0]
            if found.tolist() != [expected(i)] * 3:
                wrong.append((i, found.tolist()))

    threads = [
        threading.Thread(target=ask, args=(twice, lambda i: 2.0 * i)),
        threading.Thread(target=ask, args=(less, lambda i: i - 100.0)),
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []


def test_what_cannot_be_recorded_is_computed_as_ever(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device", lambda device: torch.inference_mode())
    monkeypatch.setattr(replay, "_record", lambda *_: None)
    assert replay.Replayed(lambda x: (x + 1,), OnePool)(torch.zeros(2))[0].tolist() == [1.0, 1.0]
