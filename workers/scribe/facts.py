"""Facts in a sentence, and whether they agree with what is stored.

"Borin's hp is 25" is a fact: subject, attribute, value. It disagrees when the campaign's Borin has another hp. What is
only in one of the two disagrees with nothing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orchestrator.statements import attribute_of, value_of

# Bounded, so that no text takes long to read.
_NAME = r"(?P<subject>[A-Z][\w-]{0,40}(?:'[\w-]{2,20})?(?:\s(?:(?:of|the|and|de|von|van)\s){0,2}[A-Z][\w-]{0,40}){0,5})"
_VALUE = r"(?P<value>[^.;\n]{1,120}?)(?=\s*(?:[.;\n]|,? (?:and|but)\b|$))"
_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_NAME}['\u2019]s (?P<attribute>[a-z][\w ]{{1,30}}?) (?:is|are|was) (?:now )?{_VALUE}",
        rf"\b[Tt]he (?P<attribute>[a-z][\w ]{{1,30}}?) of {_NAME} (?:is|are|was) (?:now )?{_VALUE}",
        rf"\b{_NAME} (?:now )?has (?P<value>-?\d+) (?P<attribute>hp|hit points|gp|levels?)\b",
        rf"\b{_NAME} (?:now )?has (?:an? )?(?P<attribute>AC|ac|armou?r class|THAC0|thac0|hp) (?:of )?(?P<value>-?\d+)",
        rf"\b{_NAME} is (?:now )?(?P<value>dead|alive|missing|imprisoned|captured|destroyed|undead)\b",
    )
)
_MOST_CHARACTERS: Final = 2000
_NUMBER: Final = re.compile(r"-?\d+")


@dataclass(frozen=True, slots=True)
class Fact:
    """`subject` has `value` for `attribute`, which is named as attributes are stored."""

    subject: str
    attribute: str
    value: Any


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A fact, and the other value that the campaign has for the same attribute of the same entity."""

    name: str
    attribute: str
    stored: Any
    told: Any

    def __str__(self) -> str:
        return f"{self.name}: {self.attribute} is {self.stored} in the campaign, not {self.told}; it was left as it is"


def read_facts(text: str) -> list[Fact]:
    """The facts that a text states in so many words; most sentences state none."""
    found = [
        Fact(match["subject"], attribute_of(match.groupdict().get("attribute") or "status"), value_of(match["value"]))
        for pattern in _PATTERNS
        for match in pattern.finditer(text[:_MOST_CHARACTERS].replace("\u2019", "'"))
    ]
    return list({(fact.subject, fact.attribute): fact for fact in found}.values())


def contradictions(name: str, stored: Mapping[str, Any], told: Iterable[tuple[str, Any]]) -> list[Contradiction]:
    """What is told of an entity and differs from its stored attributes."""
    return [
        Contradiction(name, attribute, stored[attribute], value)
        for attribute, value in told
        if attribute in stored and _normal(stored[attribute]) != _normal(value)
    ]


def _normal(value: Any) -> Any:
    """Values that people would call the same are the same."""
    if isinstance(value, str):
        text = re.sub(r"^(?:an?|the)\s+", "", " ".join(value.casefold().split()).strip(" .!"))
        return int(text) if _NUMBER.fullmatch(text) else text
    return value
