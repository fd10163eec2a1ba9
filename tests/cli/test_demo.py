"""``dwell demo``, on a smaller world than people get to see."""

import pytest

from cli.running import dwell, ended, refused, start

SMALL = """
import functools
from dwell import demo
from dwell.drawn_world import DrawnWorld
demo.DrawnWorld = functools.partial(DrawnWorld, size_hw=(120, 160), filler_s=0.9)
"""


def test_the_demo_makes_everything_and_knows_how_well_it_went(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    ran = ended(start("demo", "--out", "out", "--seconds", 4, "--json", cwd=tmp_path, code=SMALL), 300)
    assert ran.code == 0, ran.err
    files = {key: tmp_path / path for key, path in ran.json["files"].items()}
    assert set(files) == {
        "recording, as from Pupil Cloud", "timeline", "enriched video", "project", "tables"
    }  # fmt: skip
    assert all(path.exists() for path in files.values())
    assert {"gaze_on_aoi.csv", "aoi_fixations.csv", "aoi_metrics.csv"} <= {
        path.name for path in files["tables"].iterdir()
    }
    by_name = {aoi["name"]: aoi for aoi in ran.json["aois"]}
    assert set(by_name) == {"cup", "book", "ball"}
    # The book is large and flat: even so small a picture must do.
    assert by_name["book"]["mask_j"] > 0.6
    assert by_name["book"]["hit_kappa"] > 0.6
    for aoi in by_name.values():
        assert 0 <= aoi["mask_j"] <= 1
        assert aoi["true_dwell_s"] >= 0
    again = dwell("map", files["project"], "--out", "again", "--json").json["aois"]
    assert [each["dwell [s]"] for each in again] == pytest.approx(
        [by_name[each["AOI"]]["dwell_s"] for each in again]
    )


def test_the_demo_leaves_a_folder_of_other_things_alone(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    assert "holds other files" in refused("demo", "--out", "out")
    assert (tmp_path / "out" / "thesis.txt").read_text() == "years of work"
