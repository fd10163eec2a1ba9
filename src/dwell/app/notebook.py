"""The page inside a notebook: Jupyter, JupyterHub, Colab.

Source: the documentation of jupyter-server-proxy (https://jupyter-server-proxy.readthedocs.io) and of
``google.colab.output``.
"""

from __future__ import annotations

import importlib
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dwell.app.places import folder_kind
from dwell.app.serve import Served, start_in_thread
from dwell.app.settings import Settings
from dwell.errors import DwellError

__all__ = ["show"]


def show(path: str | Path = ".", *, height: int = 820, hub: str | None = None) -> Served:
    """Show the page below the cell; the server that is behind it.

    Args:
        path: a recording or project to open, or a folder to work in. Nothing outside its folder can be used.
        height: px of the page.
        hub: address of the notebook's own page, such as ``https://hub.example.org``, where it is not on this
            computer and reaches the server through jupyter-server-proxy.

    Returns:
        ``.address`` opens the page in a tab of its own; ``.stop()`` saves and ends.

    Raises:
        DwellError: there is nothing at the path, or this is no notebook.
    """
    start = Path(path).resolve()
    if not start.exists():
        raise DwellError(f"There is nothing at {path}; check the path.", path=path)
    opened = start if not start.is_dir() or folder_kind(start) != "folder" else None
    colab = find_spec("google") is not None and find_spec("google.colab") is not None
    origins = (hub,) if hub else ("https://*.googleusercontent.com",) if colab else ()
    settings = Settings(
        roots=(start.parent if opened else start,),
        allowed_origins=tuple(each for each in origins if each),
        embedded=bool(origins),
    )
    served = start_in_thread(settings, opened)
    if colab:
        _show_in_colab(served, height)
    else:
        _display(_address(served, hub), height)
    return served


def _show_in_colab(served: Served, height: int) -> None:
    parts = urlsplit(served.address)
    output: Any = importlib.import_module("google.colab.output")
    output.serve_kernel_port_as_iframe(served.port, path=f"/?{parts.query}", height=height)


def _address(served: Served, hub: str | None) -> str:
    """Where the notebook's browser finds the page: directly, or through the notebook's own server."""
    prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
    if hub is None and prefix is None:
        return served.address
    return f"{prefix or '/'}proxy/{served.port}/?{urlsplit(served.address).query}"


def _display(address: str, height: int) -> None:
    try:
        display: Any = importlib.import_module("IPython.display")
    except ModuleNotFoundError as error:
        raise DwellError("This is no notebook; run `dwell app` in a terminal instead.") from error
    display.display(display.IFrame(address, width="100%", height=height))
