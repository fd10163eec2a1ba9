"""A project on the picture of an enrichment: from prompts to tables and heatmaps."""

import csv
import re

import numpy as np
import pytest
from PIL import Image

import dwell
from cli.running import dwell as command
from cli.running import refused
from dwell.cli.options import MEASURE_NAMES
from dwell.enrichments.measures import MEASURES
from dwell.errors import OutputError, ProjectError
from dwell.masks import Mask
from dwell.reference_image import (
    compute_image_density,
    enrichment_of,
    map_reference_image,
    read_recording_starts,
    render_measure,
)
from dwell.render import render_aoi_heatmap
from enrichments.written import MS, SIZE_HW, START, fixation, sample, section, write
from recordings.samples import write_cloud

GREEN, BLUE = (40, 160, 60), (30, 60, 200)


@pytest.fixture
def shelf(tmp_path):
    """A green and a blue box on grey; one recording looks at green from 1.5 s on, and at blue at 3 s."""
    folder = write(
        tmp_path / "shelf",
        sections=section("s1", "r1", START),
        gaze="".join(sample(1500 + 5 * i, (20, 20), fixation=1) for i in range(20))
        + "".join(sample(3000 + 5 * i, (80, 40), fixation=2) for i in range(10)),
        fixations=fixation(1, 1500, 100, (20, 20)) + fixation(2, 3000, 50, (80, 40)),
        picture=False,
    )
    picture = np.full((*SIZE_HW, 3), 128, np.uint8)
    picture[10:30, 10:40] = GREEN
    picture[30:50, 60:95] = BLUE
    Image.fromarray(picture).save(folder / "reference_image.png")
    return folder


@pytest.fixture
def project(shelf, tmp_path):
    path = tmp_path / "shelf.dwell"
    with dwell.open_analysis(shelf, path, backend="colour") as analysis:
        analysis.prompt("green", dwell.Point(20, 20), frame_idx=0)
        analysis.prompt("blue", dwell.Point(80, 40), frame_idx=0)
    return path


def test_from_clicks_to_clouds_tables(project):
    with dwell.open_analysis(project, write=False) as analysis:
        results = map_reference_image(analysis.project)
    table = results.aoi_metrics.set_index("aoi label")
    assert table["total fixations"].to_dict() == {"green": 1, "blue": 1}
    assert table["time to first fixation [ms]"].to_dict() == {"green": 1500, "blue": 3000}
    assert table["total fixation duration [ms]"].to_dict() == {"green": 100, "blue": 50}
    dwell_times = results.image_dwell.set_index("aoi label")["dwell time [ms]"].to_dict()
    assert dwell_times == {"green": 19 * 5 + 10, "blue": 50}  # the last before a gap stands for 10 ms
    assert results.measure("dwell-time") == dwell_times
    assert results.measure("recording-reach") == {"green": 1, "blue": 1}
    with pytest.raises(ValueError, match="no measure 'beauty'; choose one of: total-fixation-duration"):
        results.measure("beauty")


def test_a_project_on_a_video_is_no_enrichment(tmp_path):
    with (
        dwell.open_analysis(write_cloud(tmp_path / "c"), tmp_path / "c.dwell") as analysis,
        pytest.raises(ProjectError, match="not about the picture of an enrichment"),
    ):
        enrichment_of(analysis.project)


def test_downloads_of_recordings_tell_when_they_started(tmp_path):
    starts = read_recording_starts([write_cloud(tmp_path / "c")])
    with dwell.open_recording(tmp_path / "c") as recording:
        assert starts == {recording.id: recording.start_ns}


def test_density_lies_where_gaze_was(project):
    with dwell.open_analysis(project, write=False) as analysis:
        density = compute_image_density(map_reference_image(analysis.project), sigma_px=2)
    row, column = np.unravel_index(density.ms_hw.argmax(), density.ms_hw.shape)
    assert (row * density.cell_px, column * density.cell_px) == (20, 20)
    assert density.ms_hw.sum() == pytest.approx(155, rel=1e-3)


def test_the_most_looked_at_aoi_has_the_strongest_colour(project, tmp_path):
    """At the end of viridis is yellow; at its beginning, for low numbers, dark violet."""
    with dwell.open_analysis(project, write=False) as analysis:
        results, picture = map_reference_image(analysis.project), analysis.frames.read(0)
        for measure, winner in (("dwell-time", "green"), ("time-to-first-fixation", "green")):
            path = render_measure(results, picture, tmp_path / f"{measure}.png", measure)
            with Image.open(path) as image:
                drawn = np.asarray(image.convert("RGB")).astype(int)
            yellow = np.argwhere((drawn[..., 0] > 200) & (drawn[..., 1] > 180) & (drawn[..., 2] < 110))
            left = yellow[yellow[:, 1] < 0.8 * drawn.shape[1]]  # not the colour bar
            assert len(left) > 1000, winner
            assert left[:, 1].max() < 0.5 * drawn.shape[1]  # green is in the left half


def test_an_svg_has_an_outline_for_each_aoi_and_its_name(tmp_path):
    masks = [
        ("tea", Mask.from_box((0, 0, 60, 50), SIZE_HW)),
        ("no value", Mask.from_box((60, 0, 99, 50), SIZE_HW)),
    ]
    picture = np.full((*SIZE_HW, 3), 90, np.uint8)
    path = render_aoi_heatmap(picture, masks, {"tea": 3.0}, tmp_path / "a.svg", title="Visits")
    text = path.read_text(encoding="utf-8")
    assert text.count("stroke-dasharray") == 1  # the AOI without a value
    assert "<!-- tea -->" in text
    assert "<!-- Visits -->" in text
    assert not re.search(r"<dc:date>", text)
    with pytest.raises(OutputError, match=r"expected a name ending in \.png, \.svg or \.pdf"):
        render_aoi_heatmap(picture, masks, {}, tmp_path / "a.jpg")
    with pytest.raises(ValueError, match=r"tea: expected a mask of \(10, 10\)"):
        render_aoi_heatmap(picture[:10, :10], masks, {}, tmp_path / "a.png")


def test_no_value_at_all_and_one_alone_are_drawn(tmp_path):
    masks = [("tea", Mask.from_box((0, 0, 60, 50), SIZE_HW)), ("gone", Mask.empty(SIZE_HW))]
    picture = np.full((*SIZE_HW, 3), 90, np.uint8)
    for values in ({}, {"tea": 0.0}, {"tea": float("nan")}):
        assert render_aoi_heatmap(picture, masks, values, tmp_path / "a.png", reverse=True).exists()


# -------------------------------------------------------------------- on the command line


def test_dwell_map_writes_tables_and_pictures(project, tmp_path):
    out = tmp_path / "out"
    ran = command("map", project, "--out", out, "--measure", "time-to-first-fixation", "--json").json
    assert {path.name for path in out.iterdir()} == {
        "aoi_fixations.csv",
        "aoi_label_metrics.csv",
        "aoi_metrics.csv",
        "image_dwell.csv",
        "mapping.json",
        "gaze_heatmap.png",
        "aoi_heatmap.png",
        "aoi_heatmap.svg",
    }
    assert ran["notes"] == []
    assert [each["AOI"] for each in ran["aois"]] == ["green", "blue"]
    with (out / "aoi_metrics.csv").open(encoding="utf-8", newline="") as file:
        assert [row["time to first fixation [ms]"] for row in csv.DictReader(file)] == ["1500", "3000"]
    assert "green" in command("map", project, "--out", out).out


def test_dwell_track_makes_the_project(shelf, tmp_path):
    command(
        "track",
        shelf,
        "--aoi",
        "green:click=20,20@f0",
        "--backend",
        "colour",
        "--project",
        tmp_path / "p.dwell",
    )
    assert (
        command("map", tmp_path / "p.dwell", "--out", tmp_path / "out", "--json").json["aois"][0]["fixations"]
        == 1
    )


def test_options_of_the_other_kind_are_refused(project, tmp_path):
    out = ("--out", tmp_path / "out")
    assert "--margin-px" in refused("map", project, *out, "--margin-deg", 1, code=2)
    assert "choose one of total-fixation" in refused("map", project, *out, "--measure", "beauty", code=2)
    assert "group_by" in refused("map", project, *out, "--group-by", "shop", code=2).replace(
        "--group-by", "group_by"
    )
    video = tmp_path / "c.dwell"
    with dwell.open_analysis(write_cloud(tmp_path / "c"), video):
        pass
    assert "--margin-px is for the picture" in refused("map", video, *out, "--margin-px", 3, code=2)


def test_the_command_line_knows_every_measure():
    assert list(MEASURES) == list(MEASURE_NAMES)
    described = " ".join(command("map", "--help").out.split())
    assert all(name in described for name in MEASURES)


def test_starts_from_downloads_on_the_command_line(tmp_path):
    """The section starts at an event; the recording's own download says when it began."""
    cloud = write_cloud(tmp_path / "c")
    with dwell.open_recording(cloud) as recording:
        start, name = recording.start_ns, recording.id
    folder = write(
        tmp_path / "e",
        sections=section("s1", name, start + 2000 * MS, event="task"),
        fixations=fixation(1, 500, 80, (20, 20), where=f"s1,{name}", start_ns=start + 2000 * MS),
    )
    path = tmp_path / "e.dwell"
    with dwell.open_analysis(folder, path) as analysis:
        analysis.prompt("all", dwell.MaskPrompt(Mask.full(SIZE_HW)), frame_idx=0)
    out = tmp_path / "out"
    ran = command("map", path, "--out", out, "--json").json
    assert ran["aois"][0]["mean TTFF [s]"] is None
    assert any("recording.begin" in note for note in ran["notes"])
    ran = command("map", path, "--out", out, "--recordings", cloud, "--json").json
    assert ran["aois"][0]["mean TTFF [s]"] == 2.5
