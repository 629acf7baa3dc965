"""Figures, what they are compared with, and whether they keep their bounds."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.tables import Row

HEAD: Row = ("measure", "ours", "beside it", "ratio", "bound", "verdict")


@dataclass(frozen=True, slots=True)
class Sample:
    """What one contender reached.

    Attributes:
        value: What stands for all rounds.
        rounds: One value for each round.
        is_median: True when `value` is the median of the rounds; else it was taken from all of them together.
    """

    contender: str
    value: float
    rounds: tuple[float, ...]
    is_median: bool

    def __str__(self) -> str:
        if len(set(self.rounds)) < 2:
            return number(self.value)
        return f"{number(self.value)} ({number(min(self.rounds))} to {number(max(self.rounds))})"


def median_of(contender: str, rounds: Iterable[float]) -> Sample:
    """The median of the rounds."""
    values = tuple(rounds)
    return Sample(contender, statistics.median(values), values, is_median=True)


def percentile_of(contender: str, rounds: Sequence[Sequence[float]], percent: float) -> Sample:
    """A percentile of all rounds together, with that of each; at 100 it is the worst."""
    together = [value for values in rounds for value in values]
    each = tuple(percentile(values, percent) for values in rounds)
    return Sample(contender, percentile(together, percent), each, is_median=False)


def percentile(values: Iterable[float], percent: float) -> float:
    """The smallest of the values that at least so many percent do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure has to keep: a limit for its value, or for its ratio to what stands beside it.

    Attributes:
        is_ratio: Whether the limit is for the ratio.
        at_least: Whether more is better.
        stretch: A better limit, which is nice to reach.
        beside_limit: Where the value misses its limit: the highest ratio that keeps the bound all the same, because
            what stands beside it shows what the machine allowed at that time.
    """

    limit: float
    is_ratio: bool
    at_least: bool
    stretch: float | None = None
    beside_limit: float | None = None

    def is_kept_by(self, reached: float, *, limit: float | None = None) -> bool:
        """Whether `reached` is no worse than the limit."""
        limit = self.limit if limit is None else limit
        return reached >= limit if self.at_least else reached <= limit


def ratio_at_least(limit: float, *, stretch: float | None = None) -> Bound:
    """So many times what stands beside it, or more."""
    return Bound(limit, is_ratio=True, at_least=True, stretch=stretch)


def ratio_at_most(limit: float) -> Bound:
    """So many times what stands beside it, or less."""
    return Bound(limit, is_ratio=True, at_least=False)


def at_most(limit: float, *, or_times_beside: float | None = None) -> Bound:
    """So much, or less."""
    return Bound(limit, is_ratio=False, at_least=False, beside_limit=or_times_beside)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; without a bound it informs."""

    name: str
    unit: str
    ours: Sample
    beside: Sample
    bound: Bound | None = None

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours to the other's, for each round: neighbours in time, so that the noise of the machine meets both."""
        return tuple(_ratio(ours, beside) for ours, beside in zip(self.ours.rounds, self.beside.rounds, strict=True))

    @property
    def ratio(self) -> float:
        """The median of the ratios of the rounds.

        Of percentiles, which are costs, it is no less than the ratio of what was taken from all rounds together: one
        bad moment of the other does not help ours, and good rounds do not hide a bad moment of ours.
        """
        median = statistics.median(self.ratios)
        is_paired = self.ours.is_median and self.beside.is_median
        return median if is_paired else max(median, _ratio(self.ours.value, self.beside.value))

    @property
    def verdict(self) -> str:
        """Whether the bound is kept; empty where there is none."""
        if self.bound is None:
            return ""
        reached = self.ratio if self.bound.is_ratio else self.ours.value
        if self.bound.stretch is not None and self.bound.is_kept_by(reached, limit=self.bound.stretch):
            return "meets, stretch too"
        if self.bound.is_kept_by(reached):
            return "meets"
        if self.bound.beside_limit is not None and self.ratio <= self.bound.beside_limit:
            return f"meets beside the {self.beside.contender}"
        return "misses"

    def row(self) -> Row:
        """Its cells, in the order of `HEAD`."""
        return (
            f"{self.name}, {self.unit}",
            str(self.ours),
            f"{self.beside.contender} {self.beside}",
            f"{self.ratio:.2f} ({min(self.ratios):.2f} to {max(self.ratios):.2f})",
            self.bound_in_words(),
            self.verdict,
        )

    def bound_in_words(self) -> str:
        """The bound as it is printed."""
        bound = self.bound
        if bound is None:
            return ""
        words = (">= " if bound.at_least else "<= ") + f"{bound.limit:g}" + ("x" if bound.is_ratio else "")
        if bound.stretch is not None:
            words += f", stretch {bound.stretch:g}x"
        if bound.beside_limit is not None:
            words += f", or {bound.beside_limit:g}x"
        return words

    def as_json(self) -> dict[str, Any]:
        """Everything about it, with the value of each round."""
        return {
            "name": self.name,
            "unit": self.unit,
            "ours": _sample_as_json(self.ours),
            "beside": _sample_as_json(self.beside),
            "ratio": self.ratio,
            "ratios": list(self.ratios),
            "bound": self.bound_in_words(),
            "verdict": self.verdict,
        }


def _ratio(ours: float, beside: float) -> float:
    if beside:
        return ours / beside
    return math.inf if ours else 1.0


def _sample_as_json(sample: Sample) -> dict[str, Any]:
    return {"contender": sample.contender, "value": sample.value, "rounds": list(sample.rounds)}


def number(value: float) -> str:
    """Three digits or more, so that neighbouring figures can be told apart."""
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
