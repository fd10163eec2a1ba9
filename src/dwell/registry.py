"""What can be chosen by name: readers, backends, label formats, gaze sources.

Explicit ordered tables, imported on use. Adding one = one file + one line here; the contract
tests then run over it by themselves.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from dwell.errors import DwellError, MissingBackend, MissingSource, OutputError, UnknownRecording
from dwell.models import DETECTOR_MODELS, MODELS, PROPOSER_MODELS

__all__ = [
    "BACKENDS",
    "DETECTORS",
    "FORMATS",
    "GAZE_FORMATS",
    "GAZE_SOURCES",
    "PROPOSERS",
    "READERS",
    "Registry",
    "load",
]


@dataclass(frozen=True)
class Registry:
    """An ordered table of one kind of thing: name → ``"module:Class"``."""

    what: str
    """The kind, as a message names it: ``backend``."""
    entries: Mapping[str, str]
    """name → ``"module:attribute"``, in the order they are tried or listed."""
    error: type[DwellError] = MissingBackend
    """Raised when there is no such name, or its package is not installed."""
    extras: Mapping[str, str] = field(default_factory=dict)
    """name → the extra of Dwell that brings what it imports: ``{"sam2": "sam2"}``."""

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __contains__(self, name: object) -> bool:
        return name in self.entries


def load(registry: Registry, name: str) -> Any:
    """The class or function registered under this name, imported now.

    Raises:
        DwellError: the registry's own leaf, when the name is unknown (the message lists the names) or a
            package it needs is not installed (the message has the exact install line).
    """
    if name not in registry:
        raise registry.error(_unknown(registry, name))
    module, _, attribute = registry.entries[name].partition(":")
    try:
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "dwell":
            raise
        extra = registry.extras.get(name)
        install = f'pip install "dwell[{extra}]"' if extra else f"pip install {error.name}"
        raise registry.error(
            f"The {registry.what} {name!r} needs the package {error.name!r}, which is not installed; "
            f"run: {install}"
        ) from error


def _unknown(registry: Registry, name: str) -> str:
    known = ", ".join(registry) or "none yet"
    close = difflib.get_close_matches(name, list(registry), n=1)
    guess = f" Did you mean {close[0]!r}?" if close else ""
    return f"There is no {registry.what} named {name!r}; choose one of: {known}.{guess}"


READERS = Registry(
    "reader",
    {
        "pupil-cloud": "dwell.recordings.pupil_cloud:PupilCloudReader",
        "enrichment": "dwell.recordings.enrichment:EnrichmentReader",
        "look": "dwell.recordings.look:LookReader",
        "gaze-csv": "dwell.recordings.gaze_csv:GazeCsvReader",
        "volume": "dwell.recordings.volume:VolumeReader",
        "images": "dwell.recordings.images:ImagesReader",
        "video": "dwell.recordings.bare_video:BareVideoReader",
    },
    error=UnknownRecording,
)
"""Readers of recordings, in the order in which they are asked whether a path is theirs."""

BACKENDS = Registry(
    "backend",
    {
        "embedded": "dwell.segmenters.embedded:EmbeddedBackend",
        "colour": "dwell.segmenters.colour:ColourBackend",
        **dict.fromkeys(MODELS, "dwell.segmenters.sam.backend:SamBackend"),
    },
    extras={name: model.extra for name, model in MODELS.items()},
)
"""Segmenters and trackers. Those in ``dwell.models.MODELS`` are one class that is given the model's name."""

DETECTORS = Registry(
    "detector",
    {
        "colours": "dwell.segmenters.detectors.colour:ColourDetector",
        "everything": "dwell.segmenters.detectors.everything:EverythingDetector",
        **dict.fromkeys(DETECTOR_MODELS, "dwell.segmenters.detectors.learned:LearnedDetector"),
    },
    extras={name: model.extra for name, model in DETECTOR_MODELS.items()},
)
"""Detectors: words on an image → labelled boxes. Those in ``DETECTOR_MODELS`` are one class, too."""

PROPOSERS = Registry(
    "proposer",
    {
        "embedded": "dwell.segmenters.embedded.proposer:EmbeddedProposer",
        **dict.fromkeys(PROPOSER_MODELS, "dwell.segmenters.automatic.learned:LearnedProposer"),
    },
    extras={name: model.extra for name, model in PROPOSER_MODELS.items()},
)
"""Finders of masks without prompts. Any backend is one, too, by clicking all over the picture."""

FORMATS = Registry(
    "label format",
    {
        "coco": "dwell.formats.coco:Coco",
        "ytvis": "dwell.formats.ytvis:YoutubeVis",
        "burst": "dwell.formats.burst:Burst",
        "sa-v": "dwell.formats.sav:Sav",
        "yolo": "dwell.formats.yolo:Yolo",
        "yolo-seg": "dwell.formats.yolo:YoloSegment",
        "mot": "dwell.formats.mot:Mot",
        "voc": "dwell.formats.voc:Voc",
        "boxes-csv": "dwell.formats.boxes_csv:BoxesCsv",
        "davis": "dwell.formats.davis:Davis",
        "youtube-vos": "dwell.formats.youtube_vos:YoutubeVos",
        "mots": "dwell.formats.mots:Mots",
        "png": "dwell.formats.png:Png",
        "cvat": "dwell.formats.cvat:Cvat",
        "cvat-images": "dwell.formats.cvat:CvatImages",
        "label-studio": "dwell.formats.label_studio:LabelStudio",
        "nifti": "dwell.formats.volumes.nifti:Nifti",
        "nifti-each": "dwell.formats.volumes.nifti:NiftiEach",
        "dicom-seg": "dwell.formats.volumes.dicom_seg:DicomSeg",
    },
    error=OutputError,
    extras=dict.fromkeys(("nifti", "nifti-each", "dicom-seg"), "medical"),
)
"""Label formats, in the order in which they are listed, and asked whether a path is theirs."""

GAZE_FORMATS = Registry(
    "gaze format",
    {
        "gazeplotter": "dwell.formats.gaze.gazeplotter:GazePlotter",
        "gazeplotter-samples": "dwell.formats.gaze.gazeplotter:GazePlotterSamples",
        "long": "dwell.formats.gaze.long_table:LongTable",
        "bids": "dwell.formats.gaze.bids:Bids",
        "elan": "dwell.formats.gaze.events:Elan",
        "boris": "dwell.formats.gaze.events:Boris",
    },
    error=OutputError,
)
"""Formats of mapped gaze, in the order in which they are listed. No name is one of a label format."""

GAZE_SOURCES = Registry(
    "gaze source",
    {
        "neon": "dwell.live.neon:NeonSource",
        "lsl": "dwell.live.lsl:LslSource",
        "tobii": "dwell.live.tobii:TobiiSource",
        "mouse": "dwell.live.mouse:MouseSource",
        "replay": "dwell.live.replay:ReplaySource",
    },
    error=MissingSource,
    extras={"neon": "live", "lsl": "live"},
)
"""Where live gaze comes from. Each has ``from_spec(target, options)`` for what ``open_source`` is given."""
