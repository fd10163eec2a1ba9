"""Addresses of results, review, gaze and exports, asked as a page asks them."""

import asyncio
import csv
import os
import shutil
from contextlib import asynccontextmanager

import httpx
import numpy as np
import pytest

from app.analysing import tracked_project
from app.looping import run
from dwell.app import open_folder
from dwell.app.gaze_file import RECORD
from dwell.app.recents import Recents
from dwell.app.settings import Settings
from dwell.app.site import create_site


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return tracked_project(tmp_path_factory.mktemp("addresses"))


@pytest.fixture
def root(made, tmp_path):
    """A folder the user named, with the project in it and a link that leads out of it."""
    root = tmp_path / "root"
    shutil.copytree(made.parent, root)
    with_source_here(root)
    (tmp_path / "elsewhere").mkdir()
    (root / "way-out").symlink_to(tmp_path / "elsewhere")
    return root


def with_source_here(root):
    from dwell.project import Project

    with Project.open(root / "p.dwell") as project:
        project.relocate(root / "shots")


@asynccontextmanager
async def page(root, **changes):
    """A client of a site, and the address of the project in it."""
    settings = Settings(roots=(root,), **changes)
    site = create_site(settings, Recents(root.parent / "recents.json"))
    headers = {"Authorization": f"Bearer {settings.token}"}
    transport = httpx.ASGITransport(app=site, raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", headers=headers, timeout=180
        ) as client:
            opened = await client.post("/api/open", json={"path": str(root / "p.dwell")})
            assert opened.status_code == 200, opened.text
            client.base_url = f"http://127.0.0.1/api/p/{opened.json()['pid']}/"
            yield client
    finally:
        await site.state.office.desks.close_all()


async def until_over(client, address, running):
    """The answer when it is no longer ``running``."""
    while (answer := (await client.get(address)).json())["state"] == running:
        await asyncio.sleep(0.05)
    return answer


def test_results_review_and_gaze(root):
    async def work():
        async with page(root) as client:
            info = await until_over(client, "results?margin_deg=1&px_per_degree=10", "computing")
            assert info["state"] == "ready"
            assert info["margin_deg"] == 1.0
            assert [row["dwell time [ms]"] for row in info["metrics"]] == [400.0, 400.0]
            assert info["hits"] == {"1": [[10, 20]], "2": [[30, 40]]}
            assert isinstance(info["visits"][0]["start_ns"], str)
            assert (await client.get("eye")).json()["fixation_first_frame"] == [10, 30]
            gaze = (await client.get("gaze?start=10&stop=12")).content
            assert np.frombuffer(gaze, RECORD)["frame_idx"].tolist() == [10] * 8 + [11] * 8
            assert (await client.get("sensitivity?px_per_degree=10")).json()["unit"] == "deg"
            queue = (await client.get("review?target=0.9")).json()
            assert queue["target"] == 0.9
            assert queue["n_for_target"] <= len(queue["moments"])
            heatmap = await client.get("heatmap.png?object_id=1&w=40")
            assert heatmap.headers["content-type"] == "image/png"
            assert heatmap.content.startswith(b"\x89PNG")

    run(work())


MALFORMED = (
    "results?margin_deg=nan",
    "results?margin_deg=900",
    "results?fixation_rule=guess",
    "results?px_per_degree=-1",
    "review?target=2",
    "heatmap.png?w=1000000",
    "gaze?start=a&stop=3",
)


def test_malformed_questions_are_refused(root):
    async def work():
        async with page(root) as client:
            for address in MALFORMED:
                answer = await client.get(address)
                assert answer.status_code == 422, address
                assert answer.json()["error"]
            answer = await client.get("heatmap.png?object_id=77&w=40")
            assert answer.status_code == 404
            assert answer.json()["kind"] == "UnknownAoi"

    run(work())


def test_an_export_goes_to_a_folder_of_the_user_and_nowhere_else(root, tmp_path):
    async def work():
        async with page(root) as client:
            order = {"client": "page", "what": ["tables"], "out": str(root / "out")}
            task = (await client.post("export", json=order)).json()
            task = await until_over(client, f"tasks/{task['id']}", "running")
            assert task["state"] == "done"
            with (root / "out" / "aoi_dwell.csv").open(newline="") as file:
                assert [row["dwell time [ms]"] for row in csv.DictReader(file)] == ["400.0", "400.0"]
            for out in (tmp_path / "x", root / ".." / "x", root / "way-out", root / "way-out" / "x", "/"):
                answer = await client.post("export", json=order | {"out": str(out)})
                assert answer.status_code == 403, out
            (root / "linked").mkdir()
            (root / "linked" / "davis").symlink_to(tmp_path / "elsewhere")
            answer = await client.post(
                "export", json=order | {"what": ["davis"], "out": str(root / "linked")}
            )
            assert answer.status_code == 403
            assert list((tmp_path / "elsewhere").iterdir()) == []
            assert (await client.get("tasks/export-99")).status_code == 404
            assert (await client.post("tasks/export-99/cancel")).status_code == 404

    run(work())


def test_the_folder_is_shown_only_here_and_only_if_it_is_the_users(root, tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(open_folder, "_opener", lambda: "/bin/opener")
    monkeypatch.setattr(open_folder, "Popen", lambda command, **_: shown.append(command))

    async def work():
        async with page(root) as client:
            assert (await client.post("open-folder", json={"path": str(root)})).status_code == 200
            assert shown == [["/bin/opener", os.path.realpath(root)]]
            assert (await client.post("open-folder", json={"path": str(tmp_path)})).status_code == 403
            assert (await client.post("open-folder", json={"path": str(root / "none")})).status_code == 400
            monkeypatch.setattr(open_folder, "_opener", lambda: None)
            answer = await client.post("open-folder", json={"path": str(root)})
            assert answer.status_code == 400
            assert "desktop" in answer.json()["error"]
        async with page(root, host="192.0.2.1") as client:
            answer = await client.post("open-folder", json={"path": str(root)})
            assert answer.status_code == 400
            assert "another computer" in answer.json()["error"]
        assert len(shown) == 1

    run(work())
