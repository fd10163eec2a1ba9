"""Every error Dwell raises on purpose.

::

    DwellError
    ├── RecordingError          a recording cannot be used as it is
    │   ├── UnknownRecording    no reader fits this path
    │   ├── SeveralRecordings   the path holds more than one recording and none was chosen
    │   ├── MissingStream       the recording has no such stream (gaze, scene video, …)
    │   ├── BadTable            a table has wrong columns, values or encoding
    │   ├── CorruptArchive      a zip is incomplete, damaged or locked with a password
    │   ├── UnsafeArchive       a zip would write outside its folder
    │   └── VolumeError         a medical volume is damaged, incomplete, mixed or of a kind that is not read
    ├── VideoError
    │   ├── CorruptVideo        the video cannot be opened or decoded
    │   └── FrameOutOfRange     there is no frame with this number
    ├── PromptError             a prompt cannot be used (outside the frame, on a filler frame, misspelt)
    │   └── UnknownAoi          no AOI has this name
    ├── ProjectError
    │   ├── NotAProject         this folder is no Dwell project, or a damaged one
    │   ├── NewerProject        the project was written by a newer Dwell
    │   ├── ProjectBusy         another process is writing to the project
    │   └── StorageFull         the disk is full or the folder cannot be written
    ├── BackendError
    │   ├── MissingBackend      unknown backend, or its extra is not installed
    │   └── ModelError          a folder holds no model, or none that Dwell can use
    │       ├── MissingModel    the model is not on this computer and could not be fetched
    │       ├── GatedModel      the model's owner has not given access
    │       └── IncompleteModel files of the model are missing, cut short or damaged
    ├── LiveError               live gaze cannot be had
    │   ├── MissingSource       unknown gaze source, or its extra is not installed
    │   ├── NoDevice            no eye tracker or stream was found where it was looked for
    │   └── SourceLost          the connection to a gaze source is gone; it may come back
    ├── CloudError              Pupil Cloud cannot be used as asked
    │   ├── MissingToken        no API token is given, or there is nowhere safe to keep it
    │   ├── CloudRefused        Pupil Cloud does not accept the token, or it may not do this
    │   ├── CloudMissing        Pupil Cloud has no such thing
    │   ├── CloudBusy           Pupil Cloud asks to come back later
    │   ├── CloudUnreachable    no connection, or it breaks off
    │   └── CloudFault          an answer that is none: a server's fault, a damaged download
    ├── BadLabels               a file of labels is damaged, or says what its format does not allow
    ├── OutputError             a table, video or picture cannot be written
    └── Cancelled               the caller asked a long job to stop

A message says what was expected, what was found and what to do next, in one or two sentences. The object
carries ``path``, ``stream``, ``line`` and ``frame_idx`` where they are known. Wrong use of a function is a
plain ``TypeError`` or ``ValueError``.
"""

from __future__ import annotations

from pathlib import Path


class DwellError(Exception):
    """Root of every error that Dwell raises on purpose."""

    def __init__(
        self,
        message: str,
        *,
        path: str | Path | None = None,
        stream: str | None = None,
        line: int | None = None,
        frame_idx: int | None = None,
    ) -> None:
        super().__init__(message)
        self.path = None if path is None else Path(path)
        """File or folder the error is about."""
        self.stream = stream
        """The recording's stream: ``gaze``, ``fixations``, ``blinks``, ``events``, ``scene video`` …"""
        self.line = line
        """1-based line in a text file (the header is line 1)."""
        self.frame_idx = frame_idx
        """0-based frame of the scene video."""


class RecordingError(DwellError):
    """A recording cannot be used as it is."""


class UnknownRecording(RecordingError):
    """No reader fits this path."""


class SeveralRecordings(RecordingError):
    """The path holds more than one recording and none was chosen."""


class MissingStream(RecordingError):
    """The recording has no such stream."""


class BadTable(RecordingError):
    """A table has wrong columns, values or encoding."""


class CorruptArchive(RecordingError):
    """A zip is incomplete, damaged or locked with a password."""


class UnsafeArchive(RecordingError):
    """A zip would write outside its folder."""


class VolumeError(RecordingError):
    """A medical volume is damaged, incomplete, mixed or of a kind that is not read."""


class VideoError(DwellError):
    """A video cannot be used as it is."""


class CorruptVideo(VideoError):
    """The video cannot be opened or decoded."""


class FrameOutOfRange(VideoError):
    """There is no frame with this number."""


class PromptError(DwellError):
    """A prompt cannot be used."""


class UnknownAoi(PromptError):
    """No AOI has this name."""


class ProjectError(DwellError):
    """A project cannot be used as it is."""


class NotAProject(ProjectError):
    """This folder is no Dwell project, or a damaged one."""


class NewerProject(ProjectError):
    """The project was written by a newer Dwell."""


class ProjectBusy(ProjectError):
    """Another process is writing to the project."""


class StorageFull(ProjectError):
    """The disk is full or the folder cannot be written."""


class BackendError(DwellError):
    """A segmenter or tracker failed."""


class MissingBackend(BackendError):
    """Unknown backend, or its extra is not installed."""


class ModelError(BackendError):
    """A folder holds no model, or none that Dwell can use."""


class MissingModel(ModelError):
    """The model is not on this computer and could not be fetched."""


class GatedModel(ModelError):
    """The model's owner has not given access."""


class IncompleteModel(ModelError):
    """Files of the model are missing, cut short or damaged."""


class LiveError(DwellError):
    """Live gaze cannot be had."""


class MissingSource(LiveError):
    """Unknown gaze source, or its extra is not installed."""


class NoDevice(LiveError):
    """No eye tracker or stream was found where it was looked for."""


class SourceLost(LiveError):
    """The connection to a gaze source is gone; it may come back."""


class CloudError(DwellError):
    """Pupil Cloud cannot be used as asked."""

    status: int | None = None
    """The HTTP status it answered, if it did."""


class MissingToken(CloudError):
    """No API token is given, or there is nowhere safe to keep it."""


class CloudRefused(CloudError):
    """Pupil Cloud does not accept the token, or the token may not do this."""


class CloudMissing(CloudError):
    """Pupil Cloud has no such thing."""


class CloudBusy(CloudError):
    """Pupil Cloud asks to come back later."""


class CloudUnreachable(CloudError):
    """There is no connection to Pupil Cloud, or it breaks off."""


class CloudFault(CloudError):
    """Pupil Cloud gave an answer that is none: a server's fault, a refused value, a damaged download."""


class BadLabels(DwellError):
    """A file of labels is damaged, or says what its format does not allow."""


class OutputError(DwellError):
    """A table, video or picture cannot be written."""


class Cancelled(DwellError):
    """The caller asked a long job to stop; everything acknowledged so far is saved."""
