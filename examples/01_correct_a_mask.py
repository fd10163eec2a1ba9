"""A correction: prompt again where the mask is wrong; only the frames around it are tracked again."""

import dwell
from dwell.drawn_world import Disc, Line

# A red disc turns blue half-way. The colour backend knows only the red it was shown, and loses it.
red, blue = (200, 0, 0), (0, 0, 200)
path = Line((20, 30), step_xy=(1, 0))
discs = [
    Disc("disc", red, 8, path, frames=range(0, 20)),
    Disc("disc again", blue, 8, path, frames=range(20, 40)),
]
world = dwell.ShapesWorld(40, (60, 90), discs)

project = dwell.Project.in_memory(size_hw=world.size_hw, n_frames=world.n_frames)
session = dwell.TrackingSession(project, world.frames, dwell.ColourBackend())
session.prompt("disc", dwell.Point(20, 30), frame_idx=0)
print("tracked:", sum(1 for _ in session.track()), "frames")
object_id = project.aoi("disc").object_id
print("frame 30 before:", project.record(object_id, 30).state)

session.prompt("disc", dwell.Point(50, 30), frame_idx=30)
redone = [update.frame_idx for update in session.track()]
print("tracked again:", len(redone), "steps; frame 25 now:", project.record(object_id, 25).state)
print("undo:", session.undo())
