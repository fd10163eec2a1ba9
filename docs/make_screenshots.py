"""Make the pictures of the app's pages: ``python docs/make_screenshots.py [DEMO]``.

DEMO is a finished demo (``make demo``), default ``dwell-demo``; it is copied, not touched. The pictures are of the
real page in Chromium: docs/app-*.jpg.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from dwell.drawn_world import DrawnWorld  # noqa: E402
from tests.browser.browsers import Chromium  # noqa: E402
from tests.browser.pages import App  # noqa: E402
from tests.browser.serving import Server  # noqa: E402

SIZE = {"width": 1280, "height": 800}
MOST_BYTES = 250_000
WORLD = DrawnWorld(seed=0, duration_s=12.0)
"""That of the demo."""


def main(demo: Path) -> None:
    """Write docs/app-*.jpg."""
    chromium = Chromium()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "recordings"
        shutil.copytree(demo / "recording", root / "table top")
        shutil.copytree(demo / "demo.dwell", root / "table top, reviewed.dwell")
        server = Server(root, Path(name) / "home")
        server.start()
        try:
            for dark in (False, True):
                with page_on(chromium, server, dark=dark) as app:
                    tell(app, root, "-dark" if dark else "")
        finally:
            server.stop()
            chromium.close()
