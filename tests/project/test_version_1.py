"""Projects of the first file version, whose masks had no signals, are brought up to date."""

import json
import sqlite3
import zlib
from dataclasses import asdict, replace

import pytest

from dwell.errors import ProjectError
from dwell.masks import Signals
from dwell.project import Project, schema
from project.drawing import a_source, by_model, everything, raw, square_mask

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE frames (name TEXT PRIMARY KEY, dtype TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE aoi (
    object_id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, colour TEXT NOT NULL,
    category TEXT);
CREATE TABLE prompt (
    id INTEGER PRIMARY KEY AUTOINCREMENT, object_id INTEGER NOT NULL REFERENCES aoi DEFERRABLE INITIALLY
    DEFERRED, frame_idx INTEGER NOT NULL, prompt TEXT NOT NULL);
CREATE INDEX prompt_place ON prompt (object_id, frame_idx);
CREATE TABLE mask (
    id INTEGER PRIMARY KEY AUTOINCREMENT, object_id INTEGER NOT NULL REFERENCES aoi DEFERRABLE INITIALLY
    DEFERRED, frame_idx INTEGER NOT NULL, state INTEGER NOT NULL, score REAL, origin INTEGER NOT NULL,
    direction INTEGER NOT NULL, approved INTEGER NOT NULL, "check" INTEGER NOT NULL, stale INTEGER NOT
    NULL, run_id INTEGER, area INTEGER NOT NULL, x0 INTEGER NOT NULL, y0 INTEGER NOT NULL, x1 INTEGER NOT
    NULL, y1 INTEGER NOT NULL, n_bytes INTEGER NOT NULL, UNIQUE (object_id, frame_idx));
CREATE TABLE mask_counts (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT, backend TEXT NOT NULL, version TEXT NOT NULL, parameters TEXT
    NOT NULL, status TEXT NOT NULL, started_ns INTEGER NOT NULL, ended_ns INTEGER);
CREATE TABLE checkpoint (
    object_id INTEGER NOT NULL, direction INTEGER NOT NULL, frame_idx INTEGER NOT NULL, key TEXT NOT
    NULL, data BLOB NOT NULL, PRIMARY KEY (object_id, direction, frame_idx));
CREATE TABLE step (
    id INTEGER PRIMARY KEY AUTOINCREMENT, label TEXT NOT NULL, time_ns INTEGER NOT NULL, undone INTEGER
    NOT NULL DEFAULT 0, bytes INTEGER);
CREATE TABLE undo_aoi (
    step_id INTEGER NOT NULL, redo INTEGER NOT NULL, existed INTEGER NOT NULL, "object_id" INTEGER,
    "name" TEXT, "colour" TEXT, "category" TEXT, UNIQUE (object_id, step_id, redo));
CREATE TABLE undo_prompt (
    step_id INTEGER NOT NULL, redo INTEGER NOT NULL, existed INTEGER NOT NULL, "id" INTEGER, "object_id"
    INTEGER, "frame_idx" INTEGER, "prompt" TEXT, UNIQUE (id, step_id, redo));
CREATE TABLE undo_mask (
    step_id INTEGER NOT NULL, redo INTEGER NOT NULL, existed INTEGER NOT NULL, "id" INTEGER, "object_id"
    INTEGER, "frame_idx" INTEGER, "state" INTEGER, "score" REAL, "origin" INTEGER, "direction" INTEGER,
    "approved" INTEGER, "check" INTEGER, "stale" INTEGER, "run_id" INTEGER, "area" INTEGER, "x0" INTEGER,
    "y0" INTEGER, "x1" INTEGER, "y1" INTEGER, "n_bytes" INTEGER, UNIQUE (id, step_id, redo));
PRAGMA application_id = 0x4477656C;
PRAGMA user_version = 1;
"""


@pytest.fixture
def old(tmp_path):
    """A project as version 1 wrote it: a cup tracked on frames 3 and 4, and lost on frame 5."""
    path = tmp_path / "old.dwell"
    path.mkdir()
    db = sqlite3.connect(path / "project.db")
    db.executescript(TABLES)
    meta = {"source": json.dumps(asdict(a_source())), "schema_version": "1", "written_by": "0.1.0"}
    db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    db.execute("INSERT INTO aoi VALUES (1, 'cup', '#ff0000', NULL)")
    for row_id, frame_idx in ((1, 3), (2, 4)):
        data = zlib.compress(square_mask(10, frame_idx).to_bytes())
        box = (frame_idx, 5, frame_idx + 10, 15)
        db.execute(
            f"INSERT INTO mask VALUES ({', '.join('?' * 17)})",
            (row_id, 1, frame_idx, 0, 0.75, 1, 1, 0, 0, 0, 1, 100, *box, len(data)),
        )
        db.execute("INSERT INTO mask_counts VALUES (?, ?)", (row_id, data))
    db.execute("INSERT INTO mask VALUES (3, 1, 5, 2, 0.5, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0)")
    db.execute("INSERT INTO run VALUES (1, 'embedded', '1', '{}', 'done', 0, 1)")
    db.execute("INSERT INTO step VALUES (1, 'track cup', 0, 0, 300)")
    db.execute("INSERT INTO undo_mask (step_id, redo, existed, id) VALUES (1, 0, 0, 2)")
    db.commit()
    db.close()
    return path


def test_masks_stay_and_nothing_is_known_of_them(old):
    with Project.open(old) as project:
        assert project.record(1, 3) == by_model(1, 3)
        assert project.record(1, 4) == by_model(1, 4)
        assert project.record(1, 5).check
        assert project.masklet(1).record(3).signals == Signals()
        assert [run.backend for run in project.runs()] == ["embedded"]
    assert raw(old, "PRAGMA user_version") == [(schema.current_version(),)]
    assert raw(old, "SELECT count(*) FROM undo_mask") == [(0,)]


def test_new_masks_have_signals_and_undo_brings_them_back(old):
    doubtful = replace(by_model(1, 4, side=12), signals=Signals(object_score=0.25, new_parts=1))
    with Project.open(old) as project:
        assert project.history() == []
        before = everything(project)
        project.write_masks([doubtful])
        after = everything(project)
        assert project.record(1, 4) == doubtful
        project.undo()
        assert everything(project) == before
        project.redo()
        assert everything(project) == after
        project.delete_masks(1, 0, 10)
        project.undo()
        assert project.record(1, 4).signals == doubtful.signals


def test_a_copy_of_the_old_file_stays(old):
    whole = raw(old, "SELECT * FROM mask")
    Project.open(old).close()
    (old / "project.v1.db").chmod(0o444)
    copy = sqlite3.connect((old / "project.v1.db").as_uri() + "?mode=ro", uri=True)
    assert copy.execute("SELECT * FROM mask").fetchall() == whole
    assert copy.execute("PRAGMA journal_mode").fetchall() == [("delete",)]
    copy.close()


def test_who_only_looks_sees_everything_and_changes_nothing(old):
    before = (old / "project.db").read_bytes()
    with Project.open(old, write=False) as project:
        assert project.record(1, 3) == by_model(1, 3)
        assert project.masklet(1).signals().shape == (3, 8)
        with pytest.raises(ProjectError, match="open read-only"):
            project.add_aoi("hand")
    assert [each.name for each in old.iterdir()] == ["project.db"]
    assert (old / "project.db").read_bytes() == before
    with Project.open(old) as project, Project.open(old, write=False) as reader:
        project.add_aoi("hand")
        assert [aoi.name for aoi in reader.aois()] == ["cup", "hand"]


def test_a_file_brought_up_to_date_has_the_tables_of_a_new_one(old, tmp_path):
    Project.open(old).close()
    Project.create(tmp_path / "new.dwell", a_source()).close()
    for table in ("mask", "undo_mask"):
        columns = f"SELECT name, type, \"notnull\", dflt_value FROM pragma_table_info('{table}')"
        assert raw(old, columns) == raw(tmp_path / "new.dwell", columns)
