"""Changes that a person makes: AOIs, prompts, approval, undo, marks."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from dwell.app.messages import (
    Aoi,
    AoiEdit,
    AoiMerge,
    AoiNew,
    AoiPart,
    AoiRemoval,
    Approve,
    Candidates,
    Choose,
    ClearPrompts,
    Done,
    FixationEdit,
    PreviewRequest,
    PromptRequest,
    Segmented,
    UndoRequest,
    View,
)
from dwell.app.routes.common import DeskOf
from dwell.errors import PromptError

__all__ = ["router"]

router = APIRouter(prefix="/api/p/{pid}")


@router.post("/aois")
async def add_aoi(desk: DeskOf, new: AoiNew) -> Aoi:
    """A new AOI."""
    aoi: Aoi = await desk.ask("add_aoi", new)
    return aoi


@router.patch("/aois/{object_id}")
async def edit_aoi(desk: DeskOf, object_id: int, edit: AoiEdit) -> Aoi:
    """Another name, colour or category."""
    aoi: Aoi = await desk.ask("edit_aoi", object_id, edit)
    return aoi


@router.delete("/aois/{object_id}")
async def remove_aoi(desk: DeskOf, object_id: int, client: str) -> Done:
    """Remove an AOI with its masks."""
    label, rev = await desk.edit("remove_aoi", object_id, client)
    return Done(rev=rev, n=1, label=label)


@router.post("/aois/merge")
async def merge_aois(desk: DeskOf, merge: AoiMerge) -> Done:
    """Make AOIs that are one thing one AOI."""
    aoi, rev = await desk.edit("merge_aois", merge)
    return Done(rev=rev, n=len(merge.others), label=aoi.name)


@router.post("/aois/part")
async def set_part(desk: DeskOf, part: AoiPart) -> Done:
    """Make AOIs parts of another one, or of none."""
    n, rev = await desk.edit("set_part", part)
    return Done(rev=rev, n=n)


@router.post("/aois/remove")
async def remove_aois(desk: DeskOf, removal: AoiRemoval) -> Done:
    """Remove AOIs with their masks."""
    label, rev = await desk.edit("remove_aois", removal)
    return Done(rev=rev, n=len(removal.object_ids), label=label)


@router.post("/prompts")
async def prompt(desk: DeskOf, request: PromptRequest) -> Segmented:
    """Prompts on a frame, and the mask they give."""
    answer, rev = await desk.edit("prompt", request)
    numbered: Segmented = answer.model_copy(update={"rev": rev})
    return numbered


@router.post("/prompts/clear")
async def clear(desk: DeskOf, request: ClearPrompts) -> Done:
    """Take back the prompts on a frame."""
    label, rev = await desk.edit("clear", request)
    return Done(rev=rev, n=1, label=label)


@router.post("/preview")
async def preview(desk: DeskOf, request: PreviewRequest) -> Candidates:
    """What prompts would give."""
    found: Candidates = await desk.ask("preview", request)
    return found


@router.post("/candidates")
async def candidates(desk: DeskOf, request: ClearPrompts) -> Candidates:
    """The possible masks on a frame."""
    found: Candidates = await desk.ask("candidates", request)
    return found


@router.post("/candidates/choose")
async def choose(desk: DeskOf, request: Choose) -> Segmented:
    """Take another candidate."""
    answer, rev = await desk.edit("choose", request)
    numbered: Segmented = answer.model_copy(update={"rev": rev})
    return numbered


@router.post("/prepare/{frame_idx}", status_code=204)
async def prepare(desk: DeskOf, frame_idx: int) -> Response:
    """Make ready for a click on a frame."""
    await desk.prepare(frame_idx)
    return Response(status_code=204)


@router.post("/approve")
async def approve(desk: DeskOf, request: Approve) -> Done:
    """Approve masks, or unlock them."""
    n_changed, rev = await desk.edit("approve", request)
    return Done(rev=rev, n=n_changed)


@router.post("/undo")
async def undo(desk: DeskOf, request: UndoRequest) -> Done:
    """Take back the newest step, or all from one on."""
    labels, rev = await desk.edit("undo", request)
    return Done(rev=rev, n=len(labels), label=", ".join(labels) or None)


@router.post("/redo")
async def redo(desk: DeskOf, request: UndoRequest) -> Done:
    """Bring back what was undone last."""
    labels, rev = await desk.edit("redo", request)
    return Done(rev=rev, n=len(labels), label=", ".join(labels) or None)


@router.put("/view")
async def set_view(desk: DeskOf, view: View, client: str) -> Done:
    """Which AOIs are hidden and locked, and their number keys."""
    _, rev = await desk.edit("set_view", view, client)
    return Done(rev=rev)


@router.post("/presets")
async def add_codebook(desk: DeskOf, request: Request, client: str) -> Done:
    """The AOIs of a codebook file."""
    try:
        text = (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PromptError("The codebook is not in UTF-8; save it as UTF-8 and choose it again.") from error
    n_new, rev = await desk.edit("add_codebook", text, client)
    return Done(rev=rev, n=n_new)


@router.get("/presets.yaml")
async def codebook(desk: DeskOf) -> Response:
    """The AOIs as a codebook file."""
    text, _ = await desk.edit("codebook")
    headers = {"Content-Disposition": 'attachment; filename="codebook.yaml"'}
    return Response(text, media_type="application/yaml", headers=headers)


@router.put("/fixations/{start_ns}")
async def mark_fixation(desk: DeskOf, start_ns: int, edit: FixationEdit) -> Done:
    """Put a fixation on AOIs by hand."""
    _, rev = await desk.edit("mark_fixation", start_ns, edit.object_ids, edit.client)
    return Done(rev=rev)
