"""How large numbers in files may be."""

from __future__ import annotations

__all__ = ["LARGEST", "MOST_FRAMES"]

LARGEST = 1 << 63
"""Numbers stay below it: NumPy and SQLite have room for no larger ones."""

MOST_FRAMES = 10_000_000
"""A video has no more: two days at 60 frames a second."""
