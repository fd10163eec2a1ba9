"""What was found on a key frame, and its form as bytes in the project. Source: ours."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from dwell.errors import ProjectError
from dwell.everything.appearance import Appearance, describe_mask
from dwell.everything.video.key_frames import Scanned
from dwell.everything.video.motion import Shift, small_size
from dwell.masks import Mask
from dwell.project import Project
from dwell.segmenters.contract import AutomaticMask
from dwell.types import BoolArray

__all__ = [
    "NOTE",
    "KeyFrame",
    "Sighting",
    "key_frame_of",
    "load_key_frame",
    "load_key_frames",
    "shrunk",
]

NOTE = "everything"
"""Kind of the project's notes that keep key frames."""
FORMAT = 1


@dataclass(frozen=True, eq=False)
class Sighting:
    """One mask on a key frame, without its run lengths: those stay in the project."""

    number: int
    """Its place on the key frame, from 0."""
    score: float
    """0 … 1, the proposer's."""
    area: float
    """Share of the frame."""
    at_edge: bool
    """It touches the picture's edge."""
    packed: bytes
    """Its small mask."""
    small_hw: tuple[int, int]

    @property
    def small(self) -> BoolArray:
        """(h, w) bool at the small size of ``motion``."""
        height, width = self.small_hw
        bits = np.frombuffer(zlib.decompress(self.packed), np.uint8)
        return np.unpackbits(bits, count=height * width).astype(bool).reshape(height, width)


@dataclass(frozen=True, eq=False)
class KeyFrame:
    """A key frame and what was found on it; what is large stays in the project until it is asked for."""

    frame_idx: int
    first: bool
    """A shot begins here."""
    sightings: tuple[Sighting, ...]
    small_hw: tuple[int, int]
    project: Project

    def back(self) -> Shift:
        """Where each pixel of this key frame lay in the one before, small px; not on a shot's first."""
        return self._shift(0)

    def ahead(self) -> Shift:
        """Where each pixel of the key frame before lies in this one, small px; not on a shot's first."""
        return self._shift(1)

    def looks(self) -> list[Appearance]:
        """What each sighting looks like, by number."""
        with _opened(self.project, self.frame_idx) as note:
            return [Appearance.from_bytes(each) for each in _split(note["looks"], note["looks_n"])]

    def masks(self) -> list[Mask]:
        """The mask of each sighting, by number."""
        with _opened(self.project, self.frame_idx) as note:
            return _masks(note)

    def _shift(self, which: int) -> Shift:
        height, width = self.small_hw
        with _opened(self.project, self.frame_idx) as note:
            packed = note["shift"].tobytes()
        values = np.frombuffer(zlib.decompress(packed), np.float16).reshape(2, height, width, 2)
        shift: Shift = values[which].astype(np.float32)
        return shift


# ---------------------------------------------------------------- making and saving


def key_frame_of(scanned: Scanned, found: Sequence[AutomaticMask]) -> bytes:
    """The note of a key frame: its masks with all that is needed to recognise them."""
    assert scanned.image is not None
    looks = [describe_mask(scanned.image, each.mask).to_bytes() for each in found]
    counts = [each.mask.to_bytes() for each in found]
    arrays = {
        "format": np.array([FORMAT]),
        "frame": np.array([scanned.frame_idx, scanned.first]),
        "size": np.array([scanned.image.shape[:2], small_size(scanned.image.shape[:2])]),
        "score": np.array([each.score for each in found], np.float32),
        "looks": _joined(looks),
        "looks_n": np.array([len(each) for each in looks], np.int64),
        "counts": _joined(counts),
        "counts_n": np.array([len(each) for each in counts], np.int64),
        "shift": np.frombuffer(_packed(scanned.back, scanned.ahead), np.uint8),
    }
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def load_key_frames(project: Project) -> list[KeyFrame]:
    """The key frames that a project has notes of, in order.

    Raises:
        ProjectError: a note is damaged.
    """
    return [load_key_frame(project, frame_idx) for frame_idx in project.noted_frames(NOTE)]


def load_key_frame(project: Project, frame_idx: int) -> KeyFrame:
    """One key frame from its note.

    Raises:
        ProjectError: the note is damaged.
    """
    with _opened(project, frame_idx) as note:
        small_hw = (int(note["size"][1][0]), int(note["size"][1][1]))
        found = zip(_masks(note), note["score"].tolist(), strict=True)
        sightings = [_sighting(number, mask, score, small_hw) for number, (mask, score) in enumerate(found)]
        return KeyFrame(frame_idx, bool(note["frame"][1]), tuple(sightings), small_hw, project)


def _sighting(number: int, mask: Mask, score: float, small_hw: tuple[int, int]) -> Sighting:
    height, width = mask.size_hw
    x0, y0, x1, y1 = mask.box_xyxy or (0, 0, 0, 0)
    packed = zlib.compress(np.packbits(shrunk(mask, small_hw)).tobytes(), 1)
    at_edge = x0 == 0 or y0 == 0 or x1 == width or y1 == height
    area = mask.area / (height * width)
    return Sighting(number, score, area, at_edge, packed, small_hw)


def shrunk(mask: Mask, small_hw: tuple[int, int]) -> BoolArray:
    """(h, w) bool: a mask at the small size; one with pixels keeps at least one."""
    covered = cv2.resize(
        mask.to_array().view(np.uint8) * np.uint8(255), small_hw[::-1], interpolation=cv2.INTER_AREA
    )
    small: BoolArray = covered > 127
    if mask and not small.any():
        small.flat[int(covered.argmax())] = True
    return small


def _masks(note: Any) -> list[Mask]:
    size_hw = (int(note["size"][0][0]), int(note["size"][0][1]))
    return [Mask.from_bytes(data, size_hw) for data in _split(note["counts"], note["counts_n"])]


def _packed(back: Shift | None, ahead: Shift | None) -> bytes:
    if back is None or ahead is None:
        return b""
    return zlib.compress(np.stack([back, ahead]).astype(np.float16).tobytes(), 1)


def _joined(pieces: Sequence[bytes]) -> Any:
    return np.frombuffer(b"".join(pieces), np.uint8)


def _split(data: Any, lengths: Any) -> list[bytes]:
    ends = np.cumsum(lengths)
    return [data[stop - n : stop].tobytes() for stop, n in zip(ends, lengths, strict=True)]


def _opened(project: Project, frame_idx: int) -> Any:
    """The note of a key frame as an open archive, whose arrays are read when they are asked for."""
    data = project.frame_note(NOTE, frame_idx)
    if data is None:
        raise ValueError(f"frame {frame_idx} is no key frame")
    try:
        note = np.load(io.BytesIO(data), allow_pickle=False)
        if int(note["format"][0]) != FORMAT:
            raise ValueError(f"format {int(note['format'][0])}")  # noqa: TRY301 - one message for all of them
    except (ValueError, KeyError, OSError) as error:
        raise ProjectError(
            f"What was found on key frame {frame_idx} cannot be read ({error}); start afresh.",
            path=project.path,
            frame_idx=frame_idx,
        ) from error
    return note
