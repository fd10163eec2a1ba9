"""VideoWriter: exact times, sound, colours, and a whole file or none."""

import os
from fractions import Fraction

import av
import numpy as np
import pytest

from dwell.errors import Cancelled, OutputError, StorageFull
from dwell.video import AudioSource, VideoReader, VideoWriter
from video import clips
from video.clips import jittered, number_of, stamped


def write_frames(path, pts, size_hw=clips.SIZE_HW, **options):
    with VideoWriter(path, size_hw, **options) as writer:
        for number, time in enumerate(pts):
            writer.write(stamped(number, size_hw), time)
    return path


def first_stamp_of_each(path):
    with VideoReader(path) as video:
        return [number_of(picture) for _, picture in video.stream(0, len(video))]


@pytest.mark.parametrize(
    ("time_base", "pts"),
    [
        (Fraction(1, 90_000), jittered(40)),
        (Fraction(1, 90_000), jittered(40, start=3209)),  # a late first frame keeps its time to the unit
        (Fraction(1, 1_000_000), [0, 33_311, 66_700, 5_000_000, 5_033_333]),  # a gap of five seconds
        (Fraction(1, 1000), [0, 200, 450, 600, 900]),
        (Fraction(1, 15_360), [i * 512 for i in range(20)]),
        (Fraction(1001, 30_000), list(range(20))),
        (Fraction(1, 90_000), [0]),
    ],
)
def test_times_are_kept_exactly(tmp_path, time_base, pts):
    path = write_frames(tmp_path / "out.mp4", pts, time_base=time_base)
    with VideoReader(path) as video:
        read = [value * video.time_base for value in video.pts.tolist()]
        assert read == [value * time_base for value in pts]
    assert first_stamp_of_each(path) == list(range(len(pts)))
    with av.open(str(path)) as container:  # the last frame is shown as long as the one before
        if len(pts) > 1:
            seconds = (2 * pts[-1] - pts[-2] - pts[0]) * float(time_base)
            assert container.duration / 1e6 == pytest.approx(seconds, abs=1e-5)


def test_times_in_ns(tmp_path):
    times_ns = [0, 33_366_667, 66_733_333, 133_466_667]
    with VideoWriter(tmp_path / "out.mp4", clips.SIZE_HW) as writer:
        for number, time_ns in enumerate(times_ns):
            writer.write(stamped(number), pts_ns=time_ns)
    with VideoReader(tmp_path / "out.mp4") as video:
        np.testing.assert_allclose(video.pts_ns, times_ns, atol=1e9 / 90_000 / 2 + 1)


@pytest.mark.parametrize("size_hw", [(97, 128), (96, 129), (97, 129), (1, 1)], ids=str)
def test_odd_sizes_get_one_more_row_or_column(tmp_path, size_hw):
    grey = np.random.default_rng(0).integers(0, 255, size_hw, dtype=np.uint8)
    picture = np.repeat(grey[..., None], 3, axis=2)
    with VideoWriter(tmp_path / "out.mp4", size_hw, crf=1) as writer:
        assert writer.size_hw == (size_hw[0] + size_hw[0] % 2, size_hw[1] + size_hw[1] % 2)
        for pts in (0, 3000):
            writer.write(picture, pts)
    with VideoReader(tmp_path / "out.mp4") as video:
        assert video.size_hw == writer.size_hw
        read = video.read(0).astype(int)
    added = ((0, size_hw[0] % 2), (0, size_hw[1] % 2), (0, 0))
    np.testing.assert_allclose(read, np.pad(picture, added, mode="edge"), atol=8)


def test_a_decoded_odd_frame_can_be_written(tmp_path):
    frame = av.VideoFrame.from_ndarray(stamped(9, (97, 129)), format="rgb24")
    with VideoWriter(tmp_path / "out.mp4", (97, 129)) as writer:
        writer.write(frame, 0)
    assert first_stamp_of_each(tmp_path / "out.mp4") == [9]


def packets_of(path):
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        return [(p.pts * stream.time_base, bytes(p)) for p in container.demux(stream) if p.size]


def test_sound_is_copied_bit_for_bit(tmp_path):
    clip = clips.with_sound(tmp_path)
    write_frames(tmp_path / "out.mp4", clip.pts, audio_from=clip.path)
    there, here = packets_of(clip.path), packets_of(tmp_path / "out.mp4")
    assert [data for _, data in here] == [data for _, data in there]
    np.testing.assert_allclose([float(t) for t, _ in here], [float(t) for t, _ in there], atol=1e-4)


def test_sound_of_a_piece_stays_with_its_frames(tmp_path):
    clip = clips.late_start(tmp_path)  # the picture starts half a second after the sound
    with VideoReader(clip.path) as video:
        start, stop = 10, 30
        with VideoWriter(
            tmp_path / "out.mp4",
            video.size_hw,
            time_base=video.time_base,
            audio_from=video.audio(start, stop),
        ) as writer:
            for i, frame in video.planes(start, stop):
                writer.write(frame, int(video.pts[i] - video.pts[start]))
        begin_s, end_s = video.pts_ns[start] / 1e9, video.pts_ns[stop] / 1e9
    assert first_stamp_of_each(tmp_path / "out.mp4") == list(range(10, 30))
    packet_s = 1024 / 44_100
    inside = [(t, data) for t, data in packets_of(clip.path) if begin_s <= t + packet_s and t < end_s]
    copied = packets_of(tmp_path / "out.mp4")
    assert [data for _, data in copied] == [data for _, data in inside]
    shifts = [float(there - here) for (there, _), (here, _) in zip(inside, copied, strict=True)]
    np.testing.assert_allclose(shifts, begin_s, atol=0.0005)


def test_sound_of_a_video_in_parts(tmp_path):
    clip = clips.two_parts(tmp_path)
    with VideoReader(clip.paths) as video:
        with VideoWriter(
            tmp_path / "out.mp4", video.size_hw, time_base=video.time_base, audio_from=video.audio()
        ) as writer:
            for i, frame in video.planes(0, len(video)):
                writer.write(frame, int(video.pts[i]))
        second_part_s, end_s = video.pts_ns[30] / 1e9, video.duration_ns / 1e9
    assert first_stamp_of_each(tmp_path / "out.mp4") == list(range(55))
    first, second = packets_of(clip.paths[0]), packets_of(clip.paths[1])
    expected = [(t, data) for t, data in first if t < second_part_s]  # it goes on longer
    expected += [(t + second_part_s, data) for t, data in second if t >= 0 and t + second_part_s < end_s]
    copied = packets_of(tmp_path / "out.mp4")
    assert [data for _, data in copied] == [data for _, data in expected]
    np.testing.assert_allclose([float(t) for t, _ in copied], [float(t) for t, _ in expected], atol=0.002)


def test_a_source_without_sound_gives_a_video_without_sound(tmp_path):
    clip = clips.vfr(tmp_path)
    write_frames(tmp_path / "out.mp4", clip.pts, audio_from=clip.path)
    assert AudioSource.of_file(tmp_path / "out.mp4") is None


def heard(path):
    """(samples, rate): the first channel of the sound."""
    with av.open(str(path)) as container:
        frames = [f.to_ndarray()[0] for f in container.decode(audio=0)]
        return np.concatenate(frames), container.streams.audio[0].rate


def loudest_hz(samples, rate):
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return np.argmax(spectrum) * rate / len(samples)


@pytest.mark.parametrize("n_channels", [1, 2])
def test_sound_from_samples(tmp_path, n_channels):
    rate = 48_000
    tone = (0.4 * np.sin(2 * np.pi * 440 * np.arange(2 * rate) / rate)).astype(np.float32)
    samples = tone if n_channels == 1 else np.stack([tone, tone], axis=1)
    path = write_frames(tmp_path / "out.mp4", jittered(60), audio=(samples, rate))
    with VideoReader(path) as video:
        assert (video.audio_info.codec, video.audio_info.rate, video.audio_info.channels) == (
            "aac",
            rate,
            n_channels,
        )
    played, played_rate = heard(path)
    assert len(played) / played_rate == pytest.approx(2.0, abs=0.05)
    assert loudest_hz(played, played_rate) == pytest.approx(440, abs=2)


def test_sound_in_a_format_that_players_refuse_is_encoded_again(tmp_path):
    source = tmp_path / "talk.mkv"
    rate = 22_050
    tone = (12_000 * np.sin(2 * np.pi * 500 * np.arange(2 * rate) / rate)).astype(np.int16)
    with av.open(str(source), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=rate, layout="mono")
        for start in range(0, len(tone), 1000):
            frame = av.AudioFrame.from_ndarray(tone[None, start : start + 1000], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    path = write_frames(tmp_path / "out.mp4", jittered(60), audio_from=source)
    played, played_rate = heard(path)
    assert AudioSource.of_file(path) is not None
    assert played_rate == rate
    assert len(played) / rate == pytest.approx(2.0, abs=0.1)
    assert loudest_hz(played, rate) == pytest.approx(500, abs=2)


def test_sound_of_a_wrong_shape(tmp_path):
    with pytest.raises(ValueError, match=r"shape \(n,\) or \(n, 2\)"):
        VideoWriter(tmp_path / "out.mp4", (96, 128), audio=(np.zeros((2, 100), np.float32), 44_100))
    with pytest.raises(ValueError, match="not both"):
        VideoWriter(tmp_path / "out.mp4", (96, 128), audio=(np.zeros(9), 44_100), audio_from="x.mp4")
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------ whole or not at all


def test_the_file_appears_only_when_it_is_complete(tmp_path):
    path = tmp_path / "out.mp4"
    path.write_bytes(b"the old one")
    with VideoWriter(path, clips.SIZE_HW) as writer:
        for number in range(30):
            writer.write(stamped(number), number * 3000)
        assert path.read_bytes() == b"the old one"
    assert [p.name for p in tmp_path.iterdir()] == ["out.mp4"]
    assert first_stamp_of_each(path) == list(range(30))


@pytest.mark.parametrize("error", [Cancelled("stop"), RuntimeError("bug"), KeyboardInterrupt()], ids=repr)
def test_nothing_is_left_after_an_error(tmp_path, error):
    def interrupted():
        with VideoWriter(tmp_path / "out.mp4", clips.SIZE_HW, audio=(np.zeros(50_000), 44_100)) as writer:
            for number in range(70):
                writer.write(stamped(number), number * 3000)
            raise error

    with pytest.raises(type(error)):
        interrupted()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("n_frames", [3, 200])
def test_a_full_disk(tmp_path, n_frames, monkeypatch):
    """The temporary file is a link to a device that is always full."""
    noise = np.random.default_rng(0).integers(0, 255, (8, 96, 128, 3), dtype=np.uint8)
    link = tmp_path / f".out.{os.getpid()}.part.mp4"
    link.symlink_to("/dev/full")

    def write_much():
        with VideoWriter(tmp_path / "out.mp4", clips.SIZE_HW) as writer:
            for number in range(n_frames):
                writer.write(noise[number % 8], number * 3000)

    with pytest.raises(StorageFull, match=r"The disk is full, out\.mp4 could not be written") as caught:
        write_much()
    assert caught.value.path == tmp_path / "out.mp4"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError, match="There is no folder"):
        VideoWriter(tmp_path / "new" / "out.mp4", (96, 128))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_folder_that_may_not_be_written(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StorageFull, match="may not be written"):
        VideoWriter(tmp_path / "out.mp4", (96, 128))


def test_containers_and_encoders_that_do_not_exist(tmp_path):
    with pytest.raises(OutputError):
        VideoWriter(tmp_path / "out.nonsense", (96, 128))
    with pytest.raises(OutputError):
        VideoWriter(tmp_path / "out.mp4", (96, 128), codec="nonsense")
    assert list(tmp_path.iterdir()) == []


def test_a_video_without_frames_is_no_video(tmp_path):
    with (
        pytest.raises(OutputError, match="No frame was written"),
        VideoWriter(tmp_path / "out.mp4", (96, 128)),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_misuse(tmp_path):
    with VideoWriter(tmp_path / "out.mp4", clips.SIZE_HW) as writer:
        writer.write(stamped(0), 0)
        with pytest.raises(ValueError, match="must increase"):
            writer.write(stamped(1), 0)
        with pytest.raises(TypeError, match="either pts or pts_ns"):
            writer.write(stamped(1))
        with pytest.raises(ValueError, match="expected uint8 RGB"):
            writer.write(np.zeros((96, 128), np.uint8), 1)
        with pytest.raises(ValueError, match="expected uint8 RGB"):
            writer.write(np.zeros((96, 128, 3), np.float32), 1)
        with pytest.raises(ValueError, match="expected a frame of"):
            writer.write(av.VideoFrame(64, 64, "yuv420p"), 1)
        writer.write(stamped(1), 3000)
    with pytest.raises(ValueError, match="already closed"):
        writer.write(stamped(2), 6000)
    assert first_stamp_of_each(tmp_path / "out.mp4") == [0, 1]


def test_other_containers(tmp_path):
    pts = [i * 33 for i in range(20)]
    for name in ("out.mkv", "out.mov"):
        write_frames(tmp_path / name, pts, time_base=Fraction(1, 1000))
        assert first_stamp_of_each(tmp_path / name) == list(range(20))
