"""How long a viewer waits in Look mode: from the mouse on another thing to the state that shows its mask.

A server as it runs, asked over HTTP by a page without a browser, with a drawn picture of 1280 × 720 px and a
mouse that plays an eye without faults. A rest becomes a fixation after 100 ms; no mask can be there before.
Beside the embedded backend the one of flat colours, which costs next to nothing: what remains is the rest.

Run: ``python -m benchmarks.look_latency [--quick]``.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

import dwell
from app.looking_site import Page, page_at, served

SIZE_HW = (720, 1280)
CANVAS = {"left": 100.0, "top": 50.0, "width": 1280.0, "height": 720.0}
PAUSE_S = 0.3
"""How long the viewer looks at a mask before going on."""
Place = tuple[int, int]


def main() -> None:
    """Print a table."""
    rounds = 1 if "--quick" in sys.argv[1:] else 5
    print("| backend | moves | to the mask, median | 95 % | segmenter's part, median | 95 % | dropped |")
    print("|---|---|---|---|---|---|---|")
    for backend in ("embedded", "colour"):
        with tempfile.TemporaryDirectory() as folder:
            took_ms, state = measure(Path(folder), backend, rounds)
        p50, p95 = np.percentile(took_ms, [50, 95])
        part = state["mask_latency_ms"]
        print(
            f"| {backend} | {len(took_ms)} | {p50:.0f} ms | {p95:.0f} ms | {part['p50']:.0f} ms "
            f"| {part['p95']:.0f} ms | {state['n_dropped']} |"
        )


def measure(folder: Path, backend: str, rounds: int) -> tuple[list[float], dict[str, Any]]:
    """Ms from each move to the mask; the last state."""
    os.environ["DWELL_STATE"] = str(folder / "state")
    (folder / "root").mkdir()
    places = draw(folder / "root" / "pictures")
    project = folder / "root" / "p.dwell"
    with dwell.open_analysis(folder / "root" / "pictures", project, backend=backend) as analysis:
        analysis.session.sign()
    with served(project) as server:
        return asyncio.run(look(server, project, places, rounds))


def draw(folder: Path) -> Sequence[Place]:
    """A picture of twelve things with a part each; their middles."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    picture = np.full((*SIZE_HW, 3), (200, 205, 210), np.uint8)
    places = [(120 + 200 * (i % 6), 200 + 300 * (i // 6)) for i in range(12)]
    for i, (x, y) in enumerate(places):
        body, part = rng.integers(20, 190, (2, 3)).tolist()
        cv2.ellipse(picture, (x, y), (70, 55), 20 * i, 0, 360, body, -1)
        cv2.circle(picture, (x + 15, y), 22, part, -1)
    cv2.imwrite(str(folder / "0.png"), picture)
    return places


async def look(
    server: Any, project: Path, places: Sequence[Place], rounds: int
) -> tuple[list[float], dict[str, Any]]:
    """Look at the places in a drawn order."""
    took_ms = []
    async with page_at(server, project) as page:
        page.view_changes = {
            "scale": 1.0,
            "canvas": CANVAS,
            "image_width": SIZE_HW[1],
            "image_height": SIZE_HW[0],
        }
        await page.start()
        await page.report()
        await page.press("start")
        order = np.random.default_rng(1).permutation(len(places) * rounds) % len(places)
        for before, now in zip(order, order[1:], strict=False):
            if before != now:
                took_ms.append(await wait_for(page, *places[now]))
                await asyncio.sleep(PAUSE_S)
        return took_ms[1:], page.shown  # the first one waits for the encoding


async def wait_for(page: Page, x: int, y: int) -> float:
    """Ms until a new mask around this place is shown."""
    rev = page.shown["mask_rev"] if page.shown else 0
    began_s = time.perf_counter()
    await page.point_at_page(CANVAS["left"] + x, CANVAS["top"] + y)
    while not is_there(page.shown, rev, x, y):
        await asyncio.sleep(0.001)
    return (time.perf_counter() - began_s) * 1000


def is_there(state: dict[str, Any], rev: int, x: int, y: int) -> bool:
    """Whether the mask is a new one whose box holds the place."""
    if state["mask"] is None or state["mask_rev"] <= rev:
        return False
    x0, y0, x1, y1 = state["mask"]["box"]
    return bool(x0 <= x < x1 and y0 <= y < y1)


if __name__ == "__main__":
    main()
