"""``dwell models``: which learned models there are, which are here, and fetching them."""

from __future__ import annotations

import difflib
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dwell.cli.console import EXIT_CODES, note, print_json, print_table, reporting_errors, say
from dwell.cli.options import AsJson
from dwell.cli.progress import in_megabytes, progress

if TYPE_CHECKING:
    from dwell.models import Model

__all__ = ["fetch_with_progress", "models"]

models = typer.Typer(
    name="models",
    epilog=EXIT_CODES,
    invoke_without_command=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)

Names = Annotated[list[str], typer.Argument(metavar="NAME", help="Names of models.", show_default=False)]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of a model.", show_default=False)]

_FIGURES = (
    "CPU: about so many seconds a frame takes with one AOI, an image with one phrase, or one with 768 clicks "
    "all over it, on one core without a GPU, at full resolution or at 512, measured while Dwell was "
    "developed. A minute of video has some 1800 frames."
)


@models.callback()
def list_models(context: typer.Context, as_json: AsJson = False) -> None:
    """List the learned models that track, find things from words, or find masks without prompts; fetch them.

    Without a further word: which there are, which are on this computer, and
    what they cost. A model is fetched by itself when it is first used.

    [bold]Examples[/bold]

      dwell models

      dwell models fetch sam2.1-tiny grounding-dino-tiny

      dwell track kitchen.mp4 --backend sam2.1-tiny --aoi "cup:click=412,300@f90"
    """
    if context.invoked_subcommand is not None:
        return
    with reporting_errors(as_json=as_json):
        from dwell.models import DETECTOR_MODELS, MODELS, PROPOSER_MODELS
        from dwell.segmenters.checkpoints.cache import cache_folder

        device, problem = _device()
        rows = [_facts(model, device) for model in MODELS.values()]
        detectors = [_facts(model, device) for model in DETECTOR_MODELS.values()]
        proposers = [_facts(model, device) for model in PROPOSER_MODELS.values()]
        if as_json:
            facts = {"device": device, "torch": _version("torch"), "problem": problem}
            tables = {"models": rows, "detectors": detectors, "proposers": proposers}
            print_json({**tables, **facts, "cache": cache_folder()})
            return
        say("To segment and track (--backend):")
        _print_models(rows)
        say("\nTo find things from words (--detector):")
        _print_models(detectors)
        say("\nTo find masks without prompts, as do those that track (--proposer):")
        _print_models(proposers)
        say(f"\n{_FIGURES}")
        say(f"Downloads are kept in {cache_folder()}; HF_HOME moves it. Details: docs/models.md.")
        if problem:
            note(problem)
        else:
            say(f"PyTorch {_version('torch')} computes here on: {device}.")


@models.command("fetch", epilog=EXIT_CODES)
def fetch_models(names: Names, as_json: AsJson = False) -> None:
    """Download models, to use them later or without a network.

    Ctrl-C stops; the same command goes on where it was.

    [bold]Examples[/bold]

      dwell models fetch sam2.1-tiny

      dwell models fetch sam2.1-small edgetam
    """
    with reporting_errors(as_json=as_json, stopped="What has come is kept; run the same command to go on."):
        known = [_known(name) for name in names]
        found = [_fetched(model, as_json) for model in known]
        if as_json:
            print_json({"models": found})


@models.command("path", epilog=EXIT_CODES)
def show_path(name: Name, as_json: AsJson = False) -> None:
    """Print the folder of a model that was fetched, to copy it to another computer.

    [bold]Example[/bold]

      cp -rL "$(dwell models path sam2.1-tiny)" /media/stick/sam2.1-tiny
    """
    with reporting_errors(as_json=as_json):
        from dwell.segmenters.checkpoints.checkpoint import find_checkpoint
        from dwell.segmenters.checkpoints.family import family_of

        model = _known(name)
        found = find_checkpoint(model.name, family_of(model), offline=True)
        if as_json:
            print_json({"name": found.name, "folder": found.folder, "revision": found.revision})
        else:
            say(str(found.folder))


def fetch_with_progress(name: str, *, as_json: bool) -> None:
    """Download a model if it is not here, and show how far that is."""
    from dwell.segmenters.checkpoints.checkpoint import find_checkpoint
    from dwell.segmenters.checkpoints.family import family_of

    with progress(f"Fetching {name}", unit="MB", as_json=as_json) as show:
        find_checkpoint(name, family_of(_known(name)), show=in_megabytes(show))


def _fetched(model: Model, as_json: bool) -> dict[str, Any]:
    here = _downloaded(model)["downloaded"]
    if not here:
        fetch_with_progress(model.name, as_json=as_json)
    facts = here or _downloaded(model)["downloaded"]
    if not as_json:
        say(f"{model.name} {'was here already' if here else 'is here'}: {facts['folder']}")
    return {"name": model.name, **facts}


def _known(name: str) -> Model:
    from dwell.models import DETECTOR_MODELS, MODELS, PROPOSER_MODELS

    known = {**PROPOSER_MODELS, **DETECTOR_MODELS, **MODELS}  # SAM 3 is in both, and one download
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, list(known), n=1)
    guess = f" Did you mean {close[0]!r}?" if close else ""
    raise typer.BadParameter(f"There is no model named {name!r}; `dwell models` lists them.{guess}")


# -------------------------------------------------------------------- what is known of a model


def _facts(model: Model, device: str | None) -> dict[str, Any]:
    return {
        "name": model.name,
        "repo": model.repo,
        "licence": model.licence,
        "gated": model.gated,
        "params_m": model.params_m,
        "size_mb": model.size_mb,
        "resolution": model.resolution,
        "needs": model.needs,
        "cpu_s": model.cpu_s,
        "cpu_512_s": model.cpu_512_s,
        "note": model.note,
        "here": _fit(model, device),
        **_downloaded(model),
    }


def _downloaded(model: Model) -> dict[str, Any]:
    """``downloaded``: folder, revision and size, or None; ``incomplete``: only part of it is here."""
    from dwell.errors import MissingModel, ModelError
    from dwell.segmenters.checkpoints.checkpoint import cached_checkpoint

    try:
        found = cached_checkpoint(model)
    except ModelError as error:
        return {"downloaded": None, "incomplete": not isinstance(error, MissingModel)}
    facts = {"folder": found.folder, "revision": found.revision, "size_mb": _size_mb(found.folder)}
    return {"downloaded": facts, "incomplete": False}


def _size_mb(folder: Path) -> float:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)


def _fit(model: Model, device: str | None) -> str:
    """What a model is good for on this computer."""
    missing = [package for package in model.needs if find_spec(package) is None]
    if missing:
        return f'pip install "dwell[{model.extra}]"'
    if device == "cuda":
        return "good"
    if device == "mps":
        return "not tried out on Apple's GPUs"
    quickest = min(model.cpu_s, model.cpu_512_s or model.cpu_s)
    if quickest < 1:
        return "short clips"
    return "short clips, with --stride" if quickest < 3 else "wants a GPU"


def _device() -> tuple[str | None, str | None]:
    """Where PyTorch computes on this computer, or why it does not."""
    if find_spec("torch") is None:
        return None, 'To use these models, install PyTorch and transformers: pip install "dwell[sam]"'
    try:
        import torch
    except (ImportError, OSError, RuntimeError) as error:
        return None, f"PyTorch {_version('torch')} is installed but cannot be imported: {error}"
    if torch.cuda.is_available():
        return "cuda", None
    return ("mps" if torch.backends.mps.is_available() else "cpu"), None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


# -------------------------------------------------------------------- the table


def _print_models(rows: list[dict[str, Any]]) -> None:
    columns = (
        "model",
        "licence",
        "params [M]",
        "size [MB]",
        "downloaded",
        "CPU [s/frame]",
        "on this computer",
        "",
    )
    print_table(
        columns,
        [
            (
                each["name"],
                each["licence"] + (" (gated)" if each["gated"] else ""),
                each["params_m"],
                each["size_mb"],
                _shown_download(each),
                _shown_seconds(each),
                each["here"],
                each["note"],
            )
            for each in rows
        ],
    )


def _shown_download(facts: dict[str, Any]) -> str:
    if facts["incomplete"]:
        return "in part"
    here = facts["downloaded"]
    return "–" if here is None else f"{here['size_mb']:.0f} MB, {here['revision'][:7]}"


def _shown_seconds(facts: dict[str, Any]) -> str:
    small = facts["cpu_512_s"]
    return f"{facts['cpu_s']:.3g}" + (f" ({small:.2g} at 512)" if small else "")
