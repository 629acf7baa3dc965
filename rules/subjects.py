"""Whom a validation is about: a character, read from an object or from a sentence."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.abilities import Strength, read_strength
from rules.asking.numbers import fill_slots
from rules.asking.vocabulary import vocabulary_of
from rules.characters import (
    ABILITIES,
    Character,
    find_ability,
    read_character,
    read_classes,
    read_race,
    require_ability,
)
from rules.errors import MalformedValue, OutOfTable, RuleError
from rules.loader import Rulebook

ALIGNMENTS = {
    "LG": "lawful good",
    "NG": "neutral good",
    "CG": "chaotic good",
    "LN": "lawful neutral",
    "N": "true neutral",
    "CN": "chaotic neutral",
    "LE": "lawful evil",
    "NE": "neutral evil",
    "CE": "chaotic evil",
}
MAX_LIST = 30
MAX_SLOTS = 99
_ALIGNMENT_NAMES = {name: key for key, name in ALIGNMENTS.items()} | {"neutral": "N", "neutral neutral": "N"}
_ALIGNMENT = re.compile(r"\b(lawful|chaotic|neutral|true)[ -]+(good|neutral|evil)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subject:
    """A character as far as it is known; None and empty are "not said", but for `armor` "none", which is no armor.

    `abilities` are the scores after the race's adjustments, by name in full; Strength is in `strength` too, with its
    percentage. `spells` are those memorised, by spell level.
    """

    classes: tuple[str, ...] = ()
    level: str | None = None
    character: Character | None = None
    race: str | None = None
    alignment: str | None = None
    abilities: Mapping[str, int] = field(default_factory=dict)
    strength: Strength | None = None
    armor: str | None = None
    shield: bool = False
    weapons: tuple[str, ...] = ()
    proficient_with: tuple[str, ...] = ()
    specialised_in: tuple[str, ...] = ()
    spells: Mapping[int, int] | None = None

    @property
    def character_class(self) -> str:
        """The class, or those of a multi-class character joined by /."""
        return "/".join(self.classes)

    def known(self) -> dict[str, Any]:
        """What was understood, as JSON values."""
        levels = None if self.level is None else int(self.level) if self.level.isdecimal() else self.level
        facts: dict[str, Any] = {
            "race": self.race,
            "class": self.character_class or None,
            "level": levels,
            "alignment": self.alignment,
            "abilities": {name: self._score(name) for name in self.abilities},
            "armor": self.armor,
            "shield": self.shield,
            "weapons": list(self.weapons),
            "proficient_with": list(self.proficient_with),
            "specialised_in": list(self.specialised_in),
            "spells": None if self.spells is None else {str(level): count for level, count in self.spells.items()},
        }
        return {name: value for name, value in facts.items() if value not in (None, [], {}, False)}

    def _score(self, name: str) -> int | str:
        is_exceptional = name == "strength" and self.strength is not None and self.strength.percent is not None
        return str(self.strength) if is_exceptional else self.abilities[name]


def read_subject(given: Any, book: Rulebook) -> Subject:
    """Read a character from an object (see `rules.validation.validate`) or a sentence.

    Raises:
        RuleError: A field is unknown or cannot be read; the field is named as `subject.level`.
    """
    if isinstance(given, str):
        return _read_sentence(given, book)
    if not isinstance(given, Mapping):
        raise MalformedValue("subject", given, "an object or a sentence")
    if unknown := next((name for name in given if name not in _FIELDS), None):
        raise MalformedValue(f"subject.{unknown}", given[unknown], f"left out: there are {', '.join(_FIELDS)}")
    values = {name: _read(f"subject.{name}", _FIELDS[name], value, book) for name, value in given.items()}
    return _subject(values, book)


def _read(path: str, read: Callable[[Any, Rulebook], Any], value: Any, book: Rulebook) -> Any:
    """Read one field; what the rules say of it is said of the field as the caller knows it."""
    if value is None:
        return None
    try:
        return read(value, book)
    except RuleError as error:
        error.field = f"{path}.{error.field}" if path == "subject.abilities" and error.field in ABILITIES else path
        raise


def _subject(values: Mapping[str, Any], book: Rulebook) -> Subject:
    classes, level = values.get("class") or (), values.get("level")
    character = None
    if level is not None and not classes:
        raise MalformedValue("subject.class", None, "given where there is a level")
    if level is not None:
        character = _read(
            "subject.level", lambda one, _: read_character("/".join(classes), one, book, lowest=0), level, book
        )
    scores, strength = values.get("abilities") or ({}, None)
    return Subject(
        classes=classes,
        level=None if character is None else character.level,
        character=character,
        race=values.get("race"),
        alignment=values.get("alignment"),
        abilities=scores,
        strength=strength,
        armor=values.get("armor"),
        shield=bool(values.get("shield")),
        weapons=values.get("weapons") or (),
        proficient_with=values.get("proficient_with") or (),
        specialised_in=values.get("specialised_in") or (),
        spells=values.get("spells"),
    )


def read_alignment(value: Any, _book: Rulebook | None = None) -> str:
    """The letters of an alignment written as `LG` or `lawful good`; raises MalformedValue."""
    text = " ".join(re.split(r"[\s_-]+", value.strip())) if isinstance(value, str) else ""
    found = text.upper() if text.upper() in ALIGNMENTS else _ALIGNMENT_NAMES.get(text.lower())
    if found is None:
        raise MalformedValue(
            "alignment", value, f"one of: {', '.join(f'{key} ({name})' for key, name in ALIGNMENTS.items())}"
        )
    return found


def read_weapons(value: Any, book: Rulebook) -> tuple[str, ...]:
    """Weapons by the table's own names, each once."""
    if not isinstance(value, list | tuple) or len(value) > MAX_LIST:
        raise MalformedValue("weapons", value, f"a list of at most {MAX_LIST} weapons")
    return tuple(dict.fromkeys(book.table("weapons").resolve(one, field_name="weapons") for one in value))


def _read_abilities(value: Any, book: Rulebook) -> tuple[dict[str, int], Strength | None]:
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise MalformedValue("abilities", value, "an object of scores by ability")
    scores: dict[str, int] = {}
    strength = None
    for name, score in value.items():
        ability = find_ability(name, book)
        if ability == "strength":
            strength = read_strength(score)
            scores[ability] = strength.score
        else:
            scores[ability] = require_ability(score, ability)
    return scores, strength


def _read_flag(value: Any, _book: Rulebook) -> bool:
    if not isinstance(value, bool):
        raise MalformedValue("flag", value, "true or false")
    return value


def _read_spells(value: Any, _book: Rulebook) -> dict[int, int]:
    """Spells memorised: `{"1": 4, "2": 2}` or `[4, 2]`."""
    allowed = 'spells by level, such as {"1": 4, "2": 2} or [4, 2]'
    if isinstance(value, list):
        value = {str(level): count for level, count in enumerate(value, start=1)}
    if not isinstance(value, Mapping):
        raise MalformedValue("spells", value, allowed)
    read = {}
    for level, count in value.items():
        if not isinstance(level, str) or level not in "123456789" or len(level) != 1:
            raise MalformedValue("spells", value, allowed)
        if isinstance(count, bool) or not isinstance(count, int):
            raise MalformedValue("spells", value, allowed)
        if not 0 <= count <= MAX_SLOTS:
            raise OutOfTable("spells", count, f"from 0 to {MAX_SLOTS} spells of a level")
        read[int(level)] = count
    return read


_FIELDS: Mapping[str, Callable[[Any, Rulebook], Any]] = {
    "race": read_race,
    "class": read_classes,
    "level": lambda value, _: value,
    "alignment": read_alignment,
    "abilities": _read_abilities,
    "armor": lambda value, book: book.table("armor").resolve(value),
    "shield": _read_flag,
    "weapons": read_weapons,
    "proficient_with": read_weapons,
    "specialised_in": read_weapons,
    "spells": _read_spells,
}
SUBJECT_FIELDS = tuple(_FIELDS)
"""What an object may say of a character."""


def _read_sentence(text: str, book: Rulebook) -> Subject:
    """The character of `a lawful good dwarf mage of level 5 in plate mail with a long sword`."""
    slots = fill_slots(vocabulary_of(book).read(text))
    if not slots.classes and slots.race is None:
        raise MalformedValue("subject", text, "a character: a class, or at least a race")
    alignment = _ALIGNMENT.search(text)
    values = {
        "class": tuple(slots.classes),
        "level": slots.level,
        "race": slots.race,
        "alignment": None if alignment is None else read_alignment(alignment[0]),
        "abilities": _read_abilities({name: _number(score) for name, score in slots.abilities.items()}, book),
        "armor": slots.armor,
        "shield": slots.shield,
        "weapons": tuple(name for name in slots.all("weapon") if book.table("weapons").covers(name)),
    }
    if len(slots.classes) > 1 and not slots.multi_class:
        raise MalformedValue("subject", text, "one character; the classes of one are joined by /")
    return _subject(values, book)


def _number(score: str) -> int | str:
    return int(score) if score.isdecimal() else score
