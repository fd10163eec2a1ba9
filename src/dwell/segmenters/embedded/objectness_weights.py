"""What makes a set of superpixels a thing or a part of one.

Ours; ``benchmarks/fit_automatic_masks.py`` writes this file anew.
"""

__all__ = ["FIRST", "MOVING", "STILL"]

FIRST = {
    "constant": 0.514,
    "log area": -0.007418,
    "log area squared": -0.04854,
    "sides touched": -0.341,
    "rim share": -0.6774,
    "outline": 0.5638,
    "weak outline": -0.0104,
    "inside edges": -0.4502,
    "outline contrast": -0.008801,
    "roundness": 0.1224,
}

STILL = {
    "constant": 0.5794,
    "log area": -0.02935,
    "log area squared": -0.03995,
    "sides touched": -0.1769,
    "rim share": -0.3332,
    "outline": 0.0254,
    "weak outline": -0.04709,
    "inside edges": -0.2102,
    "outline contrast": -0.18,
    "roundness": 0.04422,
    "inner spread": 0.0002319,
    "ring separation": 0.1738,
    "global separation": 0.1006,
    "colour step": 0.007827,
    "extent": -0.008554,
    "steadiness": 0.1062,
    "mode spread": -0.001309,
    "mode step": 0.01994,
    "mean overlap": 0.09049,
    "alike": 0.006723,
    "drift step": 0,
    "drift inside": 0,
    "drift spread": 0,
}

MOVING = {
    "constant": 0.3907,
    "log area": -0.1108,
    "log area squared": -0.05878,
    "sides touched": -0.05704,
    "rim share": -0.3624,
    "outline": -0.1934,
    "weak outline": -0.1049,
    "inside edges": -0.06686,
    "outline contrast": 0.005704,
    "roundness": 0.02609,
    "inner spread": 0.0127,
    "ring separation": 0.1923,
    "global separation": 0.07084,
    "colour step": 0.01652,
    "extent": 0.02777,
    "steadiness": 0.1212,
    "mode spread": 0.002905,
    "mode step": 0.009223,
    "mean overlap": 0.2067,
    "alike": 0.006053,
    "drift step": 0.04399,
    "drift inside": -0.01114,
    "drift spread": -0.01564,
}
