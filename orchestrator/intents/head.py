"""The head: what was learned from the training prompts, as data, and how a prompt is weighed with it.

A prompt's score for an intent is linear in its vector and in its features, brought to probabilities by a softmax whose
temperature was fitted so that the probabilities are true: of prompts taken with 0.7, seven in ten are taken right.
"""

import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from contracts.intents import Intent
from orchestrator.intents.reading import features

if TYPE_CHECKING:  # numpy is loaded with the model, not before
    import numpy as np
    import numpy.typing as npt

HEAD: Final = Path(__file__).with_name("head.npz")
_ANCHOR_SCALE: Final = 127
"""Anchors are kept as bytes; no number of a vector of length 1 is larger than 1."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a head besides its weights.

    Attributes:
        intents: The classes, in the order of the weights.
        embedder: The model whose vectors it was trained on; those of another mean nothing to it.
        digest: SHA-256 of what it was trained from.
        temperature: Scores are divided by it.
        sure: Confidence from which a prompt may write.
        nearest: Cosine to the nearest training prompt that is not `other`, below which a prompt is `other`.
        development: Figures on the development prompts, before those were trained on too.
    """

    intents: tuple[str, ...]
    embedder: str
    digest: str
    temperature: float
    sure: float
    nearest: float
    development: Mapping[str, float]


class Head:
    """Weighs prompts. Nothing in it changes, so threads share it without a lock.

    Args:
        facts: What it is.
        vocabulary: The features it has weights for, in their order.
        known: Words that count as themselves; see reading.
        arrays: `dense` (384, intents), `sparse` (features, intents), `intercepts` (intents,), `rarity` (features,),
            `anchors` (prompts, 384) as bytes.
    """

    def __init__(
        self, facts: Facts, vocabulary: Sequence[str], known: Sequence[str], arrays: "Mapping[str, npt.NDArray[Any]]"
    ) -> None:
        import numpy as np  # noqa: PLC0415 - with the model, not before

        self.facts = facts
        self._known = frozenset(known)
        self._places = {feature: place for place, feature in enumerate(vocabulary)}
        self._stored = dict(arrays)
        self._dense, self._sparse, self._intercepts, self._rarity = (
            arrays[name].astype(np.float32) for name in ("dense", "sparse", "intercepts", "rarity")
        )
        self._anchors = arrays["anchors"].astype(np.float32) / _ANCHOR_SCALE
        self._np = np

    def weigh(self, text: str, vector: "npt.NDArray[np.float32]") -> dict[Intent, float]:
        """How likely each intent is, likeliest first; the numbers add up to 1.

        Args:
            text: The prompt.
            vector: The same prompt as the embedder gives it, shape (384,), length 1.
        """
        scores = vector @ self._dense + self._intercepts + self._weigh_features(text)
        chances = softmax(scores / self.facts.temperature)
        # Not `@`: that would wake a thread on every core for half a millisecond's work of one.
        cosines = self._np.einsum("ad,d->a", self._anchors, vector)
        if float(cosines.max(initial=-1.0)) < self.facts.nearest:
            chances = self._far_from_all(chances)
        ranked = sorted(zip(chances.tolist(), self.facts.intents, strict=True), key=lambda one: (-one[0], one[1]))
        return {Intent(intent): chance for chance, intent in ranked}

    def _weigh_features(self, text: str) -> "npt.NDArray[np.float32]":
        places, values = feature_values(text, self._known, self._places, self._rarity)
        if not places:
            return self._np.zeros(len(self.facts.intents), self._np.float32)
        weighed: npt.NDArray[Any] = self._np.asarray(values, self._np.float32) @ self._sparse[places]
        return weighed

    def _far_from_all(self, chances: "npt.NDArray[np.float32]") -> "npt.NDArray[np.float32]":
        """Half of all belief goes to `other`, the rest keeps its order: nothing like this was ever asked for."""
        halved: npt.NDArray[Any] = chances / 2
        halved[self.facts.intents.index(Intent.OTHER.value)] += 0.5
        return halved

    def as_bytes(self, vocabulary: Sequence[str]) -> bytes:
        """The head as a file; the same head gives the same bytes."""
        facts = {name: getattr(self.facts, name) for name in Facts.__slots__}
        text = json.dumps({"facts": facts, "known": sorted(self._known), "vocabulary": list(vocabulary)})
        kept = {"text": self._np.frombuffer(text.encode(), self._np.uint8), **self._stored}
        file = io.BytesIO()
        self._np.savez_compressed(file, allow_pickle=False, **kept)
        return file.getvalue()


def load_head(path: Path = HEAD) -> Head:
    """Read a head; nothing in the file is executed."""
    import numpy as np  # noqa: PLC0415 - with the model, not before

    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    text = json.loads(arrays.pop("text").tobytes())
    stated = text["facts"] | {"intents": tuple(text["facts"]["intents"])}
    return Head(Facts(**stated), text["vocabulary"], text["known"], arrays)


def feature_values(
    text: str, known: frozenset[str], places: Mapping[str, int], rarity: "npt.NDArray[Any]"
) -> tuple[list[int], list[float]]:
    """The places of a prompt's features among all, and their values: rare ones weigh more, the whole has length 1."""
    import math  # noqa: PLC0415

    counts = Counter(place for feature in features(text, known) if (place := places.get(feature)) is not None)
    values = [(1 + math.log(count)) * float(rarity[place]) for place, count in counts.items()]
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return list(counts), [value / length for value in values]


def softmax(scores: "npt.NDArray[Any]") -> "npt.NDArray[Any]":
    """Scores as probabilities along the last axis."""
    import numpy as np  # noqa: PLC0415

    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: npt.NDArray[Any] = raised / raised.sum(axis=-1, keepdims=True)
    return result
