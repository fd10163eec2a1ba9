"""The index from an mp4's header, beside the one from reading every packet."""

from dataclasses import fields

import av
import numpy as np
import pytest

from dwell.errors import CorruptVideo
from dwell.video import VideoReader, index
from dwell.video.index import read_index
from dwell.video.opening import open_video
from video import clips

TOLD_BY_HEADER = [
    clips.vfr, clips.b_frames, clips.open_gop, clips.late_start, clips.long_gop, clips.with_sound, clips.hevc,
    lambda folder: clips.rotated(folder, 90),
]  # fmt: skip
READ_THROUGH = [clips.edit_list, clips.mkv, clips.transport_stream, clips.fragmented, clips.avi]


def assert_same(one, other, but=()):
    for field in fields(one):
        if field.name not in ("checked", "damaged", *but):
            np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name), field.name)


@pytest.mark.parametrize("make", TOLD_BY_HEADER)
def test_the_header_tells_what_all_packets_do(tmp_path, make):
    clip = make(tmp_path)
    told = read_index(clip.path)
    assert not told.checked
    assert_same(told, read_index(clip.path, check=True))


@pytest.mark.parametrize("make", READ_THROUGH)
def test_where_the_header_does_not_tell_every_packet_is_read(tmp_path, make):
    clip = make(tmp_path)
    told = read_index(clip.path)
    assert told.checked
    assert_same(told, read_index(clip.path, check=True))


@pytest.mark.parametrize("bf", [0, 2])
@pytest.mark.parametrize("n", [1, 2, 59, 61, 500])
def test_any_length(tmp_path, bf, n):
    path = clips.write(
        tmp_path / "a.mp4", clips.jittered(n, start=777), bf=bf, pictures=_plain, gop=30, sound=n % 2 == 0
    )
    told = read_index(path)
    assert not told.checked
    assert len(told) == n
    read = read_index(path, check=True)
    assert_same(told, read, but=["key_idx"])
    assert set(told.key_idx) <= set(read.key_idx), "FFmpeg takes small packets for key frames"
    with VideoReader(path) as video:
        for frame_idx in {0, n // 2, n - 1}:
            assert abs(int(video.read(frame_idx)[5, 5, 0]) - 40 - frame_idx % 150) <= 3


def _plain(number):
    return np.full((32, 48, 3), 40 + number % 150, np.uint8)


def test_only_the_ends_of_the_file_are_read(tmp_path, monkeypatch):
    path = clips.write(tmp_path / "a.mp4", clips.jittered(600), pictures=_plain, gop=30)
    seen = []

    def opened(path):
        container, stream = open_video(path)
        return _Watched(container, seen), stream

    monkeypatch.setattr(index, "open_video", opened)
    assert len(read_index(path)) == 600
    assert 60 <= len(seen) <= 60 + 30


class _Watched:
    """A container that counts the packets it gives."""

    def __init__(self, container, seen):
        self._container, self._seen = container, seen

    def __getattr__(self, name):
        return getattr(self._container, name)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._container.close()

    def demux(self, stream):
        for packet in self._container.demux(stream):
            self._seen.append(packet.pts)
            yield packet


@pytest.mark.parametrize("box", [b"stts", b"ctts", b"stsz", b"stss", b"mdhd", b"elst", b"tkhd"])
def test_a_header_that_is_wrong_or_nonsense_is_not_believed(tmp_path, box):
    """Whatever is written over a table, the index is that of the packets as FFmpeg gives them, or none is."""
    clip = clips.b_frames(tmp_path)
    whole = clip.path.read_bytes()
    rng = np.random.default_rng(len(box))
    place = whole.rindex(box)
    tried = 0
    for _ in range(40):
        data = bytearray(whole)
        data[place + 4 + rng.integers(4, 40)] = rng.integers(256)
        path = tmp_path / "wrong.mp4"
        path.write_bytes(data)
        try:
            expected = read_index(path, check=True)
        except CorruptVideo:
            with pytest.raises(CorruptVideo):
                read_index(path)
            continue
        tried += 1
        assert_same(read_index(path), expected)
    assert tried


@pytest.mark.parametrize("make", [clips.damaged, clips.scribbled], ids=lambda make: make.__name__)
@pytest.mark.parametrize("bf", [0, 2])
def test_damage_is_found_while_reading_and_is_the_same(tmp_path, bf, make):
    clip = make(tmp_path, bf)
    expected = read_index(clip.path, check=True).damaged
    with VideoReader(clip.path) as video:
        assert not video._parts[0].index.checked
        assert not video._parts[0].index.damaged.any(), "nobody has looked"
        for frame_idx in range(60):
            try:
                video.read(frame_idx)
            except CorruptVideo:
                continue
            assert not expected[frame_idx]
        np.testing.assert_array_equal(video._parts[0].index.damaged, expected)
    with VideoReader(clip.path) as video:
        np.testing.assert_array_equal(video.damaged_idx, np.flatnonzero(expected))


def test_the_clips_have_the_boxes_that_are_read(tmp_path):
    """Otherwise these tests would test nothing."""
    data = clips.b_frames(tmp_path).path.read_bytes()
    assert all(name in data for name in (b"stts", b"ctts", b"stsz", b"stss", b"elst"))
    with av.open(str(tmp_path / "b_frames.mp4")) as container:
        assert container.streams.video[0].codec_context.has_b_frames
