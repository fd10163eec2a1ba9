"""How each kind of value is read from text: a whole column at once, or one value with the reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["KINDS", "REDO", "TIME_UNITS", "Kind", "Unreadable", "exact_ns"]

REDO = "Download the recording again; a spreadsheet or script has re-saved this file."
"""What to do about a file that someone else's program changed."""

TIME_UNITS = {"ns": 0, "us": 3, "ms": 6, "s": 9}
"""Unit of time → how many decimal places it lies above the nanosecond."""

_MISSING = ("", "nan", "NaN", "NAN", "NA", "N/A", "null", "None", "-")
_TRUTH = {
    "0": False,
    "1": True,
    "0.0": False,
    "1.0": True,
    "255": True,
    "255.0": True,
    "false": False,
    "true": True,
}
_FLOAT = re.compile(r"[+-]?\d+([.,]\d*)?([eE][+-]?\d+)?")
_LIMIT = 2**63
_EXACT = 2**53
_LOST = f"is an integer that went through floating point, which loses digits. {REDO}"


class Unreadable(ValueError):
    """One value cannot be read; the message is a clause that follows the value."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How to read one kind of column."""

    dtype: str
    """Of the result."""
    pandas_dtype: str | None
    """In which pandas reads the raw column; None = in what it finds."""
    column: Callable[[pd.Series], Any]
    """The raw column → the result. Raises ValueError when any value does not fit."""
    value: Callable[[str], Any]
    """One stripped text → its value. Raises Unreadable."""
    missing: tuple[str, ...] = ()
    """Texts that mean there is no value."""


# ------------------------------------------------------------------ one value


def _whole(text: str) -> int:
    if re.fullmatch(r"[+-]?\d+", text):
        number = int(text)
        if -_LIMIT <= number < _LIMIT:
            return number
        raise Unreadable("does not fit into 64 bits. Check which unit the column has.")
    if not text:
        raise Unreadable("is empty where a whole number is needed. Delete the row or fill it in.")
    if _FLOAT.fullmatch(text):
        raise Unreadable(_LOST)
    raise Unreadable("is no whole number. Check the file in a text editor.")


def _id(text: str) -> Any:
    if text in _MISSING:
        return pd.NA
    try:
        number = _number(text)
    except Unreadable:
        raise Unreadable("is no id; expected a whole number or nothing.") from None
    if not number.is_integer() or abs(number) >= _EXACT:
        raise Unreadable("is no id; expected a whole number or nothing.")
    return int(number)


def _number(text: str) -> float:
    if text in _MISSING:
        return float("nan")
    try:
        return float(text.replace("_", "?"))
    except ValueError:
        if re.fullmatch(r"[+-]?\d+,\d+", text):
            raise Unreadable("has a decimal comma; expected '.' as decimal point.") from None
        raise Unreadable("is no number; expected a number with '.' as decimal point, or nothing.") from None


def _truth(text: str) -> bool:
    try:
        return _TRUTH[text.lower()]
    except KeyError:
        raise Unreadable("is neither true nor false; expected 0 or 1, 0 or 255, true or false.") from None


def exact_ns(text: str, unit: str) -> int:
    """Nanoseconds of a decimal time in ``unit`` (ns, us, ms, s), exact.

    Digits beyond the nanosecond are rounded, half to even.

    Raises:
        Unreadable: no number, or written with an exponent that shows its digits were lost.

    Example:
        >>> exact_ns("1760676788.219000123", "s")
        1760676788219000123
    """
    power = TIME_UNITS[unit]
    whole, _, part = text.partition(".")
    if whole.removeprefix("-").isdecimal() and len(part) <= power and (not part or part.isdecimal()):
        return int(whole + part.ljust(power, "0"))
    try:
        number = Decimal(text.replace("_", "?"))
    except InvalidOperation:
        raise Unreadable(
            f"is no time in {unit}."
            if text
            else "is empty where a time is needed. Delete the row or fill it in."
        ) from None
    if not number.is_finite():
        raise Unreadable(f"is no time in {unit}. Delete the row or fill it in.")
    exponent = number.as_tuple().exponent
    if number and isinstance(exponent, int) and exponent > 0:
        raise Unreadable(_LOST)
    return int(number.scaleb(power).to_integral_value())


# ------------------------------------------------------------------ whole columns


def _same(raw: pd.Series) -> Any:
    return raw


def _wholes(raw: pd.Series) -> Any:
    """Asked for int64, pandas would also take floats that happen to be whole, having lost their digits."""
    if raw.dtype != np.int64:
        raise ValueError("not whole numbers")
    return raw


def _ids(raw: pd.Series) -> Any:
    numbers = raw.to_numpy()
    there = ~np.isnan(numbers)
    if (np.abs(numbers[there]) >= _EXACT).any() or (np.mod(numbers[there], 1) != 0).any():
        raise ValueError("not ids")
    whole = np.where(there, numbers, 0).astype(np.int64)
    return pd.arrays.IntegerArray(whole, ~there)


def _truths(raw: pd.Series) -> Any:
    known = {category: _truth(str(category).strip()) for category in raw.cat.categories}
    if raw.isna().any():
        raise ValueError("empty")
    return raw.map(known).to_numpy(dtype=bool)


def _texts(raw: pd.Series) -> Any:
    return raw.astype("string")


def _times(unit: str) -> Callable[[pd.Series], Any]:
    return lambda raw: np.array([exact_ns(text.strip(), unit) for text in raw], dtype=np.int64)


KINDS: dict[str, Kind] = {
    "int64": Kind("int64", None, _wholes, _whole),
    "Int64": Kind("Int64", "float64", _ids, _id, _MISSING),
    "float64": Kind("float64", "float64", _same, _number, _MISSING),
    "bool": Kind("bool", "category", _truths, _truth),
    "label": Kind("category", "category", _same, str),
    "string": Kind("string", "str", _texts, str),
    "time in ns": Kind("int64", None, _wholes, _whole),
    "time in us": Kind("int64", "str", _times("us"), lambda text: exact_ns(text, "us")),
    "time in ms": Kind("int64", "str", _times("ms"), lambda text: exact_ns(text, "ms")),
    "time in s": Kind("int64", "str", _times("s"), lambda text: exact_ns(text, "s")),
}
"""Kind of column → how to read it: the dtypes of ``dwell.tables``, repeated text and times in four units."""
