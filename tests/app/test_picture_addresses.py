"""Results on the picture of an enrichment, asked as a page asks them: the same as the command line's."""

import asyncio
import csv
import io
from contextlib import asynccontextmanager

import httpx
import numpy as np
import pytest
from PIL import Image

import dwell
from app.looping import run
from cli.running import dwell as command
from dwell.app.recents import Recents
from dwell.app.settings import Settings
from dwell.app.site import create_site
from enrichments.written import SIZE_HW, START, fixation, sample, section, write


@pytest.fixture
def root(tmp_path):
    """A shelf with a green box, and the project on it."""
    root = tmp_path / "root"
    root.mkdir()
    folder = write(
        root / "shelf",
        sections=section("s1", "r1", START) + section("s2", "r2", START, wearer="w2"),
        gaze="".join(sample(1500 + 5 * i, (20, 20), fixation=1) for i in range(20)),
        fixations=fixation(1, 1500, 100, (20, 20)) + fixation(2, 2000, 80, (70, 20), on=False),
        picture=False,
    )
    picture = np.full((*SIZE_HW, 3), 128, np.uint8)
    picture[10:30, 10:40] = (40, 160, 60)
    picture[40:50, 60:80] = (30, 60, 200)
    Image.fromarray(picture).save(folder / "reference_image.png")
    with dwell.open_analysis(folder, root / "shelf.dwell", backend="colour") as analysis:
        analysis.prompt("green", dwell.Point(20, 20), frame_idx=0)
    return root


@asynccontextmanager
async def page(root, path):
    settings = Settings(roots=(root,))
    site = create_site(settings, Recents(root.parent / "recents.json"))
    headers = {"Authorization": f"Bearer {settings.token}"}
    transport = httpx.ASGITransport(app=site, raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", headers=headers, timeout=180
        ) as client:
            opened = await client.post("/api/open", json={"path": str(path)})
            assert opened.status_code == 200, opened.text
            client.base_url = f"http://127.0.0.1/api/p/{opened.json()['pid']}/"
            yield client
    finally:
        await site.state.office.close()


def test_measures_dots_and_pictures(root):
    async def story():
        async with page(root, root / "shelf.dwell") as client:
            state = (await client.get("state")).json()
            assert (state["recording"]["kind"], state["recording"]["n_frames"]) == ("enrichment", 1)
            found = (await client.get("picture/results")).json()
            assert found["recordings"] == ["r1 one", "r2 one"]
            assert (found["n_fixations"], found["notes"]) == (1, [])
            (row,) = found["rows"]
            assert row["label"] == "green"
            assert row["total-fixation-duration"] == 50  # 100 ms in one of two recordings
            assert row["time-to-first-fixation"] == 1500
            assert row["recording-reach"] == 0.5
            assert {each["id"] for each in found["measures"]} < row.keys()
            dots = (await client.get("picture/fixations")).json()
            assert dots == {"x": [20.0], "y": [20.0], "ms": [100], "recording": [0], "n_all": 1}
            density = await client.get("picture/density.png?w=50")
            with Image.open(io.BytesIO(density.content)) as image:
                assert (image.size, image.mode) == ((50, 30), "RGBA")
                assert np.asarray(image)[..., 3].argmax() == 10 * 50 + 10
            for form, start in (("png", b"\x89PNG"), ("svg", b"<?xml")):
                drawn = await client.get(f"picture/heatmap.{form}?measure=dwell-time")
                assert drawn.content.startswith(start)
            refused = await client.get("picture/heatmap.png?measure=beauty")
            assert (refused.status_code, "no measure 'beauty'" in refused.json()["error"]) == (400, True)
            assert (await client.get("picture/results?margin_px=nan")).status_code == 422

    run(story())


def test_results_follow_the_aois_and_pages_are_told(root):
    async def story():
        async with page(root, root / "shelf.dwell") as client:
            before = (await client.get("picture/results")).json()
            added = await client.post("aois", json={"client": "me", "name": "blue"})
            object_id = added.json()["object_id"]
            prompt = {"kind": "point", "x": 70.0, "y": 45.0, "positive": True}
            body = {"client": "me", "object_id": object_id, "frame_idx": 0, "prompts": [prompt]}
            segmented = await client.post("prompts", json=body)
            assert segmented.status_code == 200, segmented.text
            after = (await client.get("picture/results")).json()
            assert [row["label"] for row in after["rows"]] == ["green", "blue"]
            assert after["rev"] > before["rev"]
            wide = (await client.get("picture/results?margin_px=30")).json()
            assert [row["fixation-count"] for row in wide["rows"]] == [0.5, 0]

    run(story())


def test_what_the_app_exports_is_what_the_command_line_writes(root, tmp_path):
    async def story():
        async with page(root, root / "shelf.dwell") as client:
            body = {
                "client": "me",
                "what": ["tables", "heatmap", "aoi_heatmap", "coco"],
                "out": str(root / "out"),
                "picture": {"margin_px": 2.0},
                "measure": "visits",
            }
            task = (await client.post("export", json=body)).json()
            while task["state"] == "running":
                await asyncio.sleep(0.05)
                task = (await client.get(f"tasks/{task['id']}")).json()
            assert task["state"] == "done", task
            assert task["result"]["errors"] == []

    run(story())
    command("map", root / "shelf.dwell", "--out", tmp_path / "cli", "--margin-px", 2, "--measure", "visits")
    for name in (
        "aoi_fixations.csv",
        "aoi_metrics.csv",
        "image_dwell.csv",
        "gaze_heatmap.png",
        "mapping.json",
    ):
        assert (root / "out" / name).read_bytes() == (tmp_path / "cli" / name).read_bytes(), name
    assert (root / "out" / "aoi_heatmap-visits.svg").exists()
    assert (root / "out" / "coco").exists() or any(
        path.suffix == ".json" for path in (root / "out").iterdir()
    )
    with (root / "out" / "aoi_metrics.csv").open(encoding="utf-8", newline="") as file:
        assert [row["aoi label"] for row in csv.DictReader(file)] == ["green", "green"]


def test_a_recording_has_no_picture(root):
    async def story():
        still = root / "still.png"
        Image.fromarray(np.full((*SIZE_HW, 3), 90, np.uint8)).save(still)
        async with page(root, still) as client:
            refused = await client.get("picture/results")
            assert refused.status_code == 400
            assert "not about the picture of an enrichment" in refused.json()["error"]

    run(story())
