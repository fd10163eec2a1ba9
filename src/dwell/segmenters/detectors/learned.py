"""Learned detectors as one class: a checkpoint, its network, and words on an image → boxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from dwell.errors import BackendError, PromptError
from dwell.segmenters.checkpoints.devices import out_of_memory
from dwell.segmenters.contract import Detection
from dwell.segmenters.detectors.boxes import Boxes, to_detections
from dwell.segmenters.detectors.loading import load_network
from dwell.types import ByteArray, ProgressFn

__all__ = ["LearnedDetector", "Network"]

_SMALLEST_PX = 16


class Network(Protocol):
    """A loaded network of whatever architecture."""

    def find(self, image: ByteArray, phrases: Sequence[str]) -> Boxes:
        """All boxes it proposes for the phrases in an (h, w, 3) uint8 RGB image."""
        ...


class LearnedDetector:
    """Finds things from words with a learned model; see ``contract.Detector``.

    It computes in float32 throughout: it looks at single images, and boxes suffer from less.

    Args:
        model: a name from ``dwell.models.DETECTOR_MODELS``, or a local folder with a checkpoint.
        device: ``auto`` (CUDA, else Apple's MPS, else the CPU), ``cuda``, ``cuda:1``, ``mps`` or ``cpu``.
        offline: never use the network.
        show: called with (done, total) bytes while a model is fetched.

    Raises:
        MissingBackend: torch or transformers is not installed, or broken.
        ModelError: the model cannot be had or is not what it should be.
        BackendError: there is no such device, or not enough memory.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        device: str = "auto",
        offline: bool = False,
        show: ProgressFn | None = None,
    ) -> None:
        self._checkpoint, self._device, self._network = load_network(
            model, device=device, offline=offline, show=show
        )
        self.name = self._checkpoint.name

    def describe(self) -> dict[str, str | int | float | bool]:
        """Model, revision and libraries: all that fixes the result."""
        return {
            "name": self.name,
            "version": 1,
            "model": self._checkpoint.source,
            "revision": self._checkpoint.revision,
            "architecture": self._checkpoint.model_type,
            "device": self._device.type,
            "torch": version("torch"),
            "transformers": version("transformers"),
        }

    def detect(self, image: ByteArray, phrases: Sequence[str], floor: float = 0.05) -> list[Detection]:
        """Boxes around what fits the phrases in an (h, w, 3) uint8 RGB image, best first.

        Raises:
            PromptError: there is no phrase, or one is too long for the network.
            BackendError: the image is smaller than 16×16 px, or there is not enough memory.
        """
        if not phrases:
            raise PromptError("Expected at least one phrase to look for, and got none.")
        height, width = image.shape[:2]
        if min(height, width) < _SMALLEST_PX:
            raise BackendError(
                f"The image is {width}×{height} px; a detector needs at least {_SMALLEST_PX}×{_SMALLEST_PX}."
            )
        with self._memory_minded():
            boxes = self._network.find(image, phrases)
        return to_detections(boxes, phrases, (height, width), floor)

    @contextmanager
    def _memory_minded(self) -> Iterator[None]:
        """Turns running out of memory into advice."""
        try:
            yield
        except RuntimeError as error:
            if not out_of_memory(error):
                raise
            elsewhere = "" if self._device.type == "cpu" else ", or choose the device cpu"
            raise BackendError(
                f"{self.name} ran out of memory on {self._device}. Choose a smaller model, close other "
                f"programs that use the device{elsewhere}; then try again."
            ) from error
