"""Folders that look like checkpoints, and a Hugging Face cache of them; the weights are zeros."""

from __future__ import annotations

import json
from pathlib import Path

from dwell.models import DETECTOR_MODELS, MODELS, PROPOSER_MODELS
from dwell.segmenters.checkpoints.family import DETECTING

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def safetensors(n_numbers=100, fill=b"\0"):
    """The bytes of a safetensors file with one float32 tensor; source: the format's own page."""
    header = json.dumps(
        {"w": {"dtype": "F32", "shape": [n_numbers], "data_offsets": [0, 4 * n_numbers]}}
    ).encode()
    return len(header).to_bytes(8, "little") + header + 4 * n_numbers * fill


def files_of(model_type="sam2_video", n_numbers=100):
    """name → bytes of a whole checkpoint."""
    words = {"tokenizer.json": b"{}"} if model_type in DETECTING.architectures else {}
    return {
        **words,
        "config.json": json.dumps({"model_type": model_type}).encode(),
        "processor_config.json": b'{"size": 1024, "image_mean": [0, 0, 0], "image_std": [1, 1, 1]}',
        "model.safetensors": safetensors(n_numbers),
    }


def write_checkpoint(folder: Path, files=None):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in (files or files_of()).items():
        (folder / name).write_bytes(data)
    return folder


def write_cache(hf_home: Path, model="sam2.1-tiny", files=None, commit=COMMIT, ref=True):
    """A model as the library leaves it after a download: blobs, links to them, and a ref."""
    known = MODELS | DETECTOR_MODELS | PROPOSER_MODELS
    repo = hf_home / "hub" / ("models--" + known[model].repo.replace("/", "--"))
    snapshot = repo / "snapshots" / commit
    for folder in (snapshot, repo / "blobs", repo / "refs"):
        folder.mkdir(parents=True, exist_ok=True)
    for number, (name, data) in enumerate((files or files_of()).items()):
        blob = repo / "blobs" / f"{commit[:8]}{number}"
        blob.write_bytes(data)
        (snapshot / name).symlink_to(f"../../blobs/{blob.name}")
    if ref:
        (repo / "refs" / "main").write_text(commit)
    return snapshot
