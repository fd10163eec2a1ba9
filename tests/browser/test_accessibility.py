"""No part of the page makes a person with a screen reader, a keyboard or weak eyes stumble."""

import pytest

from browser.pages import A11Y
from browser.worlds import PlantedFailure

FAILURE = PlantedFailure()


@pytest.fixture(params=["light", "dark"])
def app(request, new_app):
    """A page in the system's light or dark colours."""
    return new_app(dark=request.param == "dark")


def test_every_part_of_the_page_can_be_used_by_everybody(app, root, kitchen):
    (root / "more").mkdir()
    app.visit()
    found = {"start page": app.problems()}
    app.open(kitchen)
    found["empty editor"] = app.problems()
    app.name_and_click("sign", *FAILURE.sign_xy)
    app.new_aoi("cup")
    app.choose_tracker("colour")
    app.click_thing(*FAILURE.cup_xy(0))
    app.mask("cup")
    app.start_tracking()
    app.wait_until_tracked()
    app.go_to(50)
    for tab in ("AOIs", "Words", "Review", "Results"):
        app.tab(tab)
        look_for_colours(app) if tab == "Words" else None
        app.wait_for_queue() if tab == "Review" else None
        app.dwell_ms("cup") if tab == "Results" else None
        found[tab] = app.problems()
    app.open_track_panel()
    found["track panel"] = app.problems()
    app.press("Escape")
    app.press("?")
    app.page.get_by_role("dialog").wait_for()
    found["shortcuts"] = app.problems()
    app.press("Escape")
    app.open_export()
    found["export"] = app.problems()
    app.press("Escape")
    app.tab("AOIs")
    app.page.get_by_role("button", name="More for cup").click()
    found["menu"] = app.problems()
    assert {part: wrong for part, wrong in found.items() if wrong} == {}


def look_for_colours(app):
    """In the panel of words; what is found is listed."""
    app.page.get_by_label("Detector").select_option("colours")
    app.page.get_by_label("What to look for").fill("blue . red")
    app.page.get_by_role("button", name="Find").click()
    app.wait("parts.words.suggestions.length > 1")
    app.page.get_by_role("button", name="Reject").wait_for()


def test_the_focus_is_always_seen_and_never_trapped(app, kitchen):
    app.visit()
    assert walk(app, "start page") >= 3
    app.open(kitchen)
    app.name_and_click("sign", *FAILURE.sign_xy)
    app.press("Escape")  # while candidates are offered, Tab steps through them
    assert walk(app, "editor") >= 15


def walk(app, where):
    """How many places Tab comes by until it leaves the page."""
    app.page.evaluate(
        "() => [...document.querySelectorAll('a[href], button')].find((e) => e.checkVisibility()).focus()"
    )
    seen = {}
    for _ in range(150):
        now = app.focus()
        if now is None or now["key"] in seen:
            return len(seen)
        assert now["seen"], f"{where}: {now['what']} has the focus and cannot be seen"
        assert now["ring"], f"{where}: nothing shows that {now['what']} has the focus"
        seen[now["key"]] = now["what"]
        app.press("Tab")
    raise AssertionError(f"{where}: Tab does not come round: {list(seen.values())[-10:]}")


FAULTY = """
<title></title>
<h1>Fine</h1><h3 id="twice">Too deep</h3>
<main><button></button><input type="text" id="twice"><img src="data:,"><div role="buton">x</div>
<a href="#" tabindex="3">third</a><button style="width:9px;height:9px;padding:0">small</button>
<p style="color:#999;background:#fff">pale</p><p style="color:#777;background:#fff;font-size:30px">large</p>
<div role="tab" aria-labeledby="x" aria-describedby="nothing">alone</div>
<div aria-hidden="true"><button>hidden</button></div><svg width="20" height="20"></svg>
<table><tr><td>1</td></tr></table></main>
"""


def test_the_check_itself_finds_what_is_wrong(chromium):
    page = chromium.browser.new_page()
    page.set_content(FAULTY)
    said = "\n".join(page.evaluate(A11Y))
    page.close()
    for fault in (
        "<button>: has no name",
        "<input#twice>: has no name",
        "picture without alt",
        'role "buton" does not exist',
        "has tabindex 3",
        "9 × 9 px",
        '"pale" has a contrast of 2.85, wanted 4.5',
        "role tab is outside of a tablist",
        "aria-labeledby does not exist",
        "#nothing, which is not there",
        "hidden from screen readers",
        "neither named nor hidden",
        "a table without headings",
        "level 3 after one of level 1",
        "#twice is there 2 times",
        "names no language",
        "has no title",
        "nothing on the page is announced",
    ):
        assert fault in said
    assert '"large"' not in said
