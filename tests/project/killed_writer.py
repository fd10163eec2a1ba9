"""A writer to be killed: forks a child per line read; the child writes and says what is on disk.

``python killed_writer.py PROJECT local|network`` prints ``child PID``, then a line per acknowledged action;
with ``network`` it believes the project to lie on a network file system. POSIX only.
"""

import itertools
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from dwell.project import Project, disk
from dwell.prompts import Point
from project.drawing import N_FRAMES, by_model

PER_COMMIT = 20


def main(path: str, place: str) -> None:
    disk.is_network = lambda _: place == "network"
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                write_for_ever(path)
            finally:
                os._exit(1)
        os.waitpid(pid, 0)
        say("dead")


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def write_for_ever(path: str) -> None:
    say(f"child {os.getpid()}")
    with Project.open(path) as project:
        say("open")
        for i in itertools.count(len(project.aois())):
            object_id = project.add_aoi(f"thing {i}").object_id
            say(f"aoi {object_id}")
            with project.action(f"prompt {i}"):
                project.add_prompt(object_id, 0, Point(5, 5))
                project.write_masks([by_model(object_id, 0)])
            say(f"prompt {object_id}")
            with project.action(f"track {i}", long=True):
                for start in range(0, min(N_FRAMES, 5 * PER_COMMIT), PER_COMMIT):
                    project.write_masks(
                        by_model(object_id, f, side=7) for f in range(start, start + PER_COMMIT)
                    )
                    project.commit()
                    say(f"masks {object_id} {start + PER_COMMIT}")
            if i % 3 == 2:
                say(f"undoing {object_id}")
                project.undo()
                project.redo()
                say(f"redone {object_id}")


if __name__ == "__main__":
    main(*sys.argv[1:])
