"""A creature of the rule base as it stands on a page: one line of the 2nd edition's form, hit points rolled."""

import random
from typing import Any, Final, Literal

import rules
from rules.creatures import SIZES
from workers.world_designer.content.base import Part

Mind = Literal["people", "beast", "mindless", "undead", "cunning"]
_PEOPLE: Final = frozenset({"humanoid", "demihuman", "giant", "lycanthrope", "fey"})
_CLEVER: Final = 8
_IRREGULAR: Final = {
    "wolf": "wolves",
    "cyclops": "cyclopes",
    "man": "men",
    "fungus": "fungi",
    "mouse": "mice",
    "djinni": "djinn",
    "efreeti": "efreet",
    "dwarf": "dwarves",
    "elf": "elves",
    "jelly": "jellies",
    "sahuagin": "sahuagin",
    "triceratops": "triceratops",
    "locathah": "locathah",
}


class StatLine(Part):
    """A creature's numbers; `hp` has one entry for each that appears. Ranges are pairs, lowest first."""

    name: str
    number: int
    armor_class: int
    movement: dict[str, int]
    hit_dice: str | None
    hp: tuple[int, ...]
    thac0: int | None
    attacks: str
    damage: tuple[str, ...]
    special_attacks: tuple[str, ...]
    special_defenses: tuple[str, ...]
    magic_resistance: int
    size: str
    morale: tuple[int, int] | None
    intelligence: tuple[int, int]
    alignment: str
    xp_each: int

    def line(self) -> str:
        """`AC 6, MV 9, HD 1, hp 4, 7, THAC0 19, #AT 1, Dmg 1d8, ML 11, AL LE, XP 15 each`."""
        parts = [
            f"AC {self.armor_class}",
            f"MV {self.moves()}",
            f"HD {self.hit_dice or 'none'}",
            f"hp {', '.join(map(str, self.hp))}" if self.hp else "",
            f"THAC0 {self.thac0}" if self.thac0 is not None else "",
            f"#AT {self.attacks}",
            f"Dmg {'/'.join(self.damage)}" if self.damage else "",
            f"SA {', '.join(self.special_attacks)}" if self.special_attacks else "",
            f"SD {', '.join(self.special_defenses)}" if self.special_defenses else "",
            f"MR {self.magic_resistance}%" if self.magic_resistance else "",
            f"SZ {self.size}",
            f"ML {_span(self.morale)}" if self.morale else "",
            f"Int {_span(self.intelligence)}",
            f"AL {_initials(self.alignment)}",
            f"XP {self.xp_each:,}{' each' if self.number > 1 else ''}",
        ]
        return ", ".join(filter(None, parts))

    def attributes(self) -> dict[str, Any]:
        """As a stored creature has them: single values where the campaign's creatures have single values."""
        values = {
            "ac": self.armor_class,
            "movement": self.moves(),
            "hit_dice": self.hit_dice,
            "hp": {"each": list(self.hp)} if self.hp else None,
            "thac0": self.thac0,
            "attacks_per_round": self.attacks,
            "damage": list(self.damage),
            "special_attacks": list(self.special_attacks),
            "special_defenses": list(self.special_defenses),
            "magic_resistance": self.magic_resistance,
            "size": self.size,
            "morale": _span(self.morale) if self.morale else None,
            "intelligence": _span(self.intelligence),
            "alignment": self.alignment,
            "xp_value": self.xp_each,
            "number": self.number,
        }
        return {name: value for name, value in values.items() if value is not None}

    def moves(self) -> str:
        """`9 fly 18`."""
        return " ".join(f"{rate}" if way == "land" else f"{way} {rate}" for way, rate in self.movement.items())


def stat_line(creature: rules.Creature, number: int, rng: random.Random) -> StatLine:
    """The numbers of so many of one creature, each with its own hit points."""
    return StatLine(
        name=spoken(creature.name),
        number=number,
        armor_class=creature.armor_class,
        movement=creature.movement,
        hit_dice=creature.hit_dice,
        hp=tuple(_hit_points(creature, rng) for _ in range(number)) if creature.hit_dice else (),
        thac0=creature.thac0,
        attacks=creature.attacks,
        damage=creature.damage,
        special_attacks=creature.special_attacks,
        special_defenses=creature.special_defenses,
        magic_resistance=creature.magic_resistance,
        size="/".join(creature.size),
        morale=creature.morale,
        intelligence=creature.intelligence,
        alignment=creature.alignment,
        xp_each=experience_of(creature),
    )


def experience_of(creature: rules.Creature) -> int:
    """What one is worth: as printed, else by its Hit Dice and abilities."""
    return creature.experience_points or creature.experience_by_rule or 0


def power_of(creature: rules.Creature) -> float:
    """How many character levels one of it is about worth: its Hit Dice, and part of what its abilities add."""
    dice = rules.parse_hit_dice(creature.hit_dice).dice if creature.hit_dice else 1
    return max(0.5, float(dice)) + 0.6 * creature.added_hit_dice


def _hit_points(creature: rules.Creature, rng: random.Random) -> int:
    """Eight-sided dice for each Hit Die, a four-sided one for half a die (Monstrous Manual, Hit Dice)."""
    if creature.hit_points is not None:
        return creature.hit_points
    dice = rules.parse_hit_dice(creature.hit_dice or "1")
    rolled = sum(rng.randint(1, 8) for _ in range(dice.dice)) if dice.dice else rng.randint(1, 4)
    return max(1, rolled + dice.change)


def mind_of(creature: rules.Creature) -> Mind:
    """How it behaves when it is met."""
    clever = creature.intelligence[1]
    if clever == 0 or creature.kind in {"ooze", "plant", "construct"}:
        return "beast" if creature.kind in {"animal", "vermin", "monster"} else "mindless"
    if creature.kind == "undead":
        return "undead"
    if creature.kind in _PEOPLE and clever >= 5:
        return "people"
    is_beast = creature.kind in {"animal", "vermin"}
    return "cunning" if clever >= _CLEVER and not is_beast else "beast"


def spoken(name: str) -> str:
    """`giant spider` for `giant_spider`."""
    return name.replace("_", " ")


def plural(name: str) -> str:
    """`giant spiders`, `lizard men`, `winter wolves`."""
    *before, last = spoken(name).split()
    if last in _IRREGULAR:
        many = _IRREGULAR[last]
    elif last.endswith("wolf"):
        many = f"{last[:-1]}ves"
    elif last.endswith("y") and last[-2] not in "aeiou":
        many = f"{last[:-1]}ies"
    elif last.endswith("man") and last != "human":
        many = f"{last[:-3]}men"
    else:
        many = f"{last}{'es' if last.endswith(('s', 'x', 'ch', 'sh')) else 's'}"
    return " ".join([*before, many])


def counted(number: int, name: str) -> str:
    """`a giant spider` or `6 orcs`."""
    if number == 1:
        return f"{'an' if name[0] in 'aeiou' else 'a'} {spoken(name)}"
    return f"{number} {plural(name)}"


def size_word(size: str) -> str:
    """`large` for `L`."""
    return SIZES[size.split("/", maxsplit=1)[0]]


def _span(pair: tuple[int, int]) -> str:
    low, high = pair
    return str(low) if low == high else f"{low}-{high}"


def _initials(alignment: str) -> str:
    """`LE` for lawful evil, `N` for neutral; what is said otherwise stays as it is."""
    words = alignment.split()
    if all(word in {"lawful", "neutral", "chaotic", "good", "evil"} for word in words):
        return "N" if set(words) == {"neutral"} else "".join(word[0].upper() for word in words)
    return alignment
