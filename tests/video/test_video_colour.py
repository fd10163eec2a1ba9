"""Colours survive reading and writing: the right matrix, the right range, with tags and without."""

import av
import numpy as np
import pytest

from dwell.video import BT601, BT709, VideoReader, VideoWriter, colour_of, plane_array, yuv_from_rgb
from dwell.video.colour import from_rgb, to_planes, to_rgb

COLOURS = np.array(
    [
        [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0],
        [0, 0, 0], [255, 255, 255], [128, 64, 200], [30, 180, 90],
    ],
    np.uint8,
)  # fmt: skip
PATCH = 32


def chart(height: int = 64) -> np.ndarray:
    """Eight flat patches side by side."""
    return np.ascontiguousarray(np.broadcast_to(COLOURS.repeat(PATCH, axis=0), (height, 8 * PATCH, 3)))


def patches(picture: np.ndarray) -> np.ndarray:
    """(8, 3): the mean colour inside each patch, away from its edges."""
    inner = picture[8:-8].reshape(-1, 8, PATCH, 3)[:, :, 8:-8]
    return inner.mean(axis=(0, 2))


def coded_by_hand(matrix: int, full: bool, pixel_format: str, height: int = 64) -> av.VideoFrame:
    """The chart as Y'CbCr by the equations of ITU-R BT.601 and BT.709, not by the code under test."""
    kr, kb = {BT709: (0.2126, 0.0722), BT601: (0.299, 0.114)}[matrix]
    red, green, blue = (chart(height)[..., i] / 255 for i in range(3))
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    chroma = [(blue - luma) / (2 - 2 * kb), (red - luma) / (2 - 2 * kr)]
    if full:
        planes = [255 * luma, *(128 + 255 * c for c in chroma)]
    else:
        planes = [16 + 219 * luma, *(128 + 224 * c for c in chroma)]
    frame = av.VideoFrame(8 * PATCH, height, pixel_format)
    for plane, values in zip(frame.planes, planes, strict=True):
        step_y, step_x = height // plane.height, 8 * PATCH // plane.width
        plane_array(plane)[:] = np.rint(values).clip(0, 255)[::step_y, ::step_x]
    return frame


CODED = [
    (matrix, full, pixel_format)
    for matrix in (BT709, BT601)
    for full, pixel_format in [
        (False, "yuv420p"), (True, "yuv420p"), (True, "yuvj420p"), (False, "yuv444p"), (True, "yuvj422p"),
    ]
]  # fmt: skip


@pytest.mark.parametrize(("matrix", "full", "pixel_format"), CODED)
def test_tagged_frames_are_read_by_their_tags(matrix, full, pixel_format):
    frame = coded_by_hand(matrix, full, pixel_format)
    frame.colorspace, frame.color_range = {BT709: 1, BT601: 5}[matrix], 2 if full else 1
    assert np.abs(patches(to_rgb(frame)) - COLOURS).max() <= 3
    planes = to_planes(frame)
    assert planes.format.name == "yuv420p"
    assert (colour_of(planes).matrix, colour_of(planes).full) == (matrix, False)
    assert np.abs(patches(to_rgb(planes)) - COLOURS).max() <= 4


@pytest.mark.parametrize(("height", "matrix"), [(480, BT601), (720, BT709)])
def test_untagged_frames_are_read_as_players_read_them(height, matrix):
    frame = coded_by_hand(matrix, False, "yuv420p", height)
    assert np.abs(patches(to_rgb(frame)) - COLOURS).max() <= 3


@pytest.mark.parametrize("matrix", [BT709, BT601])
def test_rgb_to_planes_by_the_equations(matrix):
    frame = from_rgb(chart(), matrix)
    by_hand = coded_by_hand(matrix, False, "yuv420p")
    for ours, theirs in zip(frame.planes, by_hand.planes, strict=True):
        difference = plane_array(ours).astype(int) - plane_array(theirs)
        assert np.abs(difference).max() <= 1
    expected = yuv_from_rgb(COLOURS, matrix)
    middle = [plane_array(by_hand.planes[0])[10, PATCH // 2 :: PATCH]]
    middle += [plane_array(plane)[10, PATCH // 4 :: PATCH // 2] for plane in by_hand.planes[1:]]
    np.testing.assert_allclose(np.stack(middle, axis=-1), expected, atol=0.51)


@pytest.mark.parametrize("height", [64, 720])
def test_colours_survive_writing_and_reading(tmp_path, height):
    with VideoWriter(tmp_path / "out.mp4", (height, 8 * PATCH), crf=18) as writer:
        for pts in (0, 3000, 6000):
            writer.write(chart(height), pts)
    with VideoReader(tmp_path / "out.mp4") as video:
        assert np.abs(patches(video.read(1)) - COLOURS).mean() < 2
        assert (video.colour.matrix, video.colour.full) == (BT709, False)
    with av.open(str(tmp_path / "out.mp4")) as container:  # other programs are told
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (
            1,
            1,
            1,
            1,
        )


@pytest.mark.parametrize(("tag", "matrix"), [(1, BT709), (5, BT601)])
def test_colours_survive_rendering(tmp_path, tag, matrix):
    """Planes read, written and read again keep their matrix, and so their colours."""
    source = tmp_path / "in.mp4"
    with av.open(str(source), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.height, stream.width, stream.pix_fmt = 64, 8 * PATCH, "yuv420p"
        stream.codec_context.colorspace, stream.codec_context.color_range = tag, 1
        for _ in range(3):
            container.mux(stream.encode(coded_by_hand(matrix, False, "yuv420p")))
        container.mux(stream.encode(None))
    with VideoReader(source) as video, VideoWriter(tmp_path / "out.mp4", video.size_hw) as writer:
        assert np.abs(patches(video.read(1)) - COLOURS).mean() < 2
        for i, frame in video.planes(0, len(video)):
            writer.write(frame, i * 3000)
    with VideoReader(tmp_path / "out.mp4") as video:
        assert video.colour.matrix == matrix
        assert np.abs(patches(video.read(1)) - COLOURS).mean() < 2.5


@pytest.mark.parametrize("first", ["planes", "rgb"])
def test_arrays_and_planes_may_be_mixed(tmp_path, first):
    planes = coded_by_hand(BT601, False, "yuv420p")
    planes.colorspace, planes.color_range = 5, 1
    with VideoWriter(tmp_path / "out.mp4", (64, 8 * PATCH), crf=15) as writer:
        for i, frame in enumerate([planes, chart()] if first == "planes" else [chart(), planes]):
            writer.write(frame, i * 3000)
    with VideoReader(tmp_path / "out.mp4") as video:
        for i in (0, 1):
            assert np.abs(patches(video.read(i)) - COLOURS).mean() < 2.5
