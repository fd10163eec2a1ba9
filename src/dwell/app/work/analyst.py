"""The analyst: opens a project for reading, reads its recording once, and answers questions about results."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from dwell.analysis import open_analysis
from dwell.app.gaze_file import write_gaze
from dwell.app.work.child import Calling
from dwell.app.work.exporter import export
from dwell.app.work.gallery import GalleryDesk
from dwell.app.work.numbers import eye_fields, look_fields, queue_fields, results_fields, sensitivity_fields
from dwell.app.work.picture import PictureDesk
from dwell.app.work.voxels import Voxels
from dwell.errors import MissingStream
from dwell.gaze import MappingOptions, map_gaze
from dwell.looks import looks_folder, map_look
from dwell.metrics import compute_density
from dwell.recordings.look import shown_pictures
from dwell.render import heatmap_png
from dwell.results import Results
from dwell.volumes import Plane

__all__ = ["Analyst", "mapping_options"]


class Analyst:
    """Target of a worker. It answers one call at a time, each about the project as it is just then.

    What was mapped is kept, so that after a correction only the masks that changed are read and measured.
    ``options`` are ``margin_deg``, ``fixation_rule`` and ``px_per_degree``; see ``MappingOptions``.
    """

    def __init__(self, calling: Calling, project_path: str) -> None:
        self._analysis = open_analysis(project_path, write=False)
        self._results: Results | None = None
        self._picture = PictureDesk(self._analysis)
        self._gallery = GalleryDesk(self._analysis)
        self._voxels = Voxels(self._analysis)

    def work(self) -> bool:
        """There is nothing to do between calls."""
        return False

    def close(self) -> None:
        """Let go of the project and the recording."""
        self._analysis.close()

    # ---------------------------------------------------------------- questions

    def results(self, calling: Calling, options: dict[str, Any]) -> dict[str, Any]:
        """The fields of ``ResultsInfo``, but for ``rev``; without gaze or frame times the state is ``none``.

        Raises:
            Cancelled: the answer is not wanted any more.
            ValueError: options that cannot be used.
        """
        try:
            with self._mapped(calling, options) as results:
                return results_fields(results)
        except MissingStream as error:
            return {"state": "none", "error": str(error)}

    def sensitivity(self, calling: Calling, options: dict[str, Any]) -> dict[str, Any]:
        """The fields of ``Sensitivity``, but for ``rev``.

        Raises:
            MissingStream: no gaze, or no frame times.
        """
        with self._mapped(calling, options) as results:
            return sensitivity_fields(results)

    def heatmap(
        self, calling: Calling, options: dict[str, Any], object_id: int | None, width_px: int
    ) -> bytes:
        """PNG of where gaze was, of all gaze or that on one AOI.

        Raises:
            MissingStream: no gaze, or no frame times.
            UnknownAoi: there is no such AOI.
        """
        if object_id is not None:
            self._analysis.project.aoi(object_id)
        with self._mapped(calling, options) as results:
            size_hw = self._analysis.project.source.size_hw
            density = compute_density(results.gaze_map, results.section, size_hw, object_id)
        return heatmap_png(density, width_px)

    def review(self, calling: Calling, options: dict[str, Any], target: float) -> dict[str, Any]:
        """The fields of ``ReviewQueue``, but for ``rev``; ``target`` is a share from 0 to 1.

        Raises:
            MissingStream: no gaze, or no frame times.
        """
        with self._mapped(calling, options) as results:
            return queue_fields(self._analysis.review(target=target, results=results))

    def gallery(self, calling: Calling, options: dict[str, Any]) -> dict[str, Any]:
        """The fields of ``Gallery``, but for ``rev``."""
        try:
            with self._mapped(calling, options) as results:
                return self._gallery.fields(results)
        except MissingStream:
            with self._analysis.project.reading():
                return self._gallery.fields(None)

    def eye(self, calling: Calling) -> dict[str, Any]:
        """The fields of ``Eye``."""
        return eye_fields(self._analysis.recording)

    def gaze(self, calling: Calling, path: str) -> int:
        """Write all samples to a ``GazeFile``; how many. None without gaze or frame times."""
        recording = self._analysis.recording
        if not (recording.has("gaze") and recording.has("frame times")):
            Path(path).touch()
            return 0
        return write_gaze(Path(path), map_gaze(recording.gaze, recording.clock, []))

    # ---------------------------------------------------------------- questions about a volume

    def volumes(self, calling: Calling) -> list[dict[str, Any]]:
        """The fields of ``AoiVolume`` for each AOI.

        Raises:
            OutputError: the recording is no volume.
        """
        return self._voxels.volumes()

    def plane_labels(self, calling: Calling, plane: Plane, slice_idx: int) -> NDArray[Any]:
        """See ``Voxels.plane``."""
        return self._voxels.plane(plane, slice_idx)

    # ---------------------------------------------------------------- exports

    def export(self, calling: Calling, request: dict[str, Any]) -> dict[str, Any]:
        """Write what is asked for; see ``export``."""
        return export(self._analysis, calling, request, mapping_options(request))

    # ---------------------------------------------------------------- questions about a picture

    def picture_results(self, calling: Calling, options: dict[str, Any]) -> dict[str, Any]:
        """The fields of ``PictureResults``, but for ``rev``; ``options`` are those of ``ImageOptions``."""
        return self._picture.results(options)

    def picture_dots(self, calling: Calling) -> dict[str, Any]:
        """The fields of ``FixationDots``."""
        return self._picture.dots()

    def picture_density(self, calling: Calling, width_px: int) -> bytes:
        """PNG of where on the picture gaze was."""
        return self._picture.density(width_px)

    def picture_heatmap(self, calling: Calling, options: dict[str, Any], measure: str, form: str) -> bytes:
        """PNG or SVG of the AOIs coloured by a measure."""
        return self._picture.heatmap(options, measure, form)

    # ---------------------------------------------------------------- looks

    def look_results(self, calling: Calling, name: str) -> dict[str, Any]:
        """The fields of ``LookResults``, but for ``rev`` and ``name``.

        Raises:
            MissingStream: no gaze came in this look.
            BadTable: a table of the look is damaged.
        """
        folder = looks_folder(self._analysis.project) / name
        with self._analysis.project.reading():
            results = map_look(folder, self._analysis.project, progress=calling.progress)
        shown = shown_pictures(folder)["picture"].tolist()
        return look_fields(results, [picture for picture, _ in groupby(shown)])

    # ---------------------------------------------------------------- what they share

    @contextmanager
    def _mapped(self, calling: Calling, options: dict[str, Any]) -> Iterator[Results]:
        """The results as of now; the project stands still inside the block."""
        calling.progress(0, 1)
        with self._analysis.project.reading():
            results = self._analysis.map(mapping_options(options), calling.progress, self._results)
            self._results = results
            yield results


def mapping_options(options: dict[str, Any]) -> MappingOptions:
    """How gaze is mapped, by what a page asks for; as ``dwell map`` does with the same choices."""
    return MappingOptions.reaching(
        float(options.get("margin_deg", 0.0)),
        px_per_degree=options.get("px_per_degree"),
        fixation_rule=options.get("fixation_rule", "majority"),
    )
