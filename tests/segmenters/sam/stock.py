"""The library's own video session, driven without its processors (which need torchvision): the peer.

The benchmarks use it too.
"""

from __future__ import annotations

import torch

from dwell.segmenters.sam.pixels import image_tensor, mask_tensor

SESSIONS = {
    "sam2_video": "Sam2VideoInferenceSession",
    "edgetam_video": "EdgeTamVideoInferenceSession",
    "sam3_tracker_video": "Sam3TrackerVideoInferenceSession",
}


class StockSession:
    """A session of ``transformers``, holding the whole video as that session does."""

    def __init__(self, network, pictures=()):
        import importlib

        self.model, self.spec = network.model, network.spec
        module = importlib.import_module(type(self.model).__module__)
        make = getattr(module, SESSIONS[self.model.config.model_type])
        pixels = [image_tensor(each, self.spec, network.device) for each in pictures]
        video = torch.cat(pixels) if pixels else None
        height, width = pictures[0].shape[:2] if pictures else (None, None)
        self.session = make(
            video=video,
            video_height=height,
            video_width=width,
            inference_device=network.device,
            inference_state_device=network.device,
            dtype=next(self.model.parameters()).dtype,
        )

    def show(self, frame_idx, mask, object_id=1):
        """Prompt an object with a mask, and run the frame."""
        return self.show_all(frame_idx, {object_id: mask})

    def show_all(self, frame_idx, masks):
        """Prompt objects, by object_id, with masks, and run the frame."""
        for object_id, mask in masks.items():
            index = self.session.obj_id_to_idx(object_id)
            self.session.add_mask_inputs(index, frame_idx, mask_tensor(mask, self.spec.size))
        self.session.obj_with_new_inputs = list(masks)
        return self.model(self.session, frame_idx=frame_idx)

    def stream(self, pictures, masks):
        """Frames one by one, none held beforehand; masks, by object_id, are those of the first."""
        for frame_idx, picture in enumerate(pictures):
            if frame_idx == 0:
                for object_id, mask in masks.items():
                    index = self.session.obj_id_to_idx(object_id)
                    self.session.add_mask_inputs(index, 0, mask_tensor(mask, self.spec.size))
                self.session.obj_with_new_inputs = list(masks)
            pixels = image_tensor(picture, self.spec, self.session.inference_device)
            yield self.model(self.session, frame=pixels[0], frame_idx=frame_idx)

    def click(self, frame_idx, x, y, object_id=1):
        """Prompt with a positive click in px of the model's square, and run the frame."""
        index = self.session.obj_id_to_idx(object_id)
        point = {
            "point_coords": torch.tensor([[[[float(x), float(y)]]]]),
            "point_labels": torch.tensor([[[1]]], dtype=torch.int32),
        }
        self.session.add_point_inputs(index, frame_idx, point)
        self.session.obj_with_new_inputs = [object_id]
        return self.model(self.session, frame_idx=frame_idx)

    def track(self, start, *, reverse=False, n_frames=None):
        """frame_idx → (low-resolution logits, object logit), without the start frame; of one object."""
        found = {}
        frames = self.model.propagate_in_video_iterator(
            self.session, start_frame_idx=start, reverse=reverse, max_frame_num_to_track=n_frames
        )
        for out in frames:
            if out.frame_idx != start:
                found[out.frame_idx] = (
                    out.pred_masks[0, 0].clone(),
                    float(out.object_score_logits[0].item()),
                )
        return found
