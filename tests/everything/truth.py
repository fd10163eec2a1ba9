"""A tracker and a proposer that know the truth of a drawn scene: what is above them is tested exactly."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from dwell.errors import BackendError, PromptError
from dwell.masks import Mask
from dwell.prompts import Box, MaskPrompt, Point, Polygon, Prompt, Stroke
from dwell.segmenters.contract import AutomaticMask, AutomaticOptions, Candidate, Recall, Shown, Tracked
from dwell.types import State
from everything.scenes import Scene

_HEADER = b"truth1:"
_FITS = 0.5
"""Least IoU with a true mask of what a start mask is taken for."""


@dataclass(frozen=True)
class TruthMemory:
    """What is tracked."""

    thing: str | None
    """Its true name; None for a mask that fits nothing: it is lost from the next frame on."""
    lost: bool = False


class TruthBackend:
    """Follows ``contract.Backend``; an encoding is the number of the frame.

    Args:
        scene: where the truth comes from.
        compete: objects in one call, and rivals, take pixels from each other as in real trackers: rivals
            first, then the smaller one. Parts and wholes that meet in a call then show.
        reacquire: a thing that was hidden is known when it comes back; otherwise it is lost for good.
    """

    name = "truth"

    def __init__(self, scene: Scene, *, compete: bool = False, reacquire: bool = True) -> None:
        self._scene = scene
        self._compete, self._reacquire = compete, reacquire

    def describe(self) -> dict[str, str | int | float | bool]:
        """Name, scene and options."""
        options = {"compete": self._compete, "reacquire": self._reacquire}
        return {"backend": self.name, "version": 1, "scene": self._scene.name, **options}

    def encode(self, image: np.ndarray, previous: int | None = None) -> int:
        """The number of the frame."""
        return self._scene.frame_of(image)

    def segment(self, encoding: int, prompts: Sequence[Prompt], limit: int = 3) -> list[Candidate]:
        """The true masks that agree with all clicks, wholes first, or best fit to a mask, lasso or box first.

        A mask without clicks is itself.
        """
        if all(_is_negative(each) for each in prompts):
            raise PromptError("Nothing shows what belongs to the AOI; add a click, a box or a lasso on it.")
        marks = [each for each in prompts if isinstance(each, Point | Stroke)]
        drawn = [each.mask for each in prompts if isinstance(each, MaskPrompt)]
        place = drawn[0] if drawn else _place(prompts, self._scene.size_hw)
        if drawn and not marks:
            masks = drawn
        else:
            true = list(self._scene.masks(encoding, backdrop=True).values())
            masks = sorted(true, key=lambda mask: -mask.iou(place)) if place else true
        fitting = [mask for mask in masks if all(_agrees(mask, each) for each in marks)]
        return [Candidate(mask.to_array(), 0.9 - 0.1 * i) for i, mask in enumerate(fitting[: min(limit, 9)])]

    def start(self, encoding: int, mask: np.ndarray, support: Sequence[Shown] = ()) -> TruthMemory:
        """The thing that the mask fits best, or the first of ``support`` where it has no pixel."""
        shown = [(encoding, mask), *((each.encoding, each.mask) for each in support)]
        return TruthMemory(next((self._thing(*each) for each in shown if each[1].any()), None))

    def step(
        self,
        encoding: int,
        memories: Mapping[int, TruthMemory],
        rivals: Mapping[int, np.ndarray] | None = None,
    ) -> dict[int, tuple[Tracked, TruthMemory]]:
        """The true masks; absent where nothing of it is seen."""
        answers = {i: self._follow(encoding, memory) for i, memory in memories.items()}
        if self._compete:
            taken = np.zeros(self._scene.size_hw, bool)
            for mask in (rivals or {}).values():
                taken |= mask
            for i in sorted(answers, key=lambda i: np.count_nonzero(answers[i][0].mask)):
                tracked, memory = answers[i]
                left = tracked.mask & ~taken
                taken |= tracked.mask
                state = tracked.state if left.any() or not tracked.mask.any() else State.LOST
                answers[i] = Tracked(left, tracked.score, state), memory
        return answers

    def dump(self, memory: TruthMemory) -> bytes:
        """The memory as bytes."""
        return _HEADER + json.dumps(asdict(memory)).encode()

    def load(self, data: bytes, recall: Recall) -> TruthMemory:
        """The memory from ``dump``."""
        if not data.startswith(_HEADER):
            raise BackendError("This memory was not saved by the truth backend; track again from the start.")
        return TruthMemory(**json.loads(data[len(_HEADER) :]))

    def _thing(self, frame_idx: int, mask: np.ndarray) -> str | None:
        """Of things alike to the pixel (a cup of which only the body is seen), the part."""
        wanted = Mask.from_array(mask)
        fits = [
            (each.iou(wanted), name) for name, each in self._scene.masks(frame_idx, backdrop=True).items()
        ]
        best = max((fit for fit, _ in fits), default=0.0)
        names = [name for fit, name in fits if fit == best]
        return names[-1] if best >= _FITS else None

    def _follow(self, frame_idx: int, memory: TruthMemory) -> tuple[Tracked, TruthMemory]:
        nothing = np.zeros(self._scene.size_hw, bool)
        if memory.thing is None or memory.lost:
            return Tracked(nothing, 0.0, State.LOST), memory
        mask = self._scene.mask(memory.thing, frame_idx)
        if mask:
            return Tracked(mask.to_array(), 1.0, State.VISIBLE), memory
        return Tracked(nothing, 0.0, State.ABSENT), TruthMemory(memory.thing, lost=not self._reacquire)


class TruthProposer:
    """Follows ``contract.Proposer``: proposes the true masks of what is seen, wholes and parts.

    Args:
        scene: where the truth comes from.
        backdrop: wall and table are proposed, too.
        drop: chance of each mask on each frame to be left out.
        jitter_px: masks are shifted by up to so many px in x and y.
        junk: so many rectangles that are nothing are added.
        seed: of everything random; one frame always gives the same masks.
    """

    name = "truth"

    def __init__(
        self,
        scene: Scene,
        *,
        backdrop: bool = False,
        drop: float = 0.0,
        jitter_px: int = 0,
        junk: int = 0,
        seed: int = 0,
    ) -> None:
        self._scene = scene
        self._backdrop, self._drop, self._jitter_px = backdrop, drop, jitter_px
        self._junk, self._seed = junk, seed
        self.seen: list[int] = []
        """The frames that were proposed on, in order."""

    def describe(self) -> dict[str, str | int | float | bool]:
        """Name, scene and options."""
        options = {"backdrop": self._backdrop, "drop": self._drop, "jitter_px": self._jitter_px}
        options |= {"junk": self._junk, "seed": self._seed}
        return {"proposer": self.name, "version": 1, "scene": self._scene.name, **options}

    def propose(
        self, image: np.ndarray, options: AutomaticOptions, beside: np.ndarray | None = None
    ) -> list[AutomaticMask]:
        """True masks (score 0.95, stability 0.97), then junk (0.75, 0.9), as far as the options let them."""
        frame_idx = self._scene.frame_of(image)
        self.seen.append(frame_idx)
        rng = np.random.default_rng([self._seed, frame_idx])
        truths = [self._shaken(mask, rng) for mask in self._scene.masks(frame_idx, self._backdrop).values()]
        kept = [mask for mask in truths if rng.random() >= self._drop]
        found = [AutomaticMask(mask, 0.95, 0.97) for mask in kept]
        found += [AutomaticMask(self._rectangle(rng), 0.75, 0.9) for _ in range(self._junk)]
        return _filtered(found, options, self._scene.size_hw)

    def _shaken(self, mask: Mask, rng: np.random.Generator) -> Mask:
        dx, dy = rng.integers(-self._jitter_px, self._jitter_px + 1, 2)
        array, out = mask.to_array(), np.zeros(mask.size_hw, bool)
        ys, xs = np.nonzero(array)
        ys, xs = ys + dy, xs + dx
        inside = (ys >= 0) & (ys < mask.size_hw[0]) & (xs >= 0) & (xs < mask.size_hw[1])
        out[ys[inside], xs[inside]] = True
        return Mask.from_array(out)

    def _rectangle(self, rng: np.random.Generator) -> Mask:
        height, width = self._scene.size_hw
        h, w = rng.integers(6, 24, 2)
        y, x = rng.integers(0, height - h), rng.integers(0, width - w)
        return Mask.from_box((x, y, x + w, y + h), self._scene.size_hw)


def _filtered(
    found: list[AutomaticMask], options: AutomaticOptions, size_hw: tuple[int, int]
) -> list[AutomaticMask]:
    """By score, then area; without what is too small, too large, not sure, or alike to a better one."""
    n_pixels = size_hw[0] * size_hw[1]
    kept: list[AutomaticMask] = []
    for each in sorted(found, key=lambda each: (-each.score, -each.mask.area)):
        share = each.mask.area / n_pixels
        sure = options.passes(each.score, each.stability, (0.7, 0.85))
        fits = bool(each.mask) and options.min_area <= share <= options.max_area
        if sure and fits and all(each.mask.iou(better.mask) <= options.nms_thresh for better in kept):
            kept.append(each)
    return kept[: options.max_masks]


def _is_negative(prompt: Prompt) -> bool:
    return isinstance(prompt, Point | Stroke) and not prompt.positive


def _place(prompts: Sequence[Prompt], size_hw: tuple[int, int]) -> Mask | None:
    """Where the AOI is, if a lasso or box says so."""
    lassos = [each for each in prompts if isinstance(each, Polygon)]
    boxes = [each for each in prompts if isinstance(each, Box)]
    if lassos:
        return Mask.from_polygon(np.array(lassos[0].points), size_hw)
    return Mask.from_box((boxes[-1].x0, boxes[-1].y0, boxes[-1].x1, boxes[-1].y1), size_hw) if boxes else None


def _agrees(mask: Mask, mark: Point | Stroke) -> bool:
    points = [(mark.x, mark.y)] if isinstance(mark, Point) else list(mark.points)
    return bool((mask.contains(np.array(points)) == mark.positive).all())
