"""Exports: one thing after another into a folder, each file whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dwell.analysis import Analysis
from dwell.app.formats_offered import doing
from dwell.app.messages import LabelOptions
from dwell.app.wording import for_page
from dwell.app.work.child import Calling
from dwell.enrichments import ImageOptions, ImageResults
from dwell.errors import Cancelled, DwellError, OutputError
from dwell.formats.contract import WriteOptions
from dwell.formats.reporting import said_once
from dwell.gaze import MappingOptions
from dwell.labels import Selection
from dwell.project import Project
from dwell.reference_image import (
    compute_image_density,
    is_reference_image,
    map_reference_image,
    render_measure,
)
from dwell.registry import FORMATS, GAZE_FORMATS
from dwell.render import render_heatmap
from dwell.results import Results
from dwell.types import ProgressFn

__all__ = ["export"]

_MAPPING_SHARE = 10
_LABEL_SHARES = {"coco": 5, "nifti-each": 15, "dicom-seg": 20, "davis": 30}
"""About how long a format takes, beside the others."""
_UNSAFE = r"[^\w-]+"
"""What a file's name should not have."""
_UNITS = 1000
"""Steps of the progress per unit of effort."""


def export(
    analysis: Analysis, calling: Calling, request: dict[str, Any], options: MappingOptions
) -> dict[str, Any]:
    """Write the items of a request; what was written, and what could not be.

    The project is exported as it was when this began, whatever is changed meanwhile. Before each item
    ``calling`` is told ``{"what": label}``, after it ``{"files": paths}``.

    Args:
        analysis: of the project.
        calling: takes progress over all items, with one total.
        request: ``what``: names, see ``ExportRequest``; ``out``: the folder; ``labels``: ``LabelOptions``.
        options: how gaze is mapped.

    Returns:
        ``files``: paths; ``errors``: ``{"what", "error"}`` of each item that failed; ``notes``.

    Raises:
        Cancelled: stopped; files that are there are whole.
        OutputError: the folder is the recording's or the project's own, or there is no such item.
    """
    items = _items_of(analysis.project)
    unknown = [name for name in request["what"] if name not in items]
    if unknown:
        raise OutputError(
            f"Nothing named {unknown[0]!r} can be exported here; there are: {', '.join(items)}."
        )
    _check_folders(analysis, Path(request["out"]), request["what"])
    wanted = {name: item for name, item in items.items() if name in request["what"]}
    export = _Export(analysis, options, request, _Shares(calling, wanted))
    files: list[str] = []
    errors: list[dict[str, str]] = []
    with analysis.project.reading():
        for name, item in wanted.items():
            calling.tell({"what": item.label})
            try:
                written = [str(path) for path in item.write(export)]
            except Cancelled:
                raise
            except (DwellError, ValueError, OSError) as error:
                errors.append({"what": name, "error": for_page(str(error))})
            else:
                files += written
                calling.tell({"files": written})
            export.shares.end(name)
    return {"files": files, "errors": errors, "notes": export.all_notes}


def _check_folders(analysis: Analysis, out: Path, what: Sequence[str]) -> None:
    """A recording may hold a ``frames.csv`` of its own; nothing of it is to be replaced.

    A format is written into a folder named like it, so that one counts as well.
    """
    recording = analysis.recording.path.resolve()
    own = {
        recording if recording.is_dir() else recording.parent,
        Path(analysis.project.path or ".").resolve(),
    }
    for folder in (out, *(out / name for name in what)):
        if folder.resolve() in own:
            raise OutputError(
                f"{folder} holds the recording or the project itself; choose a folder of its own for the "
                "export, such as a new one in it.",
                path=folder,
            )


class _Shares:
    """The items' progress as parts of one whole, each as large as it usually takes."""

    def __init__(self, calling: Calling, wanted: Mapping[str, _Item]) -> None:
        self._calling = calling
        self._ends: dict[str, tuple[int, int]] = {}
        sizes = {"mapping": _MAPPING_SHARE if any(item.mapped for item in wanted.values()) else 0}
        sizes |= {name: item.share for name, item in wanted.items()}
        at = 0
        for name, size in sizes.items():
            self._ends[name] = (at * _UNITS, (at + size) * _UNITS)
            at += size
        self._total = max(at * _UNITS, 1)
        calling.progress(0, self._total)

    def of(self, name: str) -> ProgressFn:
        """What an item is to call."""
        start, stop = self._ends[name]

        def progress(done: int, total: int) -> None:
            self._calling.progress(start + (stop - start) * done // max(total, 1), self._total)

        return progress

    def end(self, name: str) -> None:
        """An item is over, done or not."""
        self._calling.progress(self._ends[name][1], self._total)


class _Export:
    """What items are written from."""

    def __init__(
        self, analysis: Analysis, options: MappingOptions, request: dict[str, Any], shares: _Shares
    ) -> None:
        self.analysis = analysis
        self.options = options
        self.request = request
        self.out = Path(request["out"])
        self.shares = shares
        self.notes: list[str] = []
        self._of_formats: list[tuple[str, str]] = []

    def note(self, format: str, notes: Sequence[str]) -> None:
        """What a person should know of a format that was written."""
        self._of_formats += [(format, note) for note in notes]

    @property
    def all_notes(self) -> list[str]:
        """What a person should know of all that was written, each once."""
        return [*dict.fromkeys(self.notes), *said_once(self._of_formats)]

    @property
    def selection(self) -> Selection:
        """Which frames are written as labels."""
        wanted = LabelOptions.model_validate(self.request.get("labels", {}))
        return Selection(wanted.frames, wanted.every, wanted.unanswered)

    @property
    def write_options(self) -> WriteOptions:
        """How they are written."""
        wanted = LabelOptions.model_validate(self.request.get("labels", {}))
        ending = wanted.pictures or "jpg"
        return WriteOptions(bool(wanted.pictures), ending, wanted.polygons)

    @cached_property
    def results(self) -> Results:
        """Mapped once for all items.

        Raises:
            MissingStream: no gaze, or no frame times.
        """
        results = self.analysis.map(self.options, self.shares.of("mapping"))
        self.notes += results.notes
        return results

    @cached_property
    def picture_results(self) -> ImageResults:
        """The same of the picture of an enrichment."""
        options = ImageOptions(**self.request.get("picture", {}))
        results = map_reference_image(self.analysis.project, options)
        self.notes += results.notes
        return results

    @property
    def results_if_any(self) -> Results | None:
        """None: the recording has no gaze."""
        return self.results if self.analysis.recording.has("gaze") else None


# -------------------------------------------------------------------- the items


def _tables(export: _Export) -> list[Path]:
    return export.results.write(export.out, export.shares.of("tables"))


def _timeline(export: _Export) -> list[Path]:
    return [export.analysis.render_timeline(export.out / "timeline.png", export.results_if_any)]


def _heatmap(export: _Export) -> list[Path]:
    """One of all gaze, and one of the gaze on each AOI."""
    names = {None: "heatmap.png"} | {
        aoi.object_id: f"heatmap-{aoi.object_id}-{re.sub(_UNSAFE, '-', aoi.name).strip('-')}.png"
        for aoi in export.analysis.project.aois()
    }
    return [
        export.analysis.render_heatmap(export.out / name, object_id, results=export.results)
        for object_id, name in names.items()
    ]


def _video(export: _Export) -> list[Path]:
    results = export.results_if_any
    progress = export.shares.of("video")
    return [
        export.analysis.render(
            export.out / "enriched.mp4", export.options, progress=progress, results=results
        )
    ]


def _picture_tables(export: _Export) -> list[Path]:
    return export.picture_results.write(export.out, export.shares.of("tables"))


def _picture_heatmap(export: _Export) -> list[Path]:
    density = compute_image_density(export.picture_results)
    return [render_heatmap(density, export.out / "gaze_heatmap.png", export.analysis.frames.read(0))]


def _aoi_heatmap(export: _Export) -> list[Path]:
    measure = export.request.get("measure", "total-fixation-duration")
    picture = export.analysis.frames.read(0)
    names = [f"aoi_heatmap-{measure}.{form}" for form in ("png", "svg")]
    return [render_measure(export.picture_results, picture, export.out / name, measure) for name in names]


def _labels(format: str) -> Callable[[_Export], list[Path]]:
    def write(export: _Export) -> list[Path]:
        report = export.analysis.export(
            format, export.out / format, export.shares.of(format),
            selection=export.selection, options=export.write_options,
        )  # fmt: skip
        export.note(format, report.notes)
        return [report.path]

    return write


def _gaze(format: str) -> Callable[[_Export], list[Path]]:
    def write(export: _Export) -> list[Path]:
        reports = export.analysis.export_gaze(
            format, export.out / format, results=export.results, progress=export.shares.of(format)
        )
        for report in reports:
            export.note(format, report.notes)
        return [path for report in reports for path in report.files]

    return write


@dataclass(frozen=True)
class _Item:
    label: str
    """In the user's words."""
    share: int
    """About how long it takes, beside the others."""
    write: Callable[[_Export], list[Path]]
    mapped: bool = False
    """It needs mapped gaze."""


_FIRST = {
    "tables": _Item("Writing the tables", 20, _tables, mapped=True),
    "timeline": _Item("Drawing the timeline", 2, _timeline, mapped=True),
    "heatmap": _Item("Drawing the heatmaps", 3, _heatmap, mapped=True),
}
_LAST = {"video": _Item("Rendering the video", 100, _video, mapped=True)}
_PICTURE_FIRST = {
    "tables": _Item("Writing the tables", 20, _picture_tables, mapped=True),
    "heatmap": _Item("Drawing the heatmaps", 3, _picture_heatmap, mapped=True),
    "aoi_heatmap": _Item("Colouring the AOIs", 10, _aoi_heatmap, mapped=True),
}
"""The same for the picture of an enrichment."""


def _items_of(project: Project) -> dict[str, _Item]:
    """What can be written of a project, in the order it is written: what is quick comes first."""
    labels = {name: _Item(doing(name), _LABEL_SHARES.get(name, 10), _labels(name)) for name in FORMATS}
    if is_reference_image(project):
        return {**_PICTURE_FIRST, **labels}
    gaze = {name: _Item(doing(name), 5, _gaze(name), mapped=True) for name in GAZE_FORMATS}
    return {**_FIRST, **gaze, **labels, **_LAST}
