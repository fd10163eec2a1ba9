"""The recording that people try first: drawn once, then kept."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

from dwell.drawn_world import DrawnWorld
from dwell.types import ProgressFn

__all__ = ["demo_recording"]

NAME = "dwell-demo-recording"
SECONDS = 12.0


def demo_recording(root: Path, progress: ProgressFn, seconds: float = SECONDS) -> Path:
    """The folder of the demo recording below ``root``; drawn now if it is not there.

    Raises:
        Cancelled: by ``progress``; nothing is left behind.
    """
    target = root / NAME
    if target.is_dir():
        return target
    partial = root / f".{NAME}.{uuid4().hex[:8]}.part"
    try:
        export = DrawnWorld(duration_s=seconds).write_cloud_export(partial, truth=False, progress=progress)
        export.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target
