"""VideoReader gives the frame that was asked for: from nasty files, in any order, or says why it cannot."""

import os
import random
import threading
from pathlib import Path

import av
import numpy as np
import pytest

from dwell.errors import CorruptVideo, FrameOutOfRange
from dwell.video import Frames, VideoReader, open_frames, plane_array
from video import clips
from video.clips import number_of

NASTY = [
    clips.vfr,
    clips.b_frames,
    clips.open_gop,
    clips.late_start,
    clips.edit_list,
    clips.long_gop,
    clips.with_sound,
    clips.mkv,
    clips.mjpeg,
    clips.hevc,
    clips.transport_stream,
    clips.fragmented,
    clips.avi,
]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Each clip is written once."""
    folder = tmp_path_factory.mktemp("clips")
    made = {}

    def build(make):
        if make not in made:
            made[make] = make(folder)
        return made[make]

    return build


@pytest.fixture(params=NASTY, ids=lambda make: make.__name__)
def clip(request, built):
    return built(request.param)


def decoded_by_hand(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [frame.pts for frame in container.decode(container.streams.video[0])]


def test_index_lists_exactly_the_frames_a_player_shows(clip):
    with VideoReader(clip.path) as video:
        assert len(video) == len(clip.pts)
        assert video.time_base == clip.time_base or clip.path.suffix == ".mkv"
        np.testing.assert_array_equal(video.pts, clip.pts)
        expected_ns = [round(pts * clip.time_base * 1_000_000_000) for pts in clip.pts]
        np.testing.assert_array_equal(video.pts_ns, expected_ns)
        assert video.pts.tolist() == decoded_by_hand(clip.path)


def test_forwards(clip):
    with VideoReader(clip.path) as video:
        seen = [(i, number_of(picture)) for i, picture in video.stream(0, len(video))]
    assert seen == list(enumerate(clip.numbers))


def test_jumping_gives_the_same_pictures_as_playing(clip):
    with VideoReader(clip.path) as video:
        played = {i: picture for i, picture in video.stream(0, len(video))}
        order = list(range(len(video))) * 2
        random.Random(3).shuffle(order)
        for i in order:
            np.testing.assert_array_equal(video.read(i), played[i])


def test_jumping_without_any_cache(clip):
    with VideoReader(clip.path, cache_bytes=0, threads=1) as video:
        order = random.Random(4).sample(range(len(video)), 15)
        assert [number_of(video.read(i)) for i in order] == [clip.numbers[i] for i in order]


def test_backwards_is_forwards_reversed(clip):
    with VideoReader(clip.path) as video:
        forwards = list(video.stream(3, len(video)))
        backwards = list(video.stream(len(video) - 1, 2, -1))
    assert [i for i, _ in backwards] == [i for i, _ in reversed(forwards)]
    for (_, there), (_, back) in zip(forwards, reversed(backwards), strict=True):
        np.testing.assert_array_equal(there, back)


def test_streaming_with_other_steps(built):
    clip = built(clips.b_frames)
    with VideoReader(clip.path) as video:
        assert [number_of(p) for _, p in video.stream(2, 50, 7)] == list(range(2, 50, 7))
        assert [number_of(p) for _, p in video.stream(55, 10, -9)] == list(range(55, 10, -9))
        assert list(video.stream(10, 10)) == []


def test_two_streams_and_reads_may_be_mixed(built):
    clip = built(clips.b_frames)
    with VideoReader(clip.path) as video:
        forth, back = video.stream(0, 20), video.stream(59, 39, -1)
        for (i, a), (j, b) in zip(forth, back, strict=True):
            assert (number_of(a), number_of(b), number_of(video.read(30))) == (i, j, 30)


def test_reading_on_decodes_each_frame_once_and_never_seeks(built):
    clip = built(clips.b_frames)
    with VideoReader(clip.path, threads=1) as video:
        for i in range(len(video)):
            video.read(i)
        decoder = video._parts[0].decoder
        assert decoder.n_seeks == 0
        assert decoder.n_decoded == len(video)


def test_stepping_back_decodes_each_group_of_pictures_once(built):
    clip = built(clips.b_frames)
    with VideoReader(clip.path, threads=1) as video:
        for i in reversed(range(len(video))):
            video.read(i)
        # five groups of 12; each decoded up to its end, with a few frames in flight for the order of B-frames
        assert video._parts[0].decoder.n_decoded <= len(video) + 5 * 4


def test_a_jump_to_a_key_frame_starts_at_that_key_frame(built):
    """Seeking to the key frame's own time lands one group of pictures too early where there are B-frames."""
    clip = built(clips.b_frames)
    with VideoReader(clip.path, threads=1) as video:
        decoder = video._parts[0].decoder
        for key in (48, 12, 36, 24):
            before = decoder.n_decoded
            assert number_of(video.read(key)) == key
            assert decoder.n_decoded - before <= 4


@pytest.mark.parametrize("n_kept", [4, 10, 50])
def test_streaming_a_long_group_of_pictures_backwards_holds_few_frames(built, n_kept):
    clip = built(clips.long_gop)
    frame_bytes = 96 * 128 * 3 // 2
    with VideoReader(clip.path, cache_bytes=n_kept * frame_bytes, threads=1) as video:
        held, numbers = [], []
        for _, picture in video.stream(119, -1, -1):
            held.append(len(video._cache))
            numbers.append(number_of(picture))
        assert numbers == list(range(119, -1, -1))
        assert max(held) <= n_kept
        pieces = 120 // n_kept
        assert video._parts[0].decoder.n_decoded <= 120 * (pieces + 2) / 2 + 4 * pieces


def test_streaming_forwards_holds_almost_nothing(built):
    with VideoReader(built(clips.long_gop).path) as video:
        assert max(len(video._cache) for _ in video.stream(0, 120)) <= 4


@pytest.mark.parametrize("how", [90, 180, 270, "mirrored"])
def test_pictures_come_upright(tmp_path, how):
    clip = clips.rotated(tmp_path, how)
    with VideoReader(clip.path) as video:
        assert video.size_hw == clips.SIZE_HW
        assert [number_of(p) for _, p in video.stream(0, len(video))] == clip.numbers
        for i, frame in video.planes(0, len(video)):
            assert (frame.height, frame.width) == clips.SIZE_HW
            assert number_of(frame.to_ndarray(format="rgb24")) == i


def test_a_video_in_parts_counts_on(tmp_path):
    clip = clips.two_parts(tmp_path)
    with VideoReader(clip.paths) as video:
        assert len(video) == 55
        assert video.path == clip.paths[0]
        assert video.part_starts.tolist() == [0, 30]
        assert [number_of(p) for _, p in video.stream(0, 55)] == list(range(55))
        assert [number_of(p) for _, p in video.stream(54, -1, -1)] == list(range(54, -1, -1))
        assert [number_of(video.read(i)) for i in (30, 29, 54, 0, 31)] == [30, 29, 54, 0, 31]
        steps = np.diff(video.pts_ns)
        assert (steps > 0).all()
        assert steps[29] == pytest.approx(
            33e6, rel=0.2
        )  # from the last frame of part 1 to the first of part 2
        assert steps[30] == pytest.approx(1e9 * 512 / 15360, abs=1000)


def test_parts_of_different_sizes_are_refused(tmp_path):
    small = clips.write(tmp_path / "a.mp4", clips.jittered(5))
    large = clips.write(
        tmp_path / "b.mp4", clips.jittered(5), pictures=lambda i: clips.stamped(i, (112, 128))
    )
    with pytest.raises(CorruptVideo, match=r"b\.mp4 is 128×112 px, a\.mp4 is 128×96 px") as caught:
        VideoReader([small, large])
    assert caught.value.path == large


def test_a_picture_that_changes_its_size_is_refused_there(tmp_path):
    clip = clips.size_changes(tmp_path)
    with VideoReader(clip.path) as video:
        assert [number_of(p) for _, p in video.stream(0, 20)] == list(range(20))
        with pytest.raises(CorruptVideo, match="changes its size at frame 20, to 160×112 px") as caught:
            video.read(24)
        assert caught.value.frame_idx == 20


def test_what_a_reader_tells(built):
    clip = built(clips.with_sound)
    with VideoReader(str(clip.path)) as video:
        assert isinstance(video, Frames)
        assert video.path == clip.path
        assert video.size_hw == clips.SIZE_HW
        assert video.name(42 - 7) == "00035"
        assert video.has_audio
        assert (video.audio_info.codec, video.audio_info.rate, video.audio_info.channels) == (
            "aac",
            44_100,
            1,
        )
        last_ns = video.pts_ns[-1]
        assert last_ns < video.duration_ns <= last_ns + 200_000_000
        assert video.key_idx.tolist() == [0, 12, 24, 36]
        assert video.read(0).dtype == np.uint8
        assert video.read(0).flags.c_contiguous
    with VideoReader(built(clips.vfr).path) as video:
        assert not video.has_audio
        assert video.audio_info is None
        assert video.audio() is None


def test_open_frames_opens_files_parts_and_folders(built, tmp_path):
    clip = built(clips.vfr)
    assert isinstance(open_frames(clip.path), VideoReader)
    assert len(open_frames([clip.path, clip.path])) == 100
    with pytest.raises(CorruptVideo, match="There is no"):
        open_frames(tmp_path / "nothing.mp4")


def test_a_closed_reader_opens_again(built):
    video = VideoReader(built(clips.b_frames).path)
    video.read(30)
    video.close()
    assert number_of(video.read(17)) == 17
    video.close()


def test_a_picture_belongs_to_the_caller(built):
    with VideoReader(built(clips.vfr).path) as video:
        video.read(7)[:] = 0
        assert number_of(video.read(7)) == 7


def test_painting_planes_does_not_reach_the_decoder(built):
    """Later frames are predicted from earlier ones; painting into the decoder's memory would show."""
    clip = built(clips.vfr)
    with VideoReader(clip.path, threads=1) as video:
        times = []
        for i, frame in video.planes(0, len(video)):
            assert number_of(frame.to_ndarray(format="rgb24")) == i
            assert frame.format.name == "yuv420p"
            times.append(frame.pts)
            for plane in frame.planes:
                plane_array(plane)[:] = 255
        assert times == clip.pts
        assert [number_of(video.read(i)) for i in (49, 5)] == [49, 5]


def test_several_threads_may_read(built):
    clip = built(clips.b_frames)
    wrong = []
    with VideoReader(clip.path) as video:

        def look(seed):
            for i in random.Random(seed).sample(range(len(video)), 20):
                if number_of(video.read(i)) != i:
                    wrong.append(i)

        threads = [threading.Thread(target=look, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


# ------------------------------------------------------------------ what cannot be read


@pytest.mark.parametrize("frame_idx", [-1, 50, 10**9])
def test_a_frame_that_is_not_there(built, frame_idx):
    with VideoReader(built(clips.vfr).path) as video:
        with pytest.raises(FrameOutOfRange, match="has frames 0 to 49") as caught:
            video.read(frame_idx)
        assert caught.value.frame_idx == frame_idx
    with pytest.raises(FrameOutOfRange):
        list(video.stream(40, 51))
    with pytest.raises(FrameOutOfRange):
        list(video.planes(-1, 3))


def test_the_table_of_frames_is_missing(tmp_path):
    with pytest.raises(
        CorruptVideo, match=r"moov_missing\.mp4 is cut short.*copy or download the file again"
    ):
        VideoReader(clips.moov_missing(tmp_path))


@pytest.mark.parametrize("n_whole", [30, 31, 32])
@pytest.mark.parametrize("bf", [0, 2])
def test_a_cut_file_names_the_first_missing_frame(tmp_path, bf, n_whole):
    clip = clips.mdat_cut(tmp_path, bf, n_whole)
    with pytest.raises(CorruptVideo, match="those after it are missing; copy or download") as caught:
        VideoReader(clip.path)
    first_missing = caught.value.frame_idx
    assert n_whole - 2 * bf <= first_missing <= n_whole
    with VideoReader(clip.path, damaged=True) as video:  # numbered as in the whole file
        assert len(video) == first_missing
        np.testing.assert_array_equal(video.pts, clip.pts[:first_missing])
        assert [number_of(p) for _, p in video.stream(0, len(video))] == list(range(first_missing))
        assert [number_of(p) for _, p in video.stream(len(video) - 1, -1, -1)][-1] == 0


@pytest.mark.parametrize("make", [clips.damaged, clips.scribbled], ids=lambda make: make.__name__)
@pytest.mark.parametrize("bf", [0, 2])
def test_damage_in_the_middle_never_gives_another_frame(tmp_path, bf, make):
    clip = make(tmp_path, bf)
    refused = []
    with VideoReader(clip.path) as video:
        assert len(video) == 60
        for i in [*range(60), *reversed(range(60))]:
            try:
                assert number_of(video.read(i)) == i
            except CorruptVideo as error:
                assert error.frame_idx == i  # noqa: PT017
                refused.append(i)
    refused = set(refused)
    assert refused
    assert len(refused) <= 12 + 3  # the group of pictures that is hit
    assert min(refused) > 12


def test_the_message_of_a_damaged_frame_tells_what_to_do(tmp_path):
    clip = clips.damaged(tmp_path)
    with (
        VideoReader(clip.path) as video,
        pytest.raises(CorruptVideo, match="cannot be decoded, the file is damaged there; copy or download"),
    ):
        list(video.stream(0, 60))


def write_bytes(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (clips.audio_only, "holds only sound"),
        (clips.avi_with_b_frames, r"carry no times of their own; convert it first, .*ffmpeg -i b\.avi"),
        (lambda folder: folder / "nothing.mp4", "There is no file"),
        (lambda folder: folder, "is a folder, not a video"),
        (lambda folder: write_bytes(folder / "empty.mp4", b""), "is empty"),
        (lambda folder: write_bytes(folder / "notes.txt", b"hello " * 500), "holds no moving pictures"),
        (
            lambda folder: write_bytes(folder / "noise.mp4", bytes(range(256)) * 9),
            "cannot be read as a video",
        ),
        (
            lambda folder: write_bytes(
                folder / "lfs.mp4", b"version https://git-lfs.github.com/spec/v1\noid x"
            ),
            "git lfs pull",
        ),
    ],
    ids=["audio_only", "avi_with_b_frames", "missing", "folder", "empty", "text", "noise", "lfs"],
)
def test_what_is_no_video_says_so(tmp_path, make, words):
    with pytest.raises(CorruptVideo, match=words):
        VideoReader(make(tmp_path))


def test_no_path_at_all():
    with pytest.raises(ValueError, match="at least one"):
        VideoReader([])


# ------------------------------------------------------------------ real files


def real_clips() -> list[Path]:
    root = os.environ.get("DWELL_TEST_DATA")
    folder = Path(root) if root else Path(__file__).parents[3] / "shared" / "data"
    return sorted((folder / "clips").glob("*.mp4"))


@pytest.mark.skipif(not real_clips(), reason="shared test data not found; set DWELL_TEST_DATA")
@pytest.mark.parametrize("path", real_clips()[:3], ids=lambda p: p.stem)
def test_real_clips_hold_as_many_frames_as_their_index_says(path):
    with VideoReader(path) as video:
        assert decoded_by_hand(path) == (video.pts + int(video._parts[0].index.origin)).tolist()
        middle = len(video) // 2
        there = dict(video.stream(middle, middle + 5))
        for i in (middle + 4, middle, middle + 2):
            np.testing.assert_array_equal(video.read(i), there[i])
