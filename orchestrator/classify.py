"""What a prompt asks for, decided by patterns; no model and no network.

Each intent has a few weighted patterns (patterns.py) over the normalised prompt. The best total wins when it is clear
enough; else the answer is `other`, which plans nothing that writes. Confidence is a number from 0 to 1, the winner's
share of all weight, damped while little evidence was found.
"""

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from contracts.intents import Intent
from orchestrator.patterns import PATTERNS

CONFIDENT = 0.5
"""Below this a prompt is `other`: it writes nothing."""

_ORDERS: Final = ("create", "describe", "design", "generate", "invent", "recall", "record", "remember", "search")
_FIRST_WORD: Final = re.compile(r"\s*(?:please,?\s+)?([a-z]{5,12})\b", re.IGNORECASE | re.ASCII)
_NEARLY: Final = 0.85
"""One wrong letter in seven: "discribe" and "rember" are mended, "crater" and "remembering" are left alone."""


@dataclass(frozen=True, slots=True)
class Classified:
    """The intent taken, how sure that is (0 to 1), and the runners-up as `{"type", "confidence"}`."""

    intent: Intent
    confidence: float
    alternatives: tuple[dict[str, Any], ...] = ()


class Classifier(Protocol):
    """Whatever can say what a prompt asks for; must be deterministic and safe to call from several threads."""

    def classify(self, prompt: str) -> Classified:
        """Classify one prompt of 1 to 5000 characters."""
        ...


class PatternClassifier:
    """The first form of the classifier: weighted patterns."""

    def classify(self, prompt: str) -> Classified:
        text = normalise(prompt)
        weights = {intent: _weigh(text, patterns) for intent, patterns in PATTERNS.items()}
        ranked = sorted(((weight, intent) for intent, weight in weights.items() if weight > 0), key=_by_weight)
        if not ranked:
            return Classified(Intent.OTHER, 1.0)
        confidences = _confidences(ranked)
        best, confidence = next(iter(confidences.items()))
        others = [{"type": intent.value, "confidence": value} for intent, value in list(confidences.items())[1:3]]
        if confidence < CONFIDENT:
            first = {"type": best.value, "confidence": confidence}
            return Classified(Intent.OTHER, round(1 - confidence, 2), (first, *others)[:2])
        return Classified(best, confidence, tuple(others))


def mend_order(prompt: str) -> str:
    """The prompt with its first word spelled right when it is nearly an order: "discribe the hall"."""
    first = _FIRST_WORD.match(prompt)
    near = difflib.get_close_matches(first[1].lower(), _ORDERS, n=1, cutoff=_NEARLY) if first else []
    if first is None or not near or near[0] == first[1].lower():
        return prompt
    return f"{prompt[: first.start(1)]}{near[0]}{prompt[first.end(1) :]}"


def normalise(prompt: str) -> str:
    """Lower case, one form of each character, single spaces; what the patterns are written for."""
    return " ".join(unicodedata.normalize("NFKC", mend_order(prompt)).casefold().replace("\u2019", "'").split())


def _weigh(text: str, patterns: Mapping[re.Pattern[str], float]) -> float:
    return sum(weight for pattern, weight in patterns.items() if pattern.search(text))


def _by_weight(pair: tuple[float, Intent]) -> tuple[float, str]:
    return (-pair[0], pair[1].value)


def _confidences(ranked: Sequence[tuple[float, Intent]]) -> dict[Intent, float]:
    total = sum(weight for weight, _ in ranked)
    # One weak sign alone must not look certain: a full sign weighs 2.
    evidence = min(1.0, ranked[0][0] / 2)
    return {intent: round(weight / total * evidence, 2) for weight, intent in ranked}
