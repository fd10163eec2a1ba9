"""A shapes world as the renderer gets it: masklets from the truth, mapped gaze, a scene."""

import numpy as np
from PIL import Image

from dwell.drawn_world import Disc, Line, Look, Rect, ShapesWorld
from dwell.gaze import map_gaze
from dwell.masks import Mask, Masklet, MaskRecord
from dwell.render import Looks, Scene
from dwell.types import AOI, Origin, State
from dwell.video import VideoReader

RED, BLUE, GREY = (180, 40, 40), (40, 60, 170), (90, 90, 90)
CARD, DISC = AOI(1, "card", "#009e73"), AOI(2, "disc", "#cc79a7")


def world(**changes):
    """A card rests at the left and a disc moves at the right; gaze is on the card in frames 2 and 3."""
    settings = {
        "n_frames": 8,
        "size_hw": (120, 200),
        "shapes": [
            Rect("card", RED, (60, 50), (50, 60)),
            Disc("disc", BLUE, 20, Line((120, 60), step_xy=(4, 0))),
        ],
        "background": GREY,
        "looks": [Look("card", range(2, 4))],
    }
    return ShapesWorld(**{**settings, **changes})


def masklet_of(drawn, aoi, frames=None, lost=()):
    """The true masklet of the shape with the AOI's name."""
    records = []
    for i in range(drawn.n_frames) if frames is None else frames:
        mask = Mask.from_array(drawn.truth(i)[aoi.name])
        state = State.LOST if i in lost else State.VISIBLE if mask else State.ABSENT
        if state is State.LOST:
            mask = Mask.empty(drawn.size_hw)
        records.append(MaskRecord(aoi.object_id, i, mask, state, 1.0, Origin.MODEL, None))
    return Masklet.from_records(aoi, drawn.size_hw, records)


def fixed_masklet(mask, n_frames, aoi=CARD):
    """The same mask in every frame."""
    rows = [
        MaskRecord(aoi.object_id, i, mask, State.VISIBLE, 1.0, Origin.MODEL, None) for i in range(n_frames)
    ]
    return Masklet.from_records(aoi, mask.size_hw, rows)


def gaze_map_of(drawn, masklets):
    return map_gaze(drawn.gaze, drawn.clock, masklets)


def scene_of(drawn, masklets=None, gaze=True):
    if masklets is None:
        masklets = [masklet_of(drawn, CARD), masklet_of(drawn, DISC)]
    looks = Looks(gaze_map_of(drawn, masklets)) if gaze else None
    return Scene(masklets, looks, drawn.times_ns - drawn.start_ns)


def decoded(path):
    """Every frame of a video, (n, h, w, 3) int."""
    with VideoReader(path) as frames:
        return np.array([rgb for _, rgb in frames.stream(0, len(frames))]).astype(int)


def write_images(drawn, folder):
    folder.mkdir()
    for i in range(drawn.n_frames):
        Image.fromarray(drawn.frame(i)).save(folder / f"{i}.png")
    return folder
