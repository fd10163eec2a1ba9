"""What goes through the pipes between the server and a worker: pickled values, each after its length."""

from __future__ import annotations

import pickle
import struct
import threading
from contextlib import suppress
from typing import IO, Any

__all__ = ["Pipe"]

_LENGTH = struct.Struct("<Q")


class Pipe:
    """Values one way in, one way out. Both ends are processes of this program, started by one another."""

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._lock = threading.Lock()

    def send(self, value: Any) -> None:
        """Write a value, whole, from whichever thread.

        Raises:
            OSError: the other end is gone.
        """
        data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
        with self._lock:
            self._outgoing.write(_LENGTH.pack(len(data)) + data)
            self._outgoing.flush()

    def receive(self) -> Any:
        """The next value; waits for it.

        Raises:
            EOFError: the other end is gone.
        """
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        return pickle.loads(self._exactly(length))

    def close(self) -> None:
        """Let go of both ends, if they are not gone yet."""
        for end in (self._incoming, self._outgoing):
            with suppress(OSError):
                end.close()

    def _exactly(self, n_bytes: int) -> bytes:
        parts = []
        while n_bytes:
            part = self._incoming.read(n_bytes)
            if not part:
                raise EOFError("the other end of the pipe is closed")
            parts.append(part)
            n_bytes -= len(part)
        return b"".join(parts)
