"""Agreement of two codings, against examples worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from dwell.metrics import cohen_kappa, compare_labels


def codings(counts, labels):
    """Two codings with these counts: first coding in the row, second in the column."""
    pairs = [
        (a, b)
        for a, row in zip(labels, counts, strict=True)
        for b, n in zip(labels, row, strict=True)
        for _ in range(n)
    ]
    return [a for a, _ in pairs], [b for _, b in pairs]


def test_kappa_of_a_two_by_two_table():
    # Agreement 35/50 = 0.7; by chance (25·30 + 25·20)/2500 = 0.5; kappa = 0.2/0.5.
    found = compare_labels(*codings([[20, 5], [10, 15]], ["in", "out"]))
    assert (found.n, found.share) == (50, 0.7)
    assert found.kappa == pytest.approx(0.4)
    assert found.confusion.loc["in", "out"] == 5
    assert found.confusion.loc["out", "in"] == 10


def test_kappa_of_three_labels():
    # Agreement 0.29; by chance 0.5·0.4 + 0.3·0.3 + 0.2·0.3 = 0.35; kappa = -0.06/0.65.
    counts = [[25, 13, 12], [12, 2, 16], [3, 15, 2]]
    assert cohen_kappa(*codings(counts, ["a", "b", "c"])) == pytest.approx(-0.06 / 0.65)


def test_perfect_and_opposite_codings():
    assert cohen_kappa([True, False, True], [True, False, True]) == 1
    assert cohen_kappa([True, False], [False, True]) == -1


def test_items_that_one_did_not_code_are_left_out():
    found = compare_labels(pd.array([True, None, False, True], "boolean"), [True, True, None, True])
    assert (found.n, found.share) == (2, 1.0)
    assert np.isnan(found.kappa)  # both always say the same: chance would do as well


def test_nothing_coded_is_missing_not_zero():
    found = compare_labels([], [])
    assert found.n == 0
    assert np.isnan(found.share)
    assert np.isnan(found.kappa)


def test_codings_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="2 and 3 items"):
        compare_labels([1, 2], [1, 2, 3])
