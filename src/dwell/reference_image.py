"""An enrichment and the project that keeps the AOIs of its picture: metrics and heatmaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from dwell.enrichments import Enrichment, ImageOptions, ImageResults, map_enrichment, open_enrichment
from dwell.enrichments.measures import MEASURES
from dwell.errors import ProjectError
from dwell.masks import Mask
from dwell.metrics.density import Density, density_of
from dwell.project import Project
from dwell.recordings import open_recordings
from dwell.render import render_aoi_heatmap
from dwell.types import AOI, ByteArray

__all__ = [
    "KIND",
    "compute_image_density",
    "enrichment_of",
    "is_reference_image",
    "map_reference_image",
    "masks_on_picture",
    "read_recording_starts",
    "render_measure",
]

KIND = "enrichment"
"""``Recording.kind`` of the picture of an enrichment."""
SIGMA_SHARE = 0.02
"""Width of the Gaussian of a heatmap, as a share of the picture's longer side: there are no degrees on it.
Source: ours."""
_MS_PER_S = 1000


def is_reference_image(project: Project) -> bool:
    """Whether the project is about the picture of an enrichment."""
    return project.source.kind == KIND


def enrichment_of(project: Project) -> Enrichment:
    """The enrichment that a project was made for.

    Raises:
        ProjectError: it was made for another kind of recording.
        UnknownRecording: it is no longer there.
        BadTable: sections.csv is damaged.
    """
    source = project.source
    if source.kind != KIND:
        raise ProjectError(
            f"{project.path} is about a recording ({source.kind}), not about the picture of an enrichment.",
            path=project.path,
        )
    return open_enrichment(source.path, source.options.get("image"))


def masks_on_picture(project: Project) -> list[tuple[AOI, Mask]]:
    """The AOIs that have a mask on the only frame, with it."""
    records = project.records_at(0, stale=False)
    masks = {object_id: record.mask for object_id, record in records.items()}
    return [
        (aoi, mask) for aoi in project.aois() if (mask := masks.get(aoi.object_id)) is not None and bool(mask)
    ]


def map_reference_image(
    project: Project,
    options: ImageOptions | None = None,
    *,
    enrichment: Enrichment | None = None,
    starts_ns: Mapping[str, int] | None = None,
) -> ImageResults:
    """Gaze of the enrichment mapped to the AOIs of the project.

    Args:
        project: with the AOIs.
        options: how gaze is mapped.
        enrichment: what ``enrichment_of`` gave, where that is known.
        starts_ns: recording id → ns UTC of its start; see ``map_enrichment`` and ``read_recording_starts``.

    Raises:
        ProjectError: the project is not about an enrichment.
        RecordingError: the enrichment cannot be read.
    """
    opened = enrichment_of(project) if enrichment is None else enrichment
    return map_enrichment(opened, masks_on_picture(project), options, starts_ns=starts_ns)


def read_recording_starts(paths: Iterable[str | Path]) -> dict[str, int]:
    """Recording id → ns UTC of its start, of every recording in some downloads.

    Args:
        paths: folders or zips of "Timeseries Data".

    Raises:
        RecordingError: one of them holds no recording.
    """
    starts: dict[str, int] = {}
    for path in paths:
        for recording in open_recordings(path):
            with recording:
                starts[recording.id] = recording.start_ns
    return starts


def compute_image_density(results: ImageResults, sigma_px: float | None = None) -> Density:
    """Where on the picture gaze was: a Gaussian around every sample that counts, as heavy as its time.

    Args:
        results: mapped gaze.
        sigma_px: px; None = 2 % of the picture's longer side.
    """
    image_map = results.image_map
    enrichment = image_map.enrichment
    width = SIGMA_SHARE * max(enrichment.size_hw) if sigma_px is None else sigma_px
    return density_of(
        enrichment.gaze.xy[image_map.ok], image_map.durations_ns[image_map.ok], enrichment.size_hw, width
    )


def render_measure(results: ImageResults, picture: ByteArray, out: str | Path, measure: str) -> Path:
    """Draw the AOIs coloured by a measure over all recordings; see ``render_aoi_heatmap``.

    Args:
        results: mapped gaze.
        picture: (h, w, 3) uint8 RGB.
        out: PNG, SVG or PDF, by the file's ending.
        measure: one of ``dwell.enrichments.measures.MEASURES``.

    Raises:
        ValueError: there is no such measure.
        OutputError: the file cannot be written, or has another ending.
    """
    values = results.measure(measure)
    about = MEASURES[measure]
    if about.unit == "ms":
        values = {name: value / _MS_PER_S for name, value in values.items()}
    areas = [(area.name, area.mask) for area in results.image_map.areas]
    unit = " [s]" if about.unit == "ms" else ""
    return render_aoi_heatmap(
        np.asarray(picture), areas, values, out, title=f"{about.title}{unit}", reverse=about.low_is_strong
    )
