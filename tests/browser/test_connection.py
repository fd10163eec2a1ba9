"""Where streams do not come through, the page asks for changes instead."""

import re

from browser.worlds import PlantedFailure

FAILURE = PlantedFailure()


def test_changes_arrive_by_polling_where_streams_are_blocked(new_app, kitchen):
    one, two = new_app(), new_app()
    two.allow("ERR_FAILED")
    two.page.route(re.compile(r"/events\?"), lambda route: route.abort())
    one.visit().open(kitchen)
    two.visit().open(kitchen)
    two.page.wait_for_function("() => window.__dwell.live.state === 'polling'")
    one.new_aoi("cup")
    two.wait("ctx.store.aois.size === 1")
    two.new_aoi("sign")
    one.wait("ctx.store.aois.size === 2")
