"""Downloads of models, from a hub on this computer: whole, stopped, resumed, refused, damaged."""

import hashlib

import pytest

huggingface_hub = pytest.importorskip("huggingface_hub")

from checkpoints.drawn_hub import DrawnHub, serving  # noqa: E402
from checkpoints.drawn_models import COMMIT, files_of, write_cache  # noqa: E402
from dwell.errors import (  # noqa: E402
    Cancelled,
    GatedModel,
    IncompleteModel,
    MissingBackend,
    MissingModel,
    ModelError,
    StorageFull,
)
from dwell.models import DETECTOR_MODELS, MODELS  # noqa: E402
from dwell.segmenters.checkpoints import fetch as fetching  # noqa: E402
from dwell.segmenters.checkpoints.checkpoint import find_checkpoint  # noqa: E402
from dwell.segmenters.checkpoints.family import DETECTING  # noqa: E402
from dwell.segmenters.checkpoints.fetch import fetch  # noqa: E402

TINY = MODELS["sam2.1-tiny"]
FILES = files_of(n_numbers=1_000_000) | {"README.md": b"# not wanted", "sam2.1_hiera_tiny.pt": b"nor this"}
WEIGHTS = FILES["model.safetensors"]
N_WANTED = sum(len(data) for name, data in FILES.items() if name.endswith((".json", ".safetensors")))


@pytest.fixture
def hub(monkeypatch):
    """A hub with sam2.1-tiny on it; the library asks it in place of the real one."""
    with serving(DrawnHub(TINY.repo, dict(FILES))) as drawn:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", drawn.url)
        monkeypatch.setattr(
            "huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE",
            drawn.url + "/{repo_id}/resolve/{revision}/{filename}",
        )
        monkeypatch.setattr("huggingface_hub.hf_api.api.endpoint", drawn.url)
        yield drawn
        huggingface_hub.utils.close_session()


def refused(leaf):
    with pytest.raises(leaf) as caught:
        find_checkpoint("sam2.1-tiny")
    assert type(caught.value) is leaf
    assert len(str(caught.value)) < 500
    return str(caught.value)


def stop_at(n_bytes):
    """A progress function that cancels once this much is here."""

    def show(done, total):
        if done >= n_bytes:
            raise Cancelled("enough")

    return show


def test_a_model_is_fetched_on_first_use_and_never_again(hub):
    seen = []
    found = find_checkpoint("sam2.1-tiny", show=lambda done, total: seen.append((done, total)))
    assert found.revision == found.folder.name == COMMIT
    assert {path.name: path.read_bytes() for path in found.folder.iterdir()} == {
        name: data for name, data in FILES.items() if name.endswith((".json", ".safetensors"))
    }
    assert seen == sorted(seen)
    assert seen[-1] == (N_WANTED, N_WANTED)
    hub.asked.clear()
    assert find_checkpoint("sam2.1-tiny") == found
    assert hub.asked == []


def test_what_words_are_read_with_is_fetched_too(hub):
    detector = DETECTOR_MODELS["owlv2-base"]
    words = {"vocab.json": b"{}", "merges.txt": b"#version: 0.2", "added_tokens.json": b"{}"}
    files = {name: data for name, data in files_of("owlv2").items() if name != "tokenizer.json"} | words
    hub.repo, hub.files = detector.repo, files | {"README.md": b"# not wanted", "notes.txt": b"nor this"}
    found = find_checkpoint("owlv2-base", DETECTING)
    assert {path.name for path in found.folder.iterdir()} == set(files)


def test_other_programs_find_it_in_the_cache(hub, hf_home):
    folder = fetch(TINY)
    found = huggingface_hub.snapshot_download(
        TINY.repo, cache_dir=hf_home / "hub", local_files_only=True, allow_patterns=["*.safetensors"]
    )
    assert found == str(folder)


def test_a_stopped_download_goes_on_where_it_was(hub):
    with pytest.raises(Cancelled):
        find_checkpoint("sam2.1-tiny", show=stop_at(2_500_000))
    seen = []
    hub.asked.clear()
    found = find_checkpoint("sam2.1-tiny", show=lambda done, total: seen.append(done))
    [(name, asked)] = hub.asked
    start = int(asked.removeprefix("bytes=").removesuffix("-"))
    assert name == "model.safetensors"
    assert 2_000_000 < start < len(WEIGHTS)
    assert (found.folder / name).read_bytes() == WEIGHTS
    assert seen == sorted(seen)
    assert seen[-1] == N_WANTED


def test_a_server_that_sends_all_again_is_understood(hub):
    with pytest.raises(Cancelled):
        fetch(TINY, stop_at(2_500_000))
    hub.takes_ranges = False
    assert (fetch(TINY) / "model.safetensors").read_bytes() == WEIGHTS


def test_a_connection_that_breaks_off_is_taken_up_again(hub):
    hub.breaks_off_at = 1_500_000
    assert (fetch(TINY) / "model.safetensors").read_bytes() == WEIGHTS
    assert hub.asked[-2:] == [("model.safetensors", None), ("model.safetensors", "bytes=1048576-")]


def test_a_connection_that_gives_nothing_is_given_up(hub):
    hub.breaks_off_at = 0
    assert "cannot be reached" in refused(MissingModel)


def test_half_a_download_of_another_program_is_completed(hub, hf_home):
    write_cache(hf_home, files={name: FILES[name] for name in ("config.json", "processor_config.json")})
    assert find_checkpoint("sam2.1-tiny").revision == COMMIT
    assert [name for name, _ in hub.asked] == ["model.safetensors"]


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_file_that_came_damaged_is_not_kept(hub, name):
    hub.damaged = {name}
    assert f"{name} of sam2.1-tiny came damaged and was deleted" in refused(IncompleteModel)
    hub.damaged = set()
    assert find_checkpoint("sam2.1-tiny").revision == COMMIT


def test_a_gated_model_says_how_to_get_in(hub):
    hub.error = (403, "GatedRepo")
    message = refused(GatedModel)
    assert "Ask for access at https://huggingface.co/facebook/sam2.1-hiera-tiny" in message
    assert "hf auth login" in message
    assert "HF_TOKEN" in message


def test_a_repository_that_is_gone(hub):
    hub.repo = "somebody/else"
    assert "https://huggingface.co/facebook/sam2.1-hiera-tiny is not there" in refused(MissingModel)


def test_a_hub_in_trouble(hub):
    hub.error = (503, "")
    assert "503" in refused(MissingModel)


def test_no_hub_at_all(hub, monkeypatch):
    monkeypatch.setattr("huggingface_hub.hf_api.api.endpoint", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    message = refused(MissingModel)
    assert "cannot be reached" in message
    assert "--backend FOLDER" in message


def test_a_library_that_was_told_to_stay_offline(hub, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    huggingface_hub.utils.close_session()
    assert "cannot be reached" in refused(MissingModel)


def test_fetching_offline_is_refused(hub, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(MissingModel, match="HF_HUB_OFFLINE forbids it"):
        fetch(TINY)
    assert hub.asked == []


def test_a_repository_without_safetensors(hub):
    del hub.files["model.safetensors"]
    assert "has no .safetensors files" in refused(MissingModel)


def test_a_full_disk_is_noticed_before_anything_comes(hub, monkeypatch):
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1_000_000}))
    assert "needs 4 MB" in refused(StorageFull)
    assert hub.asked == []


def test_two_downloads_of_one_model_do_not_meet(hub):
    def another(done, total):
        with pytest.raises(ModelError, match="Another process is fetching sam2.1-tiny"):
            fetch(TINY)

    fetch(TINY, another)


def test_where_links_are_forbidden_the_files_themselves_lie_there(hub, monkeypatch):
    def forbidden(*args):
        raise OSError("A required privilege is not held by the client")

    monkeypatch.setattr("pathlib.Path.symlink_to", forbidden)
    folder = fetch(TINY)
    assert not (folder / "model.safetensors").is_symlink()
    assert find_checkpoint("sam2.1-tiny").folder == folder
    hub.asked.clear()
    fetch(TINY)
    assert hub.asked == []


def test_without_the_library_the_message_has_the_install_line(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "huggingface_hub", None)
    assert 'pip install "dwell[sam]"' in refused(MissingBackend)


def test_the_name_of_a_partial_file_is_its_digest(hub, hf_home):
    with pytest.raises(Cancelled):
        fetch(TINY, stop_at(2_500_000))
    [partial] = (hf_home / "hub").rglob("*.incomplete")
    assert partial.stem == hashlib.sha256(WEIGHTS).hexdigest()
