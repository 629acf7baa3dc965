"""What a prompt asks for, decided by patterns; no model and no network.

Each intent has a few weighted patterns (patterns.py) over the normalised prompt. The best total wins when it is clear
enough; else the answer is `other`, which plans nothing that writes. Confidence is a number from 0 to 1, the winner's
share of all weight, damped while little evidence was found.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from contracts.intents import Intent
from orchestrator.patterns import PATTERNS

CONFIDENT = 0.5
"""Below this a prompt is `other`: it writes nothing."""


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


def normalise(prompt: str) -> str:
    """Lower case, one form of each character, single spaces; what the patterns below are written for."""
    return " ".join(unicodedata.normalize("NFKC", prompt).casefold().replace("\u2019", "'").split())


def _weigh(text: str, patterns: Mapping[re.Pattern[str], float]) -> float:
    return sum(weight for pattern, weight in patterns.items() if pattern.search(text))


def _by_weight(pair: tuple[float, Intent]) -> tuple[float, str]:
    return (-pair[0], pair[1].value)


def _confidences(ranked: Sequence[tuple[float, Intent]]) -> dict[Intent, float]:
    total = sum(weight for weight, _ in ranked)
    # One weak sign alone must not look certain: a full sign weighs 2.
    evidence = min(1.0, ranked[0][0] / 2)
    return {intent: round(weight / total * evidence, 2) for weight, intent in ranked}
