"""The learned models that Dwell knows by name: where they come from and what they cost. Loads nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["DETECTOR_MODELS", "MODELS", "PROPOSER_MODELS", "Model"]


@dataclass(frozen=True)
class Model:
    """A checkpoint on the Hugging Face hub that tracks, finds things from words, or masks single images."""

    name: str
    """What ``--backend``, ``--detector`` or ``--proposer`` takes."""
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
    """Side of the square, in px, that it sees images at; of Grounding DINO the shorter side."""
    gated: bool = False
    """True where the owner asks people to request access first."""
    needs: tuple[str, ...] = ("torch", "transformers")
    """Packages it cannot do without."""
    extra: str = "sam"
    """The extra of Dwell that brings them."""
    cpu_s: float = 0.0
    """About this many seconds per frame with one AOI, or per image, on one core of a server without a GPU.

    Measured on one thread of an AMD EPYC with random weights: ``python -m benchmarks.sam_models``; detectors
    on an Intel Xeon of 2.5 GHz: ``python -m benchmarks.detectors``. Proposers answer 768 clicks on an image:
    ``python -m benchmarks.proposers``.
    """
    cpu_512_s: float | None = None
    """The same at a resolution of 512; None if it has no other than its own."""
    box_score: float = 0.3
    """0 … 1, of a detector: the least score of a box that its makers suggest to show."""
    text_score: float = 0.25
    """0 … 1, of a detector: the same of the phrase."""


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


def _grounding_dino(name: str, repo: str, params_m: float, cpu_s: float, note: str) -> Model:
    return Model(
        name=name,
        repo=repo,
        architecture="mm-grounding-dino" if name.startswith("mm") else "grounding-dino",
        licence="Apache-2.0",
        params_m=params_m,
        size_mb=round(4 * params_m),
        resolution=800,
        cpu_s=cpu_s,
        note=note,
    )


_IDEA = "IDEA-Research/grounding-dino"
_OWLV2 = Model(
    name="owlv2-base",
    repo="google/owlv2-base-patch16-ensemble",
    architecture="owlv2",
    licence="Apache-2.0",
    params_m=155,
    size_mb=620,
    resolution=960,
    cpu_s=17.0,
    box_score=0.1,
    text_score=0.1,
    note="any number of phrases at once, each of a few words",
)

DETECTOR_MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        _grounding_dino("grounding-dino-tiny", f"{_IDEA}-tiny", 172.3, 30.0, "a good start"),
        _grounding_dino("grounding-dino-base", f"{_IDEA}-base", 232.3, 36.0, "a larger one of the same kind"),
        _grounding_dino(
            "mm-grounding-dino-tiny",
            "openmmlab-community/mm_grounding_dino_tiny_o365v1_goldg_v3det",
            172.9,
            27.0,
            "as small, trained on more kinds of things",
        ),
        _OWLV2,
        replace(_SAM3, cpu_s=83.0, box_score=0.5, text_score=0.5),
    )
}
"""name → detector, in the order in which they are listed, and looked for when none is named.

Source of least scores: https://github.com/IDEA-Research/GroundingDINO (0.3 and 0.25), the documentation of
OWLv2 in transformers (0.1), https://github.com/facebookresearch/sam3 (0.5).
"""


def _sam1(size: str, params_m: float, cpu_s: float, note: str, *, hq: bool = False) -> Model:
    name = f"sam-hq-vit-{size}" if hq else f"sam-vit-{size}"
    return Model(
        name=name,
        repo=f"syscv-community/{name}" if hq else f"facebook/{name}",
        architecture="sam_hq" if hq else "sam",
        licence="Apache-2.0",
        params_m=params_m,
        size_mb=round(4 * params_m),
        cpu_s=cpu_s,
        note=note,
    )


PROPOSER_MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        _sam1("base", 93.7, 146.0, "SAM 1; the quickest of them"),
        _sam1("large", 312.3, 168.0, "SAM 1, better, with a GPU"),
        _sam1("huge", 641.1, 197.0, "the best of SAM 1, with a GPU"),
        _sam1("base", 94.8, 251.0, "SAM 1 with finer outlines", hq=True),
        _sam1("large", 313.7, 281.0, "finer outlines, better, with a GPU", hq=True),
        _sam1("huge", 642.7, 302.0, "finer outlines, the best, with a GPU", hq=True),
    )
}
"""name → model that finds masks without prompts on single images, in the order in which they are listed.

Source of licences: https://huggingface.co/facebook/sam-vit-base and https://github.com/SysCV/sam-hq; of
parameters: counted in their networks.
"""
