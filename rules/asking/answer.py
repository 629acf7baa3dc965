"""What a question is answered with, and the confidences that other steps compare with."""

from dataclasses import dataclass, field
from typing import Any

NOT_COVERED = 0.1
NEEDS_A_VALUE = 0.4
PLAIN = 0.7
"""Confidence from which a sentence is answered without the story around it."""
SURELY_READ = 0.85
"""Confidence of a rule of one line from which it goes before a question back for a score whose column is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer.

    Attributes:
        answer: One or two sentences, the number first, the table named.
        values: The numbers, by name; empty when there is no answer.
        headline: The main values as text, in the order of the sentence: `16`, `3/2`, `2d6`, `D`, `yes`.
        breakdown: Lines of `label`, `value`, `source`.
        source: The tables used.
        confidence: 0 to 1: how surely the question was understood. The numbers of an answer are always the table's.
        topic: What the question was taken to be about, or None.
        missing: The values that must be known before there is an answer.
        assumptions: What was taken for granted.
        warnings: What was in the question and was not used.
    """

    answer: str
    values: dict[str, Any] = field(default_factory=dict)
    headline: list[str] = field(default_factory=list)
    breakdown: list[dict[str, Any]] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    confidence: float = NOT_COVERED
    topic: str | None = None
    missing: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
