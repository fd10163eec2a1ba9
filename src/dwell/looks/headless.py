"""``dwell look --headless``: gaze from a file, on a project's pictures."""

from __future__ import annotations

from pathlib import Path

from dwell.errors import LiveError, NotAProject
from dwell.live.gaze_table import read_gaze_table
from dwell.looking import Action, Looked, LookOptions, Pressed
from dwell.looks.keeping import begin_log
from dwell.looks.running import LookRun, events_of, read_keys, run_look
from dwell.recordings.look import LOOK_FILE
from dwell.tracking import TrackingSession
from dwell.types import ProgressFn

__all__ = ["look_headless", "project_of_look"]

_REPLAY = "replay:"


def look_headless(
    session: TrackingSession,
    source: str,
    keys: Path | None = None,
    options: LookOptions | None = None,
    *,
    frame_idx: int = 0,
    object_id: int | None = None,
    px_per_deg: float = 40.0,
    latency_ms: float = 0.0,
    progress: ProgressFn | None = None,
) -> tuple[LookRun, Path]:
    """A look with gaze from a table, as fast as it goes; what was kept, and the folder of its log.

    Args:
        session: of the project.
        source: ``replay:FILE``; positions are px of the picture.
        keys: table of keys; None = it is started, and ``options`` say whether long looking keeps.
        options: how looking becomes masks.
        frame_idx: the picture shown at first.
        object_id: the AOI that masks go to; None = a new one each time.
        px_per_deg: px of the picture per degree.
        latency_ms: how long the segmenter is said to take.
        progress: called with (done, total) samples.

    Raises:
        LiveError: the source is no file to replay.
        BadTable: the gaze or the keys cannot be read.
        PromptError: a mask cannot be saved.
    """
    options = options or LookOptions()
    samples = _samples(source)
    start_ns = samples[0].t_ns
    pressed = [Pressed(start_ns, Action.START)] if keys is None else read_keys(keys)
    begin_ns = min([start_ns, *(each.t_ns for each in pressed)])
    about = {"name": "replay", "title": source, "space": "image", "px_per_deg": px_per_deg}
    with begin_log(session.project, session.backend, about, options) as log:
        run = run_look(
            session,
            events_of(samples, pressed, px_per_deg, begin_ns),
            options,
            frame_idx=frame_idx,
            object_id=object_id,
            latency_ms=latency_ms,
            log=log,
            progress=progress,
            n_samples=len(samples),
        )
    return run, log.folder


def project_of_look(folder: Path) -> Path:
    """The project that a look belongs to.

    Raises:
        NotAProject: the folder is no look, or lies in no project.
    """
    if not (folder / LOOK_FILE).exists():
        raise NotAProject(
            f"{folder} holds no {LOOK_FILE}, so it is no look; looks lie in a project, such as "
            "NAME.dwell/looks/look-0001.",
            path=folder,
        )
    project = folder.resolve().parent.parent
    if not (project / "project.db").exists():
        raise NotAProject(
            f"The look {folder.name} does not lie in a project; put it back into NAME.dwell/looks.",
            path=folder,
        )
    return project


def _samples(source: str) -> list[Looked]:
    if not source.startswith(_REPLAY):
        raise LiveError(
            f"Without a page gaze comes from a file; say --source replay:FILE.csv, not {source!r}."
        )
    path = Path(source.removeprefix(_REPLAY))
    if not path.is_file():
        raise LiveError(f"There is no gaze table {path}; check --source replay:FILE.", path=path)
    times_ns, xy, valid = read_gaze_table(path)
    rows = zip(times_ns.tolist(), xy.tolist(), valid.tolist(), strict=True)
    return [Looked(t_ns, x, y, seen) for t_ns, (x, y), seen in rows]
