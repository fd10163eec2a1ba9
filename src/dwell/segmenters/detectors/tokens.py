"""Phrases as token numbers, for networks that read each phrase by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dwell.errors import PromptError

__all__ = ["padded_tokens"]


def padded_tokens(tokenizer: Any, phrases: Sequence[str], limit: int) -> Any:
    """``input_ids`` and ``attention_mask``, each (n, limit) int64 tensors.

    Raises:
        PromptError: a phrase is longer than the network can read; the words after that would be lost.
    """
    for phrase, ids in zip(phrases, tokenizer(list(phrases))["input_ids"], strict=True):
        if len(ids) > limit:
            raise PromptError(
                f"The phrase {phrase!r} is too long: this detector reads {limit - 2} words or parts of words "
                f"at most, and it has {len(ids) - 2}. Shorten it."
            )
    return tokenizer(list(phrases), padding="max_length", max_length=limit, return_tensors="pt")
