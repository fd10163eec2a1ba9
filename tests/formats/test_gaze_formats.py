"""Gaze in the formats of other programs: what each file says of one second that was worked out by hand."""

import csv
import json

import numpy as np
import pandas as pd
import pytest
import yaml

import dwell
from dwell.analysis.gaze_formats import export_gaze
from dwell.errors import Cancelled, OutputError
from dwell.formats.gaze.contract import GazeFormat
from dwell.formats.gaze.names import file_names
from dwell.gaze import Section
from dwell.registry import FORMATS, GAZE_FORMATS, load
from formats.watched import MS, RECORDING_START, T0, shifted, watched
from shape_recordings import shapes_world, write_image_folder

ALL = list(GAZE_FORMATS)


def write(name, recordings, out):
    return load(GAZE_FORMATS, name)().write(recordings, out)


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


# ------------------------------------------------------------------ every format


def test_no_recording_takes_the_file_of_another():
    def named(*names):
        return file_names([watched(name) for name in names])

    assert named("rec", "walk") == ["rec", "walk"]
    assert named("rec", "rec") == ["rec-1", "rec-2"]
    assert named("rec", "rec", "rec-2") == ["rec-1", "rec-3", "rec-2"]
    assert named("REC-1", "rec", "Rec") == ["REC-1", "rec-2", "Rec-3"]
    assert named("?", "recording-1") == ["recording-2", "recording-1"]


def test_recordings_of_an_earlier_export_are_not_mixed_with_these(tmp_path):
    two = [watched("first", "Anna"), watched("second", "Zoë")]
    write("long", two, tmp_path)
    write("long", two, tmp_path)
    with pytest.raises(OutputError, match=r"raw already holds second.csv"):
        write("long", two[:1], tmp_path)


@pytest.mark.parametrize("name", ALL)
def test_every_format_says_what_it_is_and_writes_what_it_reports(name, tmp_path):
    made = load(GAZE_FORMATS, name)()
    assert isinstance(made, GazeFormat)
    assert made.name == name
    assert name not in FORMATS
    assert made.about.title
    assert made.about.source.startswith("https://")
    report = made.write([watched()], tmp_path / "out")
    written = sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert written == sorted(report.files)


@pytest.mark.parametrize("name", ALL)
def test_the_same_gaze_gives_the_same_bytes(name, tmp_path):
    for folder in ("a", "b"):
        write(name, [watched()], tmp_path / folder)
    first = {path.relative_to(tmp_path / "a"): path.read_bytes() for path in (tmp_path / "a").rglob("*.*")}
    again = {path.relative_to(tmp_path / "b"): path.read_bytes() for path in (tmp_path / "b").rglob("*.*")}
    assert first == again


@pytest.mark.parametrize("name", ALL)
def test_names_of_any_script_and_with_every_sign_are_written_or_refused(name, tmp_path):
    odd = watched("Küche, früh|1", "Zoë; Ω", cup="чашка|red, big", book='a "book"\tof 本')
    report = write(name, [odd], tmp_path)
    text = "".join(
        path.read_text("utf-8") for path in report.files if path.suffix in (".csv", ".txt", ".tsv")
    )
    assert "чашка" in text
    assert "本" in text


@pytest.mark.parametrize("name", ALL)
def test_names_that_would_become_the_same_are_refused(name, tmp_path):
    with pytest.raises(OutputError, match=r"'a b'.*rename one"):
        write(name, [watched(cup="a\tb", book="a b")], tmp_path)


@pytest.mark.parametrize("name", ALL)
def test_progress_reaches_the_end_and_may_stop_it(name, tmp_path):
    seen = []
    load(GAZE_FORMATS, name)().write([watched()], tmp_path, lambda *each: seen.append(each))
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)

    def stop(done, total):
        raise Cancelled("stop")

    with pytest.raises(Cancelled):
        load(GAZE_FORMATS, name)().write([watched()], tmp_path / "stopped", stop)
    assert not list((tmp_path / "stopped").rglob("*.tmp"))


@pytest.mark.parametrize("name", [each for each in ALL if each != "bids"])
def test_a_recording_without_a_gaze_sample_gives_tables_without_rows(name, tmp_path):
    empty = watched(gaze=shifted(np.zeros(40))[:0], fixations=False)
    report = write(name, [empty], tmp_path)
    assert (report.n_samples, report.n_events) == (0, 0)


# ------------------------------------------------------------------ GazePlotter


def read_gazeplotter(path):
    """(from, to, participant, stimulus, AOIs), as GazePlotter splits rows: at every comma, then at bars.

    Source: GazePlotter, "Custom CSV", and its README on what quotes mean: nothing.
    """
    head, *rows = [line.split(",") for line in lines(path)]
    assert head == ["From", "To", "Participant", "Stimulus", "AOI"]
    return [
        (int(start), int(stop), who, what, [each for each in aoi.split("|") if each])
        for start, stop, who, what, aoi in rows
    ]


def test_gazeplotter_has_stretches_of_gaze_on_the_same_aois(tmp_path):
    report = write("gazeplotter", [watched()], tmp_path)
    found = read_gazeplotter(tmp_path / "gaze.csv")
    assert {row[2:4] for row in found} == {("Anna", "scene")}
    # ms from the recording's start, which is 500 ms before the first frame; gaps are missing or unknown gaze
    assert [(start, stop, aois) for start, stop, *_, aois in found] == [
        (500, 540, ["cup"]),
        (540, 580, ["cup", "book"]),
        (580, 620, ["book"]),
        (660, 700, []),
        (700, 740, ["cup"]),
        (780, 820, ["cup"]),
    ]
    # 24 of 40 samples have an answer; 4 without gaze and 4 in the blink, 4 + 4 nobody knows.
    assert report.n_samples == 24
    assert any("8 gaze samples without valid gaze and 8 that may be" in note for note in report.notes)


def test_gazeplotter_has_fixations_of_which_it_is_known_what_they_are_on(tmp_path):
    report = write("gazeplotter", [watched()], tmp_path)
    assert [
        (start, stop, aois) for start, stop, *_, aois in read_gazeplotter(tmp_path / "fixations.csv")
    ] == [
        (500, 540, ["cup"]),
        (540, 580, ["cup", "book"]),
        (580, 620, ["book"]),
        (660, 700, []),
    ]
    assert report.n_events == 4
    assert any("nobody knows what they are on are left out: 2." in note for note in report.notes)


def test_gazeplotter_has_when_each_aoi_was_in_view(tmp_path):
    write("gazeplotter", [watched()], tmp_path)
    assert lines(tmp_path / "aoi_visibility.csv") == [
        "stimulus,participant,eventName,start,duration",
        "scene,Anna,cup,500,320",  # frames 0 … 7
        "scene,Anna,book,500,200",  # frames 0 … 4
    ]


def test_gazeplotter_samples_are_those_with_an_answer(tmp_path):
    report = write("gazeplotter-samples", [watched()], tmp_path)
    head, *rows = lines(tmp_path / "samples.csv")
    assert head == "Time,Participant,Stimulus,AOI"
    assert rows[0] == "500,Anna,scene,cup"
    assert rows[4] == "540,Anna,scene,cup|book"
    assert rows[12] == "660,Anna,scene,"
    assert len(rows) == report.n_samples == 24
    assert any("draws on over them" in note for note in report.notes)


def test_gazeplotter_rounds_to_whole_ms_halves_up(tmp_path):
    gaze = shifted(np.resize([499_999, 500_000], 40))
    write("gazeplotter-samples", [watched(gaze=gaze)], tmp_path)
    times = [int(row.split(",")[0]) for row in lines(tmp_path / "samples.csv")[1:3]]
    assert times == [500, 511]


def test_gazeplotter_has_no_quotes_so_commas_and_bars_are_replaced_and_said(tmp_path):
    report = write("gazeplotter", [watched(cup="cup, blue|big")], tmp_path)
    assert read_gazeplotter(tmp_path / "gaze.csv")[0][-1] == ["cup; blue/big"]
    assert "The AOI 'cup, blue|big' is written as 'cup; blue/big'" in " ".join(report.notes)


def test_recordings_of_one_wearer_are_told_apart(tmp_path):
    write("gazeplotter", [watched("one"), watched("two"), watched("three", "Ben")], tmp_path)
    who = {row[2] for row in read_gazeplotter(tmp_path / "gaze.csv")}
    assert who == {"Anna one", "Anna two", "Ben"}
    with pytest.raises(OutputError, match="nothing tells apart"):
        write("gazeplotter", [watched("one"), watched("one")], tmp_path)


def test_without_fixations_there_is_no_table_of_them(tmp_path):
    write("gazeplotter", [watched()], tmp_path)
    report = write("gazeplotter", [watched(fixations=False)], tmp_path)
    assert not (tmp_path / "fixations.csv").exists()
    assert "kitchen has no fixations, so it is in gaze.csv only." in report.notes


# ------------------------------------------------------------------ long tables


def test_long_tables_keep_times_to_the_ns(tmp_path):
    write("long", [watched(gaze=shifted(np.arange(40)))], tmp_path)
    table = pd.read_csv(tmp_path / "raw" / "kitchen.csv", dtype=str, keep_default_na=False)
    about = pd.read_csv(tmp_path / "recordings.csv").iloc[0]
    exact = [int(about["start_ns"]) + int(text.replace(".", "").ljust(len(text.split(".")[0]) + 6, "0"))
             for text in table["time"]]  # fmt: skip
    assert exact == [T0 + i * 10 * MS + i for i in range(40)]
    assert table["time"][1] == "510.000001"


def test_long_tables_tell_missing_unknown_and_outside_apart(tmp_path):
    write("long", [watched()], tmp_path)
    table = pd.read_csv(tmp_path / "raw" / "kitchen.csv", keep_default_na=False)
    first = table.iloc[::4]
    assert first["on"].tolist() == [
        "aoi", "aoi", "aoi", "missing", "outside", "aoi", "unknown", "aoi", "missing", "unknown"
    ]  # fmt: skip
    assert first["aoi"].tolist() == ["cup", "cup|book", "book", "", "", "cup", "", "cup", "", ""]
    assert first["status"].tolist() == ["ok"] * 3 + ["no gaze"] + ["ok"] * 4 + ["blink", "ok"]
    assert first["x"].tolist()[:4] == ["15.000", "25.000", "35.000", ""]
    assert first["x"].tolist()[8] == ""  # what a tracker says in a blink is no gaze
    assert first["frame_idx"].tolist() == list(range(10))


def test_long_events_are_fixations_and_visits(tmp_path):
    report = write("long", [watched()], tmp_path)
    table = pd.read_csv(tmp_path / "precomputed_events" / "kitchen.csv", keep_default_na=False)
    assert table.columns.tolist()[:4] == ["name", "onset", "offset", "duration"]
    assert (table["offset"] - table["onset"] == table["duration"]).all()
    visits = table[table["name"] == "visit"]
    assert visits[["onset", "offset", "aoi"]].to_numpy().tolist() == [
        [500, 580, "cup"],
        [540, 620, "book"],
        [700, 740, "cup"],
        [780, 820, "cup"],
    ]
    fixations = table[table["name"] == "fixation"]
    assert fixations["on"].tolist() == ["aoi", "aoi", "aoi", "outside", "unknown", "missing"]
    assert fixations["aoi"].tolist() == ["cup", "cup|book", "book", "", "", ""]
    assert fixations["location_x"].tolist() == ["15.000", "25.000", "35.000", "70.000", "70.000", ""]
    assert report.n_events == 10


def test_pymovements_reads_the_long_tables_by_their_definition(tmp_path):
    pm = pytest.importorskip("pymovements", reason="pip install pymovements")
    late = np.arange(40) // 39  # only the last sample's time has digits below 1 ms
    write("long", [watched(gaze=shifted(late)), watched("garden", "Ben")], tmp_path)
    definition = pm.DatasetDefinition.from_yaml(tmp_path / "dataset.yaml")
    data = pm.Dataset(definition, tmp_path).load()
    assert [gaze.samples["time"][0] for gaze in data.gaze] == [500.0, 500.0]
    assert data.gaze[0].samples["pixel"][4].to_list() == [25.0, 25.0]
    assert data.gaze[1].samples["time"][39] == 890.000001  # garden comes before kitchen
    assert data.gaze[0].experiment.sampling_rate == 100.0
    assert data.precomputed_events[0].frame["name"].to_list().count("visit") == 4


def test_the_definition_names_what_pymovements_asks_for(tmp_path):
    write("long", [watched()], tmp_path)
    definition = yaml.safe_load((tmp_path / "dataset.yaml").read_text())
    gaze, events = definition["resources"]
    head = lines(tmp_path / "raw" / "kitchen.csv")[0].split(",")
    assert {gaze["load_kwargs"]["time_column"], *gaze["load_kwargs"]["pixel_columns"]} <= set(head)
    assert events["content"] == "precomputed_events"
    assert definition["experiment"] == {
        "screen_width_px": 80, "screen_height_px": 60, "origin": "upper left", "sampling_rate": 100.0
    }  # fmt: skip


def test_a_section_cuts_gaze_fixations_and_views(tmp_path):
    section = Section("id", "kitchen", RECORDING_START, "part", T0 + 20 * MS, T0 + 60 * MS)
    write("gazeplotter", [watched(section=section)], tmp_path)
    assert [row[:2] for row in read_gazeplotter(tmp_path / "gaze.csv")] == [(520, 540), (540, 560)]
    assert [row[:2] for row in read_gazeplotter(tmp_path / "fixations.csv")] == [(520, 540), (540, 560)]
    assert lines(tmp_path / "aoi_visibility.csv")[1:] == ["scene,Anna,cup,520,40", "scene,Anna,book,520,40"]


# ------------------------------------------------------------------ ELAN, BORIS


def test_elan_gets_a_tier_per_aoi_on_the_time_of_the_video(tmp_path):
    report = write("elan", [watched()], tmp_path)
    head, *rows = [line.split("\t") for line in lines(tmp_path / "kitchen.txt")]
    assert head[:3] == ["Tier", "Begin Time - msec", "End Time - msec"]
    assert rows == [
        ["cup", "0", "80", "80", "cup"],
        ["book", "40", "120", "80", "book"],
        ["cup", "200", "240", "40", "cup"],
        ["cup", "280", "320", "40", "cup"],
    ]
    for tier in ("cup", "book"):  # annotations of one tier may not overlap
        spans = [(int(row[1]), int(row[2])) for row in rows if row[0] == tier]
        assert all(stop <= start for (_, stop), (start, _) in zip(spans, spans[1:], strict=False))
    assert report.n_events == 4


def test_visits_that_round_to_nothing_are_left_out_and_counted(tmp_path):
    gaze = shifted(np.zeros(40))[:1]  # a sample alone stands for no time
    report = write("elan", [watched(gaze=gaze)], tmp_path)
    assert lines(tmp_path / "kitchen.txt")[1:] == []
    assert "kitchen: 1 visit that rounds to 0 ms is left out." in report.notes


def read_as_boris(path):
    """The events as BORIS 10 takes them from a spreadsheet; source: its import of observations."""
    table = pd.read_excel(path, sheet_name=0, engine="openpyxl")
    table.columns = table.columns.str.upper()
    labels = ["TIME", "SUBJECT", "CODE", "MODIFIER", "COMMENT"]
    assert set(labels) <= set(table.columns)
    return [
        ["" if str(row[label]) == "nan" else row[label] for label in labels] for _, row in table.iterrows()
    ]


def test_boris_reads_a_start_and_a_stop_of_each_visit(tmp_path):
    pytest.importorskip("openpyxl", reason="pip install openpyxl")
    write("boris", [watched()], tmp_path)
    events = read_as_boris(tmp_path / "kitchen.xlsx")
    assert [(time, code, comment) for time, _, code, _, comment in events] == [
        (0.0, "cup", "START"), (0.04, "book", "START"), (0.08, "cup", "STOP"), (0.12, "book", "STOP"),
        (0.2, "cup", "START"), (0.24, "cup", "STOP"), (0.28, "cup", "START"), (0.32, "cup", "STOP"),
    ]  # fmt: skip
    assert {event[1] for event in events} == {"Anna"}
    behaviors = pd.read_csv(tmp_path / "behaviors.csv")
    assert set(behaviors["Behavior code"]) == {event[2] for event in events}
    assert set(behaviors["Behavior type"]) == {"State event"}


def test_boris_table_has_the_columns_of_its_aggregated_events(tmp_path):
    write("boris", [watched(), watched("garden", "Ben")], tmp_path)
    with (tmp_path / "visits.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Observation id"] for row in rows] == ["kitchen"] * 4 + ["garden"] * 4
    assert {"Subject", "Behavior", "Behavior type", "Start (s)", "Stop (s)"} <= rows[0].keys()
    assert [rows[1][each] for each in ("Behavior", "Start (s)", "Stop (s)", "Duration (s)")] == [
        "book", "0.040", "0.120", "0.080"
    ]  # fmt: skip


# ------------------------------------------------------------------ of an analysis


@pytest.fixture(scope="module")
def tracked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shapes")
    shots = write_image_folder(folder / "shots", shapes_world())
    with dwell.open_analysis(shots, folder / "p.dwell", backend="colour") as analysis:
        analysis.prompt("red", dwell.Point(32, 15), frame_idx=20)
        analysis.prompt("blue", dwell.Point(40, 45), frame_idx=0)
        analysis.track()
        yield analysis


def test_an_analysis_writes_several_formats_at_once(tracked, tmp_path):
    seen = []
    reports = tracked.export_gaze(["gazeplotter", "bids"], tmp_path, progress=lambda *each: seen.append(each))
    assert [report.path for report in reports] == [tmp_path / "gazeplotter", tmp_path / "bids"]
    assert seen[-1][0] == seen[-1][1]
    # Gaze follows red in frames 10 … 19 and rests on blue in 30 … 39, of 40 ms each; elsewhere there is none.
    assert read_gazeplotter(tmp_path / "gazeplotter" / "gaze.csv") == [
        (400, 800, "shots", "scene", ["red"]),
        (1200, 1600, "shots", "scene", ["blue"]),
    ]


def test_one_format_is_written_into_the_folder_itself(tracked, tmp_path):
    results = tracked.map()
    (report,) = tracked.export_gaze("elan", tmp_path, results=results, task="shelf")
    assert report.path == tmp_path
    assert (tmp_path / "shots.txt").exists()


def test_an_unknown_gaze_format_lists_the_known_ones(tracked, tmp_path):
    with pytest.raises(OutputError, match="gazeplotter, gazeplotter-samples, long, bids, elan, boris"):
        tracked.export_gaze("gazeploter", tmp_path)
    with pytest.raises(ValueError, match="Expected recordings and formats"):
        export_gaze([], "long", tmp_path)


def test_nothing_optional_is_imported_for_it(tmp_path):
    report = write("long", [watched()], tmp_path)
    assert json.loads(pd.read_csv(tmp_path / "recordings.csv")["aois"][0]) == {"3": "cup", "7": "book"}
    assert report.notes == []
