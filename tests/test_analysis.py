"""From a recording to its tables in one go, with numbers worked out by hand."""

import csv
import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import dwell
from dwell.errors import (
    DwellError,
    MissingStream,
    NotAProject,
    OutputError,
    ProjectError,
    PromptError,
    UnknownRecording,
)
from dwell.prompts import Point, parse_prompt, read_prompts
from shape_recordings import SIZE_HW, shapes_world, write_image_folder


@pytest.fixture(scope="module")
def shots(tmp_path_factory):
    return write_image_folder(tmp_path_factory.mktemp("shapes") / "shots", shapes_world())


@pytest.fixture
def tracked(shots, tmp_path):
    """An analysis in which red and blue were clicked and tracked."""
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        analysis.prompt("red", dwell.Point(32, 15), frame_idx=20)
        analysis.prompt("blue", dwell.Point(40, 45), frame_idx=0)
        analysis.track()
        yield analysis


def test_dwell_time_is_the_time_gaze_was_on_the_mask(tracked):
    table = tracked.map().aoi_dwell.set_index("aoi label")
    # 10 frames × 40 ms of gaze on each, seen in all 50 frames of 40 ms.
    assert table["dwell time [ms]"].to_dict() == {"red": 400.0, "blue": 400.0}
    assert table["visible time [ms]"].to_dict() == {"red": 2000.0, "blue": 2000.0}
    assert table["dwell per visible time"].to_dict() == {"red": 0.2, "blue": 0.2}
    assert table["visits"].to_dict() == {"red": 1, "blue": 1}


def test_tables_are_written_in_clouds_spelling(tracked, tmp_path):
    files = {path.name for path in tracked.map().write(tmp_path / "tables")}
    assert files == {
        "gaze_on_aoi.csv", "frames.csv", "aoi_dwell.csv", "aoi_visits.csv", "aoi_fixations.csv",
        "aoi_metrics.csv", "aoi_sequence.csv", "mapping_summary.csv", "mapping.json",
    }  # fmt: skip
    with (tmp_path / "tables" / "aoi_metrics.csv").open(newline="") as file:
        rows = {row["aoi label"]: row for row in csv.DictReader(file)}
    assert rows["red"]["total fixations"] == "1"
    assert rows["red"]["total fixation duration [ms]"] == "400"
    assert rows["red"]["time to first fixation [ms]"] == "400"  # frame 10 × 40 ms
    assert rows["blue"]["time to first fixation [ms]"] == "1200"
    with (tmp_path / "tables" / "gaze_on_aoi.csv").open(newline="") as file:
        samples = list(csv.DictReader(file))
    assert len(samples) == 50 * 8 * 2
    assert sum(row["on aoi"] == "true" for row in samples) == 160
    manifest = json.loads((tmp_path / "tables" / "mapping.json").read_text())
    assert manifest["mapping"]["margin_deg"] == 0.0


def test_out_of_date_masks_count_as_unknown_not_as_outside(tracked):
    tracked.prompt("red", dwell.Box(4, 4, 70, 40), frame_idx=30)
    results = tracked.map()
    row = results.aoi_dwell.set_index("aoi label").loc["red"]
    assert row["dwell time [ms]"] == 400.0  # frames 10 … 19 lie before the anchor at 20: still settled
    tracked.prompt("red", dwell.Point(27, 15), frame_idx=15)  # now 0 … 14 and 16 … 19 are out of date
    row = tracked.map().aoi_dwell.set_index("aoi label").loc["red"]
    assert row["dwell time [ms]"] == 40.0  # frame 15 alone
    assert row["unknown gaze time [ms]"] == 9 * 40.0 + 9 * 40.0  # red's other nine, and 31 … 39
    assert any("red" in note and "unknown" in note for note in tracked.map().notes)


def test_margins_need_degrees(tracked):
    with pytest.raises(ValueError, match="px_per_degree"):
        tracked.map(dwell.MappingOptions(margin_deg=1.0))
    wide = tracked.map(dwell.MappingOptions(margin_deg=1.0, px_per_degree=10.0))
    assert (wide.gaze_map.inside == 1).sum() >= 160


def test_davis_export_keeps_the_names_of_the_images_and_needs_no_video(tracked, tmp_path):
    path = tracked.project.path
    tracked.close()
    with dwell.open_analysis(path, write=False) as again:
        again.export("davis", tmp_path / "masks")
    assert sorted(p.name for p in (tmp_path / "masks").iterdir())[:2] == ["shot_0001.png", "shot_0002.png"]
    index = np.asarray(Image.open(tmp_path / "masks" / "shot_0004.png"))
    truth = shapes_world().truth(3)
    np.testing.assert_array_equal(index == 1, truth["red"])
    np.testing.assert_array_equal(index == 2, truth["blue"])


def test_an_unknown_format_lists_the_known_ones(tracked, tmp_path):
    with pytest.raises(OutputError, match=r"coco, .*davis, .*nifti"):
        tracked.export("yola", tmp_path)


def test_the_same_recording_opens_the_same_project(shots, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with dwell.open_analysis(shots, backend="colour") as first:
        first.prompt("red", dwell.Point(12, 15), frame_idx=0)
        assert first.project.path.name == "shots.dwell"
    with dwell.open_analysis(shots, backend="colour") as second:
        assert [aoi.name for aoi in second.project.aois()] == ["red"]


def test_a_project_of_another_recording_is_not_taken(shots, tmp_path):
    dwell.open_analysis(shots, tmp_path / "p.dwell").close()
    other = write_image_folder(tmp_path / "other", shapes_world(n_frames=42))
    with pytest.raises(ProjectError, match=r"belongs to another recording.*--project"):
        dwell.open_analysis(other, tmp_path / "p.dwell")


def test_a_recording_that_was_moved_is_asked_for(tmp_path):
    shots = write_image_folder(tmp_path / "shots", shapes_world(5))
    dwell.open_analysis(shots, tmp_path / "p.dwell").close()
    shots.rename(tmp_path / "moved")
    with (
        dwell.open_analysis(tmp_path / "p.dwell") as analysis,
        pytest.raises(UnknownRecording, match="--source"),
    ):
        _ = analysis.frames
    with dwell.open_analysis(tmp_path / "p.dwell", source=tmp_path / "moved") as analysis:
        assert len(analysis.frames) == 5


def test_another_video_in_its_place_is_noticed(tmp_path):
    shots = write_image_folder(tmp_path / "shots", shapes_world(5))
    dwell.open_analysis(shots, tmp_path / "p.dwell").close()
    Image.new("RGB", SIZE_HW[::-1], "white").save(shots / "shot_0001.png")
    with (
        dwell.open_analysis(tmp_path / "p.dwell") as analysis,
        pytest.raises(ProjectError, match="not the one"),
    ):
        _ = analysis.frames


def test_without_gaze_there_are_masks_but_no_mapping(tmp_path):
    shots = write_image_folder(tmp_path / "shots", shapes_world(5))
    for name in ("gaze.csv", "fixations.csv"):
        (shots / name).unlink()
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        analysis.prompt("red", dwell.Point(12, 15), frame_idx=0)
        analysis.track()
        with pytest.raises(MissingStream, match="no gaze.*gaze="):
            analysis.map()
        assert analysis.render(tmp_path / "masks.mp4").exists()


def test_prompts_from_text_and_file_are_added_once(shots, tmp_path):
    file = tmp_path / "aois.yaml"
    file.write_text("aois: [{name: blue, colour: '#112233', prompts: ['click=40,45@f0']}]\n")
    written = [*read_prompts(file), parse_prompt("red:click=12,15@f0")]
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        assert analysis.add_prompts(written) == 2
        assert analysis.add_prompts(written) == 0
        assert analysis.project.aoi("blue").colour == "#112233"


def test_prompts_are_added_all_or_none(shots, tmp_path):
    written = [parse_prompt("red:click=12,15@f0"), parse_prompt("blue:click=999,45@f0")]
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        with pytest.raises(PromptError, match="outside"):
            analysis.add_prompts(written)
        assert analysis.project.aois() == []


def test_prompts_that_replace_each_other_are_added_once_too(shots, tmp_path):
    click, box = parse_prompt("red:click=12,15@f0"), parse_prompt("red:box=3,6,21,24@f0")
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        assert analysis.add_prompts([click]) == 1
        assert analysis.add_prompts([click, box]) == 1
        analysis.track()
        assert analysis.add_prompts([click, box]) == 0
        assert analysis.track() == 0
        assert {each.prompt for each in analysis.project.prompts()} == {click.prompt, box.prompt}


def test_a_prompts_file_may_change_a_colour_later(shots, tmp_path):
    file = tmp_path / "aois.yaml"
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        for colour in ("#112233", "#445566"):
            file.write_text(f"aois: [{{name: blue, colour: '{colour}', category: disc}}]\n")
            analysis.add_prompts(read_prompts(file))
        assert analysis.project.aois() == [dwell.AOI(1, "blue", "#445566", "disc")]
        n_steps = len(analysis.project.history())
        analysis.add_prompts(read_prompts(file))
        assert len(analysis.project.history()) == n_steps


def test_looking_makes_no_project(shots, tmp_path):
    with pytest.raises(NotAProject, match="no project"):
        dwell.open_analysis(shots, tmp_path / "p.dwell", write=False)
    assert not (tmp_path / "p.dwell").exists()


def test_an_image_that_is_missing_in_the_middle_is_noticed(tmp_path):
    shots = write_image_folder(tmp_path / "shots", shapes_world(6))
    dwell.open_analysis(shots, tmp_path / "p.dwell").close()
    (shots / "shot_0003.png").unlink()
    (shots / "frames.csv").unlink()
    with (
        dwell.open_analysis(tmp_path / "p.dwell") as analysis,
        pytest.raises(ProjectError, match="not the one"),
    ):
        _ = analysis.frames
    with pytest.raises(ProjectError, match="another recording"):
        dwell.open_analysis(shots, tmp_path / "p.dwell")


def test_coco_names_the_images_by_their_files(tracked, tmp_path):
    tracked.export("coco", tmp_path / "coco")
    images = json.loads((tmp_path / "coco" / "annotations.json").read_text())["images"]
    assert [each["file_name"] for each in images][:2] == ["shot_0001.png", "shot_0002.png"]


@pytest.mark.parametrize("place", ["here", "beside", "inside"])
def test_a_gaze_table_is_found_again_from_any_folder(tmp_path, monkeypatch, place):
    world = shapes_world(5)
    shots = write_image_folder(tmp_path / "shots", world)
    folders = {"here": tmp_path / "here", "beside": shots / "more", "inside": shots}
    for folder in (tmp_path / "here", tmp_path / "elsewhere", shots / "more"):
        folder.mkdir()
    (shots / "gaze.csv").rename(folders[place] / "g.csv")
    monkeypatch.chdir(tmp_path / "here")
    gaze = "more/g.csv" if place == "beside" else "g.csv"
    with dwell.open_analysis(shots, tmp_path / "p.dwell", gaze=gaze, reader="images") as analysis:
        n_samples = len(analysis.recording.gaze)
    monkeypatch.chdir(tmp_path / "elsewhere")
    other = tmp_path / "elsewhere" / gaze
    other.parent.mkdir(exist_ok=True)
    other.write_text("timestamp [ns],gaze x [px],gaze y [px]\n1,2,3\n")  # of the same name, and not meant
    with dwell.open_analysis(tmp_path / "p.dwell") as analysis:
        assert len(analysis.recording.gaze) == n_samples == 40


def test_options_given_once_hold_for_the_recording_too(tmp_path):
    shots = write_image_folder(tmp_path / "shots", shapes_world(5))
    (shots / "gaze.csv").rename(tmp_path / "g.csv")
    dwell.open_analysis(shots, tmp_path / "p.dwell", gaze=tmp_path / "g.csv").close()
    with dwell.open_analysis(shots, tmp_path / "p.dwell") as analysis:
        assert len(analysis.recording.gaze) == 40


def test_a_recording_opened_from_its_new_place_is_found_there_next_time(tmp_path):
    shots = write_image_folder(tmp_path / "shots", shapes_world(5))
    dwell.open_analysis(shots, tmp_path / "p.dwell").close()
    shots.rename(tmp_path / "moved")
    dwell.open_analysis(tmp_path / "moved", tmp_path / "p.dwell").close()
    with dwell.open_analysis(tmp_path / "p.dwell") as analysis:
        assert len(analysis.frames) == 5


def without_positions(folder):
    """Gaze that is there, but nowhere."""
    table = pd.read_csv(folder / "gaze.csv")
    table[["gaze x [px]", "gaze y [px]"]] = np.nan
    table.to_csv(folder / "gaze.csv", index=False)
    fixations = pd.read_csv(folder / "fixations.csv")
    fixations.iloc[:0].to_csv(folder / "fixations.csv", index=False)


def test_zero_for_want_of_gaze_is_said(tmp_path):
    shots = write_image_folder(tmp_path / "shots", shapes_world(5))
    without_positions(shots)
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        assert any("no AOI" in note for note in analysis.map().notes)
        analysis.prompt("red", dwell.Point(12, 15), frame_idx=0)
        analysis.track()
        results = analysis.map()
        assert results.aoi_dwell["dwell time [ms]"].tolist() == [0.0]
        assert any("Not one gaze sample" in note for note in results.notes)
        assert len(results.write(tmp_path / "tables")) == 9


def test_mapping_again_into_a_folder_leaves_no_table_of_before(tmp_path):
    shots = write_image_folder(tmp_path / "shots", shapes_world(5))
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        analysis.map().write(tmp_path / "tables")
    (shots / "fixations.csv").unlink()
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        written = analysis.map().write(tmp_path / "tables")
    assert sorted(written) == sorted((tmp_path / "tables").iterdir())
    assert len(written) == 6


def test_tables_of_two_mappings_never_share_a_manifest(tracked, tmp_path, monkeypatch):
    results = tracked.map()
    results.write(tmp_path / "tables")

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):  # before the first table is replaced
        results.write(tmp_path / "tables", stop)
    assert (tmp_path / "tables" / "mapping.json").exists()
    monkeypatch.setattr("dwell.results.write_frames", stop)
    with pytest.raises(KeyboardInterrupt):  # after it
        results.write(tmp_path / "tables")
    assert not (tmp_path / "tables" / "mapping.json").exists()


def test_masks_are_rendered_without_gaze_and_frame_times(tmp_path):
    export = dwell.DrawnWorld(size_hw=(120, 160), duration_s=4.0).write_cloud_export(
        tmp_path / "rec", truth=False
    )
    for name in ("gaze.csv", "world_timestamps.csv"):
        next(export.rglob(name)).unlink()
    with dwell.open_analysis(export, tmp_path / "p.dwell", backend="colour") as analysis:
        analysis.prompt("patch", dwell.Box(40, 40, 80, 80), frame_idx=45)
        assert analysis.render(tmp_path / "masks.mp4").exists()


def test_whoever_segmented_last_goes_on_even_before_anything_was_tracked(shots, tmp_path):
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        analysis.prompt("blue", Point(30, 40), frame_idx=0)
    with dwell.open_analysis(tmp_path / "p.dwell") as again:
        assert again.backend_choice[0] == "colour"
        assert again.project.runs() == []


def test_the_stride_of_the_last_time_holds_and_is_on_record(shots, tmp_path):
    with dwell.open_analysis(shots, tmp_path / "p.dwell", backend="colour") as analysis:
        assert analysis.last_stride == 1
        analysis.prompt("blue", Point(30, 40), frame_idx=0)
        analysis.track(span=(0, 4), stride=2)
        with pytest.raises(ValueError, match="stride of 1"):
            analysis.track(stride=0)
    with dwell.open_analysis(tmp_path / "p.dwell") as again:
        again.track()
        assert [run.parameters["stride"] for run in again.project.runs()] == [2, 2]
        assert again.project.record(1, 5).signals.interpolated


def test_the_first_frame_is_there_before_any_table_is_read(tmp_path):
    shots = write_image_folder(tmp_path / "shots", shapes_world())
    for name in ("gaze.csv", "fixations.csv"):
        with (shots / name).open("a") as table:
            table.write("not,a,row\n")
    for _ in range(2):  # a new project, and one that is there
        with dwell.open_analysis(shots, tmp_path / "p.dwell") as analysis:
            assert analysis.frames.read(0).shape == (*SIZE_HW, 3)
            assert analysis.project.clock() is None
    with dwell.open_analysis(tmp_path / "p.dwell") as analysis:
        assert analysis.frames.read(0).shape == (*SIZE_HW, 3)
        with pytest.raises(DwellError):
            _ = analysis.recording.gaze
