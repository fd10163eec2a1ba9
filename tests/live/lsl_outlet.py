"""A program that sends gaze over Lab Streaming Layer: ``python lsl_outlet.py NAME SOURCE_ID``.

Two eyes of a screen tracker at 100 Hz: sample k has x = k/10000 and, for the right eye, 0.02 more; the left
eye is lost in every tenth, both in every twentieth.
"""

import math
import sys
import time

import pylsl


def describe(name, source_id):
    info = pylsl.StreamInfo(name, "Gaze", 4, 100, pylsl.cf_double64, source_id)
    channels = info.desc().append_child("channels")
    for eye in ("left", "right"):
        for axis in "xy":
            channel = channels.append_child("channel")
            channel.append_child_value("label", f"{eye}_{axis}")
            channel.append_child_value("eye", eye)
            channel.append_child_value("type", f"Screen{axis.upper()}")
            channel.append_child_value("unit", "normalized")
    return info


def gaze(k):
    left = (math.nan, math.nan) if k % 10 == 0 else (k / 10_000, 0.25)
    right = (math.nan, math.nan) if k % 20 == 0 else (k / 10_000 + 0.02, 0.75)
    return [*left, *right]


def main(name, source_id):
    outlet = pylsl.StreamOutlet(describe(name, source_id))
    print("ready", flush=True)
    for k in range(1, 2000):
        time.sleep(0.01)
        # sample k was seen 7 ms ago; its unix time is told on stdout
        outlet.push_sample(gaze(k), pylsl.local_clock() - 0.007)
        print(k, time.time_ns() - 7_000_000, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:3])
