"""SAM 1 and SAM-HQ as proposers: a grid of clicks on their image mode."""

from __future__ import annotations

from pathlib import Path

from dwell.segmenters.automatic.grid import GridProposer
from dwell.segmenters.sam1.segmenter import SamImageSegmenter
from dwell.types import ProgressFn

__all__ = ["LearnedProposer"]


class LearnedProposer(GridProposer):
    """Finds masks without prompts with SAM 1 or SAM-HQ; see ``GridProposer``.

    Args:
        model: a name from ``dwell.models.PROPOSER_MODELS``, or a local folder with a checkpoint.
        device: ``auto`` (CUDA, else Apple's MPS, else the CPU), ``cuda``, ``cuda:1``, ``mps`` or ``cpu``.
        offline: never use the network.
        show: called with (done, total) bytes while a model is fetched.

    Raises:
        MissingBackend: torch or transformers is not installed, or broken.
        ModelError: the model cannot be had or is not what it should be.
        BackendError: there is no such device, or not enough memory.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        device: str = "auto",
        offline: bool = False,
        show: ProgressFn | None = None,
    ) -> None:
        super().__init__(SamImageSegmenter(model, device=device, offline=offline, show=show))
