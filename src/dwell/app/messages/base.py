"""What all messages have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

__all__ = ["PROTOCOL", "Message", "Ns", "Request"]

PROTOCOL = 1
"""Raised whenever an older page could misunderstand a newer server; the page then asks to be reloaded."""

Ns = Annotated[int, BeforeValidator(int), PlainSerializer(str, return_type=str)]
"""int64 ns UTC; a string of digits in JSON."""


class Message(BaseModel):
    """Root of all messages: immutable, and nothing that is not listed."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Request(Message):
    """Root of what a page may send: it may leave out what has a default."""
