"""tables and registry.py: schemas hold, files are exact, whole or not there."""

from __future__ import annotations

import csv
import errno
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dwell import tables
from dwell.errors import MissingBackend, OutputError, StorageFull, UnknownRecording
from dwell.registry import READERS, Registry, load
from dwell.tables import EVENTS, FIXATIONS, GAZE, Column, Table, conform, write_table

SPANS = Table(
    "spans",
    "One span.",
    (
        Column("timestamp [ns]", "int64", "ns", "When."),
        Column("fixation id", "Int64", "1", "Which."),
        Column("distance [px]", "float64", "px", "How far.", decimals=3),
        Column("inside", "bool", "", "Whether."),
        Column("aoi label", "string", "", "What.", required=False),
    ),
)

ROWS = {
    "timestamp [ns]": np.array([1760676788219000001, 1760676788224000003]),
    "fixation id": pd.array([7, None], dtype="Int64"),
    "distance [px]": [0.12345, np.nan],
    "inside": [True, False],
    "aoi label": ["Tasse, groß", "cup"],
}


def read_naively(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_written_table_reads_back_to_the_last_nanosecond(tmp_path: Path) -> None:
    path = write_table(pd.DataFrame(ROWS), SPANS, tmp_path / "results" / "spans.csv")
    assert read_naively(path) == [
        {
            "timestamp [ns]": "1760676788219000001",
            "fixation id": "7",
            "distance [px]": "0.123",
            "inside": "true",
            "aoi label": "Tasse, groß",
        },
        {
            "timestamp [ns]": "1760676788224000003",
            "fixation id": "",
            "distance [px]": "",
            "inside": "false",
            "aoi label": "cup",
        },
    ]
    assert b"\r" not in path.read_bytes()


def test_columns_are_written_in_the_schemas_order_whatever_the_frames_order(tmp_path: Path) -> None:
    shuffled = pd.DataFrame(ROWS)[["inside", "distance [px]", "timestamp [ns]", "fixation id"]]
    path = write_table(shuffled, SPANS, tmp_path / "spans.csv")
    assert path.read_text().splitlines()[0] == "timestamp [ns],fixation id,distance [px],inside"


def test_an_empty_table_is_a_header(tmp_path: Path) -> None:
    path = write_table(SPANS.empty(), SPANS, tmp_path / "spans.csv")
    assert path.read_text() == "timestamp [ns],fixation id,distance [px],inside,aoi label\n"


def test_times_as_floats_are_refused() -> None:
    frame = pd.DataFrame(ROWS).astype({"timestamp [ns]": "float64"})
    with pytest.raises(ValueError, match=r"'timestamp \[ns\]' of 'spans' must hold integers but is float64"):
        conform(frame, SPANS)


def test_missing_and_unknown_columns_are_named() -> None:
    frame = pd.DataFrame(ROWS).drop(columns="inside").assign(roi="x")
    with pytest.raises(ValueError, match=r"missing \['inside'\], unknown \['roi'\]"):
        conform(frame, SPANS)


def test_a_value_of_another_type_is_refused() -> None:
    frame = pd.DataFrame(ROWS).astype({"fixation id": object})
    frame.loc[0, "fixation id"] = "seven"
    with pytest.raises(ValueError, match="'fixation id' of 'spans' is not Int64"):
        conform(frame, SPANS)


def test_a_missing_answer_is_not_taken_for_no() -> None:
    frame = pd.DataFrame(ROWS).astype({"inside": object})
    frame.loc[1, "inside"] = None
    with pytest.raises(ValueError, match="'inside' of 'spans' has missing values"):
        conform(frame, SPANS)


def test_conform_copies() -> None:
    frame = pd.DataFrame(ROWS)
    copy = conform(frame, SPANS)
    copy.loc[0, "distance [px]"] = 99.0
    assert frame.loc[0, "distance [px]"] == 0.12345


def test_a_failed_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_table(pd.DataFrame(ROWS), SPANS, tmp_path / "spans.csv")
    before = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(StorageFull, match=r"spans\.csv: the disk is full\. Free some space"):
        write_table(pd.DataFrame(ROWS), SPANS, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["spans.csv"]


def test_a_path_that_cannot_be_a_file_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "spans.csv").mkdir()
    (tmp_path / "spans.csv" / "occupied").touch()
    with pytest.raises(OutputError, match=r"Cannot write .*spans\.csv"):
        write_table(pd.DataFrame(ROWS), SPANS, tmp_path / "spans.csv")


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")
def test_written_files_have_the_usual_mode(tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    path = write_table(pd.DataFrame(ROWS), SPANS, tmp_path / "spans.csv")
    assert path.stat().st_mode == usual.stat().st_mode


def test_every_schema_is_well_formed() -> None:
    schemas = [value for value in vars(tables).values() if isinstance(value, Table)]
    assert {GAZE.name, FIXATIONS.name, EVENTS.name} <= {table.name for table in schemas}
    assert len({table.name for table in schemas}) == len(schemas)
    for table in schemas:
        assert len(set(table.names)) == len(table.names)
        for column in table.columns:
            known = {"int64", "Int64", "float64", "bool", "boolean", "string"}
            assert column.dtype in known, (table.name, column.name)
            assert column.meaning.endswith("."), (table.name, column.name)
            if "[" in column.name:
                assert column.name.endswith(f"[{column.unit}]"), (table.name, column.name)
            if column.unit == "ns":
                assert column.dtype in {"int64", "Int64"}, (table.name, column.name)


def test_asking_a_schema_for_an_unknown_column_lists_its_columns() -> None:
    assert GAZE["worn"].dtype == "bool"
    with pytest.raises(KeyError, match="has no column 'pupil'; it has timestamp"):
        GAZE["pupil"]


# ------------------------------------------------------------------ registry


def test_every_registered_reader_can_be_imported() -> None:
    assert [load(READERS, name).name for name in READERS] == list(READERS)


def test_an_unknown_name_lists_the_known_ones_and_the_nearest() -> None:
    with pytest.raises(
        UnknownRecording,
        match=r"no reader named 'pupil-clod'; choose one of: pupil-cloud, .*Did you mean 'pupil-cloud'",
    ):
        load(READERS, "pupil-clod")


def test_a_missing_package_gives_the_exact_install_line() -> None:
    registry = Registry("backend", {"far": "not_a_package_at_all:Thing"}, extras={"far": "sam2"})
    with pytest.raises(
        MissingBackend,
        match=r"'not_a_package_at_all', which is not installed; run: pip install \"dwell\[sam2\]\"",
    ):
        load(registry, "far")


def test_a_mistake_inside_dwell_is_not_called_a_missing_package() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"dwell\.nowhere"):
        load(Registry("backend", {"broken": "dwell.nowhere:Thing"}), "broken")
