"""What only an NVIDIA GPU can show: ``DWELL_TEST_DEVICE=cuda pytest tests/segmenters/sam``."""

import pytest

from dwell.errors import BackendError
from segmenters.sam.drawn import blue, picture

torch = pytest.importorskip("torch")
from dwell.segmenters.sam.pixels import image_tensor  # noqa: E402 - needs torch


@pytest.fixture(autouse=True)
def _on_cuda(device):
    if not device.startswith("cuda"):
        pytest.skip("needs an NVIDIA GPU and DWELL_TEST_DEVICE=cuda")


def test_pictures_are_the_same_there_to_the_last_bit(backend):
    spec = backend.network.spec
    there = image_tensor(picture(3), spec, backend.network.device)
    assert torch.equal(there.cpu(), image_tensor(picture(3), spec))


def test_its_memory_does_not_grow_with_the_video(backend):
    memory = backend.start(backend.encode(picture(0)), blue(0))
    held = {}
    for i in range(1, 60):
        memory = backend.step(backend.encode(picture(i % 20)), {1: memory})[1][1]
        held[i] = torch.cuda.memory_allocated()
    assert held[59] == held[30]


def hold_ever_more(backend):
    held = []
    while True:
        held.append(backend.encode(picture(0)))


def test_without_memory_it_says_so_and_goes_on_when_there_is_some(backend):
    backend.encode(picture(0))
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(backend.network.device).total_memory
    torch.cuda.set_per_process_memory_fraction(torch.cuda.memory_reserved() / total)
    try:
        with pytest.raises(BackendError, match="ran out of memory on cuda.*choose the device cpu"):
            hold_ever_more(backend)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert backend.encode(picture(0)).image_hw == picture(0).shape[:2]
