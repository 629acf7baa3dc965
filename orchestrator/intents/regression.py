"""Multinomial logistic regression with numpy alone, for features of which a text has few among very many.

Only training uses this. Limited-memory BFGS (Nocedal & Wright, Numerical Optimization, algorithms 7.4 and 7.5) on the
regularised log-loss, which is convex: whatever the start, the same weights come out, to the last digits a machine
gives.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MEMORY = 10
"""Steps that are remembered to guess the curvature."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """A matrix with few entries a row: entry i stands at (rows[i], columns[i])."""

    rows: Integers
    columns: Integers
    values: Floats
    shape: tuple[int, int]

    def times(self, weights: Floats) -> Floats:
        """The product with a dense matrix of shape (columns, classes)."""
        return _sums(self.values[:, None] * weights[self.columns], self.rows, self.shape[0])

    def transposed_times(self, dense: Floats) -> Floats:
        """The product of the transpose with a dense matrix of shape (rows, classes)."""
        return _sums(self.values[:, None] * dense[self.rows], self.columns, self.shape[1])


def fit(
    dense: Floats, sparse: Sparse, labels: Integers, *, classes: int, strength: float, steps: int = 200
) -> tuple[Floats, Floats, Floats]:
    """Fit the classes to the rows of both matrices side by side.

    Args:
        dense: Shape (texts, features).
        sparse: As many rows, other features.
        labels: The class of each row, from 0.
        classes: How many there are.
        strength: Inverse of the weight of the regularisation, as C is elsewhere; intercepts are free.
        steps: After so many the result is taken as it is.

    Returns:
        Weights of the dense features, of the sparse ones, and intercepts: (features, classes) twice, (classes,).
    """
    wide, long = dense.shape[1] * classes, sparse.shape[1] * classes
    truth = np.eye(classes)[labels]

    def unpack(point: Floats) -> tuple[Floats, Floats, Floats]:
        return (
            point[:wide].reshape(-1, classes),
            point[wide : wide + long].reshape(-1, classes),
            point[wide + long :],
        )

    def loss(point: Floats) -> tuple[float, Floats]:
        first, second, intercepts = unpack(point)
        scores = dense @ first + sparse.times(second) + intercepts
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        miss = np.exp(logs) - truth
        weights = point[: wide + long]
        value = strength * -float((truth * logs).sum()) + float(weights @ weights) / 2
        slopes = [dense.T @ miss, sparse.transposed_times(miss), miss.sum(axis=0)]
        slope = strength * np.concatenate([one.ravel() for one in slopes])
        slope[: wide + long] += weights
        return value, slope

    return unpack(minimise(loss, np.zeros(wide + long + classes), steps=steps))


def minimise(loss: Callable[[Floats], tuple[float, Floats]], start: Floats, *, steps: int) -> Floats:
    """Where a smooth convex function is least, from its value and slope at a point."""
    point, (value, slope) = start, loss(start)
    memory: list[tuple[Floats, Floats]] = []
    for _ in range(steps):
        direction = _direction(slope, memory)
        moved = _line_search(loss, point, value, slope, direction, first=not memory)
        if moved is None:
            break
        new_point, new_value, new_slope = moved
        memory = [*memory, (new_point - point, new_slope - slope)][-MEMORY:]
        is_flat = value - new_value <= 1e-8 * max(1.0, abs(value))
        point, value, slope = new_point, new_value, new_slope
        if is_flat:
            break
    return point


def _direction(slope: Floats, memory: list[tuple[Floats, Floats]]) -> Floats:
    """Downhill, with the curvature guessed from the steps before."""
    direction = -slope
    parts = []
    for step, change in reversed(memory):
        part = (step @ direction) / (change @ step)
        parts.append(part)
        direction = direction - part * change
    if memory:
        step, change = memory[-1]
        direction = direction * ((step @ change) / (change @ change))
    for (step, change), part in zip(memory, reversed(parts), strict=True):
        direction = direction + step * (part - (change @ direction) / (change @ step))
    return direction


def _line_search(
    loss: Callable[[Floats], tuple[float, Floats]],
    point: Floats,
    value: float,
    slope: Floats,
    direction: Floats,
    *,
    first: bool,
) -> tuple[Floats, float, Floats] | None:
    """A step that goes down far enough and past the steepest part; None when there is none any more."""
    length = 1 / max(1.0, float(np.linalg.norm(slope))) if first else 1.0
    low, high = 0.0, np.inf
    down = float(slope @ direction)
    for _ in range(30):
        trial = point + length * direction
        new_value, new_slope = loss(trial)
        if new_value > value + 1e-4 * length * down:
            high = length
        elif float(new_slope @ direction) < 0.9 * down:
            low = length
        else:
            return trial, new_value, new_slope
        length = (low + high) / 2 if np.isfinite(high) else 2 * length
    return None


def _sums(terms: Floats, places: Integers, size: int) -> Floats:
    """The sums of the terms that go to the same place."""
    return np.stack([np.bincount(places, weights=column, minlength=size) for column in terms.T], axis=1)
