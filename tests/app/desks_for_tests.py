"""Desks on the drawn recording of red and blue discs, with the backend that follows flat colours exactly."""

from contextlib import asynccontextmanager

from dwell.app.desks import Desks
from dwell.app.messages import AoiNew, BackendChoice, Prompt, PromptRequest, TrackRequest
from shape_recordings import shapes_world, write_image_folder

PAGE = "page one"


def recording(tmp_path, n_frames=50):
    """Folder of a drawn recording; red moves right, blue stands still."""
    return write_image_folder(tmp_path / "shapes", shapes_world(n_frames))


@asynccontextmanager
async def open_desk(path, project, backend="colour"):
    """A desk of a recording; everything is closed at the end."""
    desks = Desks(spare=False)
    try:
        desk = await desks.open(path, project)
        if desk.snapshot.backend.name != backend:
            await desk.edit("use_backend", BackendChoice(name=backend), PAGE)
        yield desk
    finally:
        await desks.close_all()


async def click(desk, object_id, frame_idx, x, y, client=PAGE, positive=True):
    """The answer to a click, and its number."""
    prompt = Prompt(kind="point", x=x, y=y, positive=positive)
    request = PromptRequest(client=client, object_id=object_id, frame_idx=frame_idx, prompts=[prompt])
    return await desk.edit("prompt", request)


async def add(desk, name, client=PAGE):
    """The object_id of a new AOI."""
    return (await desk.ask("add_aoi", AoiNew(client=client, name=name))).object_id


def track(client=PAGE, **what):
    """A request to track."""
    return TrackRequest(client=client, **what)
