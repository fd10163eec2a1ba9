"""The browser: Debian's Chromium or another, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


def found() -> str | None:
    """The browser's command; ``DWELL_TEST_BROWSER`` names it where several are installed."""
    named = os.environ.get("DWELL_TEST_BROWSER")
    return next((path for name in ((named,) if named else NAMES) if (path := shutil.which(name))), None)


class Chromium:
    """One browser, started when it is first wanted; each context that is made of it is a fresh profile.

    Playwright runs an event loop in the thread that started it, where nobody else can then run one: close it
    before anything does.
    """

    def __init__(self) -> None:
        self._playwright: Any = None
        self._browser: Browser | None = None

    @property
    def browser(self) -> Browser:
        """The running browser."""
        if self._browser is None:
            from playwright.sync_api import sync_playwright

            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(executable_path=found(), args=QUIET)
        return self._browser

    def close(self) -> None:
        """Close it, if it runs."""
        if self._browser is not None:
            self._browser.close()
            self._playwright.stop()
        self._playwright = self._browser = None
