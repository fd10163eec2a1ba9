"""Labels written by hand come into a project, are corrected there, and go out again."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from dwell.analysis import Analysis
from dwell.errors import BadLabels, Cancelled, OutputError, PromptError
from dwell.formats.contract import WriteOptions
from dwell.formats.label_studio import LabelStudio
from dwell.labels import Selection, convert_labels, export_labels, import_labels
from dwell.labels.finding import has_only_boxes
from dwell.labels.importing import ImportReport
from dwell.project import Project
from dwell.prompts import Absent, Box, MaskPrompt, Point
from dwell.segmenters.colour import ColourBackend
from dwell.tracking import TrackingSession
from dwell.types import AOI, Origin, State
from formats.drawn import labels_of, masklet
from labels import plain
from labels.plain import label, square, thing, write
from tracking.pictures import BLUE, RED, Film, across, always
from tracking.pictures import SIZE_HW as FILM_HW


@pytest.fixture(autouse=True)
def formats(monkeypatch):
    plain.register(monkeypatch)


@pytest.fixture
def project():
    return Project.in_memory(size_hw=plain.SIZE_HW, n_frames=10)


@pytest.fixture
def session():
    # Red moves right from the left edge; blue stands still.
    film = Film(10, [(always(RED), across(0, 10)), (always(BLUE), across(40, 30, dx=0))])
    return TrackingSession(Project.in_memory(size_hw=FILM_HW, n_frames=10), film, ColourBackend())


CUP = thing(4, "cup", colour="#123456", category="dishes")
HANDLE = thing(2, "handle", part_of=4)
LABELS = [
    label(4, 0, square(2, 3)),
    label(2, 0, square(2, 3, 2)),
    label(4, 1, state="absent"),
    label(4, 2, state="lost"),
    label(4, 3, square(4, 9), score=0.5),
]


def states(project, object_id):
    masklet = project.masklet(object_id)
    return dict(zip(masklet.frame_idx.tolist(), map(str, masklet.states), strict=True))


# -------------------------------------------------------------------- finished masks


def test_masks_ids_names_colours_categories_parts_and_states_are_taken_as_they_are(project, tmp_path):
    report = import_labels(project, write(tmp_path / "a.plain", [CUP, HANDLE], LABELS))
    cup, handle = AOI(4, "cup", "#123456", "dishes"), AOI(2, "handle", "#E69F00", None, 4)
    assert project.aois() == [handle, cup]
    assert report == ImportReport(tmp_path / "a.plain", "plain", "drawn", (handle, cup), 4, 5, 0,
                                  n_unanswered=9, is_filler_known=False)  # fmt: skip
    assert project.record(4, 3).mask == square(4, 9)
    assert project.record(4, 3).origin is Origin.IMPORTED
    assert (project.record(4, 3).score, str(project.record(4, 0).score)) == (0.5, "nan")
    assert states(project, 4) == {0: "visible", 1: "absent", 2: "lost", 3: "visible"}


def test_it_is_one_step_that_undo_takes_back_and_redo_brings_back(project, tmp_path):
    path = write(tmp_path / "a.plain", [CUP, HANDLE], LABELS)
    import_labels(project, path)
    assert [step.label for step in project.history()] == ["import a.plain"]
    assert project.undo() == "import a.plain"
    assert (project.aois(), project.masklets()) == ([], [])
    project.redo()
    assert states(project, 2) == {0: "visible"}
    project.undo()
    assert import_labels(project, path).ids == {}  # ids that only redo could have brought back are free


def test_what_is_corrected_changes_and_nothing_else_byte_by_byte(session, tmp_path):
    rng = np.random.default_rng(1)
    masks = [plain.Mask.from_array(rng.random(FILM_HW) < 0.3) for _ in range(20)]
    said = [label(1 + i % 2, i // 2, mask) for i, mask in enumerate(masks)]
    said[7] = label(2, 3, state="lost")
    said[9] = label(2, 4, state="absent")
    path = write(tmp_path / "a.plain", [thing(1, "red"), thing(2, "blue")], said, size_hw=FILM_HW)
    import_labels(session, path)
    write_all = Selection(unanswered="write")
    (before,) = export_labels(session, ["plain"], tmp_path / "before", selection=write_all)
    assert [each for each in json.loads(before.path.read_text())[0]["labels"]] == [
        each if "state" in each else each | {"state": "visible"} for each in said
    ]
    session.prompt("red", MaskPrompt(square(10, 5, 8, FILM_HW)), frame_idx=5)
    list(session.track(aois=["red"]))
    (after,) = export_labels(session, ["plain"], tmp_path / "after", selection=write_all)
    old, new = (each.path.read_text().splitlines() for each in (before, after))
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert [json.loads("{" + b.rstrip(",") + "}")["counts"] for _, b in changed] == [
        square(10, 5, 8, FILM_HW).to_bytes().decode()
    ]


def test_tracking_starts_from_imported_masks_and_changes_none_of_them(session, tmp_path):
    truth = plain.Mask.from_array(session.frames.truth(0, 2))
    other = square(10, 0, 8, FILM_HW)  # not where red is on frame 6
    path = write(
        tmp_path / "a.plain",
        [thing(1, "red")],
        [label(1, 2, truth), label(1, 4, state="lost"), label(1, 6, other)],
        size_hw=FILM_HW,
    )
    import_labels(session, path)
    list(session.track())
    found = {i: session.project.record(1, i) for i in range(10)}
    assert [found[i].origin for i in (2, 6)] == [Origin.IMPORTED] * 2
    assert (found[2].mask, found[6].mask) == (truth, other)
    # That a file says lost is no answer: it is tracked like any other frame between two anchors.
    assert found[4].origin is Origin.MODEL
    np.testing.assert_array_equal(found[4].mask.to_array(), session.frames.truth(0, 4))


def test_a_click_corrects_an_imported_mask_and_makes_it_a_persons(session, tmp_path):
    half = plain.Mask.from_array(session.frames.truth(0, 2) & (np.arange(60) < 6))
    path = write(tmp_path / "a.plain", [thing(1, "red")], [label(1, 2, half)], size_hw=FILM_HW)
    import_labels(session, path)
    session.prompt("red", Point(8, 12), frame_idx=2)
    assert session.project.record(1, 2).origin is Origin.USER
    np.testing.assert_array_equal(session.project.record(1, 2).mask.to_array(), session.frames.truth(0, 2))
    session.undo()
    assert session.project.record(1, 2).mask == half


def test_what_a_computer_made_between_two_that_a_person_made_is_told_apart(project, tmp_path):
    said = [label(1, 0, square(1, 1)), label(1, 1, square(1, 2), keyframe=False), label(1, 2, state="lost")]
    import_labels(project, write(tmp_path / "a.plain", [thing(1, "cup")], said))
    assert project.masklet(1).by_person.tolist() == [True, False, False]
    assert project.coverage(1).given.tolist() == [True, True, False]  # tracking changes neither


# -------------------------------------------------------------------- ids and names


def test_an_id_that_is_taken_or_was_becomes_another_and_the_report_says_which(project, tmp_path):
    project.add_aoi("plate")
    project.add_aoi("gone")
    project.remove_aoi(2)
    path = write(
        tmp_path / "a.plain",
        [thing(1, "cup"), thing(2, "pot"), thing(9, "pan")],
        [label(i, 0, square(1, 1)) for i in (1, 2, 9)],
    )
    report = import_labels(project, path)
    assert {each.name: each.object_id for each in project.aois()} == {
        "plate": 1,
        "pan": 9,
        "cup": 10,
        "pot": 11,
    }
    assert report.ids == {1: 10, 2: 11}
    assert "Ids that were not free: 1 is 10 here, 2 is 11 here." in report.notes


def test_things_of_one_name_in_a_file_get_numbers(project, tmp_path):
    things = [thing(1, "car"), thing(2, " car "), thing(3, "car 2"), thing(4, "car")]
    path = write(tmp_path / "a.plain", things, [label(i, 0, square(1, 1)) for i in (1, 2, 3, 4)])
    import_labels(project, path)
    assert [each.name for each in project.aois()] == ["car", "car 3", "car 2", "car 4"]


@pytest.fixture
def with_cup(project):
    """The project has a cup already, with a prompt and an approved mask."""
    project.add_aoi("cup", "#ff0000")
    project.add_prompt(1, 5, MaskPrompt(square(8, 8)))
    mask = square(8, 8)
    record = plain_record(1, 5, mask)
    project.write_masks([record])
    project.set_approved(1, 5, 6)
    return project


def plain_record(object_id, frame_idx, mask, origin=Origin.USER):
    from dwell.masks import MaskRecord

    return MaskRecord(object_id, frame_idx, mask, State.VISIBLE, float("nan"), origin, None)


def test_an_aoi_of_the_same_name_is_not_touched_unless_that_is_said(with_cup, tmp_path):
    path = write(tmp_path / "a.plain", [CUP], LABELS[:1])
    with pytest.raises(PromptError, match=r"same name: 'cup'.*existing=\"new\".*existing=\"replace\""):
        import_labels(with_cup, path)
    assert [each.label for each in with_cup.history()][-1] == "approve"

    report = import_labels(with_cup, path, existing="new")
    assert [each.name for each in with_cup.aois()] == ["cup", "cup 2"]
    assert (report.names, with_cup.record(4, 0).mask) == ({"cup": "cup 2"}, square(2, 3))
    with_cup.undo()

    report = import_labels(with_cup, path, existing="replace")
    assert with_cup.aois() == [AOI(1, "cup", "#123456", "dishes")]
    assert (states(with_cup, 1), with_cup.prompts()) == ({0: "visible"}, [])
    assert (report.replaced, report.ids) == (("cup",), {4: 1})
    with_cup.undo()
    assert (states(with_cup, 1), len(with_cup.prompts())) == ({5: "visible"}, 1)


# -------------------------------------------------------------------- prompts


def test_what_a_person_put_there_becomes_prompts_to_track_from(session, tmp_path):
    red, blue = (plain.Mask.from_array(session.frames.truth(i, 0)) for i in (0, 1))
    path = write(
        tmp_path / "a.plain",
        [thing(3, "red"), thing(5, "blue")],
        [
            label(3, 0, red),
            label(5, 0, box=[39, 29, 49, 39]),
            label(3, 4, blue, keyframe=False),
            label(3, 9, state="absent"),
            label(5, 9, state="lost"),
        ],
        size_hw=FILM_HW,
    )
    report = import_labels(session, path, how="prompts")
    assert (report.n_prompts, report.n_masks, report.n_frames) == (3, 0, 2)
    assert sorted(report.left_out.values()) == [1, 1]
    given = [(each.object_id, each.frame_idx, each.prompt) for each in session.project.prompts()]
    assert given == [(3, 0, MaskPrompt(red)), (5, 0, Box(39, 29, 49, 39)), (3, 9, Absent())]
    assert session.project.record(5, 0).mask == blue  # the backend found it in the box
    assert session.project.record(3, 0).origin is Origin.USER
    list(session.track())
    np.testing.assert_array_equal(session.project.record(3, 4).mask.to_array(), session.frames.truth(0, 4))
    session.undo()
    session.undo()
    assert session.project.aois() == []


def test_boxes_are_cut_at_the_border_and_those_with_nothing_in_them_are_counted(session, tmp_path):
    boxes = [
        label(1, 0, box=[-5, 8, 9, 19]),
        label(1, 1, box=[70, 0, 90, 9]),
        label(1, 2, box=[20, 30, 30, 38]),
    ]
    path = write(tmp_path / "a.plain", [thing(1, "red")], boxes, size_hw=FILM_HW)
    report = import_labels(session, path, "plain-boxes", how="prompts")
    assert session.project.prompts()[0].prompt == Box(0, 8, 9, 19)
    assert report.n_prompts + sum(report.left_out.values()) == 3
    assert session.project.record(1, 1) is None


def test_boxes_are_no_masks_and_the_message_says_what_to_do(project, session, tmp_path):
    path = write(tmp_path / "a.plain", [thing(1, "red")], [label(1, 4, box=[1, 1, 5, 5])])
    for format in ("plain-boxes", None):
        with pytest.raises(BadLabels, match=r'frame 4 has a box without a mask.*how="prompts"') as caught:
            import_labels(project, path, format)
        assert caught.value.frame_idx == 4
    assert (project.aois(), project.history()) == ([], [])
    with pytest.raises(ValueError, match="needs a session"):
        import_labels(project, path, how="prompts")


def test_masks_in_a_file_of_a_format_for_boxes_are_masks(project, tmp_path):
    path = write(tmp_path / "a.plain", [thing(1, "red")], [label(1, 4, square(2, 3))])
    import_labels(project, path, "plain-boxes")
    assert project.record(1, 4).mask == square(2, 3)


def test_brushes_of_label_studio_come_in_as_masks(project, tmp_path):
    drawn = masklet(AOI(1, "cup", "#123456"), {0: square(2, 3).to_array(), 1: square(5, 3).to_array()})
    LabelStudio().write([labels_of([drawn], 2, "walk")], tmp_path / "set", WriteOptions(pictures=True))
    report = import_labels(project, tmp_path / "set" / "images.json", how="masks")
    assert (report.format, report.n_masks) == ("label-studio", 2)
    assert project.record(report.aois[0].object_id, 1).mask == square(5, 3)
    (found,) = LabelStudio().read(tmp_path / "set" / "images.json")
    (boxes,) = LabelStudio().read(tmp_path / "set" / "video.json")
    assert (has_only_boxes(found), has_only_boxes(boxes)) == (False, True)
    convert_labels(tmp_path / "set" / "images.json", "davis", tmp_path / "davis")
    assert len(list((tmp_path / "davis").iterdir())) == 2


# -------------------------------------------------------------------- which video, which frame


def test_of_several_videos_the_one_named_like_the_recording_is_meant(tmp_path):
    project = Project.in_memory(size_hw=plain.SIZE_HW, n_frames=10)  # the recording is called memory
    videos = [
        plain.video_of([thing(1, name)], [label(1, 0, square(1, 1))], video=video)
        for name, video in (("cup", "memory.MP4"), ("pot", "other"))
    ]
    path = tmp_path / "two.plain"
    path.write_text(json.dumps(videos))
    import_labels(project, path)
    import_labels(project, path, video="other")
    assert [each.name for each in project.aois()] == ["cup", "pot"]
    with pytest.raises(BadLabels, match=r"no video named 'kitchen'; it has 'memory.MP4', 'other'"):
        import_labels(project, path, video="kitchen")
    path.write_text(json.dumps([each | {"name": "x" + each["name"]} for each in videos]))
    with pytest.raises(BadLabels, match=r"none is named like 'memory'.*video=: 'xmemory.MP4', 'xother'"):
        import_labels(project, path)


def test_frames_are_found_by_the_names_of_pictures_or_by_number(project, tmp_path):
    project.set_setting("frame names", [f"shot_{i:02d}" for i in range(10, 20)])
    cases = {
        "by name alone": ({"names": ["shot_12", "shot_10"], "numbers": None}, [2, 0]),
        "names before numbers": ({"names": ["shot_12", "shot_10"], "numbers": [0, 1]}, [2, 0]),
        "numbers where names are others": ({"names": ["x.1", "x.2"], "numbers": [7, 8]}, [7, 8]),
        "numbers written out": ({"names": ["00003", "00004"], "numbers": [3, 4]}, [3, 4]),
    }
    for what, (given, expected) in cases.items():
        said = [label(1, 0, square(1, 1)), label(1, 1, square(5, 5))]
        path = write(tmp_path / "a.plain", [thing(1, "cup")], said, **given)
        import_labels(project, path)
        assert [project.record(1, i).mask for i in expected] == [square(1, 1), square(5, 5)], what
        project.undo()


def test_digits_that_are_names_of_pictures_are_not_taken_for_numbers(project, tmp_path):
    project.set_setting("frame names", [f"{i:05d}" for i in range(1, 11)])  # pictures counted from 1
    said = [label(1, 0, square(1, 1))]
    import_labels(
        project, write(tmp_path / "a.plain", [thing(1, "cup")], said, names=["00001"], numbers=None)
    )
    assert project.masklet(1).frame_idx.tolist() == [0]
    project.undo()
    # Here they are the numbers, as the file says.
    import_labels(project, write(tmp_path / "a.plain", [thing(1, "cup")], said, names=["00001"], numbers=[1]))
    assert project.masklet(1).frame_idx.tolist() == [1]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"names": ["00003", "photo"], "numbers": None}, r"2 frames, of which 1 are not in the video: photo"),
        (
            {"names": ["x", "y"], "numbers": [9, 10]},
            r"not in the video: 10\. It has 10 frames, 00000 … 00009",
        ),
        ({"names": ["x", "y"], "numbers": [4, 4]}, "lists frame 4 twice"),
        ({"n_frames": 2, "size_hw": (30, 20)}, r"for 20×30 px, the video has 30×20"),
        ({"things": []}, "no label for this video"),
        ({"things": [thing(1, "cup", part_of=7)]}, "part of 7, which is not in it"),
    ],
)
def test_labels_that_do_not_fit_are_refused_and_nothing_is_left(project, tmp_path, given, says):
    size_hw = given.get("size_hw", plain.SIZE_HW)
    said = [label(1, 0, square(1, 1, size_hw=size_hw)), label(1, 1, square(1, 1, size_hw=size_hw))]
    path = write(tmp_path / "a.plain", **{"things": [thing(1, "cup")], "labels": said} | given)
    with pytest.raises(BadLabels, match=says) as caught:
        import_labels(project, path)
    assert len(str(caught.value)) < 450
    assert (project.aois(), project.masklets(), project.history()) == ([], [], [])


def test_labels_on_filler_and_without_a_pixel_are_left_out_and_counted(project, tmp_path):
    project.set_filler(np.arange(10) == 1)
    empty = plain.Mask.empty(plain.SIZE_HW)
    said = [label(1, 0, square(1, 1)), label(1, 1, square(1, 1)), label(1, 2, empty)]
    report = import_labels(project, write(tmp_path / "a.plain", [thing(1, "cup")], said))
    assert (report.n_masks, sorted(report.left_out.values())) == (1, [1, 1])
    assert any("grey filler" in note for note in report.notes)


def test_nobody_need_have_looked_for_filler_before_labels_come_in(tmp_path):
    film = Film(10, [(always(RED), across(0, 10))], filler=[1])
    masks = [label(1, i, square(1, 1, size_hw=FILM_HW)) for i in range(3)]
    boxes = [label(1, i, box=[0, 10, 12, 18]) for i in range(3)]
    cases = {
        "a session": (lambda p: TrackingSession(p, film, ColourBackend()), masks, "masks"),
        "prompts": (lambda p: TrackingSession(p, film, ColourBackend()), boxes, "prompts"),
        "an analysis": (lambda p: Analysis(p, SimpleNamespace(scene=film)), masks, "masks"),
    }
    for what, (of, labels, how) in cases.items():
        project = Project.in_memory(size_hw=FILM_HW, n_frames=10)
        path = write(tmp_path / "a.plain", [thing(1, "red")], labels, size_hw=FILM_HW)
        importing = of(project)
        if isinstance(importing, Analysis):
            report = importing.import_labels(path)
        else:
            report = import_labels(importing, path, how=how)
        assert project.masklet(1).frame_idx.tolist() == [0, 2], what
        assert report.left_out == {"labels on grey filler frames, which show nothing": 1}, what
        project.undo()
        assert project.aois() == [], what


def test_without_the_video_it_is_said_that_filler_was_not_looked_for(project, tmp_path):
    path = write(tmp_path / "a.plain", [thing(1, "cup")], [label(1, 0, square(1, 1))])
    report = Analysis(project).import_labels(path)  # what is in memory has no recording
    assert any("grey filler is not known" in note for note in report.notes)


def test_frames_of_which_the_file_says_nothing_are_counted_as_an_export_leaves_them_out(project, tmp_path):
    project.set_filler(np.arange(10) == 9)
    path = write(tmp_path / "a.plain", [CUP, HANDLE], LABELS)  # both are there on frame 0 only
    report = import_labels(project, path)
    assert any(note.startswith("On 8 frames") and "--unanswered write" in note for note in report.notes)
    (exported,) = export_labels(project, ["plain"], tmp_path / "out")
    assert exported.n_frames == 1
    everything = [label(i, 0, square(1, 1)) for i in (2, 4)]
    path = write(tmp_path / "b.plain", [CUP, HANDLE], everything, n_frames=1)
    assert import_labels(project, path, existing="replace").notes[-1].endswith("instead of its own.")


def test_a_sliver_in_a_file_of_coco_costs_nobody_the_rest(project, tmp_path):
    outlines = {1: [[2, 2, 8, 2, 8, 8, 2, 8]], 2: [[4, 4.6, 9, 4.6, 9, 4.9, 4, 4.9]]}
    content = {
        "images": [{"id": 1, "file_name": "00003.jpg", "height": 20, "width": 30}],
        "categories": [{"id": 1, "name": "cup"}],
        "annotations": [
            {"id": i, "image_id": 1, "category_id": 1, "track_id": i, "segmentation": outline}
            for i, outline in outlines.items()
        ],
    }
    (tmp_path / "a.json").write_text(json.dumps(content))
    report = import_labels(project, tmp_path / "a.json")
    assert project.record(1, 3).mask == square(2, 2, 6)
    assert report.left_out == {"labels without a pixel": 1}


def test_stopping_leaves_nothing(project, tmp_path):
    def stop(done, total):
        assert total == 5
        if done == 3:
            raise Cancelled("enough")

    path = write(tmp_path / "a.plain", [CUP, HANDLE], LABELS)
    with pytest.raises(Cancelled):
        import_labels(project, path, progress=stop)
    assert (project.aois(), project.masklets(), project.history()) == ([], [], [])


def test_a_file_of_no_known_format_and_none_at_all(project, tmp_path):
    (tmp_path / "a.txt").write_text("nothing")
    with pytest.raises(BadLabels, match=r"a.txt looks like none of the formats.*plain"):
        import_labels(project, tmp_path / "a.txt")
    with pytest.raises(BadLabels, match="nothing at"):
        import_labels(project, tmp_path / "b.txt")
    with pytest.raises(OutputError, match="no label format named 'cocoa'"):
        import_labels(project, tmp_path / "a.txt", "cocoa")
    with pytest.raises(OutputError, match="DICOM-SEG is only written, not read"):
        import_labels(project, tmp_path / "a.txt", "dicom-seg")
