"""Tiny copies of every learned detector, made once and opened once: a detector keeps no state."""

import os

import pytest

from segmenters.detectors.tiny import KINDS, write_tiny

HUB_DETECTORS = os.environ.get("DWELL_HUB_DETECTORS", "grounding-dino-tiny").split(",")
"""Names of detectors, separated by commas, that ``pytest -m hub`` runs the contract on."""


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """kind → folder of a tiny checkpoint."""
    pytest.importorskip("torch", reason='needs pip install "dwell[sam]"')
    pytest.importorskip("transformers", reason='needs pip install "dwell[sam]"')
    import torch

    torch.set_num_threads(1)
    return {kind: write_tiny(tmp_path_factory.mktemp(f"tiny-{kind}"), kind) for kind in KINDS}


@pytest.fixture(scope="session")
def learned(folders):
    """Opens a detector by its kind or name."""
    from dwell.segmenters.detectors.open import open_detector

    there = {}

    def open_one(kind):
        if kind not in there:
            device = "cpu" if kind in folders else os.environ.get("DWELL_HUB_DEVICE", "auto")
            there[kind] = open_detector(folders.get(kind, kind), device=device)
        return there[kind]

    return open_one
