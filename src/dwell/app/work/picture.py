"""Answers about the picture of an enrichment, as the analyst gives them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from dwell.analysis import Analysis
from dwell.app.work.numbers import plain
from dwell.enrichments import Enrichment, ImageOptions, ImageResults
from dwell.enrichments.measures import MEASURES
from dwell.metrics.rounding import rounded_ms
from dwell.reference_image import (
    compute_image_density,
    enrichment_of,
    map_reference_image,
    render_measure,
)
from dwell.render import heatmap_png

__all__ = ["PictureDesk"]

_MOST_DOTS = 20_000
"""More could not be told apart, nor drawn at once."""


class PictureDesk:
    """One enrichment, read once."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._enrichment: Enrichment | None = None

    @property
    def enrichment(self) -> Enrichment:
        """The enrichment, opened on first use.

        Raises:
            ProjectError: the project is about a recording.
            RecordingError: it cannot be read.
        """
        if self._enrichment is None:
            self._enrichment = enrichment_of(self._analysis.project)
        return self._enrichment

    def mapped(self, options: dict[str, Any]) -> ImageResults:
        """Gaze on the AOIs as they are now."""
        with self._analysis.project.reading():
            return map_reference_image(
                self._analysis.project, ImageOptions(**options), enrichment=self.enrichment
            )

    def results(self, options: dict[str, Any]) -> dict[str, Any]:
        """The fields of ``PictureResults``, but for ``rev``."""
        results = self.mapped(options)
        values = {name: results.measure(name) for name in MEASURES}
        ids = {aoi.name: aoi.object_id for aoi in self._analysis.project.aois()}
        rows = [
            {"label": area.name, "object_id": ids.get(area.name)}
            | {name: plain(values[name].get(area.name)) for name in MEASURES}
            for area in results.image_map.areas
        ]
        return {
            "measures": [
                {"id": name, "title": each.title, "unit": each.unit} for name, each in MEASURES.items()
            ],
            "rows": rows,
            "recordings": [each.recording_name for each in self.enrichment.recordings],
            "n_fixations": int(self.enrichment.fixations.on_image.sum()),
            "notes": results.notes,
        }

    def dots(self) -> dict[str, Any]:
        """The fields of ``FixationDots``."""
        fixations = self.enrichment.fixations
        shown = np.flatnonzero(fixations.on_image & np.isfinite(fixations.xy).all(axis=1))
        ms = rounded_ms(fixations.ends_ns - fixations.starts_ns)
        longest = np.sort(shown[np.argsort(-ms[shown], kind="stable")[:_MOST_DOTS]])
        return {
            "x": fixations.xy[longest, 0].round(1).tolist(),
            "y": fixations.xy[longest, 1].round(1).tolist(),
            "ms": ms[longest].tolist(),
            "recording": self.enrichment.recording_of_section[fixations.section[longest]].tolist(),
            "n_all": len(shown),
        }

    def density(self, width_px: int) -> bytes:
        """PNG of where gaze was."""
        return heatmap_png(compute_image_density(self.mapped({})), width_px)

    def heatmap(self, options: dict[str, Any], measure: str, form: str) -> bytes:
        """The AOIs coloured by a measure, as a PNG or SVG.

        Raises:
            ValueError: there is no such measure.
        """
        picture = self._analysis.frames.read(0)
        with tempfile.TemporaryDirectory(prefix="dwell-") as folder:
            out = Path(folder) / f"heatmap.{form}"
            return render_measure(self.mapped(options), picture, out, measure).read_bytes()
