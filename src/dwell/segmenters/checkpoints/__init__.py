"""The files and libraries of learned models: found, fetched, checked, loaded onto a device.

Trackers and detectors share it; a *family* is what they do not share: the table of names, the architectures,
and what a person says to choose one.
"""
