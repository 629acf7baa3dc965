"""Step 3: what a question says: the things it names by their kind, and the meaning of every number.

A number without a meaning is kept as left over, never guessed away. `rules.asking.numbers` reads the numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rules.asking.vocabulary import Item

PERSONS = ("class", "creature")
"""Kinds of things that attack, save and move."""


@dataclass(slots=True)
class Slots:
    """What a question says. Lists are in the order of the question; absent things are empty.

    Attributes:
        items: The pieces of the question.
        found: Names in the rule base by kind (`class`, `weapon`, `creature` ...), each once.
        places: The positions in `items` of each kind.
        cues: What the words point at.
        numbers: Numbers by their meaning (`level`, `ac`, `feet` ...), as the rules read them: a level may be `5/6`.
        abilities: Scores by ability.
        named_abilities: Abilities that are named, with or without a score.
        bonuses: Sums of `+n` by what they stand beside: `attack`, `armor`, `shield`, `protection`, `damage`, `save`.
        spell_levels: The levels of spells that are named, where there are several.
        multi_class: Whether several classes belong to one character.
        unknown: Words that mean nothing here; `names` are those that are written like names of persons.
        left_over: Numbers without a meaning; `left_places` are their positions in `items`.
        corrected: How many typos were mended.
        read_as: What was taken for granted in reading.
        words: All words of the question, as they were understood and as they were written.
    """

    items: list[Item]
    found: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)
    cues: set[str] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)
    levels: list[str] = field(default_factory=list)
    abilities: dict[str, str] = field(default_factory=dict)
    named_abilities: list[str] = field(default_factory=list)
    bonuses: dict[str, int] = field(default_factory=dict)
    spell_levels: list[int] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    dice: list[str] = field(default_factory=list)
    multi_class: bool = False
    unknown: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    left_places: list[int] = field(default_factory=list)
    corrected: int = 0
    read_as: list[str] = field(default_factory=list)
    words: frozenset[str] = frozenset()

    def one(self, kind: str) -> str | None:
        """The first thing of a kind."""
        return next(iter(self.found.get(kind, ())), None)

    def all(self, kind: str) -> Sequence[str]:
        """Everything of a kind."""
        return self.found.get(kind, ())

    def has(self, *cues: str) -> bool:
        """Whether one of the cues was given."""
        return not self.cues.isdisjoint(cues)

    def place_of(self, *cues: str) -> int:
        """Where one of the cues is given first; the end of the question when none is."""
        return min((place for place, item in enumerate(self.items) if item.is_cue(*cues)), default=len(self.items))

    def number(self, name: str) -> int | None:
        """A whole number by its meaning."""
        text = self.numbers.get(name)
        return int(text) if text is not None else None

    def only(self, kind: str, value: str) -> "Slots":
        """The same question about one of several things."""
        return replace(self, found={**self.found, kind: [value]})

    def with_number(self, name: str, text: str, note: str = "") -> "Slots":
        """The same question with one number more."""
        rest = [one for one in self.left_over if one != text]
        notes = [*self.read_as, note] if note else self.read_as
        return replace(self, numbers={**self.numbers, name: text}, left_over=rest, read_as=notes)

    @property
    def classes(self) -> Sequence[str]:
        """The classes named."""
        return self.all("class")

    @property
    def character_class(self) -> str | None:
        """The class, or those of a multi-class character joined by `/`; None for none or for several characters."""
        if not self.classes or (len(self.classes) > 1 and not self.multi_class):
            return None
        return "/".join(self.classes)

    @property
    def race(self) -> str | None:
        """The first race named."""
        return self.one("race")

    @property
    def level(self) -> str | None:
        """The level as the rules read it: `5`, `5/6`."""
        return self.numbers.get("level")

    @property
    def shield(self) -> bool:
        """Whether a shield is carried."""
        return "shield" in self.cues and "no_shield" not in self.cues

    @property
    def armor(self) -> str | None:
        """The first armor named."""
        return self.one("armor")

    @property
    def has_creature(self) -> bool:
        """Whether a creature is meant: by name, by the word, or by Hit Dice without a class."""
        return bool(self.all("creature")) or "creature" in self.cues or ("hit_dice" in self.numbers)
