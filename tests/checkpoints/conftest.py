from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def hf_home(tmp_path, monkeypatch):
    """An empty Hugging Face cache of the test's own."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_TOKEN", "no-token-of-anybody")
    return tmp_path / "hf"
