"""Things are named by the words that fit their best pictures."""

import numpy as np
import pytest

from dwell.drawn_world import MemoryFrames
from dwell.errors import PromptError
from dwell.everything import name_things
from dwell.masks import Mask, MaskRecord
from dwell.project import Project
from dwell.segmenters.contract import Detection
from dwell.segmenters.detectors.colour import ColourDetector
from dwell.types import Direction, Origin, State

SIZE_HW = (120, 200)
RED, BLUE, GREY = (200, 20, 20), (20, 20, 200), (128, 128, 128)
BOXES = {"red": (20, 20, 60, 60), "blue": (120, 20, 160, 60), "second red": (20, 80, 50, 110)}
COLOURS = {"red": RED, "blue": BLUE, "second red": RED}


def frames():
    picture = np.full((*SIZE_HW, 3), 250, np.uint8)
    for name, (x0, y0, x1, y1) in BOXES.items():
        picture[y0:y1, x0:x1] = COLOURS[name]
    return MemoryFrames(lambda i: picture.copy(), SIZE_HW, np.arange(3, dtype=np.int64) * 33_000_000)


def project_of(*names_and_boxes, part_of=None):
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=3)
    for name, box in names_and_boxes:
        aoi = project.add_aoi(name, part_of=(part_of or {}).get(name))
        mask = Mask.from_box(box, SIZE_HW)
        project.write_masks(
            [MaskRecord(aoi.object_id, 1, mask, State.VISIBLE, 0.9, Origin.MODEL, Direction.FORWARD)]
        )
    return project


def names(project):
    return [aoi.name for aoi in project.aois()]


def test_things_get_the_phrase_that_fits_and_numbers_where_there_are_several():
    project = project_of(
        ("thing 1", BOXES["red"]), ("thing 2", BOXES["blue"]), ("thing 3", BOXES["second red"])
    )
    given = name_things(project, frames(), ColourDetector(), ["red cup", "blue book"])
    assert given == {1: "red cup", 2: "blue book", 3: "red cup 2"}
    assert names(project) == ["red cup", "blue book", "red cup 2"]
    project.undo()
    assert names(project) == ["thing 1", "thing 2", "thing 3"]


def test_what_no_phrase_fits_keeps_its_number():
    project = project_of(("thing 1", BOXES["blue"]), ("thing 2", (90, 80, 180, 110)))
    assert name_things(project, frames(), ColourDetector(), ["red cup"]) == {}
    assert names(project) == ["thing 1", "thing 2"]


def test_what_a_person_has_named_keeps_its_name():
    project = project_of(("my mug", BOXES["red"]), ("red cup", (90, 80, 95, 85)), ("thing 7", BOXES["red"]))
    assert name_things(project, frames(), ColourDetector(), ["red cup"]) == {3: "red cup 2"}
    assert names(project) == ["my mug", "red cup", "red cup 2"]


def test_of_a_thing_and_its_part_the_better_fit_has_the_phrase():
    """The whole is a little wider than the red square; its part is the square itself."""
    whole, part = (15, 20, 60, 60), BOXES["red"]
    project = project_of(("thing 1", whole), ("thing 2", part), part_of={"thing 2": 1})
    assert name_things(project, frames(), ColourDetector(), ["red cup"]) == {2: "red cup"}


def test_a_box_that_is_not_the_things_own_does_not_count():
    """Only the upper left quarter of the red square: IoU 1/4."""
    project = project_of(("thing 1", (20, 20, 40, 40)))
    assert name_things(project, frames(), ColourDetector(), ["red cup"]) == {}


class Scripted:
    """Finds what it is told to, where the crop says that the thing is."""

    name = "scripted"

    def __init__(self, *found):
        self._found = found

    def describe(self):
        return {"name": self.name}

    def detect(self, image, phrases, floor=0.05):
        """In the crop around (20, 20, 60, 60), with half of its sides around, the thing is at (20, 20)."""
        assert image.shape == (80, 80, 3)
        return [Detection((20, 20, 60, 60), phrase, score, score) for phrase, score in self._found]


def test_the_surest_phrase_wins():
    project = project_of(("thing 1", BOXES["red"]))
    detector = Scripted(("bowl", 0.4), ("cup", 0.6))
    assert name_things(project, frames(), detector, ["bowl", "cup"]) == {1: "cup"}


def test_unsure_detections_do_not_count():
    project = project_of(("thing 1", BOXES["red"]))
    assert name_things(project, frames(), Scripted(("cup", 0.15)), ["cup"]) == {}
    assert name_things(project, frames(), Scripted(("cup", 0.15)), ["cup"], floor=0.1) == {1: "cup"}


def test_phrases_that_a_detector_cannot_look_for_are_refused_and_nothing_is_renamed():
    project = project_of(("thing 1", BOXES["red"]))
    with pytest.raises(PromptError, match="knows colours only"):
        name_things(project, frames(), ColourDetector(), ["cup"])
    assert names(project) == ["thing 1"]


def test_progress_counts_things_that_are_not_named_yet():
    project = project_of(("thing 1", BOXES["red"]), ("book", BOXES["blue"]), ("thing 2", BOXES["blue"]))
    told = []
    name_things(
        project,
        frames(),
        ColourDetector(),
        ["red cup"],
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 2), (2, 2)]
