"""Options that the commands for labels share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from dwell.formats.contract import WriteOptions

__all__ = ["Pictures", "Polygons", "write_options"]

Pictures = Annotated[
    Literal["jpg", "png"] | None,
    typer.Option(help="Write the pictures of these frames, too.", show_default=False),
]
Polygons = Annotated[
    bool, typer.Option("--polygons", help="Outlines instead of run lengths, in formats that have both.")
]


def write_options(pictures: Literal["jpg", "png"] | None, polygons: bool) -> WriteOptions:
    """What formats are told."""
    from dwell.formats.contract import WriteOptions

    return WriteOptions(pictures is not None, pictures or "jpg", polygons)
