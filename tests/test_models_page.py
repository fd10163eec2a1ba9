"""docs/models.md says of every model what the program says, and every option it names exists."""

import re
from pathlib import Path

from typer.main import get_command

from dwell.cli.main import app
from dwell.models import MODELS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")


def test_the_table_agrees_with_the_program():
    rows = [line.split("|")[1:-1] for line in PAGE.splitlines() if re.match(r"\| `(sam|edgetam)", line)]
    said = {cells[0].strip(" `"): [cell.strip() for cell in cells[1:]] for cells in rows}
    assert list(said) == list(MODELS)
    for name, (weights, licence, *numbers) in said.items():
        model = MODELS[name]
        assert f"https://huggingface.co/{model.repo})" in weights
        assert weights.endswith("gated") == model.gated
        assert licence == model.licence
        shown = [model.params_m, model.size_mb, model.cpu_s, model.cpu_512_s]
        assert numbers == ["–" if number is None else f"{number:g}" for number in shown]


def test_every_option_of_the_page_is_one_of_the_command():
    options = {name for each in get_command(app).commands["track"].params for name in each.opts}
    named = set(re.findall(r"`(--[a-z-]+)", PAGE))
    assert named
    assert named <= options
