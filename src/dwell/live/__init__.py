"""Live gaze: eye trackers, streams, a mouse that plays the eye, and logs that are replayed."""

from dwell.live.counting import SourceState, SourceStatus, StreamCounts
from dwell.live.keeping import keep
from dwell.live.mouse import MouseSource
from dwell.live.noise import GazeNoise
from dwell.live.open import open_source
from dwell.live.replay import MAX_SPEED, ReplaySource
from dwell.live.source import GazeSample, GazeSource, Picture, SceneSource, SourceInfo

__all__ = [
    "MAX_SPEED",
    "GazeNoise",
    "GazeSample",
    "GazeSource",
    "MouseSource",
    "Picture",
    "ReplaySource",
    "SceneSource",
    "SourceInfo",
    "SourceState",
    "SourceStatus",
    "StreamCounts",
    "keep",
    "open_source",
]
