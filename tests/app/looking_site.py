"""A real server with two drawn pictures, and a page that looks at them with a mouse that does not tremble."""

import asyncio
import json
import time
from contextlib import asynccontextmanager, contextmanager

import httpx

import dwell
from app.looping import until
from dwell.app.serve import start_in_thread
from dwell.app.settings import Settings
from looks.shelf import draw_pictures

ON_RED, ON_BLUE, ON_WHITE = (35, 45), (120, 50), (80, 90)
"""px of the picture; see ``looks.shelf``."""
SCALE = 5.0
CANVAS = {"left": 100.0, "top": 50.0, "width": 800.0, "height": 500.0}
STILL = {
    "accuracy_deg": 0,
    "precision_deg": 0,
    "drift_deg_per_min": 0,
    "latency_ms": 0,
    "blinks": False,
    "rate_hz": 100,
}
"""A mouse that plays an eye without faults."""


def made_project(root):
    """A project over two drawn pictures of 160 × 100 px, segmented by their flat colours."""
    root.mkdir(exist_ok=True)
    pictures = draw_pictures(root / "pictures")
    with dwell.open_analysis(pictures, root / "p.dwell", backend="colour") as analysis:
        _ = analysis.session
        analysis.session.sign()
    return root / "p.dwell"


class Page:
    """What a browser's page does in Look mode."""

    def __init__(self, client):
        self.client = client
        self.frame_idx, self.object_id, self.view_changes = 0, None, {}
        self.seen = []
        """States that the stream has shown, with their masks filled in."""
        self.watching = None

    async def get(self, path, **query):
        return (await self.client.get(path, params=query)).raise_for_status().json()

    async def post(self, path, /, **body):
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refused(self, path, /, **body):
        """Status and words of an answer that is a refusal."""
        answer = await self.client.post(path, json=body)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["error"]

    async def start(self, source="mouse", **settings):
        picked = {"frame_idx": self.frame_idx, "object_id": self.object_id}
        settings = {"mouse": STILL, **settings}
        return await self.post("look/start", client="page one", source=source, settings=settings, **picked)

    def screen(self, **changes):
        """A report: the picture fills the canvas, on a monitor of 1920 × 1080 px."""
        return {
            "t_ns": now(), "screen_x": 0, "screen_y": 0, "outer_width": 1920, "outer_height": 1080,
            "inner_width": 1920, "inner_height": 1000, "canvas": CANVAS, "scale": SCALE, "x": 0, "y": 0,
            "image_width": 160, "image_height": 100, "frame_idx": self.frame_idx,
            "object_id": self.object_id, "chrome": {"left": 0, "top": 80},
            "monitors": [{"left": 0, "top": 0, "width": 1920, "height": 1080}],
            **self.view_changes, **changes,
        }  # fmt: skip

    async def report(self, **changes):
        return await self.post("look/view", **self.screen(**changes))

    async def point_at(self, xy):
        """Move the mouse onto a px of the picture."""
        x, y = CANVAS["left"] + SCALE * xy[0], CANVAS["top"] + SCALE * xy[1]
        await self.point_at_page(x, y)

    async def point_at_page(self, x, y):
        sample = {"t_ns": now(), "x": x, "y": y}
        await self.post("look/pointer", sent_ns=now(), samples=[sample])

    async def press(self, action):
        await self.post("look/press", action=action, t_ns=now(), sent_ns=now())

    @property
    def shown(self):
        """The newest state."""
        return self.seen[-1] if self.seen else None

    async def until(self, condition, timeout_s=60.0):
        """Wait for a state of which something is true."""
        await until(lambda: self.shown is not None and condition(self.shown), timeout_s)
        return self.shown

    async def watch(self):
        """Take what the stream shows, until cancelled or it ends."""
        masks = {}
        async with self.client.stream("GET", "look/stream", timeout=60) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    state = json.loads(line.removeprefix("data: "))
                    key = (state["name"], state["mask_rev"])
                    if state["mask"] is not None:
                        assert key not in masks, "a mask is sent once"
                        masks[key] = state["mask"]
                    self.seen.append({**state, "mask": masks.get(key)})


@contextmanager
def served(project, **changes):
    """A server of its own that may use the project's folder."""
    running = start_in_thread(Settings(roots=(project.parent,), **changes))
    try:
        yield running
    finally:
        running.stop()


@asynccontextmanager
async def page_at(server, project):
    """A page that watches the stream; what it has added is gone afterwards."""
    headers = {"Authorization": f"Bearer {server.settings.token}"}
    base = f"http://127.0.0.1:{server.settings.port}"
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=60) as client:
        opened = (await client.post("/api/open", json={"path": str(project)})).raise_for_status().json()
        client.base_url = f"{base}/api/p/{opened['pid']}/"
        page = Page(client)
        page.watching = asyncio.ensure_future(page.watch())
        try:
            yield page
            if not server.running:
                return
            await page.post("look/stop")
            for aoi in (await page.get("state"))["aois"]:
                await client.delete(f"aois/{aoi['object_id']}", params={"client": "page one"})
        finally:
            page.watching.cancel()
            await asyncio.gather(page.watching, return_exceptions=True)


@asynccontextmanager
async def looking_at(server, project, **settings):
    """A page with a look under way, the mask following the eye."""
    async with page_at(server, project) as page:
        page.info = await page.start(**settings)
        await page.report()
        await page.press("start")
        yield page


def now():
    return str(time.time_ns())
