"""How long ``import dwell`` and the first words of the command line take, and what they load.

Each is started seven times in a new process; the median counts, with that of an empty Python subtracted where
said. Python's own start is part of what a person waits for, so it is given, too.

Run: ``python -m benchmarks.startup``.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

HEAVY = ("torch", "cv2", "matplotlib", "av", "pandas", "numpy", "PIL", "rich", "typer")
CASES = {
    "python alone": ["-c", "pass"],
    "import dwell": ["-c", "import dwell"],
    "import dwell; dwell.Mask": ["-c", "import dwell; dwell.Mask"],
    "import dwell; dwell.open_analysis": ["-c", "import dwell; dwell.open_analysis"],
    "dwell --help": ["-m", "dwell.cli.main", "--help"],
}


def run(quick: bool = False) -> str:
    """A Markdown table."""
    n_turns = 3 if quick else 7
    alone_ms = median_ms(CASES["python alone"], n_turns)
    rows = [f"| python alone | {alone_ms:.0f} ms | | |"]
    for label, arguments in CASES.items():
        if label != "python alone":
            spent_ms = median_ms(arguments, n_turns)
            rows.append(
                f"| `{label}` | {spent_ms:.0f} ms | {spent_ms - alone_ms:.0f} ms | {loaded(arguments)} |"
            )
    return "\n".join(["| what | time | without Python's start | loads |", "|---|---|---|---|", *rows])


def median_ms(arguments: list[str], n_turns: int) -> float:
    return statistics.median(one_ms(arguments) for _ in range(n_turns))


def one_ms(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return 1000 * (time.perf_counter() - start)


def loaded(arguments: list[str]) -> str:
    """Which heavy packages are imported, as Python itself reports them."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments], check=True, capture_output=True, text=True
    )
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    return ", ".join(name for name in HEAVY if name in names) or "none of them"


if __name__ == "__main__":
    print(run(quick="--quick" in sys.argv))
