"""A small drawn recording with exact truth, for tests, the demo and pictures."""

from dwell.drawn_world.frames import MemoryFrames
from dwell.drawn_world.shapes import Disc, Line, Look, Rect, ShapesWorld
from dwell.drawn_world.world import DrawnWorld

__all__ = ["Disc", "DrawnWorld", "Line", "Look", "MemoryFrames", "Rect", "ShapesWorld"]
