"""The search for words of a project: a frame at a time; what it has found is kept until the next one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from dwell.analysis import Analysis
from dwell.app import messages
from dwell.app.messages import Search, SearchRequest, TakenSuggestion, TakeRequest
from dwell.errors import DwellError, PromptError
from dwell.masks import Mask
from dwell.models import DETECTOR_MODELS
from dwell.segmenters.contract import Detection, Detector
from dwell.segmenters.detectors.choosing import Thresholds, choose_detections
from dwell.segmenters.detectors.open import open_detector
from dwell.segmenters.detectors.phrases import split_phrases
from dwell.suggestions import (
    FLOOR,
    Suggestion,
    Why,
    accept,
    key_frames,
    linked,
    look,
    merged,
    numbers_every,
    with_masks,
)
from dwell.types import AOI, IntArray, ProgressFn

__all__ = ["Searching"]

TELL_EVERY_S = 0.25
_LOW = Thresholds(box=FLOOR, text=0.0)


class Searching:
    """Looks on frames as asked, in steps.

    Args:
        analysis: the project and its recording.
        publish: called with the search whenever it has changed.
    """

    def __init__(self, analysis: Analysis, publish: Callable[[Search], None]) -> None:
        self._analysis = analysis
        self._publish = publish
        self._search: Search | None = None
        # Later than any number told before a restart, so that pages see that it is another search.
        self._number = int(time.time() * 1000)
        self._looking: Iterator[tuple[int, list[Detection] | None]] | None = None
        self._detector: tuple[str, Detector] | None = None
        self._found: list[Suggestion] = []
        self._gone: set[int] = set()
        self._began_at = self._told_at = 0.0

    @property
    def running(self) -> bool:
        """Whether there is something to do."""
        return self._looking is not None

    # ---------------------------------------------------------------- looking

    def start(self, request: SearchRequest) -> Search:
        """Begin; the first step is done by ``step``. A search that is running is given up.

        Raises:
            PromptError: there is no word.
            FrameOutOfRange: no such frame.
        """
        phrases = split_phrases(request.text)
        numbers = self._numbers(request)
        self._number += 1
        self._found, self._gone = [], set()
        self._began_at, self._told_at = time.monotonic(), 0.0
        self._search = Search(
            id=self._number,
            state="running",
            text=request.text,
            detector=request.detector,
            done=0,
            total=len(numbers),
        )
        self._looking = self._look(request.detector, phrases, numbers)
        return self._search

    def step(self) -> None:
        """Look on one frame."""
        if self._looking is None or self._search is None:
            return
        try:
            frame_idx, detections = next(self._looking)
        except StopIteration:
            self._end("done")
        except DwellError as error:
            self._end("failed", str(error))
        except Exception as error:  # a detector may raise anything; the page must hear of it
            self._end("failed", f"Looking stopped: {type(error).__name__}: {error}")
        else:
            if detections is None and self._search.total == 1:
                self._end("failed", f"Frame {frame_idx} is grey filler, without a picture; go to another.")
                return
            self._found += [
                Suggestion(frame_idx, each.phrase, each.score, each.text_score, each.box_xyxy)
                for each in choose_detections(detections or [], _LOW)
            ]
            self._tell()

    def stop(self) -> Search | None:
        """Give up what is running; what was found stays."""
        if self.running:
            self._end("cancelled")
        return self._search

    def _numbers(self, request: SearchRequest) -> list[int]:
        if request.where == "frame":
            return [request.frame_idx]
        if request.where == "every":
            return numbers_every(self._times_ns(), request.every_s)
        return key_frames(self._analysis.project)

    def _times_ns(self) -> IntArray:
        """When each frame was taken, or else when it is shown."""
        with suppress(DwellError):
            return self._analysis.recording.timing.times_ns
        return self._analysis.frames.pts_ns

    def _look(
        self, detector: str, phrases: Sequence[str], numbers: Sequence[int]
    ) -> Iterator[tuple[int, list[Detection] | None]]:
        if self._detector is None or self._detector[0] != detector:
            self._detector = None  # let go of one network before another is loaded
            learned = {"offline": True} if detector in DETECTOR_MODELS else {}  # fetching is for the terminal
            self._detector = (detector, open_detector(detector, **learned))
        yield from look(self._analysis.frames, self._detector[1], phrases, numbers)

    def _tell(self) -> None:
        assert self._search is not None
        done = self._search.done + 1
        now = time.monotonic()
        left = (now - self._began_at) / done * (self._search.total - done)
        self._search = self._search.model_copy(
            update={"done": done, "left_s": round(left, 1), "n_found": len(self._found)}
        )
        if now - self._told_at >= TELL_EVERY_S and done < self._search.total:
            self._told_at = now
            self._publish(self._search)

    def _end(self, state: str, error: str | None = None) -> None:
        assert self._search is not None
        self._looking = None
        self._search = self._search.model_copy(update={"state": state, "error": error, "left_s": None})
        self._publish(self._search)

    # ---------------------------------------------------------------- what was found

    def suggestions(self) -> messages.Suggestions:
        """What was found and not taken or rejected; each with the AOI that it is."""
        known = merged(self._found, self._analysis.project)  # in the order of ``_found``
        rows = [_message(index, each) for index, each in enumerate(known) if index not in self._gone]
        number = 0 if self._search is None else self._search.id
        return messages.Suggestions(search=number, suggestions=rows)

    def mask(self, search: int, index: int) -> messages.SuggestionMask:
        """The mask that a suggestion would have; it is kept.

        Raises:
            PromptError: it is of an older search.
        """
        (wanted,) = self._checked(search, [index])
        (self._found[index],) = with_masks(self._analysis.session, [wanted])
        mask = self._found[index].mask or Mask.empty(self._analysis.frames.size_hw)
        counts = mask.to_bytes().decode("ascii") if mask else ""
        return messages.SuggestionMask(index=index, counts=counts, area=mask.area)

    def take(self, request: TakeRequest, progress: ProgressFn) -> list[AOI]:
        """Add AOIs, and prompts to those found again; see ``accept``.

        Raises:
            PromptError: a suggestion is of an older search, or ``accept`` refuses it.
            Cancelled: out of ``progress``; then nothing is added.
        """
        wanted = self._checked(request.search, [each.index for each in request.suggestions])
        seen = [_as_seen(each, said) for each, said in zip(wanted, request.suggestions, strict=True)]
        seen.sort(key=lambda each: (each.frame_idx, -each.score))
        things = linked(seen, self._analysis.project, one_per_phrase=request.one_per_phrase)
        return accept(self._analysis.session, things, progress=progress)

    def reject(self, request: TakeRequest) -> None:
        """Forget suggestions."""
        indices = [each.index for each in request.suggestions]
        self._checked(request.search, indices)
        self._gone.update(indices)

    def _checked(self, search: int, indices: Sequence[int]) -> list[Suggestion]:
        newest = 0 if self._search is None else self._search.id
        if search != newest or not all(0 <= index < len(self._found) for index in indices):
            raise PromptError("These suggestions are of an older search; press Find again.")
        return [self._found[index] for index in indices]


def _as_seen(each: Suggestion, said: TakenSuggestion) -> Suggestion:
    why = Why.NEW if said.object_id is None else Why.FOUND_AGAIN
    return Suggestion(
        each.frame_idx,
        each.phrase,
        each.score,
        each.text_score,
        each.box_xyxy,
        why=why,
        aoi=said.object_id,
    )


def _message(index: int, each: Suggestion) -> messages.Suggestion:
    return messages.Suggestion(
        index=index,
        frame_idx=each.frame_idx,
        phrase=each.phrase,
        score=round(each.score, 4),
        text_score=round(each.text_score, 4),
        box=each.box_xyxy,
        why=each.why.value,
        object_id=each.aoi,
    )
