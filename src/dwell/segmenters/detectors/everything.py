"""A detector that finds whatever stands out: boxes around masks without prompts. Words do not matter."""

from __future__ import annotations

from collections.abc import Sequence

from dwell.errors import PromptError
from dwell.segmenters.automatic.open import open_proposer
from dwell.segmenters.contract import AutomaticMask, AutomaticOptions, Detection, Proposer
from dwell.types import ByteArray

__all__ = ["EverythingDetector"]

_OPTIONS = AutomaticOptions(
    points_per_side=12, pred_iou_thresh=0.0, nms_thresh=0.7, min_area=0.0008, max_area=0.5
)
"""Everything down to a score of 0, for a detector leaves the choice to others; not what fills the picture."""


class EverythingDetector:
    """Boxes around whatever stands out, at all sizes; each is called by the first phrase.

    Args:
        proposer: who finds the masks; None = the embedded one.
        options: which masks it keeps.
    """

    name = "everything"

    def __init__(self, proposer: Proposer | None = None, options: AutomaticOptions = _OPTIONS) -> None:
        self._proposer = open_proposer() if proposer is None else proposer
        self._options = options

    def describe(self) -> dict[str, str | int | float | bool]:
        """Name and version, and what the proposer says of itself."""
        described = {**self._proposer.describe(), "proposer": self._proposer.name}
        return {**described, "name": self.name, "version": 2}

    def detect(self, image: ByteArray, phrases: Sequence[str], floor: float = 0.05) -> list[Detection]:
        """What stands out, best first, with the proposer's scores.

        Raises:
            PromptError: there is no phrase to call things by.
        """
        if not phrases:
            raise PromptError(
                "There is no phrase to call things by; give at least one phrase, such as 'thing'."
            )
        found = self._proposer.propose(image, self._options)
        return [_detection(each, phrases[0]) for each in found if each.score >= floor]


def _detection(found: AutomaticMask, phrase: str) -> Detection:
    x0, y0, x1, y1 = found.mask.box_xyxy or (0, 0, 0, 0)
    return Detection((float(x0), float(y0), float(x1), float(y1)), phrase, found.score, found.score)
