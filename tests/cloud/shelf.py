"""Two AOIs on a drawn reference image, for sending."""

from dwell.cloud import AoiUpload
from dwell.masks import Mask

SIZE_HW = (30, 40)
BOTTLE = AoiUpload(1, "bottle", "#d55e00", Mask.from_box((4, 5, 12, 25), SIZE_HW))
FLAG = AoiUpload(2, "flag", "#0072b2", Mask.from_box((20, 2, 38, 12), SIZE_HW))
KEY = "0123456789abcdef0123456789abcdef"
"""Of the project."""
