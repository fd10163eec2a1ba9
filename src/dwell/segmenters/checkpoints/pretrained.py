"""A checkpoint's configuration and weights → a network of ``transformers`` on its device."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from huggingface_hub.errors import StrictDataclassError

from dwell.errors import BackendError, ModelError
from dwell.segmenters.checkpoints.checkpoint import Checkpoint
from dwell.segmenters.checkpoints.devices import out_of_memory

__all__ = ["load_weights", "read_config"]


def read_config(model_class: Any, folder: Path) -> Any:
    """The configuration in a folder, as the class wants it.

    Raises:
        ModelError: it does not describe such a network.
    """
    try:
        return model_class.config_class.from_pretrained(folder, local_files_only=True)
    except (StrictDataclassError, ValueError, TypeError, KeyError, OSError) as error:
        raise ModelError(
            f"{folder / 'config.json'} does not describe a {model_class.__name__}: {error}", path=folder
        ) from error


def load_weights(checkpoint: Checkpoint, model_class: Any, config: Any, device: torch.device) -> Any:
    """The network of a checkpoint in float32, in evaluation mode, on its device.

    Raises:
        ModelError: weights are missing, or do not fit.
        BackendError: there is no room for it.
    """
    try:
        return _weights(model_class, checkpoint.folder, config).to(device)
    except RuntimeError as error:
        if not out_of_memory(error):
            raise
        raise BackendError(
            f"{checkpoint.name} does not fit into the memory of {device}. Choose a smaller model, or close "
            "other programs that use the device; then try again."
        ) from error


def _weights(model_class: Any, folder: Path, config: Any) -> Any:
    try:
        with _quietly():
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
    missing = sorted(found["missing_keys"])
    if missing:
        raise ModelError(
            f"{folder} lacks {len(missing)} of the weights of a {model_class.__name__}, such as "
            f"{missing[0]}; fetch the model anew, or choose the folder of a complete one.",
            path=folder,
        )
    return model.eval()


@contextmanager
def _quietly() -> Iterator[None]:
    """Keeps the library from talking: what it would say is said here, as an error."""
    from transformers.utils import logging as talk

    loud, bars = talk.get_verbosity(), talk.is_progress_bar_enabled()
    talk.set_verbosity_error()  # type: ignore[no-untyped-call]
    talk.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        talk.set_verbosity(loud)
        if bars:
            talk.enable_progress_bar()  # type: ignore[no-untyped-call]
