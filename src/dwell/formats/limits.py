"""How large numbers in files may be."""

from __future__ import annotations

__all__ = ["LARGEST"]

LARGEST = 1 << 63
"""Numbers stay below it: NumPy and SQLite have room for no larger ones."""
