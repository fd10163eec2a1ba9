"""Projects that are damaged, too new, in use, or on a full disk; told through the command line."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cli.running import COLOUR, Ran, dwell, masks_of, refused, start
from dwell.project import store
from dwell.registry import BACKENDS
from dwell.tracking import record
from recordings.samples import zip_folder
from shape_recordings import shapes_world, write_image_folder

BOX = "thing:box=10,10,30,30@f5"


def test_project_of_a_newer_version(cloud, project):
    before = masks_of(project)
    database = sqlite3.connect(project / "project.db")
    ((version,),) = database.execute("PRAGMA user_version").fetchall()
    database.execute(f"PRAGMA user_version = {version + 1}")
    database.execute("UPDATE meta SET value = '9.9' WHERE key = 'written_by'")
    database.commit()
    database.close()
    content = (project / "project.db").read_bytes()
    for command in (["info", project], ["map", project, "--out", "t"], ["track", project]):
        message = refused(*command)
        assert "was written by Dwell 9.9" in message
        assert "Upgrade: pip install -U dwell" in message
    assert (project / "project.db").read_bytes() == content
    database = sqlite3.connect(project / "project.db")
    database.execute(f"PRAGMA user_version = {version}")
    database.close()
    assert masks_of(project) == before


def test_project_file_that_is_damaged(cloud, project):
    (project / "project.db").write_bytes(b"not a database at all" * 100)
    for command in (["info", project], ["track", project]):
        message = refused(*command)
        assert "project.db is no Dwell project or is damaged" in message
        assert "copy" in message


def test_two_writers(cloud, unharmed):
    holder = "import sys; from dwell.project import Project; p = Project.open('p.dwell')"
    with subprocess.Popen(
        [sys.executable, "-c", f"{holder}; print('open', flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "open\n"
        message = refused("track", unharmed, "--aoi", "thing:click=12,12@f6")
        assert f"is being written to by process {other.pid}" in message
        assert "wait until it is done" in message
        refused("map", unharmed, "--out", "t", "--source", cloud)  # keeps a new place: a write, too
        dwell("info", unharmed)
        dwell("map", unharmed, "--out", "t")
        other.stdin.close()
    dwell("track", unharmed)


# -------------------------------------------------------------------- full disks

posix = pytest.mark.skipif(os.name != "posix", reason="needs RLIMIT_FSIZE")
LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))"
"""The system then refuses to make any file larger, as it does when a quota is used up."""


def within(n_bytes: int, *arguments) -> Ran:
    """A command in a process whose files may not grow beyond this."""
    process = start(*arguments, cwd=Path.cwd(), code=LIMIT.format(n_bytes))
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    return Ran(process.returncode, out, err)


@posix
def test_disk_full_while_rendering(cloud, unharmed):
    ran = within(3000, "render", unharmed, "--out", "out/a.mp4")
    assert ran.code == 1
    assert "a.mp4" in ran.error
    assert "The disk is full, a.mp4 could not be written; free some space" in ran.error
    assert list(Path("out").iterdir()) == []
    dwell("render", unharmed, "--out", "out/a.mp4")


@posix
def test_disk_full_while_mapping(cloud, unharmed):
    dwell("map", unharmed, "--out", "t")
    earlier = {path.name: path.read_bytes() for path in Path("t").iterdir()}
    ran = within(2000, "map", unharmed, "--out", "t")
    assert ran.code == 1
    assert "Cannot write t/gaze_on_aoi.csv" in ran.error
    assert {path.name: path.read_bytes() for path in Path("t").iterdir()} == earlier


@pytest.mark.parametrize("command", ["map", "export"])
def test_disk_full_as_the_system_says_it(command, cloud, unharmed, monkeypatch):
    def full(*args, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    more = ["--format", "davis"] if command == "export" else []
    message = refused(command, unharmed, "--out", "t", *more)
    assert "the disk is full. Free some space and run it again." in message
    assert list(Path("t").iterdir()) == []


def test_disk_full_while_tracking(tmp_path, monkeypatch):
    """SQLite gets a few pages only; what was saved stays, and tracking goes on once there is room."""
    monkeypatch.setitem(BACKENDS.entries, "counting", "cli.counting:CountingBackend")
    monkeypatch.setattr(record, "COMMIT_EVERY_S", 0.0)
    shots = write_image_folder(tmp_path / "shots", shapes_world(40))
    noise = np.random.default_rng(1).integers(0, 2, (60, 80), dtype=np.uint8) * 255  # masks of some kB
    Image.fromarray(noise).save("noise.png")
    command = ("track", shots, "--aoi", "red:mask=noise.png@f0", "--backend", "counting")
    dwell(*command, "--project", "whole.dwell")
    dwell(*command, "--project", "p.dwell", "--to", 10)
    before = masks_of(Path("p.dwell"))
    with monkeypatch.context() as cramped:
        cramped.setattr(store, "_connect", _few_pages(store._connect))
        message = refused(*command, "--project", "p.dwell")
    assert "The disk that holds p.dwell is full." in message
    assert "Free some space, then do it again." in message
    partial = masks_of(Path("p.dwell"))
    assert len(before) < len(partial) < 40
    assert partial.items() > before.items()
    dwell(*command, "--project", "p.dwell")
    assert masks_of(Path("p.dwell")) == masks_of(Path("whole.dwell"))


def _few_pages(connect):
    def cramped(address, *, write):
        database = connect(address, write=write)
        ((pages,),) = database.execute("PRAGMA page_count").fetchall()
        database.execute(f"PRAGMA max_page_count = {pages + 3}")
        return database

    return cramped


@posix
def test_disk_full_while_making_a_project(tmp_path):
    shots = write_image_folder(tmp_path / "shots", shapes_world(5))
    ran = within(4096, "track", shots, "--aoi", "red:click=12,15@f0", *COLOUR)
    assert ran.code == 1
    assert "Nothing was made" in ran.error
    assert not list(tmp_path.glob("*.dwell")) + list(tmp_path.glob(".*.partial"))


@posix
def test_disk_full_while_unpacking_a_video(cloud, tmp_path):
    path = zip_folder(cloud.parent, tmp_path / "download.zip")
    shutil.rmtree(cloud.parent)
    ran = within(1000, "track", path, "--aoi", BOX, *COLOUR)
    assert ran.code == 1
    assert "DWELL_CACHE" in ran.error
    assert not list(tmp_path.glob("*.dwell"))
