"""The results of one recording: mapped gaze, the measures taken of it, and the folder they are written to."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from dwell.files import delete_file, replacing
from dwell.gaze import (
    FixationMap,
    GazeMap,
    MappingOptions,
    Section,
    map_fixations,
    map_gaze,
    remap_gaze,
)
from dwell.masks import Masklet
from dwell.metrics import (
    compute_aoi_dwell,
    compute_aoi_fixations,
    compute_aoi_metrics,
    compute_aoi_sequence,
    compute_aoi_visits,
    compute_summary,
    write_frames,
    write_gaze_on_aoi,
)
from dwell.recordings import Recording
from dwell.tables import (
    AOI_DWELL,
    AOI_FIXATIONS,
    AOI_METRICS,
    AOI_SEQUENCE,
    AOI_VISITS,
    MAPPING_SUMMARY,
    Table,
    write_table,
)
from dwell.types import ProgressFn

__all__ = ["Results", "compute_results"]


def compute_results(
    recording: Recording,
    masklets: Sequence[Masklet],
    options: MappingOptions | None = None,
    progress: ProgressFn | None = None,
    made_by: Sequence[Mapping[str, Any]] = (),
    before: Results | None = None,
    marks: Mapping[int, Collection[int]] | None = None,
) -> Results:
    """Gaze and fixations of a recording mapped to its AOIs.

    Args:
        recording: whose gaze.
        masklets: of its AOIs.
        options: how gaze is mapped.
        progress: called with (done, total).
        made_by: who made the masks, for the record; see ``Results.made_by``.
        before: earlier results of this recording; only what has changed since is measured. See
            ``remap_gaze``.
        marks: fixations that a person has put on AOIs; see ``map_fixations``.

    Raises:
        MissingStream: the recording has no gaze or no frame times.
        ValueError: a margin in degrees, but neither camera intrinsics nor ``px_per_degree``.
    """
    section = Section(
        recording_id=recording.id,
        recording_name=recording.name,
        recording_start_ns=recording.start_ns,
        section_id=recording.section_id or "",
    )
    if before is None:
        gaze_map = map_gaze(recording.gaze, recording.clock, masklets, options, recording.camera, progress)
    else:
        gaze_map = remap_gaze(before.gaze_map, masklets, options or MappingOptions(), progress)
    fixation_map = None
    if recording.has("fixations"):
        fixation_map = map_fixations(gaze_map, recording.fixations, marks=marks)
    return Results(section, gaze_map, fixation_map, tuple(recording.notes), tuple(made_by))


@dataclass(frozen=True, eq=False)
class Results:
    """Mapped gaze of one recording, and the tables made of it, each computed when first asked for."""

    section: Section
    gaze_map: GazeMap
    fixation_map: FixationMap | None
    """None: the recording has no fixations; then measures come from gaze samples alone."""
    reader_notes: tuple[str, ...] = ()
    """What the reader had to say about the recording's data."""
    made_by: tuple[Mapping[str, Any], ...] = ()
    """Who made the masks: backend, model, revision and options, and how many ``masks`` that were."""

    @cached_property
    def aoi_dwell(self) -> pd.DataFrame:
        """Dwell time, visible time, visits and more, one row per AOI: ``dwell.tables.AOI_DWELL``."""
        return compute_aoi_dwell(self.gaze_map, self.section, self.fixation_map)

    @cached_property
    def aoi_visits(self) -> pd.DataFrame:
        """One row per visit: ``dwell.tables.AOI_VISITS``."""
        return compute_aoi_visits(self.gaze_map, self.section)

    @cached_property
    def aoi_fixations(self) -> pd.DataFrame | None:
        """One row per fixation on an AOI, as Pupil Cloud spells it; None without fixations."""
        return None if self.fixation_map is None else compute_aoi_fixations(self.fixation_map, self.section)

    @cached_property
    def aoi_metrics(self) -> pd.DataFrame | None:
        """One row per AOI, as Pupil Cloud spells it; None without fixations."""
        return None if self.fixation_map is None else compute_aoi_metrics(self.fixation_map, self.section)

    @cached_property
    def aoi_sequence(self) -> pd.DataFrame | None:
        """One row per fixation, with the one AOI it is on; None without fixations."""
        return None if self.fixation_map is None else compute_aoi_sequence(self.fixation_map, self.section)

    @cached_property
    def mapping_summary(self) -> pd.DataFrame:
        """How many samples, frames and fixations were used, and why the others were not."""
        return compute_summary(self.gaze_map, self.section, self.fixation_map)

    @property
    def notes(self) -> list[str]:
        """What a person should know before using the numbers."""
        notes = list(self.reader_notes)
        if not self.gaze_map.aois:
            notes.append("There is no AOI; the tables hold nothing to look at.")
        if not self.gaze_map.ok.any():
            notes.append(
                "Not one gaze sample could be used (no position, not worn, in a blink or without a frame); "
                "a dwell time of 0 says nothing here."
            )
        if self.fixation_map is None:
            notes.append("The recording has no fixations; measures come from gaze samples alone.")
        elif self.fixation_map.n_unused_marks:
            n = self.fixation_map.n_unused_marks
            which = "fixation put on AOIs by hand is" if n == 1 else "fixations put on AOIs by hand are"
            notes.append(f"{n} {which} not in the recording as it is now; that counts for nothing.")
        for name, share in self._unknown_shares():
            if share > 0:
                notes.append(
                    f"{name}: {share:.1%} of the gaze time is unknown (lost, not tracked or out of date); "
                    "it counts neither as on the AOI nor as off it."
                )
        return notes

    def _unknown_shares(self) -> list[tuple[str, float]]:
        table = self.aoi_dwell
        shares = table["unknown gaze time [ms]"] / table["gaze time [ms]"].where(table["gaze time [ms]"] > 0)
        return list(zip(table["aoi label"], shares.fillna(0.0).astype(float), strict=True))

    def summary(self) -> list[dict[str, Any]]:
        """The chief measures per AOI, for a glance."""
        columns = {
            "AOI": "aoi label",
            "dwell [s]": "dwell time [ms]",
            "visible [s]": "visible time [ms]",
            "dwell per visible time": "dwell per visible time",
            "visits": "visits",
            "fixations": "total fixations",
            "TTFF [s]": "time to first fixation [ms]",
            "unknown gaze [s]": "unknown gaze time [ms]",
        }
        return [
            {short: _value(row, name) for short, name in columns.items()}
            for _, row in self.aoi_dwell.iterrows()
        ]

    # ---------------------------------------------------------------- files

    def write(self, folder: str | Path, progress: ProgressFn | None = None) -> list[Path]:
        """The files written below a folder; it is made if need be, and each file appears whole or not at all.

        ``mapping.json`` comes last: a folder without it was not finished. Tables of an earlier mapping that
        this one has not are deleted.

        Raises:
            StorageFull: the disk is full or the folder cannot be written.
            OutputError: a file cannot be written for another reason.
        """
        folder = Path(folder)
        halves = (None, None) if progress is None else _halves(progress)
        written = [write_gaze_on_aoi(folder / "gaze_on_aoi.csv", self.gaze_map, self.section, halves[0])]
        delete_file(folder / "mapping.json")
        written.append(write_frames(folder / "frames.csv", self.gaze_map, self.section, halves[1]))
        for name, table in self._tables():
            data = getattr(self, name)
            if data is not None:
                written.append(write_table(data, table, folder / f"{name}.csv"))
            else:
                delete_file(folder / f"{name}.csv")
        written.append(self._write_manifest(folder / "mapping.json"))
        return written

    def _tables(self) -> list[tuple[str, Table]]:
        return [
            ("aoi_dwell", AOI_DWELL),
            ("aoi_visits", AOI_VISITS),
            ("aoi_fixations", AOI_FIXATIONS),
            ("aoi_metrics", AOI_METRICS),
            ("aoi_sequence", AOI_SEQUENCE),
            ("mapping_summary", MAPPING_SUMMARY),
        ]

    def _write_manifest(self, path: Path) -> Path:
        from dwell import __version__

        fixations = self.fixation_map
        manifest = {
            "dwell": __version__,
            "recording id": self.section.recording_id,
            "recording name": self.section.recording_name,
            "section id": self.section.section_id,
            "aois": [{"object id": aoi.object_id, "aoi label": aoi.name} for aoi in self.gaze_map.aois],
            "masks made by": [dict(each) for each in self.made_by],
            "mapping": self.gaze_map.options.to_dict(),
            "fixations put by hand": 0 if fixations is None else int(fixations.by_hand.sum()),
            "notes": self.notes,
        }
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return path


def _halves(progress: ProgressFn) -> tuple[ProgressFn, ProgressFn]:
    """Progress of the two long tables as that of one job."""
    return (
        lambda done, total: progress(done, 2 * total),
        lambda done, total: progress(total + done, 2 * total),
    )


def _value(row: pd.Series, name: str) -> float | int | str | None:
    value = row[name]
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return None
    return float(value) / 1000 if name.endswith("[ms]") else value.item() if hasattr(value, "item") else value
