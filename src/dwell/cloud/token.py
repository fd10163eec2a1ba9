"""The API token of Pupil Cloud: from the environment or the computer's keyring, and never shown."""

from __future__ import annotations

import os
from types import ModuleType
from typing import Any

from dwell.errors import MissingToken

__all__ = ["TOKEN_VARIABLE", "Token", "find_token", "forget_token", "keep_token", "where_to_get_one"]

TOKEN_VARIABLE = "DWELL_PUPIL_CLOUD_TOKEN"
"""The environment variable that holds a token."""

_SERVICE, _ACCOUNT = "dwell", "pupil-cloud"
_HIDDEN = "•••"


class Token:
    """A secret that shows itself only where it is sent."""

    __slots__ = ("__secret", "origin")

    def __init__(self, secret: str, origin: str = "given") -> None:
        """Args: the secret, and where it is from, for people: ``environment``, ``keyring`` or ``given``.

        Raises:
            MissingToken: it is empty, or holds what no token holds.
        """
        secret = secret.strip()
        if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
            raise MissingToken(
                "That is no API token: expected one word of letters and digits. " + where_to_get_one()
            )
        self.__secret = secret
        self.origin = origin

    def reveal(self) -> str:
        """The secret itself, for the header of a request."""
        return self.__secret

    def hide_in(self, text: str) -> str:
        """The text without the secret, as a server may quote it."""
        return text.replace(self.__secret, _HIDDEN)

    def __repr__(self) -> str:
        return f"<Token from {self.origin}>"

    def __reduce__(self) -> Any:
        raise TypeError("A token is not saved; read it from the environment or the keyring again.")


def where_to_get_one() -> str:
    """What someone without a token can do."""
    return (
        "Make a token at https://cloud.pupil-labs.com/settings/developer, then run `dwell cloud login`, or "
        f"set {TOKEN_VARIABLE}."
    )


def find_token() -> Token:
    """The token of the environment, else that of the keyring.

    Raises:
        MissingToken: there is none.
    """
    if os.environ.get(TOKEN_VARIABLE, "").strip():
        return Token(os.environ[TOKEN_VARIABLE], "environment")
    if secret := _kept():
        return Token(secret, "keyring")
    raise MissingToken("Pupil Cloud asks for an API token, and there is none. " + where_to_get_one())


def keep_token(token: Token) -> None:
    """Keep a token in the computer's keyring.

    Raises:
        MissingToken: the package ``keyring`` is not installed, or the computer has no keyring.
    """
    keyring = _keyring()
    if keyring is None:
        raise MissingToken(
            'To keep the token, the package "keyring" is needed; run: pip install "dwell[cloud]". Or set '
            f"{TOKEN_VARIABLE} instead."
        )
    try:
        keyring.set_password(_SERVICE, _ACCOUNT, token.reveal())
    except Exception as error:  # every keyring has errors of its own
        raise _no_keyring(error) from None


def forget_token() -> bool:
    """Delete the token from the keyring; whether there was one."""
    keyring = _keyring()
    if keyring is None or _kept() is None:
        return False
    try:
        keyring.delete_password(_SERVICE, _ACCOUNT)
    except Exception as error:  # every keyring has errors of its own
        raise _no_keyring(error) from None
    return True


def _kept() -> str | None:
    keyring = _keyring()
    if keyring is None:
        return None
    try:
        secret: str | None = keyring.get_password(_SERVICE, _ACCOUNT)
    except Exception:  # a locked or missing keyring holds nothing for us
        return None
    return secret or None


def _no_keyring(error: Exception) -> MissingToken:
    return MissingToken(
        f"This computer's keyring cannot be used ({type(error).__name__}); set {TOKEN_VARIABLE} instead."
    )


def _keyring() -> ModuleType | None:
    try:
        import keyring
    except ModuleNotFoundError:
        return None
    return keyring
