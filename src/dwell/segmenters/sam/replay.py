"""Work for an NVIDIA GPU, recorded once and replayed: launching it anew takes longer than doing it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

import torch

__all__ = ["Pool", "Replayed"]

Tensors = tuple[torch.Tensor, ...]


class Pool:
    """Memory that recordings share, so that it is taken once. One is replayed and copied out at a time."""

    def __init__(self) -> None:
        self.handle = torch.cuda.graph_pool_handle()
        self.lock = Lock()


class Replayed:
    """A function of tensors, recorded as a CUDA graph on its first call with tensors of some shapes.

    It is recorded before its first result is given, not after a few: recorded or not, the last bits might
    differ, and no result may depend on what was asked before.

    Args:
        function: takes tensors and gives a tuple of them; depends on nothing else that changes, and never
            waits for the GPU.
        pool: memory that it shares with other recordings of this GPU.
    """

    def __init__(self, function: Callable[..., Tensors], pool: Pool) -> None:
        self._function = function
        self._pool = pool
        self._recorded: dict[Any, _Recording | None] = {}

    def __call__(self, *tensors: torch.Tensor) -> Tensors:
        """The function's result, which belongs to the caller."""
        key = tuple((each.shape, each.stride(), each.dtype) for each in tensors)
        with self._pool.lock, torch.cuda.device(tensors[0].device):
            if key not in self._recorded:
                self._recorded[key] = _record(self._function, tensors, self._pool.handle)
            recording = self._recorded[key]
            if recording is not None:
                return recording.replay(tensors)
        return self._function(*tensors)


class _Recording:
    def __init__(self, graph: Any, inputs: Tensors, results: Tensors) -> None:
        self._graph, self._inputs, self._results = graph, inputs, results

    def replay(self, tensors: Tensors) -> Tensors:
        for mine, given in zip(self._inputs, tensors, strict=True):
            mine.copy_(given)
        self._graph.replay()
        return tuple(each.clone() for each in self._results)


def _record(function: Callable[..., Tensors], tensors: Tensors, pool: Any) -> _Recording | None:
    """The recording; None where memory or driver do not allow one: then all goes on without."""
    function(*tensors)  # whatever the libraries set up on a first call must not be recorded
    inputs = tuple(each.clone() for each in tensors)
    graph = torch.cuda.CUDAGraph()
    try:
        with torch.cuda.graph(graph, pool=pool, capture_error_mode="thread_local"):
            results = function(*inputs)
    except RuntimeError:  # a real mistake will show when the function is called as it is
        return None
    return _Recording(graph, inputs, results)
