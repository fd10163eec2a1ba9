"""From a recording to a table, in a few seconds: the README's example on a small drawn recording."""

import dwell

world = dwell.DrawnWorld(size_hw=(240, 320), duration_s=4.0)
recording = world.write_cloud_export("recording")
frame_idx = 45
x, y = world.click("book", frame_idx)

with dwell.open_analysis(recording, project="recording.dwell") as analysis:
    analysis.prompt("book", dwell.Point(x, y), frame_idx=frame_idx)
    analysis.track(span=(30, 60))
    results = analysis.map(dwell.MappingOptions(margin_deg=0.5))
    results.write("tables")
print(results.aoi_dwell[["aoi label", "dwell time [ms]", "visible time [ms]", "unknown time [ms]"]])
