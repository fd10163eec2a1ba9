"""Which channels of a Lab Streaming Layer stream are gaze, and how they become positions.

Source: the recommendations for streams of type Gaze (github.com/sccn/xdf/wiki/Gaze-Meta-Data: label, eye,
type ScreenX and ScreenY, unit, coordinate_system) and the labels that Neon's app, Pupil Capture's relay and
programs for Tobii write. What these leave open is not guessed: the error lists the channels and says how to
name them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree

from dwell.errors import LiveError
from dwell.types import Space

__all__ = ["Channel", "Layout", "Wishes", "channels_of", "find_layout"]

_LABELS = {
    "x": re.compile(r"(screen|gaze|gaze_?pos(ition)?|gaze_?point|por)?_?x(_?pos(ition)?)?"),
    "y": re.compile(r"(screen|gaze|gaze_?pos(ition)?|gaze_?point|por)?_?y(_?pos(ition)?)?"),
}
_CORE = {"x": "norm_pos_x", "y": "norm_pos_y"}
_EYE_WORDS = re.compile(r"_?(both|binocular|combined|left|right)(_?eye)?_?|^(left|right)")
_NORMALISED = {"normalized", "normalised", "norm", "screencoords", "0-1"}
_PIXELS = {"pixels", "pixel", "px"}
_NEON = "_Neon Gaze"
"""How the app of Neon names its stream: [Device Name]_Neon Gaze, in scene-camera space (vendor's page)."""
_SCENES = ("world", "scene", "camera")
_MIN_CONFIDENCE = 0.6
"""Pupil Labs' own cut for the confidence of Pupil Core (docs.pupil-labs.com/core/terminology/#confidence)."""


@dataclass(frozen=True)
class Channel:
    """One channel as the stream describes it; unknown = empty."""

    index: int
    label: str
    eye: str
    """``left``, ``right`` or ``both``."""
    kind: str
    """``ScreenX``, ``Confidence``, …"""
    unit: str
    system: str
    """Coordinate system."""


@dataclass(frozen=True)
class Wishes:
    """What a person says about the channels; None = find out."""

    x: str | None = None
    """Labels or numbers of channels, several joined by a comma: the eyes, to be averaged."""
    y: str | None = None
    valid: str | None = None
    """Channel that is 0.5 or more where the eye was seen."""
    space: Space | None = None
    size_wh: tuple[int, int] | None = None
    """px of what is looked at, for streams whose unit is not the space's own."""
    unit: str | None = None
    """``pixels`` or ``normalized``."""
    bottom_left: bool | None = None
    """y counts upwards from the bottom."""
    min_confidence: float = _MIN_CONFIDENCE


@dataclass(frozen=True)
class Layout:
    """How a sample becomes a position."""

    pairs: tuple[tuple[int, int], ...]
    """Channels of x and y, per eye; those that are numbers are averaged."""
    space: Space
    scale_xy: tuple[float, float] = (1.0, 1.0)
    y_from_bottom: float | None = None
    """Height in the stream's unit when y counts upwards."""
    confidence: int | None = None
    min_confidence: float = 0.5
    size_wh: tuple[int, int] | None = None

    def read(self, values: Sequence[float]) -> tuple[float, float, bool]:
        """x, y and whether the eye was seen."""
        eyes = [(values[i], values[j]) for i, j in self.pairs]
        eyes = [(x, y) for x, y in eyes if math.isfinite(x) and math.isfinite(y)]
        if not eyes:
            return math.nan, math.nan, False
        x, y = (sum(each) / len(eyes) for each in zip(*eyes, strict=True))
        if self.y_from_bottom is not None:
            y = self.y_from_bottom - y
        seen = self.confidence is None or values[self.confidence] >= self.min_confidence
        return x * self.scale_xy[0], y * self.scale_xy[1], seen


def channels_of(xml: str, n_channels: int) -> list[Channel]:
    """The channels that a stream's XML description tells of, as many as it has."""
    described = list(ElementTree.fromstring(xml).iterfind("desc/channels/channel"))
    channels = [_channel(index, node) for index, node in enumerate(described[:n_channels])]
    return channels + [Channel(index, "", "", "", "", "") for index in range(len(channels), n_channels)]


def find_layout(title: str, channels: Sequence[Channel], wishes: Wishes) -> Layout:
    """Where gaze is in this stream.

    Raises:
        LiveError: that cannot be told; lists the channels and says what to say.
    """
    xs, ys = _positions(title, channels, wishes)
    first = xs[0]
    core = first.label == _CORE["x"]
    unit = _unit(title, first, channels, wishes, core)
    space = wishes.space or _space(title, first, channels, unit, core)
    bottom_left = core if wishes.bottom_left is None else wishes.bottom_left
    layout = Layout(
        tuple((x.index, y.index) for x, y in zip(xs, ys, strict=True)),
        space,
        _scale(title, unit, space, wishes.size_wh),
        y_from_bottom=_height(title, unit, wishes.size_wh) if bottom_left else None,
        size_wh=wishes.size_wh,
    )
    return _with_validity(title, layout, channels, wishes)


def _channel(index: int, node: ElementTree.Element) -> Channel:
    def text(*names: str) -> str:
        return next((found.strip() for name in names if (found := node.findtext(name))), "")

    label = text("label", "name")
    eye = {"combined": "both", "binocular": "both"}.get(text("eye").lower(), text("eye").lower())
    if not eye:
        said = re.search(r"left|right", label.lower())
        eye = said.group() if said else ""
    kind = text("type", "metatype")
    return Channel(index, label, eye, kind, text("unit").lower(), text("coordinate_system").lower())


def _positions(
    title: str, channels: Sequence[Channel], wishes: Wishes
) -> tuple[list[Channel], list[Channel]]:
    if wishes.x or wishes.y:
        if not (wishes.x and wishes.y):
            raise _unclear(title, channels, "only one of x and y was named", "x=LABEL&y=LABEL")
        xs, ys = ([_named(title, channels, n) for n in w.split(",")] for w in (wishes.x, wishes.y))
    else:
        xs, ys = _found("x", channels), _found("y", channels)
    if not xs or len(xs) != len(ys):
        found = f"{len(xs)} channels look like x and {len(ys)} like y"
        raise _unclear(title, channels, found, "x=LABEL&y=LABEL (x=LEFT,RIGHT averages two eyes)")
    return xs, ys


def _found(axis: str, channels: Sequence[Channel]) -> list[Channel]:
    """Of both eyes together if the stream has that, else of each eye."""
    typed = [c for c in channels if c.kind.lower() == f"screen{axis}"]
    named = [c for c in channels if c.label.lower() == _CORE[axis] or _looks_like(axis, c)]
    found = typed or named
    together = [c for c in found if c.eye in ("both", "")]
    return together[:1] or sorted(found, key=lambda c: c.eye)


def _looks_like(axis: str, channel: Channel) -> bool:
    label = re.sub(r"[\s.\-]+", "_", channel.label.lower())
    return _LABELS[axis].fullmatch(_EYE_WORDS.sub("_", label).strip("_")) is not None


def _named(title: str, channels: Sequence[Channel], name: str) -> Channel:
    name = name.strip()
    for channel in channels:
        if channel.label == name:
            return channel
    if name.isdigit() and int(name) < len(channels):
        return channels[int(name)]
    raise _unclear(title, channels, f"it has no channel {name!r}", "a label or a number of these")


def _unit(title: str, channel: Channel, channels: Sequence[Channel], wishes: Wishes, core: bool) -> str:
    unit = wishes.unit or channel.unit or ("pixels" if title.endswith(_NEON) else "")
    if unit in _NORMALISED or (core and not wishes.unit):
        return "normalized"
    if unit in _PIXELS:
        return "pixels"
    found = f"positions have the unit {unit!r}" if unit else "it does not say the unit of positions"
    raise _unclear(title, channels, found, "unit=pixels or unit=normalized")


def _space(title: str, channel: Channel, channels: Sequence[Channel], unit: str, core: bool) -> Space:
    if core or channel.system.startswith(_SCENES) or title.endswith(_NEON):
        return Space.SCENE
    if unit == "normalized":
        return Space.DISPLAY
    found = "px may be of a screen or of a scene camera"
    raise _unclear(title, channels, found, "space=scene, or space=display&size_wh=1920x1080")


def _scale(title: str, unit: str, space: Space, size_wh: tuple[int, int] | None) -> tuple[float, float]:
    if (unit == "normalized") == (space is Space.DISPLAY):
        return 1.0, 1.0
    if size_wh is None:
        raise LiveError(
            f"The stream {title!r} gives {unit} positions, wanted as {space}: say how many px that has, as "
            "size_wh=1920x1080."
        )
    return (1 / size_wh[0], 1 / size_wh[1]) if unit == "pixels" else (float(size_wh[0]), float(size_wh[1]))


def _height(title: str, unit: str, size_wh: tuple[int, int] | None) -> float:
    if unit == "normalized":
        return 1.0
    if size_wh is None:
        raise LiveError(f"To count y of the stream {title!r} from the bottom, say size_wh=1920x1080.")
    return float(size_wh[1])


def _with_validity(title: str, layout: Layout, channels: Sequence[Channel], wishes: Wishes) -> Layout:
    if wishes.valid:
        return replace(layout, confidence=_named(title, channels, wishes.valid).index)
    for channel in channels:
        if "confidence" in (channel.kind.lower(), channel.label.lower()):
            return replace(layout, confidence=channel.index, min_confidence=wishes.min_confidence)
    return layout


def _unclear(title: str, channels: Sequence[Channel], found: str, say: str) -> LiveError:
    def line(c: Channel) -> str:
        about = ", ".join(word for word in (c.eye, c.kind, c.unit, c.system) if word)
        return f"{c.index} {c.label or '(no label)'}" + (f" ({about})" if about else "")

    listed = "; ".join(map(line, channels))
    return LiveError(f"In the stream {title!r} {found}. Its channels are: {listed}. Say {say}.")
