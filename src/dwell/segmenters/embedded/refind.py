"""Find a lost object again: where it should have gone, by local descriptors, or by its colours and size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from dwell.segmenters.embedded.features import gather_features
from dwell.segmenters.embedded.frame import Frame
from dwell.segmenters.embedded.learn import colour_histogram, likeness
from dwell.segmenters.embedded.memory import Key, Memory
from dwell.segmenters.embedded.motion import chain, translation
from dwell.segmenters.embedded.planes import Affine, Plane
from dwell.segmenters.embedded.predict import warp_by_affine
from dwell.segmenters.embedded.solve import Solution, solve
from dwell.segmenters.embedded.window import Patch, window_around

__all__ = ["make_key", "mean_chance", "refind"]

_N_POINTS = 400
_PERIOD = 3


@dataclass(frozen=True, eq=False)
class _Guess:
    mask: Plane
    likeness: float
    """Colour similarity it must reach."""
    looks: float = 0.7
    """Share of the usual object probability it must reach."""


def make_key(frame: Frame, mask: Plane) -> Key | None:
    """Local descriptors of the object on this frame, or None if it has too few."""
    x, y, w, h = cv2.boundingRect(mask)
    x0, y0 = max(0, x // 2 - 12), max(0, y // 2 - 12)
    x1, y1 = (x + w) // 2 + 12, (y + h) // 2 + 12
    body = (mask[::2, ::2][y0:y1, x0:x1] > 127).view(np.uint8)
    points, descriptors = cv2.SIFT.create(nfeatures=_N_POINTS).detectAndCompute(
        np.ascontiguousarray(frame.gray_half[y0:y1, x0:x1]), np.ascontiguousarray(body)
    )
    if len(points) < 8:
        return None
    xy = np.array([p.pt for p in points], dtype=np.float32) * 2 + np.array([2 * x0, 2 * y0], dtype=np.float32)
    return Key(xy, descriptors.astype(np.uint8), Patch.from_plane(mask))


def refind(frame: Frame, memory: Memory, pose: Affine) -> Solution | None:
    """The object's mask if it is surely in this frame again, else None.

    Args:
        frame: the frame.
        memory: of a lost object.
        pose: carries the last good mask to this frame, as the background moved.
    """
    for guess in _guesses(frame, memory, pose):
        solution = _check(frame, memory, guess)
        if solution is not None:
            return solution
    return None


def mean_chance(solution: Solution, mask: Plane) -> float:
    """Mean object probability, by looks, over a mask on the solution's grid; 0 if it is empty."""
    values = solution.logits[mask]
    return float((1 / (1 + np.exp(-values))).mean()) if len(values) else 0.0


def _guesses(frame: Frame, memory: Memory, pose: Affine) -> Iterator[_Guess]:
    carried = _carried(memory, pose) if memory.phase.lost or memory.phase.occluded else None
    if carried is not None:
        yield _Guess(carried, 0.55)
    if memory.phase.lost and memory.phase.n_weak % _PERIOD:
        return
    by_points = _by_points(frame, memory)
    if by_points is not None:
        yield _Guess(by_points, 0.55)
    for by_looks in _by_looks(frame, memory):
        yield _Guess(by_looks, 0.8, 0.85)


def _carried(memory: Memory, pose: Affine) -> Plane | None:
    """The last good mask where the background's motion has carried it, if a quarter of it is in view."""
    good = memory.good
    total = good.area * abs(float(np.linalg.det(pose[:, :2])))
    if total < 16:
        return None
    plane = cv2.warpAffine(
        good.values, chain(pose, translation(np.array([good.x, good.y]))), memory.work_hw[::-1]
    )
    if np.count_nonzero(plane > 127) < 0.25 * total:
        return None
    grow = int(min(12, 2 + memory.phase.n_weak // 4))
    return cv2.dilate(plane, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grow + 1, 2 * grow + 1)))


def _by_points(frame: Frame, memory: Memory) -> Plane | None:
    """The mask of the key frame whose local descriptors agree best on one similarity."""
    if not memory.keys:
        return None
    points, descriptors = cv2.SIFT.create(nfeatures=3 * _N_POINTS).detectAndCompute(frame.gray_half, None)
    if len(points) < 8:
        return None
    xy = np.array([p.pt for p in points], dtype=np.float32) * 2
    best: tuple[int, Affine, Key] | None = None
    for key in memory.keys:
        found = _match(key, xy, descriptors)
        if found is not None and (best is None or found[0] > best[0]):
            best = (*found, key)
    if best is None:
        return None
    return warp_by_affine(best[2].mask.to_plane(memory.work_hw), best[1])


def _match(key: Key, xy: Plane, descriptors: Plane) -> tuple[int, Affine] | None:
    pairs = cv2.BFMatcher().knnMatch(key.descriptors.astype(np.float32), descriptors, k=2)
    good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < 0.8 * p[1].distance]
    if len(good) < 6:
        return None
    before = np.array([key.points_xy[m.queryIdx] for m in good])
    after = np.array([xy[m.trainIdx] for m in good])
    found, inliers = cv2.estimateAffinePartial2D(before, after, ransacReprojThreshold=6.0)
    if found is None or inliers.sum() < 6 or not 0.4 < np.hypot(found[0, 0], found[1, 0]) < 2.5:
        return None
    return int(inliers.sum()), found


def _by_looks(frame: Frame, memory: Memory) -> list[Plane]:
    """Known masks of the object moved to where the classifier sees such a shape most clearly; best first."""
    height, width = frame.work_hw
    rows, cols = np.mgrid[2:height:4, 2:width:4]
    features = gather_features(frame.features, rows.ravel(), cols.ravel())
    logits = (memory.classifier.logits(features) + memory.anchor.logits(features)) / 2
    chance = (1 / (1 + np.exp(-logits))).reshape(rows.shape).astype(np.float32)
    places = []
    for patch in (memory.keys[0].mask if memory.keys else memory.good, memory.good):
        for scale in (0.7, 1.0, 1.4):
            factor = scale * (memory.phase.long_area / max(1, patch.area)) ** 0.5
            places += _best_places(chance, patch, factor)
    places.sort(key=lambda p: -p[0])
    found: list[Plane] = []
    for score, x, y, factor, patch in places:
        if score < 0.45 or len(found) == 3:
            break
        shift = np.array([[factor, 0, x], [0, factor, y]])
        mask = cv2.warpAffine(patch.values, shift, (width, height))
        if all(
            np.count_nonzero(np.minimum(mask, m) > 127) < 0.3 * np.count_nonzero(mask > 127) for m in found
        ):
            found.append(mask)
    return found


def _best_places(
    chance: Plane, patch: Patch, factor: float
) -> list[tuple[float, float, float, float, Patch]]:
    """(score, x, y, factor, patch) of the two best places of a mask on the quarter-size map of chances."""
    size = [max(3, round(side * factor / 4)) for side in patch.values.shape[::-1]]
    body = cv2.resize(patch.values, size, interpolation=cv2.INTER_AREA)
    pad_y, pad_x = max(2, body.shape[0] // 4), max(2, body.shape[1] // 4)
    padded = cv2.copyMakeBorder(body, pad_y, pad_y, pad_x, pad_x, cv2.BORDER_CONSTANT, value=[0])
    inside = np.asarray(padded) > 127
    if not inside.any():
        return []
    grown = cv2.copyMakeBorder(chance, pad_y, pad_y, pad_x, pad_x, cv2.BORDER_CONSTANT, value=[0])
    if inside.shape[0] >= grown.shape[0] or inside.shape[1] >= grown.shape[1]:
        return []
    kernel = inside / inside.sum() - (~inside) / max(1, (~inside).sum())
    score = cv2.matchTemplate(grown, kernel.astype(np.float32), cv2.TM_CCORR)
    out = []
    for _ in range(2):
        row, col = divmod(int(score.argmax()), score.shape[1])
        out.append((float(score[row, col]), 4.0 * col, 4.0 * row, factor, patch))
        score[max(0, row - pad_y) : row + pad_y + 1, max(0, col - pad_x) : col + pad_x + 1] = -1
    return out


def _check(frame: Frame, memory: Memory, guess: _Guess) -> Solution | None:
    area = float(np.count_nonzero(guess.mask > 127))
    if area < 16:
        return None
    window = window_around(guess.mask, area)
    if window is None:
        return None
    solution = solve(frame, memory.classifier, window, (guess.mask, guess.mask), shape_weight=1.0)
    mask = solution.soft > 0.5
    found = float(np.count_nonzero(mask)) * window.step**2
    usual = min(area, memory.phase.long_area) if _touches(guess.mask) else memory.phase.long_area
    if not 0.4 < found / max(1.0, usual) < 2.0:
        return None
    if mean_chance(solution, mask) < guess.looks * float(memory.reference[0]):
        return None
    plane = window.paste((solution.soft * 255).astype(np.uint8), memory.work_hw)
    histogram = colour_histogram(frame, plane)
    if memory.phase.lost or memory.phase.occluded:
        alike = max(likeness(histogram, h) for h in memory.histograms)
    else:  # something is being followed: only what is clearly more like the first mask is better
        alike = likeness(histogram, memory.histograms[0]) - 0.15
        alike = alike if alike > memory.phase.likeness else 0.0
    if alike < guess.likeness:
        return None
    return solution


def _touches(mask: Plane) -> bool:
    """The mask reaches the edge of the frame."""
    return bool(any((edge > 127).any() for edge in (mask[0], mask[-1], mask[:, 0], mask[:, -1])))
