"""One recording from prompts to tables: what the CLI, the examples and most scripts use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dwell.analysis.adding import add_written
from dwell.analysis.counting import count_states
from dwell.analysis.opened import Opened
from dwell.export.labels import VOLUME_FORMATS, ExportReport, Labels
from dwell.export.voxels import label_voxels, measure_volumes, need_slices
from dwell.gaze import MappingOptions
from dwell.masks import Mask, Masklet
from dwell.metrics.density import SIGMA_DEG, compute_density
from dwell.prompts import FileAoi, NamedPrompt, Prompt
from dwell.registry import EXPORTERS, load
from dwell.render import Looks, RenderOptions, Scene, render_heatmap, render_timeline, render_video
from dwell.results import Results, compute_results
from dwell.review import ReviewOptions, ReviewQueue, rank_moments
from dwell.segmenters.contract import Detector
from dwell.segmenters.detectors.choosing import Thresholds
from dwell.segmenters.detectors.phrases import split_phrases
from dwell.suggestions import Found, Suggestion, accept, find, key_frames, opened, suggest, with_masks
from dwell.types import AOI, Direction, IntArray, ProgressFn
from dwell.volumes import Slices

__all__ = ["Analysis"]


class Analysis(Opened):
    """A recording, its project and its tracking session; closes all three."""

    # ---------------------------------------------------------------- prompts to masklets

    def prompt(self, aoi: str | int, *prompts: Prompt, frame_idx: int) -> Mask:
        """The AOI's mask after these prompts on a frame, saved; a new name makes a new AOI."""
        return self.session.prompt(aoi, *prompts, frame_idx=frame_idx)

    def add_prompts(self, written: Iterable[NamedPrompt | FileAoi]) -> int:
        """Add prompts that were written as text or in a file, all or none; how many were new.

        A prompt that the project has already is passed over, so the same may be given again. The colour and
        category of a file hold for AOIs that are there already, too.

        Args:
            written: what ``parse_prompt`` and ``read_prompts`` give.

        Raises:
            PromptError: a prompt cannot be used; then none is added.
        """
        return add_written(self.session, written)

    def states(self) -> list[dict[str, Any]]:
        """Per AOI: on how many real frames it is visible, absent, lost, unknown, stale, or to be checked."""
        return count_states(self.project)

    def track(
        self,
        span: tuple[int, int] | None = None,
        direction: Direction | str = Direction.BOTH,
        aois: Iterable[str | int] | None = None,
        progress: ProgressFn | None = None,
        *,
        stride: int | None = None,
    ) -> int:
        """Track all that is missing or out of date; how many frames that was. See ``TrackingSession``.

        ``stride`` None is that of the last time, at first 1.
        """
        done = 0
        stride = self.last_stride if stride is None else stride
        updates = self.session.track(span, direction, aois, stride)
        try:
            for update in updates:
                done = update.done
                if progress is not None:
                    progress(update.done, update.total)
        finally:
            updates.close()
        return done

    # ---------------------------------------------------------------- words to AOIs

    def find(
        self,
        text: str,
        frames: int | Iterable[int] | None = None,
        detector: Detector | str | Path | None = None,
        progress: ProgressFn | None = None,
    ) -> Found:
        """Everything that fits the words of a text such as ``bottle . red flag``; nothing is saved.

        Args:
            text: phrases, with full stops or commas between them.
            frames: numbers of the frames to look on; None = those with prompts, or the first.
            detector: a detector, its name, or the folder of a model; None = see ``default_detector``.
            progress: called with (done, total) frames; it may raise ``Cancelled``.

        Raises:
            PromptError: there is no word, no picture, or nothing that the detector can look for.
            FrameOutOfRange: no such frame.
            BackendError: the detector is not installed, or its model is not here.
        """
        numbers = (
            [frames] if isinstance(frames, int) else key_frames(self.project) if frames is None else frames
        )
        return find(self.frames, opened(detector), split_phrases(text), numbers, progress)

    def suggest(
        self,
        words: str | Found,
        frames: int | Iterable[int] | None = None,
        *,
        detector: Detector | str | Path | None = None,
        thresholds: Thresholds | None = None,
        masks: bool = False,
        progress: ProgressFn | None = None,
    ) -> list[Suggestion]:
        """AOIs that words suggest, for ``accept``; nothing is saved.

        Args:
            words: a text as for ``find``, or what ``find`` gave: then other thresholds are tried at once.
            frames: as for ``find``.
            detector: as for ``find``.
            thresholds: what a detection needs to be suggested; None = what the detector's makers suggest.
            masks: make their masks, too, with the backend of ``session``.
            progress: as for ``find``.

        Raises:
            PromptError: as for ``find``.
            BackendError: as for ``find``.
        """
        found = words if isinstance(words, Found) else self.find(words, frames, detector, progress)
        suggestions = suggest(found, self.project, thresholds)
        return with_masks(self.session, suggestions) if masks else suggestions

    def accept(
        self,
        suggestions: Sequence[Suggestion],
        names: Mapping[int, str] | None = None,
        progress: ProgressFn | None = None,
    ) -> list[AOI]:
        """The AOIs that suggestions are from now on, saved in one action; see ``dwell.suggestions``."""
        return accept(self.session, suggestions, names, progress)

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
        source = self.project.source
        names = self.project.get_setting("frame names") or [f"{i:05d}" for i in range(source.n_frames)]
        files = self.project.get_setting("frame files") or ()
        filler = self.project.filler()
        return Labels(
            self.project.masklets(include_stale=False, before=before),
            source.size_hw,
            names,
            source.recording_name,
            0 if filler is None else int(filler.sum()),
            files,
            volume,
        )

    def export(self, format: str, out: str | Path, progress: ProgressFn | None = None) -> ExportReport:
        """Write the masks as labels; formats are in ``dwell.registry.EXPORTERS``.

        Those of medical volumes, such as ``nifti``, need the volume; the others need the project only.

        Raises:
            OutputError: unknown format, one for volumes where there is none, or the files cannot be written.
            UnknownRecording: the volume is no longer where the project saw it.
        """
        labels = self.labels(self._slices if format in VOLUME_FORMATS else None)
        report: ExportReport = load(EXPORTERS, format)(labels, Path(out), progress)
        return report
