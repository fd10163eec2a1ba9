"""Our session against the stock video session of ``transformers``: the same network, weights and pictures.

* time per frame and peak memory with 1, 3 and 10 AOIs (SAM 2.1 tiny, true sizes, random weights, 512 px);
* memory over a long video (the same network at 128 px, so that it ends today);
* a click: the first on a frame encodes it, the next only decode.

Random weights cost what real ones cost. Each run has a process of its own, and ours goes the whole way: read,
encode ahead in a thread, track, save in a project.

Run: ``python -m benchmarks.sam_sessions [--quick] [--device cuda]``.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

SIZE_HW = (360, 640)
SPEED_SIDE, LONG_SIDE = 512, 128
_COMMAND = (sys.executable, "-m", "benchmarks.sam_sessions", "--work")
WARM_UP = 16  # frames until memory is full, pointers included: from then on, each costs the same


def run(quick: bool, device: str) -> str:
    """Markdown tables."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*_COMMAND, "checkpoint", folder], check=True, capture_output=True)
        return _tables(quick, {"device": device, "model": folder})


def _tables(quick: bool, setup: dict[str, Any]) -> str:
    repeats = {1: 1, 3: 1} if quick else {1: 3, 3: 3, 10: 1}
    n_frames, long = (4, 60) if quick else (5, 1200)
    lines = [
        f"SAM 2.1 tiny with random weights on {setup['device']}, {SPEED_SIDE} px, mean of {n_frames} frames "
        f"after {WARM_UP}; median of runs of both sides in turn; peak is the resident set of the process"
        f"{', and of the GPU what PyTorch held' if setup['device'] != 'cpu' else ''}.",
        "",
        "| AOIs | runs | stock, s/frame | ours, s/frame | ours : stock | stock, peak | ours, peak |",
        "|---|---|---|---|---|---|---|",
    ]
    for n_aois, n_runs in repeats.items():
        size = {**setup, "n_aois": n_aois, "n_frames": n_frames, "side_px": SPEED_SIDE}
        runs = [(measure("stock", size), measure("ours", size)) for _ in range(n_runs)]
        lines.append(_speed_row(n_aois, *zip(*runs, strict=True)))
    lines += ["", *_long(long, setup), "", *_click(setup)]
    return "\n".join(lines)


def _speed_row(n_aois: int, stock: Sequence[dict[str, Any]], ours: Sequence[dict[str, Any]]) -> str:
    seconds = [statistics.median(run["frame_s"] for run in side) for side in (stock, ours)]
    spread = [f"{min(r['frame_s'] for r in s):.2f}–{max(r['frame_s'] for r in s):.2f}" for s in (stock, ours)]
    ratio = statistics.median(b["frame_s"] / a["frame_s"] for a, b in zip(stock, ours, strict=True))
    peaks = [" + GPU ".join(f"{max(each):.0f} MiB" for each in zip(*(r["peak"] for r in s), strict=True))
             for s in (stock, ours)]  # fmt: skip
    cells = [f"{s:.2f} ({around})" for s, around in zip(seconds, spread, strict=True)]
    return f"| {n_aois} | {len(ours)} | {' | '.join(cells)} | {ratio:.2f} | {' | '.join(peaks)} |"


def _long(n_frames: int, setup: dict[str, Any]) -> list[str]:
    marks = sorted({n_frames // 12, n_frames // 2, n_frames - 1})
    lines = [
        f"Resident set after so many frames of one video, one AOI, {LONG_SIDE} px:",
        "",
        "| | " + " | ".join(f"{mark} frames" for mark in marks) + " | growth a frame |",
        "|---|" + "---|" * (len(marks) + 1),
    ]
    for side in ("stock", "ours"):
        size = {"n_aois": 1, "n_frames": n_frames - WARM_UP, "side_px": LONG_SIDE, "marks": marks}
        sizes = measure(side, {**setup, **size})["sizes"]
        growth = (sizes[-1] - sizes[0]) / (marks[-1] - marks[0]) * 1024
        cells = " | ".join(f"{size:.0f} MiB" for size in sizes)
        lines.append(f"| {side} | {cells} | {growth:.0f} KiB |")
    return lines


def _click(setup: dict[str, Any]) -> list[str]:
    found = measure("click", {**setup, "side_px": SPEED_SIDE})
    return [
        f"A click at {SPEED_SIDE} px: the first on a frame {found['first_s']:.2f} s, the next on it "
        f"{found['next_s']:.3f} s ({found['first_s'] / found['next_s']:.0f} times less)."
    ]


def measure(what: str, setup: dict[str, Any]) -> dict[str, Any]:
    """One run in a process of its own."""
    done = subprocess.run([*_COMMAND, what, json.dumps(setup)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{what} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# -------------------------------------------------------------------- one run, in its own process


def work(what: str, setup: dict[str, Any]) -> dict[str, Any]:
    if what == "click":
        return click(opened(setup))
    marks = setup.get("marks", [])
    stamps, sizes = [], []
    for frame_idx in stock(setup) if what == "stock" else ours(opened(setup), setup):
        stamps.append(time.perf_counter())
        if frame_idx in marks:
            sizes.append(held_mib(setup["device"]))
    frame_s = (stamps[-1] - stamps[WARM_UP - 1]) / (len(stamps) - WARM_UP)
    return {"frame_s": frame_s, "peak": peaks_mib(), "sizes": sizes}


def opened(setup: dict[str, Any]) -> Any:
    from dwell.segmenters.sam.backend import SamBackend

    precision = setup.get("precision", "float32")
    return SamBackend(
        setup["model"], resolution=setup["side_px"], device=setup["device"], precision=precision
    )


def write_checkpoint(folder: Path, size: str = "tiny") -> Path:
    """SAM 2.1 as published, but for its weights, as a folder that Dwell loads."""
    import torch

    from benchmarks.sam_configs import sam2

    torch.manual_seed(0)
    model_class, config = sam2(size)
    model = model_class(config)
    with torch.no_grad():  # "present", so that nothing is skipped
        model.mask_decoder.pred_obj_score_head.proj_out.bias += 4
    model.save_pretrained(folder)
    spec = {"size": 1024, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
    (folder / "preprocessor_config.json").write_text(json.dumps(spec), encoding="utf-8")
    return folder


def stock(setup: dict[str, Any]) -> Iterator[int]:
    """The library's session on its own model, all of it in the precision asked for."""
    import torch
    from transformers import Sam2VideoModel

    from dwell.segmenters.sam.loading import resized
    from dwell.segmenters.sam.pixel_spec import read_pixel_spec
    from dwell.segmenters.sam.pixels import mask_of_logits
    from segmenters.sam.stock import StockSession

    folder, dtype = Path(setup["model"]), getattr(torch, setup.get("precision", "float32"))
    spec = read_pixel_spec(folder)
    config = Sam2VideoModel.config_class.from_pretrained(folder)
    spec = replace(spec, size=resized(config, spec.size, setup["side_px"]))
    model = Sam2VideoModel.from_pretrained(folder, config=config, dtype=dtype).eval().to(setup["device"])
    total = WARM_UP + setup["n_frames"] + 1
    session = StockSession(SimpleNamespace(model=model, spec=spec, device=model.device))
    for out in session.stream((picture(i) for i in range(total)), masks(setup["n_aois"])):
        if out.frame_idx:
            for logits in out.pred_masks:  # what a user wants: masks at the video's size
                mask_of_logits(logits[0], SIZE_HW)
            yield out.frame_idx


def ours(backend: Any, setup: dict[str, Any]) -> Iterator[int]:
    from dwell.masks import Mask
    from dwell.project import Project, Source
    from dwell.prompts import MaskPrompt
    from dwell.tracking import TrackingSession

    total = WARM_UP + setup["n_frames"] + 1
    with tempfile.TemporaryDirectory() as folder:
        film = Film(total)
        source = Source("", "drawn", "drawn", "drawn", SIZE_HW, total)
        project = Project.create(Path(folder) / "long.dwell", source)
        session = TrackingSession(project, film, Smooth(backend))
        for object_id, mask in masks(setup["n_aois"]).items():
            session.prompt(f"AOI {object_id}", MaskPrompt(Mask.from_array(mask)), frame_idx=0)
        for update in session.track(direction="forward"):
            yield update.frame_idx
        project.close()


def click(backend: Any) -> dict[str, Any]:
    from dwell.prompts import Point

    image = picture(0)
    backend.segment(backend.encode(image), [Point(300, 180)])  # warm up
    start = time.perf_counter()
    encoding = backend.encode(image)
    backend.segment(encoding, [Point(300, 180)])
    first = time.perf_counter()
    n = 5
    for i in range(n):
        backend.segment(encoding, [Point(300 + i, 180)])
    return {"first_s": first - start, "next_s": (time.perf_counter() - first) / n}


class Smooth:
    """The backend with masks as smooth as true ones: random weights give noise, which is slow to compress."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def step(self, encoding: Any, memories: Any, rivals: Any = None) -> Any:
        found, drawn = self._backend.step(encoding, memories, rivals), masks(len(memories))
        return {
            object_id: (replace(tracked, mask=mask), memory)
            for mask, (object_id, (tracked, memory)) in zip(drawn.values(), found.items(), strict=True)
        }


class Film:
    """Drawn frames, one at a time; follows the ``Frames`` protocol."""

    def __init__(self, n_frames: int) -> None:
        self.path = Path("drawn.mp4")
        self.size_hw = SIZE_HW
        self.pts_ns = np.arange(n_frames, dtype=np.int64) * 33_333_333

    def __len__(self) -> int:
        return len(self.pts_ns)

    def read(self, frame_idx: int) -> np.ndarray:
        return picture(frame_idx)

    def stream(self, start: int, stop: int, step: int = 1) -> Any:
        for frame_idx in range(start, stop, step):
            yield frame_idx, self.read(frame_idx)

    def name(self, frame_idx: int) -> str:
        return f"{frame_idx:06d}"

    def search_filler(self) -> Any:
        yield from ()
        return np.zeros(len(self), dtype=bool)

    def close(self) -> None:
        pass


def picture(frame_idx: int) -> np.ndarray:
    """Stripes and a square that moves to and fro."""
    image = np.full((*SIZE_HW, 3), (214, 200, 170), dtype=np.uint8)
    image[::7] = 120
    x = 200 + abs(100 - frame_idx % 200)
    image[120:240, x : x + 120] = (30, 60, 190)
    return image


def masks(n_aois: int) -> dict[int, np.ndarray]:
    """Squares beside each other, by object_id."""
    found = {}
    for i in range(n_aois):
        found[i + 1] = np.zeros(SIZE_HW, dtype=bool)
        found[i + 1][120:240, 20 + 50 * i : 140 + 50 * i] = True
    return found


def held_mib(device: str) -> float:
    """Of a GPU what tensors take, of a computer the resident set of this process."""
    if device != "cpu":
        import torch

        return torch.cuda.memory_allocated() / 2**20
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def peaks_mib() -> list[float]:
    """Of the process, and of the GPU if there is one."""
    import torch

    gpu = [torch.cuda.max_memory_allocated() / 2**20] if torch.cuda.is_available() else []
    return [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, *gpu]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--work", nargs=2, metavar=("WHAT", "SETUP"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work and options.work[0] == "checkpoint":
        write_checkpoint(Path(options.work[1]))
    elif options.work:
        print(json.dumps(work(options.work[0], json.loads(options.work[1]))))
    else:
        print(run(options.quick, options.device))
