"""What a prompt means by "that": words that point back are resolved by rules, from the latest results of the session.

Five ways to point back: keep it ("keep that one"), ask about it ("what was his AC?"), set something about it ("set his
hp to 12"), change it ("make her older"), and have it again ("again but colder"). A prompt that names what it is about
points nowhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from contracts.entities import EntityType
from contracts.intents import Intent
from core.ids import REQUEST_PREFIX, prefixed
from orchestrator.classify import normalise
from orchestrator.statements import PRONOUNS, Change, stated_change
from store.sessions import LatestResult, Referent

_PEOPLE: Final = frozenset({EntityType.NPC, EntityType.PC, EntityType.CREATURE})
_PERSONAL: Final = frozenset({"he", "him", "his", "she", "her", "hers"})
_FIRST: Final = r"(?:(?:ok|okay|yes|good|great|nice|perfect|please|and|now|no|can you|could you),?\s+)*"
_THAT: Final = r"(?P<that>that|this|it|him|her|them|those|these|he|she)"
_CHANGED: Final = r"[, ]+(?:but |only |this time |with )?(?P<change>.+)"
_WHOSE: Final = r"(?P<that>his|her|its|their|he|she|it|they)"


class Way(StrEnum):
    """How a prompt points back."""

    KEEP = "keep"
    ASK = "ask"
    SET = "set"
    CHANGE = "change"
    AGAIN = "again"


_ASKED: Final = r"(?:what|who|where|how|which|when|why)(?:'s|s)?\b.*\b|(?:is|was|does|did|has) "
_WAYS: Final = (
    (Way.KEEP, rf"{_FIRST}(?:keep|save|store|note|remember|add) {_THAT}(?: (?:one|npc|place|item|too|please))*"),
    (Way.AGAIN, rf"{_FIRST}(?P<that>again|another one|one more|(?:the )?same(?: again)?)(?:{_CHANGED})?"),
    (Way.CHANGE, rf"{_FIRST}(?:make|turn) {_THAT}(?: one)?(?: into)? (?P<change>.+)"),
    (Way.ASK, rf"{_FIRST}(?:{_ASKED}){_WHOSE}\b.*"),
    (Way.ASK, rf"{_FIRST}{_WHOSE} [\w ]{{1,40}}\?"),
    (Way.ASK, rf"{_FIRST}(?:(?:show|tell|remind)(?: me)? (?:more )?(?:about |of )?){_THAT}(?: one)?(?: again)?"),
)
_PATTERNS: Final = tuple((way, re.compile(pattern)) for way, pattern in _WAYS)


@dataclass(frozen=True, slots=True)
class Pointer:
    """The words of a prompt that point back: "her", and what is to be different, "older", or what is stated of it."""

    way: Way
    that: str
    change: str = ""
    stated: Change | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """What was taken as "that".

    Attributes:
        latest: The request it came from.
        entities: The entities meant; none when a result without any is to be made again.
    """

    pointer: Pointer
    latest: LatestResult
    entities: tuple[Referent, ...]

    @property
    def intent(self) -> Intent:
        """What the prompt asks for, now that it is known what it is about."""
        return _INTENTS.get(self.pointer.way) or Intent(self.latest.intent)

    def as_json(self) -> dict[str, Any]:
        """As the request's view tells it."""
        return {
            "words": self.pointer.that,
            "request_id": prefixed(REQUEST_PREFIX, self.latest.request_id),
            "entities": [{"id": one.public_id, "name": one.name} for one in self.entities],
        }


_INTENTS: Final = {
    Way.KEEP: Intent.STORE_ENTITY,
    Way.ASK: Intent.RETRIEVE_ENTITY,
    Way.SET: Intent.UPDATE_ENTITY,
    Way.CHANGE: Intent.UPDATE_ENTITY,
}


def pointer_in(prompt: str) -> Pointer | None:
    """How the prompt points back, if it does; costs no look into the campaign."""
    stated = stated_change(prompt)
    if stated is not None and stated.subject.casefold() in PRONOUNS:
        return Pointer(Way.SET, stated.subject.casefold(), stated=stated)
    text = normalise(prompt).rstrip("!")
    for way, pattern in _PATTERNS:
        if match := pattern.fullmatch(text):
            change = match.groupdict().get("change") or ""
            return Pointer(way, match["that"], change.strip(" .!,"))
    return None


def resolve(pointer: Pointer, results: Sequence[LatestResult]) -> Reference | None:
    """What it points to: the latest result that fits; None when nothing does."""
    for latest in results:
        meant = tuple(one for one in latest.entities if _fits(pointer, one))
        if pointer.way is Way.AGAIN or pointer.way is Way.CHANGE:
            if latest.made is not None and (meant or (pointer.way is Way.AGAIN and not latest.entities)):
                return Reference(pointer, latest, meant)
        elif meant:
            return Reference(pointer, latest, meant if pointer.way is Way.KEEP else meant[:1])
    return None


def _fits(pointer: Pointer, referent: Referent) -> bool:
    """A tavern is not "her"; "it" may be anything."""
    return pointer.that not in _PERSONAL or referent.type in _PEOPLE
