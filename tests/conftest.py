"""Networks of the SAM 2 family for every test that wants one: tiny, random, and made on the spot."""

import os

import pytest
from hypothesis import settings

from segmenters.sam.tiny import KINDS, write_tiny


def pytest_configure(config):
    """No test uses the network, unless real weights were asked for; and none fails as the machine is busy."""
    if config.option.markexpr != "hub":
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    settings.register_profile("dwell", deadline=None)
    settings.load_profile(config.getoption("--hypothesis-profile", None) or "dwell")


@pytest.fixture(scope="session")
def device():
    """Where the tiny networks compute: ``DWELL_TEST_DEVICE``, such as cuda; default the CPU."""
    return os.environ.get("DWELL_TEST_DEVICE", "cpu")


@pytest.fixture(scope="session")
def precision():
    """What they compute in: ``DWELL_TEST_PRECISION``, float32 or bfloat16."""
    return os.environ.get("DWELL_TEST_PRECISION", "float32")


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory):
    """kind → folder of a tiny checkpoint."""
    pytest.importorskip("torch", reason='needs pip install "dwell[sam]"')
    pytest.importorskip("transformers", reason='needs pip install "dwell[sam]"')
    import torch

    torch.set_num_threads(1)  # networks this small lose far more than they gain from a second one
    return {kind: write_tiny(tmp_path_factory.mktemp(f"tiny-{kind}"), kind) for kind in KINDS}


@pytest.fixture(scope="session")
def opened(checkpoints, device, precision):
    """Opens a SAM backend by kind or name, each once: a backend keeps no state."""
    from dwell.segmenters.sam.backend import SamBackend

    there = {}

    def open_one(kind):
        if kind not in there:
            tiny = kind in checkpoints
            place = device if tiny else os.environ.get("DWELL_HUB_DEVICE", "auto")
            there[kind] = SamBackend(checkpoints.get(kind, kind), device=place, precision=precision)
        return there[kind]

    return open_one
