"""A small pixel classifier, trained on the fly for one object: 40 features → 32 → 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Classifier", "fit_classifier", "update_classifier"]

Values = NDArray[np.float32]
Labels = NDArray[np.bool_]

_HIDDEN = 32
_BATCH = 1024
_LIMIT = np.float32(6)
_CHUNK = 4096
_BETAS = (0.9, 0.99)


@dataclass(frozen=True, eq=False)
class Classifier:
    """Weights of one object's classifier; never changed in place."""

    mean: Values
    """(40,) feature means, fixed at the first fit."""
    deviation: Values
    """(40,) feature standard deviations, fixed at the first fit."""
    weights: Values
    """All weights in one row: 40 × 32, 32, 32, 1."""
    moments: Values
    """(2, n) first and second moment of the gradient (Adam)."""
    n_steps: int
    """Training steps so far."""

    def logits(self, features: Values) -> Values:
        """(n,) float32 in -6 … 6: log-odds that the pixel belongs to the object.

        Args:
            features: (n, 40) as from ``gather_features``.
        """
        w1, b1, w2, b2 = _split(self.weights, len(self.mean))
        scaled = w1 / self.deviation[:, None]
        offset = b1 - self.mean @ scaled
        out = np.empty(len(features), dtype=np.float32)
        for start in range(0, len(features), _CHUNK):
            hidden = features[start : start + _CHUNK] @ scaled
            hidden += offset
            np.maximum(hidden, 0, out=hidden)
            out[start : start + _CHUNK] = hidden @ w2
        out += b2
        return np.clip(out, -_LIMIT, _LIMIT, out=out)


def fit_classifier(features: Values, labels: Labels, *, n_steps: int = 400, seed: int = 0) -> Classifier:
    """A classifier trained from nothing.

    Args:
        features: (n, 40) float32; both classes must occur.
        labels: (n,) bool, True = object.
        n_steps: training steps of 1024 samples each.
        seed: of the random weights and batches; the same seed gives the same classifier.
    """
    rng = np.random.default_rng(seed)
    n_in = features.shape[1]
    w1 = rng.normal(0, np.sqrt(2 / n_in), (n_in, _HIDDEN))
    w2 = rng.normal(0, np.sqrt(1 / _HIDDEN), _HIDDEN)
    weights = np.concatenate([w1.ravel(), np.zeros(_HIDDEN), w2, np.zeros(1)]).astype(np.float32)
    mean = features.mean(axis=0)
    deviation = features.std(axis=0) + np.float32(1e-3)
    blank = Classifier(mean, deviation, weights, np.zeros((2, len(weights)), dtype=np.float32), 0)
    return update_classifier(blank, [(features, labels)], n_steps=n_steps, rate=5e-3, seed=seed + 1)


def update_classifier(
    classifier: Classifier, pools: list[tuple[Values, Labels]], *, n_steps: int, rate: float, seed: int
) -> Classifier:
    """The classifier after some more training steps (Adam, logistic loss, both classes weighted alike).

    Args:
        classifier: where to start from.
        pools: sets of samples; each batch takes an equal share of every set.
        n_steps: training steps.
        rate: step size.
        seed: of the batches.
    """
    rng = np.random.default_rng(seed)
    pools = [(x, y) for x, y in pools if len(y)]
    weights, moments = classifier.weights.copy(), classifier.moments.copy()
    share = _BATCH // len(pools)
    for step in range(classifier.n_steps + 1, classifier.n_steps + n_steps + 1):
        picks = [rng.integers(0, len(y), share) for _, y in pools]
        batch = np.concatenate([x[i] for (x, _), i in zip(pools, picks, strict=True)]).astype(np.float32)
        batch -= classifier.mean
        batch /= classifier.deviation
        truth = np.concatenate([y[i] for (_, y), i in zip(pools, picks, strict=True)])
        _adam(weights, moments, _gradient(weights, batch, truth), step, rate)
    return Classifier(classifier.mean, classifier.deviation, weights, moments, classifier.n_steps + n_steps)


def _split(weights: Values, n_in: int) -> tuple[Values, Values, Values, np.float32]:
    n_first = n_in * _HIDDEN
    w1 = weights[:n_first].reshape(n_in, _HIDDEN)
    return w1, weights[n_first : n_first + _HIDDEN], weights[n_first + _HIDDEN : -1], weights[-1]


def _gradient(weights: Values, batch: Values, truth: Labels) -> Values:
    w1, b1, w2, b2 = _split(weights, batch.shape[1])
    hidden = batch @ w1
    hidden += b1
    np.maximum(hidden, 0, out=hidden)
    chance = 1 / (1 + np.exp(-np.clip(hidden @ w2 + b2, -30, 30)))
    n_true = max(1, int(truth.sum()))
    weight = np.where(truth, 0.5 / n_true, 0.5 / max(1, len(truth) - n_true)).astype(np.float32)
    error = (chance - truth) * weight
    back = error[:, None] * w2
    back *= hidden > 0
    parts = ((batch.T @ back).ravel(), back.sum(axis=0), hidden.T @ error, error.sum(keepdims=True))
    return np.concatenate(parts).astype(np.float32)


def _adam(weights: Values, moments: Values, gradient: Values, step: int, rate: float) -> None:
    first, second = _BETAS
    moments[0] += np.float32(1 - first) * (gradient - moments[0])
    moments[1] += np.float32(1 - second) * (gradient * gradient - moments[1])
    size = rate * np.sqrt(1 - second**step) / (1 - first**step)
    weights -= np.float32(size) * moments[0] / (np.sqrt(moments[1]) + np.float32(1e-8))
