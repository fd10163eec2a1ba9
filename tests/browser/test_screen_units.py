"""What a real browser counts window, page and mouse in, at scales of the system and zooms of the page."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from browser.browsers import QUIET, found
from dwell.screen import Monitor, display_to_page, image_to_page, page_to_desktop, read_view, to_image
from dwell.types import Space

CORE = Path(__file__).parents[2] / "src" / "dwell" / "app" / "web" / "core" / "screen.js"
MOUSE = [(40, 60), (620, 60), (30, 410), (610, 420)]
PAGE = "data:text/html,<body style='margin:0;height:100vh;overflow:hidden'>"
WATCH = """() => {
  window.events = [];
  addEventListener('mousemove', (e) => events.push(
    { screenX: e.screenX, screenY: e.screenY, clientX: e.clientX, clientY: e.clientY }));
}"""
NUMBERS = """() => ({
  numbers: {
    screenX, screenY, outerWidth, outerHeight, innerWidth, innerHeight, devicePixelRatio, visible: true,
    pinch: visualViewport,
    monitors: [{ left: 0, top: 0, width: screen.width, height: screen.height, scale: null, name: '' }],
    canvas: { left: 20, top: 30, width: 600, height: 400 },
    viewport: { scale: 0.5, x: 0, y: 0, imageWidth: 1200, imageHeight: 800 }, frameIdx: 0,
  },
  events: window.events,
})"""
REPORT = """([numbers, events]) => {
  const screen = new window.ScreenReporter(() => Date.now());
  const guessed = screen.update(numbers);
  for (const event of events) screen.mouse(event);
  return [guessed, screen.update(numbers)];
}"""


def looked(folder, scale, zoom):
    """The reports of a page before and after the mouse was over it, and what the mouse said."""
    from playwright.sync_api import sync_playwright

    (folder / "Default").mkdir(parents=True)
    level = math.log(zoom) / math.log(1.2)  # how Chromium writes it
    preferences = {"partition": {"default_zoom_level": {"x": level}}}
    (folder / "Default" / "Preferences").write_text(json.dumps(preferences))
    window = ["--headless=new", "--window-position=30,20", "--window-size=720,700"]
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=found(), headless=False, no_viewport=True,
            args=[*QUIET, *window, f"--force-device-scale-factor={scale}"],
        )  # fmt: skip
        try:
            page = context.pages[0]
            page.goto(PAGE)
            script = CORE.read_text(encoding="utf-8") + "\nwindow.ScreenReporter = ScreenReporter;"
            page.add_script_tag(content=script, type="module")
            page.wait_for_function("Boolean(window.ScreenReporter)")
            page.evaluate(WATCH)
            mouse = context.new_cdp_session(page)
            for x, y in MOUSE:
                mouse.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x / zoom, "y": y / zoom})
                page.wait_for_timeout(60)
            seen = page.evaluate(NUMBERS)
            return page.evaluate(REPORT, [seen["numbers"], seen["events"]]), seen["events"]
        finally:
            context.close()


@pytest.mark.parametrize(("scale", "zoom"), [(1, 1.1), (1.25, 2 / 3), (2, 1.5)])
def test_gaze_lands_where_the_mouse_is(chromium, tmp_path, scale, zoom):
    """Gaze on the mouse's place on the screen is at the mouse's place on the page, to a px or two."""
    with ThreadPoolExecutor(1) as apart:  # this thread's Playwright runs already
        (guessed, measured), events = apart.submit(looked, tmp_path / "profile", scale, zoom).result(60)
    assert len(events) == len(MOUSE)
    assert measured["chrome"] is not None
    for report in (guessed, measured):
        view = read_view(report)
        assert view.zoom == pytest.approx(zoom, rel=1e-3)
        monitor = Monitor(0, 0, 4000, 3000)  # the pretended screen is smaller than its window
        for event in events:
            x, y = event["screenX"] / 4000, event["screenY"] / 3000
            page = display_to_page(view, monitor, x, y)
            assert page == pytest.approx((event["clientX"], event["clientY"]), abs=1.5 + 1 / zoom)
            placed = to_image(view, Space.DISPLAY, x, y, monitor=monitor)
            if placed.outside is None:
                back = page_to_desktop(view, *image_to_page(view, placed.x, placed.y))
                assert back == pytest.approx((event["screenX"], event["screenY"]))
