from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Videos from zips are unpacked into the test's own folder, never into the person's cache."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("DWELL_CACHE", str(folder))
    return folder
