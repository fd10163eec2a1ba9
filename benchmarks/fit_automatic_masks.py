"""Fit the weights with which the embedded proposer judges borders and shapes, and write both files anew.

Run ``python benchmarks/fit_automatic_masks.py [DAVIS_FOLDER]`` (folder: see ``embedded_prompts.py``). Every
20th frame of each sequence is taken without and with the frame after it; then some drawn scenes, in which
every thing and every part is known. Fitted one after the other:

* borders: logistic regression of whether a border between superpixels runs along the outline of something;
* shapes: ridge regression of the IoU with the best fitting thing, those with a larger IoU weighing more;
  first from outlines alone, for the choice from all nodes and fillings, then from everything;
* the scale of scores: the IoU to be expected if a shape matches a thing at all, with an IoU of 0.5 or more.
  (DAVIS has one annotated thing a frame; that a shape is elsewhere or a part says nothing against it.)

Printed: the best IoU among the first 16, 32, 64 and 144 shapes, each sequence judged by weights that have not
seen it, at no step.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from dwell.segmenters.embedded.background_motion import drift_of
from dwell.segmenters.embedded.boundaries import Borders, border_features, measure_borders
from dwell.segmenters.embedded.diffusion import diffuse
from dwell.segmenters.embedded.frame import encode_frame
from dwell.segmenters.embedded.objectness import (
    ALL_FEATURES,
    FIRST_FEATURES,
    Scene,
    measure_first,
    measure_fully,
    overlaps,
)
from dwell.segmenters.embedded.plan import PromptPlan, plan_of
from dwell.segmenters.embedded.shape_pool import best_first, first_shapes, grow_pool, promising
from dwell.segmenters.embedded.threads import one_blas_thread
from embedded_prompts import blob, davis_folder, davis_frame, texture

STEP = 20
DRAWN = range(200, 224)
KEEP = (16, 32, 64, 144)
MATCH = 0.5
HERE = Path(__file__).parents[1] / "src" / "dwell" / "segmenters" / "embedded"
Row = np.ndarray


@dataclass
class Picture:
    """One image with and without motion, and what was measured on it."""

    group: str
    plan: PromptPlan
    inside: Row
    """(n, t) pixels of each superpixel in each of t things."""
    drift: Row | None
    borders: Row
    scene: Scene | None = None
    shapes: dict[str, Row] = field(default_factory=dict)
    measured: dict[str, Row] = field(default_factory=dict)

    @property
    def moving(self) -> bool:
        return self.drift is not None


def main() -> None:
    folder = davis_folder()
    if folder is None:
        sys.exit("The fit needs DAVIS sequences; give a folder or set DWELL_TEST_DATA.")
    with one_blas_thread():
        pictures = [*davis_pictures(folder), *drawn_pictures()]
        text = fit_borders(pictures), fit_shapes(pictures)
    for name, content in zip(("boundary_weights.py", "objectness_weights.py"), text, strict=True):
        (HERE / name).write_text(content, encoding="utf-8")


# ------------------------------------------------------------------ pictures


def davis_pictures(folder: Path) -> Iterator[Picture]:
    for path in sorted(p for p in folder.iterdir() if p.is_dir()):
        n_images = len(list((path / "images").glob("*.jpg")))
        for number in range(0, n_images, STEP):
            image, truth = davis_frame(path, number)
            beside, _ = davis_frame(path, number + 1 if number + 1 < n_images else number - 1)
            if truth.any():
                yield from pictures_of(path.name, image, [truth], beside)


def drawn_pictures() -> Iterator[Picture]:
    for seed in DRAWN:
        image, things = drawn_scene(seed)
        moved = np.roll(image, (2, 3), axis=(0, 1))
        yield from pictures_of("drawn", image, things, moved)


def drawn_scene(seed: int) -> tuple[Row, list[Row]]:
    """Blobs on a textured ground, some with a part of another texture; and what is seen of each."""
    rng = np.random.default_rng(seed)
    image, things = texture(rng), []
    for _ in range(int(rng.integers(4, 16))):
        whole = shrunk(blob(rng), rng)
        parts = [whole, whole & blob(rng)] if rng.random() < 0.5 else [whole]
        for part in parts:
            image[part] = texture(rng)[part]
        things = [thing & ~whole for thing in things] + parts
    image = cv2.GaussianBlur(image, (0, 0), 1.2) + rng.normal(0, 0.02, image.shape)
    least = 0.001 * image.shape[0] * image.shape[1]
    return (np.clip(image, 0, 1) * 255).astype(np.uint8), [t for t in things if t.sum() > least]


def shrunk(mask: Row, rng: np.random.Generator) -> Row:
    """The mask at a tenth to the whole of its size, anywhere in the picture."""
    size = 10 ** rng.uniform(-1, 0)
    centre, target = np.array([800.0, 600.0]), rng.uniform((100, 100), (1500, 1100))
    turn = np.array([[size, 0, target[0] - size * centre[0]], [0, size, target[1] - size * centre[1]]])
    return cv2.warpAffine(mask.astype(np.uint8), turn, mask.shape[::-1]) > 0


def pictures_of(group: str, image: Row, things: Sequence[Row], beside: Row) -> Iterator[Picture]:
    """The image alone, then with the motion to the one beside it."""
    frame = encode_frame(image, encode_frame(beside))
    plan = plan_of(frame)
    inside = np.stack([pixels_in(plan, thing) for thing in things], axis=1)
    for drift in (None, drift_of(plan, frame.flow)):
        yield Picture(group, plan, inside, drift, measure_borders(frame, plan, drift).astype(float))


def pixels_in(plan: PromptPlan, truth: Row) -> Row:
    small = cv2.resize(truth.astype(np.float32), plan.plan_hw[::-1], interpolation=cv2.INTER_AREA)
    return np.bincount(plan.patches.labels.ravel(), small.ravel(), plan.patches.n)


def overlap(picture: Picture, shapes: Row) -> Row:
    """(m,) IoU with the best fitting thing."""
    area, soft = picture.plan.patches.sizes @ shapes, shapes.astype(np.float32)
    both = picture.inside.T.astype(np.float32) @ soft
    return (both / (area + picture.inside.sum(axis=0)[:, None] - both)).max(axis=0)


# ------------------------------------------------------------------ borders


def fit_borders(pictures: Sequence[Picture]) -> str:
    """Gives every picture a scene by weights that have not seen its group; the file of all weights."""
    tables = {}
    for moving in (False, True):
        mine = [p for p in pictures if p.moving is moving]
        for group in {p.group for p in mine}:
            weights = logistic([p for p in mine if p.group != group])
            for picture in mine:
                if picture.group == group:
                    total = picture.borders @ weights[1:] + weights[0]
                    chance = (1 / (1 + np.exp(-np.clip(total, -15, 15)))).astype(np.float32)
                    borders = Borders(chance, picture.drift)
                    picture.scene = Scene(picture.plan, borders, diffuse(picture.plan, borders))
        name = "MOVING" if moving else "STILL"
        tables[name] = dict(zip(["constant", *border_features(moving)], logistic(mine), strict=True))
    return file_of("What makes a border between superpixels part of an outline", tables)


def logistic(pictures: Sequence[Picture], ridge: float = 1e-2, rounds: int = 20) -> Row:
    """Constant and weights; outline and no outline weigh the same on each picture, drawn ones half."""
    x = np.concatenate([p.borders for p in pictures])
    y, share = (np.concatenate(parts) for parts in zip(*map(border_truth, pictures), strict=True))
    share = share / share.sum()
    mean, spread = share @ x, np.sqrt(share @ (x - share @ x) ** 2) + 1e-9
    z = np.c_[np.ones(len(x)), (x - mean) / spread]
    penalty = ridge * np.diag([0.0, *np.ones(x.shape[1])])
    weights = np.zeros(z.shape[1])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-z @ weights))
        slope = z.T @ (share * (chance - y)) + penalty @ weights
        weights -= np.linalg.solve((z.T * (share * chance * (1 - chance))) @ z + penalty, slope)
    plain = weights[1:] / spread
    return np.r_[weights[0] - plain @ mean, plain]


def border_truth(picture: Picture) -> tuple[Row, Row]:
    """(m,) whether each border runs along an outline, and its weight; outside of things less is known."""
    patches = picture.plan.patches
    one, other = patches.pairs.T
    member = picture.inside > 0.5 * patches.sizes[:, None]
    outline = (member[one] != member[other]).any(axis=1)
    known = member[one].any(axis=1) | member[other].any(axis=1) | (picture.group == "drawn")
    weight = np.where(known, 1.0, 0.3) * patches.pair_lengths
    for kind in (outline, ~outline):
        weight[kind] /= max(weight[kind].sum(), 1e-9)
    groups = 0.5 if picture.group == "drawn" else 1.0
    return outline.astype(float), weight * groups


# ------------------------------------------------------------------ shapes


def fit_shapes(pictures: Sequence[Picture]) -> str:
    """The file of all weights; prints how good the shapes are that others' weights choose."""
    for picture in pictures:
        picture.shapes["first"] = first_shapes(picture.scene)
        picture.measured["first"] = measure_first(picture.scene, picture.shapes["first"])
    tables = {"FIRST": named(FIRST_FEATURES, ridge(pictures, "first"))}
    choose(pictures, "first", lambda p, worth: add(p, "some", promising(p.shapes["first"], worth)))
    lines = []
    for moving in (False, True):
        mine = [p for p in pictures if p.moving is moving]
        choose(mine, "some", grow)
        found: dict[str, list[Row]] = {}
        choose(
            mine, "all", lambda p, worth, found=found: found.setdefault(p.group, []).append(best_of(p, worth))
        )
        lines.append(
            ("with motion" if moving else "one image", {g: np.mean(v, axis=0) for g, v in found.items()})
        )
        tables["MOVING" if moving else "STILL"] = named(ALL_FEATURES, scaled(mine, ridge(mine, "all")))
    report(lines)
    return file_of("What makes a set of superpixels a thing or a part of one", tables)


def add(picture: Picture, step: str, shapes: Row) -> None:
    picture.shapes[step] = shapes
    picture.measured[step] = measure_fully(picture.scene, shapes, overlaps(picture.scene, shapes))


def grow(picture: Picture, worth: Row) -> None:
    some = picture.shapes["some"]
    add(picture, "all", grow_pool(picture.scene, some, overlaps(picture.scene, some), worth))


def choose(pictures: Sequence[Picture], step: str, then: Callable[[Picture, Row], object]) -> None:
    """Calls ``then`` with each picture and what weights that have not seen its group think of its shapes."""
    for group in sorted({p.group for p in pictures}):
        weights = ridge([p for p in pictures if p.group != group], step)
        for picture in pictures:
            if picture.group == group:
                then(picture, (picture.measured[step] @ weights[1:] + weights[0]).astype(np.float32))


def ridge(pictures: Sequence[Picture], step: str, penalty: float = 0.01) -> Row:
    """Constant and weights for the IoU; every picture weighs the same."""
    parts = []
    for picture in pictures:
        iou = overlap(picture, picture.shapes[step])
        share = (0.03 + iou) / len(iou)
        parts.append((picture.measured[step].astype(float), iou, share))
    x, y, share = (np.concatenate(part) for part in zip(*parts, strict=True))
    share = share / share.sum()
    mean, spread = share @ x, np.sqrt(share @ (x - share @ x) ** 2) + 1e-9
    z = (x - mean) / spread
    weights = np.linalg.solve(
        (z.T * share) @ z + penalty * np.eye(z.shape[1]), (z.T * share) @ (y - share @ y)
    )
    plain = weights / spread
    return np.r_[share @ y - plain @ mean, plain]


def scaled(pictures: Sequence[Picture], weights: Row) -> Row:
    """The same weights, stretched so that the sum is the IoU of shapes that match something."""
    sums, truth = [], []
    for picture in pictures:
        iou = overlap(picture, picture.shapes["all"])
        sums.append((picture.measured["all"] @ weights[1:] + weights[0])[iou >= MATCH])
        truth.append(iou[iou >= MATCH])
    rise, start = np.polyfit(np.concatenate(sums), np.concatenate(truth), 1)
    print(f"Scores: {start:.3f} + {rise:.3f} × the weighted sum")
    return np.r_[start + rise * weights[0], rise * weights[1:]]


def best_of(picture: Picture, worth: Row) -> Row:
    """Best IoU among the first shapes, and among all."""
    shapes = picture.shapes["all"]
    iou = overlap(picture, shapes)
    order = best_first(overlaps(picture.scene, shapes), worth, 0.8)
    return np.array([iou[order[:count]].max() for count in KEEP] + [iou.max()])


# ------------------------------------------------------------------ report


def report(lines: Sequence[tuple[str, dict[str, Row]]]) -> None:
    for name, groups in lines:
        print(f"\n| {name} |", *(f"best of {count} |" for count in KEEP), "best of all |")
        print("|---|" + "---|" * (len(KEEP) + 1))
        real = [value for group, value in groups.items() if group != "drawn"]
        for group, values in [*groups.items(), ("DAVIS mean", np.mean(real, axis=0))]:
            print(f"| {group} |", *(f"{value:.3f} |" for value in values))
    print()


def named(features: Sequence[str], weights: Row) -> dict[str, float]:
    return dict(zip(["constant", *features], weights, strict=True))


def file_of(what: str, tables: dict[str, dict[str, float]]) -> str:
    lines = [
        f'"""{what}.',
        "",
        "Ours; ``benchmarks/fit_automatic_masks.py`` writes this file anew.",
        '"""',
        "",
    ]
    lines += [f"__all__ = [{', '.join(repr(name) for name in sorted(tables))}]".replace("'", '"')]
    for name, weights in tables.items():
        lines += ["", f"{name} = {{", *(f'    "{key}": {value:.4g},' for key, value in weights.items()), "}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
