"""The SAM 2 family as one backend: prompts → mask, and mask → masks on the following frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

from dwell.errors import BackendError
from dwell.prompts import Prompt
from dwell.segmenters.checkpoints.devices import out_of_memory
from dwell.segmenters.contract import Answer, Candidate, Recall, Shown, Tracked
from dwell.segmenters.sam.clicking import click_all
from dwell.segmenters.sam.loading import Loaded, load_network
from dwell.segmenters.sam.memory import SamMemory, dump_memory, load_memory, remembering, started
from dwell.segmenters.sam.network import Decoded, Encoded, Network, Remembered
from dwell.segmenters.sam.pixels import mask_of_logits
from dwell.segmenters.sam.prompting import segment
from dwell.types import BoolArray, ByteArray, FloatArray, ProgressFn, State

__all__ = ["CONFIDENT_IOU", "LOST_IOU", "REACQUIRE_IOU", "SamBackend"]

CONFIDENT_IOU = 0.5
"""Estimated IoU from which a frame is worth remembering with ``remember="confident"``; ours."""
LOST_IOU = 0.2
"""Estimated IoU below which a mask is not shown at all: the object is lost; ours."""
REACQUIRE_IOU = 0.7
"""Estimated IoU from which an object found again from its prompts alone is believed; ours."""
_SMALLEST_PX = 16


class SamBackend:
    """Segmenter and tracker with a network of the SAM 2 family; see ``contract.Backend``.

    Args:
        model: a name from ``dwell.models.MODELS``, or a local folder with a checkpoint.
        resolution: side of the square the network sees, px; default the model's own. 512 is about 8 times
            as fast on a CPU as 1024 and less exact.
        device: ``auto`` (CUDA, else Apple's MPS, else the CPU), ``cuda``, ``cuda:1``, ``mps`` or ``cpu``.
        precision: ``auto`` (bfloat16 autocast on NVIDIA and AMD GPUs that compute in it, else
            float32), ``float32`` or ``bfloat16``.
        offline: never use the network.
        remember: ``all`` tracked frames, or only ``confident`` ones.
        reacquire: look for a hidden object from its prompts alone every so many frames; 0 = never.
        show: called with (done, total) bytes while a model is fetched.

    Where it differs from the library's own video session, and why:

    * an anchor conditions as the mask that a person saw, not as the clicks that led to it;
    * a pass starts from its anchor and the nearest anchors around it, at most three; the library looks at
      all it was ever shown, and its memory grows with every correction;
    * a backward pass does not look at frames tracked forward, so results do not depend on the order of work;
    * memory attention never sees another object's prompts.

    Raises:
        MissingBackend: torch or transformers is not installed, or broken.
        ModelError: the model cannot be had or is not what it should be.
        BackendError: there is no such device, or not enough memory.
    """

    def __init__(
        self,
        model: str | Path = "sam2.1-small",
        *,
        resolution: int | None = None,
        device: str = "auto",
        precision: str = "auto",
        offline: bool = False,
        remember: str = "all",
        reacquire: int = 0,
        show: ProgressFn | None = None,
    ) -> None:
        if remember not in ("all", "confident"):
            raise BackendError(f"`remember` is all or confident, not {remember!r}.")
        if reacquire < 0:
            raise BackendError(f"`reacquire` is a number of frames, or 0 for never; not {reacquire}.")
        self._loaded: Loaded = load_network(
            model, resolution=resolution, device=device, precision=precision, offline=offline, show=show
        )
        self._remember = remember
        self._reacquire = reacquire
        self.name = self._loaded.name

    @property
    def network(self) -> Network:
        """The network at work."""
        return self._loaded.network

    def describe(self) -> dict[str, str | int | float | bool]:
        """Model, revision, options and libraries: all that fixes the result."""
        return {
            "name": self.name,
            "version": 1,
            "model": self._loaded.source,
            "revision": self._loaded.revision,
            "architecture": self._loaded.architecture,
            "resolution": self.network.spec.size,
            "precision": self._loaded.precision,
            "device": self.network.device.type,
            "remember": self._remember,
            "reacquire": self._reacquire,
            "torch": str(torch.__version__),
            "transformers": version("transformers"),
        }

    # ---------------------------------------------------------------- segmenter

    def encode(self, image: ByteArray, previous: Encoded | None = None) -> Encoded:
        """Feature maps of an (h, w, 3) uint8 RGB image.

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

    def segment(self, encoding: Encoded, prompts: Sequence[Prompt], limit: int = 3) -> list[Candidate]:
        """At most ``limit`` candidate masks, best first; a single click gives three.

        Raises:
            PromptError: nothing positive to go by.
        """
        with self._memory_minded():
            return segment(self.network, encoding, prompts, limit)

    def click_all(
        self, encoding: Encoded, points_xy: FloatArray, *, offset: float, per_batch: int
    ) -> Iterator[Answer]:
        """All answers to each of the clicks by itself; see ``contract.Clicking``."""
        with self._memory_minded():
            yield from click_all(self.network, encoding, points_xy, offset, per_batch)

    # ---------------------------------------------------------------- tracker

    def start(self, encoding: Encoded, mask: BoolArray, support: Sequence[Shown] = ()) -> SamMemory:
        """Memory of an object whose mask on this frame is known.

        Raises:
            ValueError: no mask shows the object, or a mask has another size than its frame.
        """
        shown = [Shown(encoding, mask, 0), *support]
        for each in shown:
            if each.mask.shape != each.encoding.image_hw:
                raise ValueError(f"mask of {each.mask.shape} on a frame of {each.encoding.image_hw} (h, w)")
        if not any(each.mask.any() for each in shown):
            raise ValueError("no pixel of any mask shows the object")
        with self._memory_minded():
            remembered = [self.network.show(s.encoding, s.mask, s.ahead) for s in shown]
        return started(encoding.image_hw, remembered)

    def step(
        self,
        encoding: Encoded,
        memories: Mapping[int, SamMemory],
        rivals: Mapping[int, BoolArray] | None = None,
    ) -> dict[int, tuple[Tracked, SamMemory]]:
        """Masks on the next frame, and the memories to pass on, by object_id.

        Each object is tracked by itself, so that none changes another; masks may overlap, and ``rivals``
        are not looked at.

        Raises:
            BackendError: a memory is of another size of video, or there is not enough memory.
        """
        with self._memory_minded():
            return {object_id: self._step(encoding, memory) for object_id, memory in memories.items()}

    def _step(self, encoding: Encoded, memory: SamMemory) -> tuple[Tracked, SamMemory]:
        if memory.image_hw != encoding.image_hw:
            raise BackendError(
                f"The memory is of a {memory.image_hw} (h, w) video, this frame is {encoding.image_hw}; "
                "track each video with its own memories."
            )
        ahead = memory.ahead + 1
        decoded, new = self.network.track(encoding, memory.shown, memory.recent, ahead)
        tracked = _tracked(decoded, encoding)
        if self._is_due(memory, tracked):
            found, found_new = self.network.track(encoding, memory.shown, (), ahead)
            if found.object_logit > 0 and found.iou >= REACQUIRE_IOU:
                tracked = _tracked(found, encoding, found_again=True)
                return tracked, self._remembering(
                    SamMemory(memory.image_hw, memory.ahead, memory.shown), found, found_new, tracked
                )
        return tracked, self._remembering(memory, decoded, new, tracked)

    def _is_due(self, memory: SamMemory, tracked: Tracked) -> bool:
        """Whether to look for a hidden object from its prompts alone, on this frame."""
        hidden = tracked.state is not State.VISIBLE and memory.unseen > 0
        return hidden and self._reacquire > 0 and memory.unseen % self._reacquire == 0

    def _remembering(
        self, memory: SamMemory, decoded: Decoded, new: Remembered, tracked: Tracked
    ) -> SamMemory:
        keep = self._remember == "all" or (decoded.object_logit > 0 and decoded.iou >= CONFIDENT_IOU)
        return remembering(self.network, memory, new, seen=tracked.state is State.VISIBLE, keep=keep)

    def dump(self, memory: SamMemory) -> bytes:
        """The memory as a compact log: pointers, scores and low-resolution logits of the last frames."""
        return dump_memory(memory, self._key())

    def load(self, data: bytes, recall: Recall) -> SamMemory:
        """The memory from ``dump``; encodes the anchors and at most six frames again.

        Raises:
            BackendError: the bytes are damaged, or come from another backend, model or resolution.
        """
        with self._memory_minded():
            return load_memory(self.network, data, recall, self._key())

    def _key(self) -> str:
        return f"{self._loaded.source}@{self._loaded.revision}, {self.network.spec.size} px"

    @contextmanager
    def _memory_minded(self) -> Iterator[None]:
        """Turns running out of memory into advice."""
        try:
            yield
        except RuntimeError as error:
            if not out_of_memory(error):
                raise
            device = self.network.device
            elsewhere = "" if device.type == "cpu" else ", or choose the device cpu"
            raise BackendError(
                f"{self.name} ran out of memory on {device} at {self.network.spec.size} px. What was tracked "
                "is saved. Choose a lower resolution (512), a smaller model, or fewer AOIs at a time, close "
                f"other programs that use the device{elsewhere}; then go on."
            ) from error


def _tracked(decoded: Decoded, encoding: Encoded, *, found_again: bool = False) -> Tracked:
    """What to tell of a decoded frame.

    Absent where the network says so; lost where it sees the object but no pixel of it, or holds its own mask
    for almost surely wrong.
    """
    object_score = float(1 / (1 + np.exp(-np.clip(decoded.object_logit, -50, 50))))
    mask = mask_of_logits(decoded.logits, encoding.image_hw)
    state = State.VISIBLE
    if decoded.object_logit <= 0:
        state = State.ABSENT
    elif not mask.any() or decoded.iou < LOST_IOU:
        state = State.LOST
    if state is not State.VISIBLE:
        mask = np.zeros_like(mask)
    check = found_again or (state is State.VISIBLE and decoded.iou < CONFIDENT_IOU)
    return Tracked(mask, object_score * decoded.iou, state, check, object_score, decoded.iou)
