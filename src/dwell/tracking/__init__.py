"""Tracking: a session takes prompts, finds what to track from which anchor, and saves masklets as they grow.

The nouns: *anchor* (a frame a person prompted or approved, or that was proposed or imported), *gap* (frames
between anchors), *pass* (one AOI in one direction over a gap), *stretch* (frames over which the same AOIs are
tracked), *sweep* (all stretches in one direction), *run* (one call of ``track``). Invariants: an anchor never
changes by tracking; a gap is out of date when an anchor beside it was prompted or cleared, and for no other
reason, not for a proposal, which corrects nothing; a run that was stopped and gone on with gives what one run
gives; memory does not grow with the video.
"""

from dwell.tracking.candidates import MaskCandidate
from dwell.tracking.estimate import Estimate
from dwell.tracking.run import TrackUpdate
from dwell.tracking.session import TrackingSession

__all__ = ["Estimate", "MaskCandidate", "TrackUpdate", "TrackingSession"]
