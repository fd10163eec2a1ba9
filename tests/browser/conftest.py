"""A real browser and a real server for the tests of the page."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from browser.browsers import Chromium, found
from browser.pages import TOUR_SEEN, App
from browser.serving import Server
from browser.worlds import PlantedFailure

HERE = Path(__file__).parent
CHROMIUM = Chromium()
PATIENCE_MS = 90_000
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Other tests want an event loop of their own in this thread."""
    try:
        return (yield)
    finally:
        if nextitem is None or HERE not in nextitem.path.parents:
            CHROMIUM.close()


@pytest.fixture(scope="session")
def chromium():
    """The browser, or the reason why there is none."""
    pytest.importorskip("playwright.sync_api", reason='needs pip install "dwell[test]"')
    if found() is None:
        pytest.skip("no browser is installed; run: apt-get install chromium, or set DWELL_TEST_BROWSER")
    return CHROMIUM


@pytest.fixture(scope="module")
def server(chromium, tmp_path_factory):
    """The app, running, for the tests of one file."""
    folder = tmp_path_factory.mktemp("app")
    running = Server(folder / "recordings", folder / "home")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def root(server, request):
    """A folder of the test's own that the server may read and write."""
    folder = server.root / re.sub(r"\W+", " ", request.node.name)[:60].strip()
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(scope="session")
def drawn_kitchen(tmp_path_factory):
    """The recording with the planted failure, drawn once."""
    return PlantedFailure().write(tmp_path_factory.mktemp("drawn") / "kitchen")


@pytest.fixture
def kitchen(drawn_kitchen, root):
    """That recording in the test's own folder."""
    return shutil.copytree(drawn_kitchen, root / "kitchen")


@pytest.fixture
def new_app(chromium, server, request):
    """Opens pages, each in a browser profile of its own; nothing may go wrong on any of them."""
    contexts, apps = [], []

    def open_one(width=1280, height=800, *, dark=False, app=None, tour=False):
        if app is None:
            context = chromium.browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
                locale="en-GB",
            )
            context.set_default_timeout(PATIENCE_MS)
            if not tour:
                context.add_init_script(TOUR_SEEN)
            contexts.append(context)
        else:
            context = app.page.context
        apps.append(App(context.new_page(), server))
        return apps[-1]

    yield open_one
    wrong = [each for app in apps for each in app.wrong]
    if request.node.stash.get(FAILED, False):
        keep(request.node, apps, server)
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def app(new_app):
    """One page."""
    return new_app()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def keep(item, apps, server):
    """Leave pictures and the server's words where DWELL_TEST_PICTURES says, to see what happened."""
    folder = os.environ.get("DWELL_TEST_PICTURES")
    if not folder:
        return
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{item.name}.log").write_text(server.log + "\n".join(e for a in apps for e in a.wrong))
    for number, app in enumerate(apps):
        app.page.screenshot(path=out / f"{item.name}-{number}.png")
