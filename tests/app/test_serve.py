"""The server as a process: what it prints, who gets in, how it ends; and who may be let in at all."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest

from cli.running import refused
from dwell.app import serve as serving
from dwell.app.serve import address_of, serve, start_in_thread
from dwell.app.settings import Settings
from dwell.errors import DwellError
from shape_recordings import shapes_world, write_image_folder

PATIENCE_S = 40


@pytest.fixture
def root(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


class Running:
    """``dwell app`` in a process, and what it has printed."""

    def __init__(self, root, home, *arguments, **environment):
        self.log = home / "log"
        clean = {k: v for k, v in os.environ.items() if k not in ("SSH_CONNECTION", "DISPLAY")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dwell.cli", "app", str(root), "--no-browser", *arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=clean | {"DWELL_STATE": str(home), "PYTHONUNBUFFERED": "1", **environment},
            )
        self._wait_for(r"Folders that it may use: .+\n")  # the last line of the banner
        self.address = self._wait_for(r"http://127\.0\.0\.1:\d+/\S*")
        self.port = urlsplit(self.address).port

    @property
    def printed(self):
        return self.log.read_text(encoding="utf-8")

    def ask(self, method, path, body=None, **headers):
        """Status, headers and text of an answer, as without a browser's manners: the path goes as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        try:
            return self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()

    def _wait_for(self, pattern):
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            if found := re.search(pattern, self.printed):
                return found[0]
            time.sleep(0.05)
        self.process.kill()
        raise AssertionError(self.printed)


def test_from_the_printed_address_to_a_project_and_a_good_end(root, tmp_path):
    recording = write_image_folder(root / "shapes", shapes_world(4))
    server = Running(root, tmp_path, SSH_CONNECTION="10.0.0.9 50000 10.0.0.5 22")
    assert f"ssh -N -L {server.port}:127.0.0.1:{server.port} " in server.printed
    assert "Warning" not in server.printed

    assert server.ask("GET", "/api/about")[0] == 401
    token = urlsplit(server.address).query
    assert len(token) > len("token=") + 40
    status, headers, _ = server.ask("GET", f"/?{token}")
    assert (status, headers["Location"]) == (303, "./")
    cookie = headers["Set-Cookie"].partition(";")[0]

    status, headers, text = server.ask("GET", "/", Cookie=cookie)
    assert status == 200
    assert '<script type="module"' in text
    assert headers["Cache-Control"] == "no-cache"
    assert server.ask("GET", "/", Cookie=cookie, If_None_Match=headers["ETag"])[0] == 304
    status, headers, _ = server.ask("GET", "/main.js", Cookie=cookie)
    assert headers["Content-Type"].startswith("text/javascript")

    assert server.ask("GET", "/api/about", Cookie=cookie, Host="evil.example")[0] == 421
    for path in ("/../guard.py", "/%2e%2e/guard.py", "/%252e%252e/guard.py", "/views/..%2f..%2fguard.py"):
        assert server.ask("GET", path, Cookie=cookie)[0] == 404

    body = f'{{"path": "{recording}"}}'
    json = {"Cookie": cookie, "Content_Type": "application/json"}
    status, _, text = server.ask("POST", "/api/open", body, **json, Origin="http://evil.example")
    assert (status, '"kind":"Refused"' in text) == (403, True)
    status, _, text = server.ask("POST", "/api/open", body, **json)
    assert status == 200, text
    pid = re.search(r'"pid":"(\w+)"', text)[1]

    listening = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    listening.request("GET", f"/api/p/{pid}/events?since=0", headers={"Cookie": cookie})
    events = listening.getresponse()
    assert events.read(7) == b": hello"
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 20, "a page that listens does not keep it from ending"
    events.close()
    listening.close()
    assert "Stopped. Everything is saved." in server.printed
    assert "Traceback" not in server.printed
    assert "ERROR" not in server.printed
    assert server.printed.count(token) == 1, "the token is in the address that was printed, and nowhere else"


def test_being_ended_by_the_system_is_a_good_end_too(root, tmp_path):
    server = Running(root, tmp_path)
    assert server.stop(signal.SIGTERM) == 0
    assert "Everything is saved" in server.printed


def test_a_recording_is_opened_by_the_page_and_its_folder_may_be_used(root, tmp_path):
    recording = write_image_folder(root / "shapes", shapes_world(4))
    server = Running(recording, tmp_path)
    try:
        assert server.address.endswith(f"&open={recording}")
        assert f"Folders that it may use: {root}" in server.printed
    finally:
        server.stop()


# -------------------------------------------------------------------- who may be let in at all


def test_other_computers_are_let_in_only_when_that_was_said(root):
    said = refused("app", root, "--host", "0.0.0.0", "--no-browser")
    assert "--allow-remote" in said
    assert "SSH tunnel" in said
    with pytest.raises(DwellError, match="--allow-remote"):
        serve(Settings((root,), host="192.168.0.7"))


def test_what_the_banner_says_to_those_who_let_others_in(root, monkeypatch):
    settings = Settings((root,), host="0.0.0.0", port=8700, token="secret")
    assert address_of(settings) == f"http://{socket.gethostname()}:8700/?token=secret"
    warning = " ".join(serving._banner(settings, address_of(settings)))
    assert "Warning: whoever can reach port 8700" in warning
    assert "unencrypted" in warning


def test_addresses_can_be_typed(root):
    assert address_of(Settings((root,), port=8642, token="t")) == "http://127.0.0.1:8642/?token=t"
    assert address_of(Settings((root,), host="::1", port=1, token="t")) == "http://127.0.0.1:1/?token=t"
    other = Settings((root,), host="fe80::7", port=1, token="t")
    assert address_of(other, root / "a b.mp4") == f"http://[fe80::7]:1/?token=t&open={root}/a%20b.mp4"


def test_a_taken_port_is_said_and_the_next_one_used_where_none_was_named(root):
    with start_in_thread_on(root) as first, start_in_thread_on(root) as second:
        assert first.settings.port != second.settings.port
        with pytest.raises(DwellError, match=f"Port {first.settings.port} .* --port"):
            start_in_thread(Settings((root,), port=first.settings.port))
    assert not first.running


def test_wrong_usage_is_told(root):
    assert "no origin" in refused("app", root, "--allow-origin", "hub", code=2)
    assert "no folder" in refused("app", "--root", root / "nothing")
    assert "nothing at" in refused("app", root / "nothing")


def test_no_browser_is_opened_where_there_is_no_screen(root, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert not serving._has_browser()
    monkeypatch.setenv("DISPLAY", ":0")
    assert serving._has_browser()
    monkeypatch.setenv("SSH_CONNECTION", "a b c d")
    assert not serving._has_browser()


def test_the_browser_is_given_a_ticket_and_not_the_token(root, monkeypatch):
    opened = []
    monkeypatch.setattr(serving, "_has_browser", lambda: True)
    monkeypatch.setattr(serving.webbrowser, "open", opened.append)
    settings = Settings((root,), port=8642)
    said = []
    serving._greet(settings, None, None, True, said.append)
    deadline = time.monotonic() + 5
    while not opened and time.monotonic() < deadline:
        time.sleep(0.01)
    (ticket,) = settings.tickets
    assert opened == [f"http://127.0.0.1:8642/?token={ticket}"]
    assert settings.token not in opened[0]
    assert any(settings.token in line for line in said)


class start_in_thread_on:
    """A server in a thread, stopped at the end."""

    def __init__(self, root):
        self.served = start_in_thread(Settings((root,)))

    def __enter__(self):
        return self.served

    def __exit__(self, *gone):
        self.served.stop()
