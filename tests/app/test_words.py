"""AOIs from words on a desk: looked for a frame at a time, seen by every page, taken in one step."""

import asyncio

import numpy as np
import pytest

from app.desks_for_tests import PAGE, add, click, open_desk, recording, track
from app.looping import run, until
from app.sites import asked
from dwell.app.messages import SearchRequest, TakenSuggestion, TakeRequest, View
from dwell.errors import Cancelled, PromptError
from dwell.masks import Mask
from dwell.project import Project
from shape_recordings import SIZE_HW, shapes_world


def look(text="red . blue ball", **more):
    return SearchRequest(client=PAGE, text=text, detector="colours", **more)


def take(search, *rows, one_per_phrase=False):
    """A request for suggestions as they were shown."""
    shown = [TakenSuggestion(index=row.index, object_id=row.object_id) for row in rows]
    return TakeRequest(client=PAGE, search=search, suggestions=shown, one_per_phrase=one_per_phrase)


async def found(desk, *arguments, **more):
    """What a search gives, once it has ended."""
    begun = await desk.ask("search", look(*arguments, **more))
    await until(lambda: desk.snapshot.search.id == begun.id and desk.snapshot.search.state != "running")
    return await desk.ask("suggestions")


@pytest.fixture
def project(tmp_path):
    return tmp_path / "work.dwell"


@pytest.fixture
def shapes(tmp_path):
    return recording(tmp_path)


def whys(suggestions):
    return [(row.frame_idx, row.phrase, row.why, row.object_id) for row in suggestions.suggestions]


def test_a_search_on_this_frame_is_told_and_taken_in_one_step(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            there = await found(desk, frame_idx=30)
            mask = await desk.ask("suggestion_mask", there.search, 0)
            before = desk.rev
            names, rev = await desk.take(take(there.search, *there.suggestions))
            told = desk.feed.since(before)
            return there, mask, names, told, rev, desk.snapshot, await desk.ask("suggestions")

    there, mask, names, told, rev, snapshot, after = run(work())
    assert whys(there) == [(30, "red", "new", None), (30, "blue ball", "new", None)]
    red = there.suggestions[0]
    assert red.box == (34, 7, 50, 23)  # its centre is at 12 + 30
    truth = shapes_world().truth(30)
    np.testing.assert_array_equal(Mask.from_bytes(mask.counts.encode(), SIZE_HW).to_array(), truth["red"])
    assert names == ["red", "blue ball"]
    assert [each.rev for each in told] == [rev]
    assert [(aoi.name, aoi.category) for aoi in told[0].aois.created] == [(name, name) for name in names]
    assert [(each.kind, each.frame_idx) for each in told[0].prompts.created] == [("box", 30), ("box", 30)]
    assert snapshot.view.keys == {"1": 1, "2": 2}
    assert snapshot.steps.undo.label == "add AOIs from words"
    assert (snapshot.search.state, snapshot.search.done, snapshot.search.n_found) == ("done", 1, 2)
    assert whys(after) == [(30, "red", "known", 1), (30, "blue ball", "known", 2)]
    with Project.open(project, write=False) as saved:
        np.testing.assert_array_equal(saved.record(1, 30).mask.to_array(), truth["red"])


def test_every_so_many_seconds_and_on_frames_with_prompts(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            every = await found(desk, "blue", where="every", every_s=0.4)
            red = await add(desk, "my red")
            for frame_idx in (20, 5):
                await click(desk, red, frame_idx, 12 + frame_idx, 15)
            prompted = await found(desk, "red", where="prompts")
            return every, prompted

    every, prompted = run(work())
    assert [row.frame_idx for row in every.suggestions] == [0, 10, 20, 30, 40]  # of 40 ms each
    assert whys(prompted) == [(5, "red", "known", 1), (20, "red", "known", 1)]


def test_one_thing_on_several_frames_becomes_one_aoi(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            there = await found(desk, "red", where="every", every_s=1.0)
            await desk.ask("take_suggestions", take(there.search, *there.suggestions, one_per_phrase=True))
            return desk.snapshot

    snapshot = run(work())
    assert [aoi.name for aoi in snapshot.aois] == ["red"]
    assert [prompt.frame_idx for prompt in snapshot.prompts] == [0, 25]


def test_a_lost_aoi_is_found_again_and_not_when_it_is_locked(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            red = await add(desk, "red")
            await click(desk, red, 0, 12, 15)
            there = await found(desk, "red", frame_idx=40)
            await desk.edit("set_view", View(locked=[red]), PAGE)
            with pytest.raises(PromptError, match="'red' is locked"):
                await desk.ask("take_suggestions", take(there.search, *there.suggestions))
            await desk.edit("set_view", View(), PAGE)
            await desk.ask("take_suggestions", take(there.search, *there.suggestions))
            return there, desk.snapshot

    there, snapshot = run(work())
    assert whys(there) == [(40, "red", "found again", 1)]
    assert [(aoi.name, aoi.object_id) for aoi in snapshot.aois] == [("red", 1)]
    assert [(prompt.object_id, prompt.frame_idx) for prompt in snapshot.prompts] == [(1, 0), (1, 40)]


def test_adding_much_tells_how_far_it_is_and_can_be_given_up(tmp_path, project, monkeypatch):
    monkeypatch.setattr("dwell.app.taking.TELL_EVERY_S", 0.0)

    async def work():
        async with open_desk(recording(tmp_path, 400), project) as desk:
            there = await found(desk, "red", where="every", every_s=0.03)
            before = desk.rev
            adding = asyncio.ensure_future(desk.take(take(there.search, *there.suggestions)))
            await until(lambda: desk.snapshot.search.state == "taking")
            with pytest.raises(PromptError, match="being added already"):
                await desk.take(take(there.search, *there.suggestions))
            await desk.stop_search(PAGE)
            with pytest.raises(Cancelled):
                await adding
            stopped = desk.snapshot
            names, _ = await desk.take(take(there.search, *there.suggestions[:40]))
            told = [each.search for each in desk.feed.since(before) if each.search is not None]
            return len(there.suggestions), stopped, names, told, desk.snapshot

    n_found, stopped, names, told, snapshot = run(work())
    assert n_found > 40
    assert (stopped.aois, stopped.prompts, stopped.steps.undo) == ([], [], None)
    assert stopped.search.state == "done"
    assert names == ["red"]
    assert len(snapshot.prompts) == 40
    assert {(each.state, each.total) for each in told} == {
        ("taking", n_found), ("taking", 40), ("done", 400),
    }  # fmt: skip


def test_what_was_rejected_is_gone_and_an_older_search_cannot_be_taken(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            first = await found(desk)
            await desk.ask("reject_suggestions", take(first.search, first.suggestions[0]))
            left = await desk.ask("suggestions")
            second = await found(desk, "blue")
            with pytest.raises(PromptError, match="older search"):
                await desk.ask("take_suggestions", take(first.search, left.suggestions[0]))
            return left, second, desk.snapshot.aois

    left, second, aois = run(work())
    assert [(row.index, row.phrase) for row in left.suggestions] == [(1, "blue ball")]
    assert [row.phrase for row in second.suggestions] == ["blue"]
    assert aois == []


def test_a_search_can_be_stopped_and_keeps_what_it_has(tmp_path, project):
    async def work():
        async with open_desk(recording(tmp_path, 400), project) as desk:
            await desk.ask("search", look("blue", where="every", every_s=0.03))
            await until(lambda: desk.snapshot.search.done > 0)
            stopped = await desk.ask("stop_search", PAGE)
            return stopped, await desk.ask("suggestions")

    stopped, there = run(work())
    assert stopped.state == "cancelled"
    assert 0 < stopped.done < stopped.total
    assert len(there.suggestions) == stopped.n_found == stopped.done


def test_clicks_and_tracking_go_on_during_a_search(tmp_path, project):
    async def work():
        async with open_desk(recording(tmp_path, 200), project) as desk:
            await desk.ask("search", look("red", where="every", every_s=0.03))
            blue = await add(desk, "blue")
            await click(desk, blue, 0, 40, 45)
            meanwhile = desk.snapshot.search
            await desk.ask("track", track())
            await until(lambda: desk.snapshot.job.state == "done" and desk.snapshot.search.state == "done")
            return meanwhile, desk.snapshot

    meanwhile, snapshot = run(work())
    assert meanwhile.state == "running"
    assert snapshot.search.done == snapshot.search.total
    assert snapshot.lanes[0].n_known == 200


def test_what_cannot_be_looked_for_says_what_to_do(shapes, project):
    async def work():
        async with open_desk(shapes, project) as desk:
            with pytest.raises(PromptError, match="Expected words"):
                await desk.ask("search", look(" . "))
            nothing = await found(desk, "cup")
            return nothing, desk.snapshot.search

    nothing, search = run(work())
    assert nothing.suggestions == []
    assert search.state == "failed"
    assert "knows colours only" in search.error


def test_over_http(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    folder = recording(root)
    with asked(root) as browser:
        pid = browser.post("/api/open", json={"path": str(folder)}).json()["pid"]
        words = f"/api/p/{pid}/words"
        listed = {each["name"]: each for each in browser.get(f"{words}/detectors").json()}
        assert listed["colours"]["ready"]
        assert (listed["owlv2-base"]["box_score"], listed["owlv2-base"]["text_score"]) == (0.1, 0.1)
        tiny = listed["grounding-dino-tiny"]
        assert tiny["ready"] == (tiny["missing"] == "")
        browser.put(f"/api/p/{pid}/backend?client=a", json={"name": "colour"})
        wanted = {"client": "a", "text": "red", "detector": "colours"}
        begun = browser.post(f"{words}/search", json=wanted).json()
        assert (begun["state"], begun["total"]) == ("running", 1)
        there = {"suggestions": []}
        while not there["suggestions"]:
            there = browser.get(f"{words}/suggestions").json()
        mask = browser.get(f"{words}/suggestions/{begun['id']}/0/mask").json()
        assert mask["area"] == shapes_world().truth(0)["red"].sum()
        request = {"client": "a", "search": begun["id"], "suggestions": [{"index": 0}]}
        done = browser.post(f"{words}/take", json=request).json()
        assert (done["n"], done["label"]) == (1, "red")
        refused = browser.post(f"{words}/take", json=request)
        assert refused.status_code == 400
        assert "would have the mask of 'red'" in refused.json()["error"]
        assert browser.post(f"{words}/reject", json=request).json()["n"] == 1
        assert browser.get(f"{words}/suggestions").json()["suggestions"] == []
        assert browser.post(f"{words}/search/cancel?client=a").json()["state"] == "done"
