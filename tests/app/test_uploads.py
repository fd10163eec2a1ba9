"""Files dropped on the page: in parts, gone on with after a break, refused in words."""

import io
import zipfile

import pytest

from app.sites import asked


@pytest.fixture
def root(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def browser(root):
    with asked(root, max_upload_bytes=1 << 20) as browser:
        yield browser


def put(browser, name, data, offset=0, size=None):
    params = {"offset": offset, "size": len(data) if size is None else size}
    return browser.put(f"/api/uploads/{name}", content=data, params=params)


def zipped(*entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_file_comes_in_parts_and_appears_when_it_is_whole(browser, root):
    first = put(browser, "film.mp4", b"abc", size=6)
    assert first.json() == {"path": None, "received": 3}
    assert not (root / "uploads" / "film.mp4").exists()
    last = put(browser, "film.mp4", b"def", offset=3, size=6)
    assert last.json() == {"path": str(root / "uploads" / "film.mp4"), "received": 6}
    assert (root / "uploads" / "film.mp4").read_bytes() == b"abcdef"
    assert [file.name for file in (root / "uploads").iterdir()] == ["film.mp4"]


def test_after_a_break_it_goes_on_where_it_was_or_begins_anew(browser, root):
    put(browser, "film.mp4", b"abc", size=6)
    wrong = put(browser, "film.mp4", b"f", offset=5, size=6)
    assert wrong.status_code == 409
    assert "3 bytes are here" in wrong.json()["error"]
    put(browser, "film.mp4", b"xyzxyz", offset=0)
    assert (root / "uploads" / "film.mp4").read_bytes() == b"xyzxyz"


def test_the_same_file_again_is_the_same_and_another_gets_another_name(browser, root):
    put(browser, "film.mp4", b"abc")
    assert put(browser, "film.mp4", b"abc").json()["path"].endswith("film.mp4")
    assert put(browser, "film.mp4", b"other").json()["path"].endswith("film-2.mp4")
    assert (root / "uploads" / "film.mp4").read_bytes() == b"abc", "nothing is written over"


def test_names_lead_nowhere_else(browser, root):
    put(browser, "..%2F..%2Fevil.mp4", b"abc")
    put(browser, "..%5C..%5Cworse.mp4", b"abc")
    there = {str(file.relative_to(root.parent)) for file in root.parent.rglob("*.mp4")}
    assert all(name.startswith("data/uploads/") for name in there)


@pytest.mark.parametrize("name", ["run.sh", "page.html", "film", "film.mp4.exe", ".mp4"])
def test_other_kinds_of_files_are_refused(browser, name):
    answer = put(browser, name, b"abc")
    assert answer.status_code == 415
    assert "does not read" in answer.json()["error"]


def test_more_than_announced_or_allowed_is_refused(browser, root):
    assert put(browser, "film.mp4", b"abcdef", size=3).status_code == 413
    answer = put(browser, "film.mp4", b"abc", size=2 << 20)
    assert "at most 0 GB" in answer.json()["error"] or "open it from there" in answer.json()["error"]
    assert put(browser, "film.mp4", b"", size=0).status_code == 400


def test_a_zip_bomb_is_thrown_away(browser, root):
    bomb = zipped(("gaze.csv", b"0" * 50_000_000))
    answer = put(browser, "recording.zip", bomb)
    assert answer.status_code == 422
    assert answer.json()["kind"] == "UnsafeArchive"
    assert list((root / "uploads").iterdir()) == []


def test_a_damaged_zip_is_named_as_such(browser):
    answer = put(browser, "recording.zip", b"PK\x03\x04 no more")
    assert answer.json()["kind"] == "CorruptArchive"


def test_a_good_zip_is_kept(browser, root):
    put(browser, "recording.zip", zipped(("gaze.csv", b"timestamp [ns]\n1\n")))
    assert (root / "uploads" / "recording.zip").exists()


def test_a_part_whose_answer_was_lost_may_be_sent_again(browser, root):
    put(browser, "film.mp4", b"ab", size=6)
    put(browser, "film.mp4", b"cd", offset=2, size=6)
    assert put(browser, "film.mp4", b"cd", offset=2, size=6).json() == {"path": None, "received": 4}
    put(browser, "film.mp4", b"ef", offset=4, size=6)
    assert (root / "uploads" / "film.mp4").read_bytes() == b"abcdef"


def test_a_part_that_is_too_long_leaves_what_was_there(browser):
    put(browser, "film.mp4", b"ab", size=4)
    assert put(browser, "film.mp4", b"cdefgh", offset=2, size=4).status_code == 413
    assert put(browser, "film.mp4", b"cd", offset=2, size=4).json()["received"] == 4


def test_a_full_disk_is_said_before_anything_is_sent(browser, root, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("Usage", (), {"free": 10}))
    answer = put(browser, "film.mp4", b"a" * 20, size=1000)
    assert answer.status_code == 507
    assert "the disk is full" in answer.json()["error"]
    assert list((root / "uploads").iterdir()) == []


def test_long_names_keep_their_ending(browser, root):
    answer = put(browser, "é" * 120 + ".mp4", b"abc")
    name = answer.json()["path"].rpartition("/")[2]
    assert name == "é" * 75 + ".mp4"


def test_the_folder_for_uploads_may_not_lead_out(browser, root, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (root / "uploads").symlink_to(tmp_path / "elsewhere")
    assert put(browser, "film.mp4", b"abc").status_code == 403
    assert list((tmp_path / "elsewhere").iterdir()) == []
