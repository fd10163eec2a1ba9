"""From picture and words to boxes: the same as the official pipelines make of the same checkpoint."""

import numpy as np
import pytest

from segmenters.detectors.drawn import SIZE_HW, picture
from segmenters.detectors.tiny import GROUNDED

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

PHRASES = ["Red bottle", "the blue flag", "hand of a cup"]


def ours(detector, phrases=PHRASES):
    """Boxes, scores and numbers of phrases, down to nothing."""
    found = detector.detect(picture(), phrases, 0)
    return in_order([(*each.box_xyxy, each.score, phrases.index(each.phrase)) for each in found])


def in_order(rows):
    """Rows of x0, y0, x1, y1, score, number: those of at least a pixel, cut off at the picture's borders."""
    rows = np.array(rows, dtype=float)
    rows[:, :4] = np.clip(rows[:, :4], 0, (*SIZE_HW[::-1], *SIZE_HW[::-1]))
    rows = rows[((rows[:, 2:4] - rows[:, :2]) >= 1).all(axis=1)]
    return rows[np.lexsort((rows[:, 0], rows[:, 4].round(5)))]


def assert_same(rows, theirs):
    assert len(rows) > 5
    assert np.ptp(rows[:, 4]) > 0.01, "scores differ, so that their order means something"
    np.testing.assert_allclose(rows[:, :4], theirs[:, :4], atol=2e-3)
    np.testing.assert_allclose(rows[:, 4], theirs[:, 4], atol=1e-5)


def official_dino(folder, phrases, text_threshold):
    """Rows of the official pipeline, numbered in its order, and its labels."""
    from transformers.models.grounding_dino.image_processing_pil_grounding_dino import (
        GroundingDinoImageProcessorPil,
    )

    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    images = GroundingDinoImageProcessorPil.from_pretrained(folder)
    processor = transformers.GroundingDinoProcessor(images, tokenizer)
    model = transformers.AutoModelForZeroShotObjectDetection.from_pretrained(folder).eval()
    inputs = processor(images=picture(), text=[phrases], return_tensors="pt")
    with torch.inference_mode():
        out = model(**inputs)
    found = processor.post_process_grounded_object_detection(
        out, inputs["input_ids"], threshold=0, text_threshold=text_threshold, target_sizes=[SIZE_HW]
    )[0]
    boxes, scores = found["boxes"].tolist(), found["scores"].tolist()
    rows = [(*box, score, n) for n, (box, score) in enumerate(zip(boxes, scores, strict=True))]
    return in_order(rows), found["text_labels"]


@pytest.mark.parametrize("kind", GROUNDED)
def test_grounding_dino(folders, learned, kind):
    assert_same(ours(learned(kind)), official_dino(folders[kind], PHRASES, 0.05)[0])


@pytest.mark.parametrize("kind", GROUNDED)
def test_a_label_has_a_word_of_the_phrase_where_its_text_score_exceeds_the_threshold(folders, learned, kind):
    phrases = ["red", "flag cup hand"]  # whole words, each a token
    found = learned(kind).detect(picture(), phrases, 0)
    threshold = float(np.median([each.text_score for each in found])) + 1e-6
    theirs, labels = official_dino(folders[kind], phrases, threshold)
    assert_same(ours(learned(kind), phrases), theirs)
    by_score = sorted(found, key=lambda each: (round(each.score, 5), each.box_xyxy[0]))
    said = [labels[int(number)].split() for number in theirs[:, 5]]
    has_word = [
        any(word in label for word in each.phrase.split()) for each, label in zip(by_score, said, strict=True)
    ]
    assert has_word == [each.text_score > threshold for each in by_score]
    assert set(has_word) == {False, True}


def test_owlv2(folders, learned):
    from transformers.models.owlv2.image_processing_pil_owlv2 import Owlv2ImageProcessorPil

    pytest.importorskip("scipy")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folders["owlv2"])
    images = Owlv2ImageProcessorPil.from_pretrained(folders["owlv2"])
    processor = transformers.Owlv2Processor(images, tokenizer)
    model = transformers.Owlv2ForObjectDetection.from_pretrained(folders["owlv2"]).eval()
    inputs = processor(images=picture(), text=[PHRASES], return_tensors="pt")
    with torch.inference_mode():
        out = model(**inputs)
    found = processor.post_process_grounded_object_detection(
        out, threshold=0, target_sizes=[SIZE_HW], text_labels=[PHRASES]
    )[0]
    boxes, scores = found["boxes"].tolist(), found["scores"].tolist()
    rows = zip(boxes, scores, found["text_labels"], strict=True)
    theirs = in_order([(*box, score, PHRASES.index(label)) for box, score, label in rows])
    assert_same(ours(learned("owlv2")), theirs)
    np.testing.assert_array_equal(ours(learned("owlv2"))[:, 5], theirs[:, 5])
    assert len(set(theirs[:, 5])) > 1


@pytest.mark.parametrize("kind", ["sam3", "sam3-video"])
def test_sam3(folders, learned, kind):
    """Its official processor needs torchvision; the picture is prepared as for the tracker, which is compared
    with that elsewhere. Here each phrase has the whole network to itself."""
    from dwell.segmenters.sam.pixel_spec import PixelSpec
    from dwell.segmenters.sam.pixels import image_tensor

    tokenizer = transformers.AutoTokenizer.from_pretrained(folders[kind])
    model = transformers.Sam3Model.from_pretrained(folders[kind]).eval()
    pixels = image_tensor(picture(), PixelSpec(112, (0.5,) * 3, (0.5,) * 3))
    rows = []
    for number, phrase in enumerate(PHRASES):
        text = tokenizer([phrase], return_tensors="pt", padding="max_length", max_length=32)
        with torch.inference_mode():
            out = model(pixel_values=pixels, **text)
        scores = (out.pred_logits.sigmoid() * out.presence_logits.sigmoid())[0].tolist()
        boxes = (out.pred_boxes[0] * torch.tensor([140, 90, 140, 90])).tolist()
        rows += [(*box, score, number) for box, score in zip(boxes, scores, strict=True)]
    theirs = in_order(rows)
    found = ours(learned(kind))
    assert len(found) == len(theirs) == 12
    np.testing.assert_allclose(found[:, :5], theirs[:, :5], atol=2e-3)
    np.testing.assert_array_equal(found[:, 5], theirs[:, 5])
