"""Creatures as the replies need them: found by name, with their lines as people say them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rules.characters import spoken
from rules.creatures import Creature, creature
from rules.errors import RuleError

_SIZES = {"T": "tiny", "S": "small", "M": "medium", "L": "large", "H": "huge", "G": "gargantuan"}
_LARGE = frozenset({"L", "H", "G"})
_WAYS = {
    "land": "",
    "fly": "flying ",
    "swim": "swimming ",
    "burrow": "burrowing ",
    "web": "in webs ",
    "jump": "jumping ",
}


@dataclass(frozen=True, slots=True)
class CreatureFacts:
    """What the replies say of a creature; `entry` has everything."""

    entry: Creature

    @property
    def spoken(self) -> str:
        """The name as people say it."""
        return spoken(self.entry.name)

    @property
    def where(self) -> str:
        """Where it is printed."""
        return self.entry.source[0]

    @property
    def armor_class(self) -> int:
        """Its armor class."""
        return self.entry.armor_class

    @property
    def hit_dice(self) -> str:
        """Its Hit Dice as written; those of nothing where it has only hit points."""
        return self.entry.hit_dice or "1/2"

    @property
    def attacks(self) -> str:
        """Its attacks per round, as printed."""
        return self.entry.attacks

    @property
    def damage(self) -> tuple[str, ...]:
        """The damage of each attack."""
        return self.entry.damage

    @property
    def damage_words(self) -> str:
        """`1d4/1d4/1d10`."""
        return "/".join(self.entry.damage) or "no damage of its own"

    @property
    def experience_points(self) -> int | None:
        """What it is worth."""
        return self.entry.experience_points

    @property
    def is_undead(self) -> bool:
        """Whether clerics turn it."""
        return self.entry.kind == "undead"

    @property
    def is_large(self) -> bool:
        """Whether weapons do their damage against large targets."""
        return self.entry.size[0] in _LARGE

    @property
    def size_word(self) -> str:
        """Its size as a word of the initiative table."""
        return _SIZES[self.entry.size[0]]

    @property
    def movement(self) -> Mapping[str, int]:
        """The rate of each way to move."""
        return self.entry.movement

    @property
    def movement_shown(self) -> list[str]:
        """The rates in the order they are printed."""
        return [str(rate) for rate in self.entry.movement.values()]

    def movement_by(self, words: frozenset[str]) -> list[str]:
        """The rates, that of the way of moving first that the words name: `how fast does it fly`."""
        rates = self.entry.movement
        first = [way for way, names in _WAYS_ASKED.items() if way in rates and words & names]
        return [str(rates[way]) for way in dict.fromkeys([*first, *rates])]

    @property
    def movement_words(self) -> str:
        """`12, flying 24`."""
        return ", ".join(f"{_WAYS.get(way, f'{way} ')}{rate}" for way, rate in self.entry.movement.items())


_WAYS_ASKED = {
    "fly": frozenset({"fly", "flies", "flying", "flight", "air", "aerial", "airborne", "wing", "wings", "soar"}),
    "swim": frozenset({"swim", "swims", "swimming", "water", "underwater"}),
    "burrow": frozenset({"burrow", "burrows", "burrowing", "dig", "digs", "digging", "underground"}),
    "web": frozenset({"web", "webs"}),
    "jump": frozenset({"jump", "jumps", "jumping", "leap", "leaps"}),
}


@lru_cache(maxsize=1024)
def creature_of(name: str | None) -> CreatureFacts | None:
    """The creature of this name; None for none or one that the rule base does not have."""
    if name is None:
        return None
    try:
        return CreatureFacts(creature(name))
    except RuleError:
        return None
