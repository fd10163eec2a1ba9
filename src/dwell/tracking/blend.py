"""Two answers for one frame, one tracked forward and one backward, become one."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from dwell.masks import MaskRecord, Signals
from dwell.tracking.between import blend_masks
from dwell.types import Direction, State

__all__ = ["blend"]

AGREE_IOU = 0.5
"""Below this the two masks are about different things: one is chosen, and a person should look."""


def blend(forward: MaskRecord, backward: MaskRecord, position: float) -> MaskRecord:
    """The better of two masks, or the shape between them where they agree.

    Args:
        forward: tracked from the left anchor.
        backward: tracked from the right anchor.
        position: 0 at the left anchor, 1 at the right one.

    Returns:
        A record of direction ``both``. Where both see the AOI and overlap by IoU ≥ 0.5, the outline lies
        between the two outlines (signed distances averaged, weighted by score and nearness to the anchor) and
        the score is their weighted mean times the IoU's square root. Otherwise the more trusted side is
        taken, with ``check`` set; where neither sees it, ``check`` is set if it is on either side. Of the two
        sides' signals it has the more doubtful ones, and how far the sides agree. Source: ours.
    """
    return replace(_decided(forward, backward, position), signals=_worse(forward, backward))


def _decided(forward: MaskRecord, backward: MaskRecord, position: float) -> MaskRecord:
    trust_f = _trust(forward) * (1 - position)
    trust_b = _trust(backward) * position
    weight = trust_b / (trust_f + trust_b) if trust_f + trust_b > 0 else position
    if forward.state is not State.VISIBLE or backward.state is not State.VISIBLE:
        return _choose(forward, backward)
    overlap = forward.mask.iou(backward.mask)
    if overlap < AGREE_IOU:
        chosen = forward if trust_f >= trust_b else backward
        return replace(
            chosen, direction=Direction.BOTH, check=True, score=chosen.score * float(np.sqrt(overlap))
        )
    score = ((1 - weight) * forward.score + weight * backward.score) * float(np.sqrt(overlap))
    mask = blend_masks(forward.mask, backward.mask, weight)
    return replace(
        forward, mask=mask, score=score, direction=Direction.BOTH, check=forward.check and backward.check
    )


def _trust(record: MaskRecord) -> float:
    return record.score if record.state is State.VISIBLE else 0.0


def _choose(forward: MaskRecord, backward: MaskRecord) -> MaskRecord:
    """At least one side does not see the AOI: a sighting outweighs a loss; a doubt is left to a person."""
    check = forward.check or backward.check
    if forward.state is backward.state:
        score = max(forward.score, backward.score)
        return replace(forward, direction=Direction.BOTH, score=score, check=check)
    seen = forward if forward.state is State.VISIBLE else backward
    if seen.state is State.VISIBLE:
        return replace(seen, direction=Direction.BOTH, check=True, score=seen.score / 2)
    absent = forward if forward.state is State.ABSENT else backward
    return replace(absent, direction=Direction.BOTH, check=check)


def _worse(forward: MaskRecord, backward: MaskRecord) -> Signals:
    """Of each signal the more doubtful value; NaN only where both are. Two empty masks agree."""
    f, b = forward.signals, backward.signals
    return Signals(
        object_score=_least(f.object_score, b.object_score),
        iou_estimate=_least(f.iou_estimate, b.iou_estimate),
        area_ratio=max(f.area_ratio, b.area_ratio, key=_oddness),
        shift=_largest(f.shift, b.shift),
        new_parts=max(f.new_parts, b.new_parts),
        frame_share=_largest(f.frame_share, b.frame_share),
        agreement=forward.mask.iou(backward.mask),
        interpolated=f.interpolated or b.interpolated,
    )


def _least(a: float, b: float) -> float:
    return float(np.fmin(a, b))


def _largest(a: float, b: float) -> float:
    return float(np.fmax(a, b))


def _oddness(ratio: float) -> float:
    """How far an area ratio is from 1, up or down; NaN counts least."""
    return -1.0 if math.isnan(ratio) else abs(math.log(ratio)) if ratio else math.inf
