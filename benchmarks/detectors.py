"""Processor time of one image with one phrase with every learned detector, on one thread of a CPU.

The true sizes with random weights, which cost what real ones cost, on a picture of 1066 × 800 px for
Grounding DINO (scene video of 4:3) and on their own squares for the others. From here come the seconds in
``dwell.models`` and docs/models.md.

Run: ``python -m benchmarks.detectors [NAME …]``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import time
from collections.abc import Callable
from typing import Any

from dwell.models import DETECTOR_MODELS

_SWIN_BASE = {  # the published configuration, where it differs from tiny
    "embed_dim": 128,
    "depths": [2, 2, 18, 2],
    "num_heads": [4, 8, 16, 32],
    "window_size": 12,
    "image_size": 384,
    "out_features": ["stage2", "stage3", "stage4"],
}
_WORD = [101, 5835, 1012, 102]


def run(names: list[str]) -> str:
    """A Markdown table."""
    lines = ["| detector | million parameters | px | an image with one phrase [s] |", "|---|---|---|---|"]
    for name in DETECTOR_MODELS:
        if not names or name in names:
            lines.append(measure(name, MAKERS[name]))
            print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def measure(name: str, make: Callable[[], Any]) -> str:
    import torch

    torch.set_num_threads(1)
    model = make().eval()
    grounded = "dino" in name
    height = DETECTOR_MODELS[name].resolution
    width = height * 4 // 3 if grounded else height
    ids = torch.tensor([_WORD if grounded else [49406, *[320] * 14, 49407]])
    given = {"pixel_values": torch.rand(1, 3, height, width), "input_ids": ids}
    began_at = time.process_time()
    with torch.inference_mode():
        model(**given, attention_mask=torch.ones_like(ids))
    took_s = time.process_time() - began_at
    millions = sum(each.numel() for each in model.parameters()) / 1e6
    return f"| {name} | {millions:.1f} | {width} × {height} | {took_s:.1f} |"


def grounding_dino(**backbone: Any) -> Any:
    from transformers import GroundingDinoConfig, GroundingDinoForObjectDetection, SwinConfig

    chosen = {"backbone_config": SwinConfig(**backbone)} if backbone else {}
    return GroundingDinoForObjectDetection(GroundingDinoConfig(**chosen))


def mm_grounding_dino() -> Any:
    from transformers import MMGroundingDinoConfig, MMGroundingDinoForObjectDetection

    config = MMGroundingDinoConfig(decoder_bbox_embed_share=False, decoder_cls_embed_share=False)
    return MMGroundingDinoForObjectDetection(config)


def owlv2() -> Any:
    from transformers import Owlv2Config, Owlv2ForObjectDetection

    return Owlv2ForObjectDetection(Owlv2Config(vision_config={"image_size": 960}))


def sam3() -> Any:
    from transformers import Sam3Config, Sam3Model

    return Sam3Model(Sam3Config())


MAKERS: dict[str, Callable[[], Any]] = {
    "grounding-dino-tiny": grounding_dino,
    "grounding-dino-base": lambda: grounding_dino(**_SWIN_BASE),
    "mm-grounding-dino-tiny": mm_grounding_dino,
    "owlv2-base": owlv2,
    "sam3": sam3,
}
"""name → the model at its true size."""


if __name__ == "__main__":
    print(run(sys.argv[1:]))
