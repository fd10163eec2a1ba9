"""The projects opened last: kept, and never an error."""

import pytest

from dwell.app.recents import Recents


def project(folder, name):
    (folder / name).mkdir()
    (folder / name / "project.db").touch()
    return folder / name


def test_the_last_one_opened_comes_first_and_only_once(tmp_path):
    recents = Recents(tmp_path / "state" / "recents.json")
    one, two = project(tmp_path, "one.dwell"), project(tmp_path, "two.dwell")
    for each in (one, two, one):
        recents.add(each)
    again = Recents(tmp_path / "state" / "recents.json").all()
    assert [(place.name, place.path, place.exists) for place in again] == [
        ("one", str(one), True),
        ("two", str(two), True),
    ]
    assert again[0].note.startswith("opened 20")


def test_a_project_that_is_gone_is_said_to_be(tmp_path):
    recents = Recents(tmp_path / "recents.json")
    recents.add(tmp_path / "gone.dwell")
    assert [place.exists for place in recents.all()] == [False]
    recents.forget(str(tmp_path / "gone.dwell"))
    assert recents.all() == []


@pytest.mark.parametrize("text", ["", "{", "7", "[7]", '[["a"]]', '[["a", "b"]]', "\x00", "[" * 100_000])
def test_a_broken_file_is_an_empty_list_and_is_mended(tmp_path, text):
    file = tmp_path / "recents.json"
    file.write_text(text)
    recents = Recents(file)
    assert recents.all() == []
    recents.add(tmp_path / "new.dwell")
    assert [place.name for place in recents.all()] == ["new"]


def test_a_folder_that_may_not_be_written_is_no_error(tmp_path):
    (tmp_path / "file").touch()
    recents = Recents(tmp_path / "file" / "recents.json")
    recents.add(tmp_path / "new.dwell")
    assert recents.all() == []
