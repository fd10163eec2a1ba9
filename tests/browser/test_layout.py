"""The editor fills small and large screens: nothing is cut off, and the page itself does not scroll."""

import pytest

from browser.worlds import PlantedFailure

FAILURE = PlantedFailure()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (3840, 2160)])
def test_nothing_is_cut_off(new_app, root, width, height):
    app = new_app(width, height)
    app.visit()
    assert app.page.evaluate("() => probe.cutOff()") == []
    app.open(FAILURE.write(root / "kitchen with a rather long name of a recording"))
    for n in range(12):
        app.state(
            "ctx.api.post('aois', { client: ctx.client, name: args[0] })", f"thing {n} with a long name"
        )
    app.wait("ctx.store.aois.size === 12")
    for tab in ("AOIs", "Review", "Results"):
        app.tab(tab)
        assert app.page.evaluate("() => probe.cutOff()") == [], tab
        assert not app.page.evaluate("() => probe.scrolls()"), tab
    stage = app.page.locator("#stage").bounding_box()
    assert stage["width"] * stage["height"] > 0.35 * width * height


def test_text_grows_with_the_browsers_own_setting(app):
    """People who set a larger font get one."""
    app.visit()
    size = "parseFloat(getComputedStyle(document.querySelector('button')).fontSize)"
    before = app.page.evaluate(size)
    browser = app.page.context.new_cdp_session(app.page)
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 24}})
    app.page.wait_for_function(f"(before) => {size} > 1.4 * before", arg=before)
    assert app.page.evaluate("() => probe.cutOff()") == []
