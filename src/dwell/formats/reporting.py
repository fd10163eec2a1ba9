"""What was left out of an export, in numbers and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dwell.formats.contract import Labels

__all__ = ["frames_left_out", "said_once", "silent_of"]


def said_once(notes: Iterable[tuple[str, str]]) -> list[str]:
    """What a user should know of several formats: what is true of more than one is said once.

    Example:
        >>> said_once([("coco", "No cup."), ("mot", "No cup."), ("mot", "No masks.")])
        ['coco, mot: No cup.', 'mot: No masks.']
    """
    formats: dict[str, list[str]] = {}
    for format, note in notes:
        formats.setdefault(note, []).append(format)
    return [f"{', '.join(dict.fromkeys(names))}: {note}" for note, names in formats.items()]


def silent_of(videos: Sequence[Labels]) -> dict[str, dict[str, int]]:
    """``Labels.silent_frames`` of all videos together, by AOI name."""
    total: dict[str, dict[str, int]] = {}
    for labels in videos:
        for name, missing in labels.silent_frames().items():
            sums = total.setdefault(name, dict.fromkeys(missing, 0))
            for state, n in missing.items():
                sums[state] += n
    return total


def frames_left_out(videos: Sequence[Labels], format: str) -> tuple[str, ...]:
    """For a format in which a frame that was left out looks like one without an AOI: how many there are."""
    n_all = sum(labels.n_frames - labels.n_filler for labels in videos)
    n_out = n_all - sum(len(labels.frames) for labels in videos)
    if n_out <= 0:
        return ()
    return (
        f"{n_out} of {n_all} frames were not chosen; {format} cannot tell them from frames on which there is "
        "no AOI.",
    )
