"""Text as stencils, in fonts that have the letters; matplotlib, slow to import, is loaded only to write."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dwell.types import ByteArray

__all__ = ["clock_stencil", "families", "font_for", "readable", "text_stencil"]


def readable(name: str, spare: str, n_letters: int = 40) -> str:
    """A name as one short line; ``spare`` if no font on this computer has all its letters.

    Args:
        name: any text.
        spare: what to write instead, in plain letters.
        n_letters: longer names are cut, and end in an ellipsis.
    """
    line = " ".join(name.split())
    if any(font_for(letter) is None for letter in line if not _joins(letter)):
        return spare
    return line if len(line) <= n_letters else f"{line[: n_letters - 1].rstrip()}…"


@lru_cache(maxsize=512)
def text_stencil(text: str, height_px: int) -> ByteArray:
    """(h, w) uint8 opacity of one line of text; h depends on ``height_px``, the letters' size, alone."""
    own = _font(own_font(), height_px)
    ascent, descent = own.getmetrics()
    pieces = _pieces(text)
    fonts = [_font(path, height_px) for _, path in pieces]
    widths = [font.getlength(piece) for font, (piece, _) in zip(fonts, pieces, strict=True)]
    image = Image.new("L", (max(1, int(np.ceil(sum(widths)))), ascent + descent))
    draw, x = ImageDraw.Draw(image), 0.0
    for font, (piece, _), width in zip(fonts, pieces, widths, strict=True):
        draw.text((x, ascent), piece, fill=255, font=font, anchor="ls")
        x += width
    return np.asarray(image)


def clock_stencil(text: str, height_px: int) -> ByteArray:
    """As ``text_stencil``, for text whose digits change all the time: letters are kept one by one."""
    return np.concatenate([text_stencil(letter, height_px) for letter in text], axis=1)


@cache
def own_font() -> str:
    """File of the font that every matplotlib brings: Latin, Greek, Cyrillic and more."""
    import matplotlib

    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans-Bold.ttf")


def _pieces(text: str) -> list[tuple[str, str]]:
    """The text cut where the font changes: (piece, font file); an accent stays with its letter."""
    pieces: list[tuple[str, str]] = []
    for letter in text:
        path = pieces[-1][1] if pieces and _joins(letter) else font_for(letter) or own_font()
        if pieces and pieces[-1][1] == path:
            pieces[-1] = (pieces[-1][0] + letter, path)
        else:
            pieces.append((letter, path))
    return pieces


def _joins(letter: str) -> bool:
    """Whether it changes the letter before it: an accent, a vowel sign, a joiner."""
    return unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf")


@cache
def font_for(letter: str) -> str | None:
    """File of a font that has this letter, None if there is none; our own one if possible."""
    if letter.isspace() or _has(own_font(), letter):
        return own_font()
    from matplotlib.font_manager import fontManager

    paths = dict.fromkeys(entry.fname for entry in fontManager.ttflist)
    return next((path for path in paths if _has(path, letter) and _can_draw(path)), None)


def families(text: str) -> list[str]:
    """Names of the font families that matplotlib needs to write a text."""
    from matplotlib.font_manager import fontManager

    files = {path for _, path in _pieces(text)} - {own_font()}
    return ["DejaVu Sans", *sorted({entry.name for entry in fontManager.ttflist if entry.fname in files})]


@cache
def _letters(path: str) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(FT2Font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


def _has(path: str, letter: str) -> bool:
    return ord(letter) in _letters(path)


@cache
def _can_draw(path: str) -> bool:
    try:
        _font(path, 20)
    except OSError:  # bitmap fonts have few sizes
        return False
    return "LastResort" not in path


@lru_cache(maxsize=64)
def _font(path: str, height_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, max(6, height_px))
