"""A medical volume in the app: listed, dropped, opened on its middle slice, exported."""

import time

import cv2
import nibabel
import numpy as np
import pytest

from app.sites import asked
from dwell.app.places import Places
from dwell.drawn_world.phantom import draw_phantom, phantom_affine, write_volume
from dwell.video import is_filler

SHAPE = (56, 40, 12)


@pytest.fixture(scope="module")
def phantom():
    return draw_phantom(SHAPE, phantom_affine(SHAPE, (5, 5, 15)))


@pytest.fixture
def root(tmp_path, phantom):
    root = tmp_path / "data"
    write_volume(root / "scan.nii.gz", phantom.volume.voxels, phantom.volume.affine)
    return root


def opened(browser, **request):
    answer = browser.post("/api/open", json=request)
    assert answer.status_code == 200, answer.text
    return answer.json()


def frame(browser, pid, number):
    return cv2.imdecode(np.frombuffer(browser.get(f"/api/p/{pid}/frames/{number}.jpg").content, np.uint8), 1)


def test_volumes_are_listed_as_things_to_open(root):
    (root / "plain.nii").touch()
    (root / "one.dcm").touch()
    (root / "series").mkdir()
    (root / "series" / "IM1.dcm").touch()
    kinds = {entry.name: (entry.kind, entry.openable) for entry in Places([root]).listing(str(root)).entries}
    assert kinds == {
        "scan.nii.gz": ("volume", True),
        "plain.nii": ("volume", True),
        "one.dcm": ("volume", True),
        "series": ("scan", True),
    }


def test_it_opens_on_its_middle_slice_in_a_project_named_like_it(root):
    with asked(root) as browser:
        said = opened(browser, path=str(root / "scan.nii.gz"))
        assert said["project"] == str(root / "scan.dwell")
        recording = browser.get(f"/api/p/{said['pid']}/state").json()["recording"]
        assert (recording["kind"], recording["n_frames"], recording["first_frame"]) == ("volume", 12, 6)
        assert (recording["width"], recording["height"], recording["has_gaze"]) == (56, 40, False)
        assert not is_filler(frame(browser, said["pid"], 6))


def test_another_window_is_another_picture_to_a_browser(root):
    """Or it would show the one it kept."""
    tags = []
    for window in ("bone", "lung"):
        with asked(root) as browser:
            pid = opened(browser, path=str(root / "scan.nii.gz"), options={"window": window})["pid"]
            recording = browser.get(f"/api/p/{pid}/state").json()["recording"]
            tags.append((recording["frames_tag"], int(frame(browser, pid, 6).mean())))
    assert tags[0][0] != tags[1][0]
    assert tags[0][1] < tags[1][1]  # soft tissue is dark among bones, bright in a lung window


def test_labels_are_exported_as_nifti(root):
    with asked(root) as browser:
        pid = opened(browser, path=str(root / "scan.nii.gz"))["pid"]
        task = browser.post(
            f"/api/p/{pid}/export", json={"client": "c", "what": ["nifti"], "out": str(root / "out")}
        ).json()
        for _ in range(200):
            if task["state"] != "running":
                break
            time.sleep(0.1)
            task = browser.get(f"/api/p/{pid}/tasks/{task['id']}").json()
        assert (task["state"], task["error"]) == ("done", None)
        image = nibabel.load(root / "out" / "nifti" / "scan_labels.nii.gz")
        np.testing.assert_array_equal(image.affine, nibabel.load(root / "scan.nii.gz").affine)


def test_a_dropped_volume_is_taken_and_a_second_of_its_name_keeps_its_ending(root):
    def put(name, data):
        return browser.put(f"/api/uploads/{name}", content=data, params={"offset": 0, "size": len(data)})

    with asked(root) as browser:
        assert put("brain.nii.gz", b"abc").json()["path"].endswith("brain.nii.gz")
        assert put("brain.nii.gz", b"other").json()["path"].endswith("brain-2.nii.gz")
        assert put("IM1.dcm", b"abc").status_code == 200
        refused = put("other.gz", b"abc")
        assert refused.status_code != 200
        assert "medical volume (.nii.gz)" in refused.json()["error"]


def test_a_damaged_volume_is_refused_in_words(root):
    content = (root / "scan.nii.gz").read_bytes()
    (root / "scan.nii.gz").write_bytes(content[: len(content) // 2])
    with asked(root) as browser:
        answer = browser.post("/api/open", json={"path": str(root / "scan.nii.gz")})
        assert answer.status_code == 422
        assert "scan.nii.gz is cut short or damaged" in answer.json()["error"]
