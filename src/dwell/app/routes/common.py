"""What all addresses of a project share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from dwell.app.desk import Desk
from dwell.app.office import Office

__all__ = ["DeskOf"]


async def _desk(pid: str, request: Request) -> Desk:
    """The project with this id; ``UnknownDesk`` (404) if there is none."""
    office: Office = request.app.state.office
    return await office.desk(pid)


DeskOf = Annotated[Desk, Depends(_desk)]
"""The project that an address is about."""
