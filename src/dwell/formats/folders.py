"""Folders that labels are written to: one per video, and nothing of another export in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from dwell.errors import OutputError
from dwell.formats.contract import Labels
from dwell.formats.file_names import OnceEach, file_name

__all__ = ["names_once", "others_beside", "refuse_others", "video_folders"]


def video_folders(videos: Sequence[Labels], parent: Path) -> list[Path]:
    """The folder of each video, named like it.

    Raises:
        OutputError: two would have the same.
    """
    names = OnceEach(parent, "videos")
    return [parent / names.take(file_name(labels.video), labels.video) for labels in videos]


def names_once(labels: Labels, folder: Path) -> list[str]:
    """The names of the chosen frames.

    Raises:
        OutputError: two frames have the same.
    """
    names = [labels.names[i] for i in labels.frames]
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
