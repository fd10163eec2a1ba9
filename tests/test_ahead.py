"""Working one item ahead in another thread."""

import gc
import subprocess
import sys
import threading

import pytest

from dwell.ahead import one_ahead


def test_items_come_in_order():
    assert list(one_ahead(lambda: iter(range(100)))) == list(range(100))


def test_it_works_ahead_but_not_far():
    made = []

    def source():
        for number in range(50):
            made.append(number)
            yield number

    ahead = one_ahead(source)
    assert next(ahead) == 0
    while len(made) < 2:  # the second is made without being asked for
        threading.Event().wait(0.001)
    threading.Event().wait(0.05)
    assert len(made) <= 3  # one waiting, one in hand
    ahead.close()


def test_an_error_comes_after_the_items_before_it():
    def source():
        yield 1
        raise OSError("disk on fire")

    ahead = one_ahead(source)
    assert next(ahead) == 1
    with pytest.raises(OSError, match="disk on fire"):
        next(ahead)


def test_an_error_before_the_first_item_is_raised_too():
    def make():
        raise OSError("no such film")

    with pytest.raises(OSError, match="no such film"):
        list(one_ahead(make))


def test_an_error_while_the_source_is_closed_is_raised():
    class Source:
        def __iter__(self):
            return iter([1])

        def close(self):
            raise OSError("cannot close")

    with pytest.raises(OSError, match="cannot close"):
        list(one_ahead(Source))


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit, MemoryError])
def test_no_thread_is_left_when_the_reader_is_interrupted(error):
    before = threading.active_count()
    ahead = one_ahead(lambda: iter(range(10**9)))
    next(ahead)
    with pytest.raises(error):
        ahead.throw(error())
    assert threading.active_count() == before


def test_no_thread_is_left_when_nobody_closes_it():
    before = threading.active_count()
    for number in one_ahead(lambda: iter(range(10**9))):
        if number == 3:
            break
    gc.collect()
    assert threading.active_count() == before


def test_closing_early_closes_the_source_before_returning():
    closed = []

    def source():
        try:
            yield from range(10**9)
        finally:
            closed.append(True)

    ahead = one_ahead(source)
    next(ahead)
    before = threading.active_count()
    ahead.close()
    assert closed == [True]
    assert threading.active_count() == before - 1


INTERRUPTED = """
import random, signal, threading
from contextlib import closing
from dwell.ahead import one_ahead

signal.signal(signal.SIGALRM, signal.default_int_handler)
for number in range(2000):
    try:
        with closing(one_ahead(lambda: iter(range(10**9)))) as ahead:
            next(ahead)  # Python's own start of a thread may not be interrupted
            signal.setitimer(signal.ITIMER_REAL, 1e-6 * random.Random(number).randrange(20, 2000))
            for item in ahead:
                pass
    except KeyboardInterrupt:
        pass
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no timer that interrupts on Windows")
def test_an_interrupt_may_come_at_any_instruction():
    """It could leave the queue between the item and the notice that there is room, and closing then hung."""
    subprocess.run([sys.executable, "-W", "ignore", "-c", INTERRUPTED], check=True, timeout=60)
