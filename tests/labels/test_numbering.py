"""Which frame is which: digits that are names of pictures, and numbers that only count pictures."""

import json

import numpy as np
import pytest
from PIL import Image

from dwell.errors import BadLabels
from dwell.labels import import_labels
from dwell.project import Project

SIZE_HW = (20, 30)
SQUARE = [[1, 1, 6, 1, 6, 6, 1, 6]]


def project_of(names=None):
    """Of pictures with these names; without, of a video."""
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=20 if names is None else len(names))
    if names is not None:
        project.set_setting("frame names", names)
    return project


def davis(out, names):
    """One object on each of these frames."""
    for name in names:
        (out / "walk").mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.ones(SIZE_HW, np.uint8)).save(out / "walk" / f"{name}.png")
    return out / "walk"


def youtube_vos(out, names):
    davis(out / "Annotations", names)
    return out


def png(out, names):
    for name in names:
        (out / "cup").mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full(SIZE_HW, 255, np.uint8)).save(out / "cup" / f"{name}.png")
    return out


def mots(out, names):
    for name in names:
        out.mkdir(exist_ok=True)
        Image.fromarray(np.full(SIZE_HW, 1001, np.uint16)).save(out / f"{name}.png")
    return out


def coco(path, files_and_ids):
    """One thing on each image of a video as CocoVID has it."""
    height, width = SIZE_HW
    images = [
        {"id": i, "video_id": 1, "frame_id": number, "file_name": file, "height": height, "width": width}
        for i, (file, number) in enumerate(files_and_ids, start=1)
    ]
    annotations = [
        {"id": each["id"], "image_id": each["id"], "category_id": 1, "track_id": 1, "segmentation": SQUARE}
        for each in images
    ]
    path.write_text(
        json.dumps(
            {
                "videos": [{"id": 1, "name": "walk"}],
                "images": images,
                "annotations": annotations,
                "categories": [{"id": 1, "name": "cup"}],
            }
        )
    )
    return path


def cvat(path, names_and_ids):
    """The same as CVAT exports images."""
    images = "".join(
        f'<image id="{number}" name="{name}.png" width="30" height="20">'
        '<polygon label="cup" points="1,1;6,1;6,6;1,6"/></image>'
        for name, number in names_and_ids
    )
    path.write_text(f'<?xml version="1.0"?><annotations><meta/>{images}</annotations>')
    return path


def frames_with_masks(project):
    return project.masklets()[0].frame_idx.tolist()


@pytest.mark.parametrize(
    ("write", "format"), [(davis, "davis"), (youtube_vos, "youtube-vos"), (png, "png"), (mots, "mots")]
)
@pytest.mark.parametrize("names", [["00001", "00002", "00003"], ["00000", "00005", "00010"]])
def test_pngs_named_like_the_pictures_of_the_project_belong_to_these(tmp_path, write, format, names):
    project = project_of(names)
    import_labels(project, write(tmp_path / "labels", names[:2]), format)
    assert frames_with_masks(project) == [0, 1]


def test_pngs_for_a_video_are_named_by_the_number_of_the_frame(tmp_path):
    project = project_of()
    import_labels(project, davis(tmp_path, ["1", "05"]), "davis")
    assert frames_with_masks(project) == [1, 5]


def test_a_number_that_no_picture_is_named_by_is_not_one_of_the_project_s(tmp_path):
    with pytest.raises(BadLabels, match=r"1 are not in the video: 00001\. It has 3 frames, 00000 … 00010"):
        import_labels(project_of(["00000", "00005", "00010"]), davis(tmp_path, ["00000", "00001"]), "davis")


EVERY_FIFTH = [("frame_000000.jpg", 0), ("frame_000005.jpg", 1), ("frame_000010.jpg", 2)]


def test_a_frame_id_that_only_counts_images_is_no_frame_of_a_video(tmp_path):
    path = coco(tmp_path / "a.json", EVERY_FIFTH)
    with pytest.raises(BadLabels, match=r"not in the video: frame_000000, frame_000005"):
        import_labels(project_of(), path)
    project = project_of([f"frame_{i:06d}" for i in range(0, 20, 5)])
    report = import_labels(project, path)
    assert frames_with_masks(project) == [0, 1, 2]
    assert any("only counts its images" in note for note in report.notes)


@pytest.mark.parametrize("first", [0, 1, 100])
def test_a_frame_id_that_goes_with_the_names_is_the_frame(tmp_path, first):
    project = project_of()
    report = import_labels(project, coco(tmp_path / "a.json", [(f"a/{first + i}.jpg", i) for i in (0, 5, 7)]))
    assert frames_with_masks(project) == [0, 5, 7]
    assert report.lost == ()


def test_the_id_of_an_image_of_cvat_is_a_frame_only_where_its_name_says_so(tmp_path):
    project = project_of()
    import_labels(project, cvat(tmp_path / "a.xml", [("frame_000000", 0), ("frame_000005", 5)]))
    assert frames_with_masks(project) == [0, 5]
    with pytest.raises(BadLabels, match="not in the video: frame_000000, frame_000005"):
        import_labels(project_of(), cvat(tmp_path / "b.xml", [("frame_000000", 0), ("frame_000005", 1)]))
