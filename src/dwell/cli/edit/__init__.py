"""``dwell edit``: tools that correct masks over many frames, each one step that undo takes back."""

from dwell.cli.edit import identities, shapes, frames, history  # noqa: F401, I001 - registers, as help lists them
from dwell.cli.edit.group import edit

__all__ = ["edit"]
