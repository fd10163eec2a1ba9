"""What a recording holds: streams load when they are touched, and a missing one says so."""

import dwell

export = dwell.DrawnWorld(size_hw=(120, 160), duration_s=4.0).write_cloud_export("recording", truth=False)
recording = dwell.open_recording(export)
print(recording.name, "by", recording.wearer, f"{recording.duration_ns / 1e9:.1f} s")
print(recording.gaze.head(3))
print(recording.fixations[["fixation id", "duration [ms]"]].head(3))
frame_idx = recording.clock.frame_at(recording.gaze["timestamp [ns]"].to_numpy())
print("gaze samples without a frame:", (frame_idx < 0).sum(), "of", len(frame_idx))
recording.close()
