"""Make the pictures of the README from a finished demo: ``python docs/make_pictures.py dwell-demo``."""

import shutil
import sys
from pathlib import Path

from PIL import Image

from dwell import open_frames

FRAMES = (40, 290)
"""The demo's frames shown side by side."""


def main(demo: Path) -> None:
    """Write docs/looked-at.jpg and docs/timeline.png."""
    docs = Path(__file__).parent
    with open_frames(demo / "looked-at.mp4") as frames:
        pictures = [Image.fromarray(frames.read(frame_idx)) for frame_idx in FRAMES]
    wide = Image.new(
        "RGB", (sum(p.width for p in pictures) + 8 * (len(pictures) - 1), pictures[0].height), "white"
    )
    for number, picture in enumerate(pictures):
        wide.paste(picture, (number * (picture.width + 8), 0))
    wide.save(docs / "looked-at.jpg", quality=88)
    shutil.copy(demo / "timeline.png", docs / "timeline.png")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "dwell-demo"))
