"""Benchmarks and the makers of docs find what they are made of; how fast anything is, is no test."""

import runpy
import sys
from importlib import import_module
from pathlib import Path

import pytest
from benchmarks.__main__ import BENCHMARKS

ROOT = Path(__file__).parents[1]
MAKERS = sorted(path.name for path in (ROOT / "docs").glob("make_*.py"))


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_can_be_imported(name):
    if name.startswith(("sam_", "detectors")):
        pytest.importorskip("torch")
    assert import_module(f"benchmarks.{name}").__doc__


@pytest.mark.parametrize("name", MAKERS)
def test_a_maker_of_docs_can_be_imported(name, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert name in runpy.run_path(str(ROOT / "docs" / name), run_name="imported")["__doc__"]
