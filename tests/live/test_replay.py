"""Gaze that was recorded before comes again, in its rhythm or at once."""

import asyncio
import math
import time

import numpy as np
import pytest

from dwell.errors import BadTable, LiveError
from dwell.live import MAX_SPEED, ReplaySource, open_source
from dwell.types import Space

START = 1_700_000_000_000_000_001
MS = 1_000_000
HEADER = "recording id,timestamp [ns],gaze x [px],gaze y [px],worn,blink id\n"


def played(source):
    """What is known, every sample, and the seconds it took."""

    async def run():
        info = await source.connect()
        start = time.monotonic()
        samples = [sample async for sample in source.samples()]
        return info, samples, time.monotonic() - start

    return asyncio.run(run())


def ten_samples(**options):
    times = START + np.arange(10, dtype=np.int64) * 20 * MS
    return ReplaySource(times, np.column_stack([np.arange(10.0), np.full(10, 5.0)]), **options)


def test_at_full_speed_times_are_those_of_the_recording_to_the_ns():
    info, samples, _ = played(ten_samples(speed=MAX_SPEED, space=Space.IMAGE, size_wh=(640, 480)))
    assert [s.t_ns for s in samples] == [START + k * 20 * MS for k in range(10)]
    assert [(s.x, s.y, s.valid) for s in samples] == [(k, 5, True) for k in range(10)]
    assert all(s.received_ns == s.t_ns for s in samples)
    assert (info.space, info.size_wh, info.rate_hz, info.finite) == (Space.IMAGE, (640, 480), 50, True)


def test_full_speed_does_not_sleep():
    """250 s of gaze in less time than a sleep of 0.1 ms per sample would take."""
    n = 50_000
    times = START + np.arange(n, dtype=np.int64) * 5 * MS
    _, samples, seconds = played(ReplaySource(times, np.zeros((n, 2)), speed=MAX_SPEED))
    assert len(samples) == n
    assert seconds < 5


@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_speed(speed):
    info, samples, seconds = played(ten_samples(speed=speed))
    assert len(samples) == 10
    assert seconds >= 0.18 / speed - 0.005
    assert info.rate_hz == 50 * speed


def test_shifted_to_now():
    before = time.time_ns()
    _, samples, _ = played(ten_samples(speed=2.0, shift=True))
    assert before <= samples[0].t_ns <= samples[0].received_ns <= time.time_ns()
    assert (np.diff([s.t_ns for s in samples]) == 10 * MS).all()
    assert all(s.received_ns >= s.t_ns for s in samples)


def test_connecting_again_starts_again():
    source = ten_samples(speed=MAX_SPEED)
    assert [s.x for s in played(source)[1]] == [s.x for s in played(source)[1]] == list(range(10))


def test_closing_ends_a_pause_at_once():
    source = ReplaySource(np.array([START, START + 3600 * 10**9]), np.zeros((2, 2)))

    async def run():
        await source.connect()
        asyncio.get_running_loop().call_later(0.05, lambda: asyncio.ensure_future(source.close()))
        return [sample async for sample in source.samples()]

    assert len(asyncio.run(run())) == 1


def test_a_table_as_pupil_cloud_writes_it(tmp_path):
    path = tmp_path / "gaze.csv"
    rows = [
        f"r,{START},1.5,2.5,1,",
        f"r,{START + 5 * MS},,,1,",  # no gaze
        f"r,{START + 10 * MS},3,4,0,",  # not worn
        f"r,{START + 15 * MS},5,6,1,7",  # in a blink
        f"r,{START + 20 * MS},7,8,1.0,",
    ]
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8-sig")
    info, samples, _ = played(open_source(f"replay:{path}?speed=max&space=image&size_wh=800x600"))
    assert [s.t_ns for s in samples] == [START + k * 5 * MS for k in range(5)]
    assert [s.valid for s in samples] == [True, False, False, False, True]
    assert (samples[0].x, samples[0].y) == (1.5, 2.5)
    assert math.isnan(samples[1].x)
    assert (info.title, info.space, info.size_wh) == ("Replay of gaze.csv", Space.IMAGE, (800, 600))
    assert info.rate_hz == 200


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "expected the columns timestamp .ns., gaze x .px., gaze y .px., found nothing"),
        ("time,x,y\n1,2,3\n", 1, "found time, x, y. Rename them"),
        (HEADER, 1, "it holds no samples"),
        (HEADER + "r,1,2,3,1,\nr,1.7e18,2,3,1,\n", 3, "'1.7e18' is no whole number of ns"),
        (HEADER + "r,5,2,3,1,\nr,4,2,3,1,\n", 3, "the time 4 is earlier than the one before"),
        (HEADER + "r,5,left,3,1,\n", 2, "'gaze x .px.' is 'left', which is no number"),
        (HEADER + "r,5,2,3,perhaps,\n", 2, "'worn' is 'perhaps'; expected 0 or 1"),
        (HEADER + "r,5,2\n", 2, "expected 6 values"),
    ],
)
def test_tables_that_cannot_be_read(tmp_path, text, line, message):
    path = tmp_path / "gaze.csv"
    path.write_text(text)
    with pytest.raises(BadTable, match=rf"gaze\.csv, line {line}: .*{message}") as caught:
        open_source(f"replay:{path}")
    assert (caught.value.line, caught.value.path) == (line, path)


def test_no_such_file():
    with pytest.raises(LiveError, match=r"There is no file 'nowhere\.csv' to replay"):
        open_source("replay:nowhere.csv")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"speed": 0}, "speed must be above 0"),
        ({"speed": MAX_SPEED, "shift": True}, "Full speed has no rhythm"),
        ({"valid": np.ones(3, bool)}, r"10 positions \(n, 2\) and 10 validities"),
    ],
)
def test_arrays_that_cannot_be_replayed(options, message):
    with pytest.raises(ValueError, match=message):
        ten_samples(**options)


def test_times_that_fall():
    with pytest.raises(ValueError, match="Times fall at sample 2"):
        ReplaySource(np.array([1, 5, 4]), np.zeros((3, 2)))
