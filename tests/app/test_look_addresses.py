"""Looking as prompting over HTTP: from the mouse to a mask in the project, and back by one undo step."""

import asyncio
import csv
import json
import os
import sys
import time

import pytest

import dwell
from app.looking_site import (
    CANVAS,
    ON_BLUE,
    ON_RED,
    ON_WHITE,
    looking_at,
    made_project,
    page_at,
    served,
)
from app.looping import run
from dwell.app import desk as desks
from dwell.app.looking import look_desk
from dwell.looks import replay_look
from dwell.project import Project
from looks.shelf import BLUE, RED
from looks.test_looks import square


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return made_project(tmp_path_factory.mktemp("looking") / "root")


@pytest.fixture(scope="module")
def server(project):
    """One server for all, whose editor is slow when it is asked to be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DWELL_STATE", str(project.parent.parent / "state"))
        patch.setattr(desks, "EDITOR", "app.slow_editor:SlowEditor")
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))  # the editor's process imports it
        with served(project) as running:
            yield running


def is_on(box):
    """A condition: the mask shown is exactly this square."""
    counts = square(box).to_bytes().decode("ascii")
    return lambda state: state["mask"] is not None and state["mask"]["counts"] == counts


def rests_on(xy):
    """A condition: the eye has rested there for longer than a key may come late."""

    def rests(state):
        found = state["fixation"]
        return found is not None and found["duration_ms"] > 150 and abs(found["x"] - xy[0]) < 1

    return rests


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def kept_masks(project):
    with Project.open(project, write=False) as opened:
        return {aoi.name: opened.record(aoi.object_id, 0).mask for aoi in opened.aois()}


def test_what_the_mouse_rests_on_is_shown_kept_and_taken_back(server, project):
    async def work():
        async with page_at(server, project) as page:
            info = await page.start()
            assert info["name"] == "look-0001"
            assert (info["keys"]["save"], info["actions"]["save"]) == ("c", "keep the mask")
            await page.report()
            await page.press("start")
            await page.point_at(ON_RED)
            state = await page.until(is_on(RED))
            assert state["mask"]["box"] == list(RED)
            assert state["gaze"] == {"x": 35.0, "y": 45.0}
            assert state["frame_idx"] == 0
            assert state["status"]["state"] == "streaming"
            await page.press("save")
            state = await page.until(lambda each: each["kept"] == 1)
            assert state["kept_last"] == {"number": 1, "object_id": 1, "name": "look 1", "frame_idx": 0}
            snapshot = await page.get("state")
            assert [each["name"] for each in snapshot["aois"]] == ["look 1"]
            assert snapshot["steps"]["undo"]["label"] == "keep look 1 at frame 0"
            await page.post("undo", client="page one", expect=snapshot["steps"]["undo"]["id"])
            assert (await page.get("state"))["aois"] == []
            assert (await page.start())["name"] == "look-0002"
            assert (await page.get("look"))["name"] == "look-0002"
            await page.post("look/stop")
            state = await page.until(lambda each: each["over"] and each["name"] == "look-0002")
            assert state["message"] == ""
            assert await page.get("look") is None

    run(work())


def test_keys_keep_correct_and_take_back(server, project):
    async def work():
        async with looking_at(server, project) as page:
            await page.point_at(ON_RED)
            await page.until(is_on(RED))
            await page.press("hold")
            await page.point_at(ON_BLUE)
            await page.until(rests_on(ON_BLUE))
            await page.press("include")
            state = await page.until(lambda each: each["said"] and not each["waiting"])
            assert [(each["kind"], each["x"], each["positive"]) for each in state["said"]] == [
                ("point", 120.0, True)
            ]
            await page.press("save")
            await page.until(lambda each: each["kept"] == 1)
            await page.press("undo")
            state = await page.until(lambda each: each["kept"] == 0)
            assert state["message"] == "Taken back: 'look 1'."
            assert (await page.get("state"))["aois"] == []
            await page.press("undo")
            await page.until(lambda each: "Nothing was kept" in each["message"])

    run(work())


def test_a_picked_aoi_gets_the_mask_and_every_look_has_a_log_that_runs_again(server, project):
    async def work():
        async with looking_at(server, project) as page:
            aoi = await page.post("aois", client="page one", name="red thing")
            page.object_id = aoi["object_id"]
            await page.report()
            await page.point_at(ON_RED)
            await page.until(is_on(RED))
            await page.post("look/options", error_deg=0.5, dwell_ms=700, dwell_keeps=False)
            await page.press("save")
            await page.until(lambda each: each["kept"] == 1)
            page.frame_idx = 1
            await page.report()
            await page.until(lambda each: each["frame_idx"] == 1 and each["mask"] is None)
            await page.until(is_on(RED))
            await page.post("look/stop")
            assert kept_masks(project) == {"red thing": square(RED)}
            return project / "looks" / page.info["name"]

    folder = run(work())
    assert list(dict.fromkeys(row["picture"] for row in table(folder / "frames.csv"))) == ["0", "1"]
    assert [row["aoi label"] for row in table(folder / "kept.csv")] == ["red thing"]
    rows = [row for row in table(folder / "gaze.csv") if row["valid"] == "1"]
    assert {(row["raw x"], row["raw y"]) for row in rows} == {("275.0", "275.0")}  # CSS px of the page
    with dwell.open_analysis(project, write=False) as analysis:
        replayed = replay_look(folder, analysis.session.preview)
    assert replayed.identical, replayed.first_difference
    assert replayed.n_answers > 0


def test_the_list_of_looks_and_what_was_looked_at(server, project):
    async def work():
        async with looking_at(server, project) as page:
            await page.point_at(ON_RED)
            await page.until(is_on(RED))
            await page.press("save")
            await page.until(lambda each: each["kept"] == 1)
            name = page.info["name"]
            entry = (await page.get("looks"))[0]
            assert (entry["name"], entry["running"]) == (name, True)
            answer = await page.client.get(f"looks/{name}/results")
            assert (answer.status_code, answer.json()["error"]) == (
                400,
                "This look goes on; stop it first, then its results can be reckoned.",
            )
            await page.post("look/stop")
            entry = (await page.get("looks"))[0]
            assert (entry["source"], entry["n_kept"], entry["running"]) == ("Mouse as gaze, 100 Hz", 1, False)
            assert entry["n_gaze"] > 10
            results = await page.get(f"looks/{name}/results")
            assert results["pictures"] == [0]
            (row,) = results["metrics"]
            assert row["aoi label"] == "look 1"
            assert row["dwell time [ms]"] > 100
            for name in ("look-9999", "%2e%2e", "look-0001%2F..%2Flook-0001"):
                assert (await page.client.get(f"looks/{name}/results")).status_code == 404

    run(work())


def test_a_slow_segmenter_holds_nothing_up(server, project):
    """It takes 2 s for an answer, gaze comes at 100 Hz: gaze is shown as it moves, questions are dropped."""
    (project.parent / "slow").touch()

    async def work():
        async with looking_at(server, project) as page:
            await page.point_at(ON_RED)
            asked = await page.until(lambda each: each["waiting"])
            for step in range(50):  # at most 2.5 s; the eye goes to and fro on the square
                if page.shown["mask"]:
                    break
                if step == 10:
                    (project.parent / "slow").unlink()  # the next answer is quick again
                await page.point_at((25 + 20 * (step // 6 % 2) + 0.1 * step, 45))
                await asyncio.sleep(0.05)
            answered = await page.until(is_on(RED))
            between = [each for each in page.seen if asked["rev"] < each["rev"] < answered["rev"]]
            assert len(between) >= 10  # 60 on an idle computer
            assert len({each["gaze"]["x"] for each in between if each["gaze"]}) >= 10
            assert answered["n_dropped"] > 0
            assert answered["mask_latency_ms"]["p95"] > 1000  # of two or three answers, one took 2 s

    run(work())


def test_a_check_measures_gaze_and_what_was_accepted_holds(server, project):
    """The mouse is 1° (38 px) beside each target."""

    async def work():
        async with looking_at(server, project, error_deg=2) as page:
            assert (await page.until(lambda each: each["status"]["state"] == "streaming"))["error_deg"] == 2
            plan = await page.post("look/check/start")
            assert plan["targets"][0] == [500, 300]
            for index, (x, y) in enumerate(plan["targets"]):
                await page.post("look/check/target", index=index)
                await page.point_at_page(x + 38, y)
                await asyncio.sleep((plan["settle_ms"] + 250) / 1000)
            found = await page.post("look/check/finish")
            assert found["verdict"] == "good"
            assert 0.9 < found["accuracy_deg"] < 1.05
            assert page.shown["mask"] is None, "gaze on targets is not followed"
            info = await page.post("look/check/accept", correct=True)
            assert info["settings"]["error_deg"] == 0.05
            await page.point_at_page(100 + 35 * 5 + 38, 50 + 45 * 5)
            state = await page.until(is_on(RED))
            assert abs(state["gaze"]["x"] - 35) < 0.1
            assert state["error_deg"] == 0.05

    run(work())


def test_a_replay_drives_a_look(server, project):
    gaze = project.parent / "gaze.csv"
    lines = ["timestamp [ns],gaze x [px],gaze y [px]"]
    lines += [f"{1_000_000_000 + 10_000_000 * i},120.5,50.5" for i in range(300)]
    gaze.write_text("\n".join(lines) + "\n")

    async def work():
        async with page_at(server, project) as page:
            await page.start(f"replay:{gaze}")
            await page.report()
            await page.press("start")
            state = await page.until(is_on(BLUE))
            assert state["status"]["title"] == "Replay of gaze.csv"
            await page.until(lambda each: each["status"]["state"] == "ended")

    run(work())


def test_what_cannot_be_is_said(server, project):
    outside = project.parent.parent / "gaze.csv"
    outside.write_text("timestamp [ns],gaze x [px],gaze y [px]\n1,2,3\n")

    async def work():
        async with page_at(server, project) as page:
            nothing = {"client": "p", "frame_idx": 0}
            status, words = await page.refused("look/start", source="moose", **nothing)
            assert (status, words) == (
                400,
                "There is no gaze source named 'moose'; choose one of: neon, lsl, tobii, mouse, replay. "
                "Did you mean 'mouse'?",
            )
            status, words = await page.refused("look/start", source=f"replay:{outside}", **nothing)
            assert status == 403
            assert "lies outside the folders that Dwell may use" in words
            status, words = await page.refused("look/start", source="replay:", **nothing)
            assert words == "No file is named to be replayed; write replay:FILE.csv."
            status, words = await page.refused("look/start", source="mouse", client="p", frame_idx=2)
            assert (status, words) == (404, "There is no picture 2; there are 2, counted from 0.")
            status, words = await page.refused("look/start", source="mouse", object_id=9, **nothing)
            assert status == 404
            keys = {"keys": {"save": "z"}}
            status, words = await page.refused("look/start", source="mouse", settings=keys, **nothing)
            assert (status, words) == (
                400,
                "The key 'z' would both start and save; give one of them another key.",
            )
            assert await page.refused("look/press", action="save", t_ns="1", sent_ns="1") == (
                409,
                "No look is under way; start one.",
            )
            await page.start()
            assert (await page.until(lambda each: each["message"]))["message"] == (
                "Waiting for the page to say where its picture is."
            )
            status, words = await page.refused("look/check/start")
            assert "The page has not said yet where its picture is" in words
            status, words = await page.refused("look/view", **page.screen(monitors=[]))
            assert words == "The page does not say which monitor it is on; choose the monitor by hand."
            status, words = await page.refused("look/view", **page.screen(scale=0))
            assert "Expected a scale of View above 0" in words
            await page.report()
            await page.press("save")
            await page.until(lambda each: each["message"].startswith("There is no mask to keep yet"))

    run(work())


def test_a_message_that_was_late_does_not_hide_the_next(server, project):
    """The first takes 400 ms, so the page's clock seems behind; the second, seen 50 ms later, takes 30."""

    async def work():
        async with looking_at(server, project) as page:
            ms, y = 1_000_000, 50 + 5 * ON_BLUE[1]
            now_ns = time.time_ns() + 3600 * 1000 * ms  # a clock of its own: no message before counts
            for seen_ms, sent_ms, x in ((-400, -400, 300), (-350, -30, 100 + 5 * ON_BLUE[0])):
                sample = {"t_ns": str(now_ns + seen_ms * ms), "x": x, "y": y}
                await page.post("look/pointer", sent_ns=str(now_ns + sent_ms * ms), samples=[sample])
            await page.until(is_on(BLUE))

    run(work())


def test_gaze_beside_the_picture_is_said_and_is_no_gaze(server, project):
    async def work():
        async with looking_at(server, project) as page:
            await page.point_at_page(CANVAS["left"] - 20, 200)
            state = await page.until(lambda each: each["message"] == "Gaze is beside the picture.")
            assert state["gaze"] is None
            assert state["mask"] is None
            await page.point_at(ON_WHITE)
            await page.until(lambda each: each["message"] == "" and each["gaze"])

    run(work())


def test_a_page_that_goes_away_stops_the_eye_and_the_log_says_so(server, project, monkeypatch):
    monkeypatch.setattr(look_desk, "ABSENT_S", 0.6)

    async def work():
        async with looking_at(server, project) as page:
            await page.until(lambda each: each["running"])
            page.watching.cancel()
            await asyncio.sleep(1.5)
            page.seen.clear()
            page.watching = asyncio.ensure_future(page.watch())
            await page.until(lambda each: not each["running"])
            assert not page.shown["over"]
            return project / "looks" / page.info["name"]

    folder = run(work())
    assert "Following was stopped, as no page was watching." in (folder / "screen.jsonl").read_text()


def test_closing_the_server_ends_the_look_and_its_log_is_whole(tmp_path, monkeypatch):
    monkeypatch.setenv("DWELL_STATE", str(tmp_path / "state"))
    project = made_project(tmp_path / "root")

    async def work(server):
        async with page_at(server, project) as page:
            await page.start()
            await page.report()
            await page.press("start")
            await page.point_at(ON_RED)
            await page.until(is_on(RED))
            await asyncio.to_thread(server.stop)
            await asyncio.wait_for(page.watching, 10)  # the stream has ended
            assert page.shown["message"] == "The project was closed."

    with served(project) as server:
        run(work(server))
    folder = project / "looks" / "look-0001"
    about = json.loads((folder / "look.json").read_text())
    assert about["summary"]["n_gaze"] == len(table(folder / "gaze.csv")) > 0
    assert len(table(folder / "fixations.csv")) == 1
    assert replay_look(folder).identical
