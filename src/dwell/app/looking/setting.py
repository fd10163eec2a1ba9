"""What a viewer may set, as the engine takes it."""

from __future__ import annotations

from dwell.app.messages import LookSettings
from dwell.looking import Action, LookOptions, check_keys

__all__ = ["keys_of", "options_of"]


def options_of(settings: LookSettings) -> LookOptions:
    """The engine's options."""
    return LookOptions(
        error_deg=settings.error_deg, dwell_keeps=settings.dwell_keeps, dwell_ms=settings.dwell_ms
    )


def keys_of(settings: LookSettings) -> dict[Action, str]:
    """Which key does what, all of them.

    Raises:
        ValueError: two actions have one key.
    """
    return check_keys({Action(action): key for action, key in settings.keys.items()})
