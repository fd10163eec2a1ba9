"""The docs tell the truth: the data model is current, examples run, every command is described."""

import importlib.util
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from dwell.cli.main import app
from dwell.tables import WRITTEN_TABLES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_data_model_page_is_made_from_the_tables():
    maker = runpy.run_path(str(ROOT / "docs" / "make_data_model.py"))
    page = (ROOT / "docs" / "data-model.md").read_text(encoding="utf-8")
    assert page == maker["page"](), "run: python docs/make_data_model.py"


def test_the_table_of_label_formats_is_made_from_the_formats():
    maker = runpy.run_path(str(ROOT / "docs" / "make_label_formats.py"))
    page = (ROOT / "docs" / "labels.md").read_text(encoding="utf-8")
    assert page == maker["page"](), "run: python docs/make_label_formats.py"


def test_the_readme_names_every_table_that_is_written():
    for table in WRITTEN_TABLES:
        assert f"{table.name}.csv" in README


def test_the_readme_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_first_python_example_fits_on_ten_lines_and_compiles():
    block = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    lines = [line for line in block.splitlines() if line.strip()]
    assert len(lines) <= 10
    compile(block, "README", "exec")


def test_every_make_target_of_the_docs_exists():
    makefile = (ROOT / "Makefile").read_text()
    for page in (README, (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")):
        for target in re.findall(r"^make (\w+)", page, re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_command_has_examples_in_its_help():
    for name, command in get_command(app).commands.items():
        assert f"dwell {name} " in (command.help or ""), name


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.name)
def test_examples_run(path, tmp_path):
    done = subprocess.run([sys.executable, path], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert importlib.util.spec_from_file_location(path.stem, path)
