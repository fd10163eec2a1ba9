"""Tiny recordings written by hand, and a second, naive parser to compare with."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np

from dwell.video import VideoWriter

START_NS = 1_760_676_788_219_000_000
"""Not a multiple of 256 ns away from odd numbers: float64 cannot hold the times below."""
RECORDING_ID = "8df89a41-1a2b-4c3d-9e0f-a1b2c3d4e5f6"
SECTION_ID = "3c7f4f44-aaaa-bbbb-cccc-0123456789ab"
SIZE_HW = (48, 64)

FRAME_TIMES = [START_NS + 50_000_000 * i for i in range(3)]  # grey filler at 20 fps
FRAME_TIMES += [START_NS + 150_000_000 + 33_366_667 * i for i in range(9)]
N_FRAMES = len(FRAME_TIMES)

INFO = {
    "recording_id": RECORDING_ID,
    "start_time": START_NS,
    "duration": 480_000_000,
    "wearer_name": "Zoë Müller",
    "frame_name": "Just act natural",
    "gaze_offset": [1.5, -2.5],
    "template_data": {"recording_name": "from the template"},
}

CAMERA = {
    "camera_matrix": [[40.5, 0.0, 32.25], [0.0, 40.25, 24.5], [0.0, 0.0, 1.0]],
    "distortion_coefficients": [[-0.13, 0.11, 1e-4, -2e-4, 3e-5, 0.17, 0.05, 0.02]],
    "serial_number": "578846",
}


def gaze_rows(n: int = 60) -> list[list[str]]:
    """Gaze every 5 ms and some nanoseconds; fixation 1 and 2, blink 1, some not worn, one missing."""
    rows = []
    for i in range(n):
        fixation = "1" if i < 20 else "2" if 30 <= i < 50 else ""
        blink = "1" if 50 <= i < 55 else ""
        x, y = ("", "") if i == 7 else (f"{10 + 0.731 * i:.3f}", f"{40 - 0.2 * i:.3f}")
        worn = "0" if i >= 57 else "1"
        time = START_NS + 150_000_001 + 5_000_003 * i
        rows.append([SECTION_ID, RECORDING_ID, str(time), x, y, worn, fixation, blink, "-1.25", "2.5"])
    return rows


IDS = ["section id", "recording id"]
SPAN = ["start timestamp [ns]", "end timestamp [ns]", "duration [ms]"]
GAZE_HEADER = [
    *IDS, "timestamp [ns]", "gaze x [px]", "gaze y [px]", "worn", "fixation id", "blink id",
    "azimuth [deg]", "elevation [deg]",
]  # fmt: skip


def gaze_time(i: int) -> int:
    return START_NS + 150_000_001 + 5_000_003 * i


def cloud_tables() -> dict[str, list[list[str]]]:
    """Every CSV of a small Pupil Cloud download: header and rows."""
    ids = [SECTION_ID, RECORDING_ID]
    at = [str(gaze_time(i)) for i in range(60)]
    mean = ["17.5", "38.25", "1.5", "-0.5"]
    return {
        "gaze.csv": [GAZE_HEADER, *gaze_rows()],
        "world_timestamps.csv": [[*IDS, "timestamp [ns]"], *([*ids, str(t)] for t in FRAME_TIMES)],
        "fixations.csv": [
            [*IDS, "fixation id", *SPAN, "fixation x [px]", "fixation y [px]", *GAZE_HEADER[-2:]],
            [*ids, "1", at[0], at[20], "100", *mean],
            [*ids, "2", at[30], at[50], "100", *mean],
        ],
        "saccades.csv": [
            [*IDS, "saccade id", *SPAN, "amplitude [px]", "amplitude [deg]"]
            + ["mean velocity [px/s]", "peak velocity [px/s]"],
            [*ids, "1", at[20], at[30], "50", "7.5", "10.25", "150.0", "400.5"],
        ],
        "blinks.csv": [[*IDS, "blink id", *SPAN], [*ids, "1", at[50], at[55], "25"]],
        "events.csv": [
            ["recording id", "timestamp [ns]", "name", "type"],
            [RECORDING_ID, str(START_NS), "recording.begin", "recording"],
            [RECORDING_ID, str(START_NS + 200_000_001), 'Tür, "offen"', "cloud"],
            [RECORDING_ID, str(START_NS + 480_000_000), "recording.end", "recording"],
        ],
    }


def write_csv(path: Path, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def write_video(path: Path, n_filler: int = 3, n_frames: int = N_FRAMES) -> Path:
    """A grey start, then a bright square that moves over noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(3).integers(0, 255, (*SIZE_HW, 3), dtype=np.uint8)
    with VideoWriter(path, SIZE_HW, time_base=Fraction(1, 90_000)) as writer:
        for i in range(n_frames):
            picture = np.full((*SIZE_HW, 3), 128, np.uint8) if i < n_filler else np.roll(noise, 3 * i, axis=1)
            late_ns = 33_366_667 * max(0, i - N_FRAMES + 1)
            writer.write(picture, round((FRAME_TIMES[min(i, N_FRAMES - 1)] - START_NS + late_ns) * 9e-5))
    return path


def write_cloud(
    download: Path,
    *,
    name: str = "Küche 2025-10-17_17-53-08",
    without: tuple[str, ...] = (),
    video: bool = True,
    replace: Mapping[str, list[list[str]]] | None = None,
) -> Path:
    """A download with one recording; returns the recording's own folder."""
    folder = download / f"{name}-{RECORDING_ID[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    for file, rows in (cloud_tables() | dict(replace or {})).items():
        if file not in without:
            write_csv(folder / file, rows)
    for file, content in (("info.json", INFO), ("scene_camera.json", CAMERA)):
        if file not in without:
            (folder / file).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    if "sections.csv" not in without:
        write_csv(download / "sections.csv", sections(name))
        (download / "enrichment_info.txt").write_text("Timeseries Data\n")
    if video:
        write_video(folder / f"{SECTION_ID[:8]}_0.0-0.48.mp4")
    return folder


def sections(name: str) -> list[list[str]]:
    header = [
        *IDS,
        "recording name",
        "wearer id",
        "wearer name",
        "section start time [ns]",
        "section end time [ns]",
    ]
    header += ["start event name", "end event name"]
    end = str(START_NS + 480_000_000)
    row = [
        SECTION_ID,
        RECORDING_ID,
        name,
        "w1",
        "Zoë Müller",
        str(START_NS),
        end,
        "recording.begin",
        "recording.end",
    ]
    return [header, row]


def write_plain(folder: Path, header: list[str], rows: list[list[str]], *, video: bool = True) -> Path:
    """A folder with a video and gaze.csv, nothing else."""
    write_csv(folder / "gaze.csv", [header, *rows])
    if video:
        write_video(folder / "scene.mp4")
    return folder


def write_images(folder: Path, n: int = 4) -> Path:
    """Numbered images with unpadded numbers, so that order matters."""
    import cv2

    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(5).integers(0, 255, (*SIZE_HW, 3), dtype=np.uint8)
    for i in range(n):
        cv2.imwrite(str(folder / f"frame{8 + i}.png"), np.roll(noise, i, axis=1))
    return folder


def write_look(folder: Path) -> Path:
    """A look at two of four images, as Dwell keeps it; the images lie beside."""
    pictures = write_images(folder.with_name("pictures"))
    folder.mkdir()
    about = {"format": 1, "picture": {"path": str(pictures), "options": {}}, "options": {}}
    (folder / "look.json").write_text(json.dumps(about))
    gaze = [
        ["timestamp [ns]", "gaze x [px]", "gaze y [px]", "valid", "picture", "raw x", "raw y", "received"]
    ]
    gaze += [[str(START_NS + 10_000_000 * i), "5", "6", "1", str(i // 30), "", "", ""] for i in range(60)]
    write_csv(folder / "gaze.csv", gaze)
    shown = [["timestamp [ns]", "picture"], [str(START_NS), "2"], [str(START_NS + 300_000_000), "0"]]
    write_csv(folder / "frames.csv", shown)
    return folder


def zip_folder(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder).as_posix())
    return target


def naive_rows(path: Path) -> list[dict[str, str]]:
    """The second parser: the standard library's csv, text only."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def naive_float(text: str) -> float:
    return float(text) if text else float("nan")
