"""A checkpoint on disk → a network on its device."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from dwell.errors import BackendError
from dwell.segmenters.checkpoints.checkpoint import find_checkpoint
from dwell.segmenters.checkpoints.devices import choose_device
from dwell.segmenters.checkpoints.family import TRACKING
from dwell.segmenters.checkpoints.libraries import model_class
from dwell.segmenters.checkpoints.pretrained import load_weights, read_config
from dwell.segmenters.sam.network import Network
from dwell.segmenters.sam.pixel_spec import read_pixel_spec
from dwell.types import ProgressFn

__all__ = ["Loaded", "load_network", "resized"]

_STRIDE = 32
"""px: a resolution is a multiple of this, so that all feature maps come out whole."""


@dataclass(frozen=True)
class Loaded:
    """A network, and where it comes from."""

    network: Network
    name: str
    source: str
    """Repository or folder."""
    revision: str
    """Hash of the weights' version."""
    architecture: str
    """``sam2_video``, ``edgetam_video`` or ``sam3_tracker_video``."""
    precision: str
    """``float32`` or ``bfloat16``."""


def load_network(
    model: str | Path,
    *,
    resolution: int | None = None,
    device: str = "auto",
    precision: str = "auto",
    offline: bool = False,
    show: ProgressFn | None = None,
) -> Loaded:
    """Find, check and load a model; arguments as for ``SamBackend``."""
    place = choose_device(device)
    autocast = _autocast(precision, place)
    checkpoint = find_checkpoint(model, offline=offline, show=show)
    kind = model_class(TRACKING.architectures[checkpoint.model_type], checkpoint.config)
    spec = read_pixel_spec(checkpoint.folder)
    config = read_config(kind, checkpoint.folder)
    config = getattr(config, "tracker_config", None) or config
    spec = replace(spec, size=resized(config, spec.size, resolution))
    weights = load_weights(checkpoint, kind, config, place)
    return Loaded(
        Network(weights, spec, autocast),
        checkpoint.name,
        checkpoint.source,
        checkpoint.revision,
        config.model_type,
        "float32" if autocast is None else str(autocast).removeprefix("torch."),
    )


def _autocast(precision: str, device: torch.device) -> torch.dtype | None:
    choices = {"float32": None, "bfloat16": torch.bfloat16}
    choices["auto"] = torch.bfloat16 if _computes_bfloat16(device) else None
    if precision not in choices:
        raise BackendError(f"`precision` is auto, float32 or bfloat16, not {precision!r}.")
    return choices[precision]


def _computes_bfloat16(device: torch.device) -> bool:
    """Whether a GPU has arithmetic of its own for it. Older ones emulate it, slower than float32.

    Source: https://docs.nvidia.com/cuda/cuda-c-programming-guide – from compute capability 8.0 on.
    """
    if device.type != "cuda":
        return False
    return torch.version.hip is not None or torch.cuda.get_device_capability(device) >= (8, 0)


def resized(config: Any, own: int, wanted: int | None) -> int:
    """Set the configuration up for a square of ``wanted`` px; weights do not depend on it."""
    if wanted is None or wanted == own:
        return own
    if not isinstance(wanted, int):
        raise BackendError(f"`resolution` is a whole number of px, not {wanted!r}.")
    if config.model_type not in ("sam2_video", "edgetam_video"):
        raise BackendError(f"This model works at {own} px only; leave the resolution out.")
    if wanted % _STRIDE or not 2 * _STRIDE <= wanted <= own:
        raise BackendError(
            f"A resolution of {wanted} px does not fit: expected a multiple of {_STRIDE} from "
            f"{2 * _STRIDE} to {own}, such as {own // 2}."
        )
    vision = config.vision_config
    config.image_size = config.prompt_encoder_config.image_size = wanted
    if hasattr(vision.backbone_config, "image_size"):
        old = vision.backbone_config.image_size
        vision.backbone_config.image_size = [wanted, wanted] if isinstance(old, list | tuple) else wanted
    vision.backbone_feature_sizes = [[wanted // s] * 2 for s in (4, 8, 16)]
    config.memory_attention_rope_feat_sizes = [wanted // 16] * 2
    return wanted
