"""From a folder to a network: devices, resolutions, precision, and broken checkpoints."""

import json
import shutil

import numpy as np
import pytest

from dwell.errors import BackendError, ModelError
from segmenters.sam import tiny
from segmenters.sam.drawn import blue, picture

torch = pytest.importorskip("torch")
from safetensors.torch import load_file  # noqa: E402

from dwell.segmenters.checkpoints.devices import choose_device  # noqa: E402 - needs torch
from dwell.segmenters.sam import loading  # noqa: E402
from dwell.segmenters.sam.backend import SamBackend  # noqa: E402
from dwell.segmenters.sam.network import Network  # noqa: E402
from dwell.segmenters.sam.pixel_spec import PixelSpec  # noqa: E402


@pytest.fixture
def copied(checkpoints, tmp_path):
    """A checkpoint of its own to spoil."""

    def copy(kind="sam2"):
        return shutil.copytree(checkpoints[kind], tmp_path / kind)

    return copy


def logits_after(backend, n_frames=3):
    memory = backend.start(backend.encode(picture(0)), blue(0))
    for frame_idx in range(1, n_frames):
        memory = backend.step(backend.encode(picture(frame_idx)), {1: memory})[1][1]
    return memory.recent[-1].logits


def test_it_describes_all_that_fixes_the_result(opened, checkpoints, device, precision):
    described = opened("sam2").describe()
    assert described["model"] == str(checkpoints["sam2"])
    assert described["revision"].startswith("sha256:")
    assert described["resolution"] == 128
    assert (described["precision"], described["device"]) == (precision, device)
    assert described["torch"] == torch.__version__
    json.dumps(described)


@pytest.mark.parametrize("kind", ["sam2", "edgetam"])
def test_a_lower_resolution_is_the_same_network_set_up_smaller(checkpoints, kind, monkeypatch, device):
    backend = SamBackend(checkpoints[kind], device=device, precision="float32", resolution=64)
    assert backend.describe()["resolution"] == 64
    monkeypatch.setitem(tiny.SIDE, kind, 64)
    smaller = tiny.make_tiny(kind)
    smaller.load_state_dict(load_file(checkpoints[kind] / "model.safetensors"))
    spec = PixelSpec(64, backend.network.spec.mean, backend.network.spec.std)
    network = Network(smaller.to(device), spec)
    shown = network.show(network.encode(picture(0)), blue(0), 0)
    theirs, _ = network.track(network.encode(picture(1)), (shown,), (), 1)
    torch.testing.assert_close(logits_after(backend, 2), theirs.logits, atol=1e-3, rtol=0)


@pytest.mark.parametrize("resolution", [100, 32, 256])
def test_a_resolution_that_does_not_fit_is_refused(checkpoints, resolution, device):
    with pytest.raises(BackendError, match=r"multiple of 32 from 64 to 128, such as 64"):
        SamBackend(checkpoints["sam2"], device=device, resolution=resolution)


def test_sam3_has_one_resolution(checkpoints, device):
    with pytest.raises(BackendError, match="112 px only"):
        SamBackend(checkpoints["sam3"], device=device, resolution=64)


@pytest.mark.parametrize("kind", tiny.KINDS)
def test_bfloat16_is_close_to_float32(checkpoints, kind, device):
    exact = SamBackend(checkpoints[kind], device=device, precision="float32")
    rough = SamBackend(checkpoints[kind], device=device, precision="bfloat16")
    assert rough.describe()["precision"] == "bfloat16"
    exact, near = logits_after(exact), logits_after(rough)
    assert near.dtype is torch.bfloat16
    assert not torch.equal(exact, near.float())
    assert float((exact - near.float()).abs().max()) < 0.1 * float(exact.abs().max())


@pytest.mark.parametrize("kind", tiny.KINDS)
def test_a_bfloat16_log_is_exact_too(checkpoints, kind, device):
    backend = SamBackend(checkpoints[kind], device=device, precision="bfloat16")
    from recalling import Recalling

    encoded = [backend.encode(picture(i)) for i in range(4)]
    start = backend.start(encoded[0], blue(0))
    memory = start
    for each in encoded[1:3]:
        memory = backend.step(each, {1: memory})[1][1]
    again = backend.load(backend.dump(memory), Recalling(encoded[:3], lambda: start))
    one, other = (backend.step(encoded[3], {1: each})[1] for each in (memory, again))
    np.testing.assert_array_equal(one[0].mask, other[0].mask)
    assert backend.dump(one[1]) == backend.dump(other[1])


def test_auto_takes_the_best_device_there_is(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert choose_device("auto").type == "cpu"
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device("auto").type == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert choose_device("auto").type == "cuda"
    assert choose_device("cuda:1") == torch.device("cuda", 1)
    for wrong in ("cuda:2", "cuda:", "cuda:x"):
        with pytest.raises(BackendError, match=f"no device '{wrong}' here, only: cuda, mps, cpu"):
            choose_device(wrong)


def test_a_device_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(BackendError, match=r"finds no device 'cuda' here, only: .*cpu.*install a CUDA build"):
        choose_device("cuda")
    with pytest.raises(BackendError, match="auto, cuda, mps or cpu"):
        choose_device("gpu")


def test_running_out_of_memory_says_which_knob_to_turn(opened, monkeypatch, device):
    backend = opened("sam2")

    def full(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr(backend.network, "encode", full)
    with pytest.raises(BackendError, match=r"memory.*saved.*resolution \(512\), a smaller model") as caught:
        backend.encode(picture(0))
    elsewhere = "choose the device cpu" in str(caught.value)
    assert elsewhere is (device != "cpu"), "not if that is where it ran"


@pytest.mark.parametrize(
    "says",
    [
        "CUDA out of memory. Tried to allocate 2.00 GiB",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you tried",
        "[enforce fail at alloc_cpu.cpp:117] data. DefaultCPUAllocator: not enough memory: you tried",
    ],
)
@pytest.mark.parametrize("where", ["from_pretrained", "to"])
def test_a_model_that_does_not_fit_into_memory_is_not_called_damaged(
    checkpoints, monkeypatch, where, says, device
):
    from transformers import Sam2VideoModel

    def full(*_, **__):
        raise RuntimeError(says)

    monkeypatch.setattr(Sam2VideoModel, where, full)
    with pytest.raises(
        BackendError, match=rf"does not fit into the memory of {device}. Choose a smaller model"
    ):
        SamBackend(checkpoints["sam2"], device=device)


def test_auto_takes_bfloat16_only_from_gpus_that_compute_in_it(monkeypatch):
    for capability, expected in (((7, 5), None), ((8, 0), torch.bfloat16), ((9, 0), torch.bfloat16)):
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device, found=capability: found)
        assert loading._autocast("auto", torch.device("cuda", 1)) is expected
    assert loading._autocast("auto", torch.device("cpu")) is None
    assert loading._autocast("bfloat16", torch.device("cpu")) is torch.bfloat16


def test_other_runtime_errors_are_left_alone(opened, monkeypatch):
    backend = opened("sam2")

    def broken(*_, **__):
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr(backend.network, "encode", broken)
    with pytest.raises(RuntimeError, match="shapes do not match"):
        backend.encode(picture(0))


def test_weights_of_another_architecture_are_refused(copied, checkpoints, device):
    folder = copied("sam2")
    shutil.copy(checkpoints["edgetam"] / "model.safetensors", folder / "model.safetensors")
    shutil.copy(checkpoints["edgetam"] / "config.json", folder / "edgetam.json")
    config = json.loads((folder / "config.json").read_text())
    config["memory_attention_num_layers"] = 3
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=r"lacks \d+ of the weights of a Sam2VideoModel, such as"):
        SamBackend(folder, device=device)


def test_weights_of_another_size_are_refused(copied, device):
    folder = copied("sam2")
    config = json.loads((folder / "config.json").read_text())
    config["mask_decoder_config"]["iou_head_hidden_dim"] = 64
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="do not fit a Sam2VideoModel.*fetch the model anew"):
        SamBackend(folder, device=device)


def test_a_config_that_makes_no_sense_is_named(copied, device):
    folder = copied("sam2")
    config = json.loads((folder / "config.json").read_text())
    config["num_maskmem"] = "seven"
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="config.json"):
        SamBackend(folder, device=device)


def test_of_a_whole_sam3_checkpoint_the_tracker_is_loaded(tmp_path, device):
    whole = tiny.write_whole_sam3(tmp_path).to(device)
    backend = SamBackend(tmp_path, device=device, precision="float32")
    assert backend.describe()["architecture"] == "sam3_tracker_video"
    loaded = backend.network.model
    assert torch.equal(loaded.no_object_pointer, whole.tracker_model.no_object_pointer)
    for name, weights in whole.tracker_neck.state_dict().items():
        assert torch.equal(loaded.vision_encoder.neck.state_dict()[name], weights)
    for name, weights in whole.detector_model.vision_encoder.backbone.state_dict().items():
        assert torch.equal(loaded.vision_encoder.backbone.state_dict()[name], weights)
    assert logits_after(backend, 2).shape == (32, 32)


def test_edgetam_with_its_true_backbone_is_what_the_stock_session_gives(tmp_path, device):
    pytest.importorskip("timm", reason='needs pip install "dwell[edgetam]"', exc_type=ImportError)
    from segmenters.sam.stock import StockSession

    backend = SamBackend(
        tiny.write_true_edgetam(tmp_path), device=device, precision="float32", resolution=512
    )
    session = StockSession(backend.network, [picture(i) for i in range(3)])
    session.show(0, blue(0))
    assert torch.equal(logits_after(backend, 3), session.track(0)[2][0])
