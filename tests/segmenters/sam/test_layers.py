"""What a network no longer does anew for every frame changes no bit of its results."""

import pytest

from segmenters.sam import tiny
from segmenters.sam.drawn import blue, picture

torch = pytest.importorskip("torch")
from dwell.segmenters.sam import layers, network  # noqa: E402 - needs torch
from dwell.segmenters.sam.pixel_spec import PixelSpec  # noqa: E402


def tracked(kind, device, half=torch.bfloat16):
    """Logits on the third frame, and the network."""
    spec = PixelSpec(tiny.SIDE[kind], (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    net = network.Network(tiny.make_tiny(kind).to(device), spec, half)
    shown, recent = [net.show(net.encode(picture(0)), blue(0), 0)], []
    for ahead in (1, 2):
        decoded, new = net.track(net.encode(picture(ahead)), shown, recent, ahead)
        recent.append(new)
    return decoded.logits, net


@pytest.mark.parametrize("kind", tiny.KINDS)
def test_layers_kept_in_bfloat16_give_what_autocast_gives(kind, device, monkeypatch):
    logits, net = tracked(kind, device)
    kept = {each.dtype for each in net.model.parameters()}
    monkeypatch.setattr(network, "cast_layers", lambda model, dtype: None)
    converted, net = tracked(kind, device)
    assert {each.dtype for each in net.model.parameters()} == {torch.float32}
    assert kept == {torch.float32, torch.bfloat16}, "norms and embeddings stay in full precision"
    assert torch.equal(logits, converted)


@pytest.mark.parametrize("kind", tiny.KINDS)
@pytest.mark.parametrize("half", [None, torch.bfloat16], ids=["float32", "bfloat16"])
def test_positions_kept_are_the_librarys_own(kind, half, device, monkeypatch):
    logits, _ = tracked(kind, device, half)
    monkeypatch.setattr(network, "keep_positions", lambda model: None)
    assert torch.equal(logits, tracked(kind, device, half)[0])


def test_positions_are_computed_once_for_each_shape():
    asked = []

    class SinePositions(torch.nn.Module):
        def forward(self, shape, device, dtype):
            asked.append(tuple(shape))
            return torch.zeros(shape, device=device, dtype=dtype)

    neck = torch.nn.Sequential(SinePositions())
    layers.keep_positions(neck)
    for shape in ((1, 2), (1, 2), (1, 3), (1, 2)):
        assert neck[0](torch.Size(shape), torch.device("cpu"), torch.float32).shape == shape
    assert asked == [(1, 2), (1, 3)]
