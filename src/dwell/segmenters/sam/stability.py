"""How stable a mask is: whether it stays what it is when the threshold of its logits moves.

Source: Kirillov et al. 2023, https://arxiv.org/abs/2304.02643, appendix B ("stability").
"""

from __future__ import annotations

import torch

from dwell.types import FloatArray

__all__ = ["as_scores", "stability"]


def stability(logits: torch.Tensor, offset: float) -> torch.Tensor:
    """(…) IoU of the masks of (…, h, w) logits at thresholds of + and - ``offset``; 0 where both are empty.

    The strict mask lies in the loose one, so their IoU is the quotient of their areas.
    """
    strict = (logits > offset).flatten(-2).sum(-1)
    loose = (logits > -offset).flatten(-2).sum(-1)
    return strict / loose.clamp(min=1)


def as_scores(values: torch.Tensor) -> FloatArray:
    """The values as numbers from 0 to 1 on the CPU; a network's estimates may lie a little outside."""
    found: FloatArray = values.double().clamp(0, 1).cpu().numpy()
    return found
