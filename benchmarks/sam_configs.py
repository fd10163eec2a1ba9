"""The true sizes of the models of the SAM 2 family: (class, configuration) of each."""

from __future__ import annotations

from typing import Any

HIERA = {  # of the backbone, where it differs from tiny; the published configurations
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


def sam2(size: str) -> tuple[type, Any]:
    from transformers import Sam2VideoConfig, Sam2VideoModel

    changed = HIERA[size]
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
