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

from benchmarks.sam_sessions import masks, picture

N_SHOWN = 6  # frames shown besides the start: as many as are remembered

_HIERA = {  # of the backbone, where it differs from tiny; the published configurations
    "tiny": {},
    "small": {"blocks_per_stage": [1, 2, 11, 2], "global_attention_blocks": [7, 10, 13]},
    "base-plus": {
        "hidden_size": 112,
        "num_attention_heads": 2,
        "blocks_per_stage": [2, 3, 16, 3],
        "embed_dim_per_stage": [112, 224, 448, 896],
        "num_attention_heads_per_stage": [2, 4, 8, 16],
        "window_size_per_stage": [8, 4, 14, 7],
        "global_attention_blocks": [12, 16, 20],
        "window_positional_embedding_background_size": [14, 14],
    },
    "large": {
        "hidden_size": 144,
        "num_attention_heads": 2,
        "blocks_per_stage": [2, 6, 36, 4],
        "embed_dim_per_stage": [144, 288, 576, 1152],
        "num_attention_heads_per_stage": [2, 4, 8, 16],
        "window_size_per_stage": [8, 4, 16, 8],
        "global_attention_blocks": [23, 33, 43],
    },
}


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


def sam2(size: str) -> tuple[type, Any]:
    from transformers import Sam2VideoConfig, Sam2VideoModel

    changed = _HIERA[size]
    vision: dict[str, Any] = {"model_type": "sam2_vision_model", "backbone_config": dict(changed)}
    vision["backbone_config"]["model_type"] = "sam2_hiera_det_model"
    if "embed_dim_per_stage" in changed:
        vision["backbone_channel_list"] = changed["embed_dim_per_stage"][::-1]
    return Sam2VideoModel, Sam2VideoConfig(vision_config=vision)


def edgetam() -> tuple[type, Any]:
    from transformers import EdgeTamVideoConfig, EdgeTamVideoModel, EdgeTamVisionConfig, TimmWrapperConfig

    features = {"in_chans": 3, "features_only": True, "out_indices": [0, 1, 2, 3]}
    backbone = TimmWrapperConfig(architecture="repvit_m1.dist_in1k", model_args=features)
    return EdgeTamVideoModel, EdgeTamVideoConfig(
        vision_config=EdgeTamVisionConfig(backbone_config=backbone),
        enable_temporal_pos_encoding_for_object_pointers=False,
        enable_occlusion_spatial_embedding=False,
    )


def sam3() -> tuple[type, Any]:
    from transformers import Sam3TrackerVideoConfig, Sam3TrackerVideoModel

    return Sam3TrackerVideoModel, Sam3TrackerVideoConfig()


MODELS: dict[str, tuple[Callable[[], tuple[type, Any]], tuple[int, ...]]] = {
    **{f"sam2.1-{size}": (lambda size=size: sam2(size), (1024, 512)) for size in _HIERA},  # type: ignore[misc]
    **({"edgetam": (edgetam, (1024, 512))} if find_spec("timm") else {}),
    "sam3": (sam3, (1008,)),
}
"""name → (how to make its class and configuration, resolutions)."""


if __name__ == "__main__":
    print(run(sys.argv[1:]))
