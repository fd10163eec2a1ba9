"""What a page asks of a medical volume: its window, its other planes, values, and how large its AOIs are."""

import cv2
import numpy as np
import pytest

from app.sites import asked
from app.test_volume_in_app import opened
from dwell.analysis import open_analysis
from dwell.drawn_world.phantom import draw_phantom, phantom_affine, write_volume
from dwell.masks import Mask
from dwell.project import Project
from dwell.volumes import Slices, Window, to_grey, view_of

SHAPE = (56, 40, 12)
BODY = 4, 28
"""Row and column of a place in the trunk."""


@pytest.fixture(scope="module")
def phantom():
    return draw_phantom(SHAPE, phantom_affine(SHAPE, (5, 5, 15)))


@pytest.fixture(scope="module")
def root(tmp_path_factory, phantom):
    root = tmp_path_factory.mktemp("volumes") / "data"
    write_volume(root / "scan.nii.gz", phantom.volume.voxels, phantom.volume.affine)
    return root


@pytest.fixture(scope="module")
def site(root):
    """One server for all tests: its processes take longer to start than all that is asked of them."""
    with asked(root) as browser:
        yield browser


@pytest.fixture
def browser(site, root):
    """With the scan as it was at first: no AOI, and its usual window."""
    site.pid = opened(site, path=str(root / "scan.nii.gz"))["pid"]
    for aoi in get(site, "state").json()["aois"]:
        assert site.delete(f"/api/p/{site.pid}/aois/{aoi['object_id']}?client=c").status_code == 200
    assert put_window(site, "soft tissue").status_code == 200
    return site


def get(browser, address):
    answer = browser.get(f"/api/p/{browser.pid}/{address}")
    assert answer.status_code == 200, answer.text
    return answer


def post(browser, address, **body):
    answer = browser.post(f"/api/p/{browser.pid}/{address}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def picture(browser, address, flags=cv2.IMREAD_GRAYSCALE):
    return cv2.imdecode(np.frombuffer(get(browser, address).content, np.uint8), flags)


def recording(browser):
    return get(browser, "state").json()["recording"]


def put_window(browser, window):
    return browser.put(f"/api/p/{browser.pid}/window", json={"client": "c", "window": window})


def paint(browser, name, frame_idx, box):
    """An AOI whose mask on a slice is a box: x0, y0, x1, y1."""
    aoi = post(browser, "aois", client="c", name=name)
    mask = np.zeros(SHAPE[1::-1], bool)
    mask[box[1] : box[3], box[0] : box[2]] = True
    prompt = {"kind": "mask", "size": mask.shape, "counts": Mask.from_array(mask).to_bytes().decode()}
    post(
        browser,
        "prompts",
        client="c",
        object_id=aoi["object_id"],
        frame_idx=frame_idx,
        prompts=[prompt],
    )
    return aoi


def test_a_page_is_told_how_a_volume_lies(browser):
    volume = recording(browser)["volume"]
    assert (volume["plane"], volume["size"], volume["spacing_mm"]) == ("axial", [56, 40, 12], [5, 5, 15])
    assert (volume["unit"], volume["whole"], volume["dicom"], volume["oblique_deg"]) == ("HU", True, False, 0)
    assert volume["window"] == {"name": "soft tissue", "level": 40, "width": 400}
    assert [each["name"] for each in volume["presets"]] == [
        "soft tissue", "lung", "bone", "brain", "mediastinum", "auto",
    ]  # fmt: skip
    axial, coronal, _ = volume["planes"]
    assert "".join(axial[side] for side in ("left", "right", "top", "bottom")) == "RLAP"
    # The coronal picture is 12 voxels of 15 mm high, on pixels of 5 mm.
    assert (coronal["width"], coronal["height"], coronal["px_mm"]) == (56, 36, 5)
    assert coronal["n_voxels"] == [40, 12, 56]


def test_a_video_has_no_volume(tmp_path):
    cv2.imwrite(str(tmp_path / "still.png"), np.zeros((20, 30, 3), np.uint8))
    with asked(tmp_path) as browser:
        browser.pid = opened(browser, path=str(tmp_path / "still.png"))["pid"]
        assert recording(browser)["volume"] is None
        for address in ("planes/axial/0.jpg", "value?i=0&j=0&k=0", "values/0", "volumes"):
            answer = browser.get(f"/api/p/{browser.pid}/{address}")
            assert (answer.status_code, "no medical volume" in answer.json()["error"]) == (422, True)
        answer = put_window(browser, "lung")
        assert (answer.status_code, "no medical volume" in answer.json()["error"]) == (400, True)


def test_another_window_is_seen_by_all_and_lasts_while_masks_stay(browser, root):
    paint(browser, "liver", 6, (10, 10, 20, 20))
    before = recording(browser)
    masks = get(browser, "frames/6/masks").json()["masks"]
    dark = picture(browser, "frames/6.jpg")
    done = put_window(browser, "lung")
    assert done.status_code == 200
    missed = get(browser, f"changes?since={done.json()['rev'] - 1}").json()["changes"]
    told = missed[0]["recording"]
    assert told == recording(browser)
    assert told["volume"]["window"] == {"name": "lung", "level": -600, "width": 1500}
    assert told["frames_tag"] != before["frames_tag"]
    assert picture(browser, "frames/6.jpg")[BODY] > dark[BODY] + 50  # tissue is bright among lungs
    assert get(browser, "frames/6/masks").json()["masks"] == masks
    assert (
        get(browser, "state").json()["steps"]["undo"]["label"].startswith("prompt liver")
    )  # no step of its own
    with Project.open(root / "scan.dwell", write=False) as project:
        assert project.source.options["window"] == "lung"


def test_a_window_that_is_none_is_refused_and_changes_nothing(browser):
    before = recording(browser)
    answer = put_window(browser, "40/-3")
    assert (answer.status_code, "LEVEL/WIDTH such as 40/400" in answer.json()["error"]) == (400, True)
    assert recording(browser) == before


def test_pictures_are_kept_by_browsers_only_under_the_window_they_show(browser):
    tag = recording(browser)["frames_tag"]
    assert "immutable" in get(browser, f"frames/6.jpg?tag={tag}").headers["Cache-Control"]
    put_window(browser, "bone")
    for address in (
        f"frames/6.jpg?tag={tag}",
        f"planes/coronal/9.jpg?tag={tag}",
        "frames/6.jpg?window=40/80",
    ):
        assert get(browser, address).headers["Cache-Control"] == "no-store"


def test_the_values_of_a_slice(browser, phantom):
    """Of which the page makes pictures while a window is dragged."""
    data = np.frombuffer(get(browser, "values/6").content, "<f4").reshape(40, 56)
    np.testing.assert_array_equal(data, phantom.volume.voxels[:, :, 6].T)
    assert browser.get(f"/api/p/{browser.pid}/values/12").status_code == 404


def test_who_segments_sees_the_new_window(browser):
    """Between fat and liver lie 160 HU: in a window far above both there is nothing to see, nor to find."""
    aoi = post(browser, "aois", client="c", name="liver")["object_id"]
    point = {"kind": "point", "x": 15, "y": 18}
    request = {"object_id": aoi, "frame_idx": 6, "prompts": [point], "client": "c"}
    seen = post(browser, "preview", frame_idx=6, prompts=[point])["candidates"][0]["area"]
    put_window(browser, "2000/100")
    blind = post(browser, "preview", frame_idx=6, prompts=[point])["candidates"]
    assert not blind or blind[0]["area"] != seen
    put_window(browser, "soft tissue")
    assert post(browser, "prompts", **request)["mask"]["area"] == seen


def test_other_planes_show_the_voxels_of_the_volume(browser, phantom):
    view = view_of(phantom.volume, "coronal")
    wanted = Slices(phantom.volume, "coronal").read(17)[:, :, 0]
    found = picture(browser, "planes/coronal/17.jpg")
    assert found.shape == view.size_hw == (36, 56)
    assert np.abs(found.astype(int) - wanted).mean() < 3  # JPEG
    put_window(browser, "lung")
    lung = to_grey(
        view.to_picture(view.oriented(phantom.volume.voxels)[17]), Window(-600, 1500, ""), whole=True
    )
    assert np.abs(picture(browser, "planes/coronal/17.jpg").astype(int) - lung).mean() < 3
    assert browser.get(f"/api/p/{browser.pid}/planes/coronal/40.jpg").status_code == 404
    assert browser.get(f"/api/p/{browser.pid}/planes/top/4.jpg").status_code == 422


def test_masks_of_axial_slices_are_seen_from_the_side(browser):
    """A box of rows 10 … 19 on the axial slice 7 of 12, which is rows 12 … 14 of 36 from the head."""
    aoi = paint(browser, "box", 7, (20, 10, 30, 20))
    red, green, blue = bytes.fromhex(aoi["colour"][1:])
    # Coronal slices count from the back: voxel row 14 of 40 is slice 25.
    masks = picture(browser, "planes/coronal/25/masks.png", cv2.IMREAD_UNCHANGED)
    rows, columns = np.nonzero(masks[..., 3])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (12, 14, 20, 29)
    assert masks[13, 25].tolist() == [blue, green, red, 255]
    assert not picture(browser, "planes/coronal/35/masks.png", cv2.IMREAD_UNCHANGED).any()  # in front of it
    view = {"hidden": [aoi["object_id"]]}
    assert browser.put(f"/api/p/{browser.pid}/view?client=c", json=view).status_code == 200
    assert not picture(browser, "planes/coronal/25/masks.png", cv2.IMREAD_UNCHANGED).any()


def test_the_value_of_a_voxel(browser, phantom):
    value = get(browser, "value?i=20&j=15&k=6").json()["value"]
    assert value == int(phantom.volume.voxels[20, 15, 6])
    answer = browser.get(f"/api/p/{browser.pid}/value?i=20&j=15&k=12")
    assert (answer.status_code, answer.json()["error"].startswith("There is no voxel")) == (404, True)


def test_volumes_in_ml_and_what_is_not_known_of_them(browser):
    assert get(browser, "volumes").json()["rows"] == []
    aoi = paint(browser, "box", 7, (20, 10, 30, 20))
    row = {
        "object_id": aoi["object_id"], "voxels": 100, "ml": pytest.approx(37.5), "visible": 1,
        "absent": 0, "lost": 0, "unknown": 11, "without_voxel": 0, "complete": False, "shared": 0,
    }  # fmt: skip
    assert get(browser, "volumes").json()["rows"] == [row]
    small = paint(browser, "part", 7, (22, 12, 24, 14))
    rows = get(browser, "volumes").json()["rows"]
    assert [(each["object_id"], each["voxels"], each["shared"]) for each in rows] == [
        (aoi["object_id"], 100, 4), (small["object_id"], 4, 0),
    ]  # fmt: skip


def test_another_plane_is_worked_on_in_a_project_beside_it(browser, root):
    put_window(browser, "bone")
    paint(browser, "liver", 6, (10, 10, 20, 20))
    said = post(browser, "planes/coronal")
    assert said["project"] == str(root / "scan.coronal.dwell")
    axial, browser.pid = browser.pid, said["pid"]
    shown = recording(browser)
    assert (shown["volume"]["plane"], shown["n_frames"]) == ("coronal", 40)
    assert shown["volume"]["window"]["name"] == "bone"
    assert get(browser, "state").json()["aois"] == []  # nothing is shared but the scan
    put_window(browser, "brain")
    assert post(browser, "planes/axial")["pid"] == axial  # and back
    browser.pid = axial
    assert recording(browser)["volume"]["window"]["name"] == "bone"
    assert post(browser, "planes/coronal")["pid"] == said["pid"]


def test_the_command_line_finds_the_project_of_the_page(browser, root, monkeypatch):
    said = post(browser, "planes/coronal")["project"]
    monkeypatch.chdir(root)
    with open_analysis("scan.nii.gz", plane="coronal", write=False) as analysis:
        assert str(analysis.project.path) == said
