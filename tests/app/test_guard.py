"""Who may ask, and what is refused: without the token, under a foreign name, from another site, too much."""

import logging

import pytest

from app.sites import asked
from dwell.app.settings import Settings

PAGE = {"accept": "text/html"}


@pytest.fixture
def root(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def browser(root):
    with asked(root) as browser:
        yield browser


def test_the_address_with_the_token_gives_a_cookie_and_goes_on_without_it(root):
    with asked(root, knows=False) as browser:
        welcome = browser.get("/?token=a-secret-token&open=film.mp4")
        assert welcome.status_code == 303
        assert welcome.headers["location"] == "./?open=film.mp4"
        cookie = welcome.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert browser.get("/api/about").status_code == 200


@pytest.mark.parametrize(
    "address", ["/", "/?token=", "/?token=another", "/main.js", "/api/about", "/api/p/abc/state"]
)
def test_without_the_token_nothing_is_told(root, address):
    with asked(root, knows=False) as browser:
        answer = browser.get(address, headers=PAGE)
        assert answer.status_code == 401
        assert "printed in the terminal" in answer.text
        assert "set-cookie" not in answer.headers


def test_an_odd_cookie_of_another_program_does_not_hide_ours(root):
    with asked(root, knows=False) as browser:
        cookie = 'theme={"dark": 1}; odd name=2; dwell-8642=a-secret-token'
        assert browser.get("/api/about", headers={"cookie": cookie}).status_code == 200


def test_a_script_may_send_the_token_in_a_header(root):
    with asked(root, knows=False) as browser:
        headers = {"authorization": "Bearer a-secret-token"}
        assert browser.get("/api/about", headers=headers).status_code == 200
        assert browser.get("/api/about", headers={"authorization": "Bearer no"}).status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8642", "127.0.0.1.evil.example", "192.168.0.7", ""]
)
def test_a_foreign_host_is_refused_whatever_it_knows(browser, host):
    answer = browser.get("/api/about", headers={"host": host})
    assert answer.status_code == 421
    assert "not known by that name" in answer.json()["error"]


@pytest.mark.parametrize("host", ["localhost:8642", "127.0.0.1", "[::1]:8642"])
def test_this_computer_is_known_by_its_own_names(browser, host):
    assert browser.get("/api/about", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_what_another_site_starts_is_refused(browser, headers):
    for ask in (
        lambda: browser.post("/api/demo", headers=headers),
        lambda: browser.get("/api/p/abc/events?since=0", headers=headers),
        lambda: browser.delete("/api/recents?path=x", headers=headers),
    ):
        answer = ask()
        assert answer.status_code == 403
        assert "another site" in answer.json()["error"]


def test_the_own_page_is_not(browser):
    headers = {"origin": "http://127.0.0.1:8642", "sec-fetch-site": "same-origin"}
    assert browser.get("/api/about", headers=headers).status_code == 200


def test_a_proxy_that_was_named_may_show_the_page(root):
    with asked(root, allowed_origins=("https://hub.example.org",), embedded=True) as browser:
        headers = {"host": "hub.example.org", "origin": "https://hub.example.org"}
        headers["authorization"] = "Bearer a-secret-token"
        answer = browser.get("/api/about", headers=headers)
        assert answer.status_code == 200
        assert "frame-ancestors 'self' https://hub.example.org" in answer.headers["content-security-policy"]


def test_every_answer_carries_the_strict_policy(browser):
    for address in ("/", "/main.js", "/api/about", "/api/p/abc/state", "/nothing-here"):
        headers = browser.get(address).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_a_huge_body_is_cut_off_whatever_it_says_of_its_length(browser):
    def endless():
        for _ in range(100):
            yield b" " * 100_000

    answer = browser.post("/api/open", content=endless(), headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert "smaller parts" in answer.json()["error"]


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "null",
        '{"path": 7}',
        '{"path": "x", "nonsense": 1}',
        '{"path": "x", "options": []}',
        "[" * 50_000,
        '{"path": "\\ud800"}',
    ],
)
def test_malformed_messages_are_refused_in_words(browser, body):
    answer = browser.post("/api/open", content=body, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    failure = answer.json()
    assert failure["error"]
    assert "Traceback" not in answer.text


def test_no_secret_gets_into_the_log(root, caplog):
    caplog.set_level(logging.DEBUG)
    with asked(root) as browser:
        browser.get("/api/about")
        browser.get("/?token=a-secret-token")
    assert "a-secret-token" not in "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("httpx")
    )
    assert "a-secret-token" not in repr(Settings(roots=(root,), token="a-secret-token"))


def test_the_token_is_only_taken_at_the_door(root):
    with asked(root, knows=False) as browser:
        assert browser.get("/api/about?token=a-secret-token").status_code == 401
        assert browser.post("/?token=a-secret-token").status_code == 401


def test_a_ticket_is_good_for_once(root):
    tickets = {"for-the-browser"}
    with asked(root, knows=False, tickets=tickets) as browser:
        assert browser.get("/?token=for-the-browser").status_code == 303
        assert browser.get("/api/about").status_code == 200
        browser.cookies.clear()
        assert browser.get("/?token=for-the-browser").status_code == 401


def test_servers_on_two_ports_do_not_mix_up_their_cookies(root):
    with asked(root) as browser:
        (cookie,) = browser.cookies.jar
        assert cookie.name == "dwell-8642"
        assert not cookie.path_specified, "behind a proxy, its other programs do not get it"


def test_who_follows_a_link_from_another_site_is_asked_again_by_this_one(root):
    linked = PAGE | {"sec-fetch-site": "cross-site"}
    with asked(root, knows=False) as browser:
        asked_again = browser.get("/?open=a%22b&x=<i>", headers=linked).text
        assert 'content="0; url=./?open=a%22b&amp;x=%3Ci%3E"' in asked_again
        assert "refresh" not in browser.get("/", headers=PAGE | {"sec-fetch-site": "same-origin"}).text


def test_two_hosts_in_one_request_are_refused(browser):
    answer = browser.get("/api/about", headers=[("host", "127.0.0.1"), ("host", "evil.example")])
    assert answer.status_code == 421


def test_behind_a_proxy_without_a_name_the_own_page_may_still_ask(root):
    with asked(root, any_host=True) as browser:
        proxied = {"host": "hub.example.org", "authorization": "Bearer a-secret-token"}
        own = proxied | {"origin": "https://hub.example.org"}
        assert browser.delete("/api/recents?path=x", headers=own).status_code == 204
        rewritten = proxied | {"origin": "https://other.example", "sec-fetch-site": "same-origin"}
        assert browser.delete("/api/recents?path=x", headers=rewritten).status_code == 204
        foreign = rewritten | {"sec-fetch-site": "cross-site"}
        assert browser.delete("/api/recents?path=x", headers=foreign).status_code == 403


def test_in_a_frame_of_another_site_the_cookie_is_marked_for_it(root):
    with asked(root, knows=False, embedded=True, framed_by=("http://localhost:*",)) as browser:
        welcome = browser.get("/?token=a-secret-token")
        strict, framed = welcome.headers.get_list("set-cookie")
        assert strict.endswith("HttpOnly; SameSite=Strict")
        assert framed.endswith("HttpOnly; SameSite=None; Secure; Partitioned")
        assert "frame-ancestors 'self' http://localhost:*;" in welcome.headers["content-security-policy"]


def test_a_mistake_of_ours_is_told_without_its_details(root, monkeypatch, caplog):
    with asked(root) as browser:
        monkeypatch.setattr(browser.app.state.office.places, "listing", lambda path: 1 / 0)
        answer = browser.get("/api/files")
    assert answer.status_code == 500
    assert "report what the terminal shows" in answer.json()["error"]
    assert "ZeroDivision" not in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "GET /api/files failed" in caplog.text


def test_nothing_else_is_spoken_here(browser):
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/"):
        pass
