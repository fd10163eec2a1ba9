"""Pictures and videos of results: the enriched scene video, the timeline of a recording, the heatmap.

A frame is painted where it lies, in its Y'CbCr planes. The nouns: a ``Canvas`` is a frame being painted; a
``Stencil`` says how strongly each pixel of a part is painted (masks); a ``Sticker`` is a small picture made
once and put on many frames (labels, the gaze ring). ``Looks`` is mapped gaze asked frame by frame.

Invariants: every frame is decoded and encoded once, at its own time, with the sound's own packets; masks are
read a few frames at a time and decoded only within their boxes, so memory does not grow with length; outside
masks, outlines, labels, gaze and clock no pixel is touched; a file appears whole or not at all.
"""

from dwell.render.aoi_heatmap import render_aoi_heatmap
from dwell.render.enriched import RenderOptions, Scene, render_video
from dwell.render.heatmap import heatmap_png, render_heatmap
from dwell.render.looks import Looks
from dwell.render.timeline import render_timeline

__all__ = [
    "Looks",
    "RenderOptions",
    "Scene",
    "heatmap_png",
    "render_aoi_heatmap",
    "render_heatmap",
    "render_timeline",
    "render_video",
]
