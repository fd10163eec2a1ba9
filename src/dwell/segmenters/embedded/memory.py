"""What the tracker remembers about one object after one frame, and its form as bytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from dwell.errors import BackendError
from dwell.segmenters.embedded.classifier import Classifier
from dwell.segmenters.embedded.planes import Affine, Plane
from dwell.segmenters.embedded.window import Patch

__all__ = ["VERSION", "Key", "Memory", "Phase", "Samples", "Template", "dump_memory", "load_memory"]

VERSION = "embedded-tracker-1"
"""Changes whenever a memory written before could not be continued exactly."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Training samples: features and labels of pixels."""

    features: Plane
    """(n, 40) float16."""
    labels: Plane
    """(n,) bool, True = object."""


@dataclass(frozen=True, eq=False)
class Template:
    """A thumbnail of the object at half the working size or less, to find it again after a jump."""

    gray: Plane
    """(h, w) uint8."""
    mask: Plane
    """(h, w) uint8, 0 or 1."""
    scale: float
    """Thumbnail px per half-size px, at most 1."""
    centre_xy: Plane
    """(2,) working px in the frame it was cut from."""


@dataclass(frozen=True, eq=False)
class Key:
    """Local descriptors of the object on one good frame."""

    points_xy: Plane
    """(n, 2) float32, working px."""
    descriptors: Plane
    """(n, 128) uint8 SIFT."""
    mask: Patch
    """The object's mask on that frame."""


@dataclass(frozen=True)
class Phase:
    """Where in its life the object is."""

    n_steps: int = 0
    """Frames since the start."""
    lost: bool = False
    """Not known where it is; only re-finding goes on."""
    occluded: bool = False
    """Mostly hidden on the last frame."""
    hidden: bool = False
    """At least half hidden on the last frame: its own motion cannot be measured."""
    n_missing: int = 0
    """Frames in a row without any place to look at."""
    n_weak: int = 0
    """Frames in a row with little of it to be seen."""
    n_check: int = 0
    """Frames still to be marked for a person to look at."""
    likeness: float = 1.0
    """Colour similarity of the last mask to the first one."""
    long_area: float = 0.0
    """Its usual area, working px²; follows slowly."""


_KINDS: dict[str, Any] = {"bool": bool, "int": int, "float": float}


@dataclass(frozen=True, eq=False)
class Memory:
    """All of it. Immutable; every step makes a new one."""

    image_hw: tuple[int, int]
    work_hw: tuple[int, int]
    phase: Phase
    mask: Patch
    """Soft mask on the last frame."""
    shape: Patch
    """Shape memory: where the object is, hidden parts included."""
    classifier: Classifier
    anchor: Classifier
    """Knows the object from the frames a person gave, against all of their background; never retrained."""
    permanent: Samples
    """From frames a person gave."""
    recent: Samples
    """From the last good frames, oldest first, in equal groups."""
    reference: Plane
    """(2,) mean object probability on the first frame; its mean on recent good frames."""
    histograms: Plane
    """(2, 1536) float32 colours of the object on the first frame, and lately."""
    velocity_xy: Plane
    """(2,) motion relative to the background, working px per frame."""
    good: Patch
    """Mask on the last good frame."""
    pose: Affine
    """Carries ``good`` to the last frame, out of view included."""
    view: Patch
    """Luma of the last frame around the object, if it is small; else empty."""
    template: Template | None
    keys: tuple[Key, ...]


def dump_memory(memory: Memory) -> bytes:
    """The memory as bytes (a compressed NumPy archive without pickled objects)."""
    arrays = {"version": np.array(VERSION), **_flatten(memory)}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def load_memory(data: bytes) -> Memory:
    """The memory from ``dump_memory``.

    Raises:
        BackendError: the bytes are damaged, or come from another backend or version.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        version = str(arrays.pop("version"))
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise BackendError(
            "The stored tracker memory is no embedded-backend memory; track this AOI again."
        ) from error
    if version != VERSION:
        raise BackendError(
            f"The stored tracker memory is {version!r}, this is {VERSION!r}; track this AOI again."
        )
    return _unflatten(arrays)


def _flatten(memory: Memory) -> dict[str, Any]:
    out: dict[str, Any] = {
        "size": np.array([*memory.image_hw, *memory.work_hw]),
        "phase": np.array([float(getattr(memory.phase, f.name)) for f in fields(Phase)]),
        "n_keys": np.array(len(memory.keys)),
    }
    for name in ("reference", "histograms", "velocity_xy", "pose"):
        out[name] = getattr(memory, name)
    for name in ("mask", "shape", "good", "view"):
        _put_patch(out, name, getattr(memory, name))
    for name in ("permanent", "recent"):
        samples: Samples = getattr(memory, name)
        out[f"{name}.features"], out[f"{name}.labels"] = samples.features, samples.labels
    for name in ("classifier", "anchor"):
        for field in fields(Classifier):
            out[f"{name}.{field.name}"] = np.asarray(getattr(getattr(memory, name), field.name))
    if memory.template is not None:
        for field in fields(Template):
            out[f"template.{field.name}"] = np.asarray(getattr(memory.template, field.name))
    for i, key in enumerate(memory.keys):
        out[f"key{i}.points_xy"], out[f"key{i}.descriptors"] = key.points_xy, key.descriptors
        _put_patch(out, f"key{i}.mask", key.mask)
    return out


def _unflatten(a: dict[str, Any]) -> Memory:
    size = [int(v) for v in a["size"]]
    phase = {f.name: _KINDS[str(f.type)](v) for f, v in zip(fields(Phase), a["phase"], strict=True)}
    template = None
    if "template.gray" in a:
        parts = {f.name: a[f"template.{f.name}"] for f in fields(Template)}
        template = Template(**{**parts, "scale": float(parts["scale"])})
    keys = tuple(
        Key(a[f"key{i}.points_xy"], a[f"key{i}.descriptors"], _get_patch(a, f"key{i}.mask"))
        for i in range(int(a["n_keys"]))
    )
    return Memory(
        image_hw=(size[0], size[1]),
        work_hw=(size[2], size[3]),
        phase=Phase(**phase),
        mask=_get_patch(a, "mask"),
        shape=_get_patch(a, "shape"),
        classifier=_get_classifier(a, "classifier"),
        anchor=_get_classifier(a, "anchor"),
        permanent=Samples(a["permanent.features"], a["permanent.labels"]),
        recent=Samples(a["recent.features"], a["recent.labels"]),
        reference=a["reference"],
        histograms=a["histograms"],
        velocity_xy=a["velocity_xy"],
        good=_get_patch(a, "good"),
        pose=a["pose"],
        view=_get_patch(a, "view"),
        template=template,
        keys=keys,
    )


def _put_patch(out: dict[str, Any], name: str, patch: Patch) -> None:
    out[f"{name}.xy"], out[f"{name}.values"] = np.array([patch.x, patch.y]), patch.values


def _get_classifier(arrays: dict[str, Any], name: str) -> Classifier:
    weights = {f.name: arrays[f"{name}.{f.name}"] for f in fields(Classifier)}
    weights["n_steps"] = int(weights["n_steps"])
    return Classifier(**weights)


def _get_patch(arrays: dict[str, Any], name: str) -> Patch:
    x, y = (int(v) for v in arrays[f"{name}.xy"])
    return Patch(x, y, arrays[f"{name}.values"])
