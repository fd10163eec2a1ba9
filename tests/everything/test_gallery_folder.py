"""The folder of a gallery: names of files on any system, and nothing left of things that are gone."""

from pathlib import Path

import pytest

from cli.truth_pieces import write_still
from dwell.analysis import open_analysis
from dwell.errors import OutputError
from dwell.everything import rank_masklets
from dwell.everything.gallery.folder import picture_names
from dwell.masks import MaskRecord
from dwell.types import AOI, Origin, State
from everything.scenes import SCENES
from everything.test_gallery import seen


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())


@pytest.fixture
def analysis(tmp_path):
    """Cup, its handle and the ball of the still scene, on three frames."""
    scene = SCENES["still"]()
    with open_analysis(write_still(tmp_path / "still"), tmp_path / "p.dwell") as opened:
        cup = opened.project.add_aoi("cup")
        opened.project.add_aoi("handle", part_of=cup.object_id)
        opened.project.add_aoi("ball")
        opened.project.write_masks(
            MaskRecord(aoi.object_id, i, scene.mask(aoi.name, i), State.VISIBLE, 1.0, Origin.MODEL, None)
            for aoi in opened.project.aois()
            for i in (5, 6, 20)
        )
        yield opened


def test_an_analysis_ranks_relates_and_writes(analysis, tmp_path):
    items = analysis.gallery()
    # Two frames of 40 ms on the ball, one on the handle and so on the cup.
    assert [(each.aoi.name, each.dwell_ms) for each in items] == [
        ("ball", 80.0),
        ("cup", 40.0),
        ("handle", 40.0),
    ]
    cup, ball = analysis.hierarchy()
    assert ([part.aoi.name for part in cup.parts], ball.parts) == (["handle"], ())
    told = []
    written = analysis.write_gallery(tmp_path / "g", progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert files(tmp_path / "g") == sorted(path.relative_to(tmp_path / "g").as_posix() for path in written)
    assert files(tmp_path / "g") == [
        "aoi_gallery.csv",
        "aoi_hierarchy.csv",
        "gallery.png",
        "hierarchy.json",
        "objects/ball.png",
        "objects/cup.png",
        "objects/handle.png",
    ]


def test_pictures_of_what_is_gone_go_and_those_of_others_stay(analysis, tmp_path):
    analysis.write_gallery(tmp_path / "g")
    (tmp_path / "g" / "objects" / "mine.png").write_bytes(b"mine")
    analysis.project.edit_aoi(3, name="red ball")
    analysis.project.remove_aoi(2)
    analysis.write_gallery(tmp_path / "g")
    objects = [each for each in files(tmp_path / "g") if each.startswith("objects/")]
    assert objects == ["objects/cup.png", "objects/mine.png", "objects/red-ball.png"]


def test_another_table_of_that_name_is_left_alone(analysis, tmp_path):
    (tmp_path / "aoi_gallery.csv").write_text("a,b\n1,2\n")
    with pytest.raises(OutputError, match="no table of a gallery"):
        analysis.write_gallery(tmp_path)
    assert (tmp_path / "aoi_gallery.csv").read_text() == "a,b\n1,2\n"


def test_file_names_are_good_everywhere_and_differ():
    names = ["cup", "CUP", "a/b: c?", "..", "Tasse, groß"]
    aois = [AOI(number, name, "#ff0000") for number, name in enumerate(names, 1)]
    items = rank_masklets([seen(aoi, {}) for aoi in aois], 1)
    assert picture_names(items) == {
        1: "cup-1.png",
        2: "CUP-2.png",
        3: "a-b-c.png",
        4: "aoi-4.png",
        5: "Tasse,-groß.png",
    }
