"""``seqinfo.ini``: what the MOT Challenge says of a video."""

from __future__ import annotations

import configparser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dwell.errors import BadLabels
from dwell.formats.contract import Labels, WriteOptions

__all__ = ["SeqInfo", "rates_lost", "read_seqinfo", "seqinfo_of"]


def seqinfo_of(labels: Labels, options: WriteOptions) -> str:
    """The file's text. The frame rate is rounded, since programs expect a whole number; 0: not known."""
    height, width = labels.size_hw
    return (
        f"[Sequence]\nname={' '.join(labels.video.split())}\nimDir=img1\n"
        f"frameRate={round(_frame_rate(labels) or 0)}\nseqLength={labels.n_frames}\n"
        f"imWidth={width}\nimHeight={height}\nimExt=.{options.picture_ending}\n"
    )


def rates_lost(videos: Sequence[Labels]) -> Iterator[str]:
    """Which frame rates a whole number cannot say."""
    for labels in videos:
        rate = _frame_rate(labels)
        if rate is None:
            yield f"{labels.video}: its frame rate is not known, so seqinfo.ini says 0."
        elif abs(rate - round(rate)) > 0.005:
            yield f"{labels.video}: its frame rate of {rate:.2f} is {round(rate)} in seqinfo.ini."


def _frame_rate(labels: Labels) -> float | None:
    if labels.fps is not None or labels.times_ns is None or len(labels.times_ns) < 2:
        return labels.fps
    step_ns = float(np.median(np.diff(labels.times_ns)))
    return 1e9 / step_ns if step_ns > 0 else None


@dataclass(frozen=True)
class SeqInfo:
    """What the file says; empty where there is none."""

    path: Path
    values: Mapping[str, str]
    """By key in small letters."""

    @property
    def name(self) -> str | None:
        """The video's."""
        return self.values.get("name") or None

    @property
    def n_frames(self) -> int | None:
        """Frames of the video."""
        return self._whole("seqLength")

    @property
    def size_hw(self) -> tuple[int, int] | None:
        """(height, width) px."""
        height, width = self._whole("imHeight"), self._whole("imWidth")
        return (height, width) if height and width else None

    def _whole(self, key: str) -> int | None:
        text = self.values.get(key.lower())
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and int(text) > 0):
            raise BadLabels(
                f"{self.path}: expected a whole number above 0 as {key}; found {text!r}. Correct it.",
                path=self.path,
            )
        return int(text)


def read_seqinfo(folder: Path) -> SeqInfo:
    """``seqinfo.ini`` in this folder.

    Raises:
        BadLabels: it is damaged.
    """
    path = folder / "seqinfo.ini"
    if not path.is_file():
        return SeqInfo(path, {})
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8-sig")
        return SeqInfo(path, dict(parser["Sequence"]))
    except (configparser.Error, KeyError, UnicodeDecodeError) as error:
        raise BadLabels(
            f"{path}: expected a section [Sequence] with lines such as seqLength=600; found something else "
            f"({error}). Correct it, or delete the file.",
            path=path,
        ) from error
