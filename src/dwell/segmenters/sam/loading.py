"""A checkpoint on disk → a network on its device."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from huggingface_hub.errors import StrictDataclassError

from dwell.errors import BackendError, ModelError
from dwell.segmenters.sam.checkpoint import find_checkpoint
from dwell.segmenters.sam.libraries import video_model_class
from dwell.segmenters.sam.network import Network
from dwell.segmenters.sam.pixel_spec import read_pixel_spec
from dwell.types import ProgressFn

__all__ = ["Loaded", "choose_device", "load_network", "out_of_memory", "resized"]

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
    model_class = video_model_class(checkpoint.model_type, checkpoint.config)
    spec = read_pixel_spec(checkpoint.folder)
    config = _config(model_class, checkpoint.folder)
    spec = replace(spec, size=resized(config, spec.size, resolution))
    try:
        weights = _weights(model_class, checkpoint.folder, config).to(place)
    except RuntimeError as error:
        if not out_of_memory(error):
            raise
        raise BackendError(
            f"{checkpoint.name} does not fit into the memory of {place}. Choose a smaller model, or close "
            "other programs that use the device; then try again."
        ) from error
    return Loaded(
        Network(weights, spec, autocast),
        checkpoint.name,
        checkpoint.source,
        checkpoint.revision,
        config.model_type,
        "float32" if autocast is None else str(autocast).removeprefix("torch."),
    )


def choose_device(device: str) -> torch.device:
    """The device of this name; ``auto`` takes CUDA, else MPS, else the CPU.

    Raises:
        BackendError: PyTorch finds no such device here.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        return torch.device(next(name for name, is_there in there.items() if is_there))
    kind = device.partition(":")[0]
    found = ", ".join(name for name, is_there in there.items() if is_there)
    if kind not in there:
        raise BackendError(f"There is no device {device!r}; choose auto, cuda, mps or cpu.")
    number = device.partition(":")[2] if ":" in device else "0"
    if (
        not there[kind]
        or not number.isdecimal()
        or (kind == "cuda" and int(number) >= torch.cuda.device_count())
    ):
        raise BackendError(
            f"PyTorch {torch.__version__} finds no device {device!r} here, only: {found}. Choose one of "
            "these; for an NVIDIA GPU install a CUDA build of PyTorch (https://pytorch.org/get-started/locally)."
        )
    return torch.device(device)


def out_of_memory(error: RuntimeError) -> bool:
    """Whether the error says that a device, or the machine, has no memory left."""
    # GPUs and NVIDIA's libraries for them; Linux and macOS; Windows
    said = ("out of memory", "STATUS_ALLOC_FAILED", "can't allocate memory", "not enough memory")
    return isinstance(error, torch.OutOfMemoryError) or any(each in str(error) for each in said)


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


def _config(model_class: Any, folder: Path) -> Any:
    try:
        config = model_class.config_class.from_pretrained(folder, local_files_only=True)
    except (StrictDataclassError, ValueError, TypeError, KeyError, OSError) as error:
        raise ModelError(
            f"{folder / 'config.json'} does not describe a {model_class.__name__}: {error}", path=folder
        ) from error
    return getattr(config, "tracker_config", None) or config


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


def _weights(model_class: Any, folder: Path, config: Any) -> Any:
    from transformers.utils import logging as talk

    loud, bars = talk.get_verbosity(), talk.is_progress_bar_enabled()
    talk.set_verbosity_error()  # type: ignore[no-untyped-call]
    talk.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model, found = model_class.from_pretrained(
            folder, config=config, dtype=torch.float32, local_files_only=True, output_loading_info=True
        )
    except (RuntimeError, OSError, ValueError) as error:
        if isinstance(error, RuntimeError) and out_of_memory(error):
            raise
        raise ModelError(
            f"The weights in {folder} do not fit a {model_class.__name__} ({str(error).splitlines()[0]}); "
            "fetch the model anew.",
            path=folder,
        ) from error
    finally:
        talk.set_verbosity(loud)
        if bars:
            talk.enable_progress_bar()  # type: ignore[no-untyped-call]
    missing = sorted(found["missing_keys"])
    if missing:
        raise ModelError(
            f"{folder} lacks {len(missing)} of the weights of a {model_class.__name__}, such as "
            f"{missing[0]}; fetch the model anew, or choose the folder of a complete one.",
            path=folder,
        )
    return model.eval()
