"""Skips without importing: a package may change what the whole process does (see ``dwell.live.optional``)."""

from importlib.util import find_spec

import pytest


def needs(package):
    """Skip the test, or the whole file, where an optional package is not installed."""
    try:
        there = find_spec(package) is not None
    except ModuleNotFoundError:
        there = False
    if not there:
        pytest.skip(f'{package} is not installed: pip install "dwell[live]"', allow_module_level=True)
