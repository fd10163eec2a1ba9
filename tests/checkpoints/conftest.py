from __future__ import annotations

from importlib.util import find_spec

import pytest


@pytest.fixture(autouse=True)
def hf_home(tmp_path, monkeypatch):
    """An empty Hugging Face cache of the test's own."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    if find_spec("huggingface_hub"):  # it may have been imported where nothing may use the network
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_TOKEN", "no-token-of-anybody")
    return tmp_path / "hf"
