"""The addresses of the start page: what it is told, opening, choosing, the demo."""

import time

import pytest

from app.sites import asked
from dwell import __version__
from dwell.app.messages import About
from shape_recordings import shapes_world, write_image_folder


@pytest.fixture
def root(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def opened(browser, **request):
    answer = browser.post("/api/open", json=request)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_the_start_page_is_told(root):
    with asked(root, max_upload_bytes=1000) as browser:
        about = About(**browser.get("/api/about").json())
    assert (about.version, about.uploads, about.max_upload_bytes) == (__version__, True, 1000)
    assert [place.path for place in about.roots] == [str(root)]
    by_name = {backend.name: backend for backend in about.backends}
    assert by_name["embedded"].ready
    assert by_name["sam2.1-tiny"].resolutions == [512, 1024]
    assert not by_name["sam3"].ready
    assert by_name["sam3"].missing.startswith(("pip install", "dwell models fetch"))


def test_a_recording_opens_into_a_project_beside_it_and_is_remembered(root):
    recording = write_image_folder(root / "shapes", shapes_world(4))
    with asked(root) as browser:
        said = opened(browser, path=str(recording))
        assert said["project"] == str(root / "shapes.dwell")
        state = browser.get(f"/api/p/{said['pid']}/state").json()
        assert state["recording"]["n_frames"] == 4
        (recent,) = browser.get("/api/about").json()["recents"]
        assert (recent["name"], recent["exists"]) == ("shapes", True)
        assert opened(browser, path=said["project"])["pid"] == said["pid"]
    with asked(root) as browser:  # the server is started anew, and the page reloaded
        assert browser.get(f"/api/p/{said['pid']}/state").status_code == 200
        assert browser.delete("/api/recents", params={"path": said["project"]}).status_code == 204
    with asked(root) as browser:
        assert browser.get(f"/api/p/{said['pid']}/state").status_code == 404


def test_of_several_recordings_one_must_be_chosen(root):
    for name in ("one", "two"):
        folder = root / "cloud" / name
        folder.mkdir(parents=True)
        (folder / "info.json").write_text(f'{{"recording_id": "{name}", "template_data": {{}}}}')
        (folder / "gaze.csv").write_text("timestamp [ns],gaze x [px],gaze y [px]\n")
    with asked(root) as browser:
        answer = browser.post("/api/open", json={"path": str(root / "cloud")})
    assert answer.status_code == 409
    failure = answer.json()
    assert (failure["kind"], failure["choices"]) == ("SeveralRecordings", ["one", "two"])
    assert failure["error"] == "cloud holds 2 recordings; choose one."


def test_no_option_leads_to_a_recording_elsewhere(root, tmp_path):
    """``open_analysis`` takes more than readers do: where a project's recording is now, a model's folder."""
    recording = write_image_folder(root / "shapes", shapes_world(4))
    elsewhere = write_image_folder(tmp_path / "elsewhere", shapes_world(4))
    with asked(root) as browser:
        project = opened(browser, path=str(recording))["project"]
    for options in ({"source": str(elsewhere)}, {"backend": str(elsewhere)}, {"write": False}):
        with asked(root) as browser:
            answer = browser.post("/api/open", json={"path": project, "options": options})
            assert (answer.status_code, answer.json()["kind"]) == (400, "BadOption")


@pytest.mark.parametrize(
    ("codebook", "said"),
    [
        ("aois:\n- name: Schlüssel\n".encode("latin-1"), "save it as UTF-8"),
        (b"aois:\n- name: cup\n  prompts: ['mask=/etc/cup.png@f0']\n", "mask file"),
        (b"aois: cup\n", "The codebook: expected a list"),
    ],
)
def test_a_codebook_that_cannot_be_taken_as_it_is_is_refused(root, codebook, said):
    recording = write_image_folder(root / "shapes", shapes_world(4))
    with asked(root) as browser:
        pid = opened(browser, path=str(recording))["pid"]
        answer = browser.post(f"/api/p/{pid}/presets?client=one", content=codebook)
        assert answer.status_code == 400
        assert said in answer.json()["error"]
        assert browser.get(f"/api/p/{pid}/state").json()["aois"] == []


@pytest.mark.parametrize("options", [{"nonsense": 1}, {"gaze": ["a"]}, {"units": {"a": {}}}])
def test_options_that_no_reader_takes_are_refused(root, options):
    (root / "film.mp4").write_bytes(b"no film")
    with asked(root) as browser:
        answer = browser.post("/api/open", json={"path": str(root / "film.mp4"), "options": options})
    assert answer.status_code == 400
    assert "option" in answer.json()["error"]


def test_what_is_no_recording_is_said_to_be_none(root):
    (root / "film.mp4").write_bytes(b"no film")
    (root / "notes.txt").write_text("x")
    with asked(root) as browser:
        assert browser.post("/api/open", json={"path": str(root / "film.mp4")}).status_code == 422
        assert browser.post("/api/open", json={"path": str(root / "notes.txt")}).status_code == 404
        assert browser.post("/api/open", json={"path": str(root / "nothing.mp4")}).status_code == 404
    assert not list(root.glob("*.dwell")), "nothing is made for what cannot be opened"


def test_the_demo_is_drawn_once_and_opened(root, monkeypatch):
    monkeypatch.setenv("DWELL_DEMO_SECONDS", "4")
    with asked(root) as browser:
        first = browser.post("/api/demo").json()
        assert browser.post("/api/demo").json()["id"] == first["id"], "a second click waits for the first"
        done = ended(browser, first["id"])
        assert done["state"] == "done", done
        assert done["done"] == done["total"] > 50
        state = browser.get(f"/api/p/{done['result']['pid']}/state").json()
        assert state["recording"]["has_gaze"]
        assert sorted(each.name for each in root.iterdir()) == [
            "dwell-demo-recording",
            "dwell-demo-recording.dwell",
        ]
        again = ended(browser, browser.post("/api/demo").json()["id"])
        assert again["result"] == done["result"]


def test_a_demo_that_is_stopped_leaves_nothing_behind(root):
    with asked(root) as browser:
        task = browser.post("/api/demo").json()
        browser.post(f"/api/tasks/{task['id']}/cancel")
        assert ended(browser, task["id"])["state"] == "cancelled"
        assert list(root.iterdir()) == []
        assert browser.get("/api/tasks/nothing").status_code == 404


def ended(browser, task_id):
    deadline = time.monotonic() + 120
    while True:
        task = browser.get(f"/api/tasks/{task_id}").json()
        if task["state"] != "running":
            return task
        assert time.monotonic() < deadline, task
        time.sleep(0.1)
