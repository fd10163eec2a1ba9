"""Colour words as parts of CIELAB: how well each pixel fits "red", "dark blue" or "grey"."""

from __future__ import annotations

import re
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.types import ByteArray

__all__ = ["COLOUR_WORDS", "colour_words", "fitting"]

Plane = NDArray[np.float32]
"""(h, w) float32."""

_VIVID, _DULL = 60.0, 12.0
"""Chroma from which a colour is as colourful as need be, and below which it is none; ours."""
_HUES = {
    "red": ((10, 55), (0, 72)),
    "brown": ((50, 90), (0, 52)),
    "orange": ((55, 85), (52, 100)),
    "yellow": ((85, 115), (52, 100)),
    "olive": ((90, 115), (0, 60)),
    "green": ((115, 170), (0, 100)),
    "turquoise": ((170, 208), (0, 100)),
    "blue": ((208, 309), (0, 100)),
    "purple": ((309, 345), (0, 65)),
    "pink": ((325, 40), (52, 100)),
}
"""word → range of hue [degrees] and of lightness [0 … 100]; ours, from where CSS has these words."""
_GREYS = {"black": (0, 28), "grey": (28, 82), "white": (82, 100)}
"""word → range of lightness of what has no hue; ours."""
_ALSO = {"gray": "grey", "violet": "purple", "magenta": "pink", "cyan": "turquoise", "teal": "turquoise"}
_SHADES = {"dark": (0, 45), "light": (60, 100), "pale": (60, 100), "bright": (45, 100)}
"""word → range of lightness it narrows the colour after it to."""

COLOUR_WORDS = (*_HUES, *_GREYS, *_ALSO)
"""The words that are known; ``dark``, ``light``, ``pale`` and ``bright`` may stand before them."""


def colour_words(phrase: str) -> tuple[str, ...]:
    """The colours in a phrase, each with its shade: ``A dark-blue and red flag`` → ``dark blue``, ``red``."""
    found, shade = [], ""
    for word in re.findall(r"[a-z]+", phrase.casefold()):
        if word in COLOUR_WORDS:
            found.append(f"{shade} {_ALSO.get(word, word)}".strip())
        shade = word if word in _SHADES else ""
    return tuple(found)


def fitting(image: ByteArray) -> Callable[[str], Plane]:
    """A function from a colour, as ``colour_words`` gives it, to how well each pixel fits: (h, w), 0 … 1.

    Args:
        image: (h, w, 3) uint8 RGB.
    """
    light, a, b = cv2.split(cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB))
    chroma, hue = cv2.cartToPolar(a, b, angleInDegrees=True)

    def fit(colour: str) -> Plane:
        shade, _, word = colour.rpartition(" ")
        if word in _GREYS:
            low, high = _GREYS[word]
            fits = np.clip(1 - chroma / _DULL, 0, 1)
        else:
            (start, end), (low, high) = _HUES[word]
            turned = (hue - start) % 360 < (end - start) % 360
            fits = np.where(turned & (chroma >= _DULL), np.minimum(chroma / _VIVID, 1), 0)
        darkest, lightest = _SHADES.get(shade, (0, 100))
        inside = (max(low, darkest) <= light) & (light <= min(high, lightest) + 0.5)  # white may round up
        return np.where(inside, fits, 0).astype(np.float32)

    return fit
