"""A run that was stopped or killed goes on, and ends as if nothing had happened."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dwell.everything import REPORT, Budget, Everything, EverythingOptions, unfinished
from dwell.project import Project, Source
from dwell.tracking import TrackingSession
from everything.scenes import SCENES
from everything.truth import TruthBackend, TruthProposer

OPTIONS = EverythingOptions(min_step=5, max_step=10)
TIMES = {"seconds", "spent_s"}


def make(path, scene):
    source = Source(str(path), "drawn", "drawn", scene.name, scene.size_hw, scene.n_frames)
    Project.create(path, source).close()


def begun(project, scene):
    session = TrackingSession(project, scene.frames, TruthBackend(scene, reacquire=False))
    return Everything(session, TruthProposer(scene, drop=0.2, seed=7), OPTIONS, Budget(coverage=1.0))


def everything_in(project):
    """All that a run leaves behind, but for times."""
    masks = {}
    for aoi in project.aois():
        masklet = project.masklet(aoi.object_id)
        for frame_idx in masklet.frame_idx.tolist():
            record = masklet.record(frame_idx)
            masks[aoi.object_id, frame_idx] = (
                record.mask.to_bytes(),
                record.state,
                record.score if record.score == record.score else None,
                record.origin,
                record.direction,
                record.check,
            )
    report = {key: value for key, value in project.get_setting(REPORT).items() if key not in TIMES}
    return project.aois(), masks, report


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """scene's name → what an uninterrupted run of it gives, and of how many steps it is."""

    def run(name):
        scene, path = SCENES[name](), tmp_path_factory.mktemp(name) / "whole.dwell"
        make(path, scene)
        with Project.open(path) as project:
            n_updates = len(list(begun(project, scene).updates()))
            return everything_in(project), n_updates

    return {name: run(name) for name in ("behind", "cut")}


@pytest.mark.parametrize("name", ["behind", "cut"])
def test_stopped_at_random_points_it_ends_the_same(name, whole, tmp_path):
    scene, path = SCENES[name](), tmp_path / "stopped.dwell"
    make(path, scene)
    expected, n_updates = whole[name]
    rng, n_stops = random.Random(3), 0
    while True:
        with Project.open(path) as project:
            updates = begun(project, scene).updates()
            ended = not all(next(updates, None) for _ in range(rng.randint(1, n_updates // 4)))
            updates.close()
            if ended:
                assert everything_in(project) == expected
                break
            n_stops += 1
    assert n_stops >= 4


CHILD = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from dwell.project import Project
from everything.scenes import SCENES
from everything.test_resume import begun
with Project.open(Path({path!r})) as project:
    for update in begun(project, SCENES["behind"]()).updates():
        print(update.phase, flush=True)
"""


def test_killed_at_random_points_it_ends_the_same(whole, tmp_path):
    path = tmp_path / "killed.dwell"
    make(path, SCENES["behind"]())
    expected, n_updates = whole["behind"]
    rng, code = random.Random(5), CHILD.format(tests=str(Path(__file__).parents[1]), path=str(path))
    for _ in range(3):
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(rng.randint(10, n_updates // 3)):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=30)
        child.stdout.close()
    with Project.open(path) as project:
        assert unfinished(project) is not None
        for _ in begun(project, SCENES["behind"]()).updates():
            pass
        assert everything_in(project) == expected
