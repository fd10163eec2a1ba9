"""Ours and the published schedule on drawn scenes, with a tracker and a proposer that make no mistakes.

What then counts is the schedule alone: how often the same thing is tracked, and whether it stays one thing.
"""

import pytest
from benchmarks.everything_published import PublishedSchedule
from benchmarks.everything_scores import Counting, masklets_of, recall

from dwell.everything import Budget, Everything
from dwell.project import Project
from dwell.tracking import TrackingSession
from everything.scenes import SCENES
from everything.truth import TruthBackend, TruthProposer


def published(scene, folder):
    """(object-frames, masks by identity and frame)."""
    backend = Counting(TruthBackend(scene))
    schedule = PublishedSchedule(scene.frames, backend, TruthProposer(scene), folder)
    schedule.run()
    return backend.object_frames, schedule.masklets()


def ours(scene):
    """The same, with a budget for all that is found."""
    backend = Counting(TruthBackend(scene))
    project = Project.in_memory(size_hw=scene.size_hw, n_frames=scene.n_frames)
    session = TrackingSession(project, scene.frames, backend)
    for _ in Everything(session, TruthProposer(scene), budget=Budget(coverage=1.0)).updates():
        pass
    return backend.object_frames, masklets_of(project)


@pytest.mark.parametrize("name", ["behind", "cut"])
def test_things_are_tracked_once_and_stay_what_they_are(name, tmp_path):
    scene = SCENES[name]()
    theirs, their_masks = published(scene, tmp_path)
    mine, my_masks = ours(scene)
    assert mine < 0.6 * theirs  # not both ways between all key frames
    for thing in scene.things:
        truth = {i: scene.mask(thing, i) for i in range(scene.n_frames)}
        assert recall(my_masks, truth).single_j == 1
        assert recall(their_masks, truth).any_j == 1
    hidden = {"behind": "ball", "cut": "cup"}[name]
    truth = {i: scene.mask(hidden, i) for i in range(scene.n_frames)}
    assert recall(their_masks, truth).single_j < 0.6  # after it was hidden, it is another one
