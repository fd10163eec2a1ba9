"""How well two codings agree: ours and a person's, or two people's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["Agreement", "cohen_kappa", "compare_labels"]


@dataclass(frozen=True, eq=False)
class Agreement:
    """Two codings of the same items."""

    n: int
    """Items that both have coded."""
    share: float
    """Share of them with the same label; NaN if there are none."""
    kappa: float
    """Cohen's kappa: 1 = always the same, 0 = as by chance; NaN if chance alone makes all labels the same."""
    confusion: pd.DataFrame
    """Counts: label of the first coding in the row, of the second in the column."""


def compare_labels(first: Sequence[Any] | NDArray[Any], second: Sequence[Any] | NDArray[Any]) -> Agreement:
    """Agreement of two codings of the same items, in the same order.

    Items that one of them has not coded (None, NaN, NA) are left out.

    Source: Cohen 1960, Educational and Psychological Measurement 20(1):37–46.

    Raises:
        ValueError: the codings have different lengths.

    Example:
        >>> round(compare_labels([1, 1, 1, 0, 0], [1, 1, 0, 0, 0]).kappa, 3)
        0.615
    """
    if len(first) != len(second):
        raise ValueError(f"The codings have {len(first)} and {len(second)} items; give both the same items.")
    a, b = pd.Series(first, dtype=object), pd.Series(second, dtype=object)
    coded = a.notna() & b.notna()
    a, b = a[coded], b[coded]
    labels = pd.unique(pd.concat([a, b]))
    places = pd.Index(labels)
    counts = np.zeros((len(labels), len(labels)), np.int64)
    np.add.at(counts, (places.get_indexer(a), places.get_indexer(b)), 1)
    n = int(counts.sum())
    share = float(np.trace(counts) / n) if n else np.nan
    return Agreement(n, share, _kappa(counts), pd.DataFrame(counts, index=places, columns=places))


def cohen_kappa(first: Sequence[Any] | NDArray[Any], second: Sequence[Any] | NDArray[Any]) -> float:
    """Cohen's kappa of two codings; see ``compare_labels``."""
    return compare_labels(first, second).kappa


def _kappa(counts: NDArray[np.int64]) -> float:
    n = counts.sum()
    by_chance = int((counts.sum(axis=0) * counts.sum(axis=1)).sum())  # times n²
    if n == 0 or by_chance == n * n:
        return np.nan
    return float((n * np.trace(counts) - by_chance) / (n * n - by_chance))
