"""A site with a folder of its own, asked without a network."""

from contextlib import contextmanager

from starlette.testclient import TestClient

from dwell.app.recents import Recents
from dwell.app.settings import Settings
from dwell.app.site import create_site

ADDRESS = "http://127.0.0.1:8642"


def settings(root, **changes):
    return Settings(roots=(root,), port=8642, token="a-secret-token", **changes)


@contextmanager
def asked(root, *, knows=True, **changes):
    """A browser at the site; with the cookie that the address with the token gives, or without."""
    site = create_site(settings(root, **changes), Recents(root.parent / "state" / "recents.json"))
    site.state.office.desks.warm_up = lambda: None  # no process before one is needed
    with TestClient(site, base_url=ADDRESS, follow_redirects=False) as browser:
        if knows:
            welcome = browser.get("/?token=a-secret-token")
            assert welcome.status_code == 303
        yield browser
