"""Addresses for Pupil Cloud, asked as a page asks them, against a Cloud on this computer."""

import asyncio
import logging
import sys
from contextlib import asynccontextmanager

import httpx
import pytest

from app.looping import run
from cloud.fake_cloud import AOIS, PAGE, SECRET, FakeCloud, Trick, serving
from cloud.shelf import make_project
from dwell.app.recents import Recents
from dwell.app.settings import Settings
from dwell.app.site import create_site
from dwell.cloud import Retry
from dwell.project import Project


@pytest.fixture(autouse=True)
def fake(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.delenv("DWELL_PUPIL_CLOUD_TOKEN", raising=False)
    monkeypatch.setattr(Retry, "pause_s", lambda self, attempt: 0)
    with serving(FakeCloud()) as cloud:
        monkeypatch.setenv("DWELL_PUPIL_CLOUD_URL", cloud.url)
        yield cloud


@pytest.fixture
def root(tmp_path):
    (tmp_path / "root").mkdir()
    make_project(tmp_path / "root")
    return tmp_path / "root"


@asynccontextmanager
async def page(root):
    """A client of a site, at the address of the project in it."""
    settings = Settings(roots=(root,))
    site = create_site(settings, Recents(root.parent / "recents.json"))
    headers = {"Authorization": f"Bearer {settings.token}"}
    transport = httpx.ASGITransport(app=site, raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", headers=headers, timeout=180
        ) as client:
            opened = await client.post("/api/open", json={"path": str(root / "shelf.dwell")})
            assert opened.status_code == 200, opened.text
            client.base_url = f"http://127.0.0.1/api/p/{opened.json()['pid']}/cloud"
            yield client
    finally:
        await site.state.office.close()


async def said(client, path, body):
    """The answer of a request that goes well."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    assert SECRET not in answer.text
    return answer.json()


async def refused(client, path, body):
    """Kind and sentence of an error."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 400, answer.text
    assert SECRET not in answer.text
    return answer.json()["kind"], answer.json()["error"]


async def ended(client, task):
    """The result of a task, once it is over."""
    while task["state"] == "running":
        await asyncio.sleep(0.02)
        task = (await client.get(f"http://127.0.0.1/api/tasks/{task['id']}")).json()
    return task


def test_from_a_typed_token_to_aois_there_and_away_again(root, fake, caplog):
    caplog.set_level(logging.INFO)

    async def story():
        async with page(root) as client:
            at_first = (await client.get("state")).json()
            assert at_first == {"token": "none", "can_keep": False, "url": ""}
            kind, sentence = await refused(client, "plan", {"url": PAGE})
            assert kind == "MissingToken"
            assert sentence.endswith("settings/developer, and type it here.")

            kind, sentence = await refused(client, "login", {"token": "wrong-one"})
            assert kind == "CloudRefused"
            assert "wrong-one" not in sentence
            assert (await said(client, "login", {"token": SECRET}))["token"] == "session"

            plan = await said(client, "plan", {"url": PAGE})
            assert [(each["name"], each["what"], each["to_do"]) for each in plan["aois"]] == [
                ("bottle", "create", True),
                ("flag", "create", True),
            ]
            assert plan["without_mask"] == ["nothing"]
            assert fake.aois == []
            assert (await client.get("state")).json()["url"] == PAGE

            task = await ended(client, await said(client, "push", {"url": PAGE}))
            assert [(each["name"], each["done"]) for each in task["result"]["outcomes"]] == [
                ("bottle", True),
                ("flag", True),
            ]
            plan = await said(client, "plan", {"url": PAGE})
            assert {each["what"] for each in plan["aois"]} == {"unchanged"}

            removed = await said(client, "delete", {"url": PAGE, "aoi_ids": [plan["aois"][0]["aoi_id"]]})
            assert removed == {"gone": ["bottle"], "left": [], "why": ""}
            assert fake.names() == ["flag"]

            assert (await said(client, "logout", None))["token"] == "none"

    run(story())
    assert SECRET not in caplog.text
    assert all(SECRET.encode() not in path.read_bytes() for path in root.rglob("*") if path.is_file())


def test_what_fails_is_told_and_only_that_is_sent_again(root, fake, monkeypatch):
    monkeypatch.setenv("DWELL_PUPIL_CLOUD_TOKEN", SECRET)

    async def story():
        async with page(root) as client:
            assert (await client.get("state")).json()["token"] == "environment"
            fake.play(Trick("POST", AOIS, 422, says="mask too large"))
            task = await ended(client, await said(client, "push", {"url": PAGE}))
            failed = [each for each in task["result"]["outcomes"] if not each["done"]]
            assert [each["name"] for each in failed] == ["bottle"]
            assert "mask too large" in failed[0]["why"]
            again = {"url": PAGE, "object_ids": [failed[0]["object_id"]]}
            task = await ended(client, await said(client, "push", again))
            assert [each["done"] for each in task["result"]["outcomes"]] == [True]
            assert sorted(fake.names()) == ["bottle", "flag"]

    run(story())


def test_those_of_others_are_listed_and_left_alone(root, fake, monkeypatch):
    monkeypatch.setenv("DWELL_PUPIL_CLOUD_TOKEN", SECRET)
    fake.aois = [{"id": "x-1", "name": "theirs"}]

    async def story():
        async with page(root) as client:
            plan = await said(client, "plan", {"url": PAGE})
            assert plan["others"] == [{"aoi_id": "x-1", "name": "theirs", "why": "made by others"}]
            await ended(client, await said(client, "push", {"url": PAGE}))
            assert fake.names() == ["theirs", "bottle", "flag"]

    run(story())


def test_a_removed_aoi_and_another_address_are_told(root, fake, monkeypatch):
    monkeypatch.setenv("DWELL_PUPIL_CLOUD_TOKEN", SECRET)

    async def send():
        async with page(root) as client:
            await ended(client, await said(client, "push", {"url": PAGE}))

    run(send())
    with Project.open(root / "shelf.dwell") as project:
        project.remove_aoi(2)

    async def look():
        async with page(root) as client:
            plan = await said(client, "plan", {"url": PAGE})
            assert [(each["name"], each["why"]) for each in plan["others"]] == [
                ("flag", "no longer in the project")
            ]
            kind, sentence = await refused(client, "plan", {"url": "https://example.org/x"})
            assert kind == "CloudMissing"
            assert "is no address of Pupil Cloud" in sentence

    run(look())
