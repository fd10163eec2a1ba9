"""Codebooks: the AOIs of a study in one YAML file, to begin every recording with the same names."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import yaml

from dwell.analysis import Analysis
from dwell.prompts import read_prompts
from dwell.types import AOI

__all__ = ["add_codebook", "codebook_of"]


def add_codebook(analysis: Analysis, text: str) -> None:
    """Add the AOIs (and prompts, if there are any) of a codebook, all or none.

    Raises:
        PromptError: it is no codebook, or a prompt cannot be used.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "codebook.yaml"
        file.write_text(text, encoding="utf-8")
        aois = read_prompts(file)
    analysis.add_prompts(aois)


def codebook_of(aois: Iterable[AOI]) -> str:
    """The AOIs as a codebook, without prompts: what ``read_prompts`` reads."""
    entries = [
        {"name": aoi.name, "colour": aoi.colour} | ({"category": aoi.category} if aoi.category else {})
        for aoi in aois
    ]
    text: str = yaml.safe_dump({"aois": entries}, allow_unicode=True, sort_keys=False)
    return text
