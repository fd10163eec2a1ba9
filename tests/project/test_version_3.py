"""Projects of the third file version, which knew no parts and no notes, are brought up to date."""

import json
import sqlite3
import zlib
from dataclasses import asdict

import pytest

from dwell.errors import ProjectError, PromptError
from dwell.project import Project, schema
from dwell.types import AOI, Origin
from project.drawing import a_source, by_model, everything, raw, square_mask
from project.test_version_1 import TABLES as TABLES_OF_VERSION_1
from project.test_version_2 import SIGNALS as SIGNALS_OF_VERSION_2

MARKS = """
CREATE TABLE fixation_mark (start_ns INTEGER PRIMARY KEY, object_ids TEXT NOT NULL);
CREATE TABLE undo_fixation_mark (
    step_id INTEGER NOT NULL, redo INTEGER NOT NULL, existed INTEGER NOT NULL, "start_ns" INTEGER,
    "object_ids" TEXT, UNIQUE (start_ns, step_id, redo));
"""
"""What version 3 added."""
START_NS = 1_760_000_000_000_000_001


@pytest.fixture
def old(tmp_path):
    """A project as version 3 wrote it: a cup tracked on frame 3, a pot, and a fixation put on the cup."""
    path = tmp_path / "old.dwell"
    path.mkdir()
    db = sqlite3.connect(path / "project.db")
    db.executescript(TABLES_OF_VERSION_1)
    for column in SIGNALS_OF_VERSION_2:
        db.execute(f"ALTER TABLE mask ADD COLUMN {column}")
    db.executescript(MARKS)
    db.execute("PRAGMA user_version = 3")
    meta = {"source": json.dumps(asdict(a_source())), "schema_version": "3", "written_by": "0.1.0"}
    db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    db.execute("INSERT INTO aoi VALUES (1, 'cup', '#ff0000', 'dishes')")
    db.execute("INSERT INTO aoi VALUES (2, 'pot', '#00ff00', NULL)")
    db.execute("INSERT INTO fixation_mark VALUES (?, '[1]')", (START_NS,))
    data = zlib.compress(square_mask(10, 3).to_bytes())
    db.execute(
        f"INSERT INTO mask VALUES ({', '.join('?' * 25)})",
        (1, 1, 3, 0, 0.75, 1, 1, 0, 0, 0, 1, 100, 3, 5, 13, 15, len(data)) + (None,) * 4 + (0, None, None, 0),
    )
    db.execute("INSERT INTO mask_counts VALUES (1, ?)", (data,))
    db.execute("INSERT INTO step VALUES (1, 'track cup', 0, 0, 300)")
    db.commit()
    db.close()
    return path


AOIS = [AOI(1, "cup", "#ff0000", "dishes"), AOI(2, "pot", "#00ff00")]


def test_aois_are_parts_of_nothing_and_the_rest_is_as_it_was(old):
    with Project.open(old) as project:
        assert project.aois() == AOIS
        assert project.record(1, 3) == by_model(1, 3)
        assert project.fixation_marks() == {START_NS: (1,)}
        assert project.frame_notes("masks") == {}
    assert raw(old, "PRAGMA user_version") == [(schema.current_version(),)]
    assert [each.name for each in sorted(old.glob("*.db"))] == ["project.db", "project.v3.db"]


def test_parts_notes_and_merging_work_from_then_on(old):
    with Project.open(old) as project:
        before = everything(project)
        project.edit_aoi(1, part_of=2)
        project.note_frame("masks", 3, b"x")
        with pytest.raises(PromptError, match="is a part of it"):
            project.edit_aoi(2, part_of=1)
        project.merge_aois(2, [1])
        assert project.record(2, 3) == by_model(2, 3)
        project.undo(), project.undo()
        assert everything(project) == before
        assert project.frame_notes("masks") == {3: b"x"}


def test_who_only_looks_sees_everything_and_changes_nothing(old):
    before = (old / "project.db").read_bytes()
    with Project.open(old, write=False) as project:
        assert project.aois() == AOIS
        assert project.record(1, 3).origin is Origin.MODEL
        assert project.frame_notes("masks") == {}
        with pytest.raises(ProjectError, match="open read-only"):
            project.edit_aoi(1, part_of=2)
    assert [each.name for each in old.iterdir()] == ["project.db"]
    assert (old / "project.db").read_bytes() == before


def test_a_file_brought_up_to_date_has_the_tables_of_a_new_one(old, tmp_path):
    Project.open(old).close()
    Project.create(tmp_path / "new.dwell", a_source()).close()
    for table in ("aoi", "undo_aoi", "frame_note"):
        columns = f"SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{table}')"
        assert raw(old, columns) == raw(tmp_path / "new.dwell", columns)
        references = f'SELECT "table", "from" FROM pragma_foreign_key_list(\'{table}\')'
        assert raw(old, references) == raw(tmp_path / "new.dwell", references)
