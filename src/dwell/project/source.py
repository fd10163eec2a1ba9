"""What a project is about: the recording its frames come from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Source", "fingerprint"]

SAMPLE_BYTES = 1 << 20


@dataclass(frozen=True)
class Source:
    """The recording a project was made for; enough to find and recognise it again."""

    path: str
    """Where the recording was, as the person gave it."""
    kind: str
    """Name of the reader: ``neon``, ``invisible``, ``csv`` …"""
    recording_id: str
    recording_name: str
    size_hw: tuple[int, int]
    """(height, width) of the scene video, px."""
    n_frames: int
    """Frames of the scene video."""
    fingerprint: str = ""
    """See ``fingerprint``; empty if nobody took it."""
    options: dict[str, Any] = field(default_factory=dict)
    """Options the reader was opened with; JSON values."""

    def to_json(self) -> str:
        """One line of JSON that ``from_json`` reads back to an equal source."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Source:
        """The source written by ``to_json``."""
        values = json.loads(text)
        values["size_hw"] = tuple(values["size_hw"])
        return cls(**values)


def fingerprint(paths: Iterable[str | Path]) -> str:
    """SHA-256 (hex) that tells recordings apart without reading them whole.

    Args:
        paths: the video and gaze files, in a fixed order. Of each, the size, the first and the last MiB
            count; names and folders do not, so a copy has the same fingerprint.

    Raises:
        OSError: a file cannot be read.
    """
    digest = hashlib.sha256()
    for path in paths:
        size = Path(path).stat().st_size
        digest.update(size.to_bytes(8, "big"))
        with Path(path).open("rb") as file:
            digest.update(file.read(SAMPLE_BYTES))
            file.seek(max(0, size - SAMPLE_BYTES))
            digest.update(file.read(SAMPLE_BYTES))
    return digest.hexdigest()
