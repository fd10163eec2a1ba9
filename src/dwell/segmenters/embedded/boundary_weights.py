"""What counts for a border to be an outline. ``benchmarks/fit_automatic_masks.py`` prints this file anew."""

__all__ = ["MOVING", "STILL"]

STILL = {
    "constant": -3.805,
    "gradient 0.8 px": 0.8367,
    "log gradient 0.8 px": 0.6129,
    "gradient 1.6 px": -0.05512,
    "log gradient 1.6 px": -0.0518,
    "gradient 3.2 px": 1.251,
    "log gradient 3.2 px": -0.06453,
    "lightness step": 0.04488,
    "colour step": 0.9596,
    "lightness near": -0.5931,
    "colour near": -0.9314,
    "palette near": 3.774,
    "lightness far": -0.6208,
    "colour far": -1.566,
    "palette far": 2.832,
}
"""One image."""

MOVING = {
    "constant": -4.633,
    "gradient 0.8 px": 0.376,
    "log gradient 0.8 px": 0.6395,
    "gradient 1.6 px": 0.08724,
    "log gradient 1.6 px": -0.0643,
    "gradient 3.2 px": 1.422,
    "log gradient 3.2 px": -0.4169,
    "lightness step": 0.1626,
    "colour step": 1.077,
    "lightness near": -0.6224,
    "colour near": -0.5711,
    "palette near": 3.226,
    "motion near": 0.9515,
    "speed near": 0.7678,
    "lightness far": -0.747,
    "colour far": -1.332,
    "palette far": 0.7736,
    "motion far": 0.01109,
    "speed far": -0.02368,
}
"""With a frame beside it."""
