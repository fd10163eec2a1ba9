"""A look over two drawn pictures: what is kept in the project, in the log, and what tables say of it."""

import json

import cv2
import numpy as np
import pytest

from dwell.errors import BadTable, ProjectError, PromptError, StorageFull
from dwell.looking import Action, LookOptions, Pressed
from dwell.looking.log import Kept
from dwell.looks import begin_log, map_look, read_keys, replay_look
from dwell.masks import Mask
from dwell.project import Project
from dwell.prompts import MaskPrompt, Point
from dwell.recordings import open_recording
from dwell.segmenters.colour import ColourBackend
from looking.eyes import MS, START
from looks.shelf import BLUE, RED, draw_pictures, gaze, opened, run, table


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return draw_pictures(tmp_path_factory.mktemp("shelf") / "pictures")


@pytest.fixture
def analysis(pictures, tmp_path):
    with opened(pictures, tmp_path) as analysis:
        yield analysis


def press(action, at_ms):
    return Pressed(START + at_ms * MS, action)


def square(box):
    array = np.zeros((100, 160), bool)
    x0, y0, x1, y1 = box
    array[y0:y1, x0:x1] = True
    return Mask.from_array(array)


RED_THEN_BLUE = gaze((35, 45, 0, 400), (120, 50, 420, 800))
KEEP_BOTH = [press(Action.START, 0), press(Action.SAVE, 390), press(Action.SAVE, 790)]


def test_what_is_kept_becomes_aois_with_their_prompts(analysis):
    result, _ = run(analysis, RED_THEN_BLUE, KEEP_BOTH)
    assert [(each.name, each.frame_idx) for each in result.kept] == [("look 1", 0), ("look 2", 0)]
    assert result.n_samples == 78
    masks = {aoi.name: analysis.project.record(aoi.object_id, 0).mask for aoi in analysis.project.aois()}
    assert masks == {"look 1": square(RED), "look 2": square(BLUE)}
    prompts = [each.prompt for each in analysis.project.prompts(1, 0)]
    assert prompts == [Point(35, 45), MaskPrompt(square(RED))]


def test_one_undo_takes_a_kept_mask_back(analysis):
    run(analysis, RED_THEN_BLUE, [*KEEP_BOTH, press(Action.UNDO, 795)])
    assert [each.name for each in analysis.project.aois()] == ["look 1"]


def test_a_picked_aoi_gets_the_mask_on_every_picture(analysis):
    aoi = analysis.project.add_aoi("red thing")
    samples = gaze((35, 45, 0, 400), (36, 46, 500, 900))
    keys = [press(Action.START, 0), press(Action.SAVE, 390), press(Action.NEXT, 450), press(Action.SAVE, 890)]
    result, _ = run(analysis, samples, keys, object_id=aoi.object_id)
    assert [(each.name, each.frame_idx) for each in result.kept] == [("red thing", 0), ("red thing", 1)]


def test_long_looking_keeps_without_a_key(analysis):
    options = LookOptions(dwell_keeps=True, dwell_ms=500)
    result, _ = run(analysis, gaze((35, 45, 0, 900), (120, 50, 920, 1700)), [press(Action.START, 0)], options)
    assert [each.t_ns - START for each in result.kept] == [600 * MS, 1520 * MS]  # fixation 100 ms + 500 ms


def test_pages_are_turned_no_further_than_there_are(analysis):
    keys = [press(Action.NEXT, 10 * i) for i in range(1, 6)]
    _, folder = run(analysis, gaze((35, 45, 0, 100)), keys)
    assert [row["picture"] for row in table(folder / "frames.csv")] == ["0", "1"]


def test_an_approved_picture_is_not_overwritten(analysis):
    analysis.session.prompt("red", Point(35, 45), frame_idx=0)
    analysis.session.approve(0, 1)
    with pytest.raises(PromptError, match="'red' is approved on frame 0; unlock it there first"):
        run(analysis, RED_THEN_BLUE, KEEP_BOTH, object_id=1)


# ------------------------------------------------------------------ the log


def test_the_log_has_gaze_pictures_fixations_and_kept_masks(analysis):
    _, folder = run(analysis, RED_THEN_BLUE, [*KEEP_BOTH, press(Action.NEXT, 795)])
    assert folder == analysis.project.path / "looks" / "look-0001"
    assert sorted(each.name for each in folder.iterdir()) == [
        "events.jsonl", "fixations.csv", "frames.csv", "gaze.csv", "kept", "kept.csv", "look.json",
    ]  # fmt: skip
    rows = table(folder / "gaze.csv")
    assert len(rows) == 78
    assert rows[0]["timestamp [ns]"] == str(START)
    assert (rows[0]["gaze x [px]"], rows[0]["valid"], rows[0]["picture"]) == ("35", "1", "0")
    assert [row["duration [ms]"] for row in table(folder / "fixations.csv")] == ["390", "370"]
    assert [row["timestamp [ns]"] for row in table(folder / "frames.csv")] == [
        str(START),
        str(START + 795 * MS),
    ]
    kept = table(folder / "kept.csv")
    assert [(row["aoi label"], row["file"]) for row in kept] == [
        ("look 1", "kept/0001.png"),
        ("look 2", "kept/0002.png"),
    ]
    png = cv2.imread(str(folder / "kept" / "0002.png"), cv2.IMREAD_UNCHANGED)
    assert np.unique(png).tolist() == [0, 255]
    assert Mask.from_array(png) == square(BLUE)


def test_looks_never_overwrite_each_other(analysis):
    folders = [run(analysis, gaze((35, 45, 0, 50)), [])[1].name for _ in range(3)]
    assert folders == ["look-0001", "look-0002", "look-0003"]
    (analysis.project.path / "looks" / "look-0007").mkdir()
    assert run(analysis, gaze((35, 45, 0, 50)), [])[1].name == "look-0008"


def test_a_project_in_memory_has_no_place_for_looks():
    project = Project.in_memory(size_hw=(100, 160), n_frames=1)
    with pytest.raises(ProjectError, match="this project is in memory; save it first"):
        begin_log(project, ColourBackend(), {})


def test_a_look_runs_again_bit_for_bit(analysis):
    keys = [*KEEP_BOTH, press(Action.INCLUDE, 500), press(Action.LEVEL, 300)]
    _, folder = run(analysis, RED_THEN_BLUE, sorted(keys, key=lambda each: each.t_ns), latency_ms=40)
    again = replay_look(folder, analysis.session.preview)
    assert again.identical
    assert again.n_requests == again.n_same == 4  # two questions, two masks kept
    assert again.n_answers == again.n_answers_same == 2


def test_what_differs_is_found_and_named(analysis):
    _, folder = run(analysis, RED_THEN_BLUE, KEEP_BOTH)
    events = folder / "events.jsonl"
    lines = events.read_text().splitlines()
    number = next(i for i, line in enumerate(lines) if '"kind":"commit"' in line)
    values = json.loads(lines[number])
    values["prompts"][0]["x"] = 36.0
    lines[number] = json.dumps(values)
    events.write_text("\n".join(lines) + "\n")
    assert (
        replay_look(folder).first_difference
        == f"line {number + 1}: Commit is not what the engine asks for now"
    )

    class Other(ColourBackend):
        def segment(self, encoding, prompts, limit=3):
            return []

    analysis.use_backend(Other())
    assert (
        "answers question 1 with other masks"
        in replay_look(folder, analysis.session.preview).first_difference
    )


def test_a_log_that_was_cut_off_runs_again_up_to_there(analysis):
    _, folder = run(analysis, RED_THEN_BLUE, KEEP_BOTH)
    events = folder / "events.jsonl"
    lines = events.read_text().splitlines()
    events.write_text("\n".join(lines[:20]) + '\n{"kind":"loo')
    again = replay_look(folder)
    assert (again.identical, again.cut_off) == (True, True)
    events.write_text("\n".join([*lines[:20], '{"kind":"loo', *lines[20:]]) + "\n")
    with pytest.raises(BadTable, match=r"events\.jsonl, line 21 cannot be read"):
        replay_look(folder)


def test_what_the_log_lacks_at_its_end_is_a_difference(analysis):
    _, folder = run(analysis, RED_THEN_BLUE, KEEP_BOTH[:2])
    events = folder / "events.jsonl"
    lines = events.read_text().splitlines()
    last = max(i for i, line in enumerate(lines) if '"kind":"commit"' in line)
    events.write_text("\n".join(lines[:last]) + "\n")
    assert replay_look(folder).first_difference == "the end: the engine now also asks for Commit"


def test_undo_takes_back_only_what_this_look_kept(analysis):
    analysis.session.prompt("by hand", Point(35, 45), frame_idx=1)
    undo_all = [*KEEP_BOTH, *(press(Action.UNDO, 795 + i) for i in range(4))]
    result, folder = run(analysis, RED_THEN_BLUE, undo_all)
    assert [each.name for each in analysis.project.aois()] == ["by hand"]
    assert result.kept == []
    assert [(row["number"], row["what"]) for row in table(folder / "kept.csv")] == [
        ("1", "kept"),
        ("2", "kept"),
        ("2", "taken back"),
        ("1", "taken back"),
    ]


def test_pictures_turned_at_one_moment_are_still_in_order(analysis):
    keys = [press(Action.START, 0), press(Action.NEXT, 0), press(Action.PREVIOUS, 0)]
    _, folder = run(analysis, gaze((35, 45, 0, 500)), keys)
    assert [row["picture"] for row in table(folder / "frames.csv")] == ["0", "1", "0"]
    assert len(map_look(folder, analysis.project).gaze_map) == 50


def test_a_full_disk_is_said_as_such(analysis, monkeypatch):
    with begin_log(analysis.project, analysis.session.backend, {}) as log:

        def full(row):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(log, "_kept", type("Full", (), {"writerow": staticmethod(full)}))
        with pytest.raises(StorageFull, match="log of this look cannot be written .* free some space"):
            log.keep(Kept(START, 0, 1, "x"), b"png")


# ------------------------------------------------------------------ as a recording


def test_a_look_is_a_recording(analysis):
    _, folder = run(analysis, RED_THEN_BLUE, [*KEEP_BOTH, press(Action.NEXT, 795)])
    with open_recording(folder) as recording:
        assert recording.kind == "look"
        assert len(recording.gaze) == 78
        assert recording.frame_times_ns.tolist() == [START, START + 795 * MS]
        assert len(recording.fixations) == 2
        np.testing.assert_array_equal(recording.scene.read(1), analysis.frames.read(1))
        assert recording.scene.name(1) == "00001-1"


def test_metrics_of_a_look_are_those_of_its_gaze(analysis):
    samples = gaze((35, 45, 0, 400), (120, 50, 400, 600), (120, 50, 600, 800), (35, 45, 800, 1000))
    keys = [press(Action.START, 0), press(Action.SAVE, 390), press(Action.SAVE, 590), press(Action.NEXT, 600)]
    _, folder = run(analysis, samples, sorted(keys, key=lambda each: each.t_ns))
    # the second picture has no blue; where blue was, nothing is known of it there
    analysis.session.prompt("look 1", Point(35, 45), frame_idx=1)
    table = map_look(folder, analysis.project).aoi_dwell.set_index("aoi label")
    # red: 400 ms on the first picture, and the last 200 ms on the second one
    assert table["dwell time [ms]"].to_dict() == {"look 1": 600.0, "look 2": 200.0}
    assert table["visits"].to_dict() == {"look 1": 2, "look 2": 1}


def test_a_picture_that_stays_is_shown_until_the_end(analysis):
    _, folder = run(analysis, gaze((35, 45, 0, 3500)), [press(Action.START, 0), press(Action.SAVE, 400)])
    assert len(table(folder / "frames.csv")) == 1
    dwell = map_look(folder, analysis.project).aoi_dwell
    assert dwell["dwell time [ms]"].tolist() == [3500.0]
    assert dwell["visits"].tolist() == [1]


def test_a_picture_counts_for_as_long_as_it_was_shown(analysis):
    """Six pages turned quickly, 60 ms each, and then a long look at the first one."""
    turns = [press((Action.NEXT, Action.PREVIOUS)[i % 2], 200 + 60 * i) for i in range(6)]
    keys = [press(Action.START, 0), press(Action.SAVE, 190), *turns]
    _, folder = run(analysis, gaze((35, 45, 0, 3000)), keys)
    (row,) = map_look(folder, analysis.project).aoi_dwell.to_dict("records")
    # 200 ms, two pages of 60 ms, and from 500 ms on; the AOI is not on the second picture
    assert row["dwell time [ms]"] == 200 + 2 * 60 + 2500


def test_pictures_that_were_moved_are_asked_for(analysis, pictures, tmp_path):
    _, folder = run(analysis, RED_THEN_BLUE, KEEP_BOTH)
    about = json.loads((folder / "look.json").read_text())
    about["picture"]["path"] = str(tmp_path / "gone")
    (folder / "look.json").write_text(json.dumps(about))
    with (
        open_recording(folder) as recording,
        pytest.raises(Exception, match="say where they are with pictures="),
    ):
        _ = recording.scene
    with open_recording(folder, pictures=pictures) as recording:
        assert recording.scene.order == [0]


# ------------------------------------------------------------------ keys from a file


def test_keys_are_read_from_a_table(tmp_path):
    file = tmp_path / "keys.csv"
    file.write_text(f"timestamp [ns],action\n{START + 5},save\n{START},start\n")
    assert read_keys(file) == [Pressed(START, Action.START), Pressed(START + 5, Action.SAVE)]
    file.write_text(f"timestamp [ns],action\n{START},jump\n")
    with pytest.raises(
        BadTable, match="Line 2 of keys.csv: there is no action 'jump'; there are start, stop"
    ):
        read_keys(file)
    file.write_text("time,action\n1,start\n")
    with pytest.raises(BadTable, match="must have the columns 'timestamp \\[ns\\]'"):
        read_keys(file)
