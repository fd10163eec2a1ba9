"""Detectors: words on one image → labelled boxes."""
