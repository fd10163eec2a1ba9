"""One loaded network of SAM 1 or SAM-HQ: what it sees in an image, and how it answers prompts.

It takes the calls of ``sam.network.Network`` that need no memory, so the same code handles prompts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from dwell.segmenters.sam.network import MASK_LOGITS, Decoded
from dwell.segmenters.sam.stability import as_scores, stability
from dwell.segmenters.sam1.pixels import PixelSpec, fitted_hw, image_tensor, mask_of_logits, mask_tensor
from dwell.types import BoolArray, ByteArray, FloatArray

__all__ = ["ImageNetwork", "Seen"]


@dataclass(frozen=True, eq=False)
class Seen:
    """An image as the network sees it."""

    image_hw: tuple[int, int]
    features: torch.Tensor
    """(1, channels, h, w)."""
    early: torch.Tensor | None
    """(1, h, w, channels) from an early layer, for the fine detail of SAM-HQ; None of SAM 1."""


class ImageNetwork:
    """A loaded model, its picture format, and where it runs.

    Args:
        model: a ``SamModel`` or ``SamHQModel`` of transformers, on its device, in evaluation mode.
        spec: how it wants its pictures.
    """

    def __init__(self, model: Any, spec: PixelSpec) -> None:
        self.model = model
        self.spec = spec
        self.device = next(model.parameters()).device
        self._is_hq = model.config.model_type == "sam_hq"

    def encode(self, image: ByteArray) -> Seen:
        """Features of an (h, w, 3) uint8 RGB image."""
        pixels = image_tensor(image, self.spec, self.device)
        with torch.inference_mode():
            said = self.model.vision_encoder(pixels, return_dict=True)
        early = said.intermediate_embeddings[0] if self._is_hq else None
        return Seen((image.shape[0], image.shape[1]), said.last_hidden_state, early)

    def answer(
        self,
        encoded: Seen,
        points: Sequence[tuple[float, float, bool]] = (),
        box: tuple[float, float, float, float] | None = None,
        mask_logits: torch.Tensor | None = None,
        *,
        several: bool,
    ) -> list[Decoded]:
        """What prompts on this image mean; as ``sam.network.Network.answer``."""
        scale = self._scale(encoded)
        coords = labels = boxes = None
        if points:
            coords = self._numbers([[x * scale[0], y * scale[1]] for x, y, _ in points])[None, None]
            labels = torch.tensor([[[int(positive) for *_, positive in points]]], device=self.device)
        if box is not None:
            boxes = self._numbers([value * scale[i % 2] for i, value in enumerate(box)])[None, None]
        mask = None if mask_logits is None else mask_logits[None, None].to(self.device)
        logits, ious = self._decode(encoded, coords, labels, boxes, mask, several=several)
        return [Decoded(logits[0, i], math.inf, float(iou)) for i, iou in enumerate(as_scores(ious[0]))]

    def click(
        self, encoded: Seen, points_xy: FloatArray, offset: float
    ) -> tuple[torch.Tensor, FloatArray, FloatArray]:
        """What each of many clicks means by itself; as ``sam.network.Network.click``."""
        coords = self._numbers(points_xy * self._scale(encoded))[None, :, None]
        labels = torch.ones(coords.shape[:-1], dtype=torch.int64, device=self.device)
        logits, ious = self._decode(encoded, coords, labels, several=True)
        height, width = fitted_hw(encoded.image_hw, self.spec.long)
        low_h, low_w = (math.ceil(n * logits.shape[-1] / self.spec.side) for n in (height, width))
        return logits, as_scores(ious), as_scores(stability(logits[..., :low_h, :low_w], offset))

    def low_logits(self, mask: BoolArray) -> torch.Tensor:
        """(low_h, low_w) logits that say this (h, w) mask, to improve on."""
        scale, bias = MASK_LOGITS
        side = 4 * self.model.prompt_encoder.image_embedding_size[0]
        return mask_tensor(mask, self.spec, side)[0, 0] * scale + bias

    def mask(self, encoded: Seen, logits: torch.Tensor) -> BoolArray:
        """(h, w) bool at the image's size where (low_h, low_w) logits are above 0."""
        return mask_of_logits(logits, encoded.image_hw, self.spec)

    def _decode(
        self,
        encoded: Seen,
        points: torch.Tensor | None,
        labels: torch.Tensor | None,
        boxes: torch.Tensor | None = None,
        masks: torch.Tensor | None = None,
        *,
        several: bool,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """(n, m, low_h, low_w) logits and (n, m) estimates of their IoU, of n prompts with m answers each."""
        model = self.model
        fine = {"hq_token_only": False, "intermediate_embeddings": [encoded.early]} if self._is_hq else {}
        with torch.inference_mode():
            sparse, dense = model.prompt_encoder(
                input_points=points, input_labels=labels, input_boxes=boxes, input_masks=masks
            )
            logits, ious = model.mask_decoder(
                image_embeddings=encoded.features,
                image_positional_embeddings=model.get_image_wide_positional_embeddings(),
                sparse_prompt_embeddings=sparse,
                dense_prompt_embeddings=dense,
                multimask_output=several,
                **fine,
            )
        return logits[0], ious[0]

    def _scale(self, encoded: Seen) -> tuple[float, float]:
        """From px of the image to px of the square, in x and y; they differ by rounding only."""
        height, width = fitted_hw(encoded.image_hw, self.spec.long)
        return width / encoded.image_hw[1], height / encoded.image_hw[0]

    def _numbers(self, values: Any) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.float32, device=self.device)
