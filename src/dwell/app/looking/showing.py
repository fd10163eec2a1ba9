"""What a page is shown of a look: the engine's state and the source's, as messages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from dwell.app.convert import said_message
from dwell.app.messages import (
    LookFixation,
    LookMask,
    LookStatus,
    LookTimes,
    LookView,
    LookWish,
)
from dwell.live import SourceStatus
from dwell.looking import Action, LiveFixation, LookState
from dwell.masks import Mask

__all__ = ["NOTHING", "MaskShown", "Wishes", "engine_fields", "status_message", "times_message"]


_WISHES = 8


class MaskShown:
    """The mask as it is sent, made once for all pages."""

    def __init__(self) -> None:
        self.rev = 0
        self.message: LookMask | None = None
        self._mask: Mask | None = None

    def take(self, mask: Mask | None) -> None:
        """The mask that is proposed now."""
        if mask is self._mask or mask == self._mask:
            return
        self._mask = mask
        self.rev += 1
        self.message = None if mask is None else _mask(mask)


class Wishes:
    """What the page is to do: the newest few, as a page may have missed some."""

    def __init__(self) -> None:
        self.newest: list[LookWish] = []
        self._n = 0

    def add(self, action: Action) -> None:
        """One more."""
        self._n += 1
        wish = LookWish.model_validate({"number": self._n, "action": action.value})
        self.newest = [*self.newest, wish][-_WISHES:]


def engine_fields(state: LookState) -> dict[str, Any]:
    """The fields of ``LookView`` that the engine's state has, but for the mask."""
    return {
        "frame_idx": state.frame_idx,
        "object_id": state.object_id,
        "running": state.running,
        "holding": state.holding,
        "dwell_keeps": state.dwell_keeps,
        "level": state.level,
        "n_levels": state.n_levels,
        "said": [message for each in state.said if (message := said_message(each)) is not None],
        "corner": state.corner,
        "dwelt": state.dwelt,
        "fixation": _fixation(state.fixation),
        "waiting": state.waiting,
    }


def status_message(status: SourceStatus | None, failed: str) -> LookStatus:
    """How the source is; ``failed`` = why it can never be had."""
    if status is None:
        state = "failed" if failed else "connecting"
        return NOTHING.status.model_copy(update={"state": state, "message": failed})
    return LookStatus(
        state="failed" if failed else status.state.value,
        title=status.title,
        rate_hz=_number(status.rate_hz),
        latency_ms=_number(status.latency_ms),
        loss=_loss(status),
        n_reconnects=status.n_reconnects,
        message=failed or status.message,
        notes=list(status.info.notes) if status.info else [],
    )


def times_message(latencies_ms: Sequence[float]) -> LookTimes | None:
    """Median and 95th percentile; None before the first answer."""
    if not latencies_ms:
        return None
    p50, p95 = np.percentile(list(latencies_ms), [50, 95])
    return LookTimes(p50=round(float(p50), 2), p95=round(float(p95), 2))


def _mask(mask: Mask) -> LookMask:
    box = mask.box_xyxy or (0, 0, 0, 0)
    return LookMask(counts=mask.to_bytes().decode("ascii"), area=mask.area, box=box)


def _fixation(fixation: LiveFixation | None) -> LookFixation | None:
    if fixation is None:
        return None
    return LookFixation(
        x=fixation.x, y=fixation.y, spread_px=fixation.spread_px, duration_ms=fixation.duration_ms
    )


def _loss(status: SourceStatus) -> float | None:
    """Samples that did not come and those without gaze, together."""
    missing, invalid = status.missing_share, status.invalid_share
    if math.isnan(missing):
        return _number(invalid)
    return 1 - (1 - missing) * (1 - (0.0 if math.isnan(invalid) else invalid))


def _number(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None


NOTHING = LookView(
    name="",
    over=True,
    rev=0,
    frame_idx=None,
    object_id=None,
    running=False,
    holding=False,
    dwell_keeps=False,
    mask=None,
    mask_rev=0,
    has_mask=False,
    level=0,
    n_levels=0,
    said=[],
    corner=None,
    dwelt=0.0,
    gaze=None,
    fixation=None,
    waiting=False,
    status=LookStatus(
        state="ended",
        title="",
        rate_hz=None,
        latency_ms=None,
        loss=None,
        n_reconnects=0,
        message="",
        notes=[],
    ),
    mask_latency_ms=None,
    n_dropped=0,
    kept=0,
    kept_last=None,
    wishes=[],
    message="",
    drift="",
    error_deg=0.0,
)
"""No look was ever begun."""
