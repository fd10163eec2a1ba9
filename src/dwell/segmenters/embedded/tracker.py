"""Carry objects from one frame to the next: predict, look, compete, decide, learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dwell.segmenters.contract import Tracked
from dwell.segmenters.embedded.classifier import Classifier, fit_classifier
from dwell.segmenters.embedded.compete import Claim, settle_claims
from dwell.segmenters.embedded.confidence import Signs
from dwell.segmenters.embedded.evidence import motion_cue
from dwell.segmenters.embedded.features import N_FEATURES
from dwell.segmenters.embedded.frame import Frame, to_image_mask, to_work_mask
from dwell.segmenters.embedded.jump import cut_template
from dwell.segmenters.embedded.learn import (
    N_PROMPT,
    RECENT,
    colour_histogram,
    join_samples,
    prompt_samples,
    retrain,
    step_samples,
    wide_samples,
)
from dwell.segmenters.embedded.memory import Memory, Phase, Samples
from dwell.segmenters.embedded.motion import IDENTITY, apply_affine, chain
from dwell.segmenters.embedded.planes import Plane
from dwell.segmenters.embedded.predict import Prediction, look_closely, predict
from dwell.segmenters.embedded.refind import make_key, refind
from dwell.segmenters.embedded.solve import Solution, solve
from dwell.segmenters.embedded.window import Patch, window_around
from dwell.types import BoolArray, State

__all__ = ["start_object", "step_objects"]

_CHECK_FRAMES = 10
_MAX_KEYS = 5
_KEY_PERIOD = 20
_MAX_SHOWN = 8
_MAX_PERMANENT = 12000


# ------------------------------------------------------------------ the first frame


def start_object(frame: Frame, mask: BoolArray, support: Sequence[tuple[Frame, BoolArray]] = ()) -> Memory:
    """Memory of an object whose (h, w) bool mask on ``frame`` is known; see ``contract.Tracker.start``.

    Raises:
        ValueError: neither ``mask`` nor ``support`` shows the object.
    """
    shown = [(f, _to_byte(to_work_mask(m, f))) for f, m in ((frame, mask), *support)]
    here = shown[0][1]
    shown = [(f, m) for f, m in shown if (m > 127).any()][:_MAX_SHOWN]
    if not shown:
        raise ValueError("The object has no pixel in any of the masks; give one frame that shows it.")
    share = min(N_PROMPT, _MAX_PERMANENT // len(shown))
    permanent = join_samples(*(prompt_samples(f, m, share, seed=i) for i, (f, m) in enumerate(shown)))
    wide = [wide_samples(f, m, seed=100 + i) for i, (f, m) in enumerate(shown)]
    classifier = _fit(permanent)
    first_frame, first = shown[0]
    area = float(np.count_nonzero(first > 127))
    histogram = colour_histogram(first_frame, first)
    chance = _own_chance(classifier, permanent)
    lost = not (here > 127).any()
    keys = tuple(key for f, m in shown if (key := make_key(f, m)) is not None)
    return Memory(
        image_hw=frame.image_hw,
        work_hw=frame.work_hw,
        phase=Phase(lost=lost, long_area=area),
        mask=Patch.from_plane(here),
        shape=Patch.from_plane(here),
        classifier=classifier,
        anchor=_fit(join_samples(permanent, *wide)),
        permanent=permanent,
        recent=Samples(np.zeros((0, N_FEATURES), dtype=np.float16), np.zeros(0, dtype=bool)),
        reference=np.array([chance, chance]),
        histograms=np.stack([histogram, histogram]),
        velocity_xy=np.zeros(2),
        good=Patch.from_plane(first),
        pose=IDENTITY,
        view=look_closely(frame, here, here),
        template=None if lost else cut_template(frame.gray_half, here),
        keys=keys[:_MAX_KEYS],
    )


def _fit(samples: Samples) -> Classifier:
    return fit_classifier(samples.features.astype(np.float32), samples.labels)


def _own_chance(classifier: Classifier, samples: Samples) -> float:
    logits = classifier.logits(samples.features[samples.labels].astype(np.float32))
    return float((1 / (1 + np.exp(-logits))).mean())


def _to_byte(plane: Plane) -> Plane:
    byte: Plane = np.rint(plane * 255).astype(np.uint8)
    return byte


# ------------------------------------------------------------------ every frame after it


@dataclass(frozen=True, eq=False)
class _Look:
    """One object on the new frame before pixels are settled."""

    memory: Memory
    prediction: Prediction
    solution: Solution | None
    found_again: bool = False


def step_objects(
    frame: Frame, memories: Mapping[int, Memory], rivals: Mapping[int, BoolArray] | None = None
) -> dict[int, tuple[Tracked, Memory]]:
    """Masks and memories on the next frame; see ``contract.Tracker.step``."""
    looks = {object_id: _look(frame, memory) for object_id, memory in memories.items()}
    claims = {i: Claim(look.memory, look.solution) for i, look in looks.items() if look.solution is not None}
    others = {i: _to_byte(to_work_mask(m, frame)) for i, m in (rivals or {}).items()}
    lost = settle_claims(claims, others)
    return {i: _settle(frame, look, lost.get(i)) for i, look in looks.items()}


def _look(frame: Frame, memory: Memory) -> _Look:
    prediction = predict(frame, memory)
    if memory.phase.lost:
        pose = chain(prediction.background, memory.pose)
        return _Look(memory, prediction, refind(frame, memory, pose), found_again=True)
    if _in_doubt(memory.phase):
        found = refind(frame, memory, chain(prediction.motion, memory.pose))
        if found is not None:
            return _Look(memory, prediction, found, found_again=True)
    support = (np.maximum(prediction.warped, prediction.shape) > 127).view(np.uint8)
    window = window_around(support, memory.phase.long_area)
    if window is None:
        return _Look(memory, prediction, None)
    cue = None
    if prediction.founded:
        cue = motion_cue(prediction.flow, window, prediction.motion, prediction.background)
    weight = 0.9 if memory.phase.occluded else 3.0
    places = (prediction.warped, prediction.shape)
    return _Look(
        memory,
        prediction,
        solve(frame, memory.classifier, window, places, cue, weight, memory.phase.long_area),
    )


def _in_doubt(phase: Phase) -> bool:
    """Worth looking for the object elsewhere: hidden for a while, or what is followed has other colours."""
    if phase.occluded:
        return phase.n_weak % 3 == 2
    return phase.likeness < 0.75 and phase.n_steps % 4 == 0


def _settle(frame: Frame, look: _Look, lost: Plane | None) -> tuple[Tracked, Memory]:
    memory, solution = look.memory, look.solution
    if solution is None:
        return _unseen(frame, look)
    soft = solution.soft if lost is None else np.where(lost, np.float32(0), solution.soft)
    mask = soft > 0.5
    here = solution.window.paste(_to_byte(soft), memory.work_hw)
    colours = colour_histogram(frame, here)
    signs = Signs(solution, mask, memory, colours)
    visible = _is_visible(signs, mask, memory)
    phase = _next_phase(memory.phase, signs, visible, look.found_again, _at_border(here))
    if phase.lost:
        return _unseen(frame, look, phase)
    shape = _next_shape(look, here, lost, phase.occluded, signs.ratio)
    new = replace(memory, phase=phase, mask=Patch.from_plane(here), shape=Patch.from_plane(shape))
    new = replace(new, view=look_closely(frame, here, shape))
    new = replace(
        new, velocity_xy=_velocity(look, signs.ratio), pose=chain(look.prediction.motion, memory.pose)
    )
    good = not phase.occluded and phase.n_check == 0 and signs.score > 0.5
    if good:
        new = _learn(frame, new, solution, mask, lost, here, colours)
    elif look.found_again:
        new = replace(new, good=Patch.from_plane(here), pose=IDENTITY)
    if not visible:
        return Tracked(np.zeros(frame.image_hw, dtype=bool), signs.score, State.ABSENT), new
    tracked = Tracked(to_image_mask(here, frame), signs.score, State.VISIBLE, check=phase.n_check > 0)
    return tracked, replace(new, template=cut_template(frame.gray_half, here))


def _is_visible(signs: Signs, mask: Plane, memory: Memory) -> bool:
    return bool(mask.any()) and signs.area >= 12 and signs.ratio > 0.08 and signs.looks > 0.4


def _next_phase(phase: Phase, signs: Signs, visible: bool, found_again: bool, at_border: bool) -> Phase:
    if found_again:
        area = 0.5 * phase.long_area + 0.5 * signs.area
        return Phase(n_steps=phase.n_steps + 1, n_check=_CHECK_FRAMES, long_area=area)
    occluded = signs.ratio < 0.35 or not visible
    weak = occluded or signs.looks < 0.5
    n_weak = phase.n_weak + 1 if weak else 0
    gone = at_border and signs.area < 0.15 * phase.long_area
    return Phase(
        n_steps=phase.n_steps + 1,
        lost=n_weak >= 12 or gone,
        occluded=occluded,
        hidden=occluded or signs.ratio < 0.5,
        n_weak=n_weak,
        n_check=max(0, phase.n_check - 1),
        likeness=signs.likeness,
        long_area=phase.long_area if occluded else 0.95 * phase.long_area + 0.05 * signs.area,
    )


def _unseen(frame: Frame, look: _Look, phase: Phase | None = None) -> tuple[Tracked, Memory]:
    """Nothing to look at, nothing found, or just given up."""
    memory, prediction = look.memory, look.prediction
    old = memory.phase
    if phase is None:
        n_missing = old.n_missing + 1
        lost = old.lost or n_missing >= 3
        phase = replace(
            old,
            n_steps=old.n_steps + 1,
            n_missing=n_missing,
            n_weak=old.n_weak + 1,
            lost=lost,
            occluded=True,
            hidden=True,
        )
    empty = Patch.from_plane(np.zeros(memory.work_hw, dtype=np.uint8))
    shape = empty if phase.lost else Patch.from_plane(prediction.shape)
    if phase.lost and not old.lost:
        phase = replace(phase, n_weak=0, n_missing=0, n_check=0)
    view = look_closely(
        frame, prediction.shape if not phase.lost else empty.to_plane(memory.work_hw), prediction.shape
    )
    motion = prediction.background if old.lost else prediction.motion
    new = replace(
        memory,
        phase=phase,
        mask=empty,
        shape=shape,
        view=view,
        pose=chain(motion, memory.pose),
        velocity_xy=0.97 * memory.velocity_xy,
    )
    state = State.LOST if phase.lost else State.ABSENT
    return Tracked(np.zeros(frame.image_hw, dtype=bool), 0.0, state), new


def _next_shape(look: _Look, here: Plane, lost: Plane | None, occluded: bool, ratio: float) -> Plane:
    shape = look.prediction.shape
    if look.found_again:
        return here
    if not occluded:
        up, down = 0.15, 0.15 if ratio > 0.8 else 0.05  # a part that goes suddenly is hidden, not gone
        gap = here.astype(np.float32) - shape
        shape = np.rint(shape + np.where(gap > 0, up, down) * gap).astype(np.uint8)
    if lost is not None and look.solution is not None:
        hidden = look.solution.window.paste(lost.view(np.uint8) * np.uint8(153), here.shape)
        shape = np.maximum(shape, hidden)
    return shape


def _velocity(look: _Look, ratio: float) -> Plane:
    prediction, old = look.prediction, look.memory.velocity_xy
    if not prediction.founded or ratio < 0.8:
        return old
    patch = look.memory.mask
    h, w = patch.values.shape
    centre = np.array([[patch.x + w / 2, patch.y + h / 2]])
    gap = apply_affine(prediction.motion, centre) - apply_affine(prediction.background, centre)
    mixed: Plane = 0.5 * old + 0.5 * gap[0]
    return mixed


def _at_border(mask: Plane) -> bool:
    return bool(any((edge > 127).any() for edge in (mask[:2], mask[-2:], mask[:, :2], mask[:, -2:])))


def _learn(
    frame: Frame,
    memory: Memory,
    solution: Solution,
    mask: Plane,
    lost: Plane | None,
    here: Plane,
    colours: Plane,
) -> Memory:
    """The memory after a frame on which the object is clearly seen."""
    seed = memory.phase.n_steps
    samples = step_samples(frame, solution, mask, seed, lost)
    memory = replace(memory, good=Patch.from_plane(here), pose=IDENTITY)
    if samples is None:
        return memory
    recent = join_samples(memory.recent, samples, limit=RECENT)
    classifier = retrain(memory.classifier, memory.permanent, recent, seed)
    late = 0.9 * memory.histograms[1] + 0.1 * colours
    histograms = np.stack([memory.histograms[0], late])
    memory = replace(memory, recent=recent, classifier=classifier, histograms=histograms)
    if seed % _KEY_PERIOD == 0:
        key = make_key(frame, here)
        keys = (
            memory.keys if key is None else (memory.keys[0:1] + memory.keys[1:][-(_MAX_KEYS - 2) :] + (key,))
        )
        memory = replace(memory, keys=keys)
    return memory
