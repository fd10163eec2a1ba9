"""Only what lies in the named folders is listed, opened or written."""

import os

import pytest

from app.sites import asked
from dwell.app.kinds import kind_of
from dwell.app.places import OutsidePlaces, Places
from dwell.app.recents import Recents
from shape_recordings import shapes_world, write_image_folder


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "data"
    root.mkdir()
    (root / "film.mp4").write_bytes(b"not really")
    (root / "gaze.csv").write_text("a\n")
    (root / ".hidden").write_text("x")
    (root / "sub").mkdir()
    (root / "work.dwell").mkdir()
    (root / "work.dwell" / "project.db").write_bytes(b"")
    (root / "cloud").mkdir()
    (root / "cloud" / "sections.csv").write_text("x\n")
    (root / "cloud" / "2026-01-01-3f2a").mkdir()
    for name in ("info.json", "gaze.csv"):
        (root / "cloud" / "2026-01-01-3f2a" / name).write_text("x\n")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "secrets").mkdir()
    return root


def test_what_is_in_a_folder(root):
    listing = Places([root]).listing(str(root))
    assert [(entry.name, entry.kind, entry.openable) for entry in listing.entries] == [
        ("cloud", "recording", True),
        ("sub", "folder", False),
        ("film.mp4", "video", True),
        ("gaze.csv", "table", False),
        ("work.dwell", "project", True),
    ]
    assert listing.parent is None, "there is no way up from a named folder"
    assert Places([root]).listing(str(root / "sub")).parent == str(root)


def test_pictures_make_a_recording(root):
    write_image_folder(root / "shots", shapes_world(4))
    kinds = {entry.name: entry.kind for entry in Places([root]).listing(str(root)).entries}
    assert kinds["shots"] == "images"


def outside(root):
    return [
        "/etc/passwd",
        str(root / ".." / "secret.txt"),
        f"{root}/sub/../../secret.txt",
        str(root) + "/../data-of-others",
        f"{root}\0/film.mp4",
        "//server/share",
        "\\\\server\\share",
        "",
        "~/film.mp4",
    ]


def test_ways_out_are_closed(root):
    places = Places([root])
    for path in outside(root):
        with pytest.raises(OutsidePlaces):
            places.checked(path)


def test_links_are_followed_before_they_are_judged(root):
    os.symlink(root.parent / "secrets", root / "link-out")
    os.symlink(root / "sub", root / "link-in")
    places = Places([root])
    with pytest.raises(OutsidePlaces):
        places.checked(root / "link-out" / "file")
    assert places.checked(root / "link-in") == root / "sub"
    names = [entry.name for entry in places.listing(str(root)).entries]
    assert "link-in" in names
    assert "link-out" not in names


@pytest.mark.parametrize("verb", ["list", "open", "project", "gaze"])
def test_the_addresses_keep_to_it(root, verb):
    with asked(root) as browser:
        for path in outside(root):
            if verb == "list":
                answer = browser.get("/api/files", params={"path": path or "/"})
            elif verb == "open":
                answer = browser.post("/api/open", json={"path": path})
            elif verb == "project":
                answer = browser.post(
                    "/api/open", json={"path": str(root / "film.mp4"), "project": path or "/x"}
                )
            else:
                options = {"gaze": path or "/x"}
                answer = browser.post("/api/open", json={"path": str(root / "film.mp4"), "options": options})
            assert answer.status_code == 403, (path, answer.text)
            assert answer.json()["kind"] == "OutsidePlaces"


@pytest.mark.parametrize(
    "address",
    ["/../guard.py", "/..%2fguard.py", "/%2e%2e/guard.py", "/..%252fguard.py", "/views/../../desk.py"],
)
def test_the_pages_files_are_all_that_is_served(root, address):
    with asked(root) as browser:
        answer = browser.get(address)
        assert answer.status_code in (404, 405)
        assert "import" not in answer.text


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        (["info.json", "fixations.csv"], "recording"),
        (["gaze.csv", "world_timestamps.csv"], "recording"),
        (["gaze.csv", "film.mp4"], "recording"),
        (["info.json", "gaze.csv", "export_info.csv"], "folder"),
        (["sections.csv", "aoi_metrics.csv"], "folder"),
        (["sections.csv", "gaze.csv", "reference_image.jpeg"], "recording"),
        (["surface_positions.csv", "fixations.csv"], "recording"),
        (["img-1.png", "img-2.png", "timestamps.csv"], "images"),
        (["img-1.png", "thesis.docx"], "folder"),
        (["film.mp4"], "folder"),
        ([], "folder"),
    ],
)
def test_folders_are_known_by_the_names_in_them(tmp_path, files, kind):
    for name in files:
        (tmp_path / name).touch()
    assert kind_of(tmp_path) == kind


def test_numbers_in_names_count_as_numbers_and_hidden_things_are_not_shown(tmp_path):
    for name in ("p10.mp4", "p2.mp4", ".p3.mp4", "$RECYCLE.BIN", "Thumbs.db"):
        (tmp_path / name).touch()
    assert [entry.name for entry in Places([tmp_path]).listing(str(tmp_path)).entries] == [
        "p2.mp4",
        "p10.mp4",
    ]


def test_a_huge_folder_is_cut_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("dwell.app.places.MAX_ENTRIES", 5)
    for number in range(9):
        (tmp_path / f"p{number}.mp4").touch()
    (tmp_path / "zoo").mkdir()
    listing = Places([tmp_path]).listing(str(tmp_path))
    assert [entry.name for entry in listing.entries] == ["zoo", "p0.mp4", "p1.mp4", "p2.mp4", "p3.mp4"]
    assert listing.truncated


def test_links_in_a_circle_and_names_too_long_are_no_paths(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with asked(tmp_path) as browser:
        for path in (tmp_path / "a", tmp_path / ("x" * 5000)):
            assert 400 <= browser.get("/api/files", params={"path": str(path)}).status_code < 500
            assert 400 <= browser.post("/api/open", json={"path": str(path)}).status_code < 500


def test_a_project_opened_earlier_elsewhere_may_be_opened_again_unless_folders_were_named(root, tmp_path):
    project = tmp_path / "elsewhere" / "old.dwell"
    project.mkdir(parents=True)
    (project / "project.db").touch()
    Recents(tmp_path / "state" / "recents.json").add(project)
    with asked(root) as browser:
        assert [each["name"] for each in browser.get("/api/about").json()["recents"]] == ["old"]
        assert browser.get("/api/files", params={"path": str(project)}).status_code == 200
        assert browser.get("/api/files", params={"path": str(project.parent)}).status_code == 403
    with asked(root, only_roots=True) as browser:
        assert browser.get("/api/about").json()["recents"] == []
        assert browser.post("/api/open", json={"path": str(project)}).status_code == 403
