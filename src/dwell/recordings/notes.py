"""Remarks about a recording's data that a person should see."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Note"]

Note = Callable[[str], None]
"""Called with one sentence: what was found, and what was done about it."""
