"""The built-in segmenter and tracker: no network weights, no GPU, plain NumPy and OpenCV."""

from __future__ import annotations

from dwell.segmenters.embedded.backend import EmbeddedBackend

__all__ = ["EmbeddedBackend"]
