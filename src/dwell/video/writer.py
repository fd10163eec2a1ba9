"""VideoWriter: an H.264 video with exact times, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import av.error
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from dwell.errors import OutputError, StorageFull
from dwell.types import ByteArray
from dwell.video.audio import AudioSource, SoundTrack, copied_sound, encoded_sound
from dwell.video.colour import BT709, LIMITED, TAG, colour_of, from_rgb, to_planes, to_rgb
from dwell.video.index import NS, to_ns

__all__ = ["VideoWriter"]

TIME_BASE = Fraction(1, 90_000)


class VideoWriter:
    """Writes an H.264 video frame by frame, each shown at its given time. Source: ours.

    Use it in a ``with`` block: the file appears under its name when the block ends, complete; after an
    error or ``Cancelled`` nothing is left. H.264 in 4:2:0 needs even sizes: an odd width or height gets one
    more column or row, a copy of the last, so that pixel coordinates stay (``size_hw`` tells the size
    written). Colours are written as BT.709 in limited range, and tagged so; planes that already are BT.601
    stay that.

    Args:
        path: the file; its suffix (``.mp4``, ``.mov``, ``.mkv``) names the container.
        size_hw: height and width in px of the frames that will be given.
        time_base: seconds per unit of ``pts``; give the source's to keep its times exactly.
        audio_from: sound to take over, not encoded again where the container allows: a video file, or
            ``VideoReader.audio(start, stop)``. A file without sound is fine.
        audio: instead, (samples, rate): float32 (n,) or (n, 2) in -1 … 1, encoded as AAC.
        codec: FFmpeg's encoder.
        preset: speed against size, by x264's names.
        crf: quality; lower is better and larger.

    Raises:
        OutputError: the folder does not exist, or the encoder or container refuses.
        StorageFull: the disk is full or the folder may not be written.
    """

    def __init__(
        self,
        path: str | Path,
        size_hw: tuple[int, int],
        *,
        time_base: Fraction = TIME_BASE,
        audio_from: str | Path | AudioSource | None = None,
        audio: tuple[NDArray[np.float32], int] | None = None,
        codec: str = "libx264",
        preset: str = "veryfast",
        crf: float = 23,
    ) -> None:
        if audio is not None and audio_from is not None:
            raise ValueError("give audio_from or audio, not both")
        self.path = Path(path)
        """Where the video will be."""
        self.given_hw = (int(size_hw[0]), int(size_hw[1]))
        """Height and width in px of the frames to give."""
        self.size_hw = (self.given_hw[0] + self.given_hw[0] % 2, self.given_hw[1] + self.given_hw[1] % 2)
        """Height and width in px of the video written."""
        self.time_base = Fraction(time_base)
        """Seconds per unit of ``pts``."""
        self.n_written = 0
        """Frames written so far."""
        self._last_pts = self._step = 0
        self._first: tuple[int, int] | None = None
        """pts and dts of the first packet."""
        self._matrix: int | None = None
        self._converter = VideoReformatter()
        self._waiting: deque[Any] = deque()
        self._temporary = self.path.with_name(f".{self.path.stem}.{os.getpid()}.part{self.path.suffix}")
        self._container: Any = None
        self._stream: Any = None
        self._sound: SoundTrack | None = None
        with self._cancelling_on_error():
            self._open(codec, {"preset": preset, "crf": str(crf)})
            self._open_sound(audio_from, audio)

    def write(
        self, frame: ByteArray | av.VideoFrame, pts: int | None = None, *, pts_ns: int | None = None
    ) -> None:
        """Add a frame.

        Args:
            frame: (h, w, 3) uint8 RGB, or an ``av.VideoFrame`` of that size (as from
                ``VideoReader.planes``; its
                time is set).
            pts: when it is shown, in ``time_base``; must increase from frame to frame.
            pts_ns: the same in ns, rounded to ``time_base``.

        Raises:
            StorageFull: the disk is full. Nothing is left of the file.
            OutputError: the encoder refuses. Nothing is left of the file.
        """
        if self._container is None:
            raise ValueError(f"{self.path.name} is already closed")
        units = self._units(pts, pts_ns)
        picture = self._picture(frame)
        picture.pts, picture.time_base = units, self.time_base
        if self.n_written:
            self._step = units - self._last_pts
        self._last_pts = units
        with self._cancelling_on_error():
            self._mux(self._stream.encode(picture))
            if self._sound is not None:
                self._sound.feed(int(to_ns(units, self.time_base)))
        self.n_written += 1

    def close(self) -> None:
        """Finish the file and give it its name. Later calls do nothing."""
        if self._container is None:
            return
        with self._cancelling_on_error():
            if self.n_written == 0:
                raise OutputError(
                    f"No frame was written to {self.path.name}; there is no video.", path=self.path
                )
            self._mux(self._stream.encode(None), last=True)
            if self._sound is not None:
                self._sound.finish()
                self._sound.close()
            self._container.close()
            self._container = None
            os.replace(self._temporary, self.path)

    def cancel(self) -> None:
        """Stop and leave nothing behind."""
        if self._sound is not None:
            self._sound.close()
        if self._container is not None:
            container, self._container = self._container, None
            with contextlib.suppress(av.error.FFmpegError, OSError, ValueError):
                container.close()
        self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.cancel()

    # ------------------------------------------------------------------ opening

    def _open(self, codec: str, options: dict[str, str]) -> None:
        if not self.path.parent.is_dir():
            raise OutputError(f"There is no folder {self.path.parent}; create it first.", path=self.path)
        container_options = {}
        if self.path.suffix.lower() in (".mp4", ".mov", ".m4v"):
            # the table of frames in front, for browsers; the first frame's time exact, not rounded to the ms
            container_options = {"movflags": "+faststart", "movie_timescale": str(self.time_base.denominator)}
        try:
            self._container = av.open(str(self._temporary.absolute()), "w", options=container_options)
            self._stream = self._container.add_stream(codec, rate=30)
        except av.error.FFmpegError:
            raise
        except ValueError as error:  # PyAV's word for an unknown suffix or encoder
            raise OutputError(
                f"{self.path.name} cannot be written with {codec}: {error}; use a name that ends in .mp4, "
                "and libx264.",
                path=self.path,
            ) from error
        self._stream.height, self._stream.width = self.size_hw
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = self._stream.codec_context.time_base = self.time_base
        self._stream.options = options

    def _open_sound(
        self, audio_from: str | Path | AudioSource | None, audio: tuple[NDArray[np.float32], int] | None
    ) -> None:
        if audio is not None:
            self._sound = encoded_sound(self._container, *audio)
        source = audio_from if isinstance(audio_from, AudioSource | None) else AudioSource.of_file(audio_from)
        if source is not None:
            self._sound = copied_sound(self._container, source)

    # ------------------------------------------------------------------ writing

    def _units(self, pts: int | None, pts_ns: int | None) -> int:
        if (pts is None) == (pts_ns is None):
            raise TypeError("give either pts or pts_ns")
        units = int(pts) if pts is not None else round(int(pts_ns or 0) * NS / self.time_base)
        if self.n_written and units <= self._last_pts:
            raise ValueError(
                f"frame times must increase, but {units} comes after {self._last_pts} (in {self.time_base} s)"
            )
        return units

    def _picture(self, frame: ByteArray | av.VideoFrame) -> Any:
        """The frame in yuv420p at the size written, in the colours of the stream."""
        if isinstance(frame, av.VideoFrame):
            if (frame.height, frame.width) != self.given_hw:
                raise ValueError(f"expected a frame of {self.given_hw} px, got {(frame.height, frame.width)}")
            if self._matrix is None:
                self._tag(colour_of(frame).matrix)
            if self.size_hw == self.given_hw:
                return to_planes(frame, matrix=self._matrix)
            frame = to_rgb(frame)
        if frame.dtype != np.uint8 or frame.shape != (*self.given_hw, 3):
            raise ValueError(f"expected uint8 RGB {(*self.given_hw, 3)}, got {frame.dtype} {frame.shape}")
        if self._matrix is None:
            self._tag(BT709)
        below, right = self.size_hw[0] - self.given_hw[0], self.size_hw[1] - self.given_hw[1]
        if below or right:
            frame = np.pad(frame, ((0, below), (0, right), (0, 0)), mode="edge")
        return from_rgb(frame, self._matrix or BT709, self._converter)

    def _tag(self, matrix: int) -> None:
        """Settle the colours of the stream, with its first frame."""
        self._matrix = matrix if matrix in TAG else BT709
        context = self._stream.codec_context
        context.colorspace = context.color_primaries = context.color_trc = TAG[self._matrix]
        context.color_range = LIMITED

    def _mux(self, packets: list[Any], last: bool = False) -> None:
        """Mux packets, all but one, until it is known which is the last: it tells the length of the video.

        Durations are written as differences of decoding times, so the last one stored, which with B-frames
        is not the last one shown, makes up for the rest.
        """
        self._waiting.extend(packets)
        while len(self._waiting) > 1 or (last and self._waiting):
            packet = self._waiting.popleft()
            if self._first is None:
                self._first = (packet.pts, packet.dts)
            if packet.pts == self._last_pts and self._step:
                packet.duration = self._step
            if last and not self._waiting and self._step:
                length = self._last_pts + self._step - self._first[0]
                packet.duration = length - (packet.dts - self._first[1])
            self._container.mux(packet)

    # ------------------------------------------------------------------ errors

    @contextlib.contextmanager
    def _cancelling_on_error(self) -> Iterator[None]:
        try:
            yield
        except (av.error.FFmpegError, OSError) as error:
            self.cancel()
            raise self._explained(error) from error
        except BaseException:
            self.cancel()
            raise

    def _explained(self, error: Exception) -> Exception:
        code = getattr(error, "errno", None)
        if code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return StorageFull(
                f"The disk is full, {self.path.name} could not be written; free some space or choose another "
                "folder.",
                path=self.path,
            )
        if code in (errno.EACCES, errno.EROFS, errno.EPERM):
            return StorageFull(
                f"{self.path} may not be written; choose another folder or change its permissions.",
                path=self.path,
            )
        return OutputError(f"{self.path.name} could not be written: {error}.", path=self.path)
