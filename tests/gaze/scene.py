"""A tiny scene with numbers one can check by hand, and a slow second way to map gaze in it."""

import cv2
import numpy as np
import pandas as pd

from dwell.masks import Mask, Masklet, MaskRecord
from dwell.types import AOI, Camera, Direction, Origin, State
from dwell.video import FrameClock

T0 = 1_760_000_000_000_000_000
MS = 1_000_000
SIZE_HW = (60, 80)

CAMERA = Camera(np.array([[40.0, 0, 40], [0, 40, 30], [0, 0, 1]]))
"""One focal length is half the width: the picture is 90° wide."""
NEON = Camera(
    np.array([[888.41113245, 0, 805.09759181], [0, 888.35945532, 618.63827151], [0, 0, 1]]),
    np.array(
        [-0.130192032, 0.10849633, 7.66307849e-05, -1.98609598e-04]
        + [3.54023743e-05, 0.169733426, 0.0521931204, 0.0249344206]
    ),
)
"""A real Neon's scene camera, 1600 × 1200 px."""
NEON_HW = (1200, 1600)


def make_clock(n_frames, step_ms=40, filler=()):
    valid = np.ones(n_frames, bool)
    valid[list(filler)] = False
    return FrameClock(T0 + np.arange(n_frames) * step_ms * MS, valid)


def disc(x, y, radius, size_hw=SIZE_HW):
    """Pixels at most ``radius`` from pixel (x, y)."""
    rows, columns = np.mgrid[: size_hw[0], : size_hw[1]]
    return (columns - x) ** 2 + (rows - y) ** 2 <= radius**2


def box(x0, y0, x1, y1, size_hw=SIZE_HW):
    """Pixels from (x0, y0) to (x1 - 1, y1 - 1)."""
    array = np.zeros(size_hw, bool)
    array[y0:y1, x0:x1] = True
    return array


def make_masklet(object_id, name, frames, size_hw=SIZE_HW):
    """A masklet of {frame_idx: mask array, State.ABSENT or State.LOST}; frames left out are unknown."""
    records = [_record(object_id, frame_idx, what, size_hw) for frame_idx, what in frames.items()]
    return Masklet.from_records(AOI(object_id, name, "#0072b2"), size_hw, records)


def _record(object_id, frame_idx, what, size_hw):
    visible = isinstance(what, np.ndarray)
    return MaskRecord(
        object_id=object_id,
        frame_idx=frame_idx,
        mask=Mask.from_array(what) if visible else Mask.empty(size_hw),
        state=State.VISIBLE if visible else what,
        score=0.9,
        origin=Origin.MODEL,
        direction=Direction.FORWARD,
    )


def make_gaze(rows):
    """A gaze table of (ms, x, y) or (ms, x, y, {column: value})."""
    columns = {"worn": True, "fixation id": pd.NA, "blink id": pd.NA}
    frame = pd.DataFrame(
        [
            {"timestamp [ns]": T0 + int(row[0] * MS), "gaze x [px]": row[1], "gaze y [px]": row[2]}
            | columns
            | (row[3] if len(row) > 3 else {})
            for row in rows
        ],
        columns=["timestamp [ns]", "gaze x [px]", "gaze y [px]", *columns],
    )
    return frame.astype(
        {
            "timestamp [ns]": "int64",
            "gaze x [px]": float,
            "gaze y [px]": float,
            "worn": bool,
            "fixation id": "Int64",
            "blink id": "Int64",
        }
    )


def make_fixations(*spans_ms):
    """Fixations 1, 2, … of (start ms, end ms)."""
    starts = np.array([T0 + int(a * MS) for a, _ in spans_ms], np.int64)
    ends = np.array([T0 + int(b * MS) for _, b in spans_ms], np.int64)
    return pd.DataFrame(
        {
            "fixation id": pd.array(range(1, len(spans_ms) + 1), "Int64"),
            "start timestamp [ns]": starts,
            "end timestamp [ns]": ends,
            "duration [ms]": (ends - starts) / MS,
            "fixation x [px]": 0.0,
            "fixation y [px]": 0.0,
        }
    )


# ------------------------------------------------------------------ the slow way


def slow_status(row, frame_idx, blinks):
    if not row["worn"] or not np.isfinite([row["gaze x [px]"], row["gaze y [px]"]]).all():
        return "no gaze"
    if blinks == "exclude" and not pd.isna(row["blink id"]):
        return "blink"
    return "ok" if frame_idx >= 0 else "no frame"


def slow_frame(t_ns, clock):
    for i in range(len(clock.times_ns)):
        if clock.times_ns[i] <= t_ns < clock.times_ns[i] + clock.durations_ns[i]:
            return i if clock.valid[i] else -1
    return -1


def slow_distance(array, x, y):
    """Signed px from pixel (x, y) to the nearest pixel across the border, and it; leftmost, then topmost."""
    height, width = array.shape
    inside = 0 <= x < width and 0 <= y < height and bool(array[y, x])
    rows, columns = np.nonzero(~array if inside else array)
    if not len(rows):
        return (-np.inf if inside else np.nan), None
    squared = (columns - x) ** 2 + (rows - y) ** 2
    closest = squared == squared.min()
    nearest = min(zip(columns[closest].tolist(), rows[closest].tolist(), strict=True))
    return (-1 if inside else 1) * float(squared.min()) ** 0.5, nearest


def slow_angle(camera, a_xy, b_xy):
    """deg between the rays of two points, by OpenCV with many steps and the scalar product."""
    points = np.array([[a_xy], [b_xy]], float)
    distortion = camera.distortion if len(camera.distortion) else None
    steps = (cv2.TERM_CRITERIA_COUNT, 100, 0.0)
    try:
        flat = cv2.undistortPoints(points, camera.matrix, distortion, None, None, None, steps)
    except (cv2.error, TypeError):  # OpenCV 4 has the steps in a function of their own
        flat = cv2.undistortPointsIter(points, camera.matrix, distortion, None, None, steps)
    rays = np.column_stack([flat[:, 0], np.ones(2)])
    rays /= np.linalg.norm(rays, axis=1)[:, None]
    return np.degrees(np.arctan2(np.linalg.norm(np.cross(rays[0], rays[1])), rays[0] @ rays[1]))


def slow_map(gaze, clock, masklets, options, camera=None):
    """Per sample: status, frame, and for each AOI (inside, px, deg); every mask is decoded."""
    for _, row in gaze.iterrows():
        frame_idx = slow_frame(int(row["timestamp [ns]"]), clock)
        status = slow_status(row, frame_idx, options.blinks)
        xy = row["gaze x [px]"], row["gaze y [px]"]
        yield status, frame_idx, [_slow_one(m, status, frame_idx, xy, options, camera) for m in masklets]


def _slow_one(masklet, status, frame_idx, xy, options, camera):
    record = masklet.record(frame_idx) if status == "ok" else None
    if record is None or record.state is State.LOST:
        return -1, np.nan, np.nan
    if record.state is State.ABSENT:
        return 0, np.nan, np.nan
    x, y = int(np.floor(xy[0])), int(np.floor(xy[1]))
    px, nearest = slow_distance(record.mask.to_array(), x, y)
    deg = np.nan
    if options.px_per_degree and camera is None:
        deg = px / options.px_per_degree
    elif camera is not None:
        deg = px
        if nearest is not None:
            centres = (x + 0.5, y + 0.5), (nearest[0] + 0.5, nearest[1] + 0.5)
            deg = np.copysign(slow_angle(camera, *centres), px)
    limited = abs(deg) > options.distance_limit_deg or (np.isnan(deg) and abs(px) > options.distance_limit_px)
    if limited:
        px = np.copysign(np.inf, px)
        deg = px if not np.isnan(deg) else deg
    hit = px < 0 if options.margin_deg == 0 else deg <= options.margin_deg
    return int(hit), px, deg
