"""The page's own code: its tests pass in node, its types hold, and its messages are those of the server."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dwell.app import page_types

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "app" / "web"
PAGE = ROOT / "src" / "dwell" / "app" / "web"
TSC = TESTS / "node_modules" / "typescript" / "bin" / "tsc"
OLDEST_NODE = (20, 19)
"""The first that tells an ES module by its text."""


@pytest.fixture(scope="module")
def node():
    """The command, if a node is here that is new enough."""
    command = shutil.which("node")
    if command is None:
        pytest.skip("needs node; install Node.js 20.19 or newer, https://nodejs.org")
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
    found = tuple(int(part) for part in re.findall(r"\d+", said)[:2])
    if found < OLDEST_NODE:
        pytest.skip(f"needs Node.js 20.19 or newer, and {said.strip()} is installed")
    return command


def run(*command):
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False
    )


def test_the_core_of_the_page_passes_its_tests(node):
    done = run(node, "--test", *map(str, sorted(TESTS.glob("*.test.js"))))
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert int(re.search(r"^(?:#|ℹ) pass (\d+)$", done.stdout, re.MULTILINE)[1]) > 0


def test_the_types_of_the_page_hold(node):
    if not TSC.is_file():
        pytest.skip("needs TypeScript's checker; run: npm ci --prefix tests/app/web")
    done = run(node, str(TSC), "--project", str(TESTS / "tsconfig.json"))
    assert done.returncode == 0, done.stdout[-8000:]


def test_the_types_of_the_messages_are_those_of_the_server():
    assert page_types.TARGET.read_text(encoding="utf-8") == page_types.page_types(), (
        "run: python -m dwell.app.page_types"
    )


def test_every_core_module_of_the_page_has_tests():
    """All but those that hold nothing but types."""
    without = {"messages", "context"}
    cores = {path.stem for path in (PAGE / "core").glob("*.js")} - without
    imported = re.findall(
        r"/core/(\w+)\.js", "\n".join(path.read_text(encoding="utf-8") for path in TESTS.glob("*.test.js"))
    )
    assert cores - set(imported) == set()


def test_the_page_asks_nobody_else_for_anything():
    """No CDN, no font service: what the page loads lies beside it."""
    for path in sorted(PAGE.rglob("*")):
        if path.suffix in {".js", ".css", ".html"}:
            text = path.read_text(encoding="utf-8")
            assert not re.findall(r"""(?:src|href|from|import|url)\W{1,3}(?:https?:)?//""", text), path


def test_the_page_writes_no_markup_from_data():
    for path in sorted(PAGE.rglob("*.js")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\.(innerHTML|outerHTML)\s*\+?=|\b(insertAdjacentHTML|write|eval)\(", text), (
            path
        )
