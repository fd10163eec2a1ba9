"""The drawn world as files: a folder like a download from Pupil Cloud, and the truth beside it.

Source of the layout and the columns: Pupil Labs' documentation of "Timeseries Data + Scene Video" (Neon).
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dwell.drawn_world.identity import Identity
from dwell.drawn_world.timing import TICKS_PER_S
from dwell.files import replacing
from dwell.types import ByteArray, Camera, IntArray, ProgressFn
from dwell.video import VideoWriter

__all__ = ["write_export", "write_indexed_png"]

PALETTE = ((0, 0, 0), (32, 150, 156), (200, 48, 52), (246, 190, 40))
"""RGB of nothing, cup, book, ball in the truth's pictures."""


class Exportable(Protocol):
    """What an export is made from; ``DrawnWorld`` has it all and says what each is."""

    @property
    def name(self) -> str: ...
    @property
    def wearer_name(self) -> str: ...
    @property
    def identity(self) -> Identity: ...
    @property
    def info(self) -> dict[str, Any]: ...
    @property
    def camera(self) -> Camera: ...
    @property
    def size_hw(self) -> tuple[int, int]: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def n_frames(self) -> int: ...
    @property
    def start_ns(self) -> int: ...
    @property
    def end_ns(self) -> int: ...
    @property
    def ticks(self) -> IntArray: ...
    @property
    def times_ns(self) -> IntArray: ...
    @property
    def gaze(self) -> pd.DataFrame: ...
    @property
    def gaze_truth(self) -> pd.DataFrame: ...
    @property
    def fixations(self) -> pd.DataFrame: ...
    @property
    def saccades(self) -> pd.DataFrame: ...
    @property
    def blinks(self) -> pd.DataFrame: ...
    @property
    def events(self) -> pd.DataFrame: ...
    @property
    def imu(self) -> pd.DataFrame: ...
    @property
    def eye_states(self) -> pd.DataFrame: ...
    def frame(self, frame_idx: int) -> ByteArray: ...
    def owner(self, frame_idx: int) -> ByteArray: ...
    def sound(self) -> tuple[NDArray[np.float32], int]: ...


def write_export(
    world: Exportable,
    folder: Path,
    *,
    video: bool = True,
    truth: Path | None = None,
    progress: ProgressFn | None = None,
) -> Path:
    """The folder, written like an unzipped download of one recording; truth goes to its own folder."""
    ids = world.identity
    inner = folder / f"{world.name}-{ids.recording_id[:8]}"
    inner.mkdir(parents=True, exist_ok=True)
    _write_text(folder / "enrichment_info.txt", _about(video))
    _write_csv(folder / "sections.csv", _sections(world))
    _write_json(inner / "info.json", world.info)
    _write_json(inner / "scene_camera.json", _camera(world))
    _write_csv(inner / "events.csv", _with_ids(world, world.events, "recording id"))
    _write_csv(inner / "template.csv", _template(world))
    for stem, table in _streams(world).items():
        _write_csv(inner / f"{stem}.csv", _with_ids(world, table, "section id", "recording id"))
    if truth:
        _write_labels(world, truth)
    if video:
        end_s = round((world.end_ns - world.start_ns) / 1e9, 3)
        _write_video(world, inner / f"{ids.section_id[:8]}_0.0-{end_s}.mp4", truth, progress)
    elif truth:
        for frame_idx in range(world.n_frames):
            _write_mask(world, frame_idx, truth)
    return folder


def write_indexed_png(path: Path, values: ByteArray, palette: Sequence[tuple[int, int, int]]) -> None:
    """Write (h, w) uint8 values as an indexed PNG. Source: the PNG specification (ISO/IEC 15948)."""
    height, width = values.shape
    rows = np.hstack([np.zeros((height, 1), np.uint8), values]).tobytes()
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(value for colour in palette for value in colour)),
        (b"IDAT", zlib.compress(rows, 4)),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d)) for t, d in chunks
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


# ------------------------------------------------------------------ tables


def _streams(world: Exportable) -> dict[str, pd.DataFrame]:
    return {
        "world_timestamps": pd.DataFrame({"timestamp [ns]": world.times_ns}),
        "gaze": world.gaze.assign(worn=world.gaze["worn"].astype(float)),
        "fixations": world.fixations,
        "saccades": world.saccades,
        "blinks": world.blinks,
        "3d_eye_states": world.eye_states,
        "imu": world.imu,
    }


def _with_ids(world: Exportable, table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    ids = {"section id": world.identity.section_id, "recording id": world.identity.recording_id}
    table = table.copy()
    for position, column in enumerate(columns):
        table.insert(position, column, ids[column])
    return table


def _sections(world: Exportable) -> pd.DataFrame:
    ids = world.identity
    return pd.DataFrame(
        [
            {
                "section id": ids.section_id,
                "recording id": ids.recording_id,
                "recording name": world.name,
                "wearer id": ids.wearer_id,
                "wearer name": world.wearer_name,
                "section start time [ns]": world.start_ns,
                "section end time [ns]": world.end_ns,
                "start event name": "recording.begin",
                "end event name": "recording.end",
            }
        ]
    )


def _template(world: Exportable) -> pd.DataFrame:
    ids = world.identity
    return pd.DataFrame(
        [
            {
                "recording id": ids.recording_id,
                "item id": ids.question_id,
                "title": "Scene",
                "answer": "a drawn table top",
                "widget type": "TEXT",
                "required": False,
                "help text": "",
                "choices": "",
            }
        ]
    )


def _camera(world: Exportable) -> dict[str, Any]:
    return {
        "camera_matrix": world.camera.matrix.tolist(),
        "distortion_coefficients": [world.camera.distortion.tolist()],
        "serial_number": world.info["module_serial_number"],
    }


def _about(video: bool) -> str:
    kind = "Timeseries Data + Scene Video" if video else "Timeseries Data"
    return (
        f"Enrichment type: {kind}\n"
        "Documentation: https://docs.pupil-labs.com/neon/data-collection/data-format/\n"
        "Enrichment version: 1.0\n"
        "Drawn by Dwell; nobody wore an eye tracker.\n"
    )


# ------------------------------------------------------------------ files


def _write_labels(world: Exportable, folder: Path) -> None:
    (folder / "masks").mkdir(parents=True, exist_ok=True)
    labels = [{"value": k, "name": name} for k, name in enumerate(world.names, start=1)]
    _write_json(folder / "labels.json", labels)
    _write_csv(folder / "gaze_truth.csv", world.gaze_truth)


def _write_mask(world: Exportable, frame_idx: int, folder: Path) -> None:
    write_indexed_png(folder / "masks" / f"{frame_idx:05d}.png", world.owner(frame_idx), PALETTE)


def _write_video(world: Exportable, path: Path, truth: Path | None, progress: ProgressFn | None) -> None:
    time_base = Fraction(1, TICKS_PER_S)
    with VideoWriter(path, world.size_hw, time_base=time_base, audio=world.sound(), crf=18) as writer:
        for frame_idx, tick in enumerate(world.ticks):
            writer.write(world.frame(frame_idx), pts=int(tick))
            if truth:
                _write_mask(world, frame_idx, truth)
            if progress is not None:
                progress(frame_idx + 1, world.n_frames)


def _write_csv(path: Path, table: pd.DataFrame) -> None:
    with replacing(path) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")


def _write_json(path: Path, values: Any) -> None:
    _write_text(path, json.dumps(values, indent=1, ensure_ascii=False) + "\n")


def _write_text(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
