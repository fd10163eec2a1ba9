"""The drawn recorder's other signals: head movement, eye states, sound."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dwell.drawn_world.view import View
from dwell.types import FloatArray, IntArray

__all__ = ["SOUND_HZ", "eye_states", "imu", "sound"]

SOUND_HZ = 44_100


def imu(seed: int, times_ns: IntArray, view: View, px_per_deg: float) -> pd.DataFrame:
    """Head movement as an inertial sensor reports it, one row per time; the picture moves accordingly."""
    rng = np.random.default_rng([seed, 10])
    seconds = (times_ns - times_ns[0]) / 1e9
    height = view.size_hw[0]
    roll = -np.degrees(view.angle)
    pitch = -11.0 + view.dy * height / px_per_deg
    yaw = 40.0 - view.dx * height / px_per_deg
    angles = {"x": pitch, "y": roll, "z": yaw}
    columns: dict[str, NDArray[np.generic]] = {"timestamp [ns]": times_ns}
    for axis, angle in angles.items():
        columns[f"gyro {axis} [deg/s]"] = np.gradient(angle, seconds) + rng.normal(0, 0.2, len(seconds))
    down = _down(np.radians(roll), np.radians(pitch))
    for k, axis in enumerate("xyz"):
        columns[f"acceleration {axis} [g]"] = down[k] + rng.normal(0, 0.004, len(seconds))
    columns |= {"roll [deg]": roll, "pitch [deg]": pitch, "yaw [deg]": yaw}
    columns |= dict(zip([f"quaternion {q}" for q in "wxyz"], _quaternion(roll, pitch, yaw), strict=True))
    return pd.DataFrame(columns).round(6)


def _down(roll: FloatArray, pitch: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    return -np.sin(roll) * np.cos(pitch), np.sin(pitch), np.cos(roll) * np.cos(pitch)


def _quaternion(roll: FloatArray, pitch: FloatArray, yaw: FloatArray) -> tuple[FloatArray, ...]:
    """(w, x, y, z) of turning by yaw about z, then pitch about x, then roll about y."""
    (cr, cp, cy), (sr, sp, sy) = (
        [f(np.radians(a) / 2) for a in (roll, pitch, yaw)] for f in (np.cos, np.sin)
    )
    return (
        cy * cp * cr - sy * sp * sr,
        cy * sp * cr - sy * cp * sr,
        cy * cp * sr + sy * sp * cr,
        sy * cp * cr + cy * sp * sr,
    )


def eye_states(seed: int, gaze: pd.DataFrame) -> pd.DataFrame:
    """Pupils, eyeballs and lids, one row per gaze sample; both eyes look far away along the gaze."""
    rng = np.random.default_rng([seed, 11])
    times = gaze["timestamp [ns]"].to_numpy()
    seconds = (times - times[0]) / 1e9
    azimuth, elevation = (np.radians(gaze[c].to_numpy()) for c in ("azimuth [deg]", "elevation [deg]"))
    axis = np.cos(elevation) * np.sin(azimuth), -np.sin(elevation), np.cos(elevation) * np.cos(azimuth)
    shut = _smoothed(gaze["blink id"].notna().to_numpy().astype(float))
    columns: dict[str, NDArray[np.generic] | float] = {"timestamp [ns]": times}
    width = 3.6 + 0.25 * np.sin(0.9 * seconds) + 0.1 * np.sin(2.3 * seconds + 1)
    for eye in ("left", "right"):
        columns[f"pupil diameter {eye} [mm]"] = width + rng.normal(0, 0.02, len(times))
    for eye, x in (("left", -31.0), ("right", 31.0)):
        for name, value in zip("xyz", (x, 12.0, -28.0), strict=True):
            columns[f"eyeball center {eye} {name} [mm]"] = value + rng.normal(0, 0.02, len(times))
    for eye in ("left", "right"):
        for name, part in zip("xyz", axis, strict=True):
            columns[f"optical axis {eye} {name}"] = part
    for eye in ("left", "right"):
        columns[f"eyelid angle top {eye} [rad]"] = 0.35 - 0.75 * shut + 0.3 * elevation
        columns[f"eyelid angle bottom {eye} [rad]"] = -0.45 + 0.05 * shut
        columns[f"eyelid aperture {eye} [mm]"] = 9.0 * (1 - shut)
    return pd.DataFrame(columns).round(6)


def _smoothed(shut: FloatArray) -> FloatArray:
    kernel = np.hanning(9) / np.hanning(9).sum()
    return np.asarray(np.convolve(shut, kernel, mode="same"))


def sound(duration_s: float, clicks_s: Sequence[float]) -> NDArray[np.float32]:
    """(n,) float32 mono at 44.1 kHz: a soft, slowly swelling fifth, and a click at each of these seconds."""
    t = np.arange(round(duration_s * SOUND_HZ)) / SOUND_HZ
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * t / 5.3 - np.pi / 2)
    tone = 0.030 * swell * (np.sin(2 * np.pi * 196 * t) + 0.6 * np.sin(2 * np.pi * 294 * t))
    for click_s in clicks_s:
        first = int(max(click_s, 0) * SOUND_HZ)
        tail = np.arange(min(2200, max(len(t) - first, 0))) / SOUND_HZ
        tone[first : first + len(tail)] += 0.35 * np.exp(-tail * 180) * np.sin(2 * np.pi * 1250 * tail)
    return tone.astype(np.float32)
