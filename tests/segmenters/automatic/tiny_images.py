"""Tiny copies of SAM 1 and SAM-HQ with random weights, written to disk like a downloaded checkpoint.

What a library draws as a constant is filled with noise and the rest made larger, so that no part of the
network is without effect; see also ``segmenters/sam/tiny.py``.
"""

from __future__ import annotations

import json

LONG = 128
"""px of the longer side, and of the square."""
KINDS = ("sam", "sam_hq")
SEED = {"sam": 6, "sam_hq": 17}
"""Of weights with which masks differ from click to click, and are neither empty nor most of the picture."""
_MEAN, _STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def write_tiny(folder, kind):
    """A checkpoint of this kind in ``folder``, with the files that the true ones have; the folder."""
    make_tiny(kind).save_pretrained(folder)
    spec = {
        "image_mean": _MEAN,
        "image_std": _STD,
        "size": {"longest_edge": LONG},
        "pad_size": {"height": LONG, "width": LONG},
        "image_processor_type": "SamImageProcessor",
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(spec))
    return folder


def make_tiny(kind):
    """A tiny model of this kind in evaluation mode."""
    import torch
    from transformers import SamConfig, SamHQConfig, SamHQModel, SamModel

    config, model = {"sam": (SamConfig, SamModel), "sam_hq": (SamHQConfig, SamHQModel)}[kind]
    with torch.random.fork_rng():
        torch.manual_seed(SEED[kind])
        made = model(config(**_sizes(kind))).eval()
        with torch.no_grad():
            for parameter in made.parameters():
                if parameter.numel() == 1 or parameter.float().std() < 1e-6:
                    parameter += 0.1 * torch.randn_like(parameter)
                elif parameter.dim() > 1:
                    parameter *= 8
            made.mask_decoder.iou_prediction_head.proj_out.bias += 0.5
    return made


def _sizes(kind):
    vision = {
        "hidden_size": 32,
        "output_channels": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": LONG,
        "window_size": 4,
        "global_attn_indexes": [1],
        "mlp_dim": 64,
        "num_pos_feats": 8,
    }
    prompts = {"hidden_size": 16, "image_size": LONG, "image_embedding_size": LONG // 16}
    decoder = {
        "hidden_size": 16,
        "mlp_dim": 32,
        "num_attention_heads": 2,
        "iou_head_hidden_dim": 16,
        **({"vit_dim": 32} if kind == "sam_hq" else {}),
    }
    return {"vision_config": vision, "prompt_encoder_config": prompts, "mask_decoder_config": decoder}
