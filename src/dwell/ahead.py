"""Work one step ahead in another thread: decoding overlaps with tracking, painting with encoding."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator
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
    items: queue.Queue[object] = queue.Queue(maxsize=depth)
    stop = threading.Event()
    worker = threading.Thread(target=_fill, args=(make, items, stop), name="dwell-ahead", daemon=True)
    worker.start()
    try:
        while (item := items.get()) is not _END:
            if isinstance(item, _Failure):
                raise item.error
            yield item  # type: ignore[misc]
    finally:
        stop.set()
        while worker.is_alive():
            _drain(items)
            worker.join(timeout=0.01)


class _Failure:
    def __init__(self, error: BaseException) -> None:
        self.error = error


def _fill(make: Callable[[], Iterator[T]], items: queue.Queue[object], stop: threading.Event) -> None:
    last: object = _END
    try:
        _put_all(make(), items, stop)
    except BaseException as error:  # noqa: BLE001 - handed to the reader, who raises it
        last = _Failure(error)
    items.put(last)


def _put_all(iterator: Iterator[T], items: queue.Queue[object], stop: threading.Event) -> None:
    try:
        for item in iterator:
            items.put(item)
            if stop.is_set():
                return
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            close()


def _drain(items: queue.Queue[object]) -> None:
    try:
        while True:
            items.get_nowait()
    except queue.Empty:
        pass
