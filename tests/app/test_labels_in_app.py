"""Labels out of the app and back in: every format in its folder; a file looked at, then taken over."""

import json
import shutil
from contextlib import closing
from dataclasses import replace

import pytest
from PIL import Image

import dwell
from app.analysing import Call, tracked_project
from app.desks_for_tests import PAGE, add, open_desk
from app.looping import until
from app.sites import asked
from dwell.app.formats_offered import formats_offered
from dwell.app.messages import (
    AoiRemoval,
    ImportRequest,
    TrackRequest,
    UndoRequest,
    View,
)
from dwell.app.work.analyst import Analyst
from dwell.app.work.editor import Editor
from dwell.app.work.labels import look_at, take_labels
from dwell.errors import BadLabels, OutputError, PromptError
from dwell.formats.coco import Coco
from dwell.formats.contract import WriteOptions
from dwell.formats.label_studio import LabelStudio
from dwell.labels import labels_of
from dwell.project import Project
from dwell.registry import FORMATS, GAZE_FORMATS, load

N_FRAMES = 24


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A tracked project: red and blue on all frames of a recording with gaze."""
    return tracked_project(tmp_path_factory.mktemp("labels"), N_FRAMES)


@pytest.fixture
def project(made, tmp_path):
    return shutil.copytree(made, tmp_path / "p.dwell")


@pytest.fixture
def analyst(project):
    analyst = Analyst(Call(), str(project))
    yield analyst
    analyst.close()


def below(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def write_coco(project, out):
    with Project.open(project, write=False) as saved:
        labels = labels_of(saved)
        other = replace(labels, video="other", masklets=labels.masklets[:1])
        Coco().write([labels], out)
        Coco().write([labels, other], out / "two")
    return out / "annotations.json"


def test_every_format_is_offered_with_what_it_keeps_and_loses():
    offered = {each.name: each for each in formats_offered()}
    assert list(offered) == [*FORMATS, *GAZE_FORMATS]
    assert {name for name in offered if offered[name].group == "gaze"} == set(GAZE_FORMATS)
    assert {name for name in offered if offered[name].group == "volume"} >= {"nifti"}
    coco = offered["coco"]
    assert (coco.title, coco.reads, coco.boxes, coco.missing) == ("COCO", True, False, "")
    assert all(each.keeps for each in offered.values() if not each.missing)


def test_every_format_that_fits_a_video_is_written_into_its_own_folder(analyst, tmp_path):
    names = [name for name in FORMATS if not load(FORMATS, name).about.of_volume]
    answer = analyst.export(Call(), {"what": [*names, *GAZE_FORMATS], "out": str(tmp_path / "out")})
    assert answer["errors"] == []
    assert {path.split("/")[0] for path in below(tmp_path / "out")} == {*names, *GAZE_FORMATS}


def test_frames_are_chosen_and_pictures_written_as_asked(analyst, tmp_path):
    labels = {"every": 5, "pictures": "png", "polygons": True, "unanswered": "skip"}
    answer = analyst.export(Call(), {"what": ["coco"], "out": str(tmp_path / "out"), "labels": labels})
    assert answer["errors"] == []
    written = json.loads((tmp_path / "out" / "coco" / "annotations.json").read_text())
    assert [image["frame_idx"] for image in written["images"]] == [0, 5, 10, 15, 20]
    assert all(isinstance(each["segmentation"], list) for each in written["annotations"])
    pictures = [name for name in below(tmp_path / "out") if name.endswith(".png")]
    assert len(pictures) == 5
    with Image.open(tmp_path / "out" / pictures[0]) as picture:
        assert picture.size == (80, 60)


def test_what_is_not_known_stops_an_export_in_words_of_the_page(analyst, project, tmp_path):
    with Project.open(project) as editor:
        editor.delete_masks(1, 4, 6)
    wanted = {"what": ["coco"], "out": str(tmp_path / "out"), "labels": {"unanswered": "stop"}}
    error = analyst.export(Call(), wanted)["errors"][0]["error"]
    assert "red on frames 4–5" in error
    assert error.endswith("or leave such frames out.")
    answer = analyst.export(Call(), wanted | {"labels": {"unanswered": "skip"}})
    assert any(note.startswith("coco: 2 frames without an answer") for note in answer["notes"])
    with pytest.raises(OutputError, match="Nothing named 'nifty'"):
        analyst.export(Call(), {"what": ["nifty"], "out": str(tmp_path / "out")})


def test_a_file_is_looked_at_before_anything_is_taken_over(project, tmp_path):
    path = write_coco(project, tmp_path / "coco")
    with Project.open(project, write=False) as saved:
        found = look_at(saved, path, None)
        assert (found.format, found.title, found.boxes) == ("coco", "COCO", False)
        assert [(each.n_labels, each.aois, each.problem) for each in found.videos] == [
            (2 * N_FRAMES, ["red", "blue"], "")
        ]
        assert found.video == found.videos[0].name

        two = look_at(saved, tmp_path / "coco" / "two" / "annotations.json", "coco")
        assert [(each.name, each.n_aois) for each in two.videos] == [(found.video, 2), ("other", 1)]

        small = json.loads(path.read_text())
        for each in (*small["images"], *small["videos"]):
            each["width"], each["height"] = 40, 30
        (tmp_path / "small.json").write_text(json.dumps(small | {"annotations": []}))
        assert (
            "40×30 px, this recording 80×60"
            in look_at(saved, tmp_path / "small.json", "coco").videos[0].problem
        )

        (tmp_path / "odd.json").write_text("{}")
        with pytest.raises(BadLabels, match="looks like none of the formats"):
            look_at(saved, tmp_path / "odd.json", None)


def test_labels_are_taken_over_in_one_step_and_undone(project, made, tmp_path):
    path = write_coco(project, tmp_path / "coco")

    def ask(**more):
        return ImportRequest(client=PAGE, path=str(path), **more)

    async def taken(desk, **more):
        task = await desk.changes.start("Importing", "import_labels", ask(**more))
        await until(lambda: desk.changes.task(task.id).state != "running")
        task = desk.changes.task(task.id)
        assert task.state == "done", task.error
        return task.result

    async def work():
        async with open_desk(made.parent / "shots", tmp_path / "new.dwell") as desk:
            mine = await add(desk, "blue")
            with pytest.raises(PromptError, match="AOIs of the same name: 'blue'"):
                await desk.changes.start("Importing", "import_labels", ask())
            assert [aoi.name for aoi in desk.snapshot.aois] == ["blue"]

            both = await taken(desk, existing="new")
            counts = {name: both[name] for name in ("title", "n_masks", "n_frames", "rev")}
            assert counts == {"title": "COCO", "n_masks": 48, "n_frames": 24, "rev": desk.rev}
            assert {aoi.name for aoi in desk.snapshot.aois} == {"blue", "red", "blue 2"}
            assert any("'blue 2' here" in line for line in both["lines"])
            assert set(both["object_ids"]) <= set(desk.snapshot.view.keys.values())
            known = {lane.object_id: lane.n_known for lane in desk.snapshot.lanes}
            assert [known[object_id] for object_id in both["object_ids"]] == [24, 24]
            await desk.edit("undo", UndoRequest(client=PAGE, expect=both["step"]["id"]))
            assert [aoi.name for aoi in desk.snapshot.aois] == ["blue"]

            # what is locked is not replaced, and nothing else is taken over either
            await desk.edit("set_view", View(locked=[mine], keys={}), PAGE)
            with pytest.raises(PromptError, match="'blue' is locked"):
                await desk.changes.start("Importing", "import_labels", ask(existing="replace"))
            assert [aoi.name for aoi in desk.snapshot.aois] == ["blue"]
            await desk.edit("set_view", View(locked=[], keys={}), PAGE)
            prompted = await taken(desk, existing="replace", how="prompts")
            assert (prompted["n_prompts"], prompted["n_masks"]) == (48, 0)


def test_masks_of_pictures_in_a_format_of_boxes_are_not_called_boxes(project, tmp_path):
    with Project.open(project, write=False) as saved:
        LabelStudio().write([labels_of(saved)], tmp_path / "out", WriteOptions(pictures=True))
        assert look_at(saved, tmp_path / "out" / "video.json", None).boxes
        assert not look_at(saved, tmp_path / "out" / "images.json", None).boxes


def test_an_import_takes_nothing_of_the_tracking_that_is_under_way_into_its_step(project, made, tmp_path):
    path = write_coco(project, tmp_path / "coco")
    with dwell.open_analysis(made.parent / "shots", tmp_path / "new.dwell", backend="colour") as analysis:
        analysis.prompt("disc", dwell.Point(12, 15), frame_idx=0)
        with closing(analysis.session.track()) as updates:
            for _ in range(5):
                next(updates)
            request = ImportRequest(client=PAGE, path=str(path))
            take_labels(analysis, request, set(), lambda done, total: None)
            assert analysis.project.undo().startswith("import")
            assert [aoi.name for aoi in analysis.project.aois()] == ["disc"]
            assert analysis.project.n_known(1) == 1 + 5


def test_removing_aois_takes_nothing_of_the_tracking_that_is_under_way_into_its_step(made, tmp_path):
    call = Call()
    editor = Editor(
        call, str(made.parent / "shots"), str(tmp_path / "new.dwell"), None, {"backend": "colour"}
    )
    try:
        analysis = editor.analysis
        analysis.prompt("disc", dwell.Point(12, 15), frame_idx=0)
        spare = analysis.project.add_aoi("spare").object_id
        editor.track(call, TrackRequest(client=PAGE, object_ids=[1]))
        for _ in range(5):
            editor.work()
        editor.remove_aois(call, AoiRemoval(client=PAGE, object_ids=[spare]))
        assert analysis.project.undo() == "remove spare"
        assert analysis.project.n_known(1) == 1 + 5
    finally:
        editor.close()


def test_an_aoi_that_was_locked_and_is_gone_stands_in_no_imports_way(project, made, tmp_path):
    path = write_coco(project, tmp_path / "coco")
    call = Call()
    editor = Editor(
        call, str(made.parent / "shots"), str(tmp_path / "new.dwell"), None, {"backend": "colour"}
    )
    try:
        for name in ("cup", "spoon"):
            editor.analysis.project.add_aoi(name)
        editor.set_view(call, View(locked=[1], keys={}), PAGE)
        editor.analysis.project.remove_aoi(1)
        report = editor.import_labels(call, ImportRequest(client=PAGE, path=str(path)))
        assert report.n_masks == 2 * N_FRAMES
        told = [changes["view"].locked for _, _, changes in call.events[1:] if "view" in changes]
        assert told[-1] == []
    finally:
        editor.close()


def test_a_data_set_that_leads_out_of_the_folders_is_not_read(made, tmp_path):
    secret = tmp_path / "secret" / "labels"
    secret.mkdir(parents=True)
    (secret / "00000.txt").write_text("0 .5 .5 .5 .5\n")
    root = tmp_path / "films"
    shots = shutil.copytree(made.parent / "shots", root / "shots")
    leads = {
        "there": f"train: {secret}\n",
        "up": "path: ../../secret\ntrain: labels\n",
        "list": "train: list.txt\n",
    }
    for name, text in leads.items():
        (root / name).mkdir()
        (root / name / "data.yaml").write_text(text + "val: labels\nnames: [cup]\n")
    (root / "list" / "list.txt").write_text(f"{secret}/00000.jpg\n")
    (root / "link" / "labels").mkdir(parents=True)
    (root / "link" / "labels" / "00000.txt").symlink_to(secret / "00000.txt")
    (root / "link" / "data.yaml").write_text("train: labels\nval: labels\nnames: [cup]\n")
    with asked(root) as page:
        pid = page.post("/api/open", json={"path": str(shots)}).json()["pid"]
        for name in (*leads, "link"):
            for format in (None, "yolo"):
                wanted = {"client": PAGE, "path": str(root / name), "format": format, "how": "prompts"}
                for verb in ("look", "import"):
                    kept = wanted if verb == "import" else {"path": wanted["path"], "format": format}
                    answer = page.post(f"/api/p/{pid}/labels/{verb}", json=kept)
                    assert "lies outside the folders" in answer.json()["error"], (name, verb)
        (root / "link" / "labels" / "00000.txt").unlink()
        shutil.copy(secret / "00000.txt", root / "link" / "labels")
        found = page.post(f"/api/p/{pid}/labels/look", json={"path": str(root / "link")}).json()
        assert (found["format"], found["videos"][0]["aois"]) == ("yolo", ["cup"])
