"""What makes AOIs and their masks: prompts, words, or a look for everything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dwell.analysis.adding import add_written
from dwell.analysis.counting import count_states
from dwell.analysis.editing import Edits
from dwell.analysis.finding import (
    OnUpdate,
    find_everything,
    find_looked_at,
)
from dwell.analysis.opened import Opened
from dwell.everything import (
    Budget,
    EverythingOptions,
    EverythingUpdate,
    GazeFirstOptions,
    name_things,
)
from dwell.masks import Mask
from dwell.prompts import FileAoi, NamedPrompt, Prompt
from dwell.segmenters.contract import Detector, Proposer
from dwell.segmenters.detectors.choosing import Thresholds
from dwell.segmenters.detectors.open import default_thresholds
from dwell.segmenters.detectors.phrases import split_phrases
from dwell.suggestions import Found, Suggestion, accept, find, key_frames, opened, suggest, with_masks
from dwell.types import AOI, Direction, ProgressFn

__all__ = ["Segmenting"]


class Segmenting(Opened):
    """The verbs of an analysis that change its project."""

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

    @property
    def edit(self) -> Edits:
        """Tools that correct masks over many frames, such as ``edit.swap`` and ``edit.fill_holes``."""
        return Edits(self)

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

    # ---------------------------------------------------------------- everything to AOIs

    def everything(
        self,
        options: EverythingOptions | None = None,
        budget: Budget | None = None,
        proposer: Proposer | str | Path | None = None,
        progress: OnUpdate | None = None,
    ) -> EverythingUpdate:
        """Find whatever there is in the video without a prompt, and track it; the last step of the run.

        Things become AOIs, parts of things AOIs that are ``part_of`` others. All is saved as it comes: a run
        that was stopped goes on when this is called again with the same.

        Args:
            options: how; see ``EverythingOptions``.
            budget: when enough is tracked; None = 90 % of all that was found, things counted by importance.
            proposer: who finds masks on key frames: a proposer, its name, a backend's name, or the folder of
                a model; None = ``embedded``, without a download.
            progress: called with every step; it may raise ``Cancelled``.

        Raises:
            ProjectError: an unfinished run was given something else; see ``dwell.everything.forget``.
            BackendError: the proposer or the backend is not installed, or its model is not here.
            MissingStream: ``options.gaze_weight`` is given, but the recording has no gaze or frame times.
        """
        return find_everything(self.session, self.recording, options, budget, proposer, progress)

    def looked_at(
        self, options: GazeFirstOptions | None = None, progress: OnUpdate | None = None
    ) -> EverythingUpdate:
        """Find what was looked at: segmented at fixations, tracked around them, and joined to things.

        Otherwise like ``everything``.

        Raises:
            ProjectError: as for ``everything``.
            BackendError: the backend is not installed, or its model is not here.
            MissingStream: the recording has no fixations, or no frame times.
        """
        return find_looked_at(self.session, self.recording, options, progress)

    def name_things(
        self,
        text: str,
        *,
        detector: Detector | str | Path | None = None,
        thresholds: Thresholds | None = None,
        progress: ProgressFn | None = None,
    ) -> dict[int, str]:
        """Name things that were found without a name by words that fit their best pictures.

        Only AOIs that are still called "thing N" get a name, and their category; see ``name_things``.

        Args:
            text: phrases, as for ``find``.
            detector: as for ``find``.
            thresholds: what a detection needs to count; None = what the detector's makers suggest.
            progress: called with (done, total) things.

        Returns:
            object_id → new name.

        Raises:
            PromptError: there is no word, or nothing that the detector can look for.
            BackendError: as for ``find``.
        """
        finder = opened(detector)
        needs = thresholds or default_thresholds(finder.name)
        phrases = split_phrases(text)
        return name_things(self.project, self.frames, finder, phrases, floor=needs.box, progress=progress)
