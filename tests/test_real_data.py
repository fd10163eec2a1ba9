"""The whole way on real sequences, where there are any: the same commands as for any recording."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from dwell.cli.main import app
from real_data import needed, true_mask


def dwell(*arguments):
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def mean_j(masks, truth, frames):
    scores = []
    for name in frames:
        ours, theirs = np.asarray(Image.open(masks / name)) > 0, true_mask(truth / name)
        scores.append(np.count_nonzero(ours & theirs) / np.count_nonzero(ours | theirs))
    return np.mean(scores)


@pytest.mark.parametrize(("sequence", "floor"), [("hand-cups-left", 0.9)])
def test_a_hand_annotated_cup_is_followed(tmp_path, sequence, floor):
    folder = needed("hand-annotated", sequence)
    project = tmp_path / "cup.dwell"
    prompt = f"cup:mask={folder / 'masks' / '00000.png'}@f0"
    out = json.loads(dwell("track", folder / "images", "--project", project, "--aoi", prompt, "--json"))
    assert out["aois"][0]["unknown"] == 0
    dwell("export", project, "--format", "davis", "--out", tmp_path / "masks")
    assert len(list((tmp_path / "masks").iterdir())) == len(list((folder / "images").iterdir()))
    annotated = [path.name for path in sorted((folder / "masks").iterdir())[1:]]
    assert mean_j(tmp_path / "masks", folder / "masks", annotated) > floor


@pytest.mark.parametrize("clip", ["02_cups", "04_coffee", "06_pingpong", "08_driving", "12_hideandseek"])
def test_every_clip_is_read_tracked_and_rendered(tmp_path, clip):
    path = needed("clips", f"{clip}.mp4")
    facts = json.loads(dwell("info", path, "--json"))["recordings"][0]
    assert facts["size_wh"] == [1280, 720]
    project = tmp_path / "clip.dwell"
    box = "thing:box=560,260,720,460@f5"
    out = json.loads(
        dwell("track", path, "--project", project, "--aoi", box, "--from", 3, "--to", 8, "--json")
    )
    assert out["frames_tracked"] == 4
    assert out["aois"][0]["unknown"] == facts["frames"] - 5
