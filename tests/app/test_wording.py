"""What the library says reaches the page in the page's own words."""

import re

from app.sites import asked
from dwell.app.wording import for_page
from dwell.project import Project
from shape_recordings import shapes_world, write_image_folder


def test_a_project_that_is_written_to_elsewhere(tmp_path):
    shapes = write_image_folder(tmp_path / "data" / "shapes", shapes_world(4))
    with asked(tmp_path / "data") as browser:
        opened = browser.post("/api/open", json={"path": str(shapes)}).json()
    project = Project.open(opened["project"])
    try:
        Project.open(opened["project"])
    except Exception as error:
        said = for_page(str(error))
    finally:
        project.close()
    assert "write=" not in said
    assert "open the project again" in said


def test_no_option_and_no_parameter_is_left():
    messages = [
        "The recording of a.dwell is not at b; say where it is with --source PATH.",
        "a.dwell belongs to another recording, x (y); choose another folder with --project.",
        "film.mp4 is cut short: frame 7 is missing; copy or download the file again, or open it with "
        "damaged=True to use the frames before.",
    ]
    for each in map(for_page, messages):
        assert not re.search(r"\w=\w", each), each
        assert "--project" not in each
