"""Everything of a look on disk: the engine's log, what the page and the source said, and a summary."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from dwell.app.looking.screen_log import ScreenLog
from dwell.errors import StorageFull
from dwell.files import replacing
from dwell.looking import Event, Looked, LookOptions, Request
from dwell.looking.log import Kept, LookLog, Raw
from dwell.recordings.look import LOOK_FILE

__all__ = ["LookRecord"]


class LookRecord:
    """A look's folder while it is written.

    Args:
        folder: where the project's looks are.
        about: what ``look.json`` says.
        options: how looking becomes masks.
        now_ns: ns UTC.

    Raises:
        StorageFull: nothing can be written there.
    """

    def __init__(self, folder: Path, about: Mapping[str, Any], options: LookOptions, now_ns: int) -> None:
        self._about = {**about, "start_ns": now_ns}
        self._log = LookLog(folder, self._about, options)
        try:
            self._screen = ScreenLog(self._log.folder)
        except OSError as error:
            self._log.close()
            raise StorageFull(
                f"The look cannot be kept in {self._log.folder} ({error.strerror}); free some space.",
                path=self._log.folder,
            ) from error
        self.start_ns = now_ns
        self.n_gaze = self.n_kept = 0

    @property
    def folder(self) -> Path:
        """This look's own."""
        return self._log.folder

    def event(self, event: Event, requests: Sequence[Request], raw: Raw | None) -> None:
        """One event, and what the engine asked for."""
        self.n_gaze += isinstance(event, Looked)
        self._log.write(event, requests, raw)

    def note(self, kind: str, t_ns: int, **values: Any) -> None:
        """Something that the page or the source said; see ``ScreenLog``."""
        self._screen.write(kind, t_ns, **values)

    def keep(self, kept: Kept, png: bytes) -> None:
        """A mask that was saved."""
        self.n_kept += 1
        self._log.keep(kept, png)

    def take_back(self, kept: Kept, t_ns: int) -> None:
        """A mask that was saved was taken back."""
        self.n_kept -= 1
        self._log.take_back(kept, t_ns)

    def source(self, **values: Any) -> None:
        """What is known of the source once it is connected."""
        self._about["source"] = {**self._about["source"], **values}
        self._rewrite()

    def close(self, now_ns: int) -> None:
        """End the look, with a summary of it in ``look.json``."""
        self._about["summary"] = {"end_ns": now_ns, "n_gaze": self.n_gaze, "n_kept": self.n_kept}
        self._log.close()
        with suppress(OSError):
            self._screen.close()
        with suppress(OSError, StorageFull):  # the summary can be had from the tables, too
            self._rewrite()

    def _rewrite(self) -> None:
        with replacing(self.folder / LOOK_FILE) as temporary:
            temporary.write_text(json.dumps(self._about, indent=2, ensure_ascii=False), encoding="utf-8")
