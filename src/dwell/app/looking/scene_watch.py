"""Follows the markers of the page in the pictures of glasses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from dwell.live import SceneSource, SourceInfo
from dwell.screen import SceneFit, SceneMap

__all__ = ["watch_scene"]

_PERIOD_S = 1 / 30


async def watch_scene(
    source: SceneSource,
    scene: SceneMap,
    info: Callable[[], SourceInfo | None],
    tell: Callable[[SceneFit], None],
) -> None:
    """Fit every new picture, one at a time and of those that came meanwhile the newest; until cancelled.

    Args:
        source: the glasses.
        scene: is given what is found.
        info: of the source, with the camera's intrinsics; None = not connected yet.
        tell: is told of every fit.
    """
    last_ns = -1
    while True:
        picture, known = source.picture(), info()
        if picture is None or known is None or picture.t_ns <= last_ns:
            await asyncio.sleep(_PERIOD_S)
            continue
        last_ns = picture.t_ns
        tell(await asyncio.to_thread(scene.update, picture.t_ns, picture.rgb, known.camera))
