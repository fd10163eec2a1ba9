"""Tiny copies of the true architectures with random weights, written to disk like a downloaded checkpoint.

They follow nothing, but they are not blind: with the weights as a library draws them, much is zero at
first (temporal encodings, the no-object pointer …) and a test of memory could not fail. So what is constant
is filled with noise, the rest is made larger, and the object's score is shifted to "present".
"""

from __future__ import annotations

import json

SIDE = {"sam2": 128, "edgetam": 128, "sam3": 112}
"""px of the square each tiny model sees."""
KINDS = tuple(SIDE)
SEED = {"sam2": 2, "edgetam": 9, "sam3": 17}
"""Of weights with which the masks of the drawn film are neither empty nor most of the picture."""

_MEANS = {
    "sam2": ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    "edgetam": ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    "sam3": ([0.5] * 3, [0.5] * 3),
}
_WIDTH = 128  # of the feature maps; transformers' memory attention does not work with less
_DECODER = {"hidden_size": _WIDTH, "mlp_dim": 128, "num_attention_heads": 2, "iou_head_hidden_dim": 32}
_MEMORY = {
    "memory_attention_hidden_size": _WIDTH,
    "memory_attention_num_layers": 2,
    "memory_encoder_hidden_size": _WIDTH,
    "memory_encoder_output_channels": 64,
    "mask_downsampler_embed_dim": _WIDTH,
    "memory_fuser_embed_dim": _WIDTH,
    "memory_fuser_intermediate_dim": 128,
    "memory_fuser_num_layers": 1,
}


def write_tiny(folder, kind):
    """A checkpoint of this kind in ``folder``; the folder."""
    return _write(folder, make_tiny(kind), SIDE[kind], _MEANS[kind])


def write_whole_sam3(folder):
    """A tiny SAM 3 with its detector, text encoder and tracker, as the published checkpoint is; the model."""
    model = whole_sam3().eval()
    _write(folder, model, SIDE["sam3"], _MEANS["sam3"])
    return model


def write_true_edgetam(folder):
    """EdgeTAM at its true size with its true backbone, which needs timm; random weights; the folder."""
    from transformers import EdgeTamVideoConfig, EdgeTamVideoModel, EdgeTamVisionConfig, TimmWrapperConfig

    features = {"in_chans": 3, "features_only": True, "out_indices": [0, 1, 2, 3]}
    backbone = TimmWrapperConfig(architecture="repvit_m1.dist_in1k", model_args=features)
    config = EdgeTamVideoConfig(
        vision_config=EdgeTamVisionConfig(backbone_config=backbone),
        enable_temporal_pos_encoding_for_object_pointers=False,
        enable_occlusion_spatial_embedding=False,
    )
    model = EdgeTamVideoModel(config).eval()
    _randomise(model)
    return _write(folder, model, 1024, _MEANS["edgetam"])


def _write(folder, model, side, mean_std):
    model.save_pretrained(folder)
    spec = {"image_mean": mean_std[0], "image_std": mean_std[1], "size": {"height": side, "width": side}}
    (folder / "preprocessor_config.json").write_text(json.dumps(spec))
    return folder


def make_tiny(kind):
    """A tiny model of this kind in evaluation mode."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(SEED[kind])
        model = {"sam2": _sam2, "edgetam": _edgetam, "sam3": _sam3}[kind]().eval()
        _randomise(model)
    return model


def _randomise(model):
    import torch

    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.numel() == 1 or parameter.float().std() < 1e-6:
                parameter += 0.1 * torch.randn_like(parameter)
            elif parameter.dim() > 1:
                parameter *= 3
        model.mask_decoder.pred_obj_score_head.proj_out.bias += 4


def _hiera(side):
    return {
        "model_type": "sam2_hiera_det_model",
        "hidden_size": 16,
        "num_attention_heads": 1,
        "image_size": [side, side],
        "blocks_per_stage": [1, 1, 2, 1],
        "embed_dim_per_stage": [16, 32, 64, 128],
        "num_attention_heads_per_stage": [1, 1, 2, 2],
        "window_size_per_stage": [8, 4, 8, 4],
        "window_positional_embedding_background_size": [4, 4],
        "global_attention_blocks": [3],
    }


def _sam2():
    from transformers import Sam2VideoConfig, Sam2VideoModel

    return Sam2VideoModel(Sam2VideoConfig(**_common(SIDE["sam2"]), vision_config=_hiera_vision(SIDE["sam2"])))


def _edgetam():
    from transformers import EdgeTamVideoConfig, EdgeTamVideoModel

    side = SIDE["edgetam"]
    memory = {
        "perceiver_resampler_mlp_intermediate_size": 64,
        "perceiver_resampler_num_latents": 16,
        "perceiver_resampler_num_latents_2d": 16,
        "perceiver_resampler_num_layers": 1,
        "memory_attention_mlp_hidden_size": 128,
        "memory_attention_rope_k_sizes": [4, 4],
        "enable_temporal_pos_encoding_for_object_pointers": False,
        "enable_occlusion_spatial_embedding": False,
    }
    # The true EdgeTAM has a RepViT backbone, for which transformers needs timm; Hiera stands in for it here.
    vision = _hiera_vision(side)
    return EdgeTamVideoModel(EdgeTamVideoConfig(**{**_common(side), **memory}, vision_config=vision))


def _hiera_vision(side):
    return {
        "model_type": "sam2_vision_model",
        "backbone_config": _hiera(side),
        "backbone_channel_list": [128, 64, 32, 16],
        "backbone_feature_sizes": [[side // stride] * 2 for stride in (4, 8, 16)],
        "fpn_hidden_size": _WIDTH,
    }


def _common(side):
    return {
        "image_size": side,
        "prompt_encoder_config": {"hidden_size": _WIDTH, "image_size": side, "mask_input_channels": 4},
        "mask_decoder_config": _DECODER,
        "memory_attention_rope_feat_sizes": [side // 16, side // 16],
        "memory_attention_feed_forward_hidden_size": 128,
        **_MEMORY,
    }


def _sam3():
    from transformers import Sam3TrackerVideoModel

    return Sam3TrackerVideoModel(_sam3_config())


def _sam3_config():
    from transformers import Sam3TrackerVideoConfig

    side = SIDE["sam3"]
    prompts = {"hidden_size": _WIDTH, "image_size": side, "patch_size": 14, "mask_input_channels": 4}
    common = {**_common(side), "prompt_encoder_config": prompts, "memory_attention_rope_feat_sizes": [8, 8]}
    return Sam3TrackerVideoConfig(**common, vision_config=_sam3_vision(side))


def _sam3_vision(side):
    return {
        "model_type": "sam3_vision_model",
        "backbone_config": {
            "model_type": "sam3_vit_model",
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": side,
            "pretrain_image_size": side,
            "window_size": 4,
            "global_attn_indexes": [1],
        },
        "fpn_hidden_size": _WIDTH,
        "backbone_feature_sizes": [[32, 32], [16, 16], [8, 8]],
    }


def whole_sam3():
    """A tiny SAM 3 with its detector, text encoder and tracker."""
    from transformers import Sam3VideoConfig, Sam3VideoModel

    detector = {"model_type": "sam3", **sam3_detector()}
    return Sam3VideoModel(Sam3VideoConfig(detector_config=detector, tracker_config=_sam3_config().to_dict()))


def sam3_detector():
    """The configuration of its detector and text encoder."""
    part = {"hidden_size": _WIDTH, "num_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    text = {
        "model_type": "clip_text_model",
        "vocab_size": 600,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "projection_dim": 32,
        "bos_token_id": 598,
        "eos_token_id": 599,
    }
    return {
        "vision_config": _sam3_vision(SIDE["sam3"]),
        "text_config": text,
        "geometry_encoder_config": part,
        "detr_encoder_config": part,
        "detr_decoder_config": {**part, "num_queries": 4},
        "mask_decoder_config": {"hidden_size": _WIDTH, "num_attention_heads": 2},
    }
