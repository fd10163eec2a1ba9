"""Runs the benchmarks: ``python -m benchmarks [NAME …] [--quick] [--write]``.

Each benchmark is a module that prints Markdown when it is run. It gets a process of its own, so that none
leaves memory, threads or caches to the next. ``--write`` also puts the output into README.md, between the
markers of that benchmark.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

BENCHMARKS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "startup": ((), ("--quick",)),
    "embedded_prompts": ((), ()),
    "automatic_masks": ((), ("--quick",)),
    "embedded_tracker": ((), ("--frames", "20")),
    "gaze_mapping": (("60", "5"), ("5", "0.5")),
    "reference_image": ((), ("200",)),
    "gaze_vs_mouse": ((), ("--quick",)),
    "volumes": ((), ("--quick",)),
    "rendering": ((), ("--quick",)),
    "memory": ((), ("--quick",)),
    "label_export": ((), ("--quick",)),
    "scene_markers": ((), ("2",)),
    "app_latency": ((), ("--quick",)),
    "look_latency": ((), ("--quick",)),
    "frame_stride": ((), ("--quick",)),
    "everything": ((), ("--quick",)),
    "gaze_first": ((), ("--quick",)),
    "sam_sessions": ((), ("--quick",)),
    "sam_models": ((), ("sam2.1-tiny",)),
    "detectors": ((), ("owlv2-base",)),
}
"""Module → arguments for a full and for a quick run, in the order they are run."""

README = Path(__file__).with_name("README.md")
PACKAGES = ("numpy", "opencv-python-headless", "av", "pandas", "matplotlib", "torch", "transformers")


def main() -> int:
    """Exit status: 0 if every benchmark ran."""
    options = parse()
    failed = []
    print(computer(), flush=True)
    for name in options.names or BENCHMARKS:
        print(f"\n## {name}\n", flush=True)
        output, status = stream(name, BENCHMARKS[name][1 if options.quick else 0])
        if status:
            failed.append(name)
        elif options.write:
            write(name, output)
    if options.write and not failed:
        write("computer", computer())
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed and quality.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which; default all: {', '.join(BENCHMARKS)}"
    )
    parser.add_argument("--quick", action="store_true", help="small runs, to see that they work")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}")
    return options


def stream(name: str, arguments: Sequence[str]) -> tuple[str, int]:
    """What the benchmark printed, shown line by line as it came, and its exit status."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
    lines = []
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=README.parent.parent, env=environment
    ) as run:
        for line in run.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    return "".join(lines), run.returncode


def write(name: str, output: str) -> None:
    """Replace what stands between the markers of one benchmark in README.md."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    text = README.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"{README.name} has no markers {begin} … {end}; add them where the table belongs.")
    filled = f"{begin}\n{output.strip()}\n{end}"
    README.write_text(pattern.sub(lambda _: filled, text), encoding="utf-8")


def computer() -> str:
    """What it was measured on, in one line."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{processor()}, {os.cpu_count()} logical cores{busy}; {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {packages}."
    )


def processor() -> str:
    try:
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found.group(1) if found else platform.processor() or "unknown processor"


if __name__ == "__main__":
    sys.exit(main())
