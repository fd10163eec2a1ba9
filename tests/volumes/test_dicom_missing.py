"""Slices that are missing though the rest lie evenly: what numbers and counts in the headers tell of them."""

import numpy as np
import pytest

from dwell.volumes.dicom import open_dicom
from volumes.drawn_dicom import draw_enhanced, draw_series, numbered

TWELVE = numbered((8, 10, 12))
AGAIN = " Compare with the scanner or archive, and copy the series again."


def notes_of(folder, *, series=None, **broken):
    draw_series(folder, TWELVE, **broken)
    return open_dicom(folder, series).notes


def put(**tags):
    def change(data, k):
        for name, value in tags.items():
            setattr(data, name, value(k) if callable(value) else value)

    return change


def test_every_second_file(tmp_path):
    """The files lie 2.5 mm apart, those that are left 5 mm."""
    assert notes_of(tmp_path, leave_out=range(1, 12, 2)) == (
        "The slices are numbered 1, 3, 5 …: every second one may be missing, then the spacing of 5 mm is "
        "wrong." + AGAIN,
    )


def test_every_second_file_of_those_with_even_numbers(tmp_path):
    second, lowest = notes_of(tmp_path, leave_out=range(0, 12, 2))
    assert second.startswith("The slices are numbered 2, 4, 6 …: every second one")
    assert lowest.startswith("The lowest number of a slice is 2, not 1")


def test_two_of_every_three_files_numbered_from_the_head(tmp_path):
    left = [k for k in range(12) if k % 3]
    (note,) = notes_of(tmp_path, leave_out=left, change=put(InstanceNumber=lambda k: 10 - k))
    assert note.startswith("The slices are numbered 1, 4, 7 …: 2 of every 3 may be missing, then the spacing")
    assert "7.5 mm" in note


def test_the_first_files(tmp_path):
    assert notes_of(tmp_path, leave_out=(0, 1, 2)) == (
        "The lowest number of a slice is 4, not 1: slices at one end may be missing." + AGAIN,
    )


def test_numbers_with_a_gap_on_slices_that_lie_evenly(tmp_path):
    (note,) = notes_of(tmp_path, change=put(InstanceNumber=lambda k: k + 1 if k < 4 else k + 3))
    assert note == "The slices are numbered 1 to 14 without 5, 6: 2 may be missing." + AGAIN


@pytest.mark.parametrize("tag", ["NumberOfSlices", "ImagesInAcquisition"])
def test_the_last_files_where_the_headers_say_how_many_there_are(tmp_path, tag):
    assert notes_of(tmp_path, leave_out=(8, 9, 10, 11), change=put(**{tag: 12})) == (
        f"The files say that there are 12 slices ({tag}), and 8 are here: 4 may be missing." + AGAIN,
    )


@pytest.mark.parametrize(
    "number",
    [
        lambda k: k + 1,
        lambda k: 12 - k,
        lambda k: k,  # from 0
        lambda k: (k // 2 if k % 2 == 0 else 6 + k // 2) + 1,  # scanned in two passes
        lambda k: 1,
        lambda k: None,
    ],
    ids=["up", "down", "from 0", "interleaved", "all alike", "none"],
)
def test_no_note_where_nothing_is_missing(tmp_path, number):
    change = put(InstanceNumber=number, ImagesInAcquisition=12, NumberOfSlices=12)
    assert notes_of(tmp_path, change=change) == ()


def test_numbers_of_the_volumes_that_were_not_chosen_are_not_missing(tmp_path):
    """Two echoes at each place, numbered by turns."""
    for echo in (1, 2):
        draw_series(
            tmp_path / str(echo),
            TWELVE,
            change=put(
                EchoTime=2.3 * echo,
                SeriesInstanceUID="1.2.3",
                FrameOfReferenceUID="1.2.4",
                InstanceNumber=lambda k, echo=echo: 2 * k + echo,
                ImagesInAcquisition=24,
            ),
        )
    volume = open_dicom(tmp_path, "4, EchoTime=2.3")
    np.testing.assert_array_equal(volume.voxels, TWELVE)
    assert volume.notes == ()


def test_a_file_of_many_frames_has_no_numbers_to_miss(tmp_path):
    assert open_dicom(draw_enhanced(tmp_path / "a.dcm")).notes == ()


def test_a_count_that_is_no_number_says_nothing(tmp_path):
    for path in draw_series(tmp_path, change=put(ImagesInAcquisition=9999)):
        path.write_bytes(path.read_bytes().replace(b"9999", b"many"))
    assert open_dicom(tmp_path).notes == ()
