"""Killed processes, full disks, other writers, damaged and foreign files."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dwell.errors import NewerProject, NotAProject, ProjectBusy, ProjectError, StorageFull
from dwell.project import Project, disk, schema
from dwell.project import store as store_module
from dwell.prompts import Point
from project.drawing import N_FRAMES, a_source, areas, by_model, everything, raw
from project.killed_writer import PER_COMMIT

HERE = Path(__file__).parent
posix = pytest.mark.skipif(os.name != "posix", reason="needs fork and SIGKILL")


# -------------------------------------------------------------------- killed


class Acknowledged:
    """What a killed child said was on disk."""

    def __init__(self):
        self.masks = {}
        self.prompts = set()

    def note(self, line):
        word, *numbers = line.split()
        object_id = int(numbers[0]) if numbers else 0
        if word == "aoi":
            self.masks[object_id] = 0
        elif word == "prompt":
            self.prompts.add(object_id)
        elif word in ("masks", "redone"):
            self.masks[object_id] = int(numbers[1]) if word == "masks" else 5 * PER_COMMIT
        elif word == "undoing":
            self.masks[object_id] = 0  # from here to redone: all or nothing

    def check(self, project):
        coverage = {
            aoi.object_id: project.coverage(aoi.object_id).frame_idx.tolist() for aoi in project.aois()
        }
        assert self.masks.keys() <= coverage.keys()
        assert self.prompts <= {each.object_id for each in project.prompts()}
        for object_id, n in self.masks.items():
            found = coverage[object_id]
            assert found == list(range(len(found))), "no frame is missing in between"
            assert len(found) >= max(n, int(object_id in self.prompts))
            assert len(found) <= 1 or len(found) % PER_COMMIT == 0, "commits are whole"


@posix
@pytest.mark.parametrize(("place", "n_kills"), [("local", 60), ("network", 30)])
def test_a_killed_writer_loses_nothing_it_had_acknowledged(project, path, place, n_kills):
    """Kills at random moments; after each the file opens, is sound, and holds what was acknowledged."""
    project.close()
    rng = random.Random(7)
    said = Acknowledged()
    command = [sys.executable, str(HERE / "killed_writer.py"), str(path), place]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as nursery:
        for _ in range(n_kills):
            print("go", file=nursery.stdin, flush=True)
            pid = int(nursery.stdout.readline().split()[1])
            time.sleep(rng.uniform(0.0, 0.12))
            os.kill(pid, signal.SIGKILL)
            for line in iter(nursery.stdout.readline, "dead\n"):
                said.note(line)
            with Project.open(path, write=False) as reader:
                said.check(reader)
            db = sqlite3.connect(path / "project.db")
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
            db.close()
        nursery.stdin.close()
    assert len(said.masks) >= 5, "the children got to work"
    with Project.open(path) as again:
        said.check(again)
        while again.redo():
            pass
        n_steps = len(again.history())
        assert sum(again.undo() is not None for _ in range(n_steps)) == n_steps, "every step can be undone"
        assert again.undo() is None


@posix
def test_the_lock_of_a_killed_writer_is_free(project, path):
    project.close()
    command = [sys.executable, str(HERE / "killed_writer.py"), str(path), "local"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as nursery:
        print("go", file=nursery.stdin, flush=True)
        pid = int(nursery.stdout.readline().split()[1])
        assert nursery.stdout.readline() == "open\n"
        with pytest.raises(ProjectBusy, match=f"process {pid} on .*read-only .write=False."):
            Project.open(path)
        os.kill(pid, signal.SIGKILL)
        for _ in iter(nursery.stdout.readline, "dead\n"):
            pass
        Project.open(path).close()
        nursery.stdin.close()


# -------------------------------------------------------------------- others


def test_a_reader_follows_a_writer(project, path):
    project.add_aoi("cup")
    with Project.open(path, write=False) as reader:
        for n in range(1, 6):
            project.write_masks(by_model(1, f) for f in range(n * 10))
            assert len(areas(reader, 1)) == n * 10
            assert reader.masklet(1).mask(5).area == 100
    with Project.open(path, write=False) as reader:
        project.close()
        assert len(areas(reader, 1)) == 50


def test_a_reader_sees_whole_actions_only(project, path):
    with Project.open(path, write=False) as reader:
        with project.action("both"):
            project.add_aoi("cup")
            assert reader.aois() == []
            project.add_aoi("pot")
        assert len(reader.aois()) == 2


def test_a_second_writer_is_told_who_is_writing(project, path):
    with pytest.raises(ProjectBusy, match=f"already open for writing in this process {os.getpid()}"):
        Project.open(path)
    (path / "writer.json").write_text("{")
    with pytest.raises(ProjectBusy, match="being written to by another process"):
        Project.open(path)
    (path / "writer.json").write_text(json.dumps({"pid": 12, "host": "lab-3", "since": "2031-01-01T10:00"}))
    with pytest.raises(
        ProjectBusy, match="process 12 on lab-3 .since 2031-01-01T10:00.; close it there, or open"
    ):
        Project.open(path)
    project.close()
    Project.open(path).close()


# -------------------------------------------------------------------- full and unwritable


@pytest.mark.parametrize("size", [3, 40, 400])
def test_a_full_disk_refuses_the_change_and_keeps_the_rest(project, path, size):
    project.add_aoi("cup")
    project.write_masks(by_model(1, f, side=5) for f in range(10))
    project._store.db.execute("PRAGMA max_page_count = 1")  # which means: as many as there are
    n_pages = project._store.value("PRAGMA page_count")
    states = []

    def fill():
        while True:
            states.append(everything(project))
            with project.action("more"):
                for frame_idx in range(size):
                    project.add_prompt(1, frame_idx, Point(1, 1))

    with pytest.raises(StorageFull, match="full. Everything saved before is kept.* Free some space"):
        fill()
    assert project._store.value("PRAGMA page_count") == n_pages
    assert everything(project) == states[-1]
    project._store.db.execute(f"PRAGMA max_page_count = {1 << 30}")
    project.add_aoi("pot")
    project.close()
    with Project.open(path) as again:
        assert again.undo() == "add pot"
        assert everything(again) == states[-1]


def test_a_long_action_goes_on_once_there_is_space_again(project):
    project.add_aoi("cup")
    with project.action("track", long=True):
        project.write_masks([by_model(1, 0)])
        project.commit()
        project._store.db.execute("PRAGMA max_page_count = 1")
        with pytest.raises(StorageFull):
            project.write_masks(by_model(1, f) for f in range(N_FRAMES))
        project._store.db.execute(f"PRAGMA max_page_count = {1 << 30}")
        project.write_masks([by_model(1, 1)])
    assert list(areas(project, 1)) == [0, 1]
    while project.undo():
        pass
    assert project.aois() == []


def test_nothing_more_is_written_by_an_action_that_failed(project):
    """SQLite may take a transaction back by itself; what follows in the action must not slip through."""

    def act():
        with project.action("x"):
            project.add_aoi("cup")
            project._store.db.execute("ROLLBACK")  # as SQLite does on some errors
            project.add_aoi("pot")

    with pytest.raises(StorageFull, match="failed before and was taken back"):
        act()
    assert project.aois() == []
    project.add_aoi("pan")
    assert [aoi.name for aoi in project.aois()] == ["pan"]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFull, match=r"kitchen.dwell cannot be written .*Nothing was made"):
        Project.create(tmp_path / "file" / "kitchen.dwell", a_source())


def test_a_folder_that_cannot_be_written_can_be_read(project, path):
    project.add_aoi("cup")
    project.close()
    (path / "writer.lock").unlink()
    (path / "project.db").chmod(0o444)
    path.chmod(0o555)
    try:
        if os.access(path, os.W_OK):
            pytest.skip("permissions do not bind this user")
        with pytest.raises(StorageFull, match="write=False"):
            Project.open(path)
        with Project.open(path, write=False) as reader:
            assert reader.aoi("cup").object_id == 1
    finally:
        path.chmod(0o755)


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (OSError(28, "No space left on device"), StorageFull, "is full. Nothing.* Free some space"),
        (PermissionError(13, "Permission denied"), StorageFull, "cannot be written .Permission denied."),
        (sqlite3.OperationalError("unable to open"), ProjectError, "cannot be used"),
    ],
)
def test_making_a_project_fails_clean(tmp_path, monkeypatch, error, kind, text):
    def fail(*_):
        raise error

    monkeypatch.setattr(store_module.disk, "make_durable", fail)
    with pytest.raises(kind, match=text):
        Project.create(tmp_path / "kitchen.dwell", a_source())
    assert list(tmp_path.iterdir()) == []


# -------------------------------------------------------------------- network file systems

MOUNTS = r"""
/dev/sda1 / ext4 rw,relatime 0 0
/dev/sdb1 /media/usb fuseblk rw 0 0
server:/home /home nfs4 rw,vers=4.2 0 0
//nas/lab /mnt/lab\040data cifs rw 0 0
/dev/sdc1 /home/anna/local xfs rw 0 0
anna@host: /home/anna/far fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind", "network"),
    [
        ("/data/p.dwell", "ext4", False),
        ("/media/usb/p.dwell", "fuseblk", False),
        ("/home/anna/p.dwell", "nfs4", True),
        ("/homework/p.dwell", "ext4", False),
        ("/mnt/lab data/p.dwell", "cifs", True),
        ("/home/anna/local/p.dwell", "xfs", False),
        ("/home/anna/far/p.dwell", "fuse.sshfs", True),
    ],
)
def test_network_file_systems_are_known_by_their_mount(folder, kind, network):
    assert disk.mount_type(Path(folder), MOUNTS) == kind
    assert disk.is_network_type(kind) is network


def test_a_local_project_uses_wal_and_syncs_every_commit(project):
    assert project._store.value("PRAGMA journal_mode") == "wal"
    assert project._store.value("PRAGMA synchronous") == 2  # FULL


def test_on_a_network_file_system_there_is_no_wal(project, path, monkeypatch):
    project.close()
    monkeypatch.setattr(disk, "is_network", lambda _: True)
    with Project.open(path) as far, Project.open(path, write=False) as reader:
        assert far._store.value("PRAGMA journal_mode") == "delete"
        far.add_aoi("cup")
        with far.action("track", long=True):
            far.write_masks(by_model(1, f) for f in range(20))
            assert reader.aoi("cup").object_id == 1
            assert areas(reader, 1) == {}
        assert len(areas(reader, 1)) == 20
        assert not list(path.glob("*-wal"))


# -------------------------------------------------------------------- files that are no projects


@pytest.mark.parametrize("write", [True, False])
def test_what_is_no_project_is_not_opened_or_changed(tmp_path, write):
    with pytest.raises(NotAProject, match="no project at .*Project.create"):
        Project.open(tmp_path / "nowhere.dwell", write=write)
    for name, content in {"empty": None, "text": b"cup,1,2\n" * 200, "nothing": b""}.items():
        folder = tmp_path / f"{name}.dwell"
        folder.mkdir()
        if content is not None:
            (folder / "project.db").write_bytes(content)
        with pytest.raises(NotAProject, match="no Dwell project|not written by Dwell"):
            Project.open(folder, write=write)
        assert content is None or (folder / "project.db").read_bytes() == content
    other = tmp_path / "other.dwell"
    other.mkdir()
    raw(other, "CREATE TABLE song (name)")
    with pytest.raises(NotAProject, match="not written by Dwell"):
        Project.open(other, write=write)
    assert raw(other, "SELECT name FROM sqlite_master") == [("song",)]
    with pytest.raises(NotAProject, match="holds no project.db"):
        Project.open(other / "project.db", write=write)


def test_damage_is_told_from_the_disk_being_full(project, path):
    project.add_aoi("cup")
    project.write_masks(by_model(1, f) for f in range(N_FRAMES))
    project.close()
    whole = (path / "project.db").read_bytes()
    (path / "project.db").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NotAProject, match="damaged.*Restore"):
        Project.open(path)
    noise = random.Random(1).randbytes(len(whole) // 2)
    (path / "project.db").write_bytes(whole[:8192] + noise + whole[8192 + len(noise) :])
    with pytest.raises(NotAProject, match="damaged.*Restore"), Project.open(path) as broken:
        broken.masklet(1).runs()
    (path / "project.db").write_bytes(whole)
    raw(path, "DROP TABLE prompt")
    with pytest.raises(NotAProject, match="damaged: the table 'prompt' is missing"):
        Project.open(path)
    (path / "project.db").write_bytes(whole)
    with Project.open(path) as restored:
        assert len(restored.masklet(1)) == N_FRAMES


# -------------------------------------------------------------------- versions


def test_a_file_says_what_it_is(project, path):
    project.close()
    assert raw(path, "PRAGMA application_id") == [(0x4477656C,)]
    assert raw(path, "PRAGMA user_version") == raw(
        path, "SELECT CAST(value AS INT) FROM meta WHERE key = 'schema_version'"
    )
    assert (path / "project.db").read_bytes()[68:72] == b"Dwel"


@pytest.mark.parametrize("write", [True, False])
def test_a_newer_project_asks_for_an_upgrade(project, path, write):
    project.close()
    raw(path, "PRAGMA user_version = 99", "UPDATE meta SET value = '7.1' WHERE key = 'written_by'")
    with pytest.raises(NewerProject, match=r"written by Dwell 7\.1 .*pip install -U dwell"):
        Project.open(path, write=write)


def add_a_note_to_every_aoi(db):
    """What a migration looks like."""
    db.execute("ALTER TABLE aoi ADD COLUMN note TEXT NOT NULL DEFAULT ''")
    db.execute("UPDATE aoi SET note = 'was ' || name")


def test_an_older_project_is_brought_up_to_date_beside_a_copy(project, path, monkeypatch):
    project.add_aoi("cup")
    project.write_masks([by_model(1, 3)])
    before = everything(project)
    project.close()
    monkeypatch.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, add_a_note_to_every_aoi])
    old = schema.current_version() - 1
    with Project.open(path, write=False) as looked_at:
        assert everything(looked_at) == before
    assert raw(path, "PRAGMA user_version") == [(old,)]
    with Project.open(path) as migrated:
        assert everything(migrated) == before
        assert migrated.history() == [], "history starts afresh"
        migrated.remove_aoi(1)
        assert migrated.undo() == "remove cup"
    assert raw(path, "SELECT note FROM aoi") == [("was cup",)]
    assert raw(path, "PRAGMA user_version") == [(old + 1,)]
    backup = path / f"project.v{old}.db"
    monkeypatch.undo()
    with pytest.raises(NewerProject):
        Project.open(path)
    shutil.copy(backup, path / "project.db")
    with Project.open(path) as again:
        assert everything(again) == before
        assert [step.label for step in again.history()] == ["add cup", "write masks"]


def test_a_migration_that_fails_changes_nothing(project, path, monkeypatch):
    project.add_aoi("cup")
    project.close()
    whole = raw(path, "SELECT * FROM sqlite_master"), raw(path, "SELECT * FROM meta ORDER BY key")

    def stumbles(db):
        add_a_note_to_every_aoi(db)
        raise ZeroDivisionError

    monkeypatch.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, stumbles])
    with pytest.raises(ProjectError, match="could not be brought .* unchanged"):
        Project.open(path)
    monkeypatch.undo()
    assert (raw(path, "SELECT * FROM sqlite_master"), raw(path, "SELECT * FROM meta ORDER BY key")) == whole
    with Project.open(path) as again:
        assert again.undo() == "add cup"
