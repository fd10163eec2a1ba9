"""Working one item ahead in another thread."""

import threading

import pytest

from dwell.tracking.ahead import one_ahead


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
