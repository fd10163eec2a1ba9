"""True masks of real objects that walk, turn and drive are not doubted."""

import pytest

from dwell.masks import Mask
from dwell.segmenters.contract import Tracked
from dwell.tracking.doubt import judge
from dwell.types import State
from real_data import needed, true_mask


@pytest.mark.parametrize("name", ["blackswan", "car-shadow", "dog", "goat"])
@pytest.mark.parametrize("stride", [1, 3])
def test_true_masks_are_seldom_doubted(name, stride):
    masks = [true_mask(path) for path in sorted(needed("davis16", name, "masks").iterdir())[::stride]]
    answers = [
        judge(Tracked(mask, 0.9, State.VISIBLE), Mask.from_array(before), stride)[0]
        for before, mask in zip(masks[:-1], masks[1:], strict=True)
    ]
    assert all(answer.state is State.VISIBLE for answer in answers)
    assert sum(answer.check for answer in answers) <= 0.05 * len(answers)
