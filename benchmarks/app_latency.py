"""How long a person waits in the app: from a click to the mask, from a key or the timeline to the frame.

In headless Chromium on this computer, with real key presses and clicks, the embedded backend and a drawn
recording of 1600 × 1200 px. An answer counts from the animation frame after the one in which it was painted.
Beside it stand peers in the same run that differ in one thing only; and how long opening takes.

Run: ``python -m benchmarks.app_latency``.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from browser.browsers import Chromium
from browser.pages import TOUR_SEEN, App
from browser.serving import Server
from dwell.drawn_world import DrawnWorld
from dwell.video import VideoWriter

SIZE_HW = (1200, 1600)
SCALE = 2.5
"""Of the world: drawn smaller, which is quicker."""
LONG_MIN = 40
STILL_MS = 700
"""How long a person looks at a frame before they click."""
KEY_PAUSE_MS = 180
"""Between two presses of a key by somebody who looks at every frame."""
PROBE = (Path(__file__).with_suffix(".js")).read_text(encoding="utf-8")


def run(quick: bool = False) -> str:
    """Two Markdown tables."""
    n, n_opened, long_min = (4, 1, 2) if quick else (30, 3, LONG_MIN)
    world = DrawnWorld(seed=3, size_hw=(480, 640), duration_s=5.0 if quick else 8.0, filler_s=0)
    chromium = Chromium()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "recordings"
        root.mkdir()
        short = write_video(world, root / "short.mp4")
        long = repeat(short, root / "long.mp4", minutes=long_min)
        try:
            rows = list(waits(chromium, Path(name), world, short, n))
            opened = list(openings(chromium, Path(name), {"short": short, "long": long}, n_opened))
        finally:
            chromium.close()
        sizes = {path.stem: path.stat().st_size / 1e6 for path in (short, long)}
    return report(rows, opened, sizes, n, long_min)


def report(
    rows: list[tuple[str, list[float]]],
    opened: list[tuple[str, list[float]]],
    sizes: dict[str, float],
    n: int,
    long_min: int,
) -> str:
    lines = [
        f"1600 × 1200 px, embedded backend, {n} of each.",
        "",
        "| from … to what is on screen | p50 | p95 |",
        "|---|---|---|",
        *(f"| {what} | {np.median(ms):.0f} ms | {np.percentile(ms, 95):.0f} ms |" for what, ms in rows),
        "",
        "| opening, from the request to the first frame on screen | median | slowest |",
        "|---|---|---|",
        *(f"| {what} | {np.median(ms) / 1000:.2f} s | {max(ms) / 1000:.2f} s |" for what, ms in opened),
        "",
        f"The long recording has {long_min} min and {sizes['long']:.0f} MB, the short one "
        f"{sizes['short']:.1f} MB.",
    ]
    return "\n".join(lines)


# -------------------------------------------------------------------- waiting in the editor


def waits(
    chromium: Chromium, folder: Path, world: DrawnWorld, path: Path, n: int
) -> Iterator[tuple[str, list[float]]]:
    """What is measured, and the ms of each time."""
    with page_on(chromium, folder / "home", folder / "recordings") as app:
        app.open(path)
        yield "next frame (→ key)", [next_frame(app) for _ in range(n)]
        app.go_to(0)
        yield "… peer: the same picture put into an `<img>` when the key is pressed", picture_swaps(app, n)
        yield "timeline, released → the exact frame", [scrub(app, world.n_frames) for _ in range(n)]
        yield "timeline, while dragging → a frame near", [drag(app) for _ in range(n)]
        frames = visible_frames(world, n)
        yield "click → mask", [click(app, world, frame_idx) for frame_idx in frames]
        yield "second click on the same frame → mask", [second(app, world, frame_idx) for frame_idx in frames]
        app.page.route("**/prepare/*", lambda route: route.abort())
        app.allow("ERR_FAILED")
        others = visible_frames(world, n, seed=1)
        yield "… peer: click, the frame not encoded ahead", [click(app, world, each) for each in others]


def next_frame(app: App) -> float:
    app.page.wait_for_timeout(KEY_PAUSE_MS)
    return measured(app, "frame", app.frame_idx + 1, lambda: app.press("ArrowRight"))


def picture_swaps(app: App, n: int) -> list[float]:
    """In the same page, from the same server, with the browser's own decoder; nothing is fetched ahead."""
    return list(
        app.page.evaluate("([first, n, pause]) => latency.swaps(first, n, pause)", [100, n, KEY_PAUSE_MS])
    )


def scrub(app: App, n_frames: int) -> float:
    """Press somewhere on the timeline, drag to somewhere else, let go."""
    slider = app.page.get_by_role("slider", name="Playhead").bounding_box()
    assert slider is not None
    places = [
        slider["x"] + slider["width"] * share for share in (RANDOM.random(), 0.02 + 0.96 * RANDOM.random())
    ]
    y = slider["y"] + slider["height"] / 2
    app.page.mouse.move(places[0], y)
    app.page.mouse.down()
    app.page.mouse.move(places[1], y, steps=6)
    app.page.wait_for_timeout(60)
    wait = measured(app, "exact", None, app.page.mouse.up)
    app.page.wait_for_timeout(KEY_PAUSE_MS)
    return wait


def drag(app: App) -> float:
    """Drag to somewhere, and wait for any frame of that neighbourhood while the button is held."""
    slider = app.page.get_by_role("slider", name="Playhead").bounding_box()
    assert slider is not None
    y = slider["y"] + slider["height"] / 2
    first = RANDOM.random()
    app.page.mouse.move(slider["x"] + slider["width"] * first, y)
    app.page.mouse.down()
    app.page.wait_for_timeout(KEY_PAUSE_MS)
    x = slider["x"] + slider["width"] * ((first + 0.1 + 0.8 * RANDOM.random()) % 1)  # not the same frame
    wait = measured(app, "near", None, lambda: app.page.mouse.move(x, y))
    app.page.mouse.up()
    app.page.wait_for_timeout(KEY_PAUSE_MS)
    return wait


def click(app: App, world: DrawnWorld, frame_idx: int) -> float:
    """The first click on a frame, looked at for a moment before."""
    aoi = new_aoi(app, f"cup {app.state('ctx.store.aois.size')}")
    app.go_to(frame_idx)
    app.page.wait_for_timeout(STILL_MS)
    x, y = place(world, frame_idx)
    return measured(app, "mask", aoi, lambda: app.click_thing(x, y))


def second(app: App, world: DrawnWorld, frame_idx: int) -> float:
    """Another click for the AOI that was made last, on its frame."""
    app.page.wait_for_timeout(STILL_MS)
    aoi = app.state("ctx.ui.get('selected')")
    x, y = place(world, app.frame_idx)
    return measured(app, "mask", aoi, lambda: app.click_thing(x + 8, y + 8))


def place(world: DrawnWorld, frame_idx: int) -> tuple[float, float]:
    """A place on the cup."""
    x, y = world.click("cup", frame_idx)
    return x * SCALE, y * SCALE


def new_aoi(app: App, name: str) -> int:
    app.press("n")
    app.page.keyboard.type(name)
    app.press("Enter")
    app.wait("ctx.store.aois.get(ctx.ui.get('selected'))?.name === args[0]", name)
    return int(app.state("ctx.ui.get('selected')"))


def visible_frames(world: DrawnWorld, n: int, seed: int = 0) -> list[int]:
    """Frames that show much of the cup, in no order."""
    shown = [
        int(each)
        for each in np.flatnonzero(world.valid)[::3]
        if np.count_nonzero(world.truth(int(each))["cup"]) > 1000
    ]
    return random.Random(seed).sample(shown, min(n, len(shown)))


def measured(app: App, what: str, argument: Any, act: Callable[[], Any]) -> float:
    """Ms from the newest input event of the act until its answer has been on screen for a frame."""
    app.page.evaluate("([what, argument]) => latency.expect(what, argument)", [what, argument])
    act()
    return float(app.page.evaluate("() => latency.answer"))


# -------------------------------------------------------------------- opening


def openings(
    chromium: Chromium, folder: Path, paths: dict[str, Path], n: int
) -> Iterator[tuple[str, list[float]]]:
    """Each time with a server just started and a browser profile of its own."""
    for name, path in paths.items():
        project = path.with_suffix(".dwell")
        for what, target in (
            (f"{name} recording, never opened before", path),
            (f"{name}, its project", project),
        ):
            spent = []
            for _ in range(n):
                if target is path:
                    shutil.rmtree(project, ignore_errors=True)  # a process may still be closing files
                spent.append(opening(chromium, folder, target))
            yield what, spent


def opening(chromium: Chromium, folder: Path, path: Path) -> float:
    with page_on(chromium, folder / "home", folder / "recordings") as app:
        app.visit()
        app.page.wait_for_timeout(1500)  # a person looks for the recording first
        return float(app.page.evaluate("(path) => latency.open(path)", str(path)))


@contextmanager
def page_on(chromium: Chromium, home: Path, root: Path) -> Iterator[App]:
    """A page on a server just started."""
    server = Server(root, home)
    server.start()
    context = chromium.browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(TOUR_SEEN)
    context.add_init_script(PROBE)
    try:
        yield App(context.new_page(), server)
    finally:
        context.close()
        server.stop()


# -------------------------------------------------------------------- recordings

RANDOM = random.Random(0)


def write_video(world: DrawnWorld, path: Path) -> Path:
    """The world's scene video, ``SCALE`` times as large, with the noise of a camera; without gaze."""
    rng = np.random.default_rng(0)
    noise = [rng.normal(0, 3, (*SIZE_HW, 1)).astype(np.float32) for _ in range(7)]
    with VideoWriter(path, SIZE_HW, crf=26) as writer:
        for frame_idx in range(world.n_frames):
            drawn = cv2.resize(world.frame(frame_idx), SIZE_HW[::-1], interpolation=cv2.INTER_CUBIC)
            frame = np.clip(drawn + noise[frame_idx % len(noise)], 0, 255).astype(np.uint8)
            writer.write(frame, pts_ns=int(world.times_ns[frame_idx] - world.times_ns[0]))
    return path


def repeat(path: Path, out: Path, minutes: float) -> Path:
    """The same packets over and over: a long video that costs no encoding."""
    with av.open(str(path)) as source, av.open(str(out), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        packets = [packet for packet in source.demux(stream) if packet.size]
        unit = Fraction(stream.time_base)
        length = max(packet.pts + packet.duration for packet in packets) + packets[0].pts - packets[0].dts
        for turn in range(int(minutes * 60 / float(length * unit)) + 1):
            for packet in packets:
                again = av.Packet(bytes(packet))
                again.pts, again.dts = packet.pts + turn * length, packet.dts + turn * length
                again.duration, again.time_base = packet.duration, unit
                again.is_keyframe, again.stream = packet.is_keyframe, copy
                target.mux(again)
    return out


if __name__ == "__main__":
    print(run(quick="--quick" in sys.argv))
