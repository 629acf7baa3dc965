"""What prompts are taken for: how many right, which for which, and how long it takes, on prompts nobody trained with.

`benchmarks/intents/test.json` was written apart from the training prompts and is only measured, never tuned to; the
development prompts are every fifth of the training prompts, weighed by a head that had not seen them.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import quantiles

from contracts.intents import Intent
from orchestrator.intents.head import load_head
from orchestrator.intents.model import ModelClassifier
from store.embedding import make_embedder

TEST = Path(__file__).with_name("intents") / "test.json"

Pair = tuple[Intent, Intent]
"""What a prompt asks for, and what it was taken for."""


def measure() -> Iterator[tuple[str, ...]]:
    """Accuracy and times; then a line for each intent with what its prompts were taken for instead."""
    cases = read_cases()
    pairs, seconds = classify_all(cases)
    cuts = quantiles(seconds, n=100)
    development = load_head().facts.development
    yield ("prompts", "number", "accuracy", "other recall", "calibration error", "p50 ms", "p99 ms")
    yield (
        "written apart",
        str(len(pairs)),
        f"{accuracy(pairs):.3f}",
        f"{recall(pairs, Intent.OTHER):.3f}",
        "-",
        f"{cuts[49] * 1000:.1f}",
        f"{cuts[98] * 1000:.1f}",
    )
    yield (
        "development",
        f"{development['prompts']:.0f}",
        f"{development['accuracy']:.3f}",
        f"{development['other_recall']:.3f}",
        f"{development['calibration_error']:.3f}",
        "-",
        "-",
    )
    yield ("intent", "number", "recall", "precision", "", "", "taken for")
    yield from (_line(pairs, intent) for intent in Intent)


def read_cases(path: Path = TEST) -> list[tuple[str, Intent]]:
    """The prompts with what they ask for."""
    return [(case["prompt"], Intent(case["intent"])) for case in json.loads(path.read_text("utf-8"))]


def classify_all(cases: Sequence[tuple[str, Intent]]) -> tuple[list[Pair], list[float]]:
    """Classify each prompt once, uncached, after a first that loads the model; and the seconds each took."""
    classifier = ModelClassifier(make_embedder())
    classifier.classify("hello")
    pairs, seconds = [], []
    for prompt, intent in cases:
        started = time.perf_counter()
        taken = classifier.classify(prompt).intent
        seconds.append(time.perf_counter() - started)
        pairs.append((intent, taken))
    return pairs, seconds


def accuracy(pairs: Sequence[Pair]) -> float:
    """The share that was taken right."""
    return sum(intent is taken for intent, taken in pairs) / len(pairs)


def recall(pairs: Sequence[Pair], intent: Intent) -> float:
    """The share of an intent's prompts that was taken for it."""
    own = [taken for one, taken in pairs if one is intent]
    return sum(taken is intent for taken in own) / len(own) if own else 0.0


def precision(pairs: Sequence[Pair], intent: Intent) -> float:
    """The share of what was taken for the intent that was it."""
    own = [one for one, taken in pairs if taken is intent]
    return sum(one is intent for one in own) / len(own) if own else 0.0


def _line(pairs: Sequence[Pair], intent: Intent) -> tuple[str, ...]:
    """A line of the confusion table, without the zeros."""
    taken = Counter(taken for one, taken in pairs if one is intent)
    wrong = ", ".join(f"{other} {count}" for other, count in taken.most_common() if other is not intent)
    figures = (f"{recall(pairs, intent):.2f}", f"{precision(pairs, intent):.2f}")
    return (intent.value, str(taken.total()), *figures, "", "", wrong or "-")
