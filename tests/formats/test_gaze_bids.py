"""Gaze as BIDS: checked with the schema that the makers of BIDS publish, and by a reader of its tables."""

import gzip
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dwell.errors import OutputError
from dwell.formats.gaze.bids import Bids
from formats.watched import MS, T0, shifted, watched

BEH = "sub-Anna/beh/sub-Anna_task-scene"


def read_physio(root, stem, suffix="physio"):
    """Rows of a packed table without header as dicts, by the columns of the JSON beside it.

    Source: BIDS 1.11, "Compressed tabular files": no header, tabs, n/a for what is missing.
    """
    sidecar = json.loads((root / f"{stem}_recording-eye1_{suffix}.json").read_text())
    with gzip.open(root / f"{stem}_recording-eye1_{suffix}.tsv.gz", "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    assert all(len(row) == len(sidecar["Columns"]) and all(row) for row in rows)
    return sidecar, [dict(zip(sidecar["Columns"], row, strict=True)) for row in rows]


def read_tsv(path):
    head, *rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture
def written(tmp_path):
    Bids().write([watched()], tmp_path)
    return tmp_path


def test_samples_have_time_place_and_an_answer_for_each_aoi(written):
    sidecar, rows = read_physio(written, BEH)
    assert len(rows) == 40
    first = rows[::4]
    assert [row["timestamp"] for row in first[:3]] == ["0.5", "0.54", "0.58"]
    assert [row["aoi_3"] for row in first] == ["1", "1", "0", "n/a", "0", "1", "0", "1", "n/a", "0"]
    assert [row["aoi_7"] for row in first] == ["0", "1", "1", "n/a", "0", "n/a", "n/a", "n/a", "n/a", "n/a"]
    assert [first[i]["status"] for i in (0, 3, 8)] == ["ok", "no_gaze", "blink"]
    assert (first[1]["x_coordinate"], first[3]["x_coordinate"]) == ("25.000", "n/a")
    assert sidecar["aoi_3"]["LongName"] == "cup"
    assert (sidecar["SamplingFrequency"], sidecar["StartTime"]) == (100.0, 0.5)


def test_times_are_exact_to_the_ns(tmp_path):
    Bids().write([watched(gaze=shifted(np.arange(40)))], tmp_path)
    _, rows = read_physio(tmp_path, BEH)
    assert rows[7]["timestamp"] == "0.570000007"


def test_uneven_samples_are_said_and_keep_their_times(tmp_path):
    late = np.zeros(40)
    late[20:] = 30 * MS
    report = Bids().write([watched(gaze=shifted(late))], tmp_path)
    (note,) = report.notes
    assert "1 of 39 intervals" in note
    assert "10.000 … 40.000 ms" in note
    sidecar, rows = read_physio(tmp_path, BEH)
    assert (rows[19]["timestamp"], rows[20]["timestamp"]) == ("0.69", "0.73")
    assert sidecar["SamplingIntervals"]["Longest"] == 0.04
    assert sidecar["SamplingFrequency"] == 100.0


def test_fixations_and_visits_are_events_of_the_eyes(written):
    sidecar, rows = read_physio(written, BEH, "physioevents")
    assert sidecar["OnsetSource"] == "timestamp"
    visits = [row for row in rows if row["trial_type"] == "visit"]
    assert [(row["onset"], row["duration"], row["aoi"]) for row in visits] == [
        ("0.5", "0.08", "cup"), ("0.54", "0.08", "book"), ("0.7", "0.04", "cup"), ("0.78", "0.04", "cup"),
    ]  # fmt: skip
    fixations = [row for row in rows if row["trial_type"] == "fixation"]
    assert [row["on"] for row in fixations] == ["aoi", "aoi", "aoi", "outside", "unknown", "n/a"]
    assert fixations[1]["aoi"] == "cup|book"
    assert sidecar["aoi"]["Delimiter"] == "|"


def test_events_say_when_each_aoi_was_in_view(written):
    rows = read_tsv(written / f"{BEH}_events.tsv")
    assert [(row["onset"], row["duration"], row["aoi"], row["object_id"]) for row in rows] == [
        ("0.5", "0.32", "cup", "3"), ("0.5", "0.2", "book", "7"),
    ]  # fmt: skip


def test_wearers_are_participants_and_their_recordings_runs(tmp_path):
    some = [watched("a", "Zoë Müller"), watched("b", "Zoë Müller"), watched("c", None), watched("d", "王")]
    Bids().write(some, tmp_path)
    assert sorted(path.name for path in tmp_path.glob("sub-*")) == ["sub-03", "sub-ZoeMuller", "sub-c"]
    stems = sorted(path.name for path in (tmp_path / "sub-ZoeMuller" / "beh").glob("*_events.tsv"))
    assert stems == ["sub-ZoeMuller_task-scene_run-1_events.tsv", "sub-ZoeMuller_task-scene_run-2_events.tsv"]
    assert read_tsv(tmp_path / "participants.tsv")[0] == {
        "participant_id": "sub-ZoeMuller",
        "wearer": "Zoë Müller",
    }


def test_what_bids_has_no_room_for_is_refused(tmp_path):
    with pytest.raises(OutputError, match=r"'Anna' and 'An-na' would both be 'Anna'; rename"):
        Bids().write([watched("a"), watched("b", "An-na")], tmp_path)
    with pytest.raises(OutputError, match="1 samples of 'kitchen' give none"):
        Bids().write([watched(gaze=shifted(np.zeros(40))[:1])], tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_data_set_of_others_is_not_mixed_with_this_one(written):
    Bids().write([watched()], written)  # again is fine
    with pytest.raises(OutputError, match=r"already holds sub-Anna.*choose another folder"):
        Bids().write([watched("b", "Ben")], written)


# ------------------------------------------------------------------ what BIDS says of itself


def file_pattern(rule):
    """A regular expression of the names that a rule of the schema allows, with entities in their order."""
    order = ["subject", "session", "task", "acquisition", "run", "recording"]
    short = {"subject": "sub", "session": "ses", "task": "task", "acquisition": "acq", "run": "run"}
    parts = []
    for entity in order:
        level = rule["entities"].get(entity)
        name = short.get(entity, entity)
        value = r"[0-9]+" if entity == "run" else r"[0-9A-Za-z+]+"
        if level:
            parts.append(f"(?:{name}-{value}_)" + ("" if level == "required" else "?"))
    endings = "|".join(map(re.escape, rule["extensions"]))
    return re.compile("".join(parts) + f"(?:{'|'.join(rule['suffixes'])})(?:{endings})")


def test_files_metadata_and_columns_are_those_of_the_published_schema(tmp_path):
    schema = pytest.importorskip("bidsschematools.schema", reason="pip install bidsschematools").load_schema()
    Bids().write([watched("a"), watched("b"), watched("c", "Ben")], tmp_path)
    raw = schema.rules.files.raw
    rules = [*raw.task.values(), *raw.events.values()]
    patterns = [file_pattern(rule) for rule in rules if "beh" in rule["datatypes"]]
    for path in tmp_path.glob("sub-*/beh/*"):
        assert any(pattern.fullmatch(path.name) for pattern in patterns), path.name
    for path in tmp_path.glob("sub-*/beh/*_physio.json"):
        sidecar = json.loads(path.read_text())
        check_fields(
            schema, sidecar, [schema.rules.sidecars.continuous[each] for each in ("Continuous", "EyeTrack")]
        )
        begin = schema.rules.tabular_data.physio.PhysioEyeTracking.initial_columns
        assert sidecar["Columns"][: len(begin)] == [schema.objects.columns[each].name for each in begin]
        assert {"Units"} <= sidecar["x_coordinate"].keys() & sidecar["y_coordinate"].keys()
    for path in tmp_path.glob("sub-*/beh/*_physioevents.json"):
        sidecar = json.loads(path.read_text())
        check_fields(schema, sidecar, [schema.rules.sidecars.continuous.PhysioEvents])
        assert sidecar["Columns"][0] == "onset"
    check_fields(
        schema,
        json.loads((tmp_path / "dataset_description.json").read_text()),
        [schema.rules.json.dataset.dataset_description],
    )


def check_fields(schema, sidecar, rules):
    """Required fields are there; the enumerated ones have a value of the list."""
    for rule in rules:
        for name, level in rule.fields.items():
            if level == "required":
                assert name in sidecar, name
            choices = schema.objects.metadata[name].get("enum")
            if name in sidecar and choices:
                assert sidecar[name] in choices, name


def test_the_bids_validator_has_no_error(tmp_path):
    beside = str(Path(sys.executable).with_name("bids-validator-deno"))
    validator = shutil.which(beside) or shutil.which("bids-validator-deno")
    if validator is None:
        pytest.skip("pip install bids-validator-deno to have the makers' validator judge it")
    Bids().write([watched("a"), watched("b"), watched("c", "Ben")], tmp_path)
    done = subprocess.run(
        [validator, "--json", str(tmp_path)], capture_output=True, text=True, check=False, timeout=120
    )
    issues = json.loads(done.stdout)["issues"]["issues"]
    assert [each for each in issues if each["severity"] == "error"] == []


def test_the_first_sample_is_where_the_sidecar_says(written):
    sidecar, rows = read_physio(written, BEH)
    assert sidecar["RecordingStart"] == "2025-10-09T08:53:19.500000000Z"
    assert T0 == 1_760_000_000_000_000_000  # 2025-10-09 08:53:20 UTC
    assert float(rows[0]["timestamp"]) == sidecar["StartTime"]


def test_a_recording_of_an_earlier_export_is_not_mixed_with_this_one(tmp_path):
    two = [watched("first"), watched("second")]
    Bids().write(two, tmp_path)
    Bids().write(two, tmp_path)
    with pytest.raises(OutputError, match=r"already holds sub-Anna_task-scene_run-1_events.json"):
        Bids().write(two[:1], tmp_path)


def test_a_readme_of_somebody_else_stays(written):
    assert not Bids().write([watched()], written).notes
    (written / "README.md").write_text("# Our study\n")
    report = Bids().write([watched()], written)
    assert (written / "README.md").read_text() == "# Our study\n"
    assert list(report.notes) == ["README.md was there already and stays as it is."]
    assert written / "README.md" not in report.files


def test_a_wearers_name_stays_in_its_cell(tmp_path):
    report = Bids().write([watched(wearer="Anna\tB\nC")], tmp_path)
    assert read_tsv(tmp_path / "participants.tsv") == [{"participant_id": "sub-AnnaBC", "wearer": "Anna B C"}]
    assert "'Anna B C'" in report.notes[0]
