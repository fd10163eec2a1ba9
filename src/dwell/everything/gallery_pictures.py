"""The gallery as pictures: one of each thing, and a contact sheet of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dwell.everything.gallery import GalleryItem
from dwell.everything.hierarchy import Thing, walk
from dwell.masks import Mask, Masklet
from dwell.render.contact_sheet import PART_PX, TILE_PX, Card, Tile, render_contact_sheet
from dwell.render.crop import crop_object, render_crop
from dwell.types import AOI, ByteArray, ProgressFn
from dwell.video import FrameClock, Frames

__all__ = ["Shown", "render_gallery", "render_objects"]

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


def render_objects(
    frames: Frames,
    masklets: Mapping[int, Masklet],
    items: Sequence[GalleryItem],
    files: Mapping[int, Path],
    progress: ProgressFn | None = None,
) -> list[Path]:
    """The path of the PNG of each item that is ever visible, at its best.

    Args:
        frames: the scene video.
        masklets: by object_id.
        items: what ``gallery`` gave.
        files: where to write, by object_id.
        progress: called with (done, total) items.

    Raises:
        OutputError: a file cannot be written.
    """
    written = []
    for done, (item, image, mask) in enumerate(_best_pictures(frames, masklets, items), 1):
        written.append(render_crop(image, mask, item.aoi.colour, files[item.aoi.object_id]))
        if progress is not None:
            progress(done, len(items))
    return written


def render_gallery(
    frames: Frames,
    masklets: Mapping[int, Masklet],
    shown: Shown,
    out: str | Path,
    progress: ProgressFn | None = None,
) -> Path:
    """The path of the PNG with the contact sheet: ranked, parts beside their wholes.

    Args:
        frames: the scene video.
        masklets: by object_id.
        shown: what there is.
        out: the file to write.
        progress: called with (done, total) pictures.

    Raises:
        OutputError: the file cannot be written, or has another ending.
    """
    families = _families(shown)[:_MOST_CARDS]
    sides = {
        item.aoi.object_id: PART_PX if nth else TILE_PX for each in families for nth, item in enumerate(each)
    }
    wanted = [item for family in families for item in family]
    pictures: dict[int, ByteArray] = {}
    for done, (item, image, mask) in enumerate(_best_pictures(frames, masklets, wanted), 1):
        side = sides[item.aoi.object_id]
        pictures[item.aoi.object_id] = crop_object(image, mask, item.aoi.colour, (side, side))
        if progress is not None:
            progress(done, len(wanted))
    draw = _Tiles(shown, pictures)
    cards = [Card(draw.whole(family[0]), tuple(map(draw.part, family[1:]))) for family in families]
    n = len(shown.items)
    title = f"{shown.name}: {n} {'thing' if n == 1 else 'things'}"
    return render_contact_sheet(cards, out, title, _note(shown, len(families)))


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


def _families(shown: Shown) -> list[list[GalleryItem]]:
    """Items that belong together, the whole first; by the best rank of each family.

    An item whose whole is not among the items stands alone.
    """
    by_id = {each.aoi.object_id: each for each in shown.items}
    root_of: dict[int, int] = {}
    for thing, _ in walk(shown.things):
        above = thing.aoi.part_of
        whole = root_of.get(above or 0, above) if above in by_id else None
        root_of[thing.aoi.object_id] = thing.aoi.object_id if whole is None else whole
    families: dict[int, list[GalleryItem]] = {}
    for item in shown.items:
        families.setdefault(root_of.get(item.aoi.object_id, item.aoi.object_id), []).append(item)
    for root, family in families.items():
        family.sort(key=lambda each: (each.aoi.object_id != root, each.rank))
    return list(families.values())


@dataclass(frozen=True)
class _Tiles:
    """Items as tiles."""

    shown: Shown
    pictures: Mapping[int, ByteArray]

    def whole(self, item: GalleryItem) -> Tile:
        names = {each.aoi.object_id: each.aoi.name for each in self.shown.items}
        of = [f"part of {names[item.aoi.part_of]}"] if item.aoi.part_of in names else []
        return self._tile(item, (*of, self._span(item), _covers(item), *_looked(item)))

    def part(self, item: GalleryItem) -> Tile:
        above = {each.aoi.object_id: each.aoi for each in self.shown.items}.get(item.aoi.part_of or 0)
        deep = above is not None and above.part_of is not None
        share = (
            _percent(item.area_share) if item.dwell_share is None else f"gaze {_percent(item.dwell_share)}"
        )
        return self._tile(item, (f"{share} · in {above.name}" if deep and above is not None else share,))

    def _tile(self, item: GalleryItem, lines: tuple[str, ...]) -> Tile:
        aoi: AOI = item.aoi
        picture = self.pictures.get(aoi.object_id)
        return Tile(aoi.name, aoi.colour, picture, lines[:3], self._strip(item), item.rank)

    def _strip(self, item: GalleryItem) -> tuple[tuple[float, float], ...]:
        spans = next(
            (
                thing.spans
                for thing, _ in walk(self.shown.things)
                if thing.aoi.object_id == item.aoi.object_id
            ),
            (),
        )
        return tuple((self._share(first), self._share(last + 1)) for first, last in spans)

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


def _looked(item: GalleryItem) -> tuple[str, ...]:
    if item.dwell_ms is None or item.dwell_share is None:
        return ()
    return (f"gaze {_percent(item.dwell_share)} · {item.dwell_ms / 1000:.1f} s",)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.0995 else f"{100 * share:.1f} %"


def _clock(ns: int) -> str:
    tenths = round(abs(ns) / 1e8)
    sign = "\N{MINUS SIGN}" if ns < 0 and tenths else ""
    minutes, rest = divmod(tenths, 600)
    return f"{sign}{minutes}:{rest // 10:02d}.{rest % 10}"


def _note(shown: Shown, n_cards: int) -> str:
    gaze = any(each.dwell_ms for each in shown.items)
    how = "how long each was looked at" if gaze else "share of the picture × share of the time"
    words = [f"Ranked by {how}.", "Strips: when each is visible."]
    if any(thing.parts for thing in shown.things):
        words.append("Parts stand beside their whole.")
    more = len(_families(shown)) - n_cards
    if more:
        words.append(f"{more} more are in aoi_gallery.csv.")
    return "  ".join(words)
