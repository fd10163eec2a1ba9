"""Grids of voxels for tests: every way to lie along the patient's axes, and turned ones."""

from itertools import permutations, product
from pathlib import Path

import numpy as np

from dwell.volumes import Volume

ORIENTATIONS = ["".join(letters) for axes in permutations(["RL", "AP", "SI"]) for letters in product(*axes)]
"""All 48: where i, j and k grow to."""

TOWARD = {"R": (1, 0, 0), "L": (-1, 0, 0), "A": (0, 1, 0), "P": (0, -1, 0), "S": (0, 0, 1), "I": (0, 0, -1)}
"""Unit steps in the patient, x to the right, y to the front, z to the head."""


def affine_of(codes, spacing_mm=(1, 1, 1), origin_mm=(0, 0, 0), turn_deg=(0, 0, 0)):
    """Column by column: a step along each voxel axis, turned about x, then y, then z."""
    rotation = np.eye(3)
    for axis, degrees in enumerate(turn_deg):
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        one = np.eye(3)
        a, b = [each for each in range(3) if each != axis]
        one[a, a], one[a, b], one[b, a], one[b, b] = c, -s, s, c
        rotation = one @ rotation
    affine = np.eye(4)
    for column, (code, size) in enumerate(zip(codes, spacing_mm, strict=True)):
        affine[:3, column] = rotation @ np.array(TOWARD[code]) * size
    affine[:3, 3] = origin_mm
    return affine


def volume_of(voxels, affine=None, modality=None, name="scan"):
    grid = affine_of("RAS") if affine is None else affine
    return Volume(np.asarray(voxels), grid, Path(f"{name}.nii.gz"), name, modality)
