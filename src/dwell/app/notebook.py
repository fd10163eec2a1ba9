"""The page inside a notebook: Jupyter, JupyterHub, Colab.

Sources: the documentation of jupyter-server-proxy (https://jupyter-server-proxy.readthedocs.io), of
JupyterHub's environment variables, and of ``google.colab.output``. Colab was not at hand to try.
"""

from __future__ import annotations

import importlib
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dwell.app.kinds import kind_of
from dwell.app.serve import Served, start_in_thread
from dwell.app.settings import Settings
from dwell.errors import DwellError, UnknownRecording

__all__ = ["show"]

_COLAB = ("https://*.googleusercontent.com", "https://*.prod.colab.dev", "https://colab.research.google.com")
"""Where Colab shows what a kernel serves, and the page around it."""
_NEAR = ("http://localhost:*", "http://127.0.0.1:*", "vscode-webview:")
"""Pages of notebooks on this computer."""


def show(
    path: str | Path | None = None, *, height: int = 820, proxy: str | None = None, port: int = 0
) -> Served:
    """Show the page below the cell.

    Args:
        path: a recording or project to open, or a folder to work in; None: the current folder. Nothing
            outside of its folder can be used.
        height: px of the page.
        proxy: what the addresses of the notebook's own server begin with, such as ``/user/ada/``, where the
            page is to be reached through its jupyter-server-proxy; an empty text: not through it. None: found
            out from JupyterHub's environment and from what is installed.
        port: to listen on; 0: the first free one from 8642.

    Returns:
        The server, which runs in a thread: ``.address`` opens the page in a tab of its own, ``.stop()`` saves
        everything and ends it.

    Raises:
        UnknownRecording: there is nothing at the path.
        DwellError: this is no notebook, or the port is taken.
    """
    start = Path.cwd() if path is None else Path(path).resolve()
    if not start.exists():
        raise UnknownRecording(f"There is nothing at {path}; check the path.", path=path)
    opened = None if kind_of(start) == "folder" else start
    root = start if opened is None else start.parent
    if "google.colab" in sys.modules:
        return _in_colab(root, opened, height, port)
    display = _display()
    prefix = _proxy_prefix() if proxy is None else proxy
    served = start_in_thread(_settings(root, port, behind_proxy=bool(prefix)), opened)
    served.address = _address(served, prefix)
    display.display(display.IFrame(served.address, width="100%", height=height))
    return served


def _settings(root: Path, port: int, *, behind_proxy: bool) -> Settings:
    """Through the notebook's own server the page has its origin; without it, it is another site's page."""
    if behind_proxy:
        return Settings((root,), port=port, any_host=True)
    return Settings((root,), port=port, embedded=True, framed_by=_NEAR)


def _address(served: Served, prefix: str) -> str:
    """Where the notebook's browser finds the page."""
    parts = urlsplit(served.address)
    if prefix:
        return f"{prefix.rstrip('/')}/proxy/{served.settings.port}/?{parts.query}"
    return f"http://localhost:{served.settings.port}/?{parts.query}"


def _proxy_prefix() -> str:
    """What leads to jupyter-server-proxy; empty if there seems to be none."""
    prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
    if prefix:
        return prefix
    return "/" if find_spec("jupyter_server_proxy") is not None else ""


def _in_colab(root: Path, opened: Path | None, height: int, port: int) -> Served:
    """Through Colab's own way to a port of the kernel's computer; its page is of another site than ours."""
    settings = Settings((root,), port=port, embedded=True, framed_by=_COLAB, any_host=True)
    served = start_in_thread(settings, opened)
    output: Any = importlib.import_module("google.colab.output")
    query = urlsplit(served.address).query
    port = served.settings.port
    output.serve_kernel_port_as_iframe(port, path=f"/?{query}", height=str(height))
    outside = output.eval_js(f"google.colab.kernel.proxyPort({port})")
    if outside:
        served.address = f"{str(outside).rstrip('/')}/?{query}"
    return served


def _display() -> Any:
    try:
        return importlib.import_module("IPython.display")
    except ModuleNotFoundError as error:
        raise DwellError("This is no notebook; run `dwell app` in a terminal instead.") from error
