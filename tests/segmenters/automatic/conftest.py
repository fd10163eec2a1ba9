"""Tiny copies of the networks that find masks without prompts, made once."""

import os

import pytest

from segmenters.automatic.tiny_images import KINDS, write_tiny

HUB_PROPOSERS = os.environ.get("DWELL_HUB_PROPOSERS", "sam-vit-base").split(",")
"""Names of proposers, separated by commas, that ``pytest -m hub`` runs the contract on."""


@pytest.fixture(scope="session")
def image_folders(tmp_path_factory):
    """kind → folder of a tiny checkpoint of SAM 1 or SAM-HQ."""
    pytest.importorskip("torch", reason='needs pip install "dwell[sam]"')
    pytest.importorskip("transformers", reason='needs pip install "dwell[sam]"')
    import torch

    torch.set_num_threads(1)
    return {kind: write_tiny(tmp_path_factory.mktemp(f"tiny-{kind}"), kind) for kind in KINDS}


@pytest.fixture(scope="session")
def proposer_of(image_folders, checkpoints, device):
    """Opens a proposer by the name of a backend or proposer, or a tiny network by its kind, each once."""
    from dwell.segmenters.automatic.open import open_proposer

    there = {}
    folders = image_folders | checkpoints

    def open_one(name):
        if name not in there:
            place = os.environ.get("DWELL_HUB_DEVICE", "auto") if "-vit-" in name else device
            options = {"device": place} if name in folders or "-vit-" in name else {}
            there[name] = open_proposer(folders.get(name, name), **options)
        return there[name]

    return open_one
