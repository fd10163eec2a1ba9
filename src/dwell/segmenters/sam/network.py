"""One loaded network of the SAM 2 family: what it sees in a frame, decodes, and remembers.

SAM 2, EdgeTAM and the SAM 3 tracker answer to the same calls in ``transformers``. Its own video session keeps
everything for ever and mixes objects; here the caller holds one small memory an object, and each call shows
the library just that memory. So the network's arithmetic is the library's, and who remembers what is ours.
The library's methods with a leading underscore are held to by tests that compare with its own session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from dwell.segmenters.sam.layers import cast_layers, keep_positions
from dwell.segmenters.sam.pixel_spec import PixelSpec
from dwell.segmenters.sam.pixels import image_tensor, mask_of_logits, mask_tensor
from dwell.segmenters.sam.replay import Pool, Replayed
from dwell.segmenters.sam.stability import as_scores, stability
from dwell.types import BoolArray, ByteArray, FloatArray

__all__ = ["Decoded", "Encoded", "Network", "Remembered"]

_FOR_EVER = (
    1 << 40
)  # frames; the length of a video the network is told of, so that it never cuts off pointers
MASK_LOGITS = (20.0, -10.0)
"""Scale and bias that make logits of a mask of zeros and ones; SAM 2's own."""


_Function = Callable[..., tuple[torch.Tensor, ...]]


@dataclass(frozen=True, eq=False)
class Encoded:
    """A frame as the network sees it."""

    image_hw: tuple[int, int]
    levels: tuple[torch.Tensor, ...]
    """Feature maps, fine to coarse, each (pixels, 1, channels)."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """What a decoder says of one object on one frame."""

    logits: torch.Tensor
    """(low_h, low_w): mask where > 0."""
    object_logit: float
    """The object is in the picture where > 0."""
    iou: float
    """0 … 1: the decoder's estimate of the mask's IoU."""


@dataclass(frozen=True, eq=False)
class Remembered:
    """One frame of one object, as memory attention looks back at it."""

    ahead: int
    """Tracked frames from the one tracking started on; that one is 0."""
    pointer: torch.Tensor
    """(1, 1, channels): what the object is."""
    features: torch.Tensor | None = None
    """Memory features; None beyond their reach."""
    logits: torch.Tensor | None = field(default=None, repr=False)
    """(low_h, low_w) mask logits the features were made from; None for a frame a person showed."""
    object_logit: float = 0.0


class Network:
    """A loaded model, its picture format, and where it runs.

    Args:
        model: a ``…VideoModel`` of transformers, on its device, in evaluation mode. It is the network's from
            then on: see ``layers`` for what is changed in it.
        spec: how it wants its pictures.
        autocast: type to compute in on that device; None computes in the weights' own type.
    """

    def __init__(self, model: Any, spec: PixelSpec, autocast: torch.dtype | None = None) -> None:
        self.model = model
        self.spec = spec
        self.device = next(model.parameters()).device
        self.reach: int = model.num_maskmem - 1
        """Frames back whose features are looked at."""
        self.pointer_reach: int = model.config.max_object_pointers_in_encoder - 1
        """Frames back whose pointers are looked at."""
        self._tracks_several: bool = model._use_multimask(False, None)
        self._position: torch.Tensor | None = None
        self._memory_position: torch.Tensor | None = None
        self._dtype = next(model.parameters()).dtype
        self._autocast: torch.dtype | None = None
        self._see: _Function = partial(_see, model)
        self._decode: _Function = partial(_decode, model, self._tracks_several)
        self._memorise: _Function = partial(_memorise, model)
        keep_positions(model)
        if autocast is not None:
            self._find_positions()
            cast_layers(model, autocast)
            self._replay()
        self._autocast = autocast

    def _replay(self) -> None:
        """On an NVIDIA GPU, replay what depends on nothing but its input.

        Not in float32: there the GPU itself is what takes long, and replayed the last bits can differ.
        """
        if self.device.type == "cuda" and torch.version.cuda:
            pool = Pool()
            self._see = Replayed(self._see, pool)
            self._decode = Replayed(self._decode, pool)
            self._memorise = Replayed(self._memorise, pool)

    def _find_positions(self) -> None:
        """Position codes in full precision: with autocast, the library computes them in half of it."""
        blank = self.encode(np.zeros((self.spec.size, self.spec.size, 3), np.uint8))
        self.show(blank, np.ones(blank.image_hw, dtype=bool), 0)

    @contextmanager
    def _computing(self) -> Iterator[None]:
        kind, half = self.device.type, self._autocast
        autocast = nullcontext() if half is None else torch.autocast(kind, half, cache_enabled=False)
        with torch.inference_mode(), autocast:
            yield

    # ---------------------------------------------------------------- one frame

    def encode(self, image: ByteArray) -> Encoded:
        """Feature maps of an (h, w, 3) uint8 RGB image."""
        pixels = image_tensor(image, self.spec, self.device)
        with self._computing():
            *levels, position = self._see(pixels)
        if self._position is None:  # the same for every frame; the library would keep it with each
            self._position = position
        return Encoded((image.shape[0], image.shape[1]), tuple(levels))

    def answer(
        self,
        encoded: Encoded,
        points: Sequence[tuple[float, float, bool]] = (),
        box: tuple[float, float, float, float] | None = None,
        mask_logits: torch.Tensor | None = None,
        *,
        several: bool,
    ) -> list[Decoded]:
        """What prompts on this frame mean, without any memory.

        Args:
            encoded: the frame.
            points: (x, y, positive) in px of the image.
            box: (x0, y0, x1, y1) in px of the image.
            mask_logits: (low_h, low_w) of an earlier answer, to improve on.
            several: three answers of different extent, or one.
        """
        with self._computing():
            return self._answered(encoded, self._prompted(encoded, points, box, mask_logits), several)

    def _prompted(
        self,
        encoded: Encoded,
        points: Sequence[tuple[float, float, bool]],
        box: tuple[float, float, float, float] | None,
        mask_logits: torch.Tensor | None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The prompt encoder's sparse and dense embeddings."""
        height, width = encoded.image_hw
        sx, sy = self.spec.size / width, self.spec.size / height
        coords = torch.tensor([[[[x * sx, y * sy] for x, y, _ in points]]], device=self.device)
        labels = torch.tensor([[[int(positive) for *_, positive in points]]], device=self.device)
        if not points:  # the prompt encoder wants one; -1 says that it means nothing
            coords = torch.zeros(1, 1, 1, 2, device=self.device)
            labels = -torch.ones(1, 1, 1, dtype=torch.int64, device=self.device)
        boxes = None
        if box is not None:
            corners = [box[0] * sx, box[1] * sy, box[2] * sx, box[3] * sy]
            boxes = torch.tensor([[corners]], dtype=torch.float32, device=self.device)
        sparse, dense = self.model.prompt_encoder(
            input_points=coords.float() if points or box is None else None,
            input_labels=labels if points or box is None else None,
            input_boxes=boxes,
            input_masks=None if mask_logits is None else mask_logits[None, None].to(self.device),
        )
        return sparse, dense

    def _answered(
        self, encoded: Encoded, prompted: tuple[torch.Tensor, torch.Tensor], several: bool
    ) -> list[Decoded]:
        masks, ious, object_logit = self._decoded(encoded, prompted, several=several)
        shown = float(object_logit.float().item())
        scores = ious[0, 0].float().cpu().tolist()
        return [
            Decoded(masks[0, 0, i].float(), shown, min(max(iou, 0.0), 1.0)) for i, iou in enumerate(scores)
        ]

    def _decoded(
        self, encoded: Encoded, prompted: tuple[torch.Tensor, torch.Tensor], *, several: bool
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The mask decoder's logits (1, n, m, h, w), estimates of IoU (1, n, m) and logits of presence."""
        model = self.model
        top = encoded.levels[-1] + model.no_memory_embedding
        masks, ious, _, object_logits = model.mask_decoder(
            image_embeddings=self._maps((*encoded.levels[:-1], top))[-1],
            image_positional_embeddings=model.get_image_wide_positional_embeddings(),
            sparse_prompt_embeddings=prompted[0],
            dense_prompt_embeddings=prompted[1],
            multimask_output=several,
            high_resolution_features=self._maps(encoded.levels)[:-1],
        )
        return masks, ious, object_logits

    def click(
        self, encoded: Encoded, points_xy: FloatArray, offset: float
    ) -> tuple[torch.Tensor, FloatArray, FloatArray]:
        """What each of many clicks means by itself, without any memory.

        Args:
            encoded: the frame.
            points_xy: (n, 2) px of the image; all are answered at once.
            offset: of the two thresholds that stability compares, in logits.

        Returns:
            (n, m, low_h, low_w) logits, (n, m) estimates of their IoU and (n, m) stabilities, 0 … 1.
        """
        height, width = encoded.image_hw
        scale = (self.spec.size / width, self.spec.size / height)
        coords = torch.tensor(points_xy * scale, dtype=torch.float32, device=self.device)[None, :, None]
        with self._computing():
            prompted = self.model.prompt_encoder(
                input_points=coords,
                input_labels=torch.ones(coords.shape[:-1], dtype=torch.int64, device=self.device),
                input_boxes=None,
                input_masks=None,
            )
            masks, ious, _ = self._decoded(encoded, prompted, several=True)
            stabilities = stability(masks[0], offset)
        return masks[0], as_scores(ious[0]), as_scores(stabilities)

    def mask(self, encoded: Encoded, logits: torch.Tensor) -> BoolArray:
        """(h, w) bool at the image's size where (low_h, low_w) logits are above 0."""
        return mask_of_logits(logits, encoded.image_hw)

    def low_logits(self, mask: BoolArray) -> torch.Tensor:
        """(low_h, low_w) logits that say this (h, w) mask, to improve on."""
        scale, bias = MASK_LOGITS
        whole = mask_tensor(mask, self.spec.size) * scale + bias
        size = self.model.prompt_encoder.mask_input_size
        return F.interpolate(whole, size, mode="bilinear", align_corners=False, antialias=True)[0, 0]

    # ---------------------------------------------------------------- memory

    def show(self, encoded: Encoded, mask: BoolArray, ahead: int) -> Remembered:
        """The memory of a frame on which a person showed the object; all False: that it is not there."""
        whole = mask_tensor(mask, self.spec.size).to(self.device)
        maps = self._maps(encoded.levels)
        with self._computing():
            out = self.model._use_mask_as_output(maps[-1], maps[:-1], whole)
            features, position = _encode_memory(
                self.model, encoded.levels[-1], out.high_res_masks, out.object_score_logits, drawn=True
            )
        if self._memory_position is None:  # the same for every frame and object
            self._memory_position = position
        return Remembered(ahead, out.object_pointer, features, None, float(out.object_score_logits.item()))

    def track(
        self, encoded: Encoded, shown: Sequence[Remembered], recent: Sequence[Remembered], ahead: int
    ) -> tuple[Decoded, Remembered]:
        """The object on the frame ``ahead``, and the memory of it.

        Args:
            encoded: the frame.
            shown: frames on which a person showed the object; at least one.
            recent: what else is remembered, oldest first; the last counts as one frame back, and so on.
            ahead: tracked frames from the start to this one, ≥ 1.
        """
        with self._computing():
            seen = self._conditioned(encoded, shown, recent, ahead)
            logits, masks, said, object_logits, pointer = self._decode(seen, *encoded.levels[:-1])
            (features,) = self._memorise(encoded.levels[-1], masks, object_logits)
        object_logit, iou = said.tolist()
        decoded = Decoded(logits, object_logit, min(max(iou, 0.0), 1.0))
        return decoded, Remembered(ahead, pointer, features, logits, object_logit)

    def remember_again(self, encoded: Encoded, remembered: Remembered) -> torch.Tensor:
        """The memory features of a tracked frame, made anew from its logits; bit for bit as before."""
        if remembered.logits is None:
            raise ValueError("only a tracked frame has logits")
        # As many channels as were decoded: with another number, the last bit comes out differently.
        n_masks = self.model.mask_decoder.num_multimask_outputs if self._tracks_several else 1
        logits = remembered.logits.expand(1, n_masks, -1, -1)
        size = (self.spec.size, self.spec.size)
        whole = F.interpolate(logits.float(), size, mode="bilinear", align_corners=False)[:, :1]
        whole = whole.to(logits.dtype)
        shown = torch.full((1, 1, 1), remembered.object_logit, device=self.device)
        with self._computing():
            return self._memorise(encoded.levels[-1], whole.contiguous(), shown)[0]

    def _conditioned(
        self, encoded: Encoded, shown: Sequence[Remembered], recent: Sequence[Remembered], ahead: int
    ) -> torch.Tensor:
        """The frame's coarse features after attention to the memory, (1, channels, h, w)."""
        session = SimpleNamespace(
            dtype=self._dtype,
            output_dict_per_obj=[
                {
                    "cond_frame_outputs": {each.ahead: self._as_output(each) for each in shown},
                    "non_cond_frame_outputs": {
                        ahead - back: self._as_output(each)
                        for back, each in zip(range(len(recent), 0, -1), recent, strict=True)
                    },
                }
            ],
        )
        conditioned: torch.Tensor = self.model._prepare_memory_conditioned_features(
            inference_session=session,
            frame_idx=ahead,
            obj_idx=0,
            is_initial_conditioning_frame=False,
            current_vision_features=encoded.levels[-1],
            current_vision_positional_embeddings=self._position,
            num_total_frames=_FOR_EVER,
            track_in_reverse_time=False,
            streaming=True,
        )
        return conditioned

    def _as_output(self, each: Remembered) -> dict[str, torch.Tensor | None]:
        return {
            "maskmem_features": each.features,
            "maskmem_pos_enc": self._memory_position,
            "object_pointer": each.pointer,
        }

    def _maps(self, levels: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        return _maps(self.model, levels)


# -------------------------------------------------------------------- what depends on nothing but its input


def _see(model: Any, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Feature maps, fine to coarse, and the position codes of the coarsest."""
    seen = model.get_image_features(pixels, return_dict=True)
    return (*seen.fpn_hidden_states, seen.fpn_position_encoding[-1])


def _decode(model: Any, several: bool, seen: torch.Tensor, *finer: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Of a frame after attention to the memory: logits, mask at full size, scores twice, pointer."""
    out = model._single_frame_forward(image_embeddings=[*_maps(model, finer), seen], multimask_output=several)
    object_logits = out.object_score_logits
    said = torch.stack([object_logits.float().reshape(()), out.iou_scores.float().max()])
    masks = out.high_res_masks.contiguous()
    return out.pred_masks[0, 0], masks, said, object_logits, out.object_pointer


def _memorise(
    model: Any, coarsest: torch.Tensor, masks: torch.Tensor, object_logits: torch.Tensor
) -> tuple[torch.Tensor]:
    """Memory features of a tracked frame."""
    return (_encode_memory(model, coarsest, masks, object_logits, drawn=False)[0],)


def _encode_memory(
    model: Any, coarsest: torch.Tensor, masks: torch.Tensor, object_logits: torch.Tensor, *, drawn: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """Memory features and their position codes."""
    features, position = model._encode_new_memory(
        current_vision_feats=coarsest,
        pred_masks_high_res=masks,
        object_score_logits=object_logits,
        is_mask_from_pts=drawn,
    )
    return features, position


def _maps(model: Any, levels: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """Feature maps as (1, channels, h, w), of as many levels as are given, fine to coarse."""
    return [
        level.permute(1, 2, 0).view(1, level.shape[2], *size)
        for level, size in zip(levels, model.backbone_feature_sizes, strict=False)
    ]
