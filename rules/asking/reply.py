"""Step 5, the common part: what a reply is, what it asks for, and the words that all replies share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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


class NotCovered(Exception):
    """The question is about a thing that the rule base does not have; the message says which."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A sentence, its values, the main ones as text in the order of the sentence, and what they were made from."""

    text: str
    values: dict[str, Any]
    headline: tuple[str, ...]
    breakdown: tuple[Part, ...] = ()
    source: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    doubt: float = 0.0
    members: tuple[tuple[str, str], ...] = ()
    """Of several things: the name of each, and its main value."""


def class_and_level(slots: Slots) -> tuple[str, str]:
    """The class and the level as the rules read them; raises MissingValue for what is not there."""
    name = single_class(slots) if slots.classes else None
    if name is None:
        if means_creature(slots):
            raise MissingValue("How many Hit Dice does the creature have?", "hit_dice")
        if slots.level is None:
            raise MissingValue("Which class, and which level?", "class", "level")
        raise MissingValue("Which class?", "class")
    if slots.level is None:
        raise MissingValue(f"Which level is the {name}?", "level")
    return name, slots.level


def single_class(slots: Slots) -> str:
    """The class; raises MissingValue when several characters are named."""
    if slots.character_class is None:
        if not slots.classes:
            raise MissingValue("Which class?", "class")
        raise MissingValue(f"Which of them is meant: {' or '.join(slots.classes)}?", "class")
    return slots.character_class


def means_creature(slots: Slots) -> bool:
    """True when a creature is named and no class."""
    return slots.has_creature and not slots.classes


def require(slots: Slots, kind: str, question: str, name: str | None = None) -> str:
    """The thing of a kind. A word that may be a name for one means that the rule base does not have it.

    Raises:
        NotCovered: A word of the question is unknown.
        MissingValue: Nothing of this kind is named.
    """
    found = slots.one(kind)
    if found is not None:
        return found
    if slots.unknown:
        raise NotCovered(f"{listed([f'“{word}”' for word in slots.unknown[:3]])} is not in the rule base")
    raise MissingValue(question, name or kind)


def require_number(slots: Slots, name: str, question: str) -> int:
    """A number of the question; raises MissingValue."""
    found = slots.number(name)
    if found is None:
        raise MissingValue(question, name)
    return found


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
    headline: Iterable[Any],
    *results: Result,
    parts: tuple[Part, ...] = (),
    source: tuple[str, ...] = (),
    assumptions: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
    doubt: float = 0.0,
) -> Reply:
    """Join the sentence, the sources in brackets after it, and what the results carry, each thing once."""
    lines = tuple(dict.fromkeys([part for result in results for part in result.breakdown] + list(parts)))
    found = dict.fromkeys([*(one for result in results for one in result.source), *sources_of(*parts), *source])
    named = tuple(one for one in found if one != "the question")
    assumed = tuple(dict.fromkeys([*(one for result in results for one in result.assumptions), *assumptions]))
    warned = tuple(dict.fromkeys([*(one for result in results for one in result.warnings), *warnings]))
    shown = tuple(text_of(one) for one in headline)
    return Reply(f"{text} ({'; '.join(named)}).", values, shown, lines, named, assumed, warned, doubt)


def joined(replies: Sequence[Reply], *, same: bool = False, names: Sequence[str] = ()) -> Reply:
    """Several replies as one; the values of the first count, and those of the `same` topic stand in a list.

    `names` are those of the things of the same topic.
    """
    first = replies[0]
    if len(replies) == 1:
        return first
    values = {name: value for one in reversed(replies) for name, value in one.values.items()}
    if same:
        values = {**first.values, "each": [one.values for one in replies]}
    return replace(
        first,
        text="\n\n".join(one.text for one in replies),
        values=values,
        headline=tuple(text for one in replies for text in one.headline),
        breakdown=tuple(dict.fromkeys(part for one in replies for part in one.breakdown)),
        source=tuple(dict.fromkeys(source for one in replies for source in one.source)),
        assumptions=tuple(dict.fromkeys(line for one in replies for line in one.assumptions)),
        warnings=tuple(dict.fromkeys(line for one in replies for line in one.warnings)),
        members=tuple((name, one.headline[0]) for name, one in zip(names, replies, strict=False)) or first.members,
    )


def text_of(value: Any) -> str:
    """A value as it stands in a headline."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return "/".join(text_of(one) for one in value)
    return str(value)


def with_article(phrase: str) -> str:
    """The phrase with `A` or `An` before it."""
    article = "An" if phrase[:1] in "aeio8" or phrase.startswith(("11", "18", "unarm")) else "A"
    return f"{article} {phrase}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """`one`, `one and two`, `one, two and three`."""
    if not words:
        return "nothing"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def plain_number(value: float) -> str:
    """`7.5`, `7`."""
    return f"{value:g}"
