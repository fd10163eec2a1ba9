"""The house stands: imports go down only, siblings keep apart, and nothing runs in a circle."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "dwell"

FLOORS = [
    {"errors", "types"},
    {"ahead", "files", "masks"},
    {"prompts", "video", "tables", "registry", "models"},
    {"volumes", "live", "screen"},
    {"recordings", "segmenters", "project", "drawn_world"},
    {"tracking", "gaze", "metrics", "pairing"},
    {"render", "formats", "editing", "cloud", "results", "review", "enrichments", "looking"},
    {"suggestions", "reference_image", "looks", "everything", "labels"},
    {"analysis", "demo"},
    {"app"},
    {"cli"},
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# Siblings that may lean on each other, and why.
DOORS = {
    ("types", "errors"),
    ("registry", "models"),  # a table of names, like it
    ("metrics", "gaze"),  # measures are taken of mapped gaze
    ("demo", "analysis"),  # the demo runs what scripts run
}


def room_of(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def imported_modules(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    relative = any(isinstance(n, ast.ImportFrom) and n.level for n in ast.walk(tree))
    assert not relative, f"{path} imports relatively; write the whole name"
    return {name for name in names if name.split(".")[0] == "dwell"}


def python_files() -> list[Path]:
    return [path for path in sorted(SRC.rglob("*.py")) if path != SRC / "__init__.py"]


def test_every_room_has_a_floor():
    assert {room_of(path) for path in python_files()} <= set(FLOOR_OF)


@pytest.mark.parametrize("path", python_files(), ids=lambda p: str(p.relative_to(SRC)))
def test_imports_go_down_only(path):
    here = room_of(path)
    for module in imported_modules(path):
        parts = module.split(".")
        if len(parts) == 1 or parts[1] == here:
            continue
        there = parts[1]
        down = FLOOR_OF[there] < FLOOR_OF[here]
        assert down or (here, there) in DOORS, f"{path.name} on floor {FLOOR_OF[here]} imports {module}"


def test_no_import_cycles():
    files = {
        ".".join(("dwell", *path.relative_to(SRC).with_suffix("").parts)): path for path in python_files()
    }
    files = {name.removesuffix(".__init__"): path for name, path in files.items()}
    graph = {}
    for name, path in files.items():
        needed = set()
        for module in imported_modules(path):
            needed |= {module} & files.keys()
        graph[name] = needed - {name}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail, name))
        if name in done:
            return
        for each in graph[name]:
            if not (name.startswith(each + ".")):  # a file may use its own folder's words
                visit(each, (*trail, name))
        done.add(name)

    for name in graph:
        visit(name, ())
