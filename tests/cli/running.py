"""Runs the ``dwell`` command, in this process or in one of its own, and says what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from typer.testing import CliRunner

from dwell.cli.main import app
from dwell.project import Project

RED, BLUE = "red:click=32,15@f20", "blue:click=40,45@f0"
"""Prompts on the shapes of ``shape_recordings``."""
COLOUR = ("--backend", "colour")


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on stdout; fails if there is anything else."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value

    @property
    def error(self) -> str:
        """The message on stderr, unfolded."""
        return " ".join(self.err.replace("│", " ").split())


def dwell(*args: object, code: int | None = 0) -> Ran:
    """Run a command here; ``code`` is the exit code it must have."""
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    ran = Ran(result.exit_code, result.stdout, result.stderr)
    assert code is None or ran.code == code, (ran.code, ran.out, ran.err)
    assert "Traceback" not in ran.err
    return ran


def refused(*args: object, code: int = 1) -> str:
    """The message of a command that must fail: something went wrong, in at most three short sentences."""
    ran = dwell(*args, code=code)
    assert ran.out == ""
    assert len(ran.error) < 500, ran.error
    return ran.error


def start(*args: object, cwd: Path, code: str = "") -> subprocess.Popen[str]:
    """A command in a process of its own; ``code`` runs before it."""
    program = f"{code}\nfrom dwell.cli.main import main\nmain()"
    return subprocess.Popen(
        [sys.executable, "-c", program, *(str(arg) for arg in args)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )


def ended(process: subprocess.Popen[str], timeout_s: float = 60) -> Ran:
    """What a process did, once it has ended."""
    out, err = process.communicate(timeout=timeout_s)
    return Ran(process.returncode, out, err)


def masks_of(project: Path) -> dict[tuple[str, int], tuple[str, bytes]]:
    """Every state and mask in a project by AOI name and frame, to compare projects."""
    found = {}
    with Project.open(project, write=False) as opened:
        for aoi in opened.aois():
            masklet = opened.masklet(aoi.object_id, include_stale=False)
            for frame_idx, state in zip(masklet.frame_idx.tolist(), masklet.states, strict=True):
                mask = masklet.mask(frame_idx)
                found[aoi.name, frame_idx] = (str(state), b"" if mask is None else mask.to_bytes())
    return found


def index_of(png: Path) -> np.ndarray:
    """(h, w) labels of an indexed PNG."""
    with Image.open(png) as image:
        assert image.mode == "P"
        return np.asarray(image)
