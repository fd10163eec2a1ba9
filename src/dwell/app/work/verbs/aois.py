"""Verbs of the list of AOIs, and of what else is kept of a project."""

from __future__ import annotations

from dwell.app import messages
from dwell.app.codebook import codebook_of, read_codebook
from dwell.app.convert import aoi_message
from dwell.app.messages import (
    AoiEdit,
    AoiMerge,
    AoiNew,
    AoiPart,
    AoiRemoval,
    View,
    WindowEdit,
)
from dwell.app.work.child import Calling
from dwell.app.work.opening import recording_info
from dwell.app.work.workplace import Workplace
from dwell.cloud import project_key

__all__ = ["AoiVerbs"]


class AoiVerbs(Workplace):
    """AOIs, how they are shown, their codebook, and where they are sent."""

    def add_aoi(self, calling: Calling, new: AoiNew) -> messages.Aoi:
        """A new AOI; it gets the lowest free number key."""
        aoi = self.analysis.project.add_aoi(new.name, new.colour, new.category)
        self._telling.give_keys()
        self._changed(calling, new.client, aois=True, view=True, touched=[aoi.object_id])
        return aoi_message(aoi)

    def edit_aoi(self, calling: Calling, object_id: int, edit: AoiEdit) -> messages.Aoi:
        """Another name, colour or category."""
        self._check_unlocked([object_id])
        aoi = self.analysis.project.edit_aoi(
            object_id, name=edit.name, colour=edit.colour, category=edit.category
        )
        self._changed(calling, edit.client, aois=True)
        return aoi_message(aoi)

    def set_part(self, calling: Calling, part: AoiPart) -> int:
        """Make AOIs parts of another one, or of none, in one step; how many."""
        self._check_unlocked(part.object_ids)
        with self.analysis.project.action("set what is part of what"):
            for object_id in part.object_ids:
                self.analysis.project.edit_aoi(object_id, part_of=part.part_of)
        self._changed(calling, part.client, aois=True)
        return len(part.object_ids)

    def merge_aois(self, calling: Calling, merge: AoiMerge) -> messages.Aoi:
        """Make AOIs that are one thing one AOI."""
        self._check_unlocked([merge.keep, *merge.others])
        aoi = self._session.merge(merge.keep, merge.others)
        self._changed(calling, merge.client, everything=True)
        return aoi_message(aoi)

    def remove_aois(self, calling: Calling, removal: AoiRemoval) -> str:
        """Remove AOIs with all that belongs to them, in one step."""
        self._check_unlocked(removal.object_ids)
        names = [self.analysis.project.aoi(object_id).name for object_id in removal.object_ids]
        label = f"remove {names[0]}" if len(names) == 1 else f"remove {len(names)} AOIs"
        with self._session.changing(label):
            for object_id in removal.object_ids:
                self._session.remove(object_id)
        self._changed(calling, removal.client, everything=True)
        return label

    def remove_aoi(self, calling: Calling, object_id: int, client: str) -> str:
        """Remove an AOI with all that belongs to it."""
        self._check_unlocked([object_id])
        name = self.analysis.project.aoi(object_id).name
        self._session.remove(object_id)
        self._changed(calling, client, everything=True)
        return f"remove {name}"

    def set_view(self, calling: Calling, view: View, client: str) -> None:
        """Which AOIs are hidden and locked, and their number keys."""
        self._telling.set_view(view)
        self._changed(calling, client, view=True)

    def set_window(self, calling: Calling, edit: WindowEdit) -> None:
        """Show a volume's values otherwise: to people, and to who segments from now on.

        Raises:
            ProjectError: this is no volume.
            ValueError: there is no such window.
        """
        self.analysis.use_window(edit.window)
        for session in self._sessions.values():
            session.use_frames(self.analysis.frames)
        self._changed(calling, edit.client, recording=recording_info(self.analysis))

    def add_codebook(self, calling: Calling, text: str, client: str) -> int:
        """The AOIs of a codebook file; how many were new."""
        written = read_codebook(text)
        before = {aoi.object_id: aoi.name for aoi in self.analysis.project.aois()}
        prompted = {each.name for each in written if each.prompts}
        self._check_unlocked(object_id for object_id, name in before.items() if name in prompted)
        self.analysis.add_prompts(written)
        new = [aoi.object_id for aoi in self.analysis.project.aois() if aoi.object_id not in before]
        self._telling.give_keys()
        self._changed(calling, client, everything=True)
        return len(new)

    def codebook(self, calling: Calling) -> str:
        """The AOIs as a codebook file."""
        return codebook_of(self.analysis.project.aois())

    def cloud_url(self, calling: Calling) -> str:
        """Address of the enrichment that AOIs were sent to last; empty at first."""
        return str(self.analysis.project.get_setting("cloud_url", ""))

    def cloud_key(self, calling: Calling, url: str) -> str:
        """Remember where AOIs are sent to; what tells this project's from others' there."""
        if self.cloud_url(calling) != url:
            self.analysis.project.set_setting("cloud_url", url)
        key = project_key(self.analysis.project)
        assert key is not None  # the editor may write
        return key
