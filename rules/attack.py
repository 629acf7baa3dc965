"""The roll needed to hit: THAC0 less armor class, with every modifier of the situation on a line of its own."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rules.characters import Character, read_character, require_ability, spoken
from rules.errors import MalformedValue, OutOfTable, UnknownName, require_between
from rules.loader import Rulebook, default_rulebook
from rules.proficiency import nonproficiency_penalty
from rules.results import Part, Result, signed, sources_of
from rules.table import normalise_name
from rules.weapons import Weapon, read_weapon

ATTACK_SOURCE = "Player's Handbook, chapter 9: the to-hit number"
BEST_ARMOR_CLASS = -10
WORST_ARMOR_CLASS = 15
"""What Dexterity 1 leaves to the unarmored: 10 + 5."""
AUTOMATIC = "automatic"
_TYPES = {"S": "slashing", "P": "piercing", "B": "bludgeoning"}
_NOTES = {
    "rear": "From the rear the defender has neither shield nor Dexterity bonus: the armor class must leave them out.",
    "sleeping_or_held": "Sleeping and held defenders are hit without a roll.",
    "charging": "Who charges has 1 worse armor class and no Dexterity bonus.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackRoll(Result):
    """What the attacker must roll. `needed` is a d20 face; `hit_chance_percent` counts natural 1 and 20.

    `bonus` is what was given, `modifier` is that and everything the situation adds; positive helps the attacker. With
    `automatic` no roll is made, and the chance is 100.
    """

    thac0: int
    armor_class: int
    bonus: int
    modifier: int
    needed: int
    hit_chance_percent: int
    automatic: bool


def roll_to_hit(thac0: int, armor_class: int, *, bonus: int = 0) -> int:
    """Return the lowest d20 face that hits, before a natural 1 or 20 is considered.

    Args:
        thac0: Attacker's THAC0, 1 to 20. Lower is better.
        armor_class: Defender's descending armor class, 15 (unarmored and as clumsy as can be) to -10.
        bonus: Sum of all attack modifiers; positive helps the attacker.

    Returns:
        A face from 1 to 20; results outside are brought to the nearer end.

    Raises:
        RuleError: A value lies outside its table.

    Source: Player's Handbook, chapter 9, "Figuring the To-Hit Number".
    """
    require_between("thac0", thac0, 1, 20)
    require_between("armor_class", armor_class, BEST_ARMOR_CLASS, WORST_ARMOR_CLASS)
    return max(1, min(20, thac0 - armor_class - bonus))


def attack_roll(
    thac0: int,
    armor_class: int,
    *,
    bonus: int = 0,
    situations: Iterable[str] = (),
    range_band: str | None = None,
    distance_yd: int | None = None,
    cover: int | str | None = None,
    concealment: int | str | None = None,
    weapon: str | None = None,
    target_armor: str | None = None,
    character_class: str | None = None,
    nonproficient: bool = False,
    related: bool = False,
    two_weapons: str | None = None,
    dexterity: int | None = None,
    book: Rulebook | None = None,
) -> AttackRoll:
    """The roll needed and the chance to hit: a natural 20 always hits, a natural 1 always misses.

    Args:
        thac0: Attacker's THAC0, 1 to 20.
        armor_class: Defender's descending armor class, 15 to -10.
        bonus: Strength, magic and whatever else is added; positive helps the attacker.
        situations: Such as `rear`, `higher ground`, `prone`, `invisible` or `charging`; each counts once.
        range_band: `short`, `medium` or `long`, for missiles.
        distance_yd: Instead of the range, in yards; needs a weapon with ranges.
        cover: Percent of the target behind hard cover: 25, 50, 75 or 90.
        concealment: Percent of the target that is hidden: 25, 50, 75 or 90.
        weapon: A weapon or alias; needed for a distance and for the target's armor.
        target_armor: The armor worn by the target, to use weapon type against armor (an optional rule).
        character_class: Needed without proficiency; with two weapons it tells who may, and rangers.
        nonproficient: The attacker does not know the weapon.
        related: The attacker knows a related weapon.
        two_weapons: `main` or `second`: which of two weapons this attack is made with.
        dexterity: 1 to 25: the missile bonus at a range, the Reaction adjustment with two weapons.
        book: The tables; those of this package when None.

    Raises:
        RuleError: A value is not in the rule base or lies outside its table.

    Source: Player's Handbook, tables 51, 52, 59, 34, 45 and 2, chapter 9.
    """
    book = book or default_rulebook()
    used = read_weapon(weapon, book) if weapon is not None else None
    who = read_character(character_class, _any_levels(character_class), book) if character_class is not None else None
    found = _Modifiers(book)
    found.add_situations(situations)
    found.add_range(range_band, distance_yd, used, dexterity)
    found.add_screen("cover", cover)
    found.add_screen("concealment", concealment)
    found.add_armor(target_armor, used)
    found.add_skill(who, nonproficient=nonproficient, related=related)
    found.add_two_weapons(two_weapons, who, dexterity)
    modifier = bonus + found.total
    face = roll_to_hit(thac0, armor_class, bonus=modifier)
    parts = (
        Part("THAC0", thac0, ATTACK_SOURCE),
        Part("armor class of the target", armor_class, ATTACK_SOURCE),
        Part("attack modifiers", signed(bonus), ATTACK_SOURCE),
        *found.parts,
    )
    return AttackRoll(
        thac0=thac0,
        armor_class=armor_class,
        bonus=bonus,
        modifier=modifier,
        needed=1 if found.automatic else face,
        hit_chance_percent=100 if found.automatic else max(5, min(95, (21 - face) * 5)),
        automatic=found.automatic,
        breakdown=parts,
        source=sources_of(*parts),
        assumptions=("A natural 20 always hits and a natural 1 always misses.", *found.assumptions),
    )


def _any_levels(character_class: Any) -> str:
    """Levels for a text of classes whose levels do not matter."""
    return "/".join(["1"] * (character_class.count("/") + 1)) if isinstance(character_class, str) else "1"


@dataclass(slots=True)
class _Modifiers:
    """The modifiers of one attack as they are found, one line each."""

    book: Rulebook
    total: int = 0
    automatic: bool = False
    parts: list[Part] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)

    def add(self, label: str, points: int, source: str) -> None:
        self.total += points
        self.parts.append(Part(label, signed(points), source))

    def add_situations(self, situations: Iterable[str]) -> None:
        names = [situations] if isinstance(situations, str) else list(situations)
        for key, value, source in dict.fromkeys(find_situation(name, self.book) for name in names):
            if value == AUTOMATIC:
                self.automatic = True
                self.parts.append(Part(spoken(key), AUTOMATIC, source))
            else:
                self.add(spoken(key), int(value), source)
            if key in _NOTES:
                self.assumptions.append(_NOTES[key])

    def add_range(
        self, range_band: str | None, distance_yd: int | None, used: Weapon | None, dexterity: int | None
    ) -> None:
        band = range_band if distance_yd is None else range_at(distance_yd, used)
        if band is None and used is not None and not used.melee:
            band = "short"
            self.assumptions.append("The target is at short range.")
        if band is None:
            return
        table = self.book.table("range_modifiers")
        name = table.resolve(band, field_name="range_band")
        points = int(table.value(name))
        if used is not None and used.group == "firearm":
            points *= 2
            self.assumptions.append("The arquebus doubles the penalties for range.")
        self.add(f"{name} range", points, table.source)
        if dexterity is not None:
            source = self.book.table("dexterity")
            gained = source.find(at=require_ability(dexterity, "dexterity"))["missile_attack"]
            self.add(f"Dexterity {dexterity}, missiles", int(gained), source.source)

    def add_screen(self, kind: str, percent: int | str | None) -> None:
        if percent is None:
            return
        table = self.book.table(kind)
        if isinstance(percent, bool) or not isinstance(percent, int | str):
            raise MalformedValue(kind, percent, f"one of: {', '.join(table.names)}")
        name = table.resolve(str(percent), field_name=kind)
        self.add(f"{name} % {kind}", int(table.find(name)["attack"]), table.source)

    def add_armor(self, target_armor: str | None, used: Weapon | None) -> None:
        if target_armor is None:
            return
        if used is None:
            raise MalformedValue("weapon", None, "given: weapon type against armor needs a weapon")
        armor = self.book.table("armor").resolve(target_armor, field_name="target_armor")
        table = self.book.table("weapon_vs_armor")
        key = "chain_mail" if armor == "elven_chain_mail" else armor
        if not table.covers(key) or not used.types:
            self.assumptions.append(f"Weapon type makes no difference: {used.spoken} against {spoken(armor)}.")
            return
        row = table.find(key)
        # The table changes the attacker's THAC0; who has two types uses the better.
        letter = min(used.types, key=lambda one: int(row[_TYPES[one]]))
        self.add(f"{_TYPES[letter]} against {spoken(armor)}", -int(row[_TYPES[letter]]), table.source)
        self.assumptions.append("Weapon type against armor is an optional rule.")

    def add_skill(self, who: Character | None, *, nonproficient: bool, related: bool) -> None:
        if not nonproficient and not related:
            return
        if who is None:
            raise MalformedValue("class", None, "given: the penalty without proficiency depends on the class")
        points = nonproficiency_penalty(who, self.book, related=related)
        label = "related weapon" if related else "not proficient"
        self.add(f"{label}, {who.name}", points, self.book.table("proficiency_penalty").source)

    def add_two_weapons(self, hand: str | None, who: Character | None, dexterity: int | None) -> None:
        if hand is None:
            return
        table = self.book.table("two_weapons")
        name = table.resolve(hand, field_name="two_weapons")
        penalty = int(table.value(name))
        if who is not None and not any(one.group in {"warrior", "rogue"} for one in who.classes):
            raise OutOfTable("class", who.name, "a warrior or rogue: others do not fight with two weapons")
        if who is not None and any(one.name == "ranger" for one in who.classes):
            self.add(f"two weapons, {name} hand, ranger", 0, table.source)
            self.assumptions.append("The ranger wears studded leather or lighter armor.")
            return
        self.add(f"two weapons, {name} hand", penalty, table.source)
        if dexterity is not None:
            scores = self.book.table("dexterity")
            reaction = int(scores.find(at=require_ability(dexterity, "dexterity"))["reaction"])
            self.add(f"Dexterity {dexterity}, reaction", min(reaction, -penalty), scores.source)


def find_situation(name: Any, book: Rulebook) -> tuple[str, int | str, str]:
    """The key of a situation, its modifier (a number, or `automatic`) and where it is printed.

    Raises:
        RuleError: No such situation.
    """
    names: list[str] = []
    for table_id in ("situation_modifiers", "attack_circumstances"):
        table = book.table(table_id)
        key = table.aliases_of_names.get(normalise_name(name)) if isinstance(name, str) else None
        if key is not None:
            return key, table.value(key), table.source
        names += table.names
    allowed = f"one of: {', '.join(names)}"
    raise (UnknownName if isinstance(name, str) else MalformedValue)("situation", name, allowed)


def range_at(distance_yd: int, used: Weapon | None) -> str:
    """`short`, `medium` or `long` at so many yards with the weapon's usual ammunition.

    Raises:
        RuleError: No weapon with ranges, or the target is out of range.
    """
    if used is None or not used.missile:
        raise MalformedValue("weapon", used.name if used else None, "a weapon with ranges, to find the range")
    use = used.missile[0]
    allowed = f"an integer from 0 to {use.long_yd} for a {used.spoken}"
    if isinstance(distance_yd, bool) or not isinstance(distance_yd, int):
        raise MalformedValue("distance_yd", distance_yd, allowed)
    if not 0 <= distance_yd <= use.long_yd:
        raise OutOfTable("distance_yd", distance_yd, allowed)
    if use.short_yd is not None and distance_yd <= use.short_yd:
        return "short"
    return "medium" if distance_yd <= use.medium_yd else "long"
