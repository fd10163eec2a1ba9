"""One recording from prompts to tables: what the CLI, the examples and most scripts use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import overload

import numpy as np
import pandas as pd

from dwell.analysis.finding import (
    clock_of,
    write_gallery_of,
)
from dwell.analysis.gaze_formats import export_gaze, gaze_data
from dwell.analysis.segmenting import Segmenting
from dwell.everything import (
    GalleryItem,
    Thing,
    gallery,
    hierarchy,
)
from dwell.formats.contract import ExportReport, Labels, WriteOptions
from dwell.formats.gaze.contract import TASK, GazeExportReport
from dwell.formats.volumes.voxels import label_voxels, measure_volumes, need_slices
from dwell.gaze import MappingOptions
from dwell.labels import ImportReport, Selection, export_labels, import_labels, labels_of
from dwell.labels.importing import Existing, How
from dwell.masks import Masklet
from dwell.metrics.density import SIGMA_DEG, compute_density
from dwell.render import Looks, RenderOptions, Scene, render_heatmap, render_timeline, render_video
from dwell.results import Results, compute_results
from dwell.review import ReviewOptions, ReviewQueue, rank_moments
from dwell.types import IntArray, ProgressFn
from dwell.volumes import Slices

__all__ = ["Analysis"]


class Analysis(Segmenting):
    """A recording, its project and its tracking session; closes all three."""

    # ---------------------------------------------------------------- masklets to results

    def map(
        self,
        options: MappingOptions | None = None,
        progress: ProgressFn | None = None,
        before: Results | None = None,
    ) -> Results:
        """Gaze and fixations mapped to the AOIs, and the measures taken of them.

        Args:
            options: how gaze is mapped.
            progress: called with (done, total).
            before: what this gave earlier, with whatever options; the answer is the same, but only masks
                that have changed since are read and measured.

        Raises:
            MissingStream: the recording has no gaze, or no frame times.
        """
        earlier = () if before is None else before.gaze_map.masklets
        masklets = self.project.masklets(include_stale=False, before=earlier)
        return compute_results(
            self.recording,
            masklets,
            options or MappingOptions(),
            progress,
            self.made_by,
            before,
            self.project.fixation_marks(),
        )

    def review(
        self,
        options: ReviewOptions | None = None,
        target: float = 0.95,
        *,
        results: Results | None = None,
        progress: ProgressFn | None = None,
    ) -> ReviewQueue:
        """Where mapped gaze could be wrong, ranked by how much gaze time hangs on it; see ``rank_moments``.

        Args:
            options: what counts how much.
            target: 0 … 1: share of the possible error that is worth clearing.
            results: what ``map`` gave, where that is known; it fixes how gaze is mapped.
            progress: called with (done, total) of mapping.

        Raises:
            MissingStream: the recording has no gaze, or no frame times.
            ValueError: a target that is no share.
        """
        mapped = self.map(progress=progress) if results is None else results
        stale: dict[int, IntArray] = {}
        for aoi in mapped.gaze_map.aois:
            coverage = self.project.coverage(aoi.object_id)
            stale[aoi.object_id] = coverage.frame_idx[coverage.stale]
        return rank_moments(mapped.gaze_map, mapped.section, mapped.fixation_map, options, target, stale)

    def render(
        self,
        out: str | Path,
        mapping: MappingOptions | None = None,
        look: RenderOptions | None = None,
        progress: ProgressFn | None = None,
        results: Results | None = None,
    ) -> Path:
        """Write the enriched video; a recording without gaze gets masks only.

        The clock in the picture counts from the recording's start; without frame times, from the video's.

        Args:
            out: the file to write.
            mapping: how gaze is mapped.
            look: what is shown.
            progress: called with (done, total) frames.
            results: what ``map`` gave, where that is known; ``mapping`` is not needed then.

        Raises:
            MissingStream: there is gaze, but there are no frame times to map it by.
        """
        recording = self.recording
        if results is None and recording.has("gaze"):
            results = self.map(mapping)
        looks = None if results is None else Looks(results.gaze_map)
        timed = recording.has("frame times")
        times_ns = recording.clock.times_ns - recording.start_ns if timed else self.frames.pts_ns
        scene = Scene(self.project.masklets(include_stale=False), looks, times_ns)
        return render_video(self.frames, scene, out, look, progress)

    def render_timeline(self, out: str | Path, results: Results | None = None) -> Path:
        """Draw when each AOI was visible and, given results, when it was looked at."""
        masklets = self.project.masklets(include_stale=False)
        gaze_map = None if results is None else results.gaze_map
        return render_timeline(masklets, self.recording.clock, gaze_map, out, title=self.recording.name)

    def render_heatmap(
        self,
        out: str | Path,
        aoi: str | int | None = None,
        *,
        results: Results | None = None,
        frame_idx: int | None = None,
        sigma_deg: float = SIGMA_DEG,
        sigma_px: float | None = None,
    ) -> Path:
        """Draw where in the picture gaze was, over a frame; see ``compute_density``.

        Args:
            out: the PNG to write.
            aoi: only gaze on this AOI; None = all valid gaze.
            results: what ``map`` gave, where that is known.
            frame_idx: the frame below; None = the one nearest to the middle that shows the scene.
            sigma_deg: width of the Gaussian, deg.
            sigma_px: px; given, it counts instead.

        Raises:
            MissingStream: the recording has no gaze, or no frame times.
            UnknownAoi: there is no such AOI.
            OutputError: the file cannot be written, or has another ending.
        """
        object_id = None if aoi is None else self.project.aoi(aoi).object_id
        mapped = self.map() if results is None else results
        size_hw = self.frames.size_hw
        density = compute_density(
            mapped.gaze_map, mapped.section, size_hw, object_id, sigma_deg=sigma_deg, sigma_px=sigma_px
        )
        if frame_idx is None:
            shown = np.flatnonzero(mapped.gaze_map.clock.valid)
            middle = len(self.frames) // 2
            frame_idx = int(shown[np.abs(shown - middle).argmin()]) if len(shown) else middle
        return render_heatmap(density, out, self.frames.read(frame_idx))

    def export_gaze(
        self,
        formats: str | Sequence[str],
        out: str | Path,
        mapping: MappingOptions | None = None,
        results: Results | None = None,
        progress: ProgressFn | None = None,
        *,
        task: str = TASK,
    ) -> list[GazeExportReport]:
        """Write mapped gaze for other programs; formats are in ``dwell.registry.GAZE_FORMATS``.

        Args:
            formats: one or several; each of several gets a folder of its name in ``out``.
            out: the folder, made if need be.
            mapping: how gaze is mapped.
            results: what ``map`` gave, where that is known; ``mapping`` is not needed then.
            progress: called with (done, total) of writing.
            task: what the wearer did or saw: the stimulus of GazePlotter, the task of BIDS.

        Raises:
            MissingStream: the recording has no gaze, or no frame times.
            OutputError: unknown format, or one that has no room for this gaze.
            StorageFull: the disk is full or the folder cannot be written.
        """
        mapped = self.map(mapping) if results is None else results
        data = gaze_data(mapped, self.recording, self.project.source.size_hw, task)
        return export_gaze([data], formats, out, progress)

    # ---------------------------------------------------------------- the gallery

    def gallery(
        self,
        results: Results | None = None,
        *,
        min_dwell_ms: float = 0.0,
        progress: ProgressFn | None = None,
    ) -> list[GalleryItem]:
        """The AOIs, ranked by dwell time where there is gaze, then by importance; see ``GalleryItem``.

        Args:
            results: what ``map`` gave, where that is known; else gaze, if there is any, is mapped.
            min_dwell_ms: with gaze, things looked at for less are left out.
            progress: called with (done, total) of mapping.
        """
        results = self._looks(results, progress)
        return gallery(self.project, clock_of(self.recording), results, min_dwell_ms=min_dwell_ms)

    def hierarchy(self, progress: ProgressFn | None = None) -> tuple[Thing, ...]:
        """The AOIs that are part of none, each with its parts, how far they lie in it, and when all are seen.

        Args:
            progress: called with (done, total) parts.
        """
        return hierarchy(self.project, progress)

    def write_gallery(
        self,
        folder: str | Path,
        results: Results | None = None,
        *,
        min_dwell_ms: float = 0.0,
        progress: ProgressFn | None = None,
    ) -> list[Path]:
        """Write gallery.png, objects/NAME.png, aoi_gallery.csv, aoi_hierarchy.csv and hierarchy.json.

        Args:
            folder: made if need be; what an earlier gallery has left there is replaced.
            results: as for ``gallery``.
            min_dwell_ms: as for ``gallery``; the hierarchy has all AOIs.
            progress: called with (done, total) pictures.

        Raises:
            StorageFull: the disk is full or the folder cannot be written.
            OutputError: a file cannot be written for another reason.
        """
        looks = self._looks(results, None)
        return write_gallery_of(self.project, self.recording, folder, looks, min_dwell_ms, progress)

    def _looks(self, results: Results | None, progress: ProgressFn | None) -> Results | None:
        """The results, or those of mapping now; None where there is nothing to map."""
        recording = self.recording
        if results is None and recording.has("gaze") and recording.has("frame times"):
            return self.map(progress=progress)
        return results

    # ---------------------------------------------------------------- masks to labels

    def measure_volumes(self, progress: ProgressFn | None = None) -> pd.DataFrame:
        """A row of the table ``AOI_VOLUMES`` per AOI of a medical volume, as of now: voxels, ml, slices.

        A volume is only as complete as its slices; see the column ``complete``.

        Args:
            progress: called with (done, total) slices.

        Raises:
            OutputError: this is no volume.
            UnknownRecording: the volume is no longer where the project saw it.
        """
        labels = self.labels(self._slices)
        slices = need_slices(labels, Path(self.project.path or "."), "volumes in ml")
        return measure_volumes(labels, slices, label_voxels(labels, slices, progress))

    def labels(self, volume: Slices | None = None, before: Iterable[Masklet] = ()) -> Labels:
        """The masks that are up to date, as exporters want them.

        Args:
            volume: the slices that the frames are; nothing is opened for it.
            before: see ``Project.masklets``.
        """
        return labels_of(self.project, volume, before)

    @overload
    def export(
        self,
        format: str,
        out: str | Path,
        progress: ProgressFn | None = None,
        *,
        selection: Selection | None = None,
        options: WriteOptions | None = None,
    ) -> ExportReport: ...

    @overload
    def export(
        self,
        format: list[str] | tuple[str, ...],
        out: str | Path,
        progress: ProgressFn | None = None,
        *,
        selection: Selection | None = None,
        options: WriteOptions | None = None,
    ) -> list[ExportReport]: ...

    def export(
        self,
        format: str | list[str] | tuple[str, ...],
        out: str | Path,
        progress: ProgressFn | None = None,
        *,
        selection: Selection | None = None,
        options: WriteOptions | None = None,
    ) -> ExportReport | list[ExportReport]:
        """Write the masks as labels; formats are in ``dwell.registry.FORMATS``. See ``export_labels``.

        Those of medical volumes, such as ``nifti``, need the volume; the others need the project only, unless
        pictures are wanted.

        Args:
            format: one, written into ``out``; or several, each written into ``out/<format>``.
            out: the folder.
            progress: called with (done, total) frames; it may raise ``Cancelled``.
            selection: which frames; None: all on which every AOI has an answer.
            options: where formats leave a choice.

        Raises:
            OutputError: unknown format, one for volumes where there is none, no frame to write, or the files
                cannot be written.
            UnknownRecording: the volume, or the video of the pictures, is no longer where the project saw it.
        """
        names = [format] if isinstance(format, str) else format
        reports = export_labels(self, names, out, selection=selection, options=options, progress=progress)
        return reports[0] if isinstance(format, str) else reports

    def import_labels(
        self,
        path: str | Path,
        format: str | None = None,
        *,
        how: How = "masks",
        video: str | None = None,
        existing: Existing = "refuse",
        progress: ProgressFn | None = None,
    ) -> ImportReport:
        """Take labels from a file as finished masks or as prompts, in one undo step; see ``dwell.labels``."""
        working = how == "prompts" or "session" in self.__dict__
        if not working:
            self._look_for_filler()
        target = self.session if working else self.project
        return import_labels(target, path, format, how=how, video=video, existing=existing, progress=progress)
