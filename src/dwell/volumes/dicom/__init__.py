"""DICOM: a series of slices, in files of one slice each or in one file of many, becomes a ``Volume``.

Everything is read from the DICOM standard's own words: PS3.3 C.7.6.2 (where a slice lies), C.7.6.3 (its
pixels), C.7.6.16 (files of many frames), C.11.1 (what a stored value means). Nothing that says who the
patient is (name, id, date of birth …) is read at all.
"""

from dwell.volumes.dicom.finding import holds_dicom
from dwell.volumes.dicom.opening import open_dicom

__all__ = ["holds_dicom", "open_dicom"]
