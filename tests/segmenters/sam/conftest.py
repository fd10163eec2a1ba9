"""Every test here runs on tiny random copies, and on real weights with ``pytest -m hub``."""

import os

import pytest

from segmenters.sam.tiny import KINDS

HUB_MODELS = os.environ.get("DWELL_HUB_MODELS", "sam2.1-tiny").split(",")
"""Names of models, separated by commas, that ``pytest -m hub`` runs the same checks on."""


@pytest.fixture(params=[*KINDS, *(pytest.param(name, marks=pytest.mark.hub) for name in HUB_MODELS)])
def kind(request):
    return request.param


@pytest.fixture
def backend(opened, kind):
    return opened(kind)
