"""A reference image in the app: drop the enrichment, type words, read the numbers, send, export."""

import csv
import re

import pytest

from browser.serving import Server
from cloud.fake_cloud import PAGE, SECRET, FakeCloud, serving
from enrichments.drawn_shelf import GREEN_BOX, RED_BOX, shelf_zip, write_shelf


@pytest.fixture(scope="module")
def fake():
    with serving(FakeCloud()) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def server(chromium, fake, tmp_path_factory):
    """The app, whose Pupil Cloud is on this computer and whose token is in the environment."""
    folder = tmp_path_factory.mktemp("app")
    running = Server(folder / "recordings", folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DWELL_PUPIL_CLOUD_URL", fake.url)
        patch.setenv("DWELL_PUPIL_CLOUD_TOKEN", SECRET)
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        running.start()
    yield running
    running.stop()


def area(box):
    x0, y0, x1, y1 = box
    return (x1 - x0) * (y1 - y0)


def use_colours(app):
    """Masks follow flat colours exactly."""
    app.page.evaluate(
        "() => { const { ctx } = window.__dwell;"
        " return ctx.api.put(`backend?client=${ctx.client}`, { name: 'colour' }); }"
    )
    app.wait("ctx.store.backend.name === 'colour'")


def add_by_words(app, text, n):
    panel = app.tab("Words")
    panel.get_by_label("Detector").select_option("colours")
    field = panel.get_by_label("What to look for")
    field.fill(text)
    field.press("Enter")
    panel.get_by_role("button", name=f"Add {n}").click()
    app.wait("ctx.store.aois.size === args[0]", n)


def cells(app, name):
    """The numbers of an AOI's row in the results."""
    panel = app.page.get_by_role("tabpanel", name="Results")
    row = panel.get_by_role("row").filter(has=app.page.get_by_role("rowheader", name=name))
    row.wait_for()
    return [cell.inner_text() for cell in row.get_by_role("cell").all()]


def test_from_the_zip_to_numbers_and_into_the_cloud(app, root, fake, tmp_path):
    zipped = tmp_path / "Bakery shelf.zip"
    zipped.write_bytes(shelf_zip(tmp_path / "made" / "Bakery shelf"))
    app.visit()
    app.page.locator("input[type=file]").set_input_files(zipped)
    app.wait_for_editor()
    assert app.state("[ctx.store.recording.kind, ctx.store.recording.n_frames]") == ["enrichment", 1]
    assert app.page.get_by_role("tab", name="Review").count() == 0  # nothing is tracked on a picture
    assert app.page.get_by_role("region", name="Timeline").count() == 0
    app.wait("ctx.picture.dots.n_all === 3")
    use_colours(app)

    add_by_words(app, "red box . green box", 2)
    app.wait_for_mask("red box", area(RED_BOX))
    app.wait_for_mask("green box", area(GREEN_BOX))

    panel = app.tab("Results")
    assert cells(app, "red box")[:4] == ["0.10", "0.20", "0.50", "1.00"]
    assert cells(app, "green box")[:4] == ["0.20", "0.20", "1.00", "2.50"]
    assert cells(app, "red box")[4] == "50.0"  # one of two recordings

    # another measure; a margin that reaches from red (its last column is 99) to gaze on green (240)
    panel.get_by_label("Measure").select_option("Time to first fixation")
    panel.get_by_role("img", name="The AOIs coloured by Time to first fixation").wait_for()
    assert "measure=time-to-first-fixation" in panel.get_by_role("link", name="SVG").get_attribute("href")
    panel.get_by_label(re.compile("^Margin")).fill("141")
    panel.get_by_label(re.compile("^Margin")).press("Tab")
    app.wait(
        "!ctx.picture.busy && ctx.picture.info.rows[0]['fixation-count'] === 1.5"
    )  # green's count for red
    panel.get_by_label(re.compile("^Margin")).fill("0")
    panel.get_by_label(re.compile("^Margin")).press("Tab")
    app.wait("!ctx.picture.busy && ctx.picture.info.rows[0]['fixation-count'] === 0.5")

    # an AOI of the background: a click, and the numbers follow
    app.tab("AOIs")
    app.name_and_click("wall", 10, 10)
    app.tab("Results")
    assert cells(app, "wall")[2] == "0.00"

    # into the cloud, and seen there
    panel.get_by_role("button", name="Send").click()
    dialog = app.page.get_by_role("dialog", name="Send to Pupil Cloud")
    address = dialog.get_by_label("Address of the enrichment")
    address.fill(PAGE)
    address.press("Enter")
    app.said("3 AOIs to send.")
    dialog.get_by_role("button", name="Send", exact=True).click()
    app.said("All 3 AOIs are in Pupil Cloud.")
    assert sorted(fake.names()) == ["green box", "red box", "wall"]


def test_its_tables_are_exported_from_the_app(app, root):
    app.open(write_shelf(root / "shelf"))
    use_colours(app)
    add_by_words(app, "red . green", 2)
    panel = app.tab("Results")
    cells(app, "red")
    panel.get_by_role("button", name="Export").click()
    dialog = app.page.get_by_role("dialog", name="Export")
    dialog.get_by_label(re.compile("^AOI heatmap")).check()
    dialog.get_by_label("Folder", exact=True).fill(str(root / "out"))
    dialog.get_by_role("button", name="Export").click()
    dialog.get_by_text(re.compile(r"\d+ files in")).wait_for()
    with (root / "out" / "aoi_metrics.csv").open(encoding="utf-8", newline="") as file:
        counts = {
            (row["aoi label"], row["recording id"]): row["total fixations"] for row in csv.DictReader(file)
        }
    assert counts == {("red", "r1"): "1", ("red", "r2"): "0", ("green", "r1"): "1", ("green", "r2"): "1"}
    assert (root / "out" / "aoi_heatmap-total-fixation-duration.svg").exists()


def test_the_panel_is_accessible(app, root):
    app.open(write_shelf(root / "shelf"))
    use_colours(app)
    add_by_words(app, "red . green", 2)
    app.tab("Results")
    cells(app, "red")
    assert app.problems() == []
