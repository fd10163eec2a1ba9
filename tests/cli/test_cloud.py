"""``dwell cloud``: there and back, against a Pupil Cloud on this computer."""

import json
import shutil
import sys
from types import SimpleNamespace

import pytest
from PIL import Image
from typer.testing import CliRunner

from cli.running import dwell, refused
from cloud.fake_cloud import AOIS, PAGE, SECRET, FakeCloud, Trick, serving
from cloud.shelf import make_project
from dwell.cli.main import app
from dwell.cloud import Retry
from dwell.project import Project


@pytest.fixture(autouse=True)
def fake(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setattr(Retry, "pause_s", lambda self, attempt: 0)
    with serving(FakeCloud()) as cloud:
        monkeypatch.setenv("DWELL_PUPIL_CLOUD_URL", cloud.url)
        monkeypatch.setenv("DWELL_PUPIL_CLOUD_TOKEN", SECRET)
        yield cloud


@pytest.fixture(scope="module")
def _shelf(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("shelf"))


@pytest.fixture
def shelf(_shelf, tmp_path):
    """A project of the test's own: two AOIs on one picture."""
    return shutil.copytree(_shelf, tmp_path / "shelf.dwell")


def test_down_up_again_and_away(fake, shelf, tmp_path):
    ran = dwell("cloud", "pull", PAGE, "--to", tmp_path / "zips")
    assert (tmp_path / "zips" / "Bakery shelf-en-1.zip").read_bytes() == fake.enrichment_zip
    assert ran.out.startswith("enrichment Bakery shelf is here: ")

    dry = dwell("cloud", "push", shelf, PAGE, "--dry-run")
    assert [line.split()[:2] for line in dry.out.splitlines()[1:3]] == [
        ["bottle", "create"],
        ["flag", "create"],
    ]
    assert "Nothing was sent" in dry.out
    assert "nothing is not sent: it has no mask" in dry.error
    assert fake.aois == []

    assert "All 2 AOIs are in Pupil Cloud." in dwell("cloud", "push", shelf, PAGE).out
    assert fake.names() == ["bottle", "flag"]
    assert "There is nothing to send." in dwell("cloud", "push", shelf, PAGE, "--dry-run").out
    listed = dwell("cloud", "ls", PAGE, "--json").json["aois"]
    assert [(each["name"], each["colour"], each["area_px"]) for each in listed] == [
        ("bottle", "#d55e00", 8 * 20),
        ("flag", "#0072b2", 18 * 10),
    ]

    assert dwell("cloud", "rm", PAGE, "bottle", "--yes").out == "1 of 1 AOIs deleted in Pupil Cloud.\n"
    assert fake.names() == ["flag"]
    assert "All 2 AOIs are in Pupil Cloud." in dwell("cloud", "push", shelf, PAGE).out
    dwell("cloud", "rm", PAGE, "--all", "--yes")
    assert fake.names() == []


def test_a_recording_that_is_not_ready_keeps_no_other_from_coming(fake, tmp_path):
    fake.is_processed = False
    project = PAGE.partition("/enrichments")[0]
    ran = dwell("cloud", "pull", project, "--to", tmp_path / "zips", "--json", code=1)
    assert [each["kind"] for each in ran.json["files"]] == ["enrichment"]
    assert "2025-10-17_17:53:08 is left out: Pupil Cloud has not yet processed it" in ran.error
    fake.is_processed = True
    ran = dwell("cloud", "pull", project, "--to", tmp_path / "zips", "--json")
    assert [(each["kind"], each["was_here"]) for each in ran.json["files"]] == [
        ("recording", False),
        ("enrichment", True),
    ]


def test_a_rename_here_is_a_rename_there(fake, shelf):
    dwell("cloud", "push", shelf, PAGE)
    ids = [aoi["id"] for aoi in fake.aois]
    with Project.open(shelf) as project:
        project.edit_aoi(1, name="carafe")
    plan = dwell("cloud", "push", shelf, PAGE, "--dry-run", "--json").json["aois"]
    assert [(each["name"], each["what"]) for each in plan] == [("carafe", "rename"), ("flag", "unchanged")]
    dwell("cloud", "push", shelf, PAGE)
    assert (fake.names(), [aoi["id"] for aoi in fake.aois]) == (["carafe", "flag"], ids)


def test_what_fails_is_told_by_name_and_exit_code(fake, shelf):
    fake.play(Trick("POST", AOIS, 422, says="mask too large"))
    ran = dwell("cloud", "push", shelf, PAGE, code=1)
    assert "FAILED: Pupil Cloud answered 422: mask too large." in ran.out
    assert "1 of 2 failed: bottle. The same command sends these again." in ran.error
    assert [each["done"] for each in dwell("cloud", "push", shelf, PAGE, "--json").json["aois"]] == [
        True,
        True,
    ]


def test_one_aoi_can_be_sent_and_an_unknown_one_is_told(fake, shelf):
    dwell("cloud", "push", shelf, PAGE, "--aoi", "flag")
    assert fake.names() == ["flag"]
    said = refused("cloud", "push", shelf, PAGE, "--aoi", "nothing")
    assert "There is no AOI 'nothing' with a mask; there are: bottle, flag." in said


def test_a_reference_image_of_another_size_is_refused(fake, shelf, tmp_path):
    Image.new("RGB", (400, 300)).save(tmp_path / "reference_image.jpeg")
    said = refused("cloud", "push", shelf, PAGE, "--reference", tmp_path / "reference_image.jpeg")
    assert "mask of bottle is 48×36 px, and the reference image 400×300 px" in said
    (tmp_path / "notes.txt").write_text("no picture")
    assert "no picture" in refused("cloud", "push", shelf, PAGE, "--reference", tmp_path / "notes.txt")
    assert fake.aois == []


def test_a_project_about_a_video_is_refused(fake, tracked):
    said = refused("cloud", "push", tracked, PAGE)
    assert "a video of 50 frames; AOIs in Pupil Cloud lie on one picture" in said


def test_nothing_is_deleted_unless_somebody_says_yes(fake):
    fake.aois = [{"id": "a-1", "name": "cup"}, {"id": "a-2", "name": "jar"}]
    asked = CliRunner().invoke(app, ["cloud", "rm", PAGE, "cup"], input="n\n")
    assert "Delete 1 of 2 AOIs in Pupil Cloud, for good?" in asked.stderr
    assert (asked.exit_code, fake.names()) == (1, ["cup", "jar"])
    assert "give --yes" in dwell("cloud", "rm", PAGE, "cup", "--json", code=2).json["error"]["message"]
    assert "Name the AOIs to delete, or give --all" in refused("cloud", "rm", PAGE, code=2)
    assert fake.names() == ["cup", "jar"]
    CliRunner().invoke(app, ["cloud", "rm", PAGE, "cup"], input="y\n")
    assert fake.names() == ["jar"]


def test_visits_become_events_once(fake, tracked):
    """Gaze is on red from 400 to 800 ms and on blue from 1200 to 1600 ms."""
    page = "https://cloud.pupil-labs.com/workspaces/ws-1/recordings?id=shots"
    dry = dwell("cloud", "events", tracked, page, "--dry-run")
    assert "4 events would be written, 0 are there already." in dry.out
    assert fake.events == []
    assert "4 events written, 0 were there already." in dwell("cloud", "events", tracked, page).out
    assert [(each["name"], each["offset_s"]) for each in fake.events] == [
        ("red entry", 0.4),
        ("red exit", 0.8),
        ("blue entry", 1.2),
        ("blue exit", 1.6),
    ]
    assert "0 events written, 4 were there already." in dwell("cloud", "events", tracked, page).out
    other = page.replace("shots", "another")
    assert "The project is about the recording shots" in refused("cloud", "events", tracked, other)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ([], ["workspaces", "Lab"]),
        (["workspaces/ws-1"], ["recordings", "2025-10-17_17:53:08", "projects", "Bakery"]),
        (["workspaces/ws-1/projects/pr-1"], ["recordings", "enrichments", "Bakery shelf"]),
        (["workspaces/ws-1/recordings/rec-1"], ["events: none"]),
        ([PAGE], ["aois: none"]),
    ],
)
def test_places_are_listed(url, words):
    said = dwell("cloud", "ls", *url).out
    assert all(word in said for word in words), said


def test_login_checks_the_token_before_keeping_it(fake, monkeypatch):
    kept = {}
    keyring = SimpleNamespace(
        get_password=lambda *place: kept.get(place),
        set_password=lambda *place_and_secret: kept.update({place_and_secret[:2]: place_and_secret[2]}),
        delete_password=lambda *place: kept.pop(place),
    )
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.delenv("DWELL_PUPIL_CLOUD_TOKEN")
    assert "there is none. Make a token at" in refused("cloud", "ls")

    wrong = CliRunner().invoke(app, ["cloud", "login"], input="wrong-one\n")
    assert wrong.exit_code == 1
    assert "wrong-one" not in wrong.output
    assert kept == {}

    good = CliRunner().invoke(app, ["cloud", "login", "--stdin"], input=f"{SECRET}\n")
    assert "The token is good, and kept in the keyring. Workspaces: Lab." in good.output
    assert SECRET not in good.output
    assert list(kept.values()) == [SECRET]
    assert "Lab" in dwell("cloud", "ls").out

    assert dwell("cloud", "logout").out == "The token is deleted from the keyring.\n"
    assert dwell("cloud", "logout").out == "The keyring held no token.\n"
    assert kept == {}


@pytest.mark.parametrize("trick", [{"status": 401}, {"status": 500}, {"cut": "before"}])
def test_no_command_shows_the_token_or_puts_it_in_the_project(fake, shelf, trick):
    for command in (
        ["ls", PAGE],
        ["push", shelf, PAGE],
        ["rm", PAGE, "--all", "--yes"],
        ["pull", PAGE, "--to", "x"],
    ):
        for more in ([], ["--json"]):
            fake.tricks = [Trick("GET", "/workspaces", **trick) for _ in range(20)]
            ran = dwell("cloud", *command, *more, code=1)
            assert SECRET not in ran.out + ran.err
    fake.tricks.clear()
    dwell("cloud", "push", shelf, PAGE)
    assert all(SECRET.encode() not in path.read_bytes() for path in shelf.rglob("*") if path.is_file())


def test_errors_are_one_object_in_json(fake):
    fake.play(Trick("GET", "/workspaces", 403))
    error = json.loads(dwell("cloud", "ls", "--json", code=1).out)["error"]
    assert error["type"] == "CloudRefused"
