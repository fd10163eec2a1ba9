"""Reports of the page as JSON: what comes in from the browser, and what a log of looking keeps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from dwell.screen.view import Chrome, Monitor, Rect, ShownMarker, View

__all__ = ["as_report", "read_view"]

_NUMBERS = tuple(f.name for f in fields(View) if f.type == "float")
_OPTIONAL = {"zoom", "device_pixel_ratio", "pinch", "pinch_x", "pinch_y"}


def read_view(report: Mapping[str, Any]) -> View:
    """The view that a report of the page describes.

    Args:
        report: as ``core/screen.js`` makes it: the fields of ``View``; ``t_ns`` as a number or as digits.

    Raises:
        ValueError: a field is missing, of another kind, or a length is not above 0; the message names it.
    """
    numbers = {name: _number(report, name) for name in _NUMBERS if name in report or name not in _OPTIONAL}
    chrome = report.get("chrome")
    return View(
        t_ns=_whole(report, "t_ns"),
        frame_idx=_whole(report, "frame_idx"),
        canvas=_rect(_mapping(report, "canvas"), "canvas."),
        chrome=None if chrome is None else Chrome(**_numbers(_mapping(report, "chrome"), "left", "top")),
        visible=_flag(report, "visible"),
        monitors=tuple(_monitor(each, f"monitors[{i}].") for i, each in enumerate(_list(report, "monitors"))),
        markers=tuple(_marker(each, f"markers[{i}].") for i, each in enumerate(_list(report, "markers"))),
        **numbers,
    )


def as_report(view: View) -> dict[str, Any]:
    """The same as plain values for JSON; ``read_view`` gives the same view back."""
    report = asdict(view)
    report["t_ns"] = str(view.t_ns)  # a number of JSON may lose its last digits elsewhere
    for monitor in report["monitors"]:
        monitor["scale"] = None if math.isnan(monitor["scale"]) else monitor["scale"]
    return report


def _monitor(report: Any, where: str) -> Monitor:
    _expect(isinstance(report, Mapping), where, "an object", report)
    scale = math.nan if report.get("scale") is None else _number(report, "scale", where)
    numbers = _numbers(report, "left", "top", "width", "height", where=where)
    return Monitor(**numbers, scale=scale, name=str(report.get("name", "")))


def _marker(report: Any, where: str) -> ShownMarker:
    _expect(isinstance(report, Mapping), where, "an object", report)
    return ShownMarker(
        _whole(report, "marker_id", where), _rect(_mapping(report, "rect", where), where + "rect.")
    )


def _rect(report: Mapping[str, Any], where: str) -> Rect:
    return Rect(**_numbers(report, "left", "top", "width", "height", where=where))


def _numbers(report: Mapping[str, Any], *names: str, where: str = "chrome.") -> dict[str, float]:
    return {name: _number(report, name, where) for name in names}


def _number(report: Mapping[str, Any], name: str, where: str = "") -> float:
    value = report.get(name)
    ok = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    _expect(ok, where + name, "a finite number", value)
    return float(value)  # type: ignore[arg-type]


def _whole(report: Mapping[str, Any], name: str, where: str = "") -> int:
    value = report.get(name)
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        return int(value)
    _expect(isinstance(value, int) and not isinstance(value, bool), where + name, "a whole number", value)
    return int(value)  # type: ignore[arg-type]


def _flag(report: Mapping[str, Any], name: str) -> bool:
    value = report.get(name, True)
    _expect(isinstance(value, bool), name, "true or false", value)
    return bool(value)


def _mapping(report: Mapping[str, Any], name: str, where: str = "") -> Mapping[str, Any]:
    value = report.get(name)
    _expect(isinstance(value, Mapping), where + name, "an object", value)
    return value  # type: ignore[return-value]


def _list(report: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = report.get(name, ())
    _expect(isinstance(value, list | tuple), name, "a list", value)
    return value  # type: ignore[no-any-return]


def _expect(ok: bool, name: str, expected: str, found: object) -> None:
    if not ok:
        raise ValueError(f"Expected {expected} as {name.rstrip('.')} of the page's report, got {found!r}.")
