"""What a prompt asks for: the shape of the answer, and what every classifier has in common.

The classifiers themselves are in `intents`; this module keeps what regular expressions say best, a bare id or bare
dice, and the cache in front of all.
"""

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from contracts.intents import Intent
from core.clock import Clock
from core.memo import Memo
from telemetry.metrics import note_cache

CACHED: Final = 1000
"""Prompts that are remembered (R9)."""
CACHED_SECONDS: Final = 3600.0
"""For how long (R9)."""

READS_FROM: Final = 0.4
"""Confidence from which a prompt may be answered; one that writes needs more."""

_READS: Final = frozenset(
    {
        Intent.RULES_LOOKUP,
        Intent.COMBAT_CALCULATION,
        Intent.VALIDATE_RULE,
        Intent.SEARCH_CAMPAIGN,
        Intent.RETRIEVE_ENTITY,
        Intent.OTHER,
    }
)
_ORDERS: Final = ("create", "describe", "design", "generate", "invent", "recall", "record", "remember", "search")
_FIRST_WORD: Final = re.compile(r"\s*(?:please,?\s+)?([a-z]{5,12})\b", re.IGNORECASE | re.ASCII)
_NEARLY: Final = 0.85
"""One wrong letter in seven: "discribe" and "rember" are mended, "crater" and "remembering" are left alone."""
_BARE: Final = (
    (Intent.RETRIEVE_ENTITY, re.compile(r"(?:(?:show|get|open)(?: me)? )?[a-z]{2,5}_[0-9a-f]{6,32}\W*")),
    (Intent.COMBAT_CALCULATION, re.compile(r"(?:roll )?\d{1,3}d\d{1,4}(?: ?[+-] ?\d{1,4})?\W*")),
)


@dataclass(frozen=True, slots=True)
class Classified:
    """The likeliest intent, how sure that is (0 to 1), and the runners-up as `{"type", "confidence"}`.

    A prompt that is not `is_sure` writes nothing: its result offers the likeliest readings.
    """

    intent: Intent
    confidence: float
    alternatives: tuple[dict[str, Any], ...] = ()
    is_sure: bool = True

    @property
    def readings(self) -> list[str]:
        """The two likeliest intents, the better first."""
        return [self.intent.value, *(one["type"] for one in self.alternatives)][:2]


class Classifier(Protocol):
    """Whatever can say what a prompt asks for; must be deterministic and safe to call from several threads.

    Attributes:
        version: Another one for every model, so that answers of one are not taken for those of another.
    """

    @property
    def version(self) -> str: ...

    def classify(self, prompt: str) -> Classified:
        """Classify one prompt of 1 to 5000 characters."""
        ...


class CachedClassifier:
    """A classifier with a memory: 1000 prompts for an hour, by a hash of the model and the normalised prompt (C27).

    Args:
        classifier: Asked once for each prompt; case and spaces make no other prompt of it.
        clock: Says when an answer is too old.
    """

    def __init__(self, classifier: Classifier, clock: Clock) -> None:
        self._classifier = classifier
        self._clock = clock
        self._memo: Memo[tuple[float, Classified]] = Memo(CACHED)

    @property
    def version(self) -> str:
        """That of the classifier behind it."""
        return self._classifier.version

    def classify(self, prompt: str) -> Classified:
        text = normalise(prompt)
        key = hashlib.sha256(f"{self.version}\0{text}".encode(errors="replace")).digest()
        remembered = self._memo.get(key)
        is_known = remembered is not None and self._clock.monotonic() - remembered[0] < CACHED_SECONDS
        note_cache("intents", is_hit=is_known)
        if remembered is not None and is_known:
            return remembered[1]
        classified = by_pattern(text) or self._classifier.classify(text)
        self._memo.put(key, (self._clock.monotonic(), classified))
        return classified


def by_pattern(text: str) -> Classified | None:
    """What a normalised prompt asks for when it is an id or dice and nothing else."""
    return next((Classified(intent, 1.0) for intent, pattern in _BARE if pattern.fullmatch(text)), None)


def ranked(chances: Mapping[Intent, float], *, sure: float) -> Classified:
    """The answer for chances that add up to 1, likeliest first; `sure` is the confidence from which one may write."""
    limit = min(sure, READS_FROM) if next(iter(chances)) in _READS else sure
    (best, confidence), *others = ((intent, round(chance, 2)) for intent, chance in chances.items())
    alternatives = tuple({"type": intent.value, "confidence": chance} for intent, chance in others[:2])
    return Classified(best, confidence, alternatives, is_sure=chances[best] >= limit)


def mend_order(prompt: str) -> str:
    """The prompt with its first word spelled right when it is nearly an order: "discribe the hall"."""
    first = _FIRST_WORD.match(prompt)
    near = difflib.get_close_matches(first[1].lower(), _ORDERS, n=1, cutoff=_NEARLY) if first else []
    if first is None or not near or near[0] == first[1].lower():
        return prompt
    return f"{prompt[: first.start(1)]}{near[0]}{prompt[first.end(1) :]}"


def normalise(prompt: str) -> str:
    """One form of each character (NFC), small letters, single spaces, no full stop at the end (C27)."""
    text = " ".join(unicodedata.normalize("NFC", prompt).casefold().replace("\u2019", "'").split())
    return text[:-1].rstrip() if text.endswith(".") and not text.endswith("..") and len(text) > 1 else text
