"""The gallery as pictures: one of each thing, and a contact sheet of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dwell.everything.gallery.hierarchy import Thing, walk
from dwell.everything.gallery.items import GalleryItem
from dwell.masks import Mask, Masklet
from dwell.render.contact_sheet import PART_PX, TILE_PX, Card, Tile, render_contact_sheet
from dwell.render.crop import crop_object, render_crop
from dwell.types import ByteArray, ProgressFn
from dwell.video import FrameClock, Frames

__all__ = ["Shown", "render_gallery"]

_MOST_CARDS = 60
"""Wholes on a contact sheet; how many more there are is said."""


@dataclass(frozen=True)
class Shown:
    """What is to be shown of a recording."""

    name: str
    """Of the recording."""
    items: Sequence[GalleryItem]
    """Ranked; see ``gallery``."""
    things: Sequence[Thing]
    """See ``hierarchy``."""
    n_frames: int
    clock: FrameClock | None = None
    """None = the frames' times are not known."""
    start_ns: int = 0
    """ns UTC: where times in the pictures count from."""


def render_gallery(
    frames: Frames,
    masklets: Mapping[int, Masklet],
    shown: Shown,
    out: str | Path,
    files: Mapping[int, Path],
    progress: ProgressFn | None = None,
) -> list[Path]:
    """The paths of the PNGs: of each thing that is ever visible, at its best, then the contact sheet.

    On the sheet parts stand beside their wholes. Every frame is read once, one is in memory at a time.

    Args:
        frames: the scene video.
        masklets: by object_id.
        shown: what there is.
        out: the file of the contact sheet.
        files: those of the things, by object_id.
        progress: called with (done, total) things.

    Raises:
        OutputError: a file cannot be written, or has another ending.
    """
    families = _families(shown)
    cards = families[:_MOST_CARDS]
    sides = {each.item.aoi.object_id: PART_PX if each.depth else TILE_PX for card in cards for each in card}
    written, pictures = [], {}
    for done, (item, image, mask) in enumerate(_best_pictures(frames, masklets, shown.items), 1):
        object_id, colour = item.aoi.object_id, item.aoi.colour
        written.append(render_crop(image, mask, colour, files[object_id]))
        if side := sides.get(object_id):
            pictures[object_id] = crop_object(image, mask, colour, (side, side))
        if progress is not None:
            progress(done, len(shown.items))
    return [*written, _render_sheet(shown, cards, pictures, len(families) - len(cards), out)]


def _render_sheet(
    shown: Shown,
    cards: Sequence[Sequence[_Member]],
    pictures: Mapping[int, ByteArray],
    n_more: int,
    out: str | Path,
) -> Path:
    things = [thing for thing, _ in walk(shown.things)]
    names = {each.aoi.object_id: each.aoi.name for each in things}
    draw = _Tiles(shown, pictures, names, {each.aoi.object_id: each.spans for each in things})
    drawn = [Card(draw.whole(whole.item), tuple(map(draw.part, parts))) for whole, *parts in cards]
    n = len(shown.items)
    title = f"{shown.name}: {n} {'thing' if n == 1 else 'things'}"
    return render_contact_sheet(drawn, out, title, _note(shown, n_more))


# -------------------------------------------------------------------- pictures


def _best_pictures(
    frames: Frames, masklets: Mapping[int, Masklet], items: Sequence[GalleryItem]
) -> Iterator[tuple[GalleryItem, ByteArray, Mask]]:
    """Each item that is ever visible with its best frame and its mask there; every frame is read once."""
    image, at = np.zeros((0, 0, 3), np.uint8), -1
    for item in sorted(items, key=lambda each: (each.best_frame or 0, each.rank)):
        mask = None if item.best_frame is None else masklets[item.aoi.object_id].mask(item.best_frame)
        if item.best_frame is None or not mask:
            continue
        if at != item.best_frame:
            image, at = frames.read(item.best_frame), item.best_frame
        yield item, image, mask


# -------------------------------------------------------------------- cards


def _families(shown: Shown) -> list[list[_Member]]:
    """Items that belong together, the whole first, each followed by its parts; by a family's best rank.

    An item whose whole is not among the items stands alone.
    """
    by_id = {each.aoi.object_id: each for each in shown.items}
    below: dict[int, list[GalleryItem]] = {}
    for item in shown.items:
        if item.aoi.part_of in by_id:
            below.setdefault(item.aoi.part_of or 0, []).append(item)
    roots = [each for each in shown.items if each.aoi.part_of not in by_id]
    families = [list(_with_parts(each, below, 0)) for each in roots]
    return sorted(families, key=lambda family: min(each.item.rank for each in family))


def _with_parts(item: GalleryItem, below: Mapping[int, list[GalleryItem]], depth: int) -> Iterator[_Member]:
    yield _Member(item, depth)
    for part in below.get(item.aoi.object_id, []):
        yield from _with_parts(part, below, depth + 1)


@dataclass(frozen=True)
class _Member:
    """An item on a card."""

    item: GalleryItem
    depth: int
    """0 = the whole of the card."""


@dataclass(frozen=True)
class _Tiles:
    """Items as tiles."""

    shown: Shown
    pictures: Mapping[int, ByteArray]
    names: Mapping[int, str]
    spans: Mapping[int, tuple[tuple[int, int], ...]]

    def whole(self, item: GalleryItem) -> Tile:
        span, covers, looked = self._span(item), _covers(item), _looked(item)
        whole = self.names.get(item.aoi.part_of or 0)
        lines = (span, covers, looked) if whole is None else (f"part of {whole}", span, looked or covers)
        return self._tile(item, item.aoi.name, lines)

    def part(self, member: _Member) -> Tile:
        item, deeper = member.item, "› " * (member.depth - 1)
        share = (
            _percent(item.area_share) if item.dwell_share is None else f"gaze {_percent(item.dwell_share)}"
        )
        return self._tile(item, f"{deeper}{item.aoi.name}", ("" if item.first_frame is None else share,))

    def _tile(self, item: GalleryItem, name: str, lines: tuple[str, ...]) -> Tile:
        picture, spans = self.pictures.get(item.aoi.object_id), self.spans.get(item.aoi.object_id, ())
        strip = tuple((self._share(first), self._share(last + 1)) for first, last in spans)
        return Tile(name, item.aoi.colour, picture, lines, strip, item.rank)

    def _share(self, frame_idx: int) -> float:
        """0 … 1 of the recording, when a frame begins."""
        clock = self.shown.clock
        if clock is None or frame_idx >= len(clock):
            return min(1.0, frame_idx / max(1, self.shown.n_frames))
        start = int(clock.times_ns[0])
        return (int(clock.times_ns[frame_idx]) - start) / max(1, clock.end_ns - start)

    def _span(self, item: GalleryItem) -> str:
        if item.first_frame is None:
            return ""
        if item.first_ns is None or item.last_ns is None:
            return f"frames {item.first_frame} … {item.last_frame}"
        start = self.shown.start_ns
        return f"{_clock(item.first_ns - start)} … {_clock(item.last_ns - start)}"


def _covers(item: GalleryItem) -> str:
    return "" if item.first_frame is None else f"{_percent(item.area_share)} of the picture"


def _looked(item: GalleryItem) -> str:
    if item.dwell_ms is None or item.dwell_share is None:
        return ""
    if not item.dwell_ms:
        return "not looked at"
    return f"gaze {_percent(item.dwell_share)} · {item.dwell_ms / 1000:.1f} s"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.0995 else f"{100 * share:.1f} %"


def _clock(ns: int) -> str:
    tenths = round(abs(ns) / 1e8)
    sign = "\N{MINUS SIGN}" if ns < 0 and tenths else ""
    minutes, rest = divmod(tenths, 600)
    return f"{sign}{minutes}:{rest // 10:02d}.{rest % 10}"


def _note(shown: Shown, n_more: int) -> str:
    gaze = any(each.dwell_ms for each in shown.items)
    how = "how long each was looked at" if gaze else "share of the picture × share of the time"
    words = [f"Ranked by {how}.", "Strips: when each is visible."]
    if any(thing.parts for thing in shown.things):
        words.append("Parts stand beside their whole.")
    if n_more:
        words.append(f"{n_more} more are in aoi_gallery.csv.")
    return "  ".join(words)
