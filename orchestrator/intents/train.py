"""Make the head from the training prompts: `python -m orchestrator.intents.train`.

Order of events: every fifth prompt of each intent is held back, the rest is fitted, temperature and limits are chosen
on what was held back; then all of it is fitted and written to head.npz. The same prompts, words and embedder give the
same head, to the last digits that a machine's arithmetic gives.
"""

import argparse
import hashlib
import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contracts.intents import Intent
from orchestrator.intents.head import HEAD, Facts, Head, feature_values, softmax
from orchestrator.intents.reading import WORDS, features, known_words
from orchestrator.intents.regression import Floats, Integers, Sparse, fit
from store.embedding import Embedder, make_embedder

TRAINING = Path(__file__).with_name("training")
HELD_BACK = 5
"""Every so-maniest prompt is for development."""
STRENGTH = 10.0
"""Inverse of the regularisation's weight; 3 to 30 are alike on the development prompts."""
AT_LEAST = 2
"""Prompts in which a feature must stand to be learned."""
SURE_OF = 0.92
"""How many of the prompts that may write are to be taken right."""
NEAR = 0.995
"""How many prompts that ask for something are to lie near a training prompt."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """Prompts with their vectors and the places of their intents among `INTENTS`."""

    texts: Sequence[str]
    vectors: Floats
    labels: Integers

    def take(self, chosen: "np.typing.NDArray[np.bool_]") -> "Prompts":
        """Those that are chosen."""
        texts = [text for text, is_chosen in zip(self.texts, chosen, strict=True) if is_chosen]
        return Prompts(texts, self.vectors[chosen], self.labels[chosen])


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights, and the features they are for."""

    dense: Floats
    sparse: Floats
    intercepts: Floats
    vocabulary: list[str]
    rarity: Floats
    known: frozenset[str]

    def scores(self, prompts: Prompts) -> Floats:
        """Scores of prompts, shape (prompts, intents)."""
        places = {feature: place for place, feature in enumerate(self.vocabulary)}
        matrix = _matrix(prompts.texts, self.known, places, self.rarity)
        result: Floats = prompts.vectors @ self.dense + matrix.times(self.sparse) + self.intercepts
        return result


INTENTS = tuple(intent.value for intent in Intent)
OTHER = INTENTS.index(Intent.OTHER.value)


def read_prompts(folder: Path = TRAINING) -> dict[str, list[str]]:
    """The training prompts of each intent."""
    return {intent: (folder / f"{intent}.txt").read_text("utf-8").splitlines() for intent in INTENTS}


def digest_of(prompts: Mapping[str, Sequence[str]]) -> str:
    """SHA-256 of everything a head is made from, its embedder and this code apart."""
    said = [WORDS.read_text("utf-8"), *(line for intent in INTENTS for line in (intent, *prompts[intent]))]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def train(prompts: Mapping[str, Sequence[str]], embedder: Embedder) -> tuple[Head, bytes]:
    """The head for these prompts, and its file."""
    every = _embedded(prompts, embedder)
    held_back = np.array(
        [number % HELD_BACK == HELD_BACK - 1 for intent in INTENTS for number in range(len(prompts[intent]))]
    )
    facts = _develop(every.take(~held_back), every.take(held_back), embedder.model, digest_of(prompts))
    fitted = _fit(every)
    head = Head(facts, fitted.vocabulary, sorted(fitted.known), _stored(fitted, every))
    return head, head.as_bytes(fitted.vocabulary)


def expected_calibration_error(chances: Floats, labels: Integers, bins: int = 10) -> float:
    """By how much confidence and accuracy differ, on average over bins of confidence of equal width."""
    confidence, is_right = chances.max(axis=1), chances.argmax(axis=1) == labels
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[places == one].mean() - is_right[places == one].mean()) * (places == one).sum()
        for one in set(places)
    ]
    return float(sum(gaps) / len(labels))


def _embedded(prompts: Mapping[str, Sequence[str]], embedder: Embedder) -> Prompts:
    texts = [text for intent in INTENTS for text in prompts[intent]]
    labels = [number for number, intent in enumerate(INTENTS) for _ in prompts[intent]]
    return Prompts(texts, embedder.embed(texts).astype(float), np.array(labels))


def _fit(prompts: Prompts) -> Fitted:
    known = known_words(prompts.texts)
    counts = Counter(feature for text in prompts.texts for feature in set(features(text, known)))
    vocabulary = sorted(feature for feature, count in counts.items() if count >= AT_LEAST)
    total = len(prompts.texts)
    rarity = np.array([math.log((1 + total) / (1 + counts[feature])) + 1 for feature in vocabulary])
    places = {feature: place for place, feature in enumerate(vocabulary)}
    matrix = _matrix(prompts.texts, known, places, rarity)
    weights = fit(prompts.vectors, matrix, prompts.labels, classes=len(INTENTS), strength=STRENGTH)
    return Fitted(*weights, vocabulary, rarity, known)


def _matrix(texts: Sequence[str], known: frozenset[str], places: Mapping[str, int], rarity: Floats) -> Sparse:
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, text in enumerate(texts):
        found, weights = feature_values(text, known, places, rarity)
        rows += [row] * len(found)
        columns += found
        values += weights
    return Sparse(np.array(rows, int), np.array(columns, int), np.array(values, float), (len(texts), len(places)))


def _develop(training: Prompts, held_back: Prompts, model: str, digest: str) -> Facts:
    """Choose what is not fitted, on prompts that were not fitted."""
    scores = _fit(training).scores(held_back)
    temperature = min(
        (step / 20 for step in range(4, 61)), key=lambda degree: _log_loss(softmax(scores / degree), held_back.labels)
    )
    chances = softmax(scores / temperature)
    is_right = chances.argmax(axis=1) == held_back.labels
    asked = training.vectors[training.labels != OTHER]
    nearest = (held_back.vectors @ asked.T).max(axis=1)
    figures = {
        "prompts": float(len(held_back.texts)),
        "accuracy": round(float(is_right.mean()), 4),
        "other_recall": round(float(is_right[held_back.labels == OTHER].mean()), 4),
        "calibration_error": round(expected_calibration_error(chances, held_back.labels), 4),
    }
    near = float(np.quantile(nearest[held_back.labels != OTHER], 1 - NEAR))
    return Facts(
        INTENTS, model, digest, temperature, _sure_from(chances.max(axis=1), is_right), round(near, 3), figures
    )


def _log_loss(chances: Floats, labels: Integers) -> float:
    return -float(np.log(chances[np.arange(len(labels)), labels] + 1e-12).mean())


def _sure_from(confidence: Floats, is_right: "np.typing.NDArray[np.bool_]") -> float:
    """The least confidence from which enough of the prompts are taken right, in steps of 0.05 from 0.3."""
    levels = [round(0.3 + step * 0.05, 2) for step in range(13)]
    return next((level for level in levels if is_right[confidence >= level].mean() >= SURE_OF), levels[-1])


def _stored(fitted: Fitted, prompts: Prompts) -> dict[str, "np.typing.NDArray[np.generic]"]:
    """The arrays in as few bytes as change no answer."""
    anchors = prompts.vectors[prompts.labels != OTHER]
    return {
        "dense": fitted.dense.astype(np.float16),
        "sparse": fitted.sparse.astype(np.float16),
        "intercepts": fitted.intercepts.astype(np.float32),
        "rarity": fitted.rarity.astype(np.float32),
        "anchors": np.round(anchors * 127).astype(np.int8),
    }


def main(arguments: Sequence[str]) -> int:
    """Write the head and tell its figures."""
    parser = argparse.ArgumentParser(prog="python -m orchestrator.intents.train", description=__doc__)
    parser.add_argument("--to", type=Path, default=HEAD, help="where the head goes (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    head, file = train(read_prompts(), make_embedder())
    chosen.to.write_bytes(file)
    print(f"{chosen.to}: {len(file)} bytes; development: {dict(head.facts.development)}; sure from {head.facts.sure}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
