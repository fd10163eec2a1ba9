"""Only what lies in the named folders is listed, opened or written."""

import os

import pytest

from app.sites import asked
from dwell.app.places import OutsidePlaces, Places
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
