"""Dwell: what did they look at, when, and for how long – when the things looked at move."""
