"""Opening downloads of enrichments: folders, zips, both kinds, and what is wrong with them."""

import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image

from dwell.enrichments import open_enrichment
from dwell.errors import BadTable, MissingStream, UnknownRecording
from dwell.recordings import open_recording
from enrichments.written import MS, SIZE_HW, START, fixation, sample, section, write

CORNERS = "tl x [px],tl y [px],tr x [px],tr y [px],br x [px],br y [px],bl x [px],bl y [px]"


@pytest.fixture
def folder(tmp_path):
    return write(
        tmp_path / "RIM shelf",
        sections=section("s1", "r1", START) + section("s2", "r2", START, wearer="w2"),
        gaze=sample(5, (3, 4), where="s2,r2") + sample(0, (1.5, 2.5), fixation=7) + sample(5, None, on=False),
        fixations=fixation(7, 0, 100, (1.5, 2.5)),
    )


def marker_mapper(folder, *, positions=True, blink=False, image=False):
    """As in a real export of 2025: no blink id, true and false in lower case, quoted marker ids."""
    folder.mkdir()
    ids = "section id,recording id,timestamp [ns]"
    at = "gaze position on surface"
    on = f"gaze detected on surface,{at} x [normalized],{at} y [normalized]"
    tail = ",fixation id,blink id" if blink else ",fixation id"
    folder.joinpath("gaze.csv").write_text(
        f"{ids},{on}{tail}\ns1,r1,{START},true,0.25,1.5,3{',' if blink else ''}\n"
    )
    folder.joinpath("fixations.csv").write_text(
        "section id,recording id,fixation id,start timestamp [ns],end timestamp [ns],duration [ms],"
        "fixation detected on surface,fixation x [normalized],fixation y [normalized]\n"
        f"s1,r1,3,{START},{START + 20 * MS},20,true,0.25,0.5\n"
    )
    folder.joinpath("sections.csv").write_text(
        "section id,recording id,recording name,section start time [ns],section end time [ns],"
        "start event name,end event name\n"
        f"s1,r1,one,{START},{START + 1000 * MS},recording.begin,recording.end\n"
    )
    if positions:
        folder.joinpath("surface_positions.csv").write_text(
            f"{ids},detected marker IDs,{CORNERS}\n"
            f's1,r1,{START},"0;1;2;3",100,100,500,100,500,300,100,300\n'
            f's1,r1,{START + 1},"0;1",100,100,300,100,300,200,100,200\n'
        )
    if image:
        Image.fromarray(np.zeros((50, 80, 3), np.uint8)).save(folder / "surface_image.png")
    return folder


def test_a_reference_image_with_two_recordings(folder):
    found = open_enrichment(folder)
    assert (found.name, found.kind, found.size_hw) == ("RIM shelf", "reference image", SIZE_HW)
    assert [each.recording_name for each in found.recordings] == ["r1 one", "r2 one"]
    gaze = found.gaze
    assert gaze.section.tolist() == [0, 0, 1]
    assert gaze.timestamps_ns.tolist() == [START, START + 5 * MS, START + 5 * MS]
    np.testing.assert_array_equal(gaze.xy, [[1.5, 2.5], [np.nan, np.nan], [3, 4]])
    assert gaze.on_image.tolist() == [True, False, True]
    assert gaze.fixation_ids.tolist() == [7, -1, -1]
    assert found.fixations.ids.tolist() == [7]
    assert found.notes == []


def test_the_same_from_a_zip_and_from_the_folder_above(folder, tmp_path):
    shutil.make_archive(str(tmp_path / "download"), "zip", tmp_path, folder.name)
    for path in (tmp_path / "download.zip", tmp_path):
        if path.suffix == ".zip":
            assert zipfile.is_zipfile(path)
        found = open_enrichment(path)
        assert found.size_hw == SIZE_HW
        assert len(found.gaze) == 3


def test_its_picture_opens_as_a_recording_of_one_frame(folder):
    with open_recording(folder) as recording:
        assert (recording.kind, recording.name, len(recording.scene)) == ("enrichment", "RIM shelf", 1)
        assert recording.scene.size_hw == SIZE_HW
        with pytest.raises(MissingStream, match="Gaze lies on the picture, not in a video"):
            _ = recording.gaze


def test_a_surface_is_read_in_px_of_its_picture(tmp_path):
    found = open_enrichment(marker_mapper(tmp_path / "m", image=True, blink=True))
    assert (found.kind, found.size_hw) == ("surface", (50, 80))
    np.testing.assert_allclose(found.gaze.xy, [[20, 75]])
    np.testing.assert_allclose(found.fixations.xy, [[20, 25]])
    assert found.notes == []


def test_a_surface_without_a_picture_gets_a_sheet_as_wide_and_high_as_it_looks(tmp_path):
    """400 × 200 and 200 × 100 px in the scene video: twice as wide as high."""
    found = open_enrichment(marker_mapper(tmp_path / "m"))
    assert found.size_hw == (500, 1000)
    np.testing.assert_allclose(found.gaze.xy, [[250, 750]])
    assert any("'blink id'" in note for note in found.notes)
    assert open_enrichment(marker_mapper(tmp_path / "n", positions=False)).size_hw == (1000, 1000)
    with open_recording(tmp_path / "m") as recording:
        assert (recording.scene.read(0) == 235).all()


def test_another_picture_can_be_given(folder, tmp_path):
    other = tmp_path / "other.png"
    Image.fromarray(np.zeros((30, 40, 3), np.uint8)).save(other)
    assert open_enrichment(folder, image=other).size_hw == (30, 40)
    with open_recording(folder, image=other) as recording:
        assert recording.scene.size_hw == (30, 40)


def test_no_picture_is_said_with_the_remedy(tmp_path):
    bare = write(tmp_path / "e", sections=section("s1", "r1", START), picture=False)
    with pytest.raises(UnknownRecording, match=r"has no reference_image.jpeg; .* image='FILE.jpg'"):
        open_enrichment(bare)
    with pytest.raises(UnknownRecording, match="no picture missing.jpg"):
        open_enrichment(bare, image="missing.jpg")


def test_without_sections_the_tables_say_which_there_are(tmp_path):
    found = open_enrichment(
        write(tmp_path / "e", gaze=sample(0, (1, 1)), fixations=fixation(1, 0, 9, (1, 1), where="s2,r2"))
    )
    assert [(each.section_id, each.recording_id) for each in found.sections] == [("s1", "r1"), ("s2", "r2")]
    assert any("no sections.csv" in note for note in found.notes)


def test_a_row_of_an_unknown_section_names_its_line(tmp_path):
    found = open_enrichment(
        write(
            tmp_path / "e",
            sections=section("s1", "r1", START),
            gaze=sample(0, (1, 1)) + sample(0, (1, 1), where="s9,r1"),
        )
    )
    with pytest.raises(
        BadTable, match=r"gaze.csv, line 3: section s9 of recording r1 is not in sections.csv"
    ):
        _ = found.gaze


def test_two_enrichments_and_none(tmp_path, folder):
    shutil.copytree(folder, tmp_path / "second")
    with pytest.raises(UnknownRecording, match=r"holds 2 enrichments \(RIM shelf, second\)"):
        open_enrichment(tmp_path)
    with pytest.raises(UnknownRecording, match="it is one file; open the folder"):
        open_enrichment(tmp_path / "second" / "gaze.csv")


def test_a_fixation_that_ends_before_it_starts(tmp_path):
    found = open_enrichment(
        write(tmp_path / "e", sections=section("s1", "r1", START), fixations=fixation(1, 50, -10, (1, 1)))
    )
    with pytest.raises(BadTable, match=r"fixations.csv, line 2: the fixation ends before it starts"):
        _ = found.fixations


def test_a_missing_table_is_named(folder):
    (folder / "fixations.csv").unlink()
    with pytest.raises(MissingStream, match=r"has no fixations.csv"):
        _ = open_enrichment(folder).fixations
