"""``dwell cloud``: downloads from Pupil Cloud, and AOIs and events sent to it."""

from dwell.cli.cloud.commands import cloud

__all__ = ["cloud"]
