"""Work one step ahead in another thread: decoding overlaps with tracking, painting with encoding."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from queue import SimpleQueue
from typing import TypeVar

__all__ = ["one_ahead"]

T = TypeVar("T")
_END = object()


def one_ahead(make: Callable[[], Iterator[T]], depth: int = 1) -> Generator[T, None, None]:
    """The items of an iterator that runs in another thread.

    At most ``depth`` items wait, while one more is being made. An error in the iterator is raised here, after
    the items before it. Closing this generator ends the thread and closes the iterator before returning, so
    that what it reads from can be used again.
    """
    # Ctrl-C may come anywhere in this thread, and would leave a bounded queue half way between its item and
    # the notice of it; these cannot be interrupted.
    items: SimpleQueue[object] = SimpleQueue()
    room: SimpleQueue[bool] = SimpleQueue()
    stop: list[bool] = []
    for _ in range(depth):
        room.put(True)
    worker = threading.Thread(target=_fill, args=(make, items, room, stop), name="dwell-ahead", daemon=True)
    worker.start()
    try:
        while (item := items.get()) is not _END:
            if isinstance(item, _Failure):
                raise item.error
            room.put(True)
            yield item  # type: ignore[misc]
    finally:
        stop.append(True)
        room.put(False)
        worker.join()


class _Failure:
    def __init__(self, error: BaseException) -> None:
        self.error = error


def _fill(
    make: Callable[[], Iterator[T]],
    items: SimpleQueue[object],
    room: SimpleQueue[bool],
    stop: list[bool],
) -> None:
    last: object = _END
    try:
        _put_all(make(), items, room, stop)
    except BaseException as error:  # noqa: BLE001 - handed to the reader, who raises it
        last = _Failure(error)
    items.put(last)


def _put_all(
    iterator: Iterator[T], items: SimpleQueue[object], room: SimpleQueue[bool], stop: list[bool]
) -> None:
    try:
        for item in iterator:
            items.put(item)
            if not room.get() or stop:
                return
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            close()
