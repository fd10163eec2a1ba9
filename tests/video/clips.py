"""Nasty little videos, each frame stamped with its number in big blocks, so that a picture tells which it is.

Written with PyAV alone, not with the code under test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

SIZE_HW = (96, 128)
BLOCK = 16
TIME_BASE = Fraction(1, 90_000)


@dataclass(frozen=True)
class Clip:
    """A video and the truth about it."""

    path: Path
    pts: list[int]
    """Times of the frames a player shows, in ``time_base``."""
    numbers: list[int]
    """Stamps of these frames."""
    time_base: Fraction = TIME_BASE
    paths: list[Path] = field(default_factory=list)
    """All files, for a clip in parts."""


def stamped(number: int, size_hw: tuple[int, int] = SIZE_HW) -> np.ndarray:
    """(h, w, 3) RGB: 16 bits in two rows of eight blocks, above texture that moves with the number."""
    rng = np.random.default_rng(0)
    texture = rng.integers(60, 200, (size_hw[0] // 8, size_hw[1] // 8 + 1, 3), dtype=np.uint8)
    picture = np.full((*size_hw, 3), 120, np.uint8)
    tiles = np.roll(texture.repeat(8, 0).repeat(8, 1), number * 3, axis=1)[: size_hw[0], : size_hw[1]]
    picture[: tiles.shape[0], : tiles.shape[1]] = tiles
    for bit in range(16):
        y, x = bit // 8 * BLOCK, bit % 8 * BLOCK
        picture[y : y + BLOCK, x : x + BLOCK] = 235 if number >> bit & 1 else 20
    return picture


def number_of(picture: np.ndarray) -> int:
    """The stamp of a picture."""
    number = 0
    for bit in range(16):
        y, x = bit // 8 * BLOCK, bit % 8 * BLOCK
        block = picture[y + 4 : y + 12, x + 4 : x + 12]
        number |= int(block.mean() > 128) << bit
    return number


def write(
    path: Path,
    pts: Sequence[int],
    *,
    pictures: Callable[[int], np.ndarray] = stamped,
    bf: int = 0,
    gop: int = 12,
    time_base: Fraction = TIME_BASE,
    sound: bool = False,
    codec: str = "libx264",
    flags: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """A video with frame i showing ``pictures(i)`` at ``pts[i]``."""
    exact = {"movie_timescale": str(time_base.denominator)} if path.suffix == ".mp4" else {}
    height, width = pictures(0).shape[:2]
    with av.open(str(path), "w", options={**exact, **(flags or {})}) as container:
        stream = container.add_stream(codec, rate=30)
        stream.height, stream.width, stream.pix_fmt = height, width, "yuv420p"
        stream.time_base = stream.codec_context.time_base = time_base
        stream.options = {"preset": "veryfast", "bf": str(bf), "g": str(gop), "crf": "18", **(options or {})}
        audio = container.add_stream("aac", rate=44_100, layout="mono") if sound else None
        if audio is not None:
            add_tone(container, audio, 1 + float(pts[-1] * time_base))
        for number, time in enumerate(pts):
            frame = av.VideoFrame.from_ndarray(pictures(number), format="rgb24")
            frame.pts, frame.time_base = time, time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def add_tone(container, stream, seconds: float) -> None:
    for start in range(0, int(seconds * 44_100), 1024):
        wave = 0.2 * np.sin(np.arange(start, start + 1024) / 15).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(wave[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 44_100, start, Fraction(1, 44_100)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def jittered(n: int, start: int = 0, seed: int = 1) -> list[int]:
    """Times about 33 ms apart, with jitter of 2 ms and every eighth frame or so dropped."""
    rng = np.random.default_rng(seed)
    steps = 3000 + rng.integers(-180, 181, n) + 3000 * (rng.random(n) < 0.12)
    return (start + np.cumsum(np.r_[0, steps[:-1]])).astype(int).tolist()


# ------------------------------------------------------------------ the clips


def vfr(folder: Path, n: int = 50) -> Clip:
    pts = jittered(n)
    return Clip(write(folder / "vfr.mp4", pts), pts, list(range(n)))


def b_frames(folder: Path, n: int = 60) -> Clip:
    pts = jittered(n)
    return Clip(write(folder / "b_frames.mp4", pts, bf=2), pts, list(range(n)))


def open_gop(folder: Path, n: int = 60) -> Clip:
    """B-frames shown before their key frame but stored after it."""
    pts = jittered(n)
    path = write(
        folder / "open_gop.mp4", pts, bf=3, options={"x264-params": "open-gop=1:scenecut=0:b-adapt=0"}
    )
    return Clip(path, pts, list(range(n)))


def late_start(folder: Path, n: int = 40) -> Clip:
    """The first picture comes half a second after the sound."""
    pts = jittered(n, start=45_000)
    return Clip(write(folder / "late start.mp4", pts, bf=2, sound=True), pts, list(range(n)))


def edit_list(folder: Path, n: int = 50) -> Clip:
    """An edit list cuts away 13 frames, up to within a group of pictures; their packets are still there."""
    pts = jittered(n)
    pts = [time - pts[13] for time in pts]  # the muxer writes times before 0 as an edit
    return Clip(write(folder / "edit_list.mp4", pts, bf=2), pts[13:], list(range(13, n)))


def long_gop(folder: Path, n: int = 120) -> Clip:
    pts = jittered(n)
    path = write(folder / "long_gop.mp4", pts, gop=1000, bf=2, options={"x264-params": "scenecut=0"})
    return Clip(path, pts, list(range(n)))


def with_sound(folder: Path, n: int = 40) -> Clip:
    pts = jittered(n)
    return Clip(write(folder / "größe & ton.mp4", pts, sound=True), pts, list(range(n)))


def mkv(folder: Path, n: int = 40) -> Clip:
    """Matroska counts in ms and knows no decoding times."""
    pts = [int(t) for t in np.arange(n) * 33]
    path = write(folder / "clip.mkv", pts, bf=2, time_base=Fraction(1, 1000))
    return Clip(path, pts, list(range(n)), Fraction(1, 1000))


def hevc(folder: Path, n: int = 40) -> Clip:
    """HEVC with pictures that are skipped when decoding starts at the key frame stored before them."""
    pts = jittered(n)
    x265 = {"x265-params": "keyint=12:bframes=3:open-gop=1:log-level=none"}
    path = write(folder / "hevc.mp4", pts, codec="libx265", options=x265)
    return Clip(path, pts, list(range(n)))


def transport_stream(folder: Path, n: int = 60) -> Clip:
    """A container without an index, where seeking lands behind the key frame that was meant."""
    pts = jittered(n)
    path = write(folder / "stream.ts", pts, bf=2)
    with av.open(str(path)) as container:  # the muxer moves all times on by the same amount
        first = container.streams.video[0].start_time
    return Clip(path, [time + first for time in pts], list(range(n)))


def fragmented(folder: Path, n: int = 40) -> Clip:
    """As a phone writes it that fears a crash: a little table of frames before each piece."""
    pts = jittered(n)
    flags = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    return Clip(write(folder / "fragmented.mp4", pts, flags=flags), pts, list(range(n)))


def avi(folder: Path, n: int = 40) -> Clip:
    pts = list(range(n))
    path = write(folder / "clip.avi", pts, codec="mpeg4", time_base=Fraction(1, 30))
    return Clip(path, pts, list(range(n)), Fraction(1, 30))


def avi_with_b_frames(folder: Path) -> Path:
    """AVI stores no presentation times, so nobody knows the order of H.264's B-frames."""
    return write(folder / "b.avi", list(range(40)), bf=2, time_base=Fraction(1, 30))


def mjpeg(folder: Path, n: int = 20) -> Clip:
    """Every frame a key frame, full range, 4:2:2."""
    pts = jittered(n)
    path = folder / "mjpeg.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=30)
        stream.height, stream.width, stream.pix_fmt = *SIZE_HW, "yuvj422p"
        stream.time_base = stream.codec_context.time_base = TIME_BASE
        for number, time in enumerate(pts):
            frame = av.VideoFrame.from_ndarray(stamped(number), format="rgb24").reformat(format="yuvj422p")
            frame.pts, frame.time_base = time, TIME_BASE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return Clip(path, pts, list(range(n)))


MATRICES = {
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
    "mirrored": (-1, 0, 0, 1),
}
"""a, b, c, d of the display matrix: a stored pixel (x, y) is shown at (a·x + c·y, b·x + d·y)."""


def rotated(folder: Path, how: int | str, n: int = 14) -> Clip:
    """Upright only if the display matrix in the track's header is applied."""
    a, b, c, d = MATRICES[how]
    unturned = {90: 1, 180: 2, 270: 3}

    def lying(number: int) -> np.ndarray:
        upright = stamped(number)
        stored = upright[:, ::-1] if how == "mirrored" else np.rot90(upright, unturned[how])
        return np.ascontiguousarray(stored)

    pts = jittered(n)
    path = write(folder / f"rotated {how}.mp4", pts, pictures=lying)
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40  # version 0: 40 bytes before the matrix
    fixed = [a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30]
    data[at : at + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in fixed)
    path.write_bytes(data)
    return Clip(path, pts, list(range(n)))


def two_parts(folder: Path) -> Clip:
    """The second part counts on where the first ends, and has another time base."""
    first, second = jittered(30), [int(t) for t in np.arange(25) * 512]
    write(folder / "scene ps1.mp4", first, bf=2, sound=True)
    write(
        folder / "scene ps2.mp4",
        second,
        pictures=lambda i: stamped(30 + i),
        time_base=Fraction(1, 15_360),
        sound=True,
    )
    paths = [folder / "scene ps1.mp4", folder / "scene ps2.mp4"]
    return Clip(paths[0], [], list(range(55)), paths=paths)


def size_changes(folder: Path) -> Clip:
    """From frame 20 on, pictures are larger than the header says."""
    path = folder / "size_changes.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=30)
        stream.height, stream.width, stream.pix_fmt = *SIZE_HW, "yuvj420p"
        larger = av.CodecContext.create("mjpeg", "w")
        larger.height, larger.width, larger.pix_fmt = 112, 160, "yuvj420p"
        larger.time_base = Fraction(1, 30)
        for number in range(30):
            encoder, size_hw = (stream, SIZE_HW) if number < 20 else (larger, (112, 160))
            frame = av.VideoFrame.from_ndarray(stamped(number, size_hw), format="rgb24")
            frame = frame.reformat(format="yuvj420p")
            frame.pts, frame.time_base = number, Fraction(1, 30)
            for packet in encoder.encode(frame):
                packet.stream = stream
                container.mux(packet)
        container.mux(stream.encode(None))
    return Clip(path, [], list(range(30)))


def moov_missing(folder: Path) -> Path:
    """A recording that was interrupted: the table of frames comes last and was never written."""
    whole = write(folder / "whole.mp4", jittered(30))
    cut = folder / "moov_missing.mp4"
    data = whole.read_bytes()
    cut.write_bytes(data[: data.index(b"moov") - 4])
    return cut


def mdat_cut(folder: Path, bf: int = 0, n_whole: int = 30, n: int = 60) -> Clip:
    """A download that stopped after ``n_whole`` packets; the table of frames in front lists them all."""
    pts = jittered(n)
    whole = write(folder / "whole.mp4", pts, bf=bf, flags={"movflags": "+faststart"})
    cut = folder / "mdat_cut.mp4"
    cut.write_bytes(whole.read_bytes()[: packets_in(whole)[n_whole][0] + 20])
    return Clip(cut, pts, list(range(n)))


def packets_in(path: Path) -> list[tuple[int, int]]:
    """(position, size) in bytes of each packet of the video, as stored."""
    with av.open(str(path)) as container:
        return [(p.pos, p.size) for p in container.demux(container.streams.video[0]) if p.size]


def damaged(folder: Path, bf: int = 0, n: int = 60) -> Clip:
    """A few hundred bytes in the middle are zero."""
    pts = jittered(n)
    path = write(folder / "damaged.mp4", pts, bf=bf, options={"x264-params": "scenecut=0"})
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(400)
    path.write_bytes(data)
    return Clip(path, pts, list(range(n)))


def scribbled(folder: Path, bf: int = 0, n: int = 60) -> Clip:
    """The inside of one packet is junk; its framing (length, type) is whole, so only decoding can tell."""
    pts = jittered(n)
    path = write(folder / "scribbled.mp4", pts, bf=bf, options={"x264-params": "scenecut=0"})
    at, size = max(
        packets_in(path)[26:30], key=lambda packet: packet[1]
    )  # one that others are predicted from
    data = bytearray(path.read_bytes())
    data[at + 30 : at + size] = bytes([0xA5]) * (size - 30)
    path.write_bytes(data)
    return Clip(path, pts, list(range(n)))


def audio_only(folder: Path) -> Path:
    path = folder / "audio_only.mp4"
    with av.open(str(path), "w") as container:
        add_tone(container, container.add_stream("aac", rate=44_100, layout="mono"), 1.0)
    return path


def grey_start(
    folder: Path, size_hw: tuple[int, int] = (240, 320), **options: str
) -> tuple[Path, np.ndarray]:
    """A Cloud video with 1.5 s of grey at 20 fps, a grey drop-out and a grey end; which frames are grey."""
    grey = np.zeros(140, bool)
    grey[:30] = grey[75:89] = grey[130:] = True
    steps = np.where(grey, 4500, 3000)
    pts = np.cumsum(np.r_[0, steps[:-1]]).tolist()

    def picture(number: int) -> np.ndarray:
        return np.full((*size_hw, 3), 128, np.uint8) if grey[number] else stamped(number, size_hw)

    return write(folder / "grey_start.mp4", pts, pictures=picture, gop=30, options=options), grey
