"""What makes a border between superpixels part of an outline.

Ours; ``benchmarks/fit_automatic_masks.py`` writes this file anew.
"""

__all__ = ["MOVING", "STILL"]

STILL = {
    "constant": -4.891,
    "gradient 0.8 px": 0.7071,
    "log gradient 0.8 px": 0.6479,
    "gradient 1.6 px": 0.2112,
    "log gradient 1.6 px": 0.1201,
    "gradient 3.2 px": 0.7473,
    "log gradient 3.2 px": 0.1473,
    "lightness step": 0.159,
    "colour step": 0.9712,
    "lightness within 1.0": -0.6274,
    "colour within 1.0": -0.4835,
    "palette within 1.0": 4.092,
    "lightness within 2.5": -0.5863,
    "colour within 2.5": -1.629,
    "palette within 2.5": 3.01,
}

MOVING = {
    "constant": -5.522,
    "gradient 0.8 px": 1.092,
    "log gradient 0.8 px": 0.4119,
    "gradient 1.6 px": 0.5721,
    "log gradient 1.6 px": -0.09609,
    "gradient 3.2 px": 0.9461,
    "log gradient 3.2 px": -0.05333,
    "lightness step": -0.0513,
    "colour step": 1.157,
    "lightness within 1.0": -0.6124,
    "colour within 1.0": 0.01633,
    "palette within 1.0": 3.424,
    "motion within 1.0": 0.8578,
    "speed within 1.0": 0.6708,
    "lightness within 2.5": -0.7444,
    "colour within 2.5": -0.8899,
    "palette within 2.5": 0.5287,
    "motion within 2.5": -0.06095,
    "speed within 2.5": 0.123,
}
