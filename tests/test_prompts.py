"""Prompts as text, as JSON, and the ones that cannot mean anything."""

import numpy as np
import pytest
from PIL import Image

from dwell.errors import PromptError
from dwell.masks import Mask
from dwell.prompts import (
    Absent,
    Box,
    MaskPrompt,
    Point,
    Polygon,
    Stroke,
    check_prompt,
    mask_from_file,
    parse_prompt,
    prompt_from_json,
    prompt_to_json,
    read_prompts,
)

SIZE_HW = (100, 200)


@pytest.mark.parametrize(
    ("text", "name", "frame_idx", "prompt"),
    [
        ("cup:click=310,220@f40", "cup", 40, Point(310, 220)),
        ("cup:exclude=1.5,2@f0", "cup", 0, Point(1.5, 2, positive=False)),
        ("cup:box=30,40,10,20@f7", "cup", 7, Box(10, 20, 30, 40)),
        ("left: hand:absent@f12", "left: hand", 12, Absent()),
        ("cup:lasso=0,0;9,0;9,9@f3", "cup", 3, Polygon(((0, 0), (9, 0), (9, 9)))),
    ],
)
def test_a_prompt_is_read_from_text(text, name, frame_idx, prompt):
    parsed = parse_prompt(text)
    assert (parsed.name, parsed.frame_idx, parsed.prompt) == (name, frame_idx, prompt)


def test_a_mask_file_keeps_its_path():
    parsed = parse_prompt("cup:mask=C:/my masks/0@f1.png@f25")
    assert (parsed.name, parsed.frame_idx, parsed.mask_file) == ("cup", 25, "C:/my masks/0@f1.png")


@pytest.mark.parametrize(
    "text",
    ["cup", "cup:click=3,4", "cup:click=3@f1", "cup:click=3,4,5@f1", "cup:click=a,b@f1", "cup:poke=1,2@f1",
     "cup:lasso=0,0;1,1@f1", "cup:click=1,2@f-3", ":click=1,2@f3", "cup:absent=1@f2"],
)  # fmt: skip
def test_a_misspelt_prompt_shows_the_forms(text):
    with pytest.raises(PromptError, match=r"NAME:click=X,Y@fN"):
        parse_prompt(text)


@pytest.mark.parametrize(
    "prompt",
    [
        Point(1.25, 2, positive=False),
        Box(0, 1, 2, 3),
        Polygon(((0, 0), (5, 0), (5, 5))),
        Stroke(((1, 1), (9, 9)), radius_px=3, positive=False),
        MaskPrompt(Mask.from_array(np.eye(7, dtype=bool))),
        Absent(),
    ],
)
def test_json_round_trip(prompt):
    assert prompt_from_json(prompt_to_json(prompt)) == prompt


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        (Point(200, 50), r"click \(200, 50\) lies outside frame 3 \(200×100 px\)"),
        (Point(-1, 50), "lies outside"),
        (Point(float("nan"), 1), "not a number"),
        (Box(50, 50, 50.5, 60), "box covers no pixel"),
        (Box(210, 10, 250, 20), "box covers no pixel"),
        (Polygon(((-9, -9), (-5, -9), (-5, -5))), "polygon covers no pixel"),
        (Polygon(()), "polygon covers no pixel"),
        (Stroke((), 3), "stroke .* no point or no width"),
        (Stroke(((5, 5),), 0), "no width"),
        (Stroke(((5, 5),), float("nan")), "no width"),
        (MaskPrompt(Mask.empty(SIZE_HW)), "is empty; use `absent`"),
        (MaskPrompt(Mask.full((200, 100))), "mask is 100×200 px but frame 3"),
    ],
)
def test_a_prompt_that_cannot_mean_anything_is_refused(prompt, words):
    with pytest.raises(PromptError, match=words) as caught:
        check_prompt(prompt, SIZE_HW, 3)
    assert caught.value.frame_idx == 3


def test_the_last_pixel_is_inside():
    check_prompt(Point(199.9, 99.9), SIZE_HW, 0)


def test_a_prompts_file(tmp_path):
    (tmp_path / "prompts.yaml").write_text(
        """aois:
  - name: cup
    colour: "#e69f00"
    prompts: ["click=310,220@f40", "mask=masks/cup.png@f90"]
  - name: book
""",
        encoding="utf-8",
    )
    cup, book = read_prompts(tmp_path / "prompts.yaml")
    assert (cup.name, cup.colour, cup.prompts[0].prompt) == ("cup", "#e69f00", Point(310, 220))
    assert cup.prompts[1].mask_file == str(tmp_path / "masks" / "cup.png")
    assert (book.name, book.prompts) == ("book", ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("aois: [", "line 2: this is not YAML"),
        ("cup: 1", "expected a list under `aois`"),
        ("aois: [{colour: red}]", "AOI 1: expected a `name`"),
        ("aois: [{name: cup, color: red}]", "unknown key 'color'"),
        ("aois: [{name: cup, prompts: [3]}]", "must be a list of texts"),
        (
            "aois: [{name: cup, prompts: ['click=3@f1']}]",
            "AOI 1: Cannot read the numbers in 'cup:click=3@f1'",
        ),
        ("aois: [{name: cup}, {name: no}]", "AOI 2: `name` must be a text, not False; put it in quotes"),
        ("aois: [{name: cup, colour: 112233}]", "`colour` must be a text, not 112233"),
        ("aois:\n  - name: cup\n    colour: #e69f00", "`colour` must be a text, not None"),
        ("aois: [{name: cup, prompts: ['hand:click=3,4@f1']}]", "'hand:click=3,4@f1' without the AOI's name"),
    ],
)
def test_a_wrong_prompts_file_says_where(tmp_path, text, words):
    path = tmp_path / "p.yaml"
    path.write_text(text + "\n", encoding="utf-8")
    with pytest.raises(PromptError, match=words):
        read_prompts(path)


@pytest.mark.parametrize(
    "mode", ["0/255", "0/1", "indexed", "alpha", "opaque alpha", "grey", "two greys", "16 bit"]
)
def test_masks_are_read_from_the_usual_pictures(tmp_path, mode):
    inside = np.zeros((20, 30), dtype=bool)
    inside[5:15, 3:9] = True
    if mode == "indexed":
        picture = Image.fromarray(inside.astype(np.uint8) * 3).convert("P")
    elif mode == "alpha":
        picture = Image.fromarray(
            np.dstack([np.full((20, 30, 3), 9, np.uint8), inside.astype(np.uint8) * 255])
        )
    elif mode == "opaque alpha":
        picture = Image.fromarray(inside.astype(np.uint8) * 255).convert("RGBA")
    elif mode == "two greys":
        picture = Image.fromarray(np.where(inside, 200, 40).astype(np.uint8))
    elif mode == "16 bit":
        picture = Image.fromarray(np.where(inside, 60000, 300).astype(np.uint16))
    elif mode == "grey":
        picture = Image.fromarray(np.where(inside, 200, 40).astype(np.uint8))
        picture.putpixel((0, 0), 0)
    else:
        picture = Image.fromarray(inside.astype(np.uint8) * int(mode[2:]))
    picture.save(tmp_path / "m.png")
    assert mask_from_file(tmp_path / "m.png") == Mask.from_array(inside)


def test_a_mask_file_that_is_no_picture(tmp_path):
    (tmp_path / "m.png").write_text("hello")
    with pytest.raises(PromptError, match=r"Cannot read the mask .*m\.png"):
        mask_from_file(tmp_path / "m.png")
