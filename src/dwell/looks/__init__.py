"""Looks of a project: masks that were kept go into it, everything else into a log that can be run again."""

from dwell.looks.headless import look_headless, project_of_look
from dwell.looks.keeping import about_look, begin_log, keep_commit, looks_folder, picked, png_of
from dwell.looks.replaying import Replayed, backend_of_look, replay_look
from dwell.looks.results import look_masklets, map_look
from dwell.looks.running import LookRun, events_of, read_keys, run_look

__all__ = [
    "LookRun",
    "Replayed",
    "about_look",
    "backend_of_look",
    "begin_log",
    "events_of",
    "keep_commit",
    "look_headless",
    "look_masklets",
    "looks_folder",
    "map_look",
    "picked",
    "png_of",
    "project_of_look",
    "read_keys",
    "replay_look",
    "run_look",
]
