"""What the generators of content are asked for: which kind a prompt means, and the steps of a typed order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from contracts.actors import Actor
from contracts.generators import Form
from contracts.intents import Intent
from store.requests import NewStep

INTENTS: Final[Mapping[str, Intent]] = MappingProxyType(
    {
        "npc": Intent.GENERATE_NPC,
        "location": Intent.GENERATE_LOCATION_DESCRIPTION,
        "room": Intent.GENERATE_LOCATION_DESCRIPTION,
        "tavern": Intent.GENERATE_LOCATION_DESCRIPTION,
        "settlement": Intent.GENERATE_LOCATION_DESCRIPTION,
        "hex": Intent.GENERATE_LOCATION_DESCRIPTION,
        "encounter": Intent.GENERATE_ENCOUNTER,
        "treasure": Intent.GENERATE_TREASURE_OR_ITEM,
        "magic_item": Intent.GENERATE_TREASURE_OR_ITEM,
        "rumour": Intent.OTHER,
        "quest": Intent.OTHER,
    }
)
"""What an order for a kind is called in a request's view; the user's list of intents has no name for the last two."""


@dataclass(frozen=True, slots=True)
class ContentOrder:
    """A typed order: a kind, its brief as JSON values, and a seed when the caller chose one."""

    kind: str
    brief: dict[str, Any]
    seed: int | None = None
    form: Form = "short"

    @property
    def as_prompt(self) -> str:
        """How the order stands among a campaign's prompts."""
        return f"Generate: {self.kind.replace('_', ' ')}"


_ORDER: Final = (
    r"^\W*(?:(?:please|can you|could you|would you|ok|okay|hey|now|quick|quickly),? )*"
    r"(?:(?:create|make|generate|invent|design|come up with|build|roll(?: up)?|give|get|(?:i|we) need|i want|i'd like)"
    r"\b(?: me| us)?\b|(?=(?:an? |some |another |\w+ )?(?:random|new)\b)|random\b)"
)
_WORDS_BETWEEN: Final = r"(?: [\w'-]+,?){0,5}?"
_NOUNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "rumour": r"rumou?rs?|gossip",
        "quest": r"(?:quest|adventure|plot|story)(?: hooks?| ideas?| seeds?)?|side ?quests?",
        "tavern": r"tavern|inn|pub|alehouse|taproom",
        "settlement": r"village|hamlet|town|city|settlement",
        "hex": r"(?:wilderness )?hex(?:es)?|wilderness (?:area|region)",
        "room": r"(?:dungeon|crypt|cave|tower|keep|mine|sewer|temple) (?:room|chamber)",
    }
)
# The noun is what is ordered: not "a map of a village", "the innkeeper" or "an inn sign".
_ASKED: Final = MappingProxyType(
    {
        kind: re.compile(
            rf"{_ORDER}{_WORDS_BETWEEN} (?:{nouns})\b(?!'|-| (?:keeper|sign|map|guard|priest|elder|watch)\b)"
        )
        for kind, nouns in _NOUNS.items()
    }
)
_PHRASE_END: Final = r"[.!?]*$| (?:in|at|near|for|named|called)\b"
_BARE: Final = MappingProxyType(
    {
        kind: re.compile(rf"^\W*(?:an?|some|\d+) (?:[\w'-]+,? ){{0,4}}?(?:{nouns})(?={_PHRASE_END})")
        for kind, nouns in _NOUNS.items()
    }
)
_WITHOUT_INTENT: Final = ("rumour", "quest", "hex", "room")
"""Kinds that none of the thirteen intents means, so that only the order itself can be believed."""
_QUESTION: Final = re.compile(r"(?:what|which|how|does|do|is|are)\b")
_NOT_THE_NOUN: Final = re.compile(r" (?:of|from|for|with|who|that|in|at) ")
_HOARD: Final = re.compile(r"\b(?:hoard|treasures?|loot|type [a-z]\b|coins?|gems?|gp|gold|valuables)")


def asked_kind(intent: Intent, prompt: str) -> str | None:
    """The kind of content that a prompt orders from the generators; None when another plan serves it.

    Args:
        intent: What the prompt was taken for.
        prompt: As it was sent.
    """
    text = " ".join(prompt.casefold().replace("\u2019", "'").split())
    if kind := next((kind for kind in _WITHOUT_INTENT if _is_asked(_ASKED[kind], text)), None):
        return kind
    match intent:
        case Intent.GENERATE_TREASURE_OR_ITEM if _QUESTION.match(text):
            return None  # "what treasure does an orc carry?" is for the rules
        case Intent.GENERATE_ENCOUNTER:
            return "encounter"
        case Intent.GENERATE_TREASURE_OR_ITEM:
            return "treasure" if _HOARD.search(text) else "magic_item"
        case Intent.GENERATE_LOCATION_DESCRIPTION | Intent.OTHER:
            asked = (_ASKED, _BARE)
            return next((kind for kind in _NOUNS if any(_is_asked(one[kind], text) for one in asked)), None)
        case _:
            return None


def _is_asked(pattern: re.Pattern[str], text: str) -> bool:
    """The order's own noun, not one behind a preposition: "a priest of the village" is no village."""
    match = pattern.match(text)
    return match is not None and not _NOT_THE_NOUN.search(match[0])


def content_plan(kind: str, prompt: str) -> list[NewStep]:
    """The steps for a prompt that orders content of a kind; the World Designer reads the brief from it."""
    return _steps(kind, {"prompt": prompt})


def order_plan(order: ContentOrder) -> list[NewStep]:
    """The steps for a typed order."""
    params: dict[str, Any] = {"brief": order.brief, "form": order.form}
    return _steps(order.kind, params if order.seed is None else params | {"seed": order.seed})


def _steps(kind: str, params: dict[str, Any]) -> list[NewStep]:
    return [
        NewStep(Actor.GENERATE_CONTENT, f"Make the {kind.replace('_', ' ')}", {"kind": kind} | params),
        NewStep(Actor.STORE_ENTITIES, "Keep it in the campaign"),
    ]
