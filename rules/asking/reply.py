"""Step 5, the common part: what a reply is, what it asks for, and the words that all replies share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rules.asking.slots import Slots
from rules.characters import read_character
from rules.errors import MalformedValue
from rules.loader import Rulebook
from rules.results import Part, Result, sources_of


class MissingValue(Exception):
    """The question leaves something open: `names` are the values, the message asks for them."""

    def __init__(self, question: str, *names: str) -> None:
        super().__init__(question)
        self.names = names


@dataclass(frozen=True, slots=True)
class Reply:
    """A sentence, its values, and the results it was made from."""

    text: str
    values: dict[str, Any]
    breakdown: tuple[Part, ...] = ()
    source: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def class_and_level(slots: Slots) -> tuple[str, str]:
    """The class and the level as the rules read them; raises MissingValue for what is not there."""
    name = single_class(slots) if slots.classes else None
    if name is None:
        if means_monster(slots):
            raise MissingValue("How many Hit Dice does the creature have?", "hit_dice")
        if slots.levels is None:
            raise MissingValue("Which class, and which level?", "class", "level")
        raise MissingValue("Which class?", "class")
    if slots.levels is None and "monster" in slots.tags:
        question = f"Who is it about: the creature (how many Hit Dice?), or the {name} (which level?)?"
        raise MissingValue(question, "hit_dice", "level")
    if slots.levels is None:
        raise MissingValue(f"Which level is the {name}?", "level")
    return name, slots.levels


def single_class(slots: Slots) -> str:
    """The class; raises MissingValue when several characters are named."""
    if slots.character_class is None:
        raise MissingValue(f"Which of them is meant: {' or '.join(slots.classes)}?", "class")
    return slots.character_class


def means_monster(slots: Slots) -> bool:
    """True when a creature is named and no class."""
    return "monster" in slots.tags and not slots.classes


def hit_dice_of(slots: Slots) -> str:
    """The Hit Dice as the rules read them; raises MissingValue."""
    if slots.hit_dice is None:
        raise MissingValue("How many Hit Dice does the creature have?", "hit_dice")
    return slots.hit_dice


def describe(slots: Slots, book: Rulebook, *, lowest: int = 1) -> str:
    """Such as `5th-level fighter`."""
    name, level = class_and_level(slots)
    return read_character(name, level, book, lowest=lowest).description


def score(slots: Slots, ability: str) -> int | None:
    """The score as a number, or None; raises MalformedValue for a score such as `18/51`, which only Strength has."""
    text = slots.abilities.get(ability)
    if text is not None and not text.isdecimal():
        raise MalformedValue(ability, text, "an integer from 1 to 25")
    return None if text is None else int(text)


def make_reply(
    text: str,
    values: dict[str, Any],
    *results: Result,
    parts: tuple[Part, ...] = (),
    assumptions: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
) -> Reply:
    """Join the sentence, the sources in brackets after it, and what the results carry, each thing once."""
    lines = tuple(dict.fromkeys([part for result in results for part in result.breakdown] + list(parts)))
    source = tuple(dict.fromkeys([*(one for result in results for one in result.source), *sources_of(*parts)]))
    source = tuple(one for one in source if one != "the question")
    assumed = tuple(dict.fromkeys([*(one for result in results for one in result.assumptions), *assumptions]))
    warned = tuple(dict.fromkeys([*(one for result in results for one in result.warnings), *warnings]))
    return Reply(f"{text} ({'; '.join(source)}).", values, lines, source, assumed, warned)


def with_article(phrase: str) -> str:
    """The phrase with `A` or `An` before it."""
    article = "An" if phrase[0] in "aeio8" or phrase.startswith(("11", "18")) else "A"
    return f"{article} {phrase}"


def listed(words: Sequence[str]) -> str:
    """`one`, `one and two`, `one, two and three`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
