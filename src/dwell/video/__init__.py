"""Video: frames by number, frame times, filler frames, and writing."""

from dwell.video.audio import AudioSource
from dwell.video.blank import BlankSheet
from dwell.video.clock import FrameClock
from dwell.video.colour import BT601, BT709, Colour, colour_of, plane_array, yuv_from_rgb
from dwell.video.filler import FillerSearch, find_filler, is_filler
from dwell.video.frames import Frames
from dwell.video.images import ImageFolder
from dwell.video.index import AudioInfo
from dwell.video.open import open_frames
from dwell.video.reader import VideoReader
from dwell.video.shown import ShownFrames
from dwell.video.writer import VideoWriter

__all__ = [
    "BT601",
    "BT709",
    "AudioInfo",
    "AudioSource",
    "BlankSheet",
    "Colour",
    "FillerSearch",
    "FrameClock",
    "Frames",
    "ImageFolder",
    "ShownFrames",
    "VideoReader",
    "VideoWriter",
    "colour_of",
    "find_filler",
    "is_filler",
    "open_frames",
    "plane_array",
    "yuv_from_rgb",
]
