"""The enriched video, decoded again: colours, times, sound, and what happens when writing fails."""

import resource
from contextlib import contextmanager
from dataclasses import replace

import av
import numpy as np
import pytest

from dwell.drawn_world import Look
from dwell.errors import Cancelled, DwellError, OutputError, StorageFull
from dwell.masks import Mask
from dwell.render import RenderOptions, Scene, render_video
from dwell.video import ImageFolder, VideoReader
from render.scenes import (
    CARD,
    DISC,
    GREY,
    RED,
    decoded,
    fixed_masklet,
    masklet_of,
    scene_of,
    world,
    write_images,
)
from video import clips

PLAIN = RenderOptions(labels=False, clock=False, trail_ms=0)


@pytest.fixture
def film(tmp_path):
    drawn = world()
    return drawn, drawn.write_video(tmp_path / "scene.mp4", crf=10)


def mixed(under, over, share):
    over = np.array([int(over[i : i + 2], 16) for i in (1, 3, 5)])
    return np.array(under) + (over - np.array(under)) * share


def close(pixels, colour, tolerance=8):
    assert np.abs(pixels.reshape(-1, 3).mean(axis=0) - colour).max() < tolerance


def without_sound(clip_frames):
    return Scene([], None, np.arange(len(clip_frames)))


# -------------------------------------------------------------------- what is seen


def test_masks_change_colour_while_they_are_looked_at(film, tmp_path):
    drawn, path = film
    with VideoReader(path) as frames:
        render_video(frames, scene_of(drawn), tmp_path / "out.mp4", PLAIN)
    out = decoded(tmp_path / "out.mp4")
    inside, outside = np.s_[36:46, 32:68], np.s_[5:12, 150:195]  # of the card, clear of the gaze ring
    for i in range(8):
        hit = i in (2, 3)
        colour, share = (PLAIN.looked_at, PLAIN.looked_at_opacity) if hit else (CARD.colour, PLAIN.opacity)
        close(out[i][inside], mixed(RED, colour, share))
        close(out[i][outside], GREY, 3)
        x = 120 + 4 * i
        close(out[i][52:68, x - 8 : x + 8], mixed((40, 60, 170), DISC.colour, PLAIN.opacity))


def test_an_aoi_without_a_record_or_lost_shows_nothing(film, tmp_path):
    drawn, path = film
    masklets = [masklet_of(drawn, CARD, frames=range(4), lost=[3])]
    with VideoReader(path) as frames:
        render_video(frames, scene_of(drawn, masklets, gaze=False), tmp_path / "out.mp4", PLAIN)
    out = decoded(tmp_path / "out.mp4")
    for i in range(8):
        close(out[i][36:46, 32:68], mixed(RED, CARD.colour, 0.3 if i < 3 else 0))


def test_a_small_aoi_lies_over_a_large_one(film, tmp_path):
    drawn, path = film
    large, small = (
        fixed_masklet(Mask.full((120, 200)), 8),
        fixed_masklet(Mask.from_box((100, 20, 130, 40), (120, 200)), 8, DISC),
    )
    with VideoReader(path) as frames:
        for order in ([large, small], [small, large]):
            render_video(frames, scene_of(drawn, order, gaze=False), tmp_path / "out.mp4", PLAIN)
            under = mixed(GREY, CARD.colour, 0.3)
            close(decoded(tmp_path / "out.mp4")[0][26:34, 106:124], mixed(under, DISC.colour, 0.3))


def test_gaze_labels_and_clock_are_drawn_or_left_out(film, tmp_path):
    drawn, path = film
    shown, hidden = RenderOptions(), PLAIN
    pictures = {}
    with VideoReader(path) as frames:
        for name, look in (("shown", shown), ("hidden", hidden)):
            render_video(frames, scene_of(drawn), tmp_path / f"{name}.mp4", look)
            pictures[name] = decoded(tmp_path / f"{name}.mp4")
    changed = np.abs(pictures["shown"] - pictures["hidden"]).max(axis=-1) > 40
    assert changed[0, 105:, :60].any()  # the clock
    assert changed[0, :105].any()  # labels
    ring = pictures["hidden"][2][53:68, 43:58]
    assert (ring[..., 0] - ring[..., 1] > 80).sum() > 20  # red on yellow
    assert not changed[:, 44:57, 44:57].any()


def test_filler_frames_stay_as_they_are(tmp_path):
    drawn = world(n_filler=3, looks=[Look("card", range(8))])
    masklets = [masklet_of(drawn, CARD, frames=range(3, 8))]
    with VideoReader(drawn.write_video(tmp_path / "scene.mp4", crf=10)) as frames:
        render_video(frames, scene_of(drawn, masklets), tmp_path / "out.mp4", PLAIN)
    out = decoded(tmp_path / "out.mp4")
    assert np.abs(out[:3] - 128).max() <= 4
    close(out[3][36:46, 32:68], mixed(RED, PLAIN.looked_at, 0.5))


def test_no_aoi_and_no_gaze_give_the_video_again(film, tmp_path):
    drawn, path = film
    with VideoReader(path) as frames:
        render_video(frames, scene_of(drawn, [], gaze=False), tmp_path / "out.mp4", PLAIN)
    assert np.abs(decoded(tmp_path / "out.mp4") - decoded(path)).mean() < 2


# -------------------------------------------------------------------- times, sound, sizes


def packets(path, kind):
    with av.open(str(path)) as container:
        stream = getattr(container.streams, kind)[0]
        return [(p.pts, bytes(p)) for p in container.demux(stream) if p.size]


@pytest.mark.parametrize("clip", [clips.vfr, clips.b_frames, clips.late_start, clips.edit_list, clips.mkv])
def test_each_frame_keeps_its_own_time(clip, tmp_path):
    clip = clip(tmp_path)
    with VideoReader(clip.path) as frames:
        render_video(frames, without_sound(frames), tmp_path / "out.mp4", PLAIN)
        with VideoReader(tmp_path / "out.mp4") as out:
            np.testing.assert_array_equal(out.pts_ns, frames.pts_ns)
            assert [clips.number_of(rgb) for _, rgb in out.stream(0, len(out))] == clip.numbers


@pytest.mark.parametrize("clip", [clips.with_sound, clips.late_start])
def test_sound_is_copied_packet_by_packet(clip, tmp_path):
    clip = clip(tmp_path)
    with VideoReader(clip.path) as frames:
        render_video(frames, without_sound(frames), tmp_path / "out.mp4", PLAIN)
        end_s = frames.duration_ns / 1e9
    before, after = packets(clip.path, "audio"), packets(tmp_path / "out.mp4", "audio")
    assert 0 < len(after) <= len(before)
    assert after == before[: len(after)]  # the same bytes at the same times
    assert before[len(after) - 1][0] / 44_100 >= end_s - 0.05


@pytest.mark.parametrize("how", clips.MATRICES)
def test_rotated_video_comes_out_upright(how, tmp_path):
    clip = clips.rotated(tmp_path, how, n=4)
    with VideoReader(clip.path) as frames:
        aoi = fixed_masklet(Mask.from_box((0, 40, 16, 90), frames.size_hw), 4)
        render_video(frames, Scene([aoi], None, np.arange(4)), tmp_path / "out.mp4", PLAIN)
    with VideoReader(tmp_path / "out.mp4") as out:
        assert out.size_hw == clips.SIZE_HW
        picture = out.read(3).astype(int)
    assert clips.number_of(picture) == 3
    difference = np.abs(picture - clips.stamped(3)).mean(axis=2)
    assert difference[45:85, 2:14].mean() > 20  # painted
    assert difference[40:90, 40:].mean() < 12  # left alone


def test_parts_become_one_video(tmp_path):
    clip = clips.two_parts(tmp_path)
    with VideoReader(clip.paths) as frames:
        render_video(frames, without_sound(frames), tmp_path / "out.mp4", PLAIN)
        times_ns = frames.pts_ns
    with VideoReader(tmp_path / "out.mp4") as out:
        assert [clips.number_of(rgb) for _, rgb in out.stream(0, len(out))] == clip.numbers
        assert np.abs(out.pts_ns - times_ns).max() < 2_000
        assert out.has_audio


def test_full_range_video_keeps_its_colours(tmp_path):
    clip = clips.mjpeg(tmp_path, n=3)
    with VideoReader(clip.path) as frames:
        render_video(frames, without_sound(frames), tmp_path / "out.mp4", PLAIN)
    difference = decoded(tmp_path / "out.mp4") - decoded(clip.path)
    assert np.abs(difference.mean(axis=(0, 1, 2))).max() < 1.5  # a wrong range would be off by 8 and more


def test_only_frames_that_have_a_time_are_rendered(film, tmp_path):
    drawn, path = film
    with VideoReader(path) as frames:
        scene = replace(scene_of(drawn), times_ns=drawn.times_ns[:5] - drawn.start_ns)
        render_video(frames, scene, tmp_path / "short.mp4")
        longer = np.arange(20) * 40_000_000
        render_video(frames, replace(scene, times_ns=longer), tmp_path / "whole.mp4")
    assert len(decoded(tmp_path / "short.mp4")) == 5
    assert len(decoded(tmp_path / "whole.mp4")) == 8


@pytest.mark.parametrize("size_hw", [(120, 200), (121, 200), (120, 201), (121, 201)])
def test_image_folders_of_any_size(size_hw, tmp_path):
    drawn = world(size_hw=size_hw, n_frames=4)
    with ImageFolder(write_images(drawn, tmp_path / "images"), fps=10) as frames:
        render_video(frames, scene_of(drawn), tmp_path / "out.mp4", PLAIN)
    with VideoReader(tmp_path / "out.mp4") as out:
        assert out.size_hw == (size_hw[0] + size_hw[0] % 2, size_hw[1] + size_hw[1] % 2)
        np.testing.assert_array_equal(out.pts_ns, np.arange(4) * 100_000_000)
        close(out.read(0)[36:46, 32:68], mixed(RED, CARD.colour, PLAIN.opacity))


def test_a_video_of_odd_size(tmp_path):
    path = tmp_path / "odd.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 201, 121, "yuv420p"
        for _ in range(3):
            rgb = np.full((121, 201, 3), GREY, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        container.mux(stream.encode(None))
    with VideoReader(path) as frames:
        aoi = fixed_masklet(Mask.from_box((180, 100, 201, 121), (121, 201)), 3)
        render_video(frames, Scene([aoi], None, np.arange(3)), tmp_path / "out.mp4", PLAIN)
    out = decoded(tmp_path / "out.mp4")
    assert out.shape == (3, 122, 202, 3)
    close(out[0][105:121, 185:201], mixed(GREY, CARD.colour, PLAIN.opacity))
    close(out[0][:80, :150], GREY)


# -------------------------------------------------------------------- when it goes wrong


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_cancelling_leaves_nothing(film, tmp_path):
    drawn, path = film
    seen = []

    def stop(done, total):
        seen.append((done, total))
        if done == 3:
            raise Cancelled("enough")

    with VideoReader(path) as frames, pytest.raises(Cancelled):
        render_video(frames, scene_of(drawn), tmp_path / "out.mp4", progress=stop)
    assert seen == [(1, 8), (2, 8), (3, 8)]
    assert files(tmp_path) == ["scene.mp4"]


def test_an_older_video_stays_until_the_new_one_is_whole(film, tmp_path):
    drawn, path = film
    (tmp_path / "out.mp4").write_bytes(b"older")

    def stop(done, total):
        assert (tmp_path / "out.mp4").read_bytes() == b"older"
        if done == total - 1:
            raise KeyboardInterrupt

    with VideoReader(path) as frames:
        with pytest.raises(KeyboardInterrupt):
            render_video(frames, scene_of(drawn), tmp_path / "out.mp4", progress=stop)
        assert (tmp_path / "out.mp4").read_bytes() == b"older"
        render_video(frames, scene_of(drawn), tmp_path / "out.mp4")
    assert len(decoded(tmp_path / "out.mp4")) == 8
    assert files(tmp_path) == ["out.mp4", "scene.mp4"]


@contextmanager
def no_room_after(n_bytes):
    """Files may grow to this size only: the system's answer is that of a full disk, as far as we can tell."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("n_bytes", [0, 20_000])
def test_a_full_disk_is_named_and_leaves_nothing(n_bytes, tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (40, 120, 200, 3), dtype=np.uint8)
    clip = clips.write(tmp_path / "noise.mp4", range(0, 120_000, 3000), pictures=lambda i: noise[i])
    with (
        VideoReader(clip) as frames,
        no_room_after(n_bytes),
        pytest.raises(StorageFull, match="disk is full"),
    ):
        render_video(frames, without_sound(frames), tmp_path / "out.mp4", PLAIN)
    assert files(tmp_path) == ["noise.mp4"]


def test_places_that_cannot_be_written_are_named(film, tmp_path):
    drawn, path = film
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder.mp4").mkdir()
    cases = {"file/out.mp4": "file", "folder.mp4": "folder", "out.xyz": "out.xyz", "scene.mp4": "scene video"}
    before = path.read_bytes()
    with VideoReader(path) as frames:
        for name, words in cases.items():
            with pytest.raises(OutputError, match=words):
                render_video(frames, scene_of(drawn), tmp_path / name)
    assert files(tmp_path) == ["file", "folder.mp4", "scene.mp4"]
    assert path.read_bytes() == before


def test_missing_folders_are_made(film, tmp_path):
    drawn, path = film
    with VideoReader(path) as frames:
        out = render_video(frames, scene_of(drawn), tmp_path / "new" / "größe & ton" / "out.mp4")
    assert len(decoded(out)) == 8


def test_masklets_of_another_video_are_refused(film, tmp_path):
    drawn, path = film
    other = fixed_masklet(Mask.full((60, 100)), 8)
    with VideoReader(path) as frames, pytest.raises(ValueError, match=r"\(60, 100\)"):
        render_video(frames, Scene([other], None, np.arange(8)), tmp_path / "out.mp4")
    with VideoReader(path) as frames, pytest.raises(ValueError, match="no frame"):
        render_video(frames, Scene([], None, np.arange(0)), tmp_path / "out.mp4")


def test_a_damaged_video_stops_with_its_name(tmp_path):
    clip = clips.damaged(tmp_path)
    with VideoReader(clip.path) as frames, pytest.raises(DwellError, match=r"damaged\.mp4"):
        render_video(frames, without_sound(frames), tmp_path / "out.mp4", PLAIN)
    assert files(tmp_path) == ["damaged.mp4"]
