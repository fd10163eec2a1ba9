"""What every segmenter and tracker backend answers.

A backend keeps no state about a video: the caller holds encodings and memories and passes them in. The same
class usually is both, a *segmenter* (prompts on one image → masks) and a *tracker* (mask on one frame → masks
on the next). Images are (h, w, 3) uint8 RGB; masks are (h, w) bool at the image's size. Source: ours.

Promises, checked for every registered backend by ``tests/segmenters/test_contract.py``:

* nothing passed in is changed; the same input gives the same output, bit for bit;
* ``encode`` may run in another thread than ``step``;
* ``load(dump(memory), recall)`` continues exactly like ``memory``;
* ``segment``, ``start`` and ``load`` see the image of an encoding only, not whether it had a ``previous``;
  and of ``previous``, ``encode`` sees the image only;
* an object's result depends only on its own memory, the frame, and the other objects it competes with for
  pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from dwell.masks import Mask
from dwell.prompts import Prompt
from dwell.types import BoolArray, ByteArray, FloatArray, State

__all__ = [
    "Answer",
    "AutomaticMask",
    "AutomaticOptions",
    "Backend",
    "Candidate",
    "Clicking",
    "Detection",
    "Detector",
    "Encoding",
    "Memory",
    "Preparing",
    "Proposer",
    "Recall",
    "Segmenter",
    "Shown",
    "Tracked",
    "Tracker",
]

Encoding = Any
"""Opaque: what a backend computed from one image. May be cached by the caller."""

Memory = Any
"""Opaque: what a tracker remembers about one object after one frame. Never changed in place."""

_MOST_LAYERS = 5
"""Of crops: 1365 crops in all."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """One possible answer to the prompts on an image."""

    mask: BoolArray
    """(h, w) bool."""
    score: float
    """0 … 1, the backend's own estimate; comparable within one call only."""


@dataclass(frozen=True, eq=False)
class Tracked:
    """One object on one tracked frame."""

    mask: BoolArray
    """(h, w) bool; all False unless ``state`` is visible."""
    score: float
    """0 … 1: how sure the tracker is that the mask is on the object."""
    state: State
    """``VISIBLE``, ``ABSENT`` (hidden or out of view) or ``LOST``."""
    check: bool = False
    """True where a person should look: just found again, or moved in a doubtful way."""
    object_score: float = math.nan
    """0 … 1: the model's belief that the object is in the picture; NaN if it has none."""
    iou_estimate: float = math.nan
    """0 … 1: the model's estimate of the mask's IoU with the truth; NaN if it has none."""


@dataclass(frozen=True, eq=False)
class Shown:
    """A frame, other than the one tracking starts from, on which a person showed the object."""

    encoding: Encoding
    mask: BoolArray
    """(h, w) bool."""
    ahead: int
    """Tracked frames from the start to this one; negative if it lies behind, seen along the tracking."""


class Recall(Protocol):
    """What a tracker may ask for when a memory is loaded, so that little needs to be saved."""

    def frame(self, back: int) -> Encoding:
        """The frame that was tracked ``back`` frames before the memory's own; 0 is that one itself.

        ``start``'s frame counts as the first. Encoded anew if need be, and then without a ``previous``.
        """
        ...

    def start(self) -> Memory:
        """The memory with which tracking started, as ``Tracker.start`` gives it."""
        ...


@dataclass(frozen=True)
class Detection:
    """A box around something that fits a phrase."""

    box_xyxy: tuple[float, float, float, float]
    """px, x1 and y1 exclusive; within the image."""
    phrase: str
    """The one of the phrases that fits best."""
    score: float
    """0 … 1: the detector's belief that something asked for is in the box."""
    text_score: float
    """0 … 1: how well the phrase fits what is in it; equal to ``score`` where a detector knows but one."""


@runtime_checkable
class Detector(Protocol):
    """Words on one image → labelled boxes."""

    name: str
    """As in the registry: ``grounding-dino-tiny``, …"""

    def describe(self) -> dict[str, str | int | float | bool]:
        """Parameters and version that fix the result, for the record."""
        ...

    def detect(self, image: ByteArray, phrases: Sequence[str], floor: float = 0.05) -> list[Detection]:
        """What fits the phrases in an (h, w, 3) uint8 RGB image, best first, down to a score of ``floor``.

        Boxes may overlap, and a thing may have several: ``choose_detections`` picks, so that a person can try
        other thresholds without asking the detector again.
        """
        ...


@dataclass(frozen=True)
class AutomaticMask:
    """Something on an image that was found without a prompt."""

    mask: Mask
    """At the image's size."""
    score: float
    """0 … 1: the proposer's estimate of the mask's IoU with a thing or a part of one."""
    stability: float
    """0 … 1: IoU of the mask at a strict and at a loose threshold; 1 = a clear-cut shape."""


@dataclass(frozen=True)
class AutomaticOptions:
    """How masks are found without prompts. Names and meanings are those of SAM's automatic mask generator.

    Source: Kirillov et al. 2023, https://arxiv.org/abs/2304.02643; defaults are ours.

    Raises:
        ValueError: one is out of its range.
    """

    points_per_side: int = 32
    """Clicks along the longer side; proposers without clicks ignore it."""
    points_per_batch: int = 64
    """Clicks answered at once, by networks."""
    pred_iou_thresh: float | None = None
    """Least ``score``; None = what suits the proposer, as each is sure in its own way."""
    stability_score_thresh: float | None = None
    """Least ``stability``; None = what suits the proposer."""
    stability_score_offset: float = 1.0
    """How far the two thresholds of ``stability`` lie from the usual one, in a network's logits."""
    nms_thresh: float = 0.8
    """Of two masks with a larger IoU, the worse one is left out."""
    crop_n_layers: int = 0
    """Layers of ever smaller crops that are looked at as well: layer i has 2 ** i crops a side."""
    crop_overlap_ratio: float = 512 / 1500
    """How much neighbouring crops overlap, as a share of the image's shorter side."""
    crop_n_points_downscale_factor: int = 2
    """Layer i is clicked at points_per_side / factor ** i places a side."""
    min_area: float = 0.0005
    """Least share of the image that a mask covers."""
    max_area: float = 0.95
    """Largest share; more is the image itself."""
    max_masks: int = 144
    """At most so many masks, the best first; by score, then area."""

    def __post_init__(self) -> None:
        for name in ("points_per_side", "points_per_batch", "crop_n_points_downscale_factor", "max_masks"):
            if getattr(self, name) < 1:
                raise ValueError(f"Expected {name} of 1 or more, got {getattr(self, name)}.")
        for name in ("pred_iou_thresh", "stability_score_thresh", "nms_thresh", "min_area", "max_area"):
            if getattr(self, name) is not None and not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"Expected {name} between 0 and 1, got {getattr(self, name)}.")
        if not 0 <= self.crop_n_layers <= _MOST_LAYERS:
            raise ValueError(f"Expected crop_n_layers from 0 to {_MOST_LAYERS}, got {self.crop_n_layers}.")
        if not 0 <= self.crop_overlap_ratio < 1:
            raise ValueError(
                f"Expected a crop_overlap_ratio from 0 to below 1, got {self.crop_overlap_ratio}."
            )
        if self.stability_score_offset < 0:
            raise ValueError(
                f"Expected a stability_score_offset of 0 or more, got {self.stability_score_offset}."
            )
        if self.min_area > self.max_area:
            raise ValueError(f"Expected min_area ≤ max_area, got {self.min_area} and {self.max_area}.")

    def passes(self, score: float, stability: float, usual: tuple[float, float]) -> bool:
        """Whether a mask is good and stable enough; ``usual`` as of ``least``."""
        least, least_stability = self.least(usual)
        return score >= least and stability >= least_stability

    def least(self, usual: tuple[float, float]) -> tuple[float, float]:
        """Least (score, stability); ``usual``, what suits the proposer, where nothing is given."""
        given = (self.pred_iou_thresh, self.stability_score_thresh)
        score, stability = (mine if each is None else each for each, mine in zip(given, usual, strict=True))
        return score, stability


@runtime_checkable
class Proposer(Protocol):
    """An image → masks of whatever there is on it, at all granularities: a cup and its handle."""

    name: str
    """As in the registry: ``embedded``, ``sam-vit-base`` …"""

    def describe(self) -> dict[str, str | int | float | bool]:
        """Parameters and version that fix the result, for the record."""
        ...

    def propose(
        self, image: ByteArray, options: AutomaticOptions, beside: ByteArray | None = None
    ) -> list[AutomaticMask]:
        """Masks that may overlap and nest, best first, no two alike (see ``nms_thresh``).

        Args:
            image: (h, w, 3) uint8 RGB.
            options: what to keep, and how hard to look.
            beside: a frame of the same size shortly before or after, for those that use motion.
        """
        ...


@dataclass(frozen=True, eq=False)
class Answer:
    """One of the masks with which a network answers a click."""

    score: float
    """0 … 1: the network's estimate of its IoU with a thing or a part of one."""
    stability: float
    """0 … 1, as of ``AutomaticMask``; 0 where even the loose threshold leaves nothing."""
    mask: Callable[[], BoolArray]
    """Makes the (h, w) mask at the image's size; most answers are left out before it is wanted."""


@runtime_checkable
class Clicking(Protocol):
    """A segmenter that can answer many clicks on one image at once."""

    def click_all(
        self, encoding: Encoding, points_xy: FloatArray, *, offset: float, per_batch: int
    ) -> Iterator[Answer]:
        """All answers to each of the clicks by itself, click after click, made batch by batch.

        Args:
            encoding: the image.
            points_xy: (n, 2) px.
            offset: see ``AutomaticOptions.stability_score_offset``.
            per_batch: clicks answered at once; memory grows with it.
        """
        ...


@runtime_checkable
class Preparing(Protocol):
    """A segmenter that can do ahead what the first prompt on an image would have to wait for."""

    def prepare(self, encoding: Encoding) -> None:
        """Do it, and keep it for as long as the encoding lives; no answer changes by it."""
        ...


@runtime_checkable
class Segmenter(Protocol):
    """Prompts on one image → candidate masks."""

    def encode(self, image: ByteArray, previous: Encoding | None = None) -> Encoding:
        """What the other calls need to know of an image.

        Args:
            image: (h, w, 3) uint8 RGB.
            previous: encoding of the frame tracked just before, for backends that use motion; others
                ignore it.
        """
        ...

    def segment(self, encoding: Encoding, prompts: Sequence[Prompt], limit: int = 3) -> list[Candidate]:
        """At most ``limit`` candidate masks, best first, each agreeing with every prompt if it can.

        None, if nothing of the AOI is left after all prompts. Prompts are those of one AOI on this image:
        masks, polygons, boxes, points, strokes. The first of these kinds that there is says where the AOI
        is – of several boxes the last – and points and strokes correct it. Ask for a larger ``limit`` and
        sort by area to let a person grow or shrink the mask.

        Raises:
            PromptError: nothing positive to go by.
        """
        ...


@runtime_checkable
class Tracker(Protocol):
    """A mask on one frame → masks on the frames after it (or before it: the caller picks the order)."""

    def start(self, encoding: Encoding, mask: BoolArray, support: Sequence[Shown] = ()) -> Memory:
        """Memory of an object whose mask on this frame is known.

        Args:
            encoding: the frame.
            mask: (h, w) bool; all False says that the object is not there, then ``support`` must show
                it elsewhere.
            support: other frames of the same object whose masks a person gave: its appearance.
        """
        ...

    def step(
        self,
        encoding: Encoding,
        memories: Mapping[int, Memory],
        rivals: Mapping[int, BoolArray] | None = None,
    ) -> dict[int, tuple[Tracked, Memory]]:
        """Masks on the next frame, and the memories to pass on, by object_id.

        Args:
            encoding: the frame that follows (in tracking order) the one the memories come from; it was
                encoded with that frame's encoding as ``previous``.
            memories: by object_id; objects in one call may compete for pixels.
            rivals: masks on this frame, by object_id, of objects that are not tracked in this call but keep
                their pixels.
        """
        ...

    def dump(self, memory: Memory) -> bytes:
        """The memory as bytes, so that tracking can go on later, in another process."""
        ...

    def load(self, data: bytes, recall: Recall) -> Memory:
        """The memory from ``dump``.

        Raises:
            BackendError: the bytes come from another backend or version.
        """
        ...


@runtime_checkable
class Backend(Segmenter, Tracker, Protocol):
    """Both jobs in one class, with a name and a fingerprint for the record."""

    name: str
    """As in the registry: ``embedded``, …"""

    def describe(self) -> dict[str, str | int | float | bool]:
        """Parameters and version that fix the result, written into every tracking run."""
        ...
