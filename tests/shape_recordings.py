"""A recording of flat shapes on disk, lossless, whose every number can be worked out by hand.

Red moves right, blue stands still. Gaze follows red in frames 10 … 19 and rests on blue in frames 30 … 39.
Each frame lasts 40 ms and has 8 samples, 5 ms apart.
"""

from pathlib import Path

from PIL import Image

from dwell.drawn_world import Disc, Line, Look, ShapesWorld

RED, BLUE = (200, 0, 0), (0, 0, 200)
SIZE_HW = (60, 80)
LOOKS = [Look("red", range(10, 20)), Look("blue", range(30, 40))]


def shapes_world(n_frames=50):
    return ShapesWorld(
        n_frames,
        SIZE_HW,
        [Disc("red", RED, 8, Line((12, 15), step_xy=(1, 0))), Disc("blue", BLUE, 8, (40, 45))],
        looks=[each for each in LOOKS if each.frames.stop <= n_frames],
    )


def write_image_folder(folder: Path, world: ShapesWorld) -> Path:
    """Numbered PNGs with their times, gaze and fixations."""
    folder.mkdir(parents=True)
    for frame_idx in range(world.n_frames):
        Image.fromarray(world.frame(frame_idx)).save(folder / f"shot_{frame_idx + 1:04d}.png")
    lines = ["frame_index,timestamp_ns", *(f"{i},{t}" for i, t in enumerate(world.times_ns))]
    (folder / "frames.csv").write_text("\n".join(lines) + "\n")
    world.gaze.to_csv(folder / "gaze.csv", index=False)
    world.fixations.to_csv(folder / "fixations.csv", index=False)
    return folder
