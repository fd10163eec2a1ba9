"""AOIs from words: what a detector finds for ``bottle . flag``, for a person to accept or leave.

The nouns: what was *found* on some frames, everything a detector saw down to a floor; a *suggestion*, one of
those that reach the thresholds, with what it is of the project's AOIs; a *thing*, suggestions on several
frames that become one AOI.

Invariants: nothing changes in a project until suggestions are accepted, and then in one action that undo
takes back; thresholds may be moved without asking the detector again; a mask is made only when it is asked
for; what is approved stays as it is.
"""

from dwell.suggestions.accepting import accept
from dwell.suggestions.drawing import SuggestedAoi, suggested_aois, write_suggestions
from dwell.suggestions.found import FLOOR, Found, find, key_frames, look, numbers_every
from dwell.suggestions.linking import linked
from dwell.suggestions.masking import with_masks
from dwell.suggestions.merging import merged
from dwell.suggestions.suggesting import opened, suggest
from dwell.suggestions.suggestion import Suggestion, Why

__all__ = [
    "FLOOR",
    "Found",
    "SuggestedAoi",
    "Suggestion",
    "Why",
    "accept",
    "find",
    "key_frames",
    "linked",
    "look",
    "merged",
    "numbers_every",
    "opened",
    "suggest",
    "suggested_aois",
    "with_masks",
    "write_suggestions",
]
