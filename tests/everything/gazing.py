"""Fixations on drawn scenes, and what a gaze-first run makes of them."""

import cv2
import numpy as np
import pandas as pd

from dwell.everything import GazeFirst, GazeFirstOptions
from dwell.project import Project
from dwell.tracking import TrackingSession
from dwell.types import State
from dwell.video import FrameClock
from everything.truth import TruthBackend

T0 = 1_760_000_000_000_000_000
MS = 1_000_000
OPTIONS = GazeFirstOptions(window_s=0.2)
"""At 30 frames a second: 6 frames before and after."""
REACH = 6


class CountingBackend(TruthBackend):
    """Counts what is asked of it."""

    def __init__(self, scene, **truth):
        super().__init__(scene, **truth)
        self.n_clicks = 0
        self.steps = []
        self.encoded = []

    def segment(self, encoding, prompts, limit=3):
        self.n_clicks += 1
        return super().segment(encoding, prompts, limit)

    def encode(self, image, previous=None):
        self.encoded.append(super().encode(image, previous))
        return self.encoded[-1]

    def step(self, encoding, memories, rivals=None):
        self.steps += [(encoding, each) for each in memories]
        return super().step(encoding, memories, rivals)


def clock_of(scene, filler=()):
    valid = np.ones(scene.n_frames, bool)
    valid[list(filler)] = False
    return FrameClock(T0 + np.asarray(scene.frames.pts_ns), valid)


def inside(mask):
    """The middle of the pixel of a mask that is farthest from its edge."""
    inner = np.pad(mask.to_array(), 1).astype(np.uint8)
    depth = cv2.distanceTransform(inner, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    y, x = np.unravel_index(depth.argmax(), depth.shape)
    return float(x) + 0.5, float(y) + 0.5


def fixations(scene, *looks):
    """A fixation of 100 ms per (frame, what): the name of a thing, or (x, y); its middle is on the frame."""
    rows = []
    for number, (frame_idx, what) in enumerate(looks, 1):
        x, y = inside(scene.mask(what, frame_idx)) if isinstance(what, str) else what
        start = T0 + int(scene.frames.pts_ns[frame_idx]) - 40 * MS
        rows.append((number, start, start + 100 * MS, 100.0, x, y))
    columns = ["fixation id", "start timestamp [ns]", "end timestamp [ns]", "duration [ms]"]
    return pd.DataFrame(rows, columns=[*columns, "fixation x [px]", "fixation y [px]"])


def session_of(scene, **truth):
    project = Project.in_memory(size_hw=scene.size_hw, n_frames=scene.n_frames)
    return TrackingSession(project, scene.frames, CountingBackend(scene, **truth))


def gaze_first(session, scene, *looks, options=OPTIONS, **more):
    """A run over looks, to its end."""
    run = GazeFirst(session, fixations(scene, *looks), clock_of(scene), options=options, **more)
    return run, list(run.updates())


def true_names(scene, project):
    """AOI's name → the true thing that each of its visible masks is."""
    found = {}
    for aoi in project.aois():
        masklet = project.masklet(aoi.object_id)
        fits = None
        for frame_idx in seen_on(project, aoi.object_id):
            mask = masklet.mask(frame_idx)
            here = {name for name, true in scene.masks(frame_idx, backdrop=True).items() if true == mask}
            fits = here if fits is None else fits & here
        assert fits, f"{aoi.name} is not one thing"
        found[aoi.name] = min(fits)
    return found


def seen_on(project, object_id):
    """Frames on which an AOI is visible."""
    masklet = project.masklet(object_id)
    return [f for f, s in zip(masklet.frame_idx.tolist(), masklet.states, strict=True) if s is State.VISIBLE]
