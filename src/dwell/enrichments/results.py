"""The results of an enrichment: mapped gaze, the measures taken of it, and the folder they are written to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dwell.enrichments.dwell_table import image_dwell
from dwell.enrichments.enrichment import Enrichment
from dwell.enrichments.fixation_tables import (
    FixationCounts,
    aoi_fixations,
    aoi_label_metrics,
    aoi_metrics,
    count_fixations,
)
from dwell.enrichments.mapping import ImageMap, map_to_areas
from dwell.enrichments.measures import MEASURES
from dwell.enrichments.options import ImageOptions
from dwell.enrichments.overlaps import overlap_notes
from dwell.files import delete_file, replacing
from dwell.masks import Mask
from dwell.tables import AOI_FIXATIONS, AOI_LABEL_METRICS, AOI_METRICS, IMAGE_DWELL, write_table
from dwell.types import AOI, ProgressFn

__all__ = ["ImageResults", "map_enrichment"]

_TABLES = {
    "aoi_fixations": AOI_FIXATIONS,
    "aoi_label_metrics": AOI_LABEL_METRICS,
    "aoi_metrics": AOI_METRICS,
    "image_dwell": IMAGE_DWELL,
}


def map_enrichment(
    enrichment: Enrichment,
    aois: Sequence[tuple[AOI, Mask]],
    options: ImageOptions | None = None,
    *,
    starts_ns: Mapping[str, int] | None = None,
) -> ImageResults:
    """Gaze and fixations of an enrichment mapped to the AOIs of its picture.

    Args:
        enrichment: whose gaze.
        aois: AOIs with their masks on the picture.
        options: how gaze is mapped.
        starts_ns: recording id → ns UTC of its start, as in its info.json; needed for times to first fixation
            of recordings whose sections do not start at ``recording.begin``.

    Raises:
        MissingStream: there is no gaze.csv or no fixations.csv.
        BadTable: one is damaged.
        ValueError: a mask is of another size than the picture.
    """
    image_map = map_to_areas(enrichment, aois, options)
    _ = image_map.fixated, image_map.codes  # what is damaged is to be said now
    return ImageResults(image_map, dict(starts_ns or {}))


@dataclass(frozen=True, eq=False)
class ImageResults:
    """Mapped gaze of one enrichment, and the tables made of it, each computed when first asked for."""

    image_map: ImageMap
    starts_ns: Mapping[str, int] = field(default_factory=dict)
    """Recording id → ns UTC of its start, where it was given."""

    @cached_property
    def counts(self) -> FixationCounts:
        """Fixations on each AOI in each recording."""
        return count_fixations(self.image_map, self.starts_ns)

    @cached_property
    def aoi_fixations(self) -> pd.DataFrame:
        """One row per fixation on an AOI, as Pupil Cloud spells it."""
        return aoi_fixations(self.image_map)

    @cached_property
    def aoi_metrics(self) -> pd.DataFrame:
        """One row per AOI and recording, as Pupil Cloud spells it."""
        return aoi_metrics(self.image_map, self.counts)

    @cached_property
    def aoi_label_metrics(self) -> pd.DataFrame:
        """One row per AOI over all recordings, as Pupil Cloud spells it."""
        return aoi_label_metrics(self.image_map, self.counts)

    @cached_property
    def image_dwell(self) -> pd.DataFrame:
        """One row per AOI and recording: dwell time, visits and more, from gaze samples."""
        return image_dwell(self.image_map, self.starts_ns)

    def measure(self, name: str) -> dict[str, float]:
        """A measure by AOI, over all recordings; NaN where there is none. See ``MEASURES``.

        Raises:
            ValueError: there is no such measure.
        """
        if name not in MEASURES:
            raise ValueError(f"There is no measure {name!r}; choose one of: {', '.join(MEASURES)}.")
        column = MEASURES[name].column
        if column in self.aoi_label_metrics:
            values = self.aoi_label_metrics.set_index("label name")[column]
        else:
            grouped = self.image_dwell.groupby("aoi label", sort=False)
            values = grouped[column].mean()
        return {str(label): float(value) for label, value in values.items()}

    @cached_property
    def notes(self) -> list[str]:
        """What a person should know before using the numbers."""
        _ = self.counts
        enrichment = self.image_map.enrichment
        notes = [*enrichment.notes, *overlap_notes(enrichment)]
        if not self.image_map.areas:
            notes.append("There is no AOI; the tables hold nothing to look at.")
        if not len(enrichment.fixations):
            notes.append("There is not one fixation; a count of 0 says nothing here.")
        elif not enrichment.fixations.on_image.any():
            notes.append("Not one fixation is on the picture; a count of 0 says nothing here.")
        return [*notes, *self._origin_notes()]

    def _origin_notes(self) -> list[str]:
        if self.image_map.options.ttff_origin == "section":
            unknown = [each for each in self.image_map.enrichment.sections if each.start_ns is None]
            what = "their sections' starts are not known, as there is no sections.csv"
        else:
            starts = self.image_map.enrichment.recording_starts_ns(dict(self.starts_ns))
            known = set(starts.dropna().index)
            unknown = [
                each for each in self.image_map.enrichment.recordings if each.recording_id not in known
            ]
            what = (
                "their sections do not start at recording.begin; give the recordings' own downloads "
                "(dwell map --recordings), or count from the section's start"
            )
        notes = []
        if unknown:
            names = ", ".join(each.recording_name for each in unknown[:3])
            more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
            notes.append(f"Times to first fixation are empty for {names}{more}: {what}.")
        if (self.counts.ttff_ns < 0).any():
            notes.append("A time to first fixation is negative: a recording's start that was given is wrong.")
        return notes

    def summary(self) -> list[dict[str, Any]]:
        """The chief measures per AOI over all recordings, for a glance."""
        rows: list[dict[str, Any]] = []
        for row in self.aoi_label_metrics.to_dict("records"):
            rows.append(
                {
                    "AOI": row["label name"],
                    "fixations": int(self.counts.n[len(rows)].sum()),
                    "reach": _number(row["recording reach"]),
                    "mean total [s]": _number(row["total fixation duration [ms]"], 1000),
                    "mean fixation [s]": _number(row["average fixation duration [ms]"], 1000),
                    "mean TTFF [s]": _number(row["time to first fixation [ms]"], 1000),
                }
            )
        return rows

    # ---------------------------------------------------------------- files

    def write(self, folder: str | Path, progress: ProgressFn | None = None) -> list[Path]:
        """The files written below a folder; it is made if need be, and each file appears whole or not at all.

        ``mapping.json`` comes last: a folder without it was not finished.

        Raises:
            StorageFull: the disk is full or the folder cannot be written.
            OutputError: a file cannot be written for another reason.
        """
        folder = Path(folder)
        manifest = folder / "mapping.json"
        delete_file(manifest)
        written = []
        for done, (name, table) in enumerate(_TABLES.items(), start=1):
            written.append(write_table(getattr(self, name), table, folder / f"{name}.csv"))
            if progress is not None:
                progress(done, len(_TABLES))
        return [*written, self._write_manifest(manifest)]

    def _write_manifest(self, path: Path) -> Path:
        from dwell import __version__

        enrichment = self.image_map.enrichment
        manifest = {
            "dwell": __version__,
            "enrichment": enrichment.name,
            "kind": enrichment.kind,
            "picture [px]": list(enrichment.size_hw[::-1]),
            "recordings": [each.recording_id for each in enrichment.recordings],
            "aois": [each.name for each in self.image_map.areas],
            "mapping": self.image_map.options.to_dict(),
            "recording starts given [ns]": dict(self.starts_ns),
            "notes": self.notes,
        }
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return path


def _number(value: float, unit: float = 1.0) -> float | None:
    return float(value) / unit if np.isfinite(value) else None
