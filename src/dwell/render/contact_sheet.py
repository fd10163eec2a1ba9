"""A page of things, ranked: each in a picture with its name and numbers, its parts smaller beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from dwell.errors import OutputError
from dwell.files import replacing
from dwell.render.sheet import Sheet
from dwell.render.text import readable
from dwell.types import ByteArray

__all__ = ["PART_PX", "TILE_PX", "Card", "Tile", "render_contact_sheet"]

TILE_PX, PART_PX = 320, 150
"""Side of the square picture of a thing, and of a part of one."""
_WIDTH, _EDGE, _GAP, _BETWEEN = 2000, 60, 40, 14
"""px of the page (170 mm at 300 dpi): its width, its edges, between cards, between what is on a card."""
_STRIP = 10
"""Height of the strip that says when a thing is visible, px."""
_TITLE, _NAME, _LINE, _PART_NAME, _PART_LINE = 40, 28, 23, 21, 19
"""Heights of letters, px: 23 px are 5.5 pt where the page is printed 170 mm wide."""
_INK, _SOFT, _PANEL, _TRACK = "#151515", "#5a5a5a", "#f1f1ef", "#d6d6d2"
_PAD = 16
"""px around what is on a card with parts."""
_MOST_PARTS = 16
"""Parts shown of one thing; how many more there are is said."""

Box = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Tile:
    """One thing."""

    name: str
    colour: str
    """``#rrggbb``"""
    picture: ByteArray | None
    """(h, w, 3) uint8 RGB, ``TILE_PX`` or ``PART_PX`` a side; None = it is never visible."""
    lines: tuple[str, ...] = ()
    """Below the name: three at most for a thing, one for a part."""
    spans: tuple[tuple[float, float], ...] = ()
    """When it is visible: starts and ends, 0 … 1 of the recording."""
    rank: int | None = None


@dataclass(frozen=True, eq=False)
class Card:
    """A thing with its parts."""

    whole: Tile
    parts: tuple[Tile, ...] = ()


def render_contact_sheet(cards: Sequence[Card], out: str | Path, title: str = "", note: str = "") -> Path:
    """The path of the PNG: cards in reading order, for print 170 mm wide at 300 dpi.

    Args:
        cards: the one that matters most first.
        out: the file to write; its name ends in ``.png``.
        title: above them.
        note: below the title, such as how they are ranked.

    Raises:
        OutputError: the file cannot be written, or has another ending.
        ValueError: a picture has another size.
    """
    out = Path(out)
    if out.suffix.lower() != ".png":
        raise OutputError(f"{out.name}: expected a name ending in .png.", path=out)
    top = _EDGE + (_TITLE * 2 if title else 0) + (_LINE * 2 if note else 0)
    places, bottom = _placed(cards, top)
    sheet = Sheet((bottom + _EDGE - _GAP, _WIDTH))
    if title:
        sheet.write(readable(title, "", 90), (_EDGE, _EDGE), _TITLE, _INK, _WIDTH - 2 * _EDGE)
    if note:
        below = _EDGE + (_TITLE * 2 - 10 if title else 0)
        sheet.write(note, (_EDGE, below), _LINE, _SOFT, _WIDTH - 2 * _EDGE)
    for card, place in zip(cards, places, strict=True):
        _draw_card(sheet, card, place)
    with replacing(out) as temporary:
        Image.fromarray(sheet.pixels).save(temporary, "PNG", dpi=(300, 300))
    return out


# -------------------------------------------------------------------- where cards go


def _placed(cards: Sequence[Card], top: int) -> tuple[list[Box], int]:
    """The box of each card, from left to right and top to bottom, and where the last row ends."""
    boxes: list[Box] = []
    x, y, height = _EDGE, top, _card_height()
    for card in cards:
        width = _card_width(card)
        if x > _EDGE and x + width > _WIDTH - _EDGE:
            x, y = _EDGE, y + height + _GAP
        boxes.append((x, y, x + width, y + height))
        x += width + _GAP
    return boxes, (y + height + _GAP) if boxes else top + _GAP


def _card_height() -> int:
    return TILE_PX + _STRIP + 8 + _row(_NAME) + 3 * _row(_LINE) + 2 * _PAD


def _card_width(card: Card) -> int:
    columns = (min(len(card.parts), _MOST_PARTS) + 1) // 2
    return TILE_PX + columns * (PART_PX + _BETWEEN) + 2 * _PAD


def _row(height_px: int) -> int:
    return round(1.35 * height_px)


# -------------------------------------------------------------------- what is on a card


def _draw_card(sheet: Sheet, card: Card, box: Box) -> None:
    sheet.fill(box, _PANEL)
    x, y = box[0] + _PAD, box[1] + _PAD
    _draw_tile(sheet, card.whole, (x, y), TILE_PX, _NAME, _LINE)
    left, step = x + TILE_PX + _BETWEEN, (TILE_PX + _BETWEEN + 110) // 2
    for number, part in enumerate(card.parts[:_MOST_PARTS]):
        place = left + number // 2 * (PART_PX + _BETWEEN), y + number % 2 * step
        _draw_tile(sheet, part, place, PART_PX, _PART_NAME, _PART_LINE)
    more = len(card.parts) - _MOST_PARTS
    if more > 0:
        where = left, box[3] - _PAD - _row(_PART_LINE)
        sheet.write(f"and {more} more parts", where, _PART_LINE, _SOFT, box[2] - left)


def _draw_tile(sheet: Sheet, tile: Tile, xy: tuple[int, int], side: int, name_px: int, line_px: int) -> None:
    x, y = xy
    if tile.picture is None:
        sheet.fill((x, y, x + side, y + side), _TRACK)
        sheet.write("never visible", (x + 12, y + side // 2 - line_px), line_px, _SOFT, side - 24)
    else:
        _check_picture(tile, side)
        sheet.put(tile.picture, xy)
    if tile.rank is not None:
        sheet.badge(str(tile.rank), xy, name_px)
    y += side
    _draw_spans(sheet, tile, (x, y, x + side, y + max(4, _STRIP * side // TILE_PX)))
    y += _STRIP + (8 if side == TILE_PX else 2)
    sheet.write(readable(tile.name, "AOI", 40), (x, y), name_px, _INK, side)
    y += _row(name_px)
    for line in tile.lines:
        sheet.write(line, (x, y), line_px, _SOFT, side)
        y += _row(line_px)


def _draw_spans(sheet: Sheet, tile: Tile, box: Box) -> None:
    """A track as long as the recording, in the thing's colour where it is visible."""
    x0, y0, x1, y1 = box
    sheet.fill(box, _TRACK)
    for start, end in tile.spans:
        left = x0 + round(start * (x1 - x0))
        sheet.fill((left, y0, max(left + 2, x0 + round(end * (x1 - x0))), y1), tile.colour)


def _check_picture(tile: Tile, side: int) -> None:
    assert tile.picture is not None
    if tile.picture.shape != (side, side, 3) or tile.picture.dtype != np.uint8:
        raise ValueError(
            f"The picture of {tile.name!r} is {tile.picture.shape} {tile.picture.dtype}; expected "
            f"({side}, {side}, 3) uint8."
        )
