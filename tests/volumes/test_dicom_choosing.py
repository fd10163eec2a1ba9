"""Several series in a folder, several volumes in a series: listed, and chosen by what people know of them."""

import numpy as np
import pydicom
import pytest
from pydicom.uid import SecondaryCaptureImageStorage

from dwell.errors import VolumeError
from dwell.volumes.dicom import open_dicom
from volumes.drawn_dicom import draw_enhanced, draw_series, new_dataset, numbered, put_pixels


@pytest.fixture
def study(tmp_path):
    """Three series of one study, in folders of their own."""
    draw_series(tmp_path / "a", numbered(), number=2, description="Thorax thin")
    draw_series(tmp_path / "b", numbered((8, 10, 4)), number=3, description="Thorax thick")
    draw_series(tmp_path / "c", numbered((8, 10, 3)), number=12, description="Pelvis", modality="MR")
    return tmp_path


def message_of(path, series=None):
    with pytest.raises(VolumeError) as caught:
        open_dicom(path, series)
    return str(caught.value)


def test_several_series_are_listed_with_the_way_to_choose(study):
    message = message_of(study)
    first, *lines = message.splitlines()
    assert "holds 3 series; expected one" in first
    assert "by number, UID or a part of the description" in first
    assert "series='2'" in first
    assert lines == [
        "  2: 'Thorax thin', CT, 6 slices",
        "  3: 'Thorax thick', CT, 4 slices",
        "  12: 'Pelvis', MR, 3 slices",
    ]


@pytest.mark.parametrize(
    ("series", "n_slices"), [("3", 4), ("thin", 6), ("PELVIS", 3), (" 12 ", 3), ("Thorax thick", 4)]
)
def test_a_series_is_chosen_by_number_or_words(study, series, n_slices):
    assert open_dicom(study, series).shape == (8, 10, n_slices)


def test_a_series_is_chosen_by_uid(study):
    uid = str(pydicom.dcmread(next((study / "c").iterdir())).SeriesInstanceUID)
    assert open_dicom(study, uid).name == "Pelvis"


def test_words_that_fit_several_series_list_those(study):
    message = message_of(study, "thorax")
    assert "2 series" in message
    assert "Thorax thin" in message
    assert "Pelvis" not in message


def test_words_that_fit_none_list_all(study):
    message = message_of(study, "skull")
    assert "has no series 'skull'" in message
    assert "Pelvis" in message


def test_series_of_one_number_are_told_apart_by_uid(tmp_path):
    draw_series(tmp_path / "a", description="")
    draw_series(tmp_path / "b", description="")
    uid = str(pydicom.dcmread(next((tmp_path / "b").iterdir())).SeriesInstanceUID)
    message = message_of(tmp_path)
    assert f"4: without description, CT, 6 slices, UID {uid}" in message
    assert open_dicom(tmp_path, uid).files[0].parent.name == "b"


def test_a_screenshot_without_a_place_needs_no_choice(tmp_path):
    draw_series(tmp_path)
    shot = new_dataset(SecondaryCaptureImageStorage, "1.2.3", "1.2.4", 99, "Dose report", "OT", "1.2.5")
    put_pixels(shot, np.zeros((20, 30), np.uint8))
    shot.save_as(tmp_path / "shot.dcm", enforce_file_format=True)

    volume = open_dicom(tmp_path)

    assert volume.shape == (8, 10, 6)
    assert volume.notes == (
        "Passed over, as nothing says where in the patient they lie: 99: 'Dose report', OT, 1 slice.",
    )


# Several volumes in one series


def draw_echoes(folder, **more_tags):
    """Two echoes, 4.6 and 9.2 ms, whose files alternate; the second is 1000 brighter."""
    uid = pydicom.uid.generate_uid()

    def echo(ms):
        def change(data, k):
            data.SeriesInstanceUID, data.EchoTime, data.FrameOfReferenceUID = uid, ms, "1.2.3"
            data.InstanceNumber = 2 * k + (ms > 5) + 1
            for name, value in more_tags.items():
                setattr(data, name, value(k))

        return change

    draw_series(folder, numbered(), change=echo(4.6), modality="MR", names=lambda k: f"{2 * k}.dcm")
    draw_series(
        folder, numbered() + 1000, change=echo(9.2), modality="MR", names=lambda k: f"{2 * k + 1}.dcm"
    )


def test_echoes_are_told_apart_and_chosen(tmp_path):
    draw_echoes(tmp_path, AcquisitionTime=lambda k: f"10150{k}")

    message = message_of(tmp_path)

    assert "At 6 of 6 places" in message
    assert "such as 0.dcm and 1.dcm at -30.00 mm" in message
    assert "They differ by EchoTime 4.6, 9.2" in message
    assert "series='4, EchoTime=4.6'" in message
    np.testing.assert_array_equal(open_dicom(tmp_path, "4, EchoTime=4.6").voxels, numbered())
    np.testing.assert_array_equal(open_dicom(tmp_path, "echotime=9.20").voxels, numbered() + 1000)


def test_a_value_that_is_not_there_lists_those_that_are(tmp_path):
    draw_echoes(tmp_path)
    message = message_of(tmp_path, "EchoTime=5")
    assert "has EchoTime=5" in message
    assert "there are: 4.6, 9.2" in message


def test_two_tags_choose_where_one_is_not_enough(tmp_path):
    uid = pydicom.uid.generate_uid()
    for n, (b, phase) in enumerate([(0, 1), (0, 2), (1000, 1), (1000, 2)]):

        def change(data, k, b=b, phase=phase, n=n):
            data.SeriesInstanceUID, data.FrameOfReferenceUID = uid, "1.2.3"
            data.DiffusionBValue, data.TemporalPositionIdentifier = float(b), phase
            data.InstanceNumber = 6 * n + k + 1

        draw_series(tmp_path, numbered() + n, change=change, names=lambda k, n=n: f"{n}{k}.dcm")

    message = message_of(tmp_path)

    assert "DiffusionBValue 0.0, 1000.0 and TemporalPositionIdentifier 1, 2" in message
    chosen = open_dicom(tmp_path, "4, DiffusionBValue=1000, TemporalPositionIdentifier=1")
    np.testing.assert_array_equal(chosen.voxels, numbered() + 2)
    assert "TemporalPositionIdentifier 1, 2" in message_of(tmp_path, "4, DiffusionBValue=1000")


def test_points_in_time_within_one_file_of_many_frames(tmp_path):
    file = draw_enhanced(tmp_path / "dynamic.dcm", repeats=(1, 2, 3), order=[5, 3, 1, 0, 2, 4])
    message = message_of(file)
    assert "dynamic.dcm (frame 4) and dynamic.dcm (frame 10)" in message
    assert "series='7, TemporalPositionIndex=1'" in message
    np.testing.assert_array_equal(open_dicom(file, "TemporalPositionIndex=3").voxels, numbered() + 3000)


def test_a_copied_file_is_called_a_copy(tmp_path):
    paths = draw_series(tmp_path)
    (tmp_path / "IM0002 (1).dcm").write_bytes(paths[2].read_bytes())
    message = message_of(tmp_path)
    assert "At 1 of 6 places" in message
    assert "IM0002 (1).dcm and IM0002.dcm" in message
    assert "copies of the same slice" in message
    assert "take one of them out" in message


def test_volumes_that_no_tag_tells_apart(tmp_path):
    uid = pydicom.uid.generate_uid()
    for n in (0, 1):

        def change(data, k):
            data.SeriesInstanceUID, data.FrameOfReferenceUID = uid, "1.2.3"

        draw_series(tmp_path, change=change, names=lambda k, n=n: f"{n}{k}.dcm")
    message = message_of(tmp_path)
    assert "No tag tells the volumes apart" in message
    assert "into a folder of their own" in message
