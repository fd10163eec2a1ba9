"""``dwell edit``: tools on a project, one step each."""

import pytest

from cli.running import dwell, masks_of, refused
from dwell.masks import Mask
from dwell.project import Project


def test_identities_are_swapped_from_a_frame_on(tracked):
    before = masks_of(tracked)
    ran = dwell("edit", tracked, "swap", "red", "blue", "--from", 10, "--json")
    after = masks_of(tracked)
    other = {"red": "blue", "blue": "red"}
    assert all(after[other[name] if f >= 10 else name, f] == mask for (name, f), mask in before.items())
    assert ran.json["aois"] == ["red", "blue"]
    assert ran.json["masks"] == sum(f >= 10 for _, f in before)
    assert ran.json["label"].startswith("swap red and blue on frames 10–")
    dwell("edit", tracked, "undo")
    assert masks_of(tracked) == before
    assert dwell("edit", tracked, "redo", "--json").json["redo"].startswith("swap")
    assert masks_of(tracked) == after


def area(project, name, frame_idx):
    with Project.open(project, write=False) as opened:
        return opened.record(opened.aoi(name).object_id, frame_idx).mask.area


def test_shapes_change_within_frames_or_times(tracked):
    whole = area(tracked, "red", 3)
    ran = dwell("edit", tracked, "grow", "red", "--px", 1, "--from", 2, "--to", 4)
    assert "grow red by 1 px on frames 2–3" in ran.out
    assert area(tracked, "red", 3) > whole
    by_time = dwell("edit", tracked, "shrink", "red", "--from", "0s", "--to", "1:00", "--json").json
    assert by_time["label"] == "shrink red by 1 px"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("fill-holes",), "fill holes of red, blue: 0 masks."),
        (("remove-specks", "red", "--min-px", 4), "remove specks of red: "),
        (("union", "red", "blue"), "add blue to red: "),
        (("subtract", "red", "blue", "--absent"), "subtract blue from red: "),
        (("intersect", "red", "blue"), "intersect red with blue: "),
        (
            ("copy", "red", "--frame", 3, "--from", 4, "--to", 6),
            "copy red from frame 3 to frames 4–5: 2 masks",
        ),
        (("interpolate", "red", "--from", 3, "--to", 6, "--overwrite"), "interpolate red on frames 4–5: "),
        (("delete", "red", "--from", 5), "delete red on frames 5–"),
        (("merge", "red", "blue"), "merge blue into red: "),
        (("rename", "red", "ruby"), "rename red to ruby.\n"),
        (("recolour", "red", "#112233"), "recolour red #112233.\n"),
    ],
)
def test_each_tool_says_what_it_did(tracked, command, says):
    assert dwell("edit", tracked, *command).out.startswith(says)


def test_a_new_name_is_a_step_of_its_own_label(tracked):
    ran = dwell("edit", tracked, "rename", "red", "ruby", "--json")
    assert (ran.json["label"], ran.json["aois"]) == ("rename red to ruby", ["ruby"])
    assert "rename red to ruby" in dwell("edit", tracked, "undo").out


def test_a_part_is_split_off_at_a_click(tracked):
    with Project.open(tracked) as project:
        object_id = project.aoi("red").object_id
        record = project.record(object_id, 3)
        height, width = record.mask.size_hw
        corner = Mask.from_box((width - 3, height - 3, width, height), record.mask.size_hw)
        project.derive_masks(object_id, {3: record.mask | corner})
    ran = dwell(
        "edit", tracked, "split", "red", "--at", f"{width - 1},{height - 1}@f3", "--name", "corner", "--json"
    )
    assert ran.json["made"] == ["corner"]
    assert area(tracked, "corner", 3) == 9
    assert dwell("edit", tracked, "split", "blue", "--json").json["made"] == []


def test_approved_masks_are_left_alone_unless_told(tracked):
    with Project.open(tracked) as project:
        project.set_approved(project.aoi("red").object_id, 3, 5)
    ran = dwell("edit", tracked, "shrink", "red", "--json")
    assert ran.json["left_alone"] == [{"aoi": "red", "why": "approved", "frames": 2, "spans": [[3, 5]]}]
    assert "2 frames left alone: approved" in dwell("edit", tracked, "grow", "red").error
    assert dwell("edit", tracked, "shrink", "red", "--approved", "--json").json["approved"] == 2


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("swap", "red", "blue", "--from", "soon"), "Cannot read 'soon'"),
        (("swap", "red", "blue", "--from", 9, "--to", 9), "holds no frame"),
        (("grow", "red", "--px", 0), "more than 0"),
        (("split", "red", "--at", "here"), "Cannot read the click"),
        (("split", "red", "--name", "x"), "--name goes with --at"),
        (("delete", "--approved"), "would forget every mask and prompt of all AOIs; name AOIs, or frames"),
    ],
)
def test_wrong_usage_is_said_so(tracked, command, says):
    assert says in refused("edit", tracked, *command, code=2)


def test_what_cannot_be_done_is_said_so(tracked):
    assert "no AOI 'mug'" in refused("edit", tracked, "fill-holes", "mug")
    assert "cannot be swapped with itself" in refused("edit", tracked, "swap", "red", "red")
    assert "no project" in refused("edit", "nothing.dwell", "undo")


def test_every_tool_has_help_with_an_example():
    from typer.main import get_command

    from dwell.cli.edit import edit

    for name, command in get_command(edit).commands.items():
        assert f"dwell edit kitchen.dwell {name} " in f"{command.help} ", name
        assert all(getattr(each, "help", None) for each in command.params), name
