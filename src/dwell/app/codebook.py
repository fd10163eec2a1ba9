"""Codebooks: the AOIs of a study in one YAML file, to begin every recording with the same names."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import yaml

from dwell.errors import PromptError
from dwell.prompts import FileAoi, read_prompts
from dwell.types import AOI

__all__ = ["codebook_of", "read_codebook"]


def read_codebook(text: str) -> list[FileAoi]:
    """The AOIs of a codebook, and their prompts, if there are any.

    Raises:
        PromptError: it is no codebook, or it names a mask file, which may lie anywhere.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "codebook.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            aois = read_prompts(file)
        except PromptError as error:
            raise PromptError(str(error).replace(str(file), "The codebook")) from error
    for aoi in aois:
        if any(prompt.mask_file is not None for prompt in aoi.prompts):
            raise PromptError(
                f"The codebook gives {aoi.name!r} a mask file, which the page does not read; leave it out, "
                "or add it in a terminal: dwell track PROJECT --prompts FILE."
            )
    return aois


def codebook_of(aois: Iterable[AOI]) -> str:
    """The AOIs as a codebook, without prompts: what ``read_prompts`` reads."""
    entries = [
        {"name": aoi.name, "colour": aoi.colour} | ({"category": aoi.category} if aoi.category else {})
        for aoi in aois
    ]
    text: str = yaml.safe_dump({"aois": entries}, allow_unicode=True, sort_keys=False)
    return text
