"""The start page: the demo, files dropped on it, recent projects, and errors that say what to do."""

import re

from browser.serving import DEMO_S
from browser.worlds import PlantedFailure
from dwell.drawn_world import DrawnWorld

FAILURE = PlantedFailure()


def test_the_demo_recording_is_drawn_and_leads_to_a_first_mask(new_app):
    """With the tour of a first visit, and the embedded backend, as new users meet them."""
    app = new_app(tour=True)
    app.visit()
    app.page.get_by_role("button", name="Try the demo recording").click()
    app.wait_for_editor()
    tour = app.page.get_by_role("dialog", name=re.compile("Name an AOI"))
    tour.wait_for()
    for title in ("Click it", "Track it", "Review", "results"):
        app.page.locator(".tour-card").get_by_role("button", name="Next").click()
        app.page.get_by_role("heading", name=re.compile(title)).wait_for()
    app.page.get_by_role("button", name="Done").click()
    world = DrawnWorld(duration_s=DEMO_S)
    frame_idx = int(world.valid.argmax()) + 10
    app.go_to(frame_idx)
    app.name_and_click("cup", *world.click("cup", frame_idx))
    mask = app.mask("cup")
    assert mask["state"] == "visible"
    assert iou(mask["counts"], world.truth(frame_idx)["cup"]) > 0.6
    app.reload()
    assert app.page.get_by_role("dialog").count() == 0


def iou(counts, truth):
    from dwell import Mask

    return Mask.from_bytes(counts.encode(), truth.shape).iou(Mask.from_array(truth))


def test_a_dropped_video_is_uploaded_and_opened(app, tmp_path):
    video = FAILURE.world.write_video(tmp_path / "kitchen.mp4")
    app.visit()
    app.drop(video)
    app.wait_for_editor()
    assert app.state("ctx.store.recording.n_frames") == FAILURE.n_frames
    assert app.state("ctx.store.recording.has_gaze") is False


def test_a_video_dropped_with_its_gaze_has_both(app, tmp_path):
    world = FAILURE.world
    video = world.write_video(tmp_path / "scene.mp4")
    gaze = tmp_path / "gaze.csv"
    table = world.gaze.assign(**{"timestamp [ns]": world.gaze["timestamp [ns]"] - world.start_ns})
    table[["timestamp [ns]", "gaze x [px]", "gaze y [px]"]].to_csv(gaze, index=False)
    app.visit()
    app.drop(video, gaze)
    app.page.get_by_role("dialog", name="Gaze from a CSV").get_by_role("button", name="Go on").click()
    app.wait_for_editor()
    assert app.state("ctx.store.recording.has_gaze") is True


def test_projects_opened_before_are_listed_and_open_again(app, root):
    FAILURE.write(root / "kitchen with a view")
    app.visit().pick(root.name, "kitchen with a view")
    app.page.get_by_role("link", name="All projects").click()
    project = app.page.get_by_role("button", name=re.compile("^kitchen-with-a-view"))
    project.click()
    app.wait_for_editor()
    app.page.get_by_role("link", name="All projects").click()
    app.page.get_by_role("button", name=re.compile("^Remove kitchen-with-a-view")).click()
    project.wait_for(state="detached")


def test_what_cannot_be_opened_says_what_to_do(app, root):
    (root / "broken.mp4").write_bytes(b"this is no video" * 100)
    app.allow("422 POST .*/open")
    app.visit()
    app.choose(root.name, "broken.mp4")
    problem = app.page.get_by_role("dialog", name="broken.mp4 could not be opened")
    problem.wait_for()
    assert re.search(r"; .+\.|\. .+\.", problem.inner_text()), "what happened, and what to do next"
    problem.get_by_role("button", name="Close").last.click()
    assert app.page.get_by_role("dialog").count() == 0
