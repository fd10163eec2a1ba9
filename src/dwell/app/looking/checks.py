"""The checks of one look: the one under way, the one to accept, and those that drift is seen by."""

from __future__ import annotations

import math
from typing import Any

from dwell.app.looking.checking import Checked, Checking, drift_words
from dwell.app.looking.placing import Placing
from dwell.errors import LiveError
from dwell.screen import CheckResult

__all__ = ["Checks"]


class Checks:
    """Knows what was checked; gaze is corrected by what was accepted."""

    def __init__(self, placing: Placing) -> None:
        self.current: Checking | None = None
        """The one under way; gaze drives nothing meanwhile."""
        self._placing = placing
        self._newest: Checked | None = None
        self._accepted: Checked | None = None
        self._base: CheckResult | None = None
        """Of the accepted one, with the correction that is in use."""

    def begin(self) -> Checking:
        """Begin one; one under way is left.

        Raises:
            LiveError: the page has not reported yet, or gaze comes from a log.
        """
        self.current = Checking(self._placing)
        return self.current

    def show(self, index: int, now_ns: int) -> None:
        """A target is shown from now on.

        Raises:
            LiveError: no check is under way, or it has no such target.
        """
        self._under_way().show(index, now_ns)

    def finish(self, now_ns: int, rate_hz: float) -> Checked:
        """What was found.

        Raises:
            LiveError: no check is under way, no target was shown, or the window was moved.
        """
        checking = self._under_way()
        self.current = None
        self._newest = checking.finish(now_ns, rate_hz)
        return self._newest

    def cancel(self) -> None:
        """Leave the one under way."""
        self.current = None

    def accept(self, correct: bool) -> float:
        """Go on with what was found last; by how much gaze is off now, in deg.

        Raises:
            LiveError: nothing was found, or no correction.
        """
        newest = self._newest
        if newest is None or not math.isfinite(newest.result.accuracy_deg):
            raise LiveError("No check has found how far gaze is off; check again.")
        if correct and newest.correction is None:
            raise LiveError("The check has found no correction that makes gaze better; go on without one.")
        self._accepted = newest
        self._placing.correction = newest.correction if correct else None
        self._base = newest.judged(self._placing.correction)
        return newest.error_deg(correct)

    def drift(self, now_ns: int) -> str:
        """Of gaze as it is followed, for a person; empty = it is as it was, as far as known."""
        base, later = self._base, self._newest
        if base is None or later is None:
            return ""
        return drift_words(base, None if later is self._accepted else later.used, now_ns)

    @property
    def correction(self) -> dict[str, Any] | None:
        """As it is written down: positions 0 … 1 of the monitor are multiplied by these rows."""
        found = self._placing.correction
        if found is None:
            return None
        return {"kind": found.kind.value, "x_row": list(found.x_row), "y_row": list(found.y_row)}

    def _under_way(self) -> Checking:
        if self.current is None:
            raise LiveError("No check is under way; begin one.")
        return self.current
