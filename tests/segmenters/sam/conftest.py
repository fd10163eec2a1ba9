"""Backends of the SAM 2 family: tiny random copies, and real weights with ``pytest -m hub``."""

import os

import pytest

from segmenters.sam.tiny import KINDS, write_tiny

HUB_MODELS = os.environ.get("DWELL_HUB_MODELS", "sam2.1-tiny").split(",")
"""Models that ``pytest -m hub`` runs the same checks on."""


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory):
    """kind → folder of a tiny checkpoint."""
    pytest.importorskip("torch", reason='needs pip install "dwell[sam]"')
    pytest.importorskip("transformers", reason='needs pip install "dwell[sam]"')
    return {kind: write_tiny(tmp_path_factory.mktemp(f"tiny-{kind}"), kind) for kind in KINDS}


@pytest.fixture(scope="session")
def opened(checkpoints):
    """Opens a backend by kind or name, each once: a backend keeps no state."""
    from dwell.segmenters.sam.backend import SamBackend

    there = {}

    def open_one(kind):
        if kind not in there:
            there[kind] = SamBackend(checkpoints.get(kind, kind), device="cpu")
        return there[kind]

    return open_one


@pytest.fixture(params=[*KINDS, *(pytest.param(name, marks=pytest.mark.hub) for name in HUB_MODELS)])
def kind(request):
    return request.param


@pytest.fixture
def backend(opened, kind):
    return opened(kind)
