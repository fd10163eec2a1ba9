"""The page in notebooks, with stand-ins for IPython and for Colab."""

import sys
import types
import urllib.error
import urllib.request

import pytest

from dwell.app import notebook
from dwell.errors import DwellError, UnknownRecording
from shape_recordings import shapes_world, write_image_folder


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("DWELL_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("JUPYTERHUB_SERVICE_PREFIX", raising=False)
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def frames(monkeypatch):
    """What was shown, as (address, width, height)."""
    shown = []
    display = types.ModuleType("IPython.display")
    display.IFrame = lambda address, width, height: (address, width, height)
    display.display = shown.append
    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return shown


@pytest.fixture
def colab(monkeypatch):
    """Calls of Colab's functions."""
    calls = []
    output = types.ModuleType("google.colab.output")
    output.serve_kernel_port_as_iframe = lambda port, **how: calls.append((port, how))
    output.eval_js = lambda code: f"https://abc-{code[-5:-1]}-colab.googleusercontent.com/"
    for name, module in (("google", types.ModuleType("google")), ("google.colab", types.ModuleType("colab"))):
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    return calls


def status(address, **headers):
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_on_this_computer_the_page_is_in_a_frame_that_its_cookie_allows_for(root, frames):
    served = notebook.show(root, height=500)
    try:
        assert frames == [(served.address, "100%", 500)]
        assert served.address == f"http://localhost:{served.settings.port}/?token={served.settings.token}"
        assert "http://localhost:*" in served.settings.framed_by
        assert served.settings.embedded
        assert served.settings.roots == (root,)
        assert status(f"http://127.0.0.1:{served.settings.port}/api/about") == 401
        bearer = {"Authorization": f"Bearer {served.settings.token}"}
        assert status(f"http://127.0.0.1:{served.settings.port}/api/about", **bearer) == 200
    finally:
        served.stop()
    assert not served.running


def test_a_recording_is_opened_and_only_its_folder_may_be_used(root, frames):
    recording = write_image_folder(root / "shapes", shapes_world(4))
    served = notebook.show(recording)
    served.stop()
    assert served.address.endswith(f"&open={recording}")
    assert served.settings.roots == (root,)


def test_on_a_hub_the_page_comes_through_the_notebooks_own_server(root, frames, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    served = notebook.show(root)
    try:
        assert served.address.startswith(f"/user/ada/proxy/{served.settings.port}/?token=")
        assert not served.settings.embedded, "the frame is of the notebook's own site"
        bearer = {"Authorization": f"Bearer {served.settings.token}", "Host": "hub.example.org"}
        assert status(f"http://127.0.0.1:{served.settings.port}/api/about", **bearer) == 200
    finally:
        served.stop()


def test_the_way_can_be_said(root, frames, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    served = notebook.show(root, proxy="")
    served.stop()
    assert served.address.startswith("http://localhost:")


def test_in_colab_its_own_way_is_used(root, colab):
    served = notebook.show(root, height=640)
    served.stop()
    port, token = served.settings.port, served.settings.token
    assert colab == [(port, {"path": f"/?token={token}", "height": "640"})]
    assert served.address == f"https://abc-{port}-colab.googleusercontent.com/?token={token}"
    assert served.settings.embedded
    assert "https://colab.research.google.com" in served.settings.framed_by
    assert served.settings.allowed_origins == (), "other people's notebooks may frame it, but not ask it"


def test_outside_of_a_notebook_that_is_said(root, monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    with pytest.raises(DwellError, match="dwell app"):
        notebook.show(root)
    with pytest.raises(UnknownRecording, match="check the path"):
        notebook.show(root / "nothing")
