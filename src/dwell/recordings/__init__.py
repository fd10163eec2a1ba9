"""Recordings of eye trackers: one object, whatever the device and however it was exported.

``open_recording(path)`` finds out by content which reader fits.
"""

from dwell.recordings.open import open_recording, open_recordings
from dwell.recordings.recording import STREAMS, Recording

__all__ = ["STREAMS", "Recording", "open_recording", "open_recordings"]
