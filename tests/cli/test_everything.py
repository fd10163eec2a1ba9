"""``dwell everything`` on a drawn scene whose every thing and part is known."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cli.running import dwell, masks_of, refused
from cli.truth_pieces import write_still
from dwell.analysis import Analysis
from dwell.everything import Everything, GazeFirst, unfinished
from dwell.project import Project
from dwell.registry import BACKENDS, DETECTORS, PROPOSERS
from dwell.segmenters.embedded.proposer import EmbeddedProposer

PIECES = ("--backend", "truth", "--proposer", "truth", "--min-area", "0.0001", "--coverage", "1")


@pytest.fixture(scope="session")
def shots(tmp_path_factory):
    return write_still(tmp_path_factory.mktemp("still") / "still")


@pytest.fixture(autouse=True)
def pieces(monkeypatch):
    monkeypatch.setitem(BACKENDS.entries, "truth", "cli.truth_pieces:StillBackend")
    monkeypatch.setitem(PROPOSERS.entries, "truth", "cli.truth_pieces:StillProposer")


@pytest.fixture(scope="session")
def _done(shots, tmp_path_factory):
    folder = tmp_path_factory.mktemp("done")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(BACKENDS.entries, "truth", "cli.truth_pieces:StillBackend")
        patch.setitem(PROPOSERS.entries, "truth", "cli.truth_pieces:StillProposer")
        ran = dwell("everything", shots, *PIECES, "--project", folder / "s.dwell")
    return folder, ran


@pytest.fixture
def done(_done, tmp_path):
    """A finished run: its folder (the test's own copy), and what was printed."""
    folder, ran = _done
    return shutil.copytree(folder, tmp_path / "done"), ran


def rows(path):
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_video_becomes_things_and_parts_and_a_gallery(done):
    folder, ran = done
    assert "s-gallery" in ran.out
    assert "Looking:" in ran.err
    with Project.open(folder / "s.dwell", write=False) as project:
        aois = {aoi.object_id: aoi for aoi in project.aois()}
    assert len(aois) == 7  # cup, body, handle, box, label, lid and ball
    assert sum(aoi.part_of is not None for aoi in aois.values()) == 4
    table = rows(folder / "s-gallery" / "aoi_gallery.csv")
    assert [row["rank"] for row in table] == [str(rank) for rank in range(1, 8)]
    ball, cup, handle = table[:3]
    # 10 frames × 40 ms on the ball, 5 on the cup's handle; the cup is the larger.
    assert [float(row["dwell time [ms]"]) for row in table[:4]] == [400.0, 200.0, 200.0, 0.0]
    assert [row["total fixations"] for row in table[:4]] == ["1", "1", "1", "0"]
    assert (ball["part of"], handle["part of"]) == ("", cup["aoi label"])
    assert float(ball["dwell share"]) == pytest.approx(10 / 40)
    assert (ball["frames visible"], ball["persistence"]) == ("40", "1.0")
    assert int(ball["last timestamp [ns]"]) - int(ball["first timestamp [ns]"]) == 39 * 40_000_000


def test_the_gallery_has_pictures_tables_and_the_hierarchy(done):
    folder, _ = done
    gallery = folder / "s-gallery"
    names = {row["aoi label"] for row in rows(gallery / "aoi_gallery.csv")}
    assert {path.stem.replace("-", " ") for path in (gallery / "objects").iterdir()} == names
    with Image.open(gallery / "gallery.png") as picture:
        assert picture.size[0] == 2000
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert np.asarray(picture).std() > 10
    tree = json.loads((gallery / "hierarchy.json").read_text(encoding="utf-8"))
    assert sorted(len(thing["parts"]) for thing in tree["things"]) == [0, 2, 2]
    assert {part["contained_share"] for thing in tree["things"] for part in thing["parts"]} == {1.0}
    table = {row["aoi label"]: row for row in rows(gallery / "aoi_hierarchy.csv")}
    assert sorted(row["depth"] for row in table.values()) == ["0"] * 3 + ["1"] * 4
    for row in table.values():
        assert row["whole"] == (row["part of"] or row["aoi label"])


def test_the_list_at_the_end_says_what_was_looked_at(done):
    _, ran = done
    lines = [line.split() for line in ran.out.splitlines()]
    head = next(line for line in lines if line and line[0] == "rank")
    assert " ".join(head) == "rank name from [s] to [s] picture [%] gaze [s] gaze [%] fixations part of"
    first = lines[lines.index(head) + 1]
    assert first[0] == "1"
    assert first[3:5] == ["0", "1.56"]  # 39 × 40 ms
    assert first[6:9] == ["0.4", "25", "1"]


def test_in_json_progress_is_lines_and_the_answer_one_object(shots):
    ran = dwell("everything", shots, *PIECES, "--masks", 3, "--json")
    updates = [json.loads(line) for line in ran.err.splitlines()]
    run = [each for each in updates if "objects" in each]
    assert run[0]["progress"] == "looking"
    assert run[-1] == run[-1] | {"progress": "done", "done": 1.0, "objects": 3}
    assert Path(ran.json["gallery"]).name == "still-gallery"
    assert len(ran.json["things"]) == 3
    assert ran.json["run"]["budget"]["masks"] == 3
    assert all(Path(path).is_file() for path in ran.json["files"])


def test_ctrl_c_saves_and_the_same_command_goes_on(shots, done, monkeypatch):
    whole, _ = done
    updates = Everything.updates

    def stopped(self):
        for number, update in enumerate(updates(self)):
            if number == 30:
                raise KeyboardInterrupt
            yield update

    with monkeypatch.context() as patch:
        patch.setattr(Everything, "updates", stopped)
        ran = dwell("everything", shots, *PIECES, "--project", "p.dwell", code=130)
    assert "run the same command to go on" in ran.error
    with Project.open("p.dwell", write=False) as project:
        assert unfinished(project) is not None
    message = refused("everything", shots, *PIECES, "--project", "p.dwell", "--step", 7)
    assert "--afresh" in message
    ran = dwell("everything", shots, *PIECES, "--project", "p.dwell")
    assert "Going on with an unfinished run" in ran.error
    assert masks_of("p.dwell") == masks_of(whole / "s.dwell")


@pytest.mark.parametrize(
    ("mode", "kind"), [((), Everything), (("--looked-at",), GazeFirst)], ids=["everything", "looked at"]
)
def test_ctrl_c_after_the_run_goes_on_with_names_and_gallery_and_does_not_search_again(
    shots, mode, kind, monkeypatch
):
    def stopped(self, *args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setitem(DETECTORS.entries, "truth", "cli.truth_pieces:StillDetector")
    how = mode + ("--backend", "truth") if mode else PIECES
    command = ("everything", shots, *how, "--project", "p.dwell", "--words", "ball", "--detector", "truth")
    for step in ("name_things", "map", "write_gallery"):
        with monkeypatch.context() as patch:
            patch.setattr(Analysis, step, stopped)
            if step != "name_things":
                patch.setattr(kind, "updates", stopped)
            ran = dwell(*command, code=130)
        assert "run the same command to go on" in ran.error
        assert ("Found already" in ran.error) == (step != "name_things")
    before = masks_of("p.dwell")
    with monkeypatch.context() as patch:
        patch.setattr(kind, "updates", stopped)
        ran = dwell(*command)
        assert "Found already, by the same command; --afresh searches again." in ran.error
        dwell(*command, *(("--alike", 0.7) if mode else ("--step", 7)), code=130)  # other options: it begins
        dwell(*command, "--afresh", code=130)
    assert masks_of("p.dwell") == before
    assert "ball" in {row["aoi label"] for row in rows("p-gallery/aoi_gallery.csv")}


@pytest.mark.parametrize("mode", [(), ("--looked-at",)], ids=["everything", "looked at"])
def test_a_run_that_was_undone_is_searched_again(shots, mode):
    how = mode + ("--backend", "truth") if mode else PIECES
    command = ("everything", shots, *how, "--project", "p.dwell")
    dwell(*command)
    found = masks_of("p.dwell")
    with Project.open("p.dwell") as project:
        project.add_aoi("mine")
        project.undo()
        project.undo()
        assert project.aois() == []
        project.redo()
        project.undo()
        n_undone = sum(step.undone for step in project.history())
    assert n_undone == 2
    ran = dwell(*command)
    assert "Found already" not in ran.error
    assert masks_of("p.dwell") == found


def test_afresh_begins_another_run(shots, monkeypatch):
    def stopped(self):
        raise KeyboardInterrupt
        yield

    with monkeypatch.context() as patch:
        patch.setattr(Everything, "updates", stopped)
        dwell("everything", shots, *PIECES, "--project", "p.dwell", code=130)
    dwell("everything", shots, *PIECES, "--project", "p.dwell", "--step", 7, "--afresh")
    with Project.open("p.dwell", write=False) as project:
        assert unfinished(project) is None
        assert len(project.aois()) == 7


def test_words_name_what_was_found(shots, monkeypatch):
    monkeypatch.setitem(DETECTORS.entries, "truth", "cli.truth_pieces:StillDetector")
    dwell("everything", shots, *PIECES, "--words", "cup . ball", "--detector", "truth", "--out", "g")
    table = {row["aoi label"]: row for row in rows("g/aoi_gallery.csv")}
    assert {"cup", "ball"} <= table.keys()
    assert sum(label.startswith("thing ") for label in table) == 5
    assert {path.name for path in Path("g/objects").iterdir()} >= {"cup.png", "ball.png"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--looked-at", "--minutes", 3), "--minutes means nothing with --looked-at"),
        (("--looked-at", "--published"), "--published means nothing with --looked-at"),
        (("--alike", 0.5), "--alike is for --looked-at"),
        (("--detector", "colours"), "--detector is for --words"),
        (("--coverage", 90), "coverage above 0 and up to 1"),
        (("--step", 0), "step of 1 frame or more"),
    ],
)
def test_options_that_would_do_nothing_are_refused(shots, options, says):
    assert says in refused("everything", shots, *options, code=2)
    assert not list(Path().glob("*.dwell"))


def test_without_gaze_nothing_was_looked_at(tmp_path):
    mute = write_still(tmp_path / "mute", gaze=False)
    message = refused("everything", mute, "--looked-at")
    assert "has no gaze" in message
    assert "--gaze 'FILE.csv'" in message
    assert "leave out --looked-at" in message


def test_without_gaze_things_are_ranked_by_importance(tmp_path):
    mute = write_still(tmp_path / "mute", gaze=False)
    ran = dwell("everything", mute, *PIECES, "--out", "g")
    assert "gaze" not in ran.out.split("Gallery:")[0]
    table = rows("g/aoi_gallery.csv")
    importance = [float(row["importance"]) for row in table]
    assert importance == sorted(importance, reverse=True)
    assert {row["dwell time [ms]"] for row in table} == {""}


@pytest.mark.parametrize(
    ("options", "score", "stability", "says"),
    [
        ((), None, None, True),  # embedded: its own
        (("--pred-iou-thresh", 0.4), 0.4, None, True),
        (("--proposer", "sam-vit-base"), 0.8, 0.95, False),
        (("--proposer", "sam2.1-tiny"), 0.8, 0.95, False),
        (("--proposer", "sam2.1-tiny", "--pred-iou-thresh", 0.4), 0.4, 0.95, False),
    ],
)
def test_the_published_values_are_taken_where_none_is_given(
    shots, options, score, stability, says, monkeypatch
):
    given = {}

    def noted(self, options, budget, proposer, progress):
        given.update(options=options, budget=budget)
        raise KeyboardInterrupt

    monkeypatch.setattr(Analysis, "everything", noted)
    monkeypatch.setattr("dwell.cli.everything._open_proposer", lambda *_: EmbeddedProposer())
    ran = dwell("everything", shots, "--published", "--step", 9, "--minutes", 2, *options, code=130)
    assert ("The published least score and stability are SAM's; those of embedded" in ran.error) == says
    found, automatic = given["options"], given["options"].automatic
    assert (found.step, found.iou_thresh, found.max_masks_per_frame) == (9, 0.8, 144)
    assert (automatic.points_per_side, automatic.min_area, automatic.max_masks) == (64, 0.0005, 144)
    assert (automatic.pred_iou_thresh, automatic.stability_score_thresh) == (score, stability)
    assert (given["budget"].minutes, given["budget"].coverage) == (2, None)


def test_where_no_mask_is_found_it_says_what_to_do(shots, monkeypatch):
    monkeypatch.setattr("cli.truth_pieces.StillProposer.propose", lambda *_: [])
    for _ in "ab":  # the second time there is an AOI, but none was found
        ran = dwell("everything", shots, *PIECES, "--project", "p.dwell")
        assert "No mask was found on any key frame. Try a lower --pred-iou-thresh" in ran.error
        assert "another --proposer" in ran.error
        with Project.open("p.dwell") as project:
            project.add_aoi(f"mine {len(project.aois())}")


def test_what_was_looked_at_is_found_without_a_click(shots):
    ran = dwell(
        "everything", shots, "--looked-at", "--backend", "truth", "--project", "p.dwell", "--out", "g"
    )
    assert "Gallery: g/gallery.png" in ran.out.replace("\\", "/")
    table = rows("g/aoi_gallery.csv")
    by_dwell = [row for row in table if float(row["dwell time [ms]"])]
    assert float(by_dwell[0]["dwell time [ms]"]) == 400.0  # the ball, 10 frames × 40 ms
    assert {float(row["dwell time [ms]"]) for row in by_dwell[1:]} == {200.0}  # handle and cup
    assert any(row["part of"] for row in by_dwell)
    dwell(
        "everything", shots, "--looked-at", "--backend", "truth", "--project", "p.dwell", "--out", "g",
        "--min-dwell-ms", 300,
    )  # fmt: skip
    assert [float(row["dwell time [ms]"]) for row in rows("g/aoi_gallery.csv")] == [400.0]
    assert len(list(Path("g/objects").iterdir())) == 1
