"""The picture of an enrichment of Pupil Cloud as a recording of one frame.

Its gaze lies on the picture, not in a scene video, and comes from many recordings: ``dwell.enrichments``
reads it. Reference Image Mapper, Auto Image Mapper and Marker Mapper make such enrichments. Source of the
layout: Pupil Labs' documentation, and files seen in the wild.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from dwell.errors import BadTable, UnknownRecording
from dwell.recordings.columns import find_columns
from dwell.recordings.csv_table import open_csv
from dwell.recordings.reader import Options
from dwell.recordings.recording import About, Recording
from dwell.recordings.source import FileSource, Source
from dwell.tables import SURFACE_POSITIONS
from dwell.video import BlankSheet, Frames, ImageFolder

__all__ = ["EnrichmentFiles", "EnrichmentKind", "EnrichmentReader", "find_enrichment"]

EnrichmentKind = Literal["reference image", "surface"]

_TABLES = ("gaze.csv", "fixations.csv")
_SIGNS: dict[EnrichmentKind, str] = {"reference image": "in reference image", "surface": "on surface"}
"""What the columns of each kind say."""
_PICTURE = re.compile(r".*\.(jpe?g|png)", re.IGNORECASE)
_SHEET_PX = 1000
"""Longer side of the sheet that stands for a surface without a picture."""


@dataclass(frozen=True)
class EnrichmentFiles:
    """Where an enrichment lies and what it is."""

    kind: EnrichmentKind
    source: Source
    """The folder with its tables."""
    picture: str | None
    """The image file in it; None if it has none."""

    def open_picture(self, image: str | Path | None = None) -> Frames:
        """The picture as the only frame: ``image`` where given, its own, or a blank sheet for a surface.

        Raises:
            UnknownRecording: there is no such file, or no picture where one is needed.
            CorruptVideo: it cannot be read as an image.
        """
        if image is not None:
            beside = self.source.where(str(image))
            path = next((each for each in (Path(image), beside) if each.is_file()), None)
            if path is None:
                raise UnknownRecording(f"There is no picture {image}; check image=.", path=image)
            return ImageFolder(path)
        if self.picture is not None:
            return ImageFolder(self.source.local(self.picture))
        if self.kind == "surface":
            return BlankSheet(*self._sheet())
        raise UnknownRecording(
            f"{self.source.title} has no reference_image.jpeg; download the enrichment again, or say which "
            "picture it is with image='FILE.jpg'.",
            path=self.source.path,
        )

    def _sheet(self) -> tuple[Path, tuple[int, int]]:
        """The file a blank sheet stands for, and its size: as wide and high as the surface mostly looks."""
        name = self.source.find("surface_positions.csv")
        if name is None:
            rows = next(name for name in map(self.source.find, _TABLES) if name)
            return self.source.local(rows), (_SHEET_PX, _SHEET_PX)
        table = open_csv(self.source, name, "surface positions", lambda text: None)
        corners = table.read(find_columns(table, SURFACE_POSITIONS)).to_numpy(np.float64).reshape(-1, 4, 2)
        sides = np.linalg.norm(corners - np.roll(corners, -1, axis=1), axis=2)  # top, right, bottom, left
        sides = sides[np.isfinite(sides).all(axis=1) & (sides > 0).all(axis=1)]
        if not len(sides):
            return self.source.local(name), (_SHEET_PX, _SHEET_PX)
        aspect = float(np.median((sides[:, 0] + sides[:, 2]) / (sides[:, 1] + sides[:, 3])))
        width, height = (1.0, 1 / aspect) if aspect > 1 else (aspect, 1.0)
        return self.source.local(name), (max(1, round(_SHEET_PX * height)), max(1, round(_SHEET_PX * width)))


def find_enrichment(source: Source) -> EnrichmentFiles | str:
    """The one enrichment in a folder or zip, or why there is none."""
    if isinstance(source, FileSource):
        return "it is one file; open the folder or the zip"
    found = [each for folder in source.folders() if (each := _enrichment_in(source.inside(folder)))]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(each.source.title for each in found)
        return f"it holds {len(found)} enrichments ({names}); open one of these folders"
    return "no folder has a gaze.csv or fixations.csv of a Reference Image Mapper or Marker Mapper"


def _enrichment_in(files: Source) -> EnrichmentFiles | None:
    headings = [_first_line(files, name) for name in map(files.find, _TABLES) if name]
    for kind, sign in _SIGNS.items():
        if any(sign in heading for heading in headings):
            return EnrichmentFiles(kind, files, _picture(files))
    return None


def _first_line(files: Source, name: str) -> str:
    return files.read(name, 4096).decode("utf-8", "replace").partition("\n")[0].lower()


def _picture(files: Source) -> str | None:
    """The image that is named as Cloud names it, else the only one."""
    pictures = [name for name in files.top if _PICTURE.fullmatch(name)]
    named = [name for name in pictures if re.match(r"(reference|surface)", name, re.IGNORECASE)]
    chosen = named or pictures
    return chosen[0] if len(chosen) == 1 else None


class EnrichmentReader:
    """Reads the picture of an enrichment, from its folder or zip."""

    name = "enrichment"
    title = "enrichment of Pupil Cloud"
    options = {"image": "The picture, where it does not lie with the tables."}

    def sniff(self, source: Source, options: Options) -> str | None:
        """None when there is exactly one enrichment, else why not."""
        found = find_enrichment(source)
        return found if isinstance(found, str) else None

    def open(self, source: Source, options: Options) -> list[Recording]:
        """The picture as a recording of one frame, named as the folder."""
        found = find_enrichment(source)
        if isinstance(found, str):
            raise BadTable(f"{source.title}: {found}.", path=source.path)
        image = options.get("image")
        name = found.source.title.removesuffix(".zip")
        about = About(id=name, name=name, kind=self.name, path=source.path)
        remedy = "Gaze lies on the picture, not in a video; `dwell map` computes what was looked at."
        return [
            Recording(
                about,
                {
                    "scene video": lambda recording: found.open_picture(image),
                    "frame times": lambda recording: recording.scene.pts_ns,
                },
                remedies=dict.fromkeys(("gaze", "fixations"), remedy),
            )
        ]
