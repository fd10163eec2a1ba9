"""The page as a person uses it: what they click, type and see, in their words."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from browser.serving import Server

HERE = Path(__file__).parent
A11Y = (HERE / "a11y.js").read_text(encoding="utf-8")
SERVER_GONE = re.compile(
    "ERR_(CONNECTION_(REFUSED|RESET|CLOSED|ABORTED)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED|CONTENT_LENGTH_MISMATCH|"
    "NETWORK_CHANGED)|^40[13] "  # refused, or cut off in the midst of an answer
)
IN_REACH = "if (!window.__dwell) return null; const { ctx, parts } = window.__dwell;"
TOUR_SEEN = """
if (!localStorage.getItem('dwell.ui')) localStorage.setItem('dwell.ui', JSON.stringify({ tourSeen: true }));
"""

SETTLED = """
async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await Promise.allSettled(document.getAnimations().map((each) => each.finished));
}
"""


class App:
    """One tab."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server
        self.wrong: list[str] = []
        self._allowed: list[re.Pattern[str]] = []
        page.add_init_script(path=HERE / "probe.js")
        page.on("pageerror", lambda error: self._note(f"error on the page: {error}"))
        page.on("console", lambda message: message.type == "error" and self._note_console(message.text))
        page.on(
            "response",
            lambda answer: (
                answer.status >= 400 and self._note(f"{answer.status} {answer.request.method} {answer.url}")
            ),
        )

    def expect_no_server(self) -> None:
        """The server is about to go away, which is no fault of the page."""
        self.allow(SERVER_GONE)

    def allow(self, pattern: str | re.Pattern[str]) -> None:
        """Errors like this are what the test is about."""
        self._allowed.append(re.compile(pattern))

    def _note_console(self, text: str) -> None:
        if "the server responded with a status of" not in text:  # said better by the response itself
            self._note(text)

    def _note(self, text: str) -> None:
        if not any(pattern.search(text) for pattern in self._allowed):
            self.wrong.append(text)

    # ---------------------------------------------------------------- getting there

    def visit(self) -> App:
        """The start page, by the address that the server has printed."""
        self.page.goto(self.server.address)
        self.page.get_by_role("heading", level=1).wait_for()
        return self

    def open(self, path: Path) -> App:
        """The editor with a recording or project, without the detour over the path picker."""
        if not self.page.url.startswith("http"):
            self.visit()
        self.page.evaluate("(path) => probe.open(path)", str(path))
        return self.wait_for_editor()

    def wait_for_editor(self) -> App:
        """Until the first frame is on screen."""
        self.page.wait_for_function("() => window.__dwell?.parts?.stage?.shown?.exact")
        return self

    def pick(self, *names: str) -> App:
        """Open a recording from the start page: its folders, outermost first, and itself."""
        self.choose(*names)
        return self.wait_for_editor()

    def choose(self, *names: str) -> None:
        """In the picker of the start page, which begins where one was last."""
        self.page.get_by_role("button", name="Open a recording").click()
        dialog = self.page.get_by_role("dialog", name="Open a recording or project")
        dialog.get_by_role("navigation", name="Folder").get_by_role("button").first.click()
        for name in names:
            dialog.get_by_role("option").filter(has=self.page.get_by_text(name, exact=True)).click()

    def reload(self) -> App:
        """As with F5."""
        self.page.reload()
        return self.wait_for_editor()

    # ---------------------------------------------------------------- what is on screen

    def state(self, expression: str, *arguments: Any) -> Any:
        """A value of the page's own state: ``ctx`` and ``parts`` are in reach, and ``args``."""
        return self.page.evaluate(f"(args) => {{ {IN_REACH} return {expression}; }}", list(arguments))

    def wait(self, expression: str, *arguments: Any, timeout_s: float = 90) -> None:
        """Until this is true of the page's own state."""
        self.page.wait_for_function(
            f"(args) => {{ {IN_REACH} return {expression}; }}", arg=list(arguments), timeout=timeout_s * 1000
        )

    @property
    def frame_idx(self) -> int:
        """The frame that is shown."""
        return int(self.state("ctx.player.frameIdx"))

    @property
    def aoi_names(self) -> list[str]:
        """In the list."""
        return list(self.state("[...ctx.store.aois.values()].map((aoi) => aoi.name)"))

    def object_id(self, name: str) -> int:
        """Of an AOI."""
        return int(
            self.state("[...ctx.store.aois.values()].find((aoi) => aoi.name === args[0]).object_id", name)
        )

    def mask(self, name: str) -> dict[str, Any]:
        """The mask of an AOI on the frame that is shown, once it is there: state, area, box, counts …"""
        self.wait("parts.masks.get(ctx.player.frameIdx)?.masks.get(args[0])", self.object_id(name))
        return dict(
            self.state("parts.masks.get(ctx.player.frameIdx).masks.get(args[0])", self.object_id(name))
        )

    def wait_for_mask(self, name: str, area: int) -> None:
        """Until the mask of an AOI on the frame that is shown has this many pixels."""
        self.wait(
            "parts.masks.get(ctx.player.frameIdx)?.masks.get(args[0])?.area === args[1]",
            self.object_id(name), area,
        )  # fmt: skip

    def pixel(self, x: float, y: float) -> list[int]:
        """RGBA of what is painted over the video at a place of the video: the mask's colour, or nothing."""
        return list(self.page.evaluate("([x, y]) => probe.pixel(x, y)", [x, y]))

    def wait_for_box(self, name: str, box: list[int]) -> None:
        """Until the mask of an AOI on the frame that is shown lies here."""
        self.wait(
            "String(parts.masks.get(ctx.player.frameIdx)?.masks.get(args[0])?.box) === String(args[1])",
            self.object_id(name), box,
        )  # fmt: skip

    def masks_of(self, name: str) -> list[Any]:
        """What the server says of an AOI on every frame."""
        return list(self.page.evaluate("(id) => probe.masksOf(id)", self.object_id(name)))

    def lane(self, name: str) -> str:
        """A letter per frame: v visible, a absent, l lost, u unknown or out of date."""
        return str(self.page.evaluate("(id) => probe.lane(id)", self.object_id(name)))

    def said(self, text: str | re.Pattern[str]) -> None:
        """Wait until the page has announced this to everybody, screen readers too."""
        live = self.page.locator("[role=status], [role=alert], [aria-live]").filter(has_text=text)
        live.first.wait_for(state="attached")

    # ---------------------------------------------------------------- annotating

    def go_to(self, frame_idx: int) -> None:
        """By the field below the picture."""
        field = self.page.get_by_label(re.compile("Go to (frame|slice)"))
        field.fill(str(frame_idx))
        field.press("Enter")
        self.see_frame(frame_idx)

    def see_frame(self, frame_idx: int) -> None:
        """Wait until this frame is on screen."""
        self.wait("parts.stage.shown?.frameIdx === args[0] && parts.stage.shown.exact", frame_idx)

    def click_thing(self, x: float, y: float, *, exclude: bool = False) -> None:
        """Click a place of the video."""
        self.wait("parts.stage.shown?.frameIdx === ctx.player.frameIdx")
        at = self.state("parts.stage.viewport.toScreen(args[0], args[1])", x, y)
        canvas = self.page.locator("#stage-canvas")
        canvas.click(position={"x": at["x"], "y": at["y"]}, modifiers=["Alt"] if exclude else [])

    def drag_box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a box on the video."""
        box = self.page.locator("#stage-canvas").bounding_box()
        assert box is not None
        places = [
            self.state("parts.stage.viewport.toScreen(args[0], args[1])", x, y)
            for x, y in ((x0, y0), (x1, y1))
        ]
        (ax, ay), (bx, by) = [(box["x"] + at["x"], box["y"] + at["y"]) for at in places]
        self.page.mouse.move(ax, ay)
        self.page.mouse.down()
        self.page.mouse.move((ax + bx) / 2, (ay + by) / 2, steps=4)
        self.page.mouse.move(bx, by, steps=4)
        self.page.mouse.up()

    def name_and_click(self, name: str, x: float, y: float) -> None:
        """A new AOI: click the thing, type what it is."""
        self.state("ctx.ui.set('selected', null)")
        self.click_thing(x, y)
        field = self.page.locator(".naming-input")
        field.fill(name)
        field.press("Enter")
        self.page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}, ")).wait_for()
        self.mask(name)

    def new_aoi(self, name: str) -> None:
        """By keyboard: N, a name, Enter. It is selected then."""
        self.press("n")
        self.page.wait_for_function("() => document.activeElement?.matches('input[type=text]')")
        self.page.keyboard.type(name)
        self.press("Enter")
        self.wait("ctx.store.aois.get(ctx.ui.get('selected'))?.name === args[0]", name)

    def select(self, name: str) -> None:
        """In the list of AOIs."""
        self.tab("AOIs")
        self.page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}, ")).click()

    # ---------------------------------------------------------------- tracking

    def choose_tracker(self, backend: str) -> None:
        """In the panel of the Track button; an AOI without a prompt cannot be tracked yet, which it says."""
        self.allow("400 POST .*/estimate")
        panel = self.open_track_panel()
        panel.get_by_label("Tracker").select_option(backend)
        self.wait("ctx.store.backend.name === args[0]", backend)
        panel.get_by_role("button", name="Cancel").click()

    def open_track_panel(self) -> Locator:
        """What to track, and how."""
        self.page.get_by_role("button", name="Track", exact=True).click()
        panel = self.page.get_by_role("dialog", name="Track")
        panel.wait_for()
        return panel

    def start_tracking(self, *, all_aois: bool = True) -> None:
        """Track the whole video."""
        panel = self.open_track_panel()
        for box in panel.get_by_role("checkbox").all() if all_aois else []:
            box.check()
        panel.get_by_role("button", name="Start").click()
        panel.wait_for(state="detached")

    def wait_until_tracked(self) -> None:
        """Until the job is done."""
        self.wait("ctx.store.job && ctx.store.job.state !== 'running'")
        job = self.state("ctx.store.job")
        assert job["state"] == "done", job

    def wait_for_progress(self, done: int) -> None:
        """Until at least so many frames of a running job are done."""
        self.wait("ctx.store.job?.state === 'running' && ctx.store.job.done >= args[0]", done)

    def wait_until_corrected(self) -> None:
        """Until the gap around a correction is tracked again."""
        self.wait("parts.corrector.now?.phase === 'done' && ctx.store.job?.state === 'done'", timeout_s=120)

    # ---------------------------------------------------------------- panels

    def tab(self, name: str) -> Locator:
        """A panel at the side."""
        self.page.get_by_role("tab", name=re.compile(f"^{name}")).click()
        panel = self.page.get_by_role("tabpanel", name=re.compile(f"^{name}"))
        panel.wait_for()
        return panel

    def wait_for_queue(self) -> Locator:
        """The lines of the review queue, once it is up to date."""
        self.page.wait_for_function(
            "() => document.querySelectorAll('#panel-review .review-list li').length > 0"
        )
        return self.page.get_by_role("list", name="Moments, worst first").get_by_role("listitem")

    def dwell_ms(self, name: str) -> float:
        """Dwell time of an AOI as the open table of results shows it, once it is up to date."""
        self.wait(
            "!ctx.results.busy && ctx.results.info?.state === 'ready'"
            " && ctx.results.info.rev === ctx.store.rev"
        )
        row = self.page.get_by_role("row").filter(has=self.page.get_by_role("rowheader", name=name))
        return round(1000 * float(row.get_by_role("cell").first.inner_text()))

    def open_export(self) -> Locator:
        """The dialog that asks what to write, and where."""
        self.tab("Results").get_by_role("button", name="Export").click()
        dialog = self.page.get_by_role("dialog", name="Export")
        dialog.get_by_label("Folder", exact=True).wait_for()
        return dialog

    def export(self, out: Path, what: list[str]) -> Locator:
        """Write into a folder; the dialog that says what was written."""
        dialog = self.open_export()
        for box in dialog.get_by_role("checkbox").all():
            box.uncheck()
        for label in what:
            dialog.get_by_role("checkbox", name=re.compile(f"^{label}")).check()
        dialog.get_by_label("Folder", exact=True).fill(str(out))
        dialog.get_by_role("button", name="Export", exact=True).click()
        dialog.get_by_role("button", name="Open folder").wait_for()
        return dialog

    # ---------------------------------------------------------------- the keyboard

    def press(self, keys: str) -> None:
        """A shortcut, or any key."""
        self.page.keyboard.press(keys)

    def undo(self) -> None:
        """By its shortcut."""
        self.press("Control+z")

    def redo(self) -> None:
        """By its shortcut."""
        self.press("Control+Shift+z")

    def focus(self) -> dict[str, Any] | None:
        """Where it is: name, whether one can see it, whether one can see that it has the focus."""
        found: dict[str, Any] | None = self.page.evaluate("() => probe.focus()")
        return found

    def tab_to(self, name: str) -> None:
        """Press Tab until something whose name begins like this has the focus."""
        for _ in range(80):
            if (self.focus() or {}).get("name", "").startswith(name):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not come to {name!r}")

    # ---------------------------------------------------------------- what may go wrong

    def drop(self, *paths: Path) -> None:
        """Drop files on the page."""
        files = [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in paths]
        self.page.evaluate("(files) => probe.drop(files)", files)

    def deafen(self) -> None:
        """No change comes through from now on."""
        self.state("window.__dwell.live.stop()")

    def hear_again(self) -> None:
        """Changes come through again."""
        self.state("window.__dwell.live.start()")

    def problems(self) -> list[str]:
        """What a person with a screen reader, a keyboard or weak eyes would stumble over here."""
        self.page.evaluate(SETTLED)  # what fades in is judged when it is there
        return list(self.page.evaluate(A11Y))
