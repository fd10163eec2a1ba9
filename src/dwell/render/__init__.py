"""Pictures and videos of results: the enriched scene video, the timeline of a recording."""

from dwell.render.enriched import RenderOptions, Scene, render_video
from dwell.render.looks import Looks
from dwell.render.timeline import render_timeline

__all__ = ["Looks", "RenderOptions", "Scene", "render_timeline", "render_video"]
