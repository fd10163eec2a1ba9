"""Prompts: what a person says about one AOI in one frame – as values, as text, in files."""

from dwell.prompts.files import FileAoi, mask_from_file, read_prompts
from dwell.prompts.text import NamedPrompt, clean_name, parse_prompt
from dwell.prompts.values import (
    Absent,
    Box,
    MaskPrompt,
    Point,
    Polygon,
    Prompt,
    Stroke,
    check_prompt,
    prompt_from_json,
    prompt_to_json,
)

__all__ = [
    "Absent",
    "Box",
    "FileAoi",
    "MaskPrompt",
    "NamedPrompt",
    "Point",
    "Polygon",
    "Prompt",
    "Stroke",
    "check_prompt",
    "clean_name",
    "mask_from_file",
    "parse_prompt",
    "prompt_from_json",
    "prompt_to_json",
    "read_prompts",
]
