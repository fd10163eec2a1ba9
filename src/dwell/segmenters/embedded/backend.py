"""The embedded backend: prompts → mask, and mask → masks on the following frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from dwell.errors import BackendError
from dwell.prompts import Prompt
from dwell.segmenters.contract import Candidate, Recall, Shown, Tracked
from dwell.segmenters.embedded.frame import Frame, encode_frame
from dwell.segmenters.embedded.memory import VERSION, Memory, dump_memory, load_memory
from dwell.segmenters.embedded.plan import prepare
from dwell.segmenters.embedded.prompting import segment
from dwell.segmenters.embedded.threads import one_blas_thread
from dwell.segmenters.embedded.tracker import start_object, step_objects
from dwell.types import BoolArray, ByteArray

__all__ = ["EmbeddedBackend"]


class EmbeddedBackend:
    """Segmenter and tracker without network weights; see ``contract.Backend`` for what each call promises."""

    name = "embedded"

    def encode(self, image: ByteArray, previous: Frame | None = None) -> Frame:
        """Colours, features and, given the frame before, motion of an (h, w, 3) uint8 RGB image."""
        return encode_frame(image, previous)

    def prepare(self, encoding: Frame) -> None:
        """Compute what all prompts on the image share: most of the time that a first click takes."""
        with one_blas_thread():
            prepare(encoding)

    def segment(self, encoding: Frame, prompts: Sequence[Prompt], limit: int = 3) -> list[Candidate]:
        """At most ``limit`` candidate masks, best first.

        Raises:
            PromptError: nothing positive to go by.
        """
        with one_blas_thread():
            return segment(encoding, prompts, limit)

    def start(self, encoding: Frame, mask: BoolArray, support: Sequence[Shown] = ()) -> Memory:
        """Memory of an object whose mask on this frame is known.

        Raises:
            ValueError: no mask shows the object, or a mask has another size than its frame.
        """
        with one_blas_thread():
            return start_object(encoding, mask, [(each.encoding, each.mask) for each in support])

    def step(
        self,
        encoding: Frame,
        memories: Mapping[int, Memory],
        rivals: Mapping[int, BoolArray] | None = None,
    ) -> dict[int, tuple[Tracked, Memory]]:
        """Masks on the next frame, and the memories to pass on, by object_id.

        Raises:
            BackendError: the frame was encoded without the one before it, or is of another size.
        """
        if encoding.flow is None:
            raise BackendError(
                "This frame was encoded without the frame before it; pass `previous` to `encode`."
            )
        for memory in memories.values():
            if memory.image_hw != encoding.image_hw:
                raise BackendError(
                    f"The memory is of a {memory.image_hw} (h, w) video, this frame is {encoding.image_hw}; "
                    "track each video with its own memories."
                )
        with one_blas_thread():
            return step_objects(encoding, memories, rivals)

    def dump(self, memory: Memory) -> bytes:
        """The memory as bytes."""
        return dump_memory(memory)

    def load(self, data: bytes, recall: Recall) -> Memory:
        """The memory from ``dump``.

        Raises:
            BackendError: the bytes come from another backend, version, or size of video.
        """
        memory = load_memory(data)
        image_hw = recall.frame(0).image_hw
        if memory.image_hw != image_hw:
            raise BackendError(
                f"The stored memory is of a {memory.image_hw} (h, w) video, this one is {image_hw}; "
                "track this AOI again."
            )
        return memory

    def describe(self) -> dict[str, str | int | float | bool]:
        """Version and libraries that fix the result."""
        return {"name": self.name, "version": VERSION, "opencv": cv2.__version__, "numpy": np.__version__}
