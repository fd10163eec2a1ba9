"""SAM 1 and SAM-HQ as a segmenter of single images; they cannot track."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from importlib.metadata import version
from pathlib import Path

import torch

from dwell.errors import BackendError
from dwell.prompts import Prompt
from dwell.segmenters.checkpoints.checkpoint import find_checkpoint
from dwell.segmenters.checkpoints.devices import choose_device, memory_minded
from dwell.segmenters.checkpoints.family import PROPOSING
from dwell.segmenters.checkpoints.libraries import model_class
from dwell.segmenters.checkpoints.pretrained import load_weights, read_config
from dwell.segmenters.contract import Answer, Candidate
from dwell.segmenters.sam.clicking import click_all
from dwell.segmenters.sam.prompting import segment
from dwell.segmenters.sam1.network import ImageNetwork, Seen
from dwell.segmenters.sam1.pixels import read_pixel_spec
from dwell.types import ByteArray, FloatArray, ProgressFn

__all__ = ["SamImageSegmenter"]

_SMALLEST_PX = 16


class SamImageSegmenter:
    """Prompts on one image → masks, with SAM 1 or SAM-HQ; see ``contract.Segmenter`` and ``Clicking``.

    It computes in float32 throughout: it looks at single images.

    Args:
        model: a name from ``dwell.models.PROPOSER_MODELS``, or a local folder with a checkpoint.
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
        model: str | Path = "sam-vit-base",
        *,
        device: str = "auto",
        offline: bool = False,
        show: ProgressFn | None = None,
    ) -> None:
        place = choose_device(device)
        self._checkpoint = find_checkpoint(model, PROPOSING, offline=offline, show=show)
        folder = self._checkpoint.folder
        kind = model_class(PROPOSING.architectures[self._checkpoint.model_type])
        spec = read_pixel_spec(folder)
        weights = load_weights(self._checkpoint, kind, read_config(kind, folder), place)
        self.network = ImageNetwork(weights, spec)
        self.name = self._checkpoint.name

    def describe(self) -> dict[str, str | int | float | bool]:
        """Model, revision and libraries: all that fixes the result."""
        return {
            "name": self.name,
            "version": 1,
            "model": self._checkpoint.source,
            "revision": self._checkpoint.revision,
            "architecture": self._checkpoint.model_type,
            "resolution": self.network.spec.side,
            "device": self.network.device.type,
            "torch": str(torch.__version__),
            "transformers": version("transformers"),
        }

    def encode(self, image: ByteArray, previous: Seen | None = None) -> Seen:
        """Features of an (h, w, 3) uint8 RGB image; ``previous`` is not looked at.

        Raises:
            BackendError: the image is smaller than 16×16 px, or there is not enough memory.
        """
        if min(image.shape[:2]) < _SMALLEST_PX:
            raise BackendError(
                f"The image is {image.shape[1]}×{image.shape[0]} px; a network of the SAM family needs at "
                f"least {_SMALLEST_PX}×{_SMALLEST_PX}."
            )
        with self._memory_minded():
            return self.network.encode(image)

    def segment(self, encoding: Seen, prompts: Sequence[Prompt], limit: int = 3) -> list[Candidate]:
        """At most ``limit`` candidate masks, best first; a single click gives three.

        Raises:
            PromptError: nothing positive to go by.
        """
        with self._memory_minded():
            return segment(self.network, encoding, prompts, limit)

    def click_all(
        self, encoding: Seen, points_xy: FloatArray, *, offset: float, per_batch: int
    ) -> Iterator[Answer]:
        """All answers to each of the clicks by itself; see ``contract.Clicking``."""
        with self._memory_minded():
            yield from click_all(self.network, encoding, points_xy, offset, per_batch)

    def _memory_minded(self) -> AbstractContextManager[None]:
        device = self.network.device
        elsewhere = "" if device.type == "cpu" else ", or choose the device cpu"
        return memory_minded(
            f"{self.name} ran out of memory on {device}. Choose a smaller model or a smaller "
            f"points_per_batch, close other programs that use the device{elsewhere}; then try again."
        )
