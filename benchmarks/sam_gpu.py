"""The SAM 2 family on a GPU: time a frame and memory, our session against the stock one of ``transformers``.

True sizes with random weights, which cost what real ones cost; see ``sam_sessions``. All in one process,
because starting one takes longer than a run.

Run: ``python -m benchmarks.sam_gpu [--device cuda] [--quick]``.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.sam_configs import edgetam, sam2, sam3
from benchmarks.sam_sessions import WARM_UP, masks, picture, work, write_checkpoint

PRECISIONS = ("bfloat16", "float32")
N_REPEATS = 5


def run(device: str, quick: bool) -> Iterator[str]:
    """Lines of Markdown."""
    sizes, side, n_frames, long = (("tiny",), 128, 2, 40) if quick else (("tiny", "large"), 1024, 20, 600)
    yield f"SAM 2.1 with random weights on {name(device)}, {side} px, {n_frames} frames after {WARM_UP}."
    yield ""
    yield "| model | type | AOIs | stock, ms/frame | ours, ms/frame | ours : stock | peak, stock | ours |"
    yield "|---|---|---|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            model = str(write_checkpoint(Path(folder) / size, size))
            for precision in PRECISIONS:
                setup = {"model": model, "device": device, "precision": precision, "side_px": side}
                yield from compare(size, {**setup, "n_frames": n_frames}, (1, 3) if quick else (1, 3, 10))
        yield ""
        yield from grown(
            {"model": str(Path(folder) / "tiny"), "device": device, "precision": "bfloat16"}, long
        )
    yield ""
    yield from pieces(device, quick)


def compare(size: str, setup: dict[str, Any], n_aois: tuple[int, ...]) -> Iterator[str]:
    for n in n_aois:
        found = {}
        for what in ("stock", "ours"):
            forget(setup["device"])
            found[what] = work(what, {**setup, "n_aois": n})
        theirs, mine = (1000 * found[what]["frame_s"] for what in ("stock", "ours"))
        peaks = " | ".join(f"{found[what]['peak'][-1]:.0f} MiB" for what in ("stock", "ours"))
        cells = f"{theirs:.1f} | {mine:.1f} | {mine / theirs:.2f} | {peaks}"
        yield f"| {size} | {setup['precision']} | {n} | {cells} |"


def grown(setup: dict[str, Any], n_frames: int) -> Iterator[str]:
    marks = sorted({n_frames // 6, n_frames // 2, n_frames - 1})
    yield f"Held after so many frames of one video, one AOI, tiny, bfloat16, 512 px: {marks}"
    for what in ("stock", "ours"):
        forget(setup["device"])
        size = {"n_aois": 1, "n_frames": n_frames - WARM_UP, "side_px": 512, "marks": marks}
        found = work(what, {**setup, **size})["sizes"]
        yield f"{what}: " + ", ".join(f"{each:.1f} MiB" for each in found)


def pieces(device: str, quick: bool) -> Iterator[str]:
    """What a frame costs with each model, for one AOI and a full memory."""
    yield "| model | px | precision | encode [ms] | each AOI [ms] | peak |"
    yield "|---|---|---|---|---|---|"
    models: dict[str, tuple[Callable[[], tuple[type, Any]], int]] = {
        **{
            f"sam2.1-{size}": (lambda size=size: sam2(size), 1024)
            for size in ("tiny", "small", "base-plus", "large")
        },
        "edgetam": (edgetam, 1024),
        "sam3": (sam3, 1008),
    }
    if quick:
        models = {"sam2.1-tiny": (lambda: sam2("tiny"), 1024)}
    for model, (make, side) in models.items():
        for precision in PRECISIONS:
            forget(device)
            yield f"| {model} | {side} | {precision} | {piece(make, side, device, precision)} |"


def piece(make: Callable[[], tuple[type, Any]], side: int, device: str, precision: str) -> str:
    import torch

    from dwell.segmenters.sam.memory import remembering, started
    from dwell.segmenters.sam.network import Network
    from dwell.segmenters.sam.pixel_spec import PixelSpec

    model_class, config = make()
    with torch.device(device):
        model = model_class(config).eval()
    half = None if precision == "float32" else torch.bfloat16
    network = Network(model.to(device), PixelSpec(side, (0.5,) * 3, (0.5,) * 3), half)
    encoded = network.encode(picture(0))
    memory = started(encoded.image_hw, [network.show(encoded, masks(1)[1], 0)])
    for _ in range(WARM_UP if device != "cpu" else 1):
        _, new = network.track(encoded, memory.shown, memory.recent, memory.ahead + 1)
        memory = remembering(network, memory, new, seen=True, keep=True)
    encode_ms = milliseconds(lambda: network.encode(picture(1)), device)
    track_ms = milliseconds(
        lambda: network.track(encoded, memory.shown, memory.recent, memory.ahead + 1), device
    )
    peak = torch.cuda.max_memory_allocated() / 2**20 if device != "cpu" else 0
    return f"{encode_ms:.1f} | {track_ms:.1f} | {peak:.0f} MiB"


def milliseconds(call: Callable[[], Any], device: str) -> float:
    """Median of some calls, each waited for."""
    import torch

    taken = []
    for _ in range(2 + N_REPEATS):
        start = time.perf_counter()
        call()
        if device != "cpu":
            torch.cuda.synchronize()
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken[2:])


def forget(device: str) -> None:
    import torch

    gc.collect()
    if device != "cpu":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def name(device: str) -> str:
    import torch

    return device if device == "cpu" else f"one {torch.cuda.get_device_name()}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    for line in run(options.device, options.quick):
        print(line, flush=True)
