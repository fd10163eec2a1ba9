"""Live gaze: eye trackers, streams, a mouse that plays the eye, and logs that are replayed."""

from dwell.live.source import GazeSample, GazeSource, Picture, SceneSource, SourceInfo

__all__ = ["GazeSample", "GazeSource", "Picture", "SceneSource", "SourceInfo"]
