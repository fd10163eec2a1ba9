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
    xy = np.array([p.pt for p in points], dtype=np.float32) * 2 + np.float32([2 * x0, 2 * y0])
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
    n_lost = memory.phase.n_weak
    carried = _carried(memory, pose)
    if carried is not None:
        yield _Guess(carried, 0.55)
    if n_lost % _PERIOD:
        return
    by_points = _by_points(frame, memory)
    if by_points is not None:
        yield _Guess(by_points, 0.55)
    by_looks = _by_looks(frame, memory)
    if by_looks is not None:
        yield _Guess(by_looks, 0.7)


def _carried(memory: Memory, pose: Affine) -> Plane | None:
    """The last good mask where the background's motion has carried it, if a quarter of it is in view."""
    good = memory.good
    total = good.area * abs(float(np.linalg.det(pose[:, :2])))
    if total < 16:
        return None
    plane = cv2.warpAffine(good.values, chain(pose, translation([good.x, good.y])), memory.work_hw[::-1])
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


def _by_looks(frame: Frame, memory: Memory) -> Plane | None:
    """The last good mask moved to where the classifier sees that shape most clearly."""
    height, width = frame.work_hw
    rows, cols = np.mgrid[2:height:4, 2:width:4]
    logits = memory.classifier.logits(gather_features(frame.features, rows.ravel(), cols.ravel()))
    chance = (1 / (1 + np.exp(-logits))).reshape(rows.shape).astype(np.float32)
    values = memory.good.values
    body = cv2.resize(values, (max(3, values.shape[1] // 4), max(3, values.shape[0] // 4)), interpolation=cv2.INTER_AREA)
    pad_y, pad_x = max(2, body.shape[0] // 4), max(2, body.shape[1] // 4)
    body = cv2.copyMakeBorder(body, pad_y, pad_y, pad_x, pad_x, cv2.BORDER_CONSTANT, value=[0]) > 127
    if not body.any() or body.shape[0] >= chance.shape[0] or body.shape[1] >= chance.shape[1]:
        return None
    kernel = body / body.sum() - (~body) / max(1, (~body).sum())
    score = cv2.matchTemplate(chance, kernel.astype(np.float32), cv2.TM_CCORR)
    row, col = divmod(int(score.argmax()), score.shape[1])
    if score[row, col] < 0.6:
        return None
    shift = translation([4 * (col + pad_x), 4 * (row + pad_y)])
    return cv2.warpAffine(values, shift, (width, height))


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
    if mean_chance(solution, mask) < 0.7 * float(memory.reference[0]):
        return None
    plane = window.paste((solution.soft * 255).astype(np.uint8), memory.work_hw)
    histogram = colour_histogram(frame, plane)
    if max(likeness(histogram, h) for h in memory.histograms) < guess.likeness:
        return None
    return solution


def _touches(mask: Plane) -> bool:
    """The mask reaches the edge of the frame."""
    return bool(any((edge > 127).any() for edge in (mask[0], mask[-1], mask[:, 0], mask[:, -1])))


