"""A detector's checkpoint on disk → a network with its tokeniser on its device."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from dwell.errors import ModelError
from dwell.segmenters.checkpoints.checkpoint import Checkpoint, find_checkpoint
from dwell.segmenters.checkpoints.devices import choose_device
from dwell.segmenters.checkpoints.family import DETECTING
from dwell.segmenters.checkpoints.libraries import model_class
from dwell.segmenters.checkpoints.pretrained import load_weights, read_config
from dwell.segmenters.detectors.grounding import GroundingNetwork
from dwell.segmenters.detectors.owl import OwlNetwork
from dwell.segmenters.detectors.pixels import read_pixel_spec
from dwell.segmenters.detectors.sam3 import Sam3Network
from dwell.types import ProgressFn

__all__ = ["load_network"]

_NETWORKS: dict[str, type[GroundingNetwork | OwlNetwork | Sam3Network]] = {
    "grounding-dino": GroundingNetwork,
    "mm-grounding-dino": GroundingNetwork,
    "owlv2": OwlNetwork,
    "sam3": Sam3Network,
    "sam3_video": Sam3Network,
}


def load_network(
    model: str | Path, *, device: str = "auto", offline: bool = False, show: ProgressFn | None = None
) -> tuple[Checkpoint, torch.device, GroundingNetwork | OwlNetwork | Sam3Network]:
    """Find, check and load a model; arguments as for ``LearnedDetector``."""
    place = choose_device(device)
    checkpoint = find_checkpoint(model, DETECTING, offline=offline, show=show)
    kind = model_class(DETECTING.architectures[checkpoint.model_type])
    spec = read_pixel_spec(checkpoint.folder)
    tokenizer = _tokenizer(checkpoint.folder)
    weights = load_weights(checkpoint, kind, read_config(kind, checkpoint.folder), place)
    return checkpoint, place, _NETWORKS[checkpoint.model_type](weights, tokenizer, spec)


def _tokenizer(folder: Path) -> Any:
    make = model_class("AutoTokenizer")
    try:
        return make.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The tokeniser in {folder} cannot be read ({str(error).strip().splitlines()[0]}). Copy or fetch "
            "the model again.",
            path=folder,
        ) from error
