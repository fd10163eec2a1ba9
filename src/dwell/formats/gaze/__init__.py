"""Gaze out: a file per format; each writes what gaze was on, for other programs, and says what that loses.

Where AOIs overlap, gaze is on all of them. Gaze without a valid sample is *missing*, and gaze that may be on
an AOI whose place is not known is *unknown*; neither is ever written as gaze on no AOI.
"""
