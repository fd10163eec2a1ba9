"""Processor time a frame of every learned model, on one thread of a CPU, with one AOI and a full memory.

The true sizes with random weights, which cost what real ones cost. From here come the seconds in
``dwell.models`` and docs/models.md. Models whose packages are missing are left out.

Run: ``python -m benchmarks.sam_models [NAME …]``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from benchmarks.sam_configs import HIERA, edgetam, sam2, sam3
from benchmarks.sam_sessions import masks, picture

N_SHOWN = 6  # frames shown besides the start: as many as are remembered


def run(names: list[str]) -> str:
    """A Markdown table."""
    lines = [
        "| model | million parameters | px | encode [s] | each AOI [s] | a frame with one AOI [s] |",
        "|---|---|---|---|---|---|",
    ]
    for name, (make, sides) in MODELS.items():
        if names and name not in names:
            continue
        for side in sides:
            lines.append(measure(name, make, side))
            print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def measure(name: str, make: Callable[[], tuple[type, Any]], side: int) -> str:
    import torch

    from dwell.segmenters.sam.loading import resized
    from dwell.segmenters.sam.network import Network
    from dwell.segmenters.sam.pixel_spec import PixelSpec

    torch.set_num_threads(1)
    model_class, config = make()
    resized(config, config.image_size, side)
    model = model_class(config).eval()
    network = Network(model, PixelSpec(side, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)))
    encoded = network.encode(picture(0))
    shown = [network.show(encoded, masks(1)[1], -n) for n in range(N_SHOWN + 1)]
    began_at = time.process_time()
    encoded = network.encode(picture(1))
    encoded_at = time.process_time()
    network.track(encoded, shown, (), 1)
    encode_s, track_s = encoded_at - began_at, time.process_time() - encoded_at
    millions = sum(each.numel() for each in model.parameters()) / 1e6
    return f"| {name} | {millions:.1f} | {side} | {encode_s:.2f} | {track_s:.2f} | {encode_s + track_s:.2f} |"


MODELS: dict[str, tuple[Callable[[], tuple[type, Any]], tuple[int, ...]]] = {
    **{f"sam2.1-{size}": (lambda size=size: sam2(size), (1024, 512)) for size in HIERA},  # type: ignore[misc]
    **({"edgetam": (edgetam, (1024, 512))} if find_spec("timm") else {}),
    "sam3": (sam3, (1008,)),
}
"""name → (how to make its class and configuration, resolutions)."""


if __name__ == "__main__":
    print(run(sys.argv[1:]))
