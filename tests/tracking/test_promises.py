"""Random sessions beside a slow one: corrections stick, and nothing changes that must not."""

import random
import shutil

import numpy as np
import pytest

from dwell.errors import PromptError
from dwell.masks import Mask
from dwell.project import Project, Source
from dwell.prompts import Absent, MaskPrompt
from dwell.tracking import TrackingSession, memories, record
from dwell.types import Direction
from tracking.slow_session import Aoi, SlowSession, rows
from tracking.telltale import SIZE_HW, NumberedFilm, Telltale

N_FRAMES = 16
NAMES = ("cup", "hand", "book")
ACTIONS = [
    *["prompt"] * 8,
    *["track"] * 8,
    *["propose"] * 3,
    *["approve", "unlock", "clear", "undo", "redo", "forget"] * 2,
    "remove",
]


class Pair:
    """A session and its slow twin, driven together."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        film = NumberedFilm(N_FRAMES, filler=self.random.choice([(), (0, 7, 8), (3, 15)]))
        self.film = film
        self.project = Project.in_memory(size_hw=SIZE_HW, n_frames=N_FRAMES)
        self.session = TrackingSession(self.project, film, Telltale())
        self.slow = SlowSession(film, Telltale())

    def do(self, action):
        names = list(self.slow.aois)
        if action == "prompt":
            self.prompt()
        elif action == "propose":
            self.propose()
        elif action == "track":
            self.track()
        elif action == "undo":
            self.session.undo()
            self.slow.undo()
        elif action == "redo":
            self.session.redo()
            self.slow.redo()
        elif names and action in ("approve", "unlock"):
            start, stop = self.some_span()
            chosen = self.some(names)
            getattr(self.session, action)(start, stop, chosen)
            self.slow.set_approved(chosen, start, stop, action == "approve")
        elif names and action == "clear":
            name, frame_idx = self.random.choice(names), self.random.randrange(N_FRAMES)
            self.both_or_none(lambda: self.session.clear(name, frame_idx), self.slow.clear(name, frame_idx))
        elif names and action == "forget":
            self.forget(self.random.choice(names))
        elif names and action == "remove":
            name = self.random.choice(names)
            self.session.remove(name)
            self.slow.remove(name)

    def forget(self, name):
        """Delete masks, to be tracked again from a memory on the way."""
        start, stop = self.some_span()
        frames = sorted(set(range(start, stop)) - self.slow.aois[name].prompted)
        with self.project.action("forget"):
            for frame_idx in frames:
                self.project.delete_masks(self.slow.aois[name].object_id, frame_idx, frame_idx + 1)
        self.slow.forget(name, frames)

    def prompt(self):
        frame_idx = self.random.choice(np.flatnonzero(~self.film.filler).tolist())
        name = self.random.choice(NAMES)
        absent = self.random.random() < 0.2
        y, x = self.random.randrange(6), self.random.randrange(8)
        mask = Mask.empty(SIZE_HW) if absent else Mask.from_box((x, y, x + 2, y + 2), SIZE_HW)
        prompt = Absent() if absent else MaskPrompt(mask)
        self.both_or_none(
            lambda: self.session.prompt(name, prompt, frame_idx=frame_idx),
            self.slow.prompt(name, mask, frame_idx),
        )

    def propose(self):
        frame_idx = self.random.choice(np.flatnonzero(~self.film.filler).tolist())
        name = self.random.choice(NAMES)
        y, x = self.random.randrange(6), self.random.randrange(8)
        mask = Mask.from_box((x, y, x + 2, y + 2), SIZE_HW)
        self.both_or_none(
            lambda: self.session.propose(name, mask, frame_idx), self.slow.propose(name, mask, frame_idx)
        )

    def both_or_none(self, act, allowed):
        if allowed:
            act()
        else:
            with pytest.raises(PromptError, match="approved|was prompted"):
                act()

    def track(self):
        names = self.some(list(self.slow.aois))
        span = self.random.choice([(0, N_FRAMES), self.some_span()])
        direction = self.random.choice([*Direction, Direction.BOTH])
        if not any(self.slow.aois[name].shown() for name in names):
            with pytest.raises(PromptError, match="nothing to track from"):
                self.session.track(span, direction, names)
            return
        stride = self.random.choice([1, 1, 2, 3, 7])
        n_updates = self.random.choice([0, 1, 3, 8, 1000, 1000])
        meddling = self.random.choice(["", "", "prompt", "undo", "approve", "remove"])
        updates = self.session.track(span, direction, names, stride)
        before = self.slow.snapshot()
        for n, update in enumerate(updates, 1):
            self.slow_update(update, stride, self.slow.missing(names, span, direction, stride))
            if n == 2 and meddling:
                before = self.meddle(meddling, before)
                names = [name for name in names if name in self.slow.aois]
            if n == n_updates:
                updates.close()
                break
        else:
            assert not self.slow.missing(names, span, direction, stride)
        self.slow.acted(before)

    def meddle(self, action, before):
        """Do something in the middle of a run, which goes on as another step if anything has changed."""
        self.slow.acted(before)
        self.do(action)
        return self.slow.snapshot()

    def slow_update(self, update, stride, missing):
        by_id = {aoi.object_id: name for name, aoi in self.slow.aois.items()}
        assert all(
            each.signals.interpolated for each in update.between if each.direction is not Direction.BOTH
        )
        for each in (*update.between, *update.records.values()):
            step = (by_id[each.object_id], update.direction, each.frame_idx)
            assert step in missing
            self.slow.track_frame(*step, stride)

    def some(self, names):
        return self.random.sample(names, self.random.randint(min(1, len(names)), len(names)))

    def some_span(self):
        start = self.random.randrange(N_FRAMES)
        return start, self.random.randint(start + 1, N_FRAMES)

    def compare(self):
        assert rows(saved(self.project)) == rows(self.slow.aois)


def saved(project):
    """The project in the slow session's form."""
    aois = {}
    for aoi in project.aois():
        coverage = project.coverage(aoi.object_id)
        frames = coverage.frame_idx.tolist()
        records = {i: project.record(aoi.object_id, i) for i in frames}
        stale = set(coverage.frame_idx[coverage.stale].tolist())
        aois[aoi.name] = Aoi(aoi.object_id, records, stale, set(project.prompt_frames(aoi.object_id)))
    return aois


@pytest.mark.parametrize("seed", range(60))
def test_a_session_keeps_its_promises(seed, monkeypatch):
    if seed % 2:  # memories everywhere
        save_often(monkeypatch)
    pair = Pair(seed)
    for _ in range(25):
        pair.do(pair.random.choice(ACTIONS))
        pair.compare()


def save_often(monkeypatch):
    monkeypatch.setattr(record, "COMMIT_EVERY_S", 0)
    monkeypatch.setattr(record, "MEMORY_EVERY_S", 0)
    monkeypatch.setattr(memories, "MIN_VISITS", 2)
    monkeypatch.setattr(memories, "BYTES_PER_S", 1e12)


def two_aois(session):
    """Gaps with one and with two sides, passes that start at different frames, filler inside a gap."""
    box = MaskPrompt(Mask.from_box((2, 2, 6, 6), SIZE_HW))
    for name, frame_idx in (("cup", 1), ("cup", 13), ("hand", 5), ("hand", 6), ("book", 10)):
        session.prompt(name, box, frame_idx=frame_idx)
    session.prompt("book", Absent(), frame_idx=11)
    return session


@pytest.mark.parametrize(
    ("stride", "n_updates"), [*((1, n) for n in range(1, 22, 3)), *((3, n) for n in range(1, 8))]
)
def test_a_run_that_is_killed_goes_on_with_the_same_result(tmp_path, monkeypatch, stride, n_updates):
    save_often(monkeypatch)
    film = NumberedFilm(N_FRAMES, filler=(3, 8, 9))

    whole = two_aois(TrackingSession(Project.in_memory(size_hw=SIZE_HW, n_frames=N_FRAMES), film, Telltale()))
    list(whole.track(stride=stride))
    source = Source("", "numbers", "1", "numbers", SIZE_HW, N_FRAMES)
    with Project.create(tmp_path / "a.dwell", source) as project:
        run = two_aois(TrackingSession(project, film, Telltale())).track(stride=stride)
        for _ in range(n_updates):
            next(run)
        shutil.copytree(tmp_path / "a.dwell", tmp_path / "b.dwell")  # as the disk is when the power goes
        run.close()
    with Project.open(tmp_path / "b.dwell") as project:
        session = TrackingSession(project, film, Telltale())
        assert project.runs()[-1].status == "interrupted"
        list(session.track(stride=stride))
        assert rows(saved(project)) == rows(saved(whole.project))
