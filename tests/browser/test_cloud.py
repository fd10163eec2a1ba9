"""The dialog for Pupil Cloud: a token typed once, compared, sent, one failed and sent again, deleted."""

import pytest

from browser.serving import Server
from cloud.fake_cloud import AOIS, PAGE, SECRET, FakeCloud, Trick, serving
from cloud.shelf import make_project


@pytest.fixture(scope="module")
def fake():
    with serving(FakeCloud()) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def server(chromium, fake, tmp_path_factory):
    """The app, whose Pupil Cloud is on this computer, and which has no keyring."""
    folder = tmp_path_factory.mktemp("app")
    running = Server(folder / "recordings", folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DWELL_PUPIL_CLOUD_URL", fake.url)
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        patch.delenv("DWELL_PUPIL_CLOUD_TOKEN", raising=False)
        running.start()
    yield running
    running.stop()


def test_from_the_token_to_aois_in_the_cloud_and_away(app, root, fake):
    fake.aois = [{"id": "x-1", "name": "theirs"}]
    app.allow(r"^400 POST .*/cloud/(login|plan)$")
    app.open(make_project(root))
    app.tab("AOIs")
    app.page.get_by_role("button", name="Presets", exact=True).click()
    app.page.get_by_role("menuitem", name="Send to Pupil Cloud…").click()
    dialog = app.page.get_by_role("dialog", name="Send to Pupil Cloud")
    found = {"token": problems(app, dialog.get_by_label("API token"))}

    # a wrong token is refused, a good one is used though this computer has no keyring for it
    log_in(dialog, "wrong-one")
    app.said("does not accept the token")
    log_in(dialog, SECRET)
    app.said("the token is used until Dwell is stopped")

    # compare: nothing is sent yet
    address = dialog.get_by_label("Address of the enrichment")
    address.fill("https://example.org/workspaces/w")
    address.press("Enter")
    app.said("is no address of Pupil Cloud")
    address.fill(PAGE)
    address.press("Enter")
    app.said("2 AOIs to send. Not sent, as they have no mask: nothing.")
    assert rows(dialog) == [
        ["bottle", "create"],
        ["flag", "create"],
        ["theirs", "left alone: made by others"],
    ]
    found["plan"] = problems(app, dialog.get_by_role("button", name="Send", exact=True))
    assert fake.names() == ["theirs"]

    # send: one fails, and is sent again
    fake.play(Trick("POST", AOIS, 422, says="mask too large"))
    dialog.get_by_role("button", name="Send", exact=True).click()
    app.said("1 of 2 AOIs failed. The others are in Pupil Cloud.")
    assert "mask too large" in dialog.get_by_role("listitem").filter(has_text="bottle").inner_text()
    found["outcomes"] = problems(app, dialog.get_by_role("button", name="Send the failed again"))
    dialog.get_by_role("button", name="Send the failed again").click()
    app.said("The AOI is in Pupil Cloud.")
    assert sorted(fake.names()) == ["bottle", "flag", "theirs"]

    # delete one; the other people's stays
    dialog.get_by_role("button", name="Compare again").click()
    app.said("Everything is in Pupil Cloud as it is here.")
    dialog.get_by_label("Choose flag for deletion").check()
    dialog.get_by_role("button", name="Delete from Pupil Cloud").click()
    app.page.get_by_role("dialog", name="Delete 1 AOI").get_by_role("button", name="Delete").click()
    app.said("1 AOI to send.")
    assert sorted(fake.names()) == ["bottle", "theirs"]

    # the address is remembered, the token never leaves the server
    assert SECRET not in app.page.content()
    app.reload()
    app.page.get_by_role("button", name="Presets", exact=True).click()
    app.page.get_by_role("menuitem", name="Send to Pupil Cloud…").click()
    assert dialog.get_by_label("Address of the enrichment").input_value() == PAGE
    dialog.get_by_role("button", name="Forget the token").click()
    dialog.get_by_label("API token").wait_for()
    assert SECRET not in app.server.log
    assert all(SECRET.encode() not in path.read_bytes() for path in root.rglob("*") if path.is_file())
    assert {part: wrong for part, wrong in found.items() if wrong} == {}


def test_a_video_cannot_be_sent(app, kitchen):
    app.open(kitchen)
    app.tab("AOIs")
    app.page.get_by_role("button", name="Presets", exact=True).click()
    app.page.get_by_role("menuitem", name="Load presets…").wait_for()
    assert app.page.get_by_role("menuitem", name="Send to Pupil Cloud…").count() == 0


def log_in(dialog, secret):
    dialog.get_by_label("API token").fill(secret)
    dialog.get_by_role("button", name="Check and use").click()


def rows(dialog):
    """Name and action of each line."""
    lines = dialog.locator("tbody tr").all()
    return [[cell.inner_text() for cell in line.locator("td").all()[1:]] for line in lines]


def problems(app, part):
    part.wait_for()
    return app.problems()
