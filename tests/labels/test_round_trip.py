"""Every format that is read: labels come in, a frame is corrected, and what goes out differs there alone."""

import numpy as np
import pytest

from dwell.formats.found import Known
from dwell.labels import Selection, can_read, export_labels, import_labels
from dwell.masks import Mask
from dwell.project import Project
from dwell.prompts import MaskPrompt
from dwell.registry import FORMATS, load
from dwell.segmenters.colour import ColourBackend
from dwell.tracking import TrackingSession
from formats.drawn import masklet
from tracking.pictures import BLUE, RED, SIZE_HW, Film, across, always

READ = {name: load(FORMATS, name)() for name in FORMATS if can_read(load(FORMATS, name))}
FRAME_FORMATS = {name: each for name, each in READ.items() if not each.about.of_volume}
MASKS = [name for name, each in FRAME_FORMATS.items() if each.about.shape != "box"]
BOXES = [name for name, each in FRAME_FORMATS.items() if each.about.shape == "box"]
N_FRAMES, CORRECTED = 6, 3
ALL_FRAMES = Selection(unanswered="write")

# Red moves to the right from the left edge; blue stands still.
FILM = Film(N_FRAMES, [(always(RED), across(0, 10)), (always(BLUE), across(40, 30, dx=0))])


def project():
    return Project.in_memory(size_hw=SIZE_HW, n_frames=N_FRAMES)


def labelled(masks, colours=("#ff0000", "#0000ff")):
    """A project in which a person has drawn red and blue on every frame: ``masks(which, frame_idx)``."""
    one = project()
    aois = [one.add_aoi("red", colours[0], "colour"), one.add_aoi("blue", colours[1])]
    for which, aoi in enumerate(aois):
        drawn = {i: masks(which, i) for i in range(N_FRAMES)}
        of_aoi = masklet(aoi, drawn, size_hw=SIZE_HW, user=drawn)
        one.write_masks(of_aoi.record(i) for i in drawn)
    return one


def speckled(which, frame_idx):
    """(h, w) bool, specks and holes all over; red has none where blue has one."""
    noise = np.random.default_rng(frame_idx).random(SIZE_HW)
    return noise < 0.3 if which == 0 else noise > 0.7


def export(subject, name, out):
    (report,) = export_labels(subject, [name], out, selection=ALL_FRAMES)
    return report.path


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def masks_in(name, path):
    """(thing, frame) → mask of all that a file says."""
    known = Known(SIZE_HW, [f"{i:05d}" for i in range(N_FRAMES)])
    (video,) = READ[name].read(path, known)
    return {(each.key, each.frame): each.mask for each in video.labels()}


@pytest.mark.parametrize("name", MASKS)
def test_what_nobody_touched_goes_out_as_it_came_in_and_a_correction_changes_its_mask_only(name, tmp_path):
    given = export(labelled(speckled), name, tmp_path / "given")
    session = TrackingSession(project(), FILM, ColourBackend())
    report = import_labels(session, given)
    assert (report.format, report.n_masks, report.ids, report.left_out) == (name, 2 * N_FRAMES, {}, {})
    export(session, name, tmp_path / "back")
    assert contents(tmp_path / "back") == contents(tmp_path / "given")

    before = masks_in(name, given)
    red = report.aois[0].object_id
    patch = np.zeros(SIZE_HW, bool)
    patch[2:5, 3:9] = True
    patch &= ~before[2, CORRECTED].to_array()  # where blue lies, formats without overlap would not show red
    session.prompt(red, MaskPrompt(Mask.from_array(patch)), frame_idx=CORRECTED)
    list(session.track())
    after = masks_in(name, export(session, name, tmp_path / "corrected"))
    assert after == before | {(red, CORRECTED): Mask.from_array(patch)}


@pytest.mark.parametrize("name", BOXES)
def test_boxes_come_in_as_prompts_and_go_out_as_they_came(name, tmp_path):
    usual = labelled(FILM.truth, colours=(None, None))  # not every format says another
    given = export(usual, name, tmp_path / "given")
    session = TrackingSession(project(), FILM, ColourBackend())
    report = import_labels(session, given, how="prompts")
    assert (report.format, report.n_prompts, report.ids, report.left_out) == (name, 2 * N_FRAMES, {}, {})
    for which, aoi in enumerate(report.aois):
        for i in range(N_FRAMES):
            found = session.project.record(aoi.object_id, i).mask
            np.testing.assert_array_equal(found.to_array(), FILM.truth(which, i))
    export(session, name, tmp_path / "back")
    assert contents(tmp_path / "back") == contents(tmp_path / "given")
