"""Tiny copies of the true detectors with random weights, written to disk like a downloaded checkpoint.

They know no word, but they are not blind: what a library draws as constant is filled with noise and the rest
made larger, so that scores and boxes depend on every pixel and every word. Their tokenisers are made here,
too: some whole words, and letters for the rest.
"""

from __future__ import annotations

import json
import string
import warnings

KINDS = ("grounding-dino", "mm-grounding-dino", "owlv2", "sam3", "sam3-video")
"""Architectures; ``sam3-video`` is the whole of SAM 3, as it is published: with its tracker."""
GROUNDED = KINDS[:2]
WORDS = ("bottle", "red", "flag", "cup", "hand", "the", "of", "a")

SIDE = {"owlv2": 96, "sam3": 112, "sam3-video": 112}
"""px of the square these see."""
SHORT, LONG = 96, 128
"""px of the shorter side of what Grounding DINO sees, and the most of the longer one."""
CLIP_MEAN_STD = ([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711])
IMAGENET_MEAN_STD = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])


def write_tiny(folder, kind):
    """A checkpoint of this kind in ``folder``: config, weights, processor and tokeniser; the folder."""
    import torch

    with torch.random.fork_rng(), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(5)
        model = _MAKERS[kind]().eval()
        _randomise(model, 1 if kind == "owlv2" else 2)
        _calm(model, kind)
        model.save_pretrained(folder)
    _write_processor(folder, kind)
    (_write_bert if kind in GROUNDED else _write_clip)(folder, 16 if kind == "owlv2" else 32)
    return folder


def _randomise(model, factor):
    import torch

    for parameter in model.parameters():
        if parameter.numel() == 1:
            continue
        if parameter.float().std() < 1e-6:
            parameter += 0.1 * torch.randn_like(parameter)
        elif parameter.dim() > 1:
            parameter *= factor


def _calm(model, kind):
    """Keep scores and boxes from the ends of their ranges, where nothing would change them."""
    if kind == "grounding-dino":
        model.model.decoder.layer_norm.weight *= 0.2
    if kind == "owlv2":
        head = model.class_head
        for layer in (head.logit_shift, head.logit_scale, model.box_head.dense2):
            layer.weight *= 0.01
            layer.bias *= 0


# -------------------------------------------------------------------- networks


def _grounding_dino():
    from transformers import GroundingDinoConfig, GroundingDinoForObjectDetection

    return GroundingDinoForObjectDetection(GroundingDinoConfig(**_dino()))


def _mm_grounding_dino():
    from transformers import MMGroundingDinoConfig, MMGroundingDinoForObjectDetection

    return MMGroundingDinoForObjectDetection(MMGroundingDinoConfig(**_dino(), decoder_bbox_embed_share=False))


def _dino():
    from transformers import BertConfig, SwinConfig

    swin = SwinConfig(
        embed_dim=16,
        depths=[1, 1, 1, 1],
        num_heads=[1, 1, 2, 2],
        window_size=4,
        out_features=["stage2", "stage3", "stage4"],
    )
    bert = BertConfig(
        vocab_size=1100,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    return {
        "backbone_config": swin,
        "text_config": bert,
        "num_queries": 12,
        "d_model": 32,
        "encoder_layers": 1,
        "decoder_layers": 2,
        "encoder_ffn_dim": 64,
        "decoder_ffn_dim": 64,
        "encoder_attention_heads": 4,
        "decoder_attention_heads": 4,
        "max_text_len": 32,
    }


def _owlv2():
    from transformers import Owlv2Config, Owlv2ForObjectDetection

    text = {
        "vocab_size": 600,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": 16,
        "bos_token_id": 598,
        "eos_token_id": 599,
    }
    vision = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": SIDE["owlv2"],
        "patch_size": 16,
    }
    return Owlv2ForObjectDetection(Owlv2Config(text_config=text, vision_config=vision, projection_dim=32))


def _sam3():
    from transformers import Sam3Config, Sam3Model

    from segmenters.sam.tiny import sam3_detector

    return Sam3Model(Sam3Config(**sam3_detector()))


def _sam3_video():
    from segmenters.sam.tiny import whole_sam3

    return whole_sam3()


_MAKERS = {
    "grounding-dino": _grounding_dino,
    "mm-grounding-dino": _mm_grounding_dino,
    "owlv2": _owlv2,
    "sam3": _sam3,
    "sam3-video": _sam3_video,
}


# -------------------------------------------------------------------- what lies beside the weights


def _write_processor(folder, kind):
    if kind in GROUNDED:
        said = {"image_processor_type": "GroundingDinoImageProcessor"}
        said |= {"size": {"shortest_edge": SHORT, "longest_edge": LONG}, "resample": 2}
        mean, std = IMAGENET_MEAN_STD
    else:
        said = {"image_processor_type": "Owlv2ImageProcessor"} if kind == "owlv2" else {}
        said |= {"size": {"height": SIDE[kind], "width": SIDE[kind]}}
        mean, std = CLIP_MEAN_STD if kind == "owlv2" else ([0.5] * 3, [0.5] * 3)
    said |= {"image_mean": mean, "image_std": std}
    (folder / "preprocessor_config.json").write_text(json.dumps(said))


def _write_bert(folder, _):
    from transformers import BertTokenizer

    letters = [*string.ascii_lowercase, *string.digits, "-", ","]
    words = {"[PAD]": 0, "[UNK]": 100, "[CLS]": 101, "[SEP]": 102, "[MASK]": 103, ".": 1012, "?": 1029}
    free = iter(number for number in range(200, 1000))
    for word in [*WORDS, *letters, *(f"##{letter}" for letter in letters)]:
        words.setdefault(word, next(free))
    for number in set(range(1100)) - set(words.values()):
        words[f"[unused{number}]"] = number
    BertTokenizer(vocab=words).save_pretrained(folder)


def _write_clip(folder, length):
    """As the published OWLv2 has it: vocab.json and merges.txt, and no tokenizer.json."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    letters = list(bytes_to_unicode().values())
    vocabulary = [*letters, *(f"{letter}</w>" for letter in letters), "re", "red</w>"]
    words = {word: number for number, word in enumerate(vocabulary)}
    words |= {"<|startoftext|>": 598, "<|endoftext|>": 599}
    words |= {f"[unused{n}]": n for n in range(len(vocabulary), 598)}
    (folder / "vocab.json").write_text(json.dumps(words))
    (folder / "merges.txt").write_text("#version: 0.2\nr e\nre d</w>\n")
    special = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"}
    config = {"tokenizer_class": "CLIPTokenizer", "model_max_length": length, "pad_token": "!", **special}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
