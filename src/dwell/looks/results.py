"""AOI metrics of a look: what was looked at on the pictures, by the AOIs that the project has now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dwell.gaze import MappingOptions
from dwell.masks import Masklet, MaskRecord
from dwell.project import Project
from dwell.recordings import open_recording
from dwell.recordings.look import shown_pictures
from dwell.results import Results, compute_results
from dwell.types import ProgressFn

__all__ = ["look_masklets", "map_look"]


def map_look(
    folder: Path,
    project: Project,
    options: MappingOptions | None = None,
    progress: ProgressFn | None = None,
) -> Results:
    """Gaze of a look mapped to the AOIs of its project, with all measures of a recording.

    A frame of the results is one showing of a picture; a picture that was shown twice is two frames.

    Args:
        folder: of the look.
        project: with the AOIs; it may have changed since.
        options: how gaze is mapped.
        progress: called with (done, total).

    Raises:
        BadTable: a table of the look is damaged.
        UnknownRecording: the pictures are no longer there.
    """
    with open_recording(folder, pictures=project.source.path) as recording:
        masklets = look_masklets(project, shown_pictures(folder)["picture"].tolist())
        return compute_results(recording, masklets, options, progress)


def look_masklets(project: Project, pictures: Sequence[int]) -> list[Masklet]:
    """The project's masklets over showings of pictures: row k is on the k-th picture shown."""
    size_hw = project.source.size_hw
    found: dict[int, list[MaskRecord]] = {aoi.object_id: [] for aoi in project.aois()}
    records = {picture: project.records_at(picture, stale=False) for picture in set(pictures)}
    for number, picture in enumerate(pictures):
        for object_id, record in records[picture].items():
            found[object_id].append(replace(record, frame_idx=number))
    return [Masklet.from_records(aoi, size_hw, found[aoi.object_id]) for aoi in project.aois()]
