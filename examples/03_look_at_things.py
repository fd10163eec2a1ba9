"""Gaze as the prompt: an eye rests on two things, a key keeps each; then the masks are tracked."""

import numpy as np

import dwell
from dwell.drawn_world import Disc, Line
from dwell.live import GazeNoise
from dwell.looking import Action, Looked, Pressed
from dwell.looks import events_of, run_look

discs = [
    Disc("red", (200, 0, 0), 9, Line((25, 30), step_xy=(1, 0)), frames=range(30)),
    Disc("blue", (0, 0, 200), 9, Line((100, 60), step_xy=(-1, 0)), frames=range(30)),
]
world = dwell.ShapesWorld(30, (90, 130), discs)

# Half a second on each thing, 120 samples a second, seen by a tracker that is off by half a degree.
px_per_deg = 8.0
times_ns = (np.arange(120) * 1e9 / 120).astype(np.int64)
looked_at = np.repeat([(25.0, 30.0), (100.0, 60.0)], 60, axis=0)
noise = GazeNoise(accuracy_deg=0.5, latency_ms=0, px_per_deg=px_per_deg, seed=1)
seen_xy, seen = noise.apply(times_ns, looked_at)
samples = [
    Looked(int(t), float(x), float(y), bool(ok))
    for t, (x, y), ok in zip(times_ns, seen_xy, seen, strict=True)
]
keys = [Pressed(0, Action.START), Pressed(480_000_000, Action.SAVE), Pressed(980_000_000, Action.SAVE)]

project = dwell.Project.in_memory(size_hw=world.size_hw, n_frames=world.n_frames)
session = dwell.TrackingSession(project, world.frames, dwell.ColourBackend())
run = run_look(session, events_of(samples, keys, px_per_deg, start_ns=0))
for kept in run.kept:
    mask = project.record(kept.object_id, kept.frame_idx).mask
    print(f"{kept.name}: {mask.area} px around {mask.centroid_xy}, kept after {kept.t_ns / 1e6:.0f} ms")
print("tracked:", sum(1 for _ in session.track()), "steps")
