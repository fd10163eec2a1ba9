"""Whether a checkpoint has what its words are read with. Loads no torch.

Without these files the library makes a tokeniser that knows no word, and says nothing.
"""

from __future__ import annotations

from pathlib import Path

from dwell.errors import IncompleteModel

__all__ = ["tokeniser_files"]

_ENOUGH = (("tokenizer.json",), ("vocab.json", "merges.txt"), ("vocab.txt",))
"""Any of these sets of files will do."""


def tokeniser_files(folder: Path) -> list[Path]:
    """The files that words are read with.

    Raises:
        IncompleteModel: they are not there.
    """
    for names in _ENOUGH:
        if all((folder / name).exists() for name in names):
            return [folder / name for name in names]
    raise IncompleteModel(
        f"{folder} has no tokeniser: expected tokenizer.json, or vocab.json and merges.txt, beside "
        "config.json. Copy or fetch the model again.",
        path=folder,
    )
