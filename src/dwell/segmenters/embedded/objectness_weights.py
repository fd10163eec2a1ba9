"""What makes a shape a thing or a part. ``benchmarks/fit_automatic_masks.py`` prints this file anew."""

__all__ = ["FIRST", "MOVING", "STILL"]

FIRST = {
    "constant": 0.5243,
    "log area": 0.1675,
    "log area squared": 0.001138,
    "sides touched": -0.3305,
    "rim share": -0.3449,
    "outline": 0.06065,
    "weak outline": -0.04654,
    "inside edges": -0.01425,
    "outline contrast": 0.05599,
    "roundness": 0.05468,
}
"""From the outline alone."""

STILL = {
    "constant": 0.7493,
    "log area": -0.1592,
    "log area squared": -0.143,
    "sides touched": -0.266,
    "rim share": -0.858,
    "outline": -0.1312,
    "weak outline": -0.1378,
    "inside edges": -0.3237,
    "outline contrast": -0.3993,
    "roundness": 0.08976,
    "inner spread": -0.06069,
    "ring separation": 0.5818,
    "global separation": 0.009137,
    "colour step": -0.006744,
    "extent": -0.3606,
    "steadiness": 0.2743,
    "drift step": 0,
    "drift inside": 0,
    "drift spread": 0,
}
"""One image."""

MOVING = {
    "constant": 0.1409,
    "log area": -0.1643,
    "log area squared": -0.1407,
    "sides touched": -0.1398,
    "rim share": -1.115,
    "outline": 0.01481,
    "weak outline": 0.03389,
    "inside edges": -0.2407,
    "outline contrast": -0.187,
    "roundness": 0.05413,
    "inner spread": -0.02982,
    "ring separation": 0.4563,
    "global separation": 0.04349,
    "colour step": -0.01014,
    "extent": -0.1499,
    "steadiness": 0.3701,
    "drift step": 0.1222,
    "drift inside": -0.0003606,
    "drift spread": -0.033,
}
"""With a frame beside it."""
