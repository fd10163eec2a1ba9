"""The library's messages in the words of the command line: ``fps=`` becomes ``--fps``."""

from __future__ import annotations

import re

__all__ = ["for_command_line"]

_OPTIONS = {
    "gaze": "--gaze",
    "time": "--time",
    "x": "--x",
    "y": "--y",
    "units": "--units",
    "origin": "--origin",
    "video": "--video",
    "fps": "--fps",
    "name": "--recording",
    "clock_offset_ns": "--clock-offset-ns",
    "video_start_ns": "--video-start-ns",
    "min_confidence": "--min-confidence",
    "px_per_degree": "--px-per-degree",
    "margin_deg": "--margin-deg",
    "margin_px": "--margin-px",
    "group_by": "--group-by",
    "image": "--image",
    "trail_ms": "--trail-ms",
    "fixation_rule": "--fixation-rule",
    "val": "--val",
    "ttff_origin": "--ttff-origin",
}
"""Python's parameter → the option that sets it."""

_PARAMETER = re.compile(rf"(?<![\w'\"=-])({'|'.join(_OPTIONS)})=(?=(')?)")
_LONG_NAME = re.compile(rf"(?<![\w'\"=-])({'|'.join(name for name in _OPTIONS if '_' in name)})(?![\w'\"=])")
_PHRASES = (
    ('how="prompts"', "--as prompts"),
    ('existing="new"', "--existing new"),
    ('existing="replace"', "--existing replace"),
    ('unanswered="skip"', "--unanswered skip"),
    ('unanswered="write"', "--unanswered write"),
    ('frames="all"', "--frames all"),
    ("normalised=True or False", "--normalised or --pixels"),
    ("normalised=True", "--normalised"),
    ("normalised=False", "--pixels"),
    ("name=… in Python or --recording on the command line", "--recording NAME"),
    ("or forget it and start afresh", "or begin another with --afresh"),
    ("forget it and start afresh", "begin another with --afresh"),
    ("To look at it only, open it with write=False.", "`dwell info` and `dwell map` still work."),
    (
        "close it there, or open it read-only (write=False)",
        "wait until it is done, or stop it there; `dwell info` works meanwhile",
    ),
)
_PYTHON_ONLY = re.compile(r",? or open it with damaged=True[^.;]*")


_NO_SUCH_OPTION = re.compile(r"The (reader|backend) '(.*)' has no option '(\w+)'; it takes: (.*)\.")
_NOT_TYPED = ("precision", "show")
"""Options of backends that only Python has."""


def for_command_line(message: str, elsewhere: str | None = None) -> str:
    """A message as it helps someone who types commands.

    Args:
        message: of the library.
        elsewhere: the command that has these options, where the running one has not.

    Example:
        >>> for_command_line("Say fps=, or name the table with gaze='FILE.csv'.")
        "Say --fps, or name the table with --gaze 'FILE.csv'."
    """
    if match := _NO_SUCH_OPTION.fullmatch(message):
        return _no_such_option(*match.groups())
    for python, typed in _PHRASES:
        message = message.replace(python, typed)
    message = _PYTHON_ONLY.sub("", message)
    named = _PARAMETER.sub(lambda m: _typed(m[1]) + (" " if m[2] else ""), message)
    if named != message and elsewhere:
        named += f" (Options of: {elsewhere}.)"
    return _LONG_NAME.sub(lambda m: _typed(m[1]), named)


def _no_such_option(kind: str, name: str, option: str, takes: str) -> str:
    typed = ", ".join(_typed(each) for each in takes.split(", ") if each not in (*_NOT_TYPED, "none"))
    whom = "for this kind of recording" if kind == "reader" else f"to the backend {name!r}"
    return f"{_typed(option)} means nothing {whom}; it takes: {typed or 'none'}."


def _typed(name: str) -> str:
    return _OPTIONS.get(name, f"--{name}")
