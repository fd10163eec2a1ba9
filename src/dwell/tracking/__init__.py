"""Tracking: a session takes prompts, finds what to track from which anchor, and saves masklets as they grow.

The nouns: *anchor* (a frame a person prompted or approved), *gap* (frames between anchors), *pass* (one AOI
in one direction over a gap), *stretch* (frames over which the same AOIs are tracked), *sweep* (all stretches
in one direction). Invariants: an anchor never changes by tracking; a gap depends on the anchors around it and
on nothing else the person did; memory does not grow with the video.
"""

from dwell.tracking.session import TrackingSession, TrackUpdate

__all__ = ["TrackUpdate", "TrackingSession"]
