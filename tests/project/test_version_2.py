"""Projects of the second file version, which knew no marks on fixations, are brought up to date."""

import json
import sqlite3
import zlib
from dataclasses import asdict, replace

import pytest

from dwell.errors import ProjectError
from dwell.masks import Signals
from dwell.project import Project, schema
from project.drawing import a_source, by_model, everything, raw, square_mask
from project.test_version_1 import TABLES as TABLES_OF_VERSION_1

SIGNALS = (
    *("object_score REAL", "iou_estimate REAL", "area_ratio REAL", "shift REAL"),
    *("new_parts INTEGER NOT NULL DEFAULT 0", "frame_share REAL", "agreement REAL"),
    "interpolated INTEGER NOT NULL DEFAULT 0",
)
"""The columns that version 2 added."""


@pytest.fixture
def old(tmp_path):
    """A project as version 2 wrote it: a cup tracked on frame 3, in some doubt."""
    path = tmp_path / "old.dwell"
    path.mkdir()
    db = sqlite3.connect(path / "project.db")
    db.executescript(TABLES_OF_VERSION_1)
    for column in SIGNALS:
        db.execute(f"ALTER TABLE mask ADD COLUMN {column}")
    db.execute("PRAGMA user_version = 2")
    meta = {"source": json.dumps(asdict(a_source())), "schema_version": "2", "written_by": "0.1.0"}
    db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    db.execute("INSERT INTO aoi VALUES (1, 'cup', '#ff0000', NULL)")
    data = zlib.compress(square_mask(10, 3).to_bytes())
    db.execute(
        f"INSERT INTO mask VALUES ({', '.join('?' * 25)})",
        (1, 1, 3, 0, 0.75, 1, 1, 0, 0, 0, 1, 100, 3, 5, 13, 15, len(data))
        + (0.5, None, None, None, 1, None, None, 0),
    )
    db.execute("INSERT INTO mask_counts VALUES (1, ?)", (data,))
    db.execute("INSERT INTO step VALUES (1, 'track cup', 0, 0, 300)")
    db.commit()
    db.close()
    return path


DOUBTED = replace(by_model(1, 3), signals=Signals(object_score=0.5, new_parts=1))


def test_masks_stay_with_their_signals_and_nothing_is_marked(old):
    with Project.open(old) as project:
        assert project.record(1, 3) == DOUBTED
        assert project.fixation_marks() == {}
        assert project.history() == []
    assert raw(old, "PRAGMA user_version") == [(schema.current_version(),)]
    assert [each.name for each in sorted(old.glob("*.db"))] == ["project.db", "project.v2.db"]


def test_fixations_can_be_marked_and_undo_brings_marks_back(old):
    with Project.open(old) as project:
        before = everything(project)
        project.set_fixation_mark(1_760_000_000_000_000_001, [1])
        after = everything(project)
        assert after["marks"] == {1_760_000_000_000_000_001: (1,)}
        assert project.undo() == "fixation on cup"
        assert everything(project) == before
        project.redo()
        assert everything(project) == after


def test_who_only_looks_sees_everything_and_changes_nothing(old):
    before = (old / "project.db").read_bytes()
    with Project.open(old, write=False) as project:
        assert project.record(1, 3) == DOUBTED
        assert project.fixation_marks() == {}
        with pytest.raises(ProjectError, match="open read-only"):
            project.set_fixation_mark(1, [1])
    assert [each.name for each in old.iterdir()] == ["project.db"]
    assert (old / "project.db").read_bytes() == before


def test_a_file_brought_up_to_date_has_the_tables_of_a_new_one(old, tmp_path):
    Project.open(old).close()
    Project.create(tmp_path / "new.dwell", a_source()).close()
    for table in ("mask", "undo_mask", "fixation_mark", "undo_fixation_mark"):
        columns = f"SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{table}')"
        assert raw(old, columns) == raw(tmp_path / "new.dwell", columns)
