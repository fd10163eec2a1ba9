"""Who and what the drawn recording says it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

__all__ = ["Identity"]


@dataclass(frozen=True)
class Identity:
    """Ids as Pupil Cloud gives them: random UUIDs, here from the seed."""

    recording_id: str
    section_id: str
    wearer_id: str
    workspace_id: str
    template_id: str
    question_id: str

    @classmethod
    def drawn(cls, seed: int) -> Identity:
        """The ids that belong to a seed."""
        rng = np.random.default_rng([seed, 12])
        return cls(*(str(UUID(bytes=rng.bytes(16), version=4)) for _ in range(6)))

    def info(self, name: str, wearer_name: str, start_ns: int, duration_ns: int) -> dict[str, Any]:
        """What ``info.json`` says about a recording with this name."""
        return {
            "android_device_id": "0000000000000000",
            "android_device_model": "drawn",
            "android_device_name": "Neon Companion (drawn)",
            "app_version": "0.0.0-drawn",
            "calib_version": 1,
            "data_format_version": "2.5",
            "duration": duration_ns,
            "firmware_version": [0, 0],
            "frame_id": "0",
            "frame_name": "drawn frame",
            "gaze_mode": "binocular",
            "gaze_offset": [0.0, 0.0],
            "module_serial_number": "000000",
            "os_version": "drawn",
            "pipeline_version": "drawn",
            "recording_id": self.recording_id,
            "start_time": start_ns,
            "template_data": {
                "data": {self.question_id: ["a drawn table top"]},
                "id": self.template_id,
                "recording_name": name,
                "version": "drawn",
            },
            "wearer_id": self.wearer_id,
            "wearer_name": wearer_name,
            "workspace_id": self.workspace_id,
        }
