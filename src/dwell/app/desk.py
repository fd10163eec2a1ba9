"""One open project on the server: what pages know of it, who writes to it, and who reads it for them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from dwell.app.changes import Changes
from dwell.app.convert import masks_message
from dwell.app.crops import Crop, Crops
from dwell.app.feed import Feed
from dwell.app.looking.look_desk import LookDesk
from dwell.app.messages import (
    PROTOCOL,
    ChangeSet,
    FrameMasks,
    Job,
    RecordingInfo,
    Search,
    Snapshot,
    TakeRequest,
)
from dwell.app.pictures import Pictures
from dwell.app.planes import Planes
from dwell.app.reckoning import Reckoning
from dwell.app.state import KEYS, SINGLE, State
from dwell.app.taking import Taking
from dwell.app.wording import for_page
from dwell.app.work.worker import Worker
from dwell.errors import ProjectBusy
from dwell.pairing import is_project, project_in_plane, recording_of
from dwell.project import Project
from dwell.recordings import Recording
from dwell.recordings.volume import VolumeRecording
from dwell.volumes import Plane, Window

__all__ = ["Desk"]

EDITOR = "dwell.app.work.editor:Editor"
RETRY_S = 10.0
"""Between two tries to write to a project again."""
PATIENCE_S = 15.0
"""How long an earlier writer, which may be saving, is waited for."""


class Desk:
    """An open project. Use from the event loop's thread.

    Args:
        pid: its id in addresses.
        arguments: what the editor is made from: path, project, name and reader options.
        worker: a started process to use; None starts one.
    """

    def __init__(self, pid: str, arguments: tuple[Any, ...], worker: Worker | None = None) -> None:
        self.pid = pid
        self.feed = Feed()
        self._arguments = arguments
        self._worker = worker or _started()
        self._state = State()
        self._call_revs: dict[int, int] = {}
        self._taking = Taking(
            self.edit,
            lambda search: self.publish(search=search),
            lambda call_id: self._worker.cancel(call_id),
        )
        self.changes = Changes(self.edit, lambda call_id: self._worker.cancel(call_id))
        self.recording: RecordingInfo
        self.looking = LookDesk(self)
        self._is_open = self._closing = self._prepares = False
        self._to_prepare: int | None = None
        self._restarting: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the project for writing, and then for reading.

        Raises:
            DwellError: whatever is wrong with the recording or the project.
        """
        self._listen_to(self._worker)
        try:
            await self._make_editor()
            self._project, self._recording = await asyncio.to_thread(_read_side, self.path)
            self._clock_bytes: bytes | None = None
            self.pictures = Pictures(self._recording.scene)
            self._crops = Crops(self._project, self.pictures)
            self.reckoning = Reckoning(self.path, self.publish)
            self.planes: Planes | None = None
            if isinstance(self._recording, VolumeRecording):
                self.planes = Planes(self._recording.slices, self.reckoning)
        except BaseException:
            await self._worker.close()
            raise
        self._is_open = True
        if not self._worker.alive:
            self._lost()

    async def close(self) -> None:
        """Save everything and let go; a job that is running is gone on with when it is opened again."""
        self._closing = True
        self.feed.close()
        await self.looking.close()
        await self._worker.close()
        await self.reckoning.close()
        await asyncio.to_thread(self._let_go)

    def _let_go(self) -> None:
        self._project.close()
        self._recording.close()

    # ---------------------------------------------------------------- what pages know

    @property
    def rev(self) -> int:
        """Number of the newest change."""
        return self.feed.rev

    @property
    def snapshot(self) -> Snapshot:
        """Everything, as of ``rev``."""
        state = self._state
        return Snapshot(
            protocol=PROTOCOL,
            rev=self.rev,
            recording=self.recording,
            aois=state.all("aois"),
            prompts=state.all("prompts"),
            lanes=state.all("lanes"),
            marks=state.all("marks"),
            steps=state.steps,
            view=state.view,
            job=state.job,
            backend=state.backend,
            search=state.search,
        )

    @property
    def newest_step(self) -> int | None:
        """Id of the step that undo would take back."""
        step = self._state.steps.undo
        return None if step is None else step.id

    @property
    def n_frames(self) -> int:
        """Of the recording."""
        return self.recording.n_frames

    def publish(self, origin: str = "server", **changes: Any) -> int:
        """Tell every page; the number of the change."""
        numbered = self.feed.publish(ChangeSet(rev=0, origin=origin, **changes))
        self._state.apply(numbered)
        return numbered.rev

    # ---------------------------------------------------------------- changing it

    async def ask(self, verb: str, *arguments: Any) -> Any:
        """The editor's answer to a question, or to a change whose number does not matter."""
        return (await self.edit(verb, *arguments))[0]

    async def prepare(self, frame_idx: int) -> None:
        """Make ready for a click on a frame. Of frames asked for meanwhile, the newest comes next."""
        self._to_prepare = frame_idx
        if self._prepares:
            return
        self._prepares = True
        try:
            while self._to_prepare is not None:
                wanted, self._to_prepare = self._to_prepare, None
                await self.ask("prepare", wanted)
        finally:
            self._prepares = False

    async def edit(
        self,
        verb: str,
        *arguments: Any,
        on_progress: Callable[[int, int], None] | None = None,
        on_id: Callable[[int], None] = lambda call_id: None,
    ) -> tuple[Any, int]:
        """The editor's answer, and the number of the change that it made; see ``Worker.call``.

        Raises:
            DwellError: whatever the editor raised.
        """
        ids: list[int] = []

        def begun(call_id: int) -> None:
            ids.append(call_id)
            on_id(call_id)

        try:
            answer = await self._worker.call(verb, *arguments, on_id=begun, on_progress=on_progress)
            return answer, self._call_revs.get(ids[0], self.rev)
        finally:
            for call_id in ids:
                self._call_revs.pop(call_id, None)

    async def take(self, request: TakeRequest) -> tuple[list[str], int]:
        """Add suggestions; see ``Taking``."""
        return await self._taking.take(request, self._state.search)

    async def stop_search(self, client: str) -> Search | None:
        """Stop looking, or adding what was found."""
        if self._taking.stop():
            return self._state.search
        search: Search | None = await self.ask("stop_search", client)
        return search

    def _take(self, call_id: int, event: tuple[Any, ...]) -> None:
        kind, *rest = event
        if kind == "opened":
            self.path = Path(rest[0])
            self._see(rest[1])
            self._renew(rest[2])
            return
        origin, changes = rest
        if "recording" in changes:
            self._see(changes["recording"])
        rev = self.publish(origin, **changes)
        self._call_revs[call_id] = rev
        if self._is_open and {"aois", "lanes", "marks"} & changes.keys():
            self.reckoning.invalidate()
            self.looking.refresh()

    def _see(self, recording: RecordingInfo) -> None:
        """A volume is seen through another window: pages get pictures of it from now on."""
        self.recording = recording
        if self._is_open and recording.volume and isinstance(self._recording, VolumeRecording):
            window = recording.volume.window
            slices = self._recording.use_window(Window(window.level, window.width, window.name))
            self.pictures.use(slices)
            if self.planes is not None:
                self.planes.use(slices)

    def _renew(self, state: State) -> None:
        """Tell what a new editor knows; what the one before it had told, and is no longer so, is gone."""
        changes: dict[str, Any] = {kind: self._state.replace(kind, state.all(kind)) for kind in KEYS}
        self.publish("server", **changes, **{name: getattr(state, name) for name in SINGLE})
        if self._is_open:
            self.reckoning.invalidate()

    # ---------------------------------------------------------------- a volume

    def colours(self) -> dict[int, str]:
        """object_id → ``#rrggbb`` of the AOIs that are not hidden."""
        hidden = set(self._state.view.hidden)
        return {aoi.object_id: aoi.colour for aoi in self._state.all("aois") if aoi.object_id not in hidden}

    async def sibling(self, plane: Plane) -> tuple[Path, Path, dict[str, Any]]:
        """The project for another plane of this volume, the volume, and how it is to be opened."""
        source = await asyncio.to_thread(lambda: self._project.source)
        assert isinstance(self._recording, VolumeRecording)
        slices = self._recording.slices
        target = await asyncio.to_thread(project_in_plane, self.path, slices, plane)
        shown = self.recording.volume
        kept = {key: value for key, value in source.options.items() if key in ("volume", "series")}
        window = {} if is_project(target) or shown is None else {"window": shown.window.name}
        return target, Path(source.path), {**kept, **window, "plane": plane}

    # ---------------------------------------------------------------- reading it

    async def read(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """``function(project, *arguments)`` in a thread, with the project as it is open for reading."""
        return await asyncio.to_thread(function, self._project, *arguments)

    async def masks(self, frame_idx: int, before: int | None = None) -> FrameMasks:
        """The masks on a frame, now or as they were before an undo step."""
        return await asyncio.to_thread(self._masks, frame_idx, before)

    def _masks(self, frame_idx: int, before: int | None) -> FrameMasks:
        rev = self.rev
        if before is not None:
            records = self._project.records_before(before, frame_idx)
            return masks_message(frame_idx, rev, records.values(), records)
        current = self._project.records_at(frame_idx, stale=False)
        records = self._project.records_at(frame_idx)
        return masks_message(frame_idx, rev, records.values(), current)

    async def crop(
        self, object_id: int, frame_idx: int, side_px: int, gone: Callable[[], Awaitable[bool]]
    ) -> Crop | None:
        """The picture of an AOI on a frame; see ``Crops``."""
        return await self._crops.crop(object_id, frame_idx, side_px, gone)

    async def lane(self, object_id: int) -> bytes:
        """Two bytes per frame: see ``Project.lane``."""
        return await asyncio.to_thread(self._project.lane, object_id)

    async def times(self) -> bytes:
        """int64 ns per frame, little-endian; empty if there are no times."""
        if self._clock_bytes is None:
            self._clock_bytes = await asyncio.to_thread(_clock_bytes, self._recording)
        return self._clock_bytes

    # ---------------------------------------------------------------- the process behind it

    async def _make_editor(self) -> None:
        """Make the editor, waiting a while for an earlier writer that is still saving."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            try:
                await self._worker.call("make", EDITOR, *self._arguments)
            except ProjectBusy:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(0.3)
            else:
                return

    def _listen_to(self, worker: Worker) -> None:
        worker.on_event = self._take
        worker.on_lost = self._lost

    def _lost(self) -> None:
        """Say so, and start another process in its place."""
        if self._closing or not self._is_open or self._restarting is not None:
            return
        self.publish(
            lost_writer="The process that writes has stopped and is started again. What was saved is kept."
        )
        self._start_again()

    def _start_again(self) -> None:
        if not self._closing and self._restarting is None:
            self._restarting = asyncio.ensure_future(self._restart(self._state.job, self._state.search))

    async def _restart(self, job: Job | None, search: Search | None) -> None:
        """Start another process; ``job``, ``search``: what pages know of those lost with the one before."""
        try:
            self._worker = _started()
            self._listen_to(self._worker)
            self._arguments = (str(self.path), None, None, {})
            await self._make_editor()
        except Exception as error:  # whatever it is, pages are to hear of it
            await self._worker.close()
            self.publish(
                lost_writer=f"The project cannot be written to; this is tried again. {for_page(str(error))}"
            )
            asyncio.get_running_loop().call_later(RETRY_S, self._start_again)
        else:
            if job is not None and job.state == "running" and self._state.job is job:
                self.publish(job=job.model_copy(update={"state": "cancelled", "left_s": None}))
            if search is not None and search.state in ("running", "taking"):
                self.publish(search=search.model_copy(update={"state": "cancelled", "left_s": None}))
            self.publish(lost_writer="")
        finally:
            self._restarting = None


def _started() -> Worker:
    worker = Worker()
    worker.start()
    return worker


def _read_side(path: Path) -> tuple[Project, Recording]:
    project = Project.open(path, write=False)
    try:
        recording = recording_of(project)
        _ = recording.scene
    except BaseException:
        project.close()
        raise
    return project, recording


def _clock_bytes(recording: Recording) -> bytes:
    if not recording.has("frame times"):
        return b""
    return bytes(recording.timing.times_ns.astype("<i8").tobytes())
