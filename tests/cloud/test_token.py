"""The token: found, kept, forgotten, and never seen anywhere."""

import copy
import json
import logging
import pickle
import sys
import traceback
from types import SimpleNamespace

import pytest

from cloud.fake_cloud import AOIS, SECRET, Trick
from cloud.shelf import BOTTLE, KEY
from dwell.cloud import (
    TOKEN_VARIABLE,
    PupilCloud,
    Token,
    find_token,
    forget_token,
    keep_token,
    parcels_at,
    plan_push,
    pull,
    push,
)
from dwell.errors import DwellError, MissingToken


class Keyring:
    """A keyring in memory."""

    def __init__(self, problem=None):
        self.kept, self.problem = {}, problem

    def _check(self):
        if self.problem:
            raise self.problem

    def get_password(self, service, account):
        self._check()
        return self.kept.get((service, account))

    def set_password(self, service, account, secret):
        self._check()
        self.kept[service, account] = secret

    def delete_password(self, service, account):
        del self.kept[service, account]


@pytest.fixture
def keyring(monkeypatch):
    there = Keyring()
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(**{
        name: getattr(there, name) for name in ("get_password", "set_password", "delete_password")
    }))  # fmt: skip
    return there


def test_the_environment_comes_first_then_the_keyring(keyring, monkeypatch):
    keep_token(Token("kept-one"))
    assert (find_token().reveal(), find_token().origin) == ("kept-one", "keyring")
    monkeypatch.setenv(TOKEN_VARIABLE, " from-outside\n")
    assert (find_token().reveal(), find_token().origin) == ("from-outside", "environment")


def test_a_token_can_be_forgotten(keyring):
    keep_token(Token(SECRET))
    assert forget_token()
    assert keyring.kept == {}
    assert not forget_token()
    with pytest.raises(MissingToken):
        find_token()


def test_without_the_package_the_message_has_the_pip_line():
    with pytest.raises(MissingToken, match=r'pip install "dwell\[cloud\]". Or set DWELL_PUPIL_CLOUD_TOKEN'):
        keep_token(Token(SECRET))


def test_a_computer_without_a_keyring_is_told(keyring):
    keyring.problem = RuntimeError(f"no backend for {SECRET}")
    with pytest.raises(
        MissingToken, match="keyring cannot be used .RuntimeError.; set DWELL_PUPIL_CLOUD_TOKEN"
    ):
        keep_token(Token(SECRET))
    with pytest.raises(MissingToken, match="there is none"):
        find_token()


@pytest.mark.parametrize("text", ["", "  ", "two words", "pässword", "a\x00b", "a\nb"])
def test_what_is_no_token_is_not_taken(text):
    with pytest.raises(MissingToken, match="expected one word") as caught:
        Token(text)
    assert not text.strip() or text not in str(caught.value)


def test_a_token_does_not_show_itself():
    token = Token(SECRET)
    assert SECRET not in f"{token} {token!r} {vars(Token)}"
    assert not hasattr(token, "__dict__")
    for save in (pickle.dumps, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as caught:
            save(token)
        assert SECRET not in str(caught.value)


def everything_about(error):
    """What a traceback, a logger with the error's fields, or a debugger's chain of causes would print."""
    told = ["".join(traceback.format_exception(error)), repr(error), repr(vars(error))]
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    ours = [frame for frame in frames if frame.f_code.co_filename != __file__]
    told += [repr(value) for frame in ours for value in frame.f_locals.values()]
    for cause in (error.__cause__, error.__context__):
        if cause is not None:
            told += everything_about(cause)
    request = getattr(error, "_request", None)
    return [*told, str(getattr(request, "headers", ""))]


FAILURES = [
    *[
        {"status": status, "says": f"you sent {SECRET}"}
        for status in (400, 401, 403, 404, 409, 422, 429, 500, 503)
    ],
    {"status": 200, "body": f'{{"status": "error", "message": "{SECRET}"}}'.encode()},
    {"status": 200, "body": b"<html>"},
    {"status": 302, "headers": {"Location": "http://127.0.0.1:9/"}, "body": b""},
    {"status": 307, "headers": {"Location": "ftp://x/"}, "body": b""},
    {"status": 200, "headers": {"Content-Type": "text/html"}, "body": b"hello"},
    *[{"cut": cut} for cut in ("before", "after", "amid")],
]


@pytest.mark.parametrize("failure", FAILURES, ids=[str(n) for n in range(len(FAILURES))])
def test_no_failure_shows_the_token(fake, cloud, place, tmp_path, caplog, capfd, failure):
    caplog.set_level(logging.DEBUG)
    plan, parcel = plan_push(cloud, place, [BOTTLE], KEY), parcels_at(cloud, place)[0]
    asked = {
        "GET": [lambda: cloud.aois(place), lambda: pull(cloud, parcel, tmp_path)],
        "POST": [lambda: cloud.add_aoi(place, {"id": "a", "name": "cup", "description": "d"})],
        "PATCH": [lambda: cloud.edit_aoi(place, "a-1", {"name": "x"})],
        "DELETE": [lambda: cloud.delete_aois(place, ["a-1"])],
    }
    told, n_failed = [repr(cloud), repr(cloud.wire), repr(vars(cloud.wire))], 0
    for method, calls in asked.items():
        for call in calls:
            fake.tricks = [Trick(method, "/workspaces", **failure) for _ in range(60)]
            try:
                call()
            except DwellError as error:
                n_failed += 1
                told += everything_about(error)
    fake.tricks = [Trick("POST", AOIS, **failure) for _ in range(60)]
    told.append(repr(push(cloud, plan)))
    assert n_failed >= 2
    assert SECRET not in "\n".join([*told, caplog.text, *capfd.readouterr()])
    assert all(SECRET.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_wrong_token_says_where_it_was_from(fake, retry, monkeypatch):
    monkeypatch.setenv(TOKEN_VARIABLE, "wrong-one")
    with (
        PupilCloud(base_url=fake.url, retry=retry) as cloud,
        pytest.raises(
            DwellError, match="does not accept the token from environment .the key ••• is wrong."
        ) as caught,
    ):
        cloud.workspaces()
    assert "wrong-one" not in "\n".join(everything_about(caught.value))
