"""A tracked project of the drawn recording of red and blue discs, and a call that nobody listens to."""

import dwell
from dwell.errors import Cancelled
from dwell.masks import Mask, MaskRecord
from dwell.types import Origin, State
from shape_recordings import SIZE_HW, shapes_world, write_image_folder


def tracked_project(folder, n_frames=50):
    """Path of the project; red is 1 and blue is 2, both known in every frame."""
    shots = write_image_folder(folder / "shots", shapes_world(n_frames))
    with dwell.open_analysis(shots, folder / "p.dwell", backend="colour") as analysis:
        analysis.prompt("red", dwell.Point(32, 15), frame_idx=20)
        analysis.prompt("blue", dwell.Point(40, 45), frame_idx=0)
        analysis.track()
    return folder / "p.dwell"


def mark_absent(project, object_id, start, stop):
    """A person says that an AOI is not there."""
    empty = Mask.empty(SIZE_HW)
    project.write_masks(
        MaskRecord(object_id, i, empty, State.ABSENT, float("nan"), Origin.USER, None)
        for i in range(start, stop)
    )


class Call:
    """Stands in for the worker's ``Calling``; keeps what it was told."""

    def __init__(self, stop_when=lambda call: False):
        self.events = []
        self.steps = []
        self._stop_when = stop_when

    def tell(self, event):
        self.events.append(event)

    def progress(self, done, total):
        self.steps.append((done, total))
        if self._stop_when(self):
            raise Cancelled("Stopped.")
