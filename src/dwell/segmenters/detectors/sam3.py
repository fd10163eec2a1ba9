"""SAM 3 as a detector: every phrase by itself, on one encoding of the image.

Source: Carion et al., SAM 3: Segment Anything with Concepts, https://arxiv.org/abs/2511.16719.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from dwell.segmenters.detectors.boxes import Boxes, joined
from dwell.segmenters.detectors.pixels import PixelSpec
from dwell.segmenters.detectors.tokens import padded_tokens
from dwell.segmenters.sam import pixel_spec, pixels
from dwell.types import ByteArray

__all__ = ["Sam3Network"]

_TOKENS = 32
"""Of a phrase, as the official processor pads it; the network was trained with so many."""


class Sam3Network:
    """A loaded network with its tokeniser."""

    def __init__(self, model: Any, tokenizer: Any, spec: PixelSpec) -> None:
        self._model, self._tokenizer = model, tokenizer
        self._spec = pixel_spec.PixelSpec(spec.short, spec.mean, spec.std)

    def find(self, image: ByteArray, phrases: Sequence[str]) -> Boxes:
        """Boxes for each phrase in an (h, w, 3) uint8 RGB image.

        The score is the box's own times the belief that there is anything of that kind in the picture.
        """
        asked = padded_tokens(self._tokenizer, phrases, _TOKENS).to(self._model.device)
        with torch.inference_mode():
            seen = self._model.get_vision_features(
                pixels.image_tensor(image, self._spec).to(self._model.device)
            )
            answers = [
                self._model(vision_embeds=seen, input_ids=ids[None], attention_mask=mask[None])
                for ids, mask in zip(asked["input_ids"], asked["attention_mask"], strict=True)
            ]
        return joined([_read(out, phrase_idx, image) for phrase_idx, out in enumerate(answers)])


def _read(out: Any, phrase_idx: int, image: ByteArray) -> Boxes:
    scores = torch.sigmoid(out.pred_logits[0]) * torch.sigmoid(out.presence_logits[0])
    found = scores.cpu().double().numpy()
    height, width = image.shape[:2]
    xyxy = out.pred_boxes[0].cpu().double().numpy() * (width, height, width, height)
    return Boxes(xyxy, found, found, np.full(len(found), phrase_idx, dtype=np.int64))
