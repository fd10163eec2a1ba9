from __future__ import annotations

import shutil

import pytest

from cli.running import BLUE, COLOUR, RED, dwell
from shape_recordings import shapes_world, write_image_folder


@pytest.fixture(scope="session")
def shots(tmp_path_factory):
    """A folder of numbered images with gaze."""
    return write_image_folder(tmp_path_factory.mktemp("shapes") / "shots", shapes_world())


@pytest.fixture(scope="session")
def _tracked(shots, tmp_path_factory):
    path = tmp_path_factory.mktemp("tracked") / "p.dwell"
    dwell("track", shots, "--aoi", RED, "--aoi", BLUE, "--project", path, *COLOUR)
    return path


@pytest.fixture
def tracked(_tracked, tmp_path):
    """A project of the test's own, in which red and blue are tracked."""
    return shutil.copytree(_tracked, tmp_path / "p.dwell")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, tmp_path_factory, monkeypatch):
    """Commands run in the test's own folder and unpack zips into the test's own cache."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DWELL_CACHE", str(tmp_path_factory.mktemp("cache")))
