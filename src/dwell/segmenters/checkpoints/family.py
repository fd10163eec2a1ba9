"""Models that do the same job: their names, their architectures, and how a person chooses one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dwell.models import DETECTOR_MODELS, MODELS, PROPOSER_MODELS, Model

__all__ = ["DETECTING", "FAMILIES", "PROPOSING", "TRACKING", "Family", "family_of"]


@dataclass(frozen=True)
class Family:
    """Models that do the same job."""

    models: Mapping[str, Model]
    """name → model."""
    architectures: Mapping[str, str]
    """``model_type`` in a config.json that can be used → the class of ``transformers`` that does the job."""
    what: str
    """As a message names them: ``of the SAM 2 family``."""
    option: str
    """What a folder is given to on the command line."""
    reads_words: bool = False
    """True where a tokeniser belongs to the model."""


TRACKING = Family(
    MODELS,
    {
        "sam2_video": "Sam2VideoModel",
        "sam2": "Sam2VideoModel",
        "edgetam_video": "EdgeTamVideoModel",
        "edgetam": "EdgeTamVideoModel",
        "sam3_video": "Sam3TrackerVideoModel",
        "sam3_tracker_video": "Sam3TrackerVideoModel",
    },
    "of the SAM 2 family",
    "--backend",
)
DETECTING = Family(
    DETECTOR_MODELS,
    {
        "grounding-dino": "GroundingDinoForObjectDetection",
        "mm-grounding-dino": "MMGroundingDinoForObjectDetection",
        "owlv2": "Owlv2ForObjectDetection",
        "sam3_video": "Sam3Model",
        "sam3": "Sam3Model",
    },
    "that finds things from words",
    "--detector",
    reads_words=True,
)
PROPOSING = Family(
    PROPOSER_MODELS,
    {"sam": "SamModel", "sam_hq": "SamHQModel"},
    "of SAM 1 or SAM-HQ",
    "--proposer",
)
FAMILIES = (TRACKING, DETECTING, PROPOSING)


def family_of(model: Model) -> Family:
    """The family a model is in; SAM 3 is in two, as two entries of one repository."""
    return next((family for family in FAMILIES[1:] if model in family.models.values()), TRACKING)
