"""A tracked recording to be damaged, and the check that its project has come to no harm."""

import sqlite3
from pathlib import Path

import pytest

from cli.running import COLOUR, dwell, masks_of
from dwell.project import Project
from recordings.samples import write_cloud

BOX = "thing:box=10,10,30,30@f5"


@pytest.fixture(autouse=True)
def own_folder(tmp_path, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DWELL_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def cloud(tmp_path):
    """A Pupil Cloud recording: 12 frames, the first 3 grey; 60 gaze samples."""
    return write_cloud(tmp_path / "download")


@pytest.fixture
def project(cloud):
    """A project on it, tracked."""
    dwell("track", cloud, "--aoi", BOX, "--project", "p.dwell", *COLOUR)
    return Path("p.dwell")


@pytest.fixture
def unharmed(project):
    """Checks at the end that the project opens, is sound, and holds what it held."""
    before = masks_of(project)
    yield project
    assert masks_of(project) == before
    with Project.open(project) as opened:
        assert [aoi.name for aoi in opened.aois()] == ["thing"]
        assert len(opened.prompts()) == 1
    database = sqlite3.connect(project / "project.db")
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()
