"""Sentences from the vocabulary: one choice each, no sentence twice, and the same ones for the same seed."""

import hashlib
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, is_dataclass
from typing import Any

_CHOICE = re.compile(r"\{([^{}]*)\}")
_SLOT = re.compile(r"\$([A-Za-z]+)")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[^\W\d_a-z]|\d)")


def stream(seed: int, stage: str, *about: Any) -> random.Random:
    """A random source of its own for one stage of one subject.

    Each stage has its own, so that a change in one (a longer list of names) leaves the others as they were.
    """
    facts = [astuple(one) if is_dataclass(one) and not isinstance(one, type) else one for one in about]
    digest = hashlib.sha256(repr((seed, stage, facts)).encode()).digest()
    # Repeatable on purpose; it guards nothing.
    return random.Random(int.from_bytes(digest))  # noqa: S311  # nosec B311 - the same words again are wanted


class Teller:
    """Takes sentences from lists and never says the same one twice.

    Args:
        rng: The same state gives the same sentences.
        slots: What stands for `$name` and the like.
    """

    def __init__(self, rng: random.Random, slots: Mapping[str, str]) -> None:
        self._rng, self._slots = rng, slots
        self._told: set[str] = set()

    def tell(self, sentences: Sequence[str]) -> str:
        """One sentence not told yet, with its choices made and its slots filled; empty when all were told."""
        left = [sentence for sentence in sentences if sentence not in self._told]
        if not left:
            return ""
        sentence = self._rng.choice(left)
        self._told.add(sentence)
        return fill(self._choose(sentence), self._slots)

    def _choose(self, sentence: str) -> str:
        return _CHOICE.sub(lambda match: self._rng.choice(match[1].split("|")), sentence)


def fill(sentence: str, slots: Mapping[str, str]) -> str:
    """The sentence with `$the` replaced by the slot `the`, and `$The` by the same with a capital."""
    return _SLOT.sub(lambda match: _slot(match[1], slots), sentence)


def _slot(name: str, slots: Mapping[str, str]) -> str:
    value = slots[name[0].lower() + name[1:]]
    return value[:1].upper() + value[1:] if name[0].isupper() else value


def first_sentence(text: str, *, longest: int = 200) -> str:
    """The first sentence of a text on one line, cut at a word when it is longer than `longest` characters."""
    flat = " ".join(text.split())
    sentence = _SENTENCE_END.split(flat, maxsplit=1)[0]
    return sentence if len(sentence) <= longest else sentence[: longest - 4].rsplit(" ", 1)[0] + " ..."


def quoted(text: str, *, longest: int = 2_000) -> str:
    """Stored text as it may stand in our Markdown: on one line, no markup that could open a tag, cut at a sentence."""
    flat = " ".join(text.split()).replace("<", "\\<").replace("`", "\\`")
    if len(flat) <= longest:
        return flat
    cut = flat[:longest]
    ends = [match.end() for match in _SENTENCE_END.finditer(cut)]
    return cut[: ends[-1]].rstrip() if ends else cut.rsplit(" ", 1)[0] + " ..."


def count_words(text: str) -> int:
    """Words in a text, as an editor counts them."""
    return len(text.split())


def phrase(text: str, rng: random.Random, slots: Mapping[str, str] | None = None) -> str:
    """The text with its slots filled, its choices made, and `a` or `an` as they are spoken."""
    chosen = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), text)
    # Slots last: what fills them may come from a campaign, and is nobody's pattern.
    return fill(with_articles(chosen), slots or {})


def sentence(text: str) -> str:
    """The text with a capital in front and a full stop behind; empty when it is empty."""
    end = "" if not text or text.endswith((".", "!", "?")) else "."
    return text[:1].upper() + text[1:] + end


def with_articles(text: str) -> str:
    """The text with `a` before a consonant and `an` before a vowel, as they are spoken: `an urn`, `a one-eyed cat`."""
    return _ARTICLE.sub(lambda match: f"{match[1]}{'n' if _VOWEL.match(match[2]) else ''} {match[2]}", text)


_ARTICLE = re.compile(r"\b([Aa])n? (?=(\w+))\w+")
_VOWEL = re.compile(r"(?!one|once|uni|us[eu]|eu|ewe)[aeiou]|ho(?:ur|nest|nor)|heir", re.IGNORECASE)


def and_list(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
