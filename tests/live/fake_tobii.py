"""A module of the shape of ``tobii_research``, and trackers whose SDK thread sends what it is told to."""

import threading
import time

EYETRACKER_GAZE_DATA = "eyetracker_gaze_data"
EYETRACKER_NOTIFICATION_CONNECTION_LOST = "eyetracker_notification_connection_lost"


class Tracker:
    model, device_name, address = "Pro Fusion", "", "tobii-prp://TPFC2-010202"

    def __init__(self, serial_number="TPFC2-010202", *, calibrated=True):
        self.serial_number = serial_number
        self.calibrated = calibrated
        self.callbacks = {}

    def get_gaze_output_frequency(self):
        return 120.0

    def subscribe_to(self, what, callback, as_dictionary=False):
        if not self.calibrated:
            raise RuntimeError("the tracker refuses")
        assert as_dictionary
        self.callbacks[what] = callback

    def unsubscribe_from(self, what, callback=None):
        assert self.callbacks.pop(what) is callback

    def send(self, left, right, *, age_us=0, left_valid=1, right_valid=1):
        """From a thread, as the SDK does it."""
        datum = {
            "device_time_stamp": 12_345,
            "system_time_stamp": system_us() - age_us,
            "left_gaze_point_on_display_area": left,
            "left_gaze_point_validity": left_valid,
            "right_gaze_point_on_display_area": right,
            "right_gaze_point_validity": right_valid,
        }
        in_a_thread(self.callbacks[EYETRACKER_GAZE_DATA], datum)

    def lose(self):
        in_a_thread(self.callbacks[EYETRACKER_NOTIFICATION_CONNECTION_LOST], object())


class Module:
    """What ``import tobii_research`` gives."""

    EYETRACKER_GAZE_DATA = EYETRACKER_GAZE_DATA
    EYETRACKER_NOTIFICATION_CONNECTION_LOST = EYETRACKER_NOTIFICATION_CONNECTION_LOST

    def __init__(self, *trackers):
        self.trackers = trackers

    def find_all_eyetrackers(self):
        return self.trackers

    def get_system_time_stamp(self):
        return system_us()


def system_us():
    """A clock of the computer that does not count from 1970."""
    return time.monotonic_ns() // 1000


def in_a_thread(function, argument):
    thread = threading.Thread(target=function, args=(argument,))
    thread.start()
    thread.join()
