"""The network classes of ``transformers``, imported when they are wanted; what is amiss is said plainly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

from dwell.errors import MissingBackend
from dwell.models import Model
from dwell.segmenters.checkpoints.family import family_of

__all__ = ["TRANSFORMERS_NEEDED", "model_class", "need_libraries", "need_model"]

TRANSFORMERS_NEEDED = (5, 23)
"""The oldest ``transformers`` whose networks Dwell has been tested with."""


def model_class(name: str, config: Mapping[str, Any] | None = None) -> Any:
    """A class of ``transformers``.

    Args:
        name: as in ``Family.architectures``.
        config: all of that config.json; then packages are checked that only some backbones need.

    Raises:
        MissingBackend: a package is missing, too old or broken; the message has the line that mends it.
    """
    need_libraries()
    found = _class_of_transformers(name)
    if config is not None and _backbone(config) == "timm_wrapper":
        _need_timm(str(config.get("model_type", name)))
    return found


def need_model(model: Model) -> None:
    """See to it that all that a model imports is there, before its weights are fetched.

    Raises:
        MissingBackend: a package is missing, too old or broken; the message has the line that mends it.
    """
    model_class(family_of(model).architectures[model.architecture])
    if "timm" in model.needs:
        _need_timm(model.architecture)


def need_libraries() -> None:
    """See to it that torch can be imported and transformers is there.

    Raises:
        MissingBackend: one is missing or broken; the message has the line that mends it.
    """
    for package in ("torch", "transformers"):
        if find_spec(package) is None:
            raise MissingBackend(
                f"Learned models need the package {package!r}, which is not installed; run: "
                'pip install "dwell[sam]"'
            )
    _import("torch")


def _class_of_transformers(name: str) -> Any:
    try:
        found = getattr(import_module("transformers"), name)
    except AttributeError as error:
        raise _too_old(name) from error
    except (ImportError, RuntimeError, OSError) as error:
        _blame_torchvision(error)
        if _numbers(_version("transformers")) < TRANSFORMERS_NEEDED:
            raise _too_old(name) from error
        raise _unusable("transformers", error) from error
    if getattr(found, "is_dummy", False):  # a placeholder: this transformers does not take this torch
        raise MissingBackend(
            f"transformers {_version('transformers')} does not work with torch {_version('torch')}; run: "
            'pip install --upgrade "dwell[sam]"'
        )
    return found


def _need_timm(model_type: str) -> None:
    for package in ("torchvision", "timm"):
        if find_spec(package) is None:
            raise MissingBackend(
                f"The image network of this {model_type} model comes from the package 'timm', which needs "
                f'torchvision; {package!r} is not installed. Run: pip install "dwell[edgetam]" – or use '
                "sam2.1-tiny, which needs neither."
            )
    _import("timm")


def _import(package: str) -> None:
    try:
        import_module(package)
    except (ImportError, RuntimeError, OSError) as error:
        _blame_torchvision(error)
        raise _unusable(package, error) from error


def _blame_torchvision(error: BaseException) -> None:
    """Say so if torchvision is the culprit: one that was not made for this torch spoils every import.

    Raises:
        MissingBackend: it is.
    """
    if find_spec("torchvision") is None:
        return
    reason = next((str(each) for each in _causes(error) if "torchvision" in str(each)), None)
    try:
        import_module("torchvision")
    except (ImportError, RuntimeError, OSError) as broken:
        reason = str(broken)
    if reason is None:
        return
    raise MissingBackend(
        f"torchvision {_version('torchvision')} does not fit torch {_version('torch')} "
        f"({_first_line(reason)}). "
        "Run: pip uninstall torchvision – all models but edgetam work without it – or install both from one "
        "place: pip install --force-reinstall torch torchvision"
    ) from error


def _too_old(name: str) -> MissingBackend:
    needed = ".".join(map(str, TRANSFORMERS_NEEDED))
    return MissingBackend(
        f"transformers {_version('transformers')} has no {name}; Dwell needs {needed} or newer. Run: "
        f'pip install --upgrade "transformers>={needed}"'
    )


def _unusable(package: str, error: BaseException) -> MissingBackend:
    deepest = list(_causes(error))[-1]
    return MissingBackend(
        f"{package} {_version(package)} is installed but cannot be imported ({_first_line(str(deepest))}). "
        f'Run: pip install --force-reinstall "dwell[sam]"'
    )


# -------------------------------------------------------------------- small helpers


def _backbone(config: Mapping[str, Any]) -> str | None:
    vision = config.get("vision_config") or {}
    backbone = vision.get("backbone_config") or {} if isinstance(vision, Mapping) else {}
    return backbone.get("model_type") if isinstance(backbone, Mapping) else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies behind it, outermost first."""
    each: BaseException | None = error
    while each is not None:
        yield each
        each = each.__cause__ or each.__context__


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(of unknown version)"


def _numbers(text: str) -> tuple[int, ...]:
    parts = text.split(".")[:2]
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else (0,)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].rstrip(".")
