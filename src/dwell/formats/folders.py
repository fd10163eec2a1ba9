"""Folders that labels are written to: one per video, and nothing of another export in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from dwell.errors import OutputError
from dwell.formats.contract import Labels
from dwell.formats.file_names import OnceEach, file_name

__all__ = ["names_once", "others_beside", "refuse_others", "video_folders"]

_LEADS_ELSEWHERE = re.compile(r"[/\\\0]")


def video_folders(videos: Sequence[Labels], parent: Path) -> list[Path]:
    """The folder of each video, named like it.

    Raises:
        OutputError: two would have the same.
    """
    names = OnceEach(parent, "videos")
    return [parent / names.take(file_name(labels.video), labels.video) for labels in videos]


def names_once(labels: Labels, folder: Path) -> list[str]:
    """The names of the chosen frames, each that of a file in the folder.

    Raises:
        OutputError: two frames have the same, or one would lead out of the folder.
    """
    names = [labels.names[i] for i in labels.frames]
    for frame_idx, name in zip(labels.frames, names, strict=True):
        if name in ("", ".", "..") or _LEADS_ELSEWHERE.search(name):
            raise OutputError(
                f"Frame {frame_idx} is called {name!r}: expected the name of a file, without / and \\; "
                "rename it in the labels, or use coco.",
                path=folder,
                frame_idx=int(frame_idx),
            )
    if len(set(names)) != len(names):
        raise OutputError(
            "Two frames have the same name, so one PNG would replace the other; use coco.", path=folder
        )
    return names


def refuse_others(folder: Path, names: Collection[str], pattern: str = "*.png") -> None:
    """Refuse to write among files of another export, which a reader could not tell apart.

    Args:
        folder: where files will be written; it need not be there.
        names: of the files that will be.
        pattern: of files that count.

    Raises:
        OutputError: there is a file with another name.
    """
    others = sorted(path.name for path in folder.glob(pattern) if path.name not in names)
    if others:
        raise OutputError(
            f"{folder} already holds {others[0]} ({len(others)} such in all), which would be taken for part "
            "of this export; choose an empty folder, or delete what is there.",
            path=folder,
        )


def others_beside(written: Sequence[Path], out: Path, pattern: str) -> tuple[str, ...]:
    """A sentence about labels of other videos in ``out``, which stay and are read with those just written."""
    others = sorted({path.relative_to(out).parts[0] for path in out.glob(pattern)} - _first(written, out))
    if not others:
        return ()
    return (
        f"{out.name} also holds labels of an older export, which readers take, too: {', '.join(others[:5])} "
        f"({len(others)} in all). Delete what is no longer wanted.",
    )


def _first(written: Sequence[Path], out: Path) -> set[str]:
    return {path.relative_to(out).parts[0] for path in written}
