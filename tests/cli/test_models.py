"""``dwell models``: the table, fetching, and where things lie; from a hub on this computer."""

import signal
import sys
import time

import pytest

from checkpoints.drawn_hub import DrawnHub, serving
from checkpoints.drawn_models import COMMIT, files_of, write_cache
from cli.running import dwell, ended, refused, start
from dwell.models import DETECTOR_MODELS, MODELS, PROPOSER_MODELS

FILES = files_of(n_numbers=1_000_000)
TO_HUB = """
import huggingface_hub.constants as at
from huggingface_hub.hf_api import api
api.endpoint = at.ENDPOINT = {url!r}
at.HUGGINGFACE_CO_URL_TEMPLATE = {url!r} + "/{{repo_id}}/resolve/{{revision}}/{{filename}}"
"""
"""Python that sends another process to a hub on this computer."""


@pytest.fixture(autouse=True)
def hf_home(tmp_path, monkeypatch):
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_TOKEN", "no-token-of-anybody")
    return tmp_path / "hf"


def listed(name):
    """What ``dwell models --json`` says of a model."""
    return next(each for each in dwell("models", "--json").json["models"] if each["name"] == name)


def test_the_table_has_a_line_for_every_model(hf_home):
    lines = dwell("models").out.splitlines()
    known = {*MODELS, *DETECTOR_MODELS, *PROPOSER_MODELS}
    names = [line.split()[0] for line in lines if line.split() and line.split()[0] in known]
    assert names == [*MODELS, *DETECTOR_MODELS, *PROPOSER_MODELS]
    gated = next(line for line in lines if line.startswith("sam3"))
    assert "SAM License (gated)" in gated
    assert str(hf_home) in "".join(lines)


def test_in_json_every_figure_is_there():
    edgetam = listed("edgetam")
    assert (edgetam["params_m"], edgetam["size_mb"], edgetam["licence"]) == (13.9, 56, "Apache-2.0")
    assert (edgetam["cpu_s"], edgetam["cpu_512_s"]) == (1.7, 0.38)
    assert edgetam["needs"] == ["torch", "transformers", "timm", "torchvision"]
    assert edgetam["downloaded"] is None


def test_detectors_are_listed_by_themselves(hf_home):
    snapshot = write_cache(hf_home, "grounding-dino-tiny", files_of("grounding-dino"))
    listed = {each["name"]: each for each in dwell("models", "--json").json["detectors"]}
    assert list(listed) == list(DETECTOR_MODELS)
    assert listed["grounding-dino-tiny"]["downloaded"]["folder"] == str(snapshot)
    assert dwell("models", "path", "grounding-dino-tiny").out == f"{snapshot}\n"
    fetched = dwell("models", "fetch", "grounding-dino-tiny").out
    assert fetched == f"grounding-dino-tiny was here already: {snapshot}\n"


def test_proposers_are_listed_by_themselves(hf_home, monkeypatch):
    snapshot = write_cache(hf_home, "sam-vit-base", files_of("sam"))
    listed = {each["name"]: each for each in dwell("models", "--json").json["proposers"]}
    assert list(listed) == list(PROPOSER_MODELS)
    assert listed["sam-vit-base"]["downloaded"]["folder"] == str(snapshot)
    assert listed["sam-hq-vit-huge"]["repo"] == "syscv-community/sam-hq-vit-huge"
    fetched = dwell("models", "fetch", "sam-vit-base").out
    assert fetched == f"sam-vit-base was here already: {snapshot}\n"
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "--proposer FOLDER" in refused("models", "fetch", "sam-vit-large")


def test_a_detector_is_used_from_a_folder_by_another_option(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "--detector FOLDER" in refused("models", "fetch", "owlv2-base")


def test_a_model_that_is_here_shows_size_and_revision(hf_home):
    snapshot = write_cache(hf_home, files=FILES)
    line = next(line for line in dwell("models").out.splitlines() if line.startswith("sam2.1-tiny"))
    assert f"4 MB, {COMMIT[:7]}" in line
    found = listed("sam2.1-tiny")["downloaded"]
    assert found == {"folder": str(snapshot), "revision": COMMIT, "size_mb": 4.0}


def test_a_model_that_is_here_in_part_shows_it(hf_home):
    write_cache(hf_home, files=FILES | {"model.safetensors": FILES["model.safetensors"][:1000]})
    line = next(line for line in dwell("models").out.splitlines() if line.startswith("sam2.1-tiny"))
    assert "in part" in line
    assert listed("sam2.1-tiny")["incomplete"] is True


def test_without_pytorch_the_table_says_what_to_install(monkeypatch):
    monkeypatch.setattr("dwell.cli.models.find_spec", lambda package: None)
    ran = dwell("models")
    assert ran.error == (
        'Note: To use these models, install PyTorch and transformers: pip install "dwell[sam]"'
    )
    lines = {line.split()[0]: line for line in ran.out.splitlines() if line}
    assert 'pip install "dwell[sam]"' in lines["sam2.1-tiny"]
    assert 'pip install "dwell[edgetam]"' in lines["edgetam"]
    assert dwell("models", "--json").json["device"] is None


def test_with_a_gpu_models_are_good(monkeypatch):
    monkeypatch.setattr("dwell.cli.models.find_spec", lambda package: True)
    monkeypatch.setattr("dwell.cli.models._device", lambda: ("cuda", None))
    assert {each["here"] for each in dwell("models", "--json").json["models"]} == {"good"}


def test_nothing_is_promised_of_apples_gpus(monkeypatch):
    monkeypatch.setattr("dwell.cli.models.find_spec", lambda package: True)
    monkeypatch.setattr("dwell.cli.models._device", lambda: ("mps", None))
    fits = {each["here"] for each in dwell("models", "--json").json["models"]}
    assert fits == {"not tried out on Apple's GPUs"}


def test_the_path_is_one_line_for_a_shell(hf_home):
    snapshot = write_cache(hf_home)
    assert dwell("models", "path", "sam2.1-tiny").out == f"{snapshot}\n"
    assert dwell("models", "path", "sam2.1-tiny", "--json").json["revision"] == COMMIT
    assert "sam2.1-small (facebook/sam2.1-hiera-small) is not on this computer" in refused(
        "models", "path", "sam2.1-small"
    )


def test_a_model_that_is_here_is_not_fetched(hf_home):
    snapshot = write_cache(hf_home)
    assert dwell("models", "fetch", "sam2.1-tiny").out == f"sam2.1-tiny was here already: {snapshot}\n"


@pytest.mark.parametrize("command", ["fetch", "path"])
def test_an_unknown_model_is_wrong_usage_and_guesses(command):
    said = refused("models", command, "sam2.1-tny", code=2)
    assert "no model named 'sam2.1-tny'" in said
    assert "Did you mean 'sam2.1-tiny'?" in said


def test_fetching_without_a_network_says_how_to_do_without(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "--backend FOLDER" in refused("models", "fetch", "sam2.1-tiny")
    error = dwell("models", "fetch", "sam2.1-tiny", "--json", code=1).json["error"]
    assert error["type"] == "MissingModel"


# -------------------------------------------------------------------- with a hub


@pytest.fixture
def hub():
    pytest.importorskip("huggingface_hub")
    with serving(DrawnHub(MODELS["sam2.1-tiny"].repo, dict(FILES))) as drawn:
        yield drawn


def fetching(hub, *flags, cwd):
    return start("models", "fetch", "sam2.1-tiny", *flags, cwd=cwd, code=TO_HUB.format(url=hub.url))


def test_fetching_shows_progress_and_says_where_it_went(hub, hf_home, tmp_path):
    ran = ended(fetching(hub, cwd=tmp_path))
    assert ran.code == 0, ran.err
    assert "Fetching sam2.1-tiny: 5/5 MB in " in ran.err
    [folder] = hf_home.glob("hub/*/snapshots/*")
    assert ran.out == f"sam2.1-tiny is here: {folder}\n"


def test_in_json_progress_goes_to_stderr(hub, tmp_path):
    ran = ended(fetching(hub, "--json", cwd=tmp_path))
    assert ran.json["models"][0]["revision"] == COMMIT
    assert '"progress": "Fetching sam2.1-tiny"' in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_keeps_what_has_come_and_the_same_command_goes_on(hub, hf_home, tmp_path):
    hub.pause_after = 2_500_000
    process = fetching(hub, cwd=tmp_path)
    partial = wait_for(lambda: [p for p in hf_home.rglob("*.incomplete") if p.stat().st_size > 2_000_000])[0]
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert ran.code == 130
    assert ran.err.strip().endswith("Stopped. What has come is kept; run the same command to go on.")
    n_kept = partial.stat().st_size
    hub.pause_after = None
    hub.asked.clear()
    assert ended(fetching(hub, cwd=tmp_path)).code == 0
    assert hub.asked == [("model.safetensors", f"bytes={n_kept}-")]


def wait_for(look, timeout_s=30):
    """The first truthy answer."""
    for _ in range(int(timeout_s / 0.05)):
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")
