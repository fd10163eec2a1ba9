"""VideoWriter: an H.264 video with exact times, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from dwell.errors import OutputError, StorageFull
from dwell.types import ByteArray
from dwell.video.audio import AudioSource, CopiedAudio, EncodedAudio
from dwell.video.colour import from_rgb
from dwell.video.index import NS, to_ns

__all__ = ["VideoWriter"]

TIME_BASE = Fraction(1, 90_000)


class VideoWriter:
    """Writes an H.264 video frame by frame, each shown at its given time. Source: ours.

    Use it in a ``with`` block: the file appears under its name when the block ends, complete; after an error or
    ``Cancelled`` nothing is left. H.264 in 4:2:0 needs even sizes: an odd width or height gets one more column or
    row, a copy of the last, so that pixel coordinates stay (``size_hw`` tells the size written).

    Args:
        path: the file; its suffix (``.mp4``, ``.mkv``, ``.mov``) names the container.
        size_hw: height and width in px of the frames that will be given.
        time_base: seconds per unit of ``pts``; give the source's to keep its times exactly.
        audio_from: sound to copy without encoding it again: a video file, or ``VideoReader.audio(start, stop)``.
            A file without sound is fine.
        audio: instead, (samples, rate): float32 (n,) or (n, 2) in -1 … 1, encoded as AAC.
        codec: FFmpeg's encoder.
        preset: speed against size, x264's names.
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
        """Size of the frames to give."""
        self.size_hw = (self.given_hw[0] + self.given_hw[0] % 2, self.given_hw[1] + self.given_hw[1] % 2)
        """Size of the video written."""
        self.time_base = Fraction(time_base)
        self.n_written = 0
        """Frames written so far."""
        self._last_pts: int | None = None
        self._step = 0
        self._temporary = self.path.with_name(f".{self.path.stem}.{os.getpid()}.part{self.path.suffix}")
        self._container: Any = None
        self._sound: CopiedAudio | EncodedAudio | None = None
        with self._cleaning_up():
            self._open(codec, {"preset": preset, "crf": str(crf)})
            self._open_sound(audio_from, audio)

    def write(
        self, frame: ByteArray | av.VideoFrame, pts: int | None = None, *, pts_ns: int | None = None
    ) -> None:
        """Add a frame.

        Args:
            frame: (h, w, 3) uint8 RGB, or an ``av.VideoFrame`` in yuv420p (from ``VideoReader.planes``).
            pts: when it is shown, in ``time_base``; must increase from frame to frame.
            pts_ns: the same in ns, rounded to ``time_base``.

        Raises:
            StorageFull: the disk is full.
            OutputError: the encoder refuses.
        """
        if (pts is None) == (pts_ns is None):
            raise TypeError("give either pts or pts_ns")
        units = round(int(pts_ns) * NS / self.time_base) if pts_ns is not None else int(pts or 0)
        if self._container is None:
            raise ValueError(f"{self.path.name} is already closed")
        if self._last_pts is not None and units <= self._last_pts:
            raise ValueError(
                f"frame times must increase: {units} comes after {self._last_pts} (units of {self.time_base} s)"
            )
        picture = self._as_frame(frame)
        picture.pts, picture.time_base = units, self.time_base
        with self._cleaning_up():
            self._mux(self._stream.encode(picture))
            if self._sound is not None:
                self._sound.feed(int(to_ns(units, self.time_base)))
        if self._last_pts is not None:
            self._step = units - self._last_pts
        self._last_pts = units
        self.n_written += 1

    def close(self) -> None:
        """Finish the file and give it its name. Later calls do nothing."""
        if self._container is None:
            return
        with self._cleaning_up():
            if self.n_written == 0:
                raise OutputError(f"No frame was written to {self.path.name}.", path=self.path)
            self._mux(self._stream.encode(None))
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

    # ------------------------------------------------------------------ inside

    def _open(self, codec: str, options: dict[str, str]) -> None:
        if not self.path.parent.is_dir():
            raise OutputError(f"There is no folder {self.path.parent}; create it first.", path=self.path)
        quick_start = (
            {"movflags": "+faststart"} if self.path.suffix.lower() in (".mp4", ".mov", ".m4v") else {}
        )
        self._container = av.open(str(self._temporary), "w", options=quick_start)
        self._stream: Any = self._container.add_stream(codec, rate=30)
        self._stream.height, self._stream.width = self.size_hw
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = self._stream.codec_context.time_base = self.time_base
        context = self._stream.codec_context
        context.colorspace = context.color_primaries = context.color_trc = 1
        context.color_range = 1
        self._stream.options = options

    def _open_sound(
        self, audio_from: str | Path | AudioSource | None, audio: tuple[NDArray[np.float32], int] | None
    ) -> None:
        if audio is not None:
            self._sound = EncodedAudio(self._container, *audio)
        if audio_from is None:
            return
        source = audio_from
        if not isinstance(source, AudioSource):
            with av.open(str(source)) as container:
                if not container.streams.audio:
                    return
            source = AudioSource(((Path(source), 0),))
        self._sound = CopiedAudio(self._container, source)

    def _as_frame(self, frame: ByteArray | av.VideoFrame) -> Any:
        if isinstance(frame, av.VideoFrame):
            if (frame.height, frame.width) != self.given_hw or frame.format.name != "yuv420p":
                raise ValueError(
                    f"expected a yuv420p frame of {self.given_hw[1]}×{self.given_hw[0]} px, got {frame.format.name} "
                    f"of {frame.width}×{frame.height} px"
                )
            return frame
        if frame.dtype != np.uint8 or frame.shape != (*self.given_hw, 3):
            raise ValueError(
                f"expected uint8 RGB of shape {(*self.given_hw, 3)}, got {frame.dtype} {frame.shape}"
            )
        below, right = self.size_hw[0] - self.given_hw[0], self.size_hw[1] - self.given_hw[1]
        if below or right:
            frame = np.pad(frame, ((0, below), (0, right), (0, 0)), mode="edge")
        return from_rgb(frame)

    def _mux(self, packets: list[Any]) -> None:
        for packet in packets:
            self._container.mux(packet)

    @contextlib.contextmanager
    def _cleaning_up(self) -> Any:
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
        if code in (errno.ENOSPC, errno.EDQUOT):
            return StorageFull(
                f"The disk is full, {self.path.name} could not be written; free some space or choose another folder.",
                path=self.path,
            )
        if code in (errno.EACCES, errno.EROFS, errno.EPERM):
            return StorageFull(
                f"{self.path} may not be written; choose another folder or change its permissions.",
                path=self.path,
            )
        return OutputError(f"{self.path.name} could not be written: {error}.", path=self.path)
