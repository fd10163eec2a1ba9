"""Prompts and masks kept in files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from PIL import Image

from dwell.errors import PromptError
from dwell.masks import Mask
from dwell.prompts.text import NamedPrompt, clean_name, parse_prompt

__all__ = ["FileAoi", "mask_from_file", "read_prompts"]

_EXAMPLE = """aois:
  - name: cup
    colour: "#e69f00"     # optional
    category: crockery    # optional
    prompts: ["click=310,220@f40", "exclude=200,10@f40", "mask=cup.png@f90"]"""


@dataclass(frozen=True, slots=True)
class FileAoi:
    """One AOI of a prompts file."""

    name: str
    colour: str | None
    """``#rrggbb``, or None for the next of the palette."""
    category: str | None
    prompts: tuple[NamedPrompt, ...]
    """Mask files as absolute paths."""


def read_prompts(path: str | Path) -> list[FileAoi]:
    """The AOIs and prompts of a YAML file; mask files are found relative to it.

    The file looks like this, each prompt in the form of ``parse_prompt`` without the name::

        aois:
          - name: cup
            colour: "#e69f00"     # optional
            category: crockery    # optional
            prompts: ["click=310,220@f40", "exclude=200,10@f40", "mask=cup.png@f90"]

    Raises:
        PromptError: the file cannot be read or has another form; the message names the place.
    """
    path = Path(path)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(
            f"Cannot read {path}: {error}. Check the path and save it as UTF-8.", path=path
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        raise PromptError(
            f"{path}, line {line}: this is not YAML. Expected:\n{_EXAMPLE}", path=path, line=line
        ) from error
    entries = content.get("aois") if isinstance(content, dict) else None
    if not isinstance(entries, list) or not entries:
        raise PromptError(f"{path}: expected a list under `aois`:\n{_EXAMPLE}", path=path)
    return [_aoi(entry, number, path) for number, entry in enumerate(entries, start=1)]


def _aoi(entry: Any, number: int, path: Path) -> FileAoi:
    where = f"{path}, AOI {number}"
    if not isinstance(entry, dict) or entry.get("name") is None or not str(entry["name"]).strip():
        raise PromptError(f"{where}: expected a `name`. The form is:\n{_EXAMPLE}", path=path)
    unknown = sorted(set(entry) - {"name", "colour", "category", "prompts"})
    if unknown:
        raise PromptError(
            f"{where}: unknown key {unknown[0]!r}; use name, colour, category, prompts.", path=path
        )
    texts = entry.get("prompts") or []
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise PromptError(f"{where}: `prompts` must be a list of texts such as click=310,220@f40.", path=path)
    for key in ("name", "colour", "category"):
        if key in entry and not isinstance(entry[key], str):
            raise PromptError(
                f'{where}: `{key}` must be a text, not {entry[key]!r}; put it in quotes, such as "#e69f00".',
                path=path,
            )
    name = clean_name(entry["name"])
    prompts = tuple(_located(_prompt(name, text, where), path.parent) for text in texts)
    return FileAoi(name, entry.get("colour"), entry.get("category"), prompts)


def _prompt(name: str, text: str, where: str) -> NamedPrompt:
    try:
        prompt = parse_prompt(f"{name}:{text}")
    except PromptError as error:
        raise PromptError(f"{where}: {error}") from error
    if prompt.name != name:
        raise PromptError(f"{where}: write the prompt {text!r} without the AOI's name.")
    return prompt


def _located(prompt: NamedPrompt, folder: Path) -> NamedPrompt:
    if prompt.mask_file is None:
        return prompt
    return NamedPrompt(prompt.name, prompt.frame_idx, None, mask_file=str(folder / prompt.mask_file))


def mask_from_file(path: str | Path) -> Mask:
    """The mask in a picture.

    Indexed: any index but 0. Partly transparent: the opaque pixels. Grey or colour: the bright ones, from
    half of full brightness on; where there are only 0 and one other value (0/1, 0/255, …), that one.

    Raises:
        PromptError: the file is missing or is no picture.
    """
    path = Path(path)
    try:
        with Image.open(path) as image:
            pixels = np.asarray(image)
            mode = image.mode
    except (OSError, SyntaxError) as error:  # Pillow calls a damaged PNG a syntax error
        raise PromptError(
            f"Cannot read the mask {path}: {error}. Give a PNG of the frame's size.", path=path
        ) from error
    return Mask.from_array(_inside(pixels, mode))


def _inside(pixels: np.ndarray, mode: str) -> np.ndarray:
    if mode in ("RGBA", "LA"):
        opaque = np.asarray(pixels[..., -1] >= 128)
        if not opaque.all():
            return opaque
        pixels = pixels[..., :-1]
    if pixels.ndim == 3:
        pixels = pixels.max(axis=2)
    values = np.unique(pixels)
    if mode in ("P", "1") or len(values) == 1 or (len(values) == 2 and values[0] == 0):
        return np.asarray(pixels != 0)
    return np.asarray(pixels >= (128 if values[-1] < 256 else 32768))
