from __future__ import annotations

import sys

import pytest

from cloud.fake_cloud import PAGE, SECRET, FakeCloud, serving
from dwell.cloud import PupilCloud, Retry, Token, parse_address


@pytest.fixture(autouse=True)
def no_token(monkeypatch):
    """No test sees the token, the proxy or the keyring of whoever runs it."""
    for variable in (
        "DWELL_PUPIL_CLOUD_TOKEN",
        "DWELL_PUPIL_CLOUD_URL",
        "http_proxy",
        "HTTP_PROXY",
        "ALL_PROXY",
        "all_proxy",
    ):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)  # as if it were not installed


@pytest.fixture
def fake():
    with serving(FakeCloud()) as cloud:
        yield cloud


@pytest.fixture
def naps():
    """Seconds that were waited between tries, one by one; nobody really waits."""
    return []


@pytest.fixture
def retry(naps):
    return Retry(attempts=4, sleep=naps.append)


@pytest.fixture
def cloud(fake, retry):
    with PupilCloud(Token(SECRET), base_url=fake.url, retry=retry) as client:
        yield client


@pytest.fixture
def place():
    """The enrichment."""
    return parse_address(PAGE)
