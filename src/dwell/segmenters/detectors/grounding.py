"""Grounding DINO and MM Grounding DINO: all phrases in one prompt, and scores for each word of it.

Source: Liu et al., Grounding DINO, https://arxiv.org/abs/2303.05499, and its published demonstrations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from dwell.errors import PromptError
from dwell.segmenters.detectors.boxes import Boxes, corners, joined
from dwell.segmenters.detectors.pixels import PixelSpec, fitted
from dwell.types import ByteArray, FloatArray

__all__ = ["GroundingNetwork", "Prompt", "read_answer", "write_prompts"]

_DELIMITERS = str.maketrans(".?", "  ")
"""The network takes these for the ends of phrases, wherever they stand."""


@dataclass(frozen=True)
class Prompt:
    """Some phrases as the network reads them: ``[CLS] a cup . red flag . [SEP]``."""

    token_ids: tuple[int, ...]
    spans: tuple[tuple[int, int, int], ...]
    """Index of a phrase, and from where up to (not including) where its tokens stand."""


class GroundingNetwork:
    """A loaded network with its tokeniser."""

    def __init__(self, model: Any, tokenizer: Any, spec: PixelSpec) -> None:
        self._model, self._tokenizer, self._spec = model, tokenizer, spec

    def find(self, image: ByteArray, phrases: Sequence[str]) -> Boxes:
        """Boxes for all phrases in an (h, w, 3) uint8 RGB image; of more than fit a prompt, in several."""
        tokenizer = self._tokenizer
        tokens = [self._tokens(phrase) for phrase in phrases]
        stop = tokenizer.convert_tokens_to_ids(".")
        ends = (tokenizer.cls_token_id, stop, tokenizer.sep_token_id)
        pixels = torch.from_numpy(fitted(image, self._spec))[None].to(self._model.device)
        limit = self._model.config.max_text_len
        return joined([self._ask(pixels, prompt, image) for prompt in write_prompts(tokens, limit, ends)])

    def _tokens(self, phrase: str) -> list[int]:
        plain = phrase.lower().translate(_DELIMITERS)
        return list(self._tokenizer(plain, add_special_tokens=False)["input_ids"])

    def _ask(self, pixels: torch.Tensor, prompt: Prompt, image: ByteArray) -> Boxes:
        ids = torch.tensor([prompt.token_ids], device=pixels.device)
        with torch.inference_mode():
            out = self._model(pixel_values=pixels, input_ids=ids, attention_mask=torch.ones_like(ids))
        xyxy = corners(out.pred_boxes[0].cpu().double().numpy(), (image.shape[1], image.shape[0]))
        return read_answer(torch.sigmoid(out.logits[0]).cpu().double().numpy(), xyxy, prompt)


def write_prompts(
    tokens: Sequence[Sequence[int]], limit: int, ends: tuple[int, int, int]
) -> Iterator[Prompt]:
    """As few prompts as hold all phrases in their order.

    Args:
        tokens: of each phrase.
        limit: tokens in a prompt, all told.
        ends: what a prompt begins with, what each phrase ends with, and what the prompt ends with.

    Raises:
        PromptError: a phrase is too long for a prompt of its own, or has no words.
    """
    begin, stop, end = ends
    ids: list[int] = [begin]
    spans: list[tuple[int, int, int]] = []
    for phrase_idx, words in enumerate(tokens):
        if not words or len(words) > limit - 3:
            raise PromptError(
                f"Phrase {phrase_idx + 1} has {len(words)} words or parts of words; this detector takes from "
                f"1 to {limit - 3}."
            )
        if len(ids) + len(words) + 2 > limit:
            yield Prompt((*ids, end), tuple(spans))
            ids, spans = [begin], []
        spans.append((phrase_idx, len(ids), len(ids) + len(words)))
        ids += [*words, stop]
    if spans:
        yield Prompt((*ids, end), tuple(spans))


def read_answer(probabilities: FloatArray, xyxy: FloatArray, prompt: Prompt) -> Boxes:
    """Scores and phrases of the boxes.

    A box's score is that of its best token, whichever it is, as in the demonstrations. Its phrase is the one
    whose tokens have the highest mean, as where the model is evaluated on classes; its text score is the best
    of that phrase's tokens, because the published text threshold is one for tokens.

    Args:
        probabilities: (n, at least all tokens) of each token being meant.
        xyxy: (n, 4) px.
        prompt: what was asked.
    """
    spans = [probabilities[:, start:stop] for _, start, stop in prompt.spans]
    means = np.stack([span.mean(axis=1) for span in spans], axis=1)
    tops = np.stack([span.max(axis=1) for span in spans], axis=1)
    best = means.argmax(axis=1)
    rows = np.arange(len(best))
    numbers = np.array([phrase_idx for phrase_idx, _, _ in prompt.spans], dtype=np.int64)
    return Boxes(xyxy, probabilities.max(axis=1), tops[rows, best], numbers[best])
