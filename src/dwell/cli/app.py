"""``dwell app``: the page in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from dwell.cli.console import reporting_errors, say, wrong_usage
from dwell.cli.options import Plane, Series, VolumeIdx, Window, volume_options

__all__ = ["app", "serve_page"]


def app(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="PATH",
            help="A recording or project to open, or a folder to work in; default this folder.",
            show_default=False,
        ),
    ] = None,
    root: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="A folder that the page may use. Repeat for more."),
    ] = None,
    port: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            max=65535,
            show_default=False,
            help="Port; default the first free one from 8642.",
        ),
    ] = 0,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="Address to listen on; others than 127.0.0.1 need --allow-remote."
        ),
    ] = "127.0.0.1",
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Let other computers reach the page.")
    ] = False,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Address of a proxy that shows the page. Repeat for more."),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in your browser.")
    ] = True,
    plane: Plane = None,
    window: Window = None,
    volume: VolumeIdx = None,
    series: Series = None,
) -> None:
    """Open the page: click AOIs, track, review, correct, see the results.

    Everything stays on this computer. The page can read and write below the
    named folders only. Ctrl-C stops it and nothing is lost: tracking that was
    under way goes on when you open the project again.

    [bold]Examples[/bold]

      dwell app

      dwell app kitchen.zip

      dwell app scan.nii.gz --plane coronal --window lung

      dwell app --root /data/recordings --port 8700 --no-browser
    """
    options = volume_options(plane, window, volume, series)
    with reporting_errors(as_json=False):
        serve_page(
            _project_of_volume(path, options) if options else path,
            roots=root or (),
            port=port,
            host=host,
            allow_remote=allow_remote,
            origins=allow_origin or (),
            browser=browser,
        )


def _project_of_volume(path: Path | None, options: dict[str, Any]) -> Path:
    """The project, beside the volume, that is seen like this; made if need be.

    Raises:
        BadParameter: this is no volume, or it has no such options.
    """
    from dwell.analysis import is_project, open_analysis
    from dwell.pairing import usual_project
    from dwell.recordings import open_recording

    if path is None:
        raise typer.BadParameter(
            "--plane, --window, --volume and --series need the PATH of a medical volume."
        )
    target = path
    with wrong_usage():  # such as an option that this kind of recording does not take
        if not is_project(path):
            with open_recording(path, **options) as recording:
                target = usual_project(recording, options, path.resolve().parent)
        open_analysis(path, target, **options).close()
    return target


def serve_page(
    path: Path | None,
    *,
    look: str | None = None,
    roots: Sequence[Path] = (),
    port: int = 0,
    host: str = "127.0.0.1",
    allow_remote: bool = False,
    origins: Sequence[str] = (),
    browser: bool = True,
) -> None:
    """Serve the page until Ctrl-C.

    Args:
        path: a recording or project that it opens, or a folder to work in.
        look: the gaze source with which its Look mode begins; None = it does not.
        roots: folders that it may use.
        port: 0 = the first free one.
        host: address to listen on.
        allow_remote: needed for a host that others can reach.
        origins: addresses of proxies that show the page.
        browser: open it in the user's browser.

    Raises:
        DwellError: there is nothing at a path, or the port cannot be used.
    """
    from dwell.app.kinds import kind_of
    from dwell.app.serve import serve
    from dwell.app.settings import Settings, checked_origin
    from dwell.errors import UnknownRecording

    start = Path.cwd() if path is None else path.resolve()
    if not start.exists():
        raise UnknownRecording(f"There is nothing at {path}; check the path.", path=path)
    opened = None
    folder = start
    if kind_of(start) != "folder":
        opened, folder = start, start.parent
    named = [each.resolve() for each in roots]
    allowed = tuple(dict.fromkeys(named if named and path is None else [folder, *named]))
    for each in allowed:
        if not each.is_dir():
            raise UnknownRecording(f"There is no folder {each}; check its name.", path=each)
    with wrong_usage():
        accepted = tuple(checked_origin(each) for each in origins)
    settings = Settings(allowed, host, port, allowed_origins=accepted, only_roots=bool(roots))
    serve(settings, open_path=opened, look=look, open_browser=browser, allow_remote=allow_remote, say=say)
