"""One AOI in one frame: the mask, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from dwell.masks.mask import Mask
from dwell.masks.signals import Signals
from dwell.types import Direction, Origin, State

__all__ = ["MaskRecord"]


@dataclass(frozen=True, slots=True)
class MaskRecord:
    """One AOI in one frame: the mask, and where it comes from.

    Raises:
        ValueError: state and mask contradict each other, or a number is out of range.
    """

    object_id: int
    """The AOI's."""
    frame_idx: int
    """0-based frame of the scene video."""
    mask: Mask
    """Empty unless the state is ``VISIBLE``."""
    state: State
    """``VISIBLE``, ``ABSENT`` or ``LOST``."""
    score: float
    """0 … 1: how sure the model is; NaN if a person made the mask, it was proposed, or a file has none."""
    origin: Origin
    direction: Direction | None
    """Which way it was tracked; None if it was not. Of an imported mask, ``BOTH``: a computer made it between
    two that a person made; None: a person made it, or nobody says so."""
    approved: bool = False
    """A person has said that it is right."""
    check: bool = False
    """A person should look at it: just found again, or in doubt."""
    signals: Signals = Signals()
    """How far a model's mask is to be trusted."""

    def __post_init__(self) -> None:
        where = f"AOI {self.object_id}, frame {self.frame_idx}"
        if self.state is State.UNKNOWN:
            raise ValueError(f"{where}: an unknown state is not recorded; leave the frame out.")
        if (self.state is State.VISIBLE) != bool(self.mask):
            found = f"a mask of {self.mask.area} px"
            raise ValueError(
                f"{where}: state {self.state} with {found}; only a visible AOI has a mask, and it must."
            )
        if self.frame_idx < 0 or self.score < 0 or self.score > 1:
            raise ValueError(
                f"{where}: score {self.score}; expected frame_idx ≥ 0 and a score from 0 to 1 or NaN."
            )

    @property
    def is_said(self) -> bool:
        """A person made it or has said that it is right, or a file of labels says so (but for *lost*)."""
        imported = self.origin is Origin.IMPORTED and self.state is not State.LOST
        return self.approved or imported or self.origin is Origin.USER

    @property
    def doubt(self) -> float:
        """0 … 1: how doubtful a model's mask is, by its score and signals; NaN if it is not a model's."""
        return self.signals.doubt(self.score)
