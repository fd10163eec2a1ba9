"""The library's messages in the words of the page, which has no parameters and no options."""

from __future__ import annotations

import re

__all__ = ["for_page"]

_PHRASES = (
    (
        "close it there, or open it read-only (write=False)",
        "stop it there, or wait until it is done, and open the project again",
    ),
    (" To look at it only, open it with write=False.", ""),
    ("; choose another folder with --project", "; choose another place for the project"),
    ("; choose another name with --project", "; choose another place for the project"),
    (
        "; say where it is with --source PATH",
        "; move it back, or say once in a terminal where it is: dwell map PROJECT --source PATH --out TABLES",
    ),
    (
        "; give the right one with --source PATH",
        "; move the right one back, or say once in a terminal where it is: dwell map PROJECT --source PATH "
        "--out TABLES",
    ),
    ('leave such frames out (unanswered="skip")', "leave such frames out"),
    ('write frames without them (unanswered="write")', "write frames without them"),
    ('take frames="all" or a smaller every', "take all frames, or more of them"),
    ('keep both (existing="new"), or give up theirs (existing="replace")', "keep both, or replace ours"),
    ('Import them as prompts (how="prompts"); then', "Import them as prompts; then"),
    ("; say which is meant with video=:", "; choose one of"),
)
_TERMINAL = (
    (", then run `dwell cloud login`, or set DWELL_PUPIL_CLOUD_TOKEN", ", and type it here"),
    (" and run `dwell cloud login`", " and type it here"),
    (" Or set DWELL_PUPIL_CLOUD_TOKEN instead.", " It is used until Dwell is stopped."),
    ("; set DWELL_PUPIL_CLOUD_TOKEN instead", "; the token is used until Dwell is stopped"),
)
_PYTHON_ONLY = re.compile(r",? or open it with damaged=True[^.;]*")


def for_page(message: str) -> str:
    """A message as it helps someone who uses the page.

    Example:
        >>> for_page("film.mp4 is cut short; copy it again, or open it with damaged=True to use the rest.")
        'film.mp4 is cut short; copy it again.'
    """
    for python, said in (*_PHRASES, *_TERMINAL):
        message = message.replace(python, said)
    return _PYTHON_ONLY.sub("", message)
