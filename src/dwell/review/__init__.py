"""The review queue: where mapped gaze could be wrong, ranked by how much gaze time hangs on it.

The nouns: a sample's *chance* of error for an AOI (doubt about the mask × nearness of gaze to its border); a
*stay* (a visit as it might be), which the worst sample in it endangers as a whole; a *moment* (a stretch of
frames of one AOI worth a look); the *queue* of moments, worst first.

Invariants: weights are gaze time, and add up to ``total_ms``; what a person made or approved weighs nothing,
so approving a moment clears its share; frames without valid gaze never appear, nor known masks without gaze
near.
"""

from dwell.review.moment import Moment, Reason
from dwell.review.options import ReviewOptions
from dwell.review.queue import ReviewQueue, rank_moments
from dwell.review.stakes import share_stays

__all__ = ["Moment", "Reason", "ReviewOptions", "ReviewQueue", "rank_moments", "share_stays"]
