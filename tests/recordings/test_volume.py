"""A medical volume as a recording: opened, described, tracked in both directions, and found again."""

import json
import re

import cv2
import numpy as np
import pydicom
import pytest
from typer.testing import CliRunner

from dwell.analysis import open_analysis
from dwell.cli.main import app
from dwell.drawn_world.phantom import draw_phantom, phantom_affine, write_volume
from dwell.errors import OutputError, ProjectError, UnknownRecording, VolumeError
from dwell.masks import Mask
from dwell.pairing import project_in_plane
from dwell.prompts import Absent, Box, MaskPrompt, Point
from dwell.recordings import open_recording, open_recordings
from dwell.types import Origin, State
from dwell.volumes import PLANES, view_of
from volumes.drawn_dicom import draw_series, numbered

SHAPE = (112, 80, 22)


@pytest.fixture(scope="module")
def phantom():
    return draw_phantom(SHAPE, phantom_affine(SHAPE, (2.5, 2.5, 8), "LAS"), noise_hu=8)


@pytest.fixture
def scan(phantom, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return write_volume(tmp_path / "scan.nii.gz", phantom.volume.voxels, phantom.volume.affine)


def test_slices_are_the_scene(scan):
    with open_recording(scan) as recording:
        assert (recording.name, recording.kind) == ("scan", "volume")
        assert (len(recording.scene), recording.scene.size_hw) == (22, (80, 112))
        assert not recording.has("gaze")
        assert len(recording.clock) == 22
        assert any("look like Hounsfield units" in note for note in recording.notes)


@pytest.mark.parametrize(
    ("plane", "n_slices", "size_hw"), [("coronal", 80, (70, 112)), ("sagittal", 112, (70, 80))]
)
def test_another_plane_and_window_are_options(scan, plane, n_slices, size_hw):
    with open_recording(scan, plane=plane, window="lung") as recording:
        assert (len(recording.scene), recording.scene.size_hw) == (n_slices, size_hw)
        assert recording.scene.window.name == "lung"


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"plane": "top"}, "axial, coronal, sagittal; got 'top'"),
        ({"window": "liver"}, "LEVEL/WIDTH"),
        ({"volume": -1}, "whole number from 0"),
        ({"fps": 3}, "no option 'fps'; it takes: plane, window, volume, series"),
    ],
)
def test_options_that_no_volume_has_are_refused_at_once(scan, option, message):
    with pytest.raises((ValueError, TypeError), match=message):
        open_recording(scan, **option)


def test_a_folder_of_nifti_files_names_one_to_open(scan):
    with pytest.raises(UnknownRecording, match=r"open scan\.nii\.gz itself"):
        open_recording(scan.parent)


def test_info_shows_what_a_radiologist_asks(scan):
    done = CliRunner().invoke(app, ["info", str(scan), "--json"])
    (facts,) = json.loads(done.stdout)["recordings"]
    assert facts["size_voxels"] == [112, 80, 22]
    assert facts["spacing_mm"] == [2.5, 2.5, 8.0]
    assert facts["orientation"] == "LAS"
    assert (facts["plane"], facts["slices"], facts["oblique_deg"]) == ("axial", 22, 0.0)
    assert facts["window"] == "soft tissue, 40/400"
    assert facts["voxel_ml"] == pytest.approx(0.05)
    table = CliRunner().invoke(app, ["info", str(scan)]).output
    for word in ("size voxels", "(112, 80, 22)", "oblique deg", "modality", "soft tissue"):
        assert word in table


def test_info_tells_what_is_wrong_with_a_damaged_file(scan):
    scan.write_bytes(scan.read_bytes()[:5000])
    done = CliRunner().invoke(app, ["info", str(scan), "--json"])
    (facts,) = json.loads(done.stdout)["recordings"]
    assert "scan.nii.gz is cut short" in facts["problems"][0]
    with pytest.raises(VolumeError, match="cut short"):
        open_recording(scan).scene  # noqa: B018


# -------------------------------------------------------------------- DICOM


def test_a_dicom_folder_is_a_recording_whatever_its_files_are_called(tmp_path):
    draw_series(tmp_path / "study" / "series", names=lambda k: f"I{k}")
    with open_recording(tmp_path / "study") as recording:
        assert (recording.name, recording.kind, len(recording.scene)) == ("study", "volume", 6)
        facts = recording.summary()
        assert (facts["modality"], facts["orientation"], facts["plane"]) == ("CT", "LPS", "axial")
        assert "since this is CT" in recording.notes[-1]


def test_a_dicom_folder_among_much_else_is_a_recording(tmp_path):
    """A patient's disc: a viewer with its pages, a hundred files without an ending, then the slices."""
    disc = tmp_path / "disc"
    draw_series(disc / "series")
    for i in range(100):
        for name in (f"a{i}.xml", f"a{i}.dll", f"a{i}"):
            (disc / name).write_bytes(b"<viewer/>")
    with open_recording(disc) as recording:
        assert (recording.kind, len(recording.scene)) == ("volume", 6)
    for path in (disc / "series").iterdir():
        path.rename(path.with_suffix(""))
    with pytest.raises(UnknownRecording, match="none of the first 64 files is DICOM"):
        open_recordings(disc, reader="volume")


def test_old_dicom_files_without_a_preamble_are_a_recording(tmp_path):
    for path in draw_series(tmp_path / "old", names=lambda k: f"I{k}"):
        data = pydicom.dcmread(path)
        bare = pydicom.Dataset({element.tag: element for element in data})
        pydicom.dcmwrite(path, bare, implicit_vr=True, little_endian=True, enforce_file_format=False)
        assert path.read_bytes()[:2] == b"\x08\0"
    for path in (tmp_path / "old", tmp_path / "old" / "I0"):
        assert open_recording(path).kind == "volume"
    with open_recording(tmp_path / "old") as recording:
        np.testing.assert_array_equal(recording.slices.volume.voxels, numbered())


def test_of_two_series_one_is_chosen_and_the_project_remembers_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_series(tmp_path / "study" / "a", number=4, description="thin")
    draw_series(tmp_path / "study" / "b", number=5, description="thick", voxels=numbered((8, 10, 3)))
    with pytest.raises(VolumeError, match="series"):
        open_analysis(tmp_path / "study")
    with open_analysis(tmp_path / "study", series="5") as analysis:
        assert len(analysis.frames) == 3
    with open_analysis(tmp_path / "study") as analysis:
        assert len(analysis.frames) == 3
    with pytest.raises(ProjectError, match=r"study\.dwell"):
        open_analysis(tmp_path / "study", series="4")


def test_options_of_the_other_format_are_refused(scan, tmp_path):
    draw_series(tmp_path / "study")
    with pytest.raises(ValueError, match="volume is for 4D NIfTI"):
        open_recording(tmp_path / "study", volume=1).scene  # noqa: B018
    with pytest.raises(ValueError, match="series is for DICOM"):
        open_recording(scan, series="4").scene  # noqa: B018


# -------------------------------------------------------------------- tracking


def picture_mask(slices, phantom, part, frame_idx):
    inside = slices.view.oriented(phantom.mask(part))[frame_idx]
    return Mask.from_array(slices.view.mask_to_picture(inside))


def slices_with(slices, phantom, part):
    return np.flatnonzero(slices.view.oriented(phantom.mask(part)).any(axis=(1, 2))).tolist()


def test_two_organs_spread_both_ways_from_one_slice(scan, phantom):
    """IoU with the drawn truth over the whole organ, prompted on its middle slice only."""
    with open_analysis(scan) as analysis:
        slices = analysis.frames
        for part in ("liver", "kidney"):
            there = slices_with(slices, phantom, part)
            middle = there[len(there) // 2]
            x0, y0, x1, y1 = picture_mask(slices, phantom, part, middle).box_xyxy
            analysis.prompt(part, Box(x0 - 1, y0 - 1, x1 + 1, y1 + 1), frame_idx=middle)
        analysis.track()
        for masklet in analysis.project.masklets():
            assert len(masklet) == len(slices)
            shared = either = 0
            for frame_idx in range(len(slices)):
                truth = picture_mask(slices, phantom, masklet.aoi.name, frame_idx)
                shared += (truth & masklet.mask(frame_idx)).area
                either += (truth | masklet.mask(frame_idx)).area
            assert shared / either > 0.8, masklet.aoi.name


def test_a_correction_in_the_middle_sticks_and_spreads_both_ways(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shape = (56, 40, 12)
    phantom = draw_phantom(shape, phantom_affine(shape, (5, 5, 15)))
    scan = write_volume(tmp_path / "coarse.nii", phantom.volume.voxels, phantom.volume.affine)
    with open_analysis(scan, backend="colour") as analysis:
        slices = analysis.frames
        there = slices_with(slices, phantom, "vessel")
        ends = there[1], there[-2]
        for frame_idx in ends:
            analysis.prompt(
                "vessel", MaskPrompt(picture_mask(slices, phantom, "vessel", frame_idx)), frame_idx=frame_idx
            )
        analysis.prompt("vessel", Absent(), frame_idx=0)
        analysis.track()
        middle = (ends[0] + ends[1]) // 2
        truth = picture_mask(slices, phantom, "vessel", middle)
        smaller = Mask.from_array(truth.to_array() & (np.arange(56) % 2 == 0))  # surely no tracker's
        analysis.prompt("vessel", MaskPrompt(smaller), frame_idx=middle)
        before, after = analysis.project.anchors_beside(1, middle)
        assert (before, after) == ends
        n_tracked = analysis.track()
        assert n_tracked >= ends[1] - ends[0] - 2  # the gaps on both sides of the correction, anew
        (masklet,) = analysis.project.masklets()
        assert masklet.mask(middle) == smaller
        assert masklet.record(middle).origin is Origin.USER
        assert masklet.record(0).state is State.ABSENT
        assert masklet.record(middle + 1).origin is masklet.record(middle - 1).origin is Origin.MODEL


def test_prompts_on_a_black_slice_are_taken(scan):
    """A slice of air is a picture, not grey filler."""
    with open_analysis(scan) as analysis:
        analysis.prompt("nothing", Absent(), frame_idx=0)
        assert analysis.session.filler.tolist() == [False] * 22


# -------------------------------------------------------------------- the project


def test_the_command_line_from_prompt_to_labels(scan, phantom):
    with open_recording(scan) as recording:
        x0, y0, x1, y1 = picture_mask(recording.scene, phantom, "liver", 12).box_xyxy
    prompt = f"liver:box={x0},{y0},{x1},{y1}@f12"
    done = CliRunner().invoke(
        app,
        ["track", str(scan), "--aoi", prompt, "--window", "40/400", "--from", "10", "--to", "15"],
    )
    assert done.exit_code == 0, done.output
    assert "gaze cannot be mapped" not in done.output
    assert "dwell export" in done.output
    done = CliRunner().invoke(app, ["export", "scan.dwell", "--format", "nifti", "--out", "labels", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["path"].endswith("scan_labels.nii.gz")


def said(done):
    """What a command has printed, without the frame that it is in."""
    return re.sub(r"[│\s]+", " ", done.output)


def test_the_command_line_keeps_planes_apart_and_shows_them(scan):
    def run(*arguments):
        done = CliRunner().invoke(app, [*arguments, "--json"])
        return json.loads(done.stdout) if done.exit_code == 0 else said(done)

    (facts,) = run("info", str(scan), "--plane", "coronal", "--window", "lung")["recordings"]
    assert (facts["plane"], facts["slices"], facts["window"]) == ("coronal", 80, "lung, -600/1500")
    prompts = ["--aoi", "a:absent@f0", "--aoi", "a:box=30,20,50,40@f30", "--to", "32"]
    assert run("track", str(scan), "--plane", "coronal", *prompts)["project"].endswith("scan.coronal.dwell")
    assert "A project keeps its plane and window" in run("info", "scan.coronal.dwell", "--window", "lung")
    cv2.imwrite("still.png", np.zeros((20, 30, 3), np.uint8))
    assert "--plane means nothing for this kind of recording" in run(
        "info", "still.png", "--plane", "coronal"
    )


def test_the_page_opens_in_the_plane_that_was_asked_for(scan, monkeypatch):
    """Beside the scan, as the page itself would."""
    opened = []
    monkeypatch.setattr("dwell.app.serve.serve", lambda *args, open_path, **kwargs: opened.append(open_path))
    elsewhere = scan.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for command in (["app", str(scan), "--plane", "coronal", "--window", "lung"], ["app", str(scan)]):
        assert CliRunner().invoke(app, command).exit_code == 0
    assert opened == [scan.parent / "scan.coronal.dwell", scan]
    with open_analysis(opened[0], write=False) as analysis:
        assert (analysis.frames.plane, analysis.frames.window.name) == ("coronal", "lung")
    refused = CliRunner().invoke(app, ["app", "--plane", "coronal"])
    assert (refused.exit_code, "need the PATH of a medical volume" in said(refused)) == (2, True)
    done = CliRunner().invoke(app, ["look", str(scan), "--plane", "sagittal", "--source", "mouse"])
    assert done.exit_code == 0, done.output
    assert opened[-1].name == "scan.sagittal.dwell"


def test_a_project_keeps_its_plane_and_lets_the_window_change(scan):
    with open_analysis(scan, plane="sagittal", window="bone") as analysis:
        analysis.prompt("a", Point(20, 20), frame_idx=30)
    with open_analysis(scan, plane="sagittal") as analysis:  # the window is not said again
        assert (analysis.frames.plane, analysis.frames.window.name) == ("sagittal", "bone")
    with open_analysis(scan, "scan.sagittal.dwell", window="lung") as analysis:  # nor the plane
        assert (analysis.frames.plane, analysis.frames.window.name) == ("sagittal", "lung")
    with open_analysis("scan.sagittal.dwell") as analysis:
        assert (analysis.frames.plane, analysis.frames.window.name) == ("sagittal", "lung")
        assert len(analysis.project.prompts(1, 30)) == 1


def test_each_plane_has_a_project_of_its_own_beside_the_others(scan):
    """``scan.dwell`` is for the plane that the scanner stepped through."""
    for plane, name in [
        (None, "scan"),
        ("axial", "scan"),
        ("coronal", "scan.coronal"),
        ("sagittal", "scan.sagittal"),
    ]:
        with open_analysis(scan, **({} if plane is None else {"plane": plane})) as analysis:
            assert analysis.project.path.name == f"{name}.dwell"
            slices = analysis.frames
            beside = [project_in_plane(analysis.project.path, slices, each).name for each in PLANES]
            assert beside == ["scan.dwell", "scan.coronal.dwell", "scan.sagittal.dwell"]


def test_a_project_that_was_named_without_its_plane_keeps_its_name(scan):
    with open_analysis(scan, "scan.dwell", plane="coronal") as analysis:
        analysis.prompt("a", Point(40, 30), frame_idx=30)
    with open_analysis(scan, plane="coronal") as analysis:
        assert [aoi.name for aoi in analysis.project.aois()] == ["a"]
    with open_analysis(scan, plane="axial") as analysis:
        assert analysis.project.path.name == "scan.axial.dwell"
        assert project_in_plane("scan.dwell", analysis.frames, "coronal").name == "scan.dwell"


def test_a_window_changes_what_is_seen_from_then_on_and_no_mask(scan):
    with open_analysis(scan) as analysis:
        before = analysis.prompt("liver", Point(32, 36), frame_idx=11)
        dark = analysis.frames.read(11)
        slices = analysis.use_window("-90/50")
        assert analysis.frames is analysis.session.frames is slices
        assert slices.read(11).mean() > dark.mean()
        assert analysis.project.record(1, 11).mask == before
        assert analysis.project.next_undo().label.startswith("prompt liver")  # a window is no step
        assert [note for note in analysis.recording.notes if note.startswith("Window")] == [
            "Window -90/50, as asked for."
        ]
        with pytest.raises(ValueError, match="LEVEL/WIDTH"):
            analysis.use_window("dark")
        assert analysis.frames is slices
    with open_analysis("scan.dwell") as analysis:
        assert str(analysis.frames.window) == "-90/50"


def test_runs_say_through_which_window_was_tracked_and_what_was_remembered_of_another_is_void(scan, phantom):
    """Going on after a change is as if all that led there had been seen through the new window."""
    view = view_of(phantom.volume, "axial")
    liver = MaskPrompt(Mask.from_array(view.oriented(phantom.mask("liver"))[11]))

    def masks(analysis):
        return {at: analysis.project.record(1, at).mask for at in range(16, 22)}

    with open_analysis(scan) as analysis:
        analysis.prompt("liver", liver, frame_idx=11)
        steps = analysis.session.track(direction="forward")
        for _ in range(4):
            next(steps)
        steps.close()  # a memory is saved where it has got to
        analysis.use_window("70/120")
        analysis.track(direction="forward")
        windows = [run.parameters["window"] for run in analysis.project.runs()]
        assert windows == ["soft tissue, 40/400", "70/120"]
        after = masks(analysis)
    with open_analysis(scan, "again.dwell", window="70/120") as fresh:
        fresh.prompt("liver", liver, frame_idx=11)
        fresh.track(direction="forward")
        assert masks(fresh) == after


def test_only_a_volume_has_a_window(tmp_path):
    cv2.imwrite(str(tmp_path / "still.png"), np.zeros((20, 30, 3), np.uint8))
    with open_analysis(tmp_path / "still.png", tmp_path / "still.dwell") as analysis:
        with pytest.raises(ProjectError, match="no medical volume, so it has no window"):
            analysis.use_window("lung")
        with pytest.raises(OutputError, match="volumes in ml is for medical volumes"):
            analysis.measure_volumes()


def test_volumes_in_ml_without_a_file(scan):
    with open_analysis(scan) as analysis:
        mask = analysis.prompt("liver", Box(14, 18, 42, 40), frame_idx=11)
        table = analysis.measure_volumes()
        row = table.iloc[0]
        assert (row["voxels"], row["slices visible"], row["slices unknown"]) == (mask.area, 1, 21)
        assert row["volume [ml]"] == pytest.approx(mask.area * analysis.frames.volume.voxel_ml)
        assert not row["complete"]


def test_masks_of_one_plane_are_never_shown_on_another(tmp_path, monkeypatch):
    """A cube has as many slices of one size in each plane, so numbers alone would not tell."""
    monkeypatch.chdir(tmp_path)
    cube = write_volume(
        tmp_path / "cube.nii", np.random.default_rng(0).integers(0, 99, (9, 9, 9)).astype(np.int16), np.eye(4)
    )
    open_analysis(cube, plane="axial").close()
    with pytest.raises(ProjectError, match="made on other slices of cube, 9 axial ones.*--project"):
        open_analysis(cube, "cube.dwell", plane="coronal")
    with open_analysis(cube, "other.dwell", plane="coronal") as analysis:
        assert analysis.frames.plane == "coronal"


def test_another_volume_of_the_file_is_another_recording(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    four = np.random.default_rng(0).integers(0, 99, (6, 6, 6, 2)).astype(np.int16)
    path = write_volume(tmp_path / "bold.nii", four, np.eye(4))
    open_analysis(path, volume=0).close()
    with pytest.raises(ProjectError, match="other slices of bold"):
        open_analysis(path, volume=1)
    with open_analysis("bold.dwell") as analysis:
        np.testing.assert_array_equal(analysis.frames.volume.voxels, four[..., 0])
