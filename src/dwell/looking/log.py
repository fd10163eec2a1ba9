"""LookLog: everything of a look on disk as it happens, in a folder that is a recording, too."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from dwell.errors import StorageFull
from dwell.files import replacing
from dwell.looking.events import Event, Looked, Request, Turned, Zoomed
from dwell.looking.fixating import LiveFixation, LiveFixations
from dwell.looking.options import LookOptions
from dwell.looking.writing import to_json
from dwell.recordings.look import LOOK_FILE

__all__ = ["EVENTS_FILE", "Kept", "LookLog", "Raw"]

EVENTS_FILE = "events.jsonl"
_GAZE = (
    "timestamp [ns]",
    "gaze x [px]",
    "gaze y [px]",
    "valid",
    "picture",
    "raw x",
    "raw y",
    "received [ns]",
)
_FRAMES = ("timestamp [ns]", "picture")
_FIXATIONS = (
    "fixation id",
    "start timestamp [ns]",
    "end timestamp [ns]",
    "duration [ms]",
    "fixation x [px]",
    "fixation y [px]",
)
_KEPT = ("number", "timestamp [ns]", "what", "picture", "object id", "aoi label", "file")


@dataclass(frozen=True, slots=True)
class Raw:
    """A gaze sample as the source gave it, beside what became of it on the picture."""

    x: float
    y: float
    received_ns: int


@dataclass(frozen=True)
class Kept:
    """A mask that was kept, as it was saved."""

    t_ns: int
    frame_idx: int
    object_id: int
    name: str


class LookLog:
    """Writes one look into a folder of its own, ``look-0001``, ``look-0002`` …, which is never overwritten.

    ``events.jsonl`` has all that the engine saw and asked for; the tables beside it make the folder a
    recording for ``dwell info`` and ``dwell map``. Every line is handed over to the disk as it is written, so
    a program that is killed loses nothing and leaves no half line.

    Args:
        folder: where looks are kept; made if need be.
        about: written into ``look.json``: source, picture, backend.
        options: how looking becomes masks.

    Raises:
        StorageFull: the folder cannot be written.
    """

    def __init__(self, folder: Path, about: Mapping[str, Any], options: LookOptions) -> None:
        self.folder = _new_folder(folder)
        """This look's own."""
        with replacing(self.folder / LOOK_FILE) as temporary:
            temporary.write_text(json.dumps(dict(about), indent=2, ensure_ascii=False), encoding="utf-8")
        self._fixations = LiveFixations(options.fixations)
        self._px_per_deg = 40.0
        self._n_fixations = 0
        self._numbers: dict[Kept, int] = {}
        self._frame_ns = 0
        self._picture: int | None = None
        self._files: list[IO[str]] = []
        self._events = self._open(EVENTS_FILE)
        self._gaze = self._table("gaze.csv", _GAZE)
        self._frames = self._table("frames.csv", _FRAMES)
        self._rests = self._table("fixations.csv", _FIXATIONS)
        self._kept = self._table("kept.csv", _KEPT)

    def write(self, event: Event, requests: Sequence[Request] = (), raw: Raw | None = None) -> None:
        """One event, and what the engine asked for because of it.

        Raises:
            StorageFull: the disk is full.
        """
        with self._whole():
            for item in (event, *requests):
                self._events.write(to_json(item) + "\n")
            self._write_tables(event, raw)

    def keep(self, kept: Kept, png: bytes) -> Path:
        """A mask that was saved, also as a PNG of its own (0 and 255, lossless); the file.

        Raises:
            StorageFull: the disk is full.
        """
        number = self._numbers[kept] = len(self._numbers) + 1
        out = self.folder / "kept" / f"{number:04d}.png"
        with self._whole():
            with replacing(out) as temporary:
                temporary.write_bytes(png)
            row = (number, kept.t_ns, "kept", kept.frame_idx, kept.object_id, kept.name, f"kept/{out.name}")
            self._kept.writerow(row)
        return out

    def take_back(self, kept: Kept, t_ns: int) -> None:
        """A mask that was saved is not in the project any more; its PNG stays.

        Raises:
            StorageFull: the disk is full.
        """
        with self._whole():
            row = (self._numbers.get(kept, ""), t_ns, "taken back", kept.frame_idx, kept.object_id, kept.name)
            self._kept.writerow((*row, ""))

    def close(self) -> None:
        """End the look."""
        self._rest(self._fixations.end())
        for file in self._files:
            with suppress(OSError):
                file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---------------------------------------------------------------- helpers

    @contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StorageFull(
                f"The log of this look cannot be written ({error.strerror}); free some space on the disk and "
                f"begin another look. What is in {self.folder} is kept.",
                path=self.folder,
            ) from error

    def _write_tables(self, event: Event, raw: Raw | None) -> None:
        if isinstance(event, Zoomed):
            self._px_per_deg = event.px_per_deg
        elif isinstance(event, Turned) and event.frame_idx != self._picture:
            self._rest(self._fixations.end())
            self._picture = event.frame_idx
            self._frame_ns = max(event.t_ns, self._frame_ns + 1)  # two at one moment, or a clock set back
            self._frames.writerow((self._frame_ns, event.frame_idx))
        elif isinstance(event, Looked):
            self._rest(self._fixations.take(event.t_ns, event.x, event.y, event.valid, self._px_per_deg))
            origin = ("", "", "") if raw is None else (_text(raw.x), _text(raw.y), raw.received_ns)
            picture = "" if self._picture is None else self._picture
            x, y = (_text(event.x), _text(event.y)) if event.valid else ("", "")
            self._gaze.writerow((event.t_ns, x, y, int(event.valid), picture, *origin))

    def _rest(self, fixation: LiveFixation | None) -> None:
        if fixation is not None:
            self._n_fixations += 1
            self._rests.writerow(
                (
                    self._n_fixations,
                    fixation.start_ns,
                    fixation.end_ns,
                    round(fixation.duration_ms),
                    _text(fixation.x),
                    _text(fixation.y),
                )
            )

    def _open(self, name: str) -> IO[str]:
        file = (self.folder / name).open("x", encoding="utf-8", newline="", buffering=1)
        self._files.append(file)
        return file

    def _table(self, name: str, columns: Sequence[str]) -> Any:
        writer = csv.writer(self._open(name), lineterminator="\n")
        writer.writerow(columns)
        return writer


def _text(value: float) -> str:
    return repr(value) if value == value else ""


def _new_folder(parent: Path) -> Path:
    """The next free ``look-0001``; two that begin at once do not get the same."""
    try:
        parent.mkdir(parents=True, exist_ok=True)
        numbers = [int(each.name[5:]) for each in parent.glob("look-*") if each.name[5:].isdecimal()]
        number = max(numbers, default=0) + 1
        while True:
            folder = parent / f"look-{number:04d}"
            try:
                folder.mkdir()
            except FileExistsError:
                number += 1
            else:
                return folder
    except OSError as error:
        raise StorageFull(
            f"No look can be kept in {parent} ({error.strerror}); choose a project in another folder.",
            path=parent,
        ) from error
