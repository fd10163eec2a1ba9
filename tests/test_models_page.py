"""docs/models.md says of every model what the program says, and every option it names exists."""

import re
from pathlib import Path

from typer.main import get_command

from dwell.cli.main import app
from dwell.models import DETECTOR_MODELS, MODELS, PROPOSER_MODELS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")


TRACKERS, REST = PAGE.split("## Finding things from words")
DETECTORS, PROPOSERS = REST.split("## Masks without prompts")


def table(text):
    """name → the other cells of its line."""
    lines = [line.split("|")[1:-1] for line in text.splitlines() if re.match(r"\| `[a-z]", line)]
    rows = {cells[0].strip(" `"): [cell.strip() for cell in cells[1:]] for cells in lines}
    return {name: cells for name, cells in rows.items() if not name.startswith("--")}


def numbers_of(said, models):
    """The figures of each line, once the names, weights and licences have been found right."""
    assert list(said) == list(models)
    for name, (weights, licence, *numbers) in said.items():
        model = models[name]
        assert f"https://huggingface.co/{model.repo})" in weights
        assert weights.endswith("gated") == model.gated
        assert licence == model.licence
        yield model, numbers


def test_the_table_agrees_with_the_program():
    for model, numbers in numbers_of(table(TRACKERS), MODELS):
        shown = [model.params_m, model.size_mb, model.cpu_s, model.cpu_512_s]
        assert numbers == ["–" if number is None else f"{number:g}" for number in shown]


def test_the_table_of_detectors_agrees_with_the_program():
    for model, (*numbers, scores) in numbers_of(table(DETECTORS), DETECTOR_MODELS):
        assert numbers == [f"{number:g}" for number in (model.params_m, model.size_mb, model.cpu_s)]
        assert scores == f"{model.box_score:g}, {model.text_score:g}"


def test_the_table_of_proposers_agrees_with_the_program():
    for model, numbers in numbers_of(table(PROPOSERS), PROPOSER_MODELS):
        assert numbers == [f"{number:g}" for number in (model.params_m, model.size_mb, model.cpu_s)]


def test_every_option_of_the_page_is_one_of_the_command():
    options = {name for each in get_command(app).commands["track"].params for name in each.opts}
    named = set(re.findall(r"`(--[a-z-]+)", PAGE))
    assert named
    assert named <= options
