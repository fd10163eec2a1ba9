"""One second of watching, small enough to work out every number by hand.

Frames every 100 ms from T0, shown until T0 + 1000 ms; frame 9 is a filler. Gaze every 10 ms from T0 + 10
ms. The cup is a box on the left, visible in frames 0 … 5, absent in 6 and 7, lost in 8. The plate is a box
on the right, seen only in frames 2 … 4 and never tracked elsewhere.
"""

from dwell.gaze import MappingOptions, Section, map_fixations, map_gaze
from dwell.types import State
from gaze.scene import MS, T0, box, make_clock, make_fixations, make_gaze, make_masklet

CUP, PLATE, NOWHERE = (10, 30), (70, 30), (45, 5)

SECTION = Section("rec-1", 'He said "hi", twice', T0 - 500 * MS)
"""The recording starts half a second before the first frame."""

CUP_MASKLET = make_masklet(
    1,
    "cup, blue",
    {
        **dict.fromkeys(range(6), box(0, 20, 20, 40)),
        **dict.fromkeys((6, 7), State.ABSENT),
        8: State.LOST,
    },
)
PLATE_MASKLET = make_masklet(2, "plate", dict.fromkeys((2, 3, 4), box(60, 20, 80, 40)))

LOOKING = (
    # from ms, to ms, where
    (10, 150, CUP),
    (150, 200, NOWHERE),
    (200, 300, CUP),
    (300, 450, PLATE),
    (450, 700, CUP),
    (700, 990, NOWHERE),
)
BLINK = (400, 420)
"""Within the look at the plate."""
NO_GAZE = (800, 850)


def where_at(ms):
    return next(place for start, stop, place in LOOKING if start <= ms < stop)


def watching():
    """The gaze table."""
    rows = []
    for ms in range(10, 990, 10):
        x, y = where_at(ms)
        x = float("nan") if NO_GAZE[0] <= ms < NO_GAZE[1] else x
        rows.append((ms, x, y, {"blink id": 1} if BLINK[0] <= ms < BLINK[1] else {}))
    return make_gaze(rows)


FIXATIONS = make_fixations(
    (10, 150), (200, 300), (300.6, 450), (450, 600), (600, 700), (800, 850), (850, 900)
)
"""1, 2, 4: cup. 3: plate. 5: cup is absent then. 6: no valid sample. 7: lost, so nobody knows."""


def gaze_map(**options):
    return map_gaze(
        watching(), make_clock(10, 100, filler=[9]), [CUP_MASKLET, PLATE_MASKLET], MappingOptions(**options)
    )


def fixation_map(mapped, section=None):
    return map_fixations(mapped, FIXATIONS, section)
