"""The learned models that Dwell knows by name: where they come from and what they cost. Loads nothing."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DETECTOR_MODELS", "MODELS", "Model"]


@dataclass(frozen=True)
class Model:
    """A checkpoint on the Hugging Face hub that segments and tracks."""

    name: str
    """What ``--backend`` takes."""
    repo: str
    """Repository on https://huggingface.co."""
    architecture: str
    """The ``model_type`` that its config.json should have."""
    licence: str
    params_m: float
    """Million parameters, as its makers report them."""
    size_mb: int
    """About this much to download: 4 bytes per parameter."""
    note: str
    """What it is good for, in a few words."""
    resolution: int = 1024
    """Side of the square, in px, that it sees images at."""
    gated: bool = False
    """True where the owner asks people to request access first."""
    needs: tuple[str, ...] = ("torch", "transformers")
    """Packages it cannot do without."""
    extra: str = "sam"
    """The extra of Dwell that brings them."""
    cpu_s: float = 0.0
    """About this many seconds per frame with one AOI, on one core of a server without a GPU.

    Measured on one thread of an AMD EPYC with random weights: ``python -m benchmarks.sam_models``.
    """
    cpu_512_s: float | None = None
    """The same at a resolution of 512; None if it has no other than its own."""


def _sam2(version: str, size: str, params_m: float, cpu_s: tuple[float, float], note: str) -> Model:
    return Model(
        name=f"sam{version}-{size}",
        repo=f"facebook/sam{version}-hiera-{size}",
        architecture="sam2_video",
        licence="Apache-2.0",
        params_m=params_m,
        size_mb=round(4 * params_m),
        cpu_s=cpu_s[0],
        cpu_512_s=cpu_s[1],
        note=note,
    )


_EDGETAM = Model(
    name="edgetam",
    repo="yonigozlan/EdgeTAM-hf",
    architecture="edgetam_video",
    licence="Apache-2.0",
    params_m=13.9,
    size_mb=56,
    cpu_s=1.7,
    cpu_512_s=0.38,
    needs=("torch", "transformers", "timm", "torchvision"),
    extra="edgetam",
    note="the quickest without a GPU",
)
_SAM3 = Model(
    name="sam3",
    repo="facebook/sam3",
    architecture="sam3_video",
    licence="SAM License",
    params_m=848,
    size_mb=3392,
    cpu_s=62.0,
    resolution=1008,
    gated=True,
    note="the most accurate; GPU only, ask for access first",
)
_OLDER = "as it was before 2.1"

MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        _sam2("2.1", "tiny", 38.9, (10.0, 1.2), "small; without a GPU at --resolution 512"),
        _sam2("2.1", "small", 46.0, (10.4, 1.4), "a good start with a GPU"),
        _sam2("2.1", "base-plus", 80.8, (13.9, 2.2), "better, with a GPU"),
        _sam2("2.1", "large", 224.4, (26.5, 4.8), "the best of SAM 2.1, with a GPU"),
        _sam2("2", "tiny", 38.9, (10.0, 1.2), _OLDER),
        _sam2("2", "small", 46.0, (10.4, 1.4), _OLDER),
        _sam2("2", "base-plus", 80.8, (13.9, 2.2), _OLDER),
        _sam2("2", "large", 224.4, (26.5, 4.8), _OLDER),
        _EDGETAM,
        _SAM3,
    )
}
"""name → model, in the order in which they are listed. Source of sizes: their makers' READMEs."""

DETECTOR_MODELS: dict[str, Model] = {}
