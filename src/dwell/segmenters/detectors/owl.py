"""OWLv2: every phrase by itself, and a score for each of them and each patch of the image.

Source: Minderer et al., Scaling Open-Vocabulary Object Detection, https://arxiv.org/abs/2306.09683.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from dwell.segmenters.detectors.boxes import Boxes, corners
from dwell.segmenters.detectors.pixels import PixelSpec, padded_to_square
from dwell.segmenters.detectors.tokens import padded_tokens
from dwell.types import ByteArray

__all__ = ["OwlNetwork"]


class OwlNetwork:
    """A loaded network with its tokeniser."""

    def __init__(self, model: Any, tokenizer: Any, spec: PixelSpec) -> None:
        self._model, self._tokenizer, self._spec = model, tokenizer, spec

    def find(self, image: ByteArray, phrases: Sequence[str]) -> Boxes:
        """One box for each patch of an (h, w, 3) uint8 RGB image, with the phrase that fits it best."""
        pixels = torch.from_numpy(padded_to_square(image, self._spec))[None]
        limit = self._model.config.text_config.max_position_embeddings
        asked = padded_tokens(self._tokenizer, phrases, limit).to(self._model.device)
        with torch.inference_mode():
            out = self._model(pixel_values=pixels.to(self._model.device), **asked)
        best = out.logits[0].max(dim=-1)
        scores = torch.sigmoid(best.values).cpu().double().numpy()
        side = max(image.shape[:2])  # the square that the picture was padded to
        xyxy = corners(out.pred_boxes[0].cpu().double().numpy(), (side, side))
        return Boxes(xyxy, scores, scores, best.indices.cpu().numpy())
