"""Why a person should look at a moment, in one sentence."""

from __future__ import annotations

from dwell.review.moment import Moment

__all__ = ["why"]


_OPENINGS = {
    "lost": "{name} was lost here",
    "untracked": "{name} was never tracked here",
    "stale": "The mask of {name} is out of date here",
    "jump": "The mask of {name} has jumped",
    "just found": "{name} was just found again",
    "border": "Gaze is close to the border of {name}",
    "doubtful": "The mask of {name} is doubtful",
}


def why(moment: Moment, name: str, n_fixations: int | None, unit: str) -> str:
    """The sentence.

    Args:
        moment: with its reason and what hangs on it.
        name: of the AOI.
        n_fixations: during the moment; None: the recording has none.
        unit: ``°`` or `` px``, written behind distances.
    """
    parts = [_OPENINGS[moment.reason].format(name=name)]
    if moment.reason in ("jump", "just found", "border", "doubtful"):
        parts[0] += f" (doubt {moment.doubt:.0%})"
        if moment.border_deg is not None:
            parts.append(f"gaze is {_length(moment.border_deg)}{unit} from its border")
        else:
            parts.append("gaze is near where it was last known")
    hanging = f"{_time(moment.affected_ms)} of gaze"
    if n_fixations:
        hanging += f" and {n_fixations} fixation{'s' if n_fixations > 1 else ''}"
    parts.append(f"{hanging} hang{'' if n_fixations else 's'} on it")
    return f"{parts[0]}; {', '.join(parts[1:])}."


def _length(distance: float) -> str:
    return f"{distance:.1f}" if distance < 10 else f"{distance:.0f}"


def _time(ms: float) -> str:
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
