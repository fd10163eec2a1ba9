"""Make the pictures of the app: ``python docs/make_screenshots.py``.

The real page in Chromium, at work on the demo recording, which is drawn first; written are docs/app-*.jpg.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "tests"))

from browser.browsers import Chromium  # noqa: E402
from browser.pages import TOUR_SEEN, App  # noqa: E402
from browser.serving import Server  # noqa: E402
from dwell import Box, Mask, MaskPrompt, Stroke, open_analysis  # noqa: E402
from dwell.demo import prompt_aois  # noqa: E402
from dwell.drawn_world import Disc, DrawnWorld, Rect, ShapesWorld  # noqa: E402
from dwell.drawn_world.phantom import draw_phantom, phantom_affine, write_volume  # noqa: E402
from enrichments import written  # noqa: E402

SIZE = {"width": 1280, "height": 800}
MOST_BYTES = 250_000
WORLD = DrawnWorld(seed=0, duration_s=12.0)
"""That of the demo."""
CARDS = ShapesWorld(
    1,
    (480, 640),
    [
        Rect("red card", (200, 40, 40), (90, 140), (120, 150)),
        Rect("red card 2", (190, 60, 50), (90, 140), (250, 330)),
        Rect("green card", (40, 150, 70), (140, 90), (470, 130)),
        Disc("blue disc", (40, 80, 200), 70, (480, 330)),
    ],
)
"""Flat colours, which the detector that needs no download finds."""
CARDS_LOOKED_AT = ((120, 150), (250, 330), (470, 130), (480, 330))
ALL_SEEN = 30
"""A frame that shows every AOI."""


def main() -> None:
    """Write docs/app-*.jpg."""
    chromium = Chromium()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "study"
        recording = WORLD.write_cloud_export(root / "table top", truth=False)
        with open_analysis(recording, root / "clicked.dwell") as analysis:
            analysis.project.add_aoi("cup")
            analysis.prompt("book", Box(*WORLD.box("book", ALL_SEEN)), frame_idx=ALL_SEEN)
            analysis.prompt("ball", brushed(WORLD.box("ball", ALL_SEEN)), frame_idx=ALL_SEEN)
        with open_analysis(recording, root / "tracked.dwell") as analysis:
            prompt_aois(analysis, WORLD)
            analysis.track()
        server = Server(root, Path(name) / "home")
        server.start()
        try:
            for dark in (False, True):
                with page_on(chromium, server, dark=dark) as app:
                    take_pictures(app, root, "-dark" if dark else "")
        finally:
            chromium.close()
            server.stop()


def brushed(box_xyxy: tuple[float, float, float, float]) -> Stroke:
    """The ball, painted with a brush of its size."""
    x0, y0, x1, y1 = box_xyxy
    return Stroke((((x0 + x1) / 2, (y0 + y1) / 2),), radius_px=(x1 - x0) / 2)


def take_pictures(app: App, root: Path, suffix: str) -> None:
    """All pictures in one of the two colour schemes."""
    annotate(app, root, suffix)
    if not suffix:
        words(app, root)
        picture(app, root)
        everything(app, root)
        track(app, root)
        look(app, root)
        volume(app, root)
    review(app, root, suffix)
    results(app, suffix)
    app.page.goto(app.server.address)
    app.page.get_by_text("Recent projects").wait_for()
    shoot(app, f"start{suffix}")


def annotate(app: App, root: Path, suffix: str) -> None:
    """AOIs clicked, with candidates for the last one."""
    app.visit().open(root / "clicked.dwell")
    app.go_to(ALL_SEEN)
    app.select("cup")
    app.click_thing(*WORLD.click("cup", ALL_SEEN))
    app.wait("parts.annotator.choice")
    app.page.mouse.move(5, 300)
    shoot(app, f"annotate{suffix}")


def words(app: App, root: Path) -> None:
    """What was found for words on a picture of coloured cards; nothing is added yet."""
    Image.fromarray(CARDS.frame(0)).save(root / "cards.png")
    app.visit().open(root / "cards.png")
    panel = app.tab("Words")
    panel.get_by_label("Detector").select_option("colours")
    panel.get_by_label("What to look for").fill("red card . blue disc . green card")
    panel.get_by_role("button", name="Find").click()
    panel.get_by_role("listitem").filter(has_text="blue disc").first.hover()
    app.wait("parts.words.masks.get(parts.words.hot)")
    shoot(app, "words")


def picture(app: App, root: Path) -> None:
    """The results of a reference image: the cards, and where six wearers looked."""
    with open_analysis(write_cards(root / "Cards study"), root / "Cards study.dwell") as analysis:
        for name, mask in CARDS.truth(0).items():
            analysis.prompt(name, MaskPrompt(Mask.from_array(mask)), frame_idx=0)
    app.visit().open(root / "Cards study.dwell")
    panel = app.tab("Results")
    panel.get_by_role("img", name="The AOIs coloured by Total fixation duration").wait_for()
    app.wait("ctx.picture.dots.n_all > 0")
    app.page.wait_for_function("() => document.querySelector('.picture-heat')?.naturalWidth > 0")
    shoot(app, "picture")


def write_cards(folder: Path) -> Path:
    """An enrichment as Pupil Cloud gives it, with the cards for its reference image."""
    rng = np.random.default_rng(4)
    sections, gaze, fixations = "", [], ""
    for r in range(6):
        where, time_ms = f"s{r},r{r}", 400.0
        sections += written.section(f"s{r}", f"r{r}", written.START, wearer=f"w{r}")
        for number in range(1, 30):
            x, y = rng.normal(CARDS_LOOKED_AT[int(rng.choice(4, p=(0.2, 0.15, 0.25, 0.4)))], 32).round(1)
            length_ms = float(rng.integers(100, 500))
            fixations += written.fixation(number, time_ms, length_ms, (x, y), where=where)
            times_ms = time_ms + np.arange(0, length_ms, 5)
            gaze += [written.sample(t, (x, y), fixation=number, where=where) for t in times_ms]
            time_ms += length_ms + 40
    written.write(folder, sections=sections, gaze="".join(gaze), fixations=fixations, picture=False)
    Image.fromarray(CARDS.frame(0)).save(folder / "reference_image.png")
    return folder


def everything(app: App, root: Path) -> None:
    """Everything in the picture of coloured cards, without a click, and the gallery of it."""
    Image.fromarray(CARDS.frame(0)).save(root / "cards.png")
    app.visit().open(root / "cards.png")
    app.page.evaluate(
        "() => { const { ctx } = window.__dwell;"
        " return ctx.api.put(`backend?client=${ctx.client}`, { name: 'colour' }); }"
    )
    app.press("Shift+E")
    panel = app.page.get_by_role("tabpanel", name="Everything")
    panel.get_by_label("Coverage, %").fill("100")
    panel.get_by_text("Advanced").first.click()
    panel.get_by_label("Masks are found by").select_option("colour")
    panel.get_by_label("Points per side").fill("16")
    panel.get_by_role("button", name="Start").click()
    app.wait("ctx.store.job && ctx.store.job.state !== 'running'", timeout_s=120)
    app.wait("document.querySelectorAll('.card-image:not([hidden])').length > 3")
    panel.locator(".card-picture").nth(1).click()
    panel.locator(".card-choose").nth(2).check()
    app.wait("[...document.querySelectorAll('.card-image')].slice(0, 4).every((each) => each.naturalWidth)")
    app.page.mouse.move(5, 300)
    shoot(app, "everything")


def track(app: App, root: Path) -> None:
    """In the midst of tracking, then stopped."""
    app.visit().open(root / "clicked.dwell")
    app.go_to(ALL_SEEN)
    app.start_tracking()
    app.wait(
        "ctx.store.job?.state === 'running' && ctx.store.job.done > 0.2 * ctx.store.job.total", timeout_s=120
    )
    shoot(app, "track")
    app.page.get_by_role("button", name="Stop").click()
    app.said("Tracking is stopped")
    app.undo()
    app.wait("ctx.store.steps.redo")
    app.undo()


def look(app: App, root: Path) -> None:
    """Look mode on a slice of a drawn CT: the mouse plays the eye, and rests on a kidney."""
    phantom = draw_phantom((300, 220, 44), phantom_affine((300, 220, 44), (1.0, 1.0, 4.0)))
    write_volume(root / "trunk.nii.gz", phantom.volume.voxels, phantom.volume.affine)
    with open_analysis(root / "trunk.nii.gz", root / "trunk.dwell") as analysis:
        for part, box in (("liver", Box(38, 53, 164, 162)), ("kidney", Box(180, 103, 234, 160))):
            analysis.prompt(part, box, frame_idx=21)
        analysis.track()
        analysis.project.edit_aoi(analysis.project.aoi("kidney").object_id, colour="#56b4e9")
    app.visit().open(root / "trunk.nii.gz")
    app.go_to(21)
    app.press("Shift+L")
    app.press("z")
    app.wait("parts.look.view?.running && parts.look.view.status.state === 'streaming'")
    box = app.page.locator("#stage-canvas").bounding_box()
    assert box is not None
    at = app.state("parts.stage.viewport.toScreen(205, 131)")
    app.page.mouse.move(box["x"] + at["x"], box["y"] + at["y"], steps=3)
    app.wait("parts.look.mask && !parts.look.view.waiting")
    shoot(app, "look")
    app.page.evaluate("() => window.__dwell.parts.look.leave()")


def volume(app: App, root: Path) -> None:
    """A volume with two AOIs, and its other planes."""
    app.visit().open(root / "trunk.dwell")
    app.go_to(21)
    app.tab("Planes")
    app.page.wait_for_timeout(1500)
    shoot(app, "volume")


def review(app: App, root: Path, suffix: str) -> None:
    """The queue, a correction, and how it was before."""
    app.visit().open(root / "tracked.dwell")
    app.tab("Review")
    app.wait_for_queue().first.get_by_role("button").click()
    app.page.wait_for_timeout(800)
    shoot(app, f"review{suffix}")
    if not suffix:
        correct(app)
        shoot(app, "after")
        app.press("o")
        app.wait("parts.masks.get(ctx.player.frameIdx, ctx.ui.get('before'))")
        shoot(app, "before")
        app.page.get_by_role("button", name="Undo correction").click()
        app.said(re.compile("correction is undone"))


def correct(app: App) -> None:
    """Draw a box where the tracker has done worst, among frames that show much of the ball."""
    app.tab("AOIs")
    frame_idx = worst_frame(app, "ball")
    app.go_to(frame_idx)
    app.select("ball")
    app.drag_box(*WORLD.box("ball", frame_idx))
    app.wait_until_corrected()
    if app.state("parts.annotator.choice"):
        app.press("Escape")


def worst_frame(app: App, name: str) -> int:
    """The frame where the tracked mask is least like the truth."""
    frames = [i for i in range(0, WORLD.n_frames, 5) if WORLD.truth(i)[name].sum() > 2000]
    known = app.masks_of(name)

    def likeness(frame_idx: int) -> float:
        mask = known[frame_idx]
        if not mask or not mask["counts"] or mask["user_made"]:
            return 1.0
        true = Mask.from_array(WORLD.truth(frame_idx)[name])
        return Mask.from_bytes(mask["counts"].encode(), WORLD.size_hw).iou(true)

    return min(frames, key=likeness)


def results(app: App, suffix: str) -> None:
    """Numbers and pictures, then the export dialog."""
    app.tab("Results")
    app.dwell_ms("cup")
    app.page.get_by_role("button", name="Widen the results").click()
    app.page.wait_for_timeout(1200)
    shoot(app, f"results{suffix}")
    app.page.get_by_role("button", name="Widen the results").click()
    if not suffix:
        app.open_export()
        shoot(app, "export")
        app.press("Escape")


def shoot(app: App, name: str) -> None:
    """Write docs/app-<name>.jpg once nothing moves any more."""
    for toast in app.page.locator(".toast").get_by_role("button", name="Dismiss").all():
        toast.click()
    app.page.wait_for_timeout(600)
    picture = Image.open(io.BytesIO(app.page.screenshot())).convert("RGB")
    path = DOCS / f"app-{name}.jpg"
    picture.save(path, quality=86, subsampling=0, optimize=True)
    assert path.stat().st_size < MOST_BYTES, f"{path} has {path.stat().st_size} bytes"


@contextmanager
def page_on(chromium: Chromium, server: Server, *, dark: bool) -> Iterator[App]:
    """A page in the system's light or dark colours."""
    context = chromium.browser.new_context(
        viewport=SIZE, color_scheme="dark" if dark else "light", reduced_motion="reduce"
    )
    context.add_init_script(TOUR_SEEN)
    app = App(context.new_page(), server)
    try:
        yield app
    finally:
        context.close()
    if app.wrong:
        raise SystemExit("\n".join(app.wrong))


if __name__ == "__main__":
    main()
