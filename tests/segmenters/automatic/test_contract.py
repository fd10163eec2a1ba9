"""What every proposer promises, tried on a drawn picture: by rules, tiny networks, backends on a grid."""

import json

import numpy as np
import pytest

from dwell.masks import Mask
from dwell.models import MODELS, PROPOSER_MODELS
from dwell.registry import BACKENDS, PROPOSERS
from dwell.segmenters.checkpoints.family import PROPOSING
from dwell.segmenters.contract import AutomaticOptions, Proposer
from segmenters.automatic.conftest import HUB_PROPOSERS
from segmenters.automatic.painted import box
from segmenters.automatic.tiny_images import KINDS
from segmenters.sam.tiny import KINDS as TRACKERS

SIZE_HW = (96, 128)
BODY, LID = (30, 30, 70, 80), (40, 34, 60, 50)
BY_RULES = [name for name in PROPOSERS if name not in PROPOSER_MODELS]
ON_A_GRID = [name for name in BACKENDS if name not in MODELS and name not in BY_RULES]
BY_HUB = [pytest.param(name, marks=pytest.mark.hub) for name in HUB_PROPOSERS]
NETWORKS = [*KINDS, *TRACKERS]


def picture():
    """A blue box with a red lid on sand."""
    image = np.full((*SIZE_HW, 3), (214, 200, 170), np.uint8)
    image[box(SIZE_HW, *BODY)] = (30, 60, 190)
    image[box(SIZE_HW, *LID)] = (200, 30, 30)
    return image


OPTIONS = AutomaticOptions(points_per_side=8, pred_iou_thresh=0.3, nms_thresh=0.7)
LOOSE = AutomaticOptions(
    points_per_side=8,
    pred_iou_thresh=0.2,
    stability_score_thresh=0.1,
    stability_score_offset=0.01,
    nms_thresh=0.7,
)
"""What random networks say is not worth much, but must be something."""


@pytest.fixture(params=[*BY_RULES, *ON_A_GRID, *NETWORKS, *BY_HUB])
def name(request):
    return request.param


@pytest.fixture
def proposer(proposer_of, name):
    return proposer_of(name)


@pytest.fixture
def options(name):
    return LOOSE if name in NETWORKS else OPTIONS


@pytest.fixture(scope="module")
def found_by(proposer_of):
    """What a proposer finds on the picture, asked once."""
    there = {}

    def find(name, options):
        if (name, options) not in there:
            there[name, options] = proposer_of(name).propose(picture(), options)
        return there[name, options]

    return find


def test_every_architecture_is_tried_here():
    assert set(KINDS) == set(PROPOSING.architectures)


def test_it_has_the_parts_of_a_proposer(proposer):
    assert isinstance(proposer, Proposer)
    assert proposer.name
    assert json.dumps(proposer.describe())


def test_masks_are_of_the_pictures_size_and_keep_to_the_options(found_by, name, options):
    found = found_by(name, options)
    assert 2 <= len(found) <= options.max_masks
    for each in found:
        assert each.mask.size_hw == SIZE_HW
        assert (options.pred_iou_thresh or 0) <= each.score <= 1
        assert (options.stability_score_thresh or 0) <= each.stability <= 1
        assert isinstance(each.score, float)
        assert isinstance(each.stability, float)
        assert options.min_area <= each.mask.area / (SIZE_HW[0] * SIZE_HW[1]) <= options.max_area


def test_the_best_comes_first_and_no_two_are_alike(found_by, name, options):
    found = found_by(name, options)
    ranks = [(-each.score, -each.mask.area) for each in found]
    assert ranks == sorted(ranks)
    for i, each in enumerate(found):
        for other in found[:i]:
            assert np.count_nonzero(each.mask.to_array() & other.mask.to_array()) <= 0.7 * np.count_nonzero(
                each.mask.to_array() | other.mask.to_array()
            )


def test_the_same_again_gives_the_same_and_nothing_given_is_changed(found_by, proposer, name, options):
    image = picture()
    assert proposer.propose(image, options) == found_by(name, options)
    np.testing.assert_array_equal(image, picture())


def test_a_view_of_another_array_is_an_image_too(found_by, proposer, name, options):
    turned = np.ascontiguousarray(picture()[:, ::-1])[:, ::-1]
    assert proposer.propose(turned, options) == found_by(name, options)


def test_a_frame_beside_it_does_no_harm(proposer, options):
    found = proposer.propose(picture(), options, beside=np.roll(picture(), 2, axis=1))
    assert found
    assert all(each.mask.size_hw == SIZE_HW for each in found)


def test_fewer_masks_are_the_first_ones(found_by, proposer, name, options):
    two = AutomaticOptions(**{**vars(options), "max_masks": 2})
    assert proposer.propose(picture(), two) == found_by(name, options)[:2]


@pytest.mark.parametrize("name", [*BY_RULES, *ON_A_GRID, *BY_HUB])
def test_a_thing_and_what_is_on_it_are_both_found(found_by, name):
    found = [each.mask for each in found_by(name, OPTIONS)]
    for wanted in (BODY, LID):
        truth = Mask.from_array(box(SIZE_HW, *wanted))
        if name == "colour" and wanted == BODY:
            truth = truth - Mask.from_array(box(SIZE_HW, *LID))  # it knows colours, and of no whole
        assert max(truth.iou(mask) for mask in found) > 0.9
