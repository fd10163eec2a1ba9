"""Processor time of automatic masks on one image, on one thread of a CPU: encoding it, and answering clicks.

The true sizes with random weights, which cost what real ones cost, on a picture of 4:3. A grid of 32 clicks
along its longer side has 768; that many are reckoned from one batch of 16. From here come the seconds in
``dwell.models`` and docs/automatic-masks.md.

Run: ``python -m benchmarks.proposers [NAME …]``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import time
from typing import Any

import numpy as np

from benchmarks.sam_configs import HIERA, sam2
from benchmarks.sam_sessions import picture
from dwell.models import PROPOSER_MODELS

N_BATCH, N_CLICKS = 16, 768
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_VIT = {  # of the encoder: width, layers, heads, layers that look at the whole picture; as published
    "base": (768, 12, 12, [2, 5, 8, 11]),
    "large": (1024, 24, 16, [5, 11, 17, 23]),
    "huge": (1280, 32, 16, [7, 15, 23, 31]),
}


def run(names: list[str]) -> str:
    """A Markdown table."""
    lines = [
        f"| model | million parameters | px | encode [s] | {N_BATCH} clicks [s] | {N_CLICKS} in all [s] |",
        "|---|---|---|---|---|---|",
    ]
    for name in (*PROPOSER_MODELS, *(f"sam2.1-{size}" for size in HIERA)):
        for side in (1024, 512) if name.startswith("sam2") else (1024,):
            if not names or name in names:
                lines.append(measure(name, side))
                print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def measure(name: str, side: int) -> str:
    import torch

    torch.set_num_threads(1)
    network = sam2_network(name, side) if name.startswith("sam2") else sam1_network(name, side)
    image = np.ascontiguousarray(picture(0))
    height, width = image.shape[:2]
    points = np.random.default_rng(0).random((N_BATCH, 2)) * (width, height)
    began_at = time.process_time()
    encoded = network.encode(image)
    encoded_at = time.process_time()
    network.click(encoded, points, 1.0)
    encode_s, click_s = encoded_at - began_at, time.process_time() - encoded_at
    millions = sum(each.numel() for each in network.model.parameters()) / 1e6
    whole_s = encode_s + click_s * N_CLICKS / N_BATCH
    return f"| {name} | {millions:.1f} | {side} | {encode_s:.1f} | {click_s:.1f} | {whole_s:.0f} |"


def sam2_network(name: str, side: int) -> Any:
    from dwell.segmenters.sam.loading import resized
    from dwell.segmenters.sam.network import Network
    from dwell.segmenters.sam.pixel_spec import PixelSpec

    model_class, config = sam2(name.removeprefix("sam2.1-"))
    resized(config, config.image_size, side)
    return Network(model_class(config).eval(), PixelSpec(side, _MEAN, _STD))


def sam1_network(name: str, side: int) -> Any:
    import torch

    from dwell.segmenters.sam1.network import ImageNetwork
    from dwell.segmenters.sam1.pixels import PixelSpec

    model = sam1(name).eval()
    for weights in model.parameters():  # as the library draws them they are so small that a CPU slows down
        if weights.dim() > 1:
            torch.nn.init.normal_(weights, std=0.02)
    return ImageNetwork(model, PixelSpec(side, side, _MEAN, _STD))


def sam1(name: str) -> Any:
    """The network of SAM 1 or SAM-HQ at its true size."""
    from transformers import SamConfig, SamHQConfig, SamHQModel, SamModel

    width, n_layers, n_heads, whole = _VIT[name.rpartition("-")[2]]
    vision = {
        "hidden_size": width,
        "num_hidden_layers": n_layers,
        "num_attention_heads": n_heads,
        "global_attn_indexes": whole,
        "mlp_dim": 4 * width,
    }
    if "-hq-" in name:
        return SamHQModel(SamHQConfig(vision_config=vision, mask_decoder_config={"vit_dim": width}))
    return SamModel(SamConfig(vision_config=vision))


if __name__ == "__main__":
    print(run(sys.argv[1:]))
