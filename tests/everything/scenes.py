"""Short drawn videos with known parts and wholes: what an everything-run must find, to the pixel.

A **cup** (its **body** and its **handle**, which together are all of it), a **box** (with a **label** on it
and a **lid**; its front is no part of its own), a **ball** and a **coin**, before a **wall** and a **table**.
Things move by whole pixels, so that the true mask of everything in every frame is known: what is seen of it.

::

    scene = SCENES["behind"]()
    scene.frames.read(0)              # (96, 160, 3) uint8
    scene.mask("handle", 0)           # what is seen of it; empty where nothing is
    scene.part_of                     # {"body": "cup", "handle": "cup", "label": "box", "lid": "box"}
    scene.spans("ball")               # [range(0, 25), range(39, 60)]

The number of a frame is written into its first two rows, 2 × 2 px a bit, so that a backend can read it
(see ``truth.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dwell.drawn_world import MemoryFrames
from dwell.masks import Mask

SIZE_HW = (96, 160)
FPS = 30
HORIZON = 40
"""First row of the table."""
WORLD = 480
"""Width of wall and table, px; the camera can pan over it."""
PART_OF = {"body": "cup", "handle": "cup", "label": "box", "lid": "box"}
"""part → whole."""

Where = Callable[[int], tuple[int, int] | None]
"""frame_idx → top left corner in world px, None where the thing is not in the world."""


@dataclass(frozen=True)
class Actor:
    """One thing in one scene and where it is; later actors are in front of earlier ones."""

    name: str
    where: Where


class Scene:
    """One drawn video and the truth of it.

    Args:
        name: what messages call it.
        n_frames: how long it is.
        actors: from the back to the front.
        camera: frame_idx → px that the picture's left edge lies in the world.
        room: frame_idx → which of the rooms, "" or "other", is seen; another one has other walls.
    """

    def __init__(
        self,
        name: str,
        n_frames: int,
        actors: Sequence[Actor],
        camera: Callable[[int], int] = lambda frame_idx: 0,
        room: Callable[[int], str] = lambda frame_idx: "",
    ) -> None:
        self.name = name
        self.size_hw = SIZE_HW
        self.n_frames = n_frames
        self._actors, self._camera, self._room = actors, camera, room
        pts_ns = np.arange(n_frames, dtype=np.int64) * 1_000_000_000 // FPS
        self.frames = MemoryFrames(lambda i: self._drawn(i)[0].copy(), SIZE_HW, pts_ns, path=f"{name}.mp4")
        rooms = dict.fromkeys(room(i) for i in range(n_frames))
        self.backdrop = tuple(f"{each}{r and ' '}{r}" for r in rooms for each in ("wall", "table"))
        """Wall and table; they are no ``things``."""
        self.things = tuple(name for actor in actors for name in (actor.name, *parts_of(actor.name)))
        """Wholes and parts, each whole before its parts."""
        self.part_of = {part: whole for part, whole in PART_OF.items() if part in self.things}
        """The true hierarchy."""
        self._drawn = lru_cache(maxsize=None)(self._draw)
        self._masks = lru_cache(maxsize=None)(self._true_masks)

    # ---------------------------------------------------------------- the truth

    def mask(self, name: str, frame_idx: int) -> Mask:
        """What is seen of a thing, a part, or the backdrop; empty if nothing is."""
        if name not in (*self.things, *self.backdrop):
            raise ValueError(f"{self.name} has no {name!r}; it has {', '.join(self.things + self.backdrop)}.")
        return self._masks(frame_idx).get(name, Mask.empty(self.size_hw))

    def masks(self, frame_idx: int, backdrop: bool = False) -> dict[str, Mask]:
        """What is seen of all that is seen, wholes before their parts."""
        wanted = self.things + (self.backdrop if backdrop else ())
        return {name: mask for name in wanted if (mask := self.mask(name, frame_idx))}

    def spans(self, name: str) -> list[range]:
        """Runs of frames in which something of it is seen."""
        seen = [bool(self.mask(name, i)) for i in range(self.n_frames)]
        edges = np.flatnonzero(np.diff([False, *seen, False]))
        return [range(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]

    def owner(self, frame_idx: int) -> np.ndarray:
        """(h, w) str: the name of what each pixel shows, of a part rather than of its whole."""
        out = np.full(self.size_hw, "", object)
        for name, mask in self.masks(frame_idx, backdrop=True).items():
            out[mask.to_array()] = name
        return out

    def frame_of(self, image: np.ndarray) -> int:
        """The number that is written into a picture."""
        levels = image[:2, : 2 * (len(_GUARD) + 8)].astype(float)
        bits = levels.mean(axis=(0, 2)).reshape(-1, 2).mean(axis=1) > 128
        number = int(bits[len(_GUARD) :] @ (1 << np.arange(8)))
        if tuple(bits[: len(_GUARD)]) != _GUARD or number >= self.n_frames:
            raise ValueError(f"This picture is no frame of {self.name}.")
        return number

    # ---------------------------------------------------------------- drawing

    def _draw(self, frame_idx: int) -> tuple[np.ndarray, np.ndarray]:
        """The picture, and which leaf each pixel shows (the number of its name in ``_LEAVES``)."""
        left, room = self._camera(frame_idx), self._room(frame_idx)
        height, width = self.size_hw
        picture = _backdrop(room)[:, left : left + width].copy()
        leaf = np.zeros(self.size_hw, np.uint8)
        leaf[HORIZON:] = 1
        for actor in self._actors:
            at = actor.where(frame_idx)
            if at is not None:
                for name, stencil in STENCILS[actor.name]().items():
                    _stamp(picture, leaf, name, stencil, (at[0] - left, at[1]))
        bits = [*_GUARD, *(bool(frame_idx >> i & 1) for i in range(8))]
        picture[:2, : 2 * len(bits)] = np.repeat(np.where(bits, 255, 0), 2)[None, :, None]
        return picture, leaf

    def _true_masks(self, frame_idx: int) -> dict[str, Mask]:
        leaf = self._drawn(frame_idx)[1]
        room = self._room(frame_idx)
        masks = {}
        for name in self.things:
            leaves = [i for i, each in enumerate(_LEAVES) if name in (each, _WHOLE.get(each))]
            masks[name] = Mask.from_array(np.isin(leaf, leaves))
        for i, name in enumerate(("wall", "table")):
            masks[f"{name}{room and ' '}{room}"] = Mask.from_array(leaf == i)
        return masks


def parts_of(whole: str) -> tuple[str, ...]:
    """The parts of a thing, as far as they are named."""
    return tuple(part for part, each in PART_OF.items() if each == whole)


# -------------------------------------------------------------------- scripts


def rest(x: int, y: int) -> Where:
    """It stays."""
    return lambda frame_idx: (x, y)


def move(x: int, y: int, dx: int, dy: int = 0, start: int = 0, stop: int = 10_000) -> Where:
    """It moves so many px a frame from frame ``start`` on, and rests before and from ``stop`` on."""

    def where(frame_idx: int) -> tuple[int, int]:
        n = min(max(frame_idx - start, 0), stop - start)
        return x + dx * n, y + dy * n

    return where


def during(where: Where, frames: Iterable[int]) -> Where:
    """It is in the world in these frames only."""
    there = frozenset(frames)
    return lambda frame_idx: where(frame_idx) if frame_idx in there else None


def still() -> Scene:
    """40 frames in which nothing moves: cup, box and ball."""
    return Scene(
        "still", 40, [Actor("cup", rest(20, 40)), Actor("box", rest(70, 44)), Actor("ball", rest(130, 60))]
    )


def entering() -> Scene:
    """60 frames. The box stays; the ball rolls in from the left and stops; the cup moves out on the right."""
    ball = move(-20, 70, 3, start=15, stop=35)  # 3 px a frame: its first column is seen in frame 16
    cup = move(110, 34, 3, start=10)  # out of the picture from frame 27 on
    return Scene("entering", 60, [Actor("box", rest(60, 36)), Actor("cup", cup), Actor("ball", ball)])


def behind() -> Scene:
    """60 frames. The ball rolls behind the box, is hidden for a while, and comes out on the other side."""
    return Scene(
        "behind",
        60,
        [Actor("ball", move(10, 56, 2)), Actor("box", rest(60, 44)), Actor("cup", rest(120, 20))],
    )


def crossing() -> Scene:
    """50 frames. Ball and coin, of one size, cross; the ball passes in front. The cup stays."""
    ball, coin = move(10, 62, 2), move(112, 64, -2)
    return Scene("crossing", 50, [Actor("cup", rest(70, 8)), Actor("coin", coin), Actor("ball", ball)])


def pan() -> Scene:
    """60 frames. The camera pans right by 3 px a frame from frame 10 to 50, past cup and box to the ball."""
    things = [Actor("cup", rest(30, 40)), Actor("box", rest(110, 44)), Actor("ball", rest(220, 60))]
    return Scene("pan", 60, things, camera=lambda i: 3 * (min(max(i, 10), 50) - 10))


def cut() -> Scene:
    """60 frames. Cup and ball; from frame 20 on the box in another room; from 40 on cup and ball again."""
    there = {*range(20), *range(40, 60)}
    things = [
        Actor("cup", during(rest(30, 40), there)),
        Actor("ball", during(move(90, 60, 1, stop=45), there)),
        Actor("box", during(rest(60, 50), range(20, 40))),
    ]
    return Scene("cut", 60, things, room=lambda i: "" if i in there else "other")


SCENES: dict[str, Callable[[], Scene]] = {
    each.__name__: lru_cache(each) for each in (still, entering, behind, crossing, pan, cut)
}

# -------------------------------------------------------------------- the painter

_GUARD = (True, False, True)
_LEAVES = ("wall", "table", "body", "handle", "front", "label", "lid", "ball", "coin")
_WHOLE = {**PART_OF, "front": "box"}
_COLOURS = {
    "body": (60, 110, 200),
    "handle": (230, 130, 40),
    "front": (150, 110, 60),
    "label": (240, 240, 225),
    "lid": (90, 60, 30),
    "ball": (200, 40, 50),
    "coin": (30, 150, 70),
}
_ROOMS = {"": ((170, 180, 190), (120, 125, 90)), "other": ((90, 60, 110), (60, 90, 100))}


def _cup() -> dict[str, np.ndarray]:
    """37 × 28 px: a body of 24 × 28, and what shows of a thick ring behind it."""
    handle, body = np.zeros((28, 37), bool), np.zeros((28, 37), bool)
    body[:, :24] = True
    y, x = np.ogrid[:28, :37]
    ring = ((x - 24) / 12.5) ** 2 + ((y - 13.5) / 13.5) ** 2
    handle[(ring <= 1) & (ring > 0.2)] = True
    return {"handle": handle & ~body, "body": body}


def _box() -> dict[str, np.ndarray]:
    """44 × 36 px: a lid of 44 × 8 on a front of 44 × 28, and on that a label of 20 × 12."""
    front, label, lid = (np.zeros((36, 44), bool) for _ in range(3))
    front[8:], label[16:28, 12:32], lid[:8] = True, True, True
    return {"front": front, "label": label, "lid": lid}


def _disc() -> np.ndarray:
    y, x = np.ogrid[:18, :18]
    disc: np.ndarray = (x - 8.5) ** 2 + (y - 8.5) ** 2 <= 81
    return disc


STENCILS: dict[str, Callable[[], dict[str, np.ndarray]]] = {
    "cup": lru_cache(_cup),
    "box": lru_cache(_box),
    "ball": lru_cache(lambda: {"ball": _disc()}),
    "coin": lru_cache(lambda: {"coin": _disc()}),
}
"""Thing → its leaves, of one size, the back one first."""


@lru_cache
def _texture(name: str, size_hw: tuple[int, int], colour: tuple[int, int, int]) -> np.ndarray:
    """(h, w, 3) uint8: the colour with blotches of 3 px and grain, always the same for one name."""
    rng = np.random.default_rng(list(name.encode()))
    height, width = size_hw
    blotches = rng.normal(0, 14, (height // 3 + 1, width // 3 + 1)).repeat(3, 0).repeat(3, 1)[:height, :width]
    noise = blotches + rng.normal(0, 4, size_hw)
    return np.clip(np.array(colour) + noise[:, :, None], 0, 255).astype(np.uint8)


@lru_cache
def _backdrop(room: str) -> np.ndarray:
    wall, table = _ROOMS[room]
    height = SIZE_HW[0]
    return np.concatenate(
        [
            _texture(f"wall{room}", (HORIZON, WORLD), wall),
            _texture(f"table{room}", (height - HORIZON, WORLD), table),
        ]
    )


def _stamp(
    picture: np.ndarray, leaf: np.ndarray, name: str, stencil: np.ndarray, at_xy: tuple[int, int]
) -> None:
    """Paint one leaf, cut off at the picture's edges."""
    rows, columns = np.nonzero(stencil)
    ys, xs = rows + at_xy[1], columns + at_xy[0]
    inside = (ys >= 0) & (ys < leaf.shape[0]) & (xs >= 0) & (xs < leaf.shape[1])
    ys, xs = ys[inside], xs[inside]
    picture[ys, xs] = _texture(name, stencil.shape, _COLOURS[name])[rows[inside], columns[inside]]
    leaf[ys, xs] = _LEAVES.index(name)
