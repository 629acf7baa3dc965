"""The numbers of a person: all of them come from the rules library."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import rules
from rules.thieving import SKILLS
from rules.weapons import weapon_name
from workers.world_designer.vocabulary.peoples import BY_KEY
from workers.world_designer.vocabulary.spells import DRUID, PRIEST, WIZARD

_PRIORITIES: Final = {
    "fighter": ("strength", "constitution", "dexterity"),
    "paladin": ("charisma", "strength", "wisdom"),
    "ranger": ("strength", "dexterity", "wisdom", "constitution"),
    "cleric": ("wisdom", "constitution", "strength"),
    "druid": ("wisdom", "charisma", "constitution"),
    "thief": ("dexterity", "intelligence", "charisma"),
    "bard": ("charisma", "dexterity", "intelligence"),
}
_WIZARD_PRIORITY: Final = ("intelligence", "dexterity", "constitution")
_POINTS_STEP: Final = 5


@dataclass(frozen=True, slots=True)
class Abilities:
    """Six scores; `strength_percent` is 1 to 100 for 18/01 to 18/00."""

    strength: int
    dexterity: int
    constitution: int
    intelligence: int
    wisdom: int
    charisma: int
    strength_percent: int | None = None

    @property
    def written_strength(self) -> str:
        """As it is written: `16` or `18/55`."""
        return str(rules.Strength(self.strength, self.strength_percent))

    def as_written(self) -> dict[str, int | str]:
        """By full name; Strength is text when it is exceptional."""
        scores: dict[str, int | str] = {name: getattr(self, name) for name in rules.ABILITIES}
        return scores if self.strength_percent is None else scores | {"strength": self.written_strength}


@dataclass(frozen=True, slots=True)
class Attack:
    """One weapon in one person's hand. `to_hit` is the THAC0 with everything counted in."""

    weapon: str
    to_hit: int
    damage: str
    damage_large: str
    speed: int
    missile: bool

    @property
    def name(self) -> str:
        """Such as `two-handed sword` or `footman's mace`."""
        return weapon_name(self.weapon)


def rules_race(race: str) -> str | None:
    """The race as the rules library names it; None for a people without ability adjustments there."""
    return race.replace("-", "_") if BY_KEY[race].in_rules else None


def class_group(character_class: str) -> str:
    """`warrior`, `priest`, `rogue` or `wizard`."""
    return str(rules.default_rulebook().table("classes").find(character_class)["group"])


def roll_abilities(character_class: str, race: str, rng: random.Random) -> Abilities:
    """Six scores: 4d6 without the lowest, the best where the class needs them, adjusted for race, no minimum missed.

    Source: Player's Handbook, chapter 1 (method V), tables 1, 7, 8 and 13.
    """
    rolled = sorted(rules.roll_ability_scores(rng, best_three_of_four=True).values(), reverse=True)
    first = _PRIORITIES.get(character_class, _WIZARD_PRIORITY)
    rest = [name for name in rules.ABILITIES if name not in first]
    rng.shuffle(rest)
    scores = dict(zip((*first, *rest), rolled, strict=True))
    minimums = rules.default_rulebook().table("classes").find(character_class)["minimums"]
    key = rules_race(race)
    if key is not None:
        scores = _adjusted(key, scores, minimums)
    scores = {name: max(score, minimums.get(name, 3)) for name, score in scores.items()}
    return Abilities(**scores, strength_percent=_exceptional(character_class, key, scores["strength"], rng))


def _adjusted(race: str, scores: dict[str, int], minimums: Mapping[str, int]) -> dict[str, int]:
    """Scores after the race's adjustments, raised before so that race and class minimums are met afterwards."""
    book = rules.default_rulebook()
    limits = book.table("racial_requirements").find(race)
    changes = book.table("races").find(race)["adjustments"]
    fitting = {}
    for name, score in scores.items():
        least = max(limits["minimums"].get(name, 3), minimums.get(name, 3) - changes.get(name, 0))
        fitting[name] = min(max(score, least), limits["maximums"].get(name, 18))
    return rules.adjust_for_race(race, fitting, book=book)


def _exceptional(character_class: str, race: str | None, strength: int, rng: random.Random) -> int | None:
    percent = rng.randint(1, 100)
    may = race is None or bool(rules.default_rulebook().table("races").find(race)["exceptional_strength"])
    return percent if strength == 18 and class_group(character_class) == "warrior" and may else None


LOWEST: Final = 3
HIGHEST: Final = 19


def with_requested(
    abilities: Abilities, requested: Iterable[tuple[str, str]], character_class: str
) -> tuple[Abilities, tuple[str, ...]]:
    """The scores with those that were asked for in their place, and in sentences what could not be had."""
    scores: dict[str, int | None] = {}
    notes = []
    for name, text in requested:
        asked, _, percent = text.partition("/")
        score = max(LOWEST, min(HIGHEST, int(asked)))
        scores[name] = score
        if score != int(asked):
            notes.append(
                f"Ability scores here go from {LOWEST} to {HIGHEST}; {name.capitalize()} {text} was asked for."
            )
        if name == "strength":
            may = score == 18 and class_group(character_class) == "warrior"
            scores["strength_percent"] = (int(percent) or 100) if percent and may else None
        if percent and scores.get("strength_percent") is None:
            notes.append(f"Only the Strength of warriors goes on after 18 as 18/01 to 18/00; {text} is {score} here.")
    return replace(abilities, **scores), tuple(notes)  # type: ignore[arg-type]  # only the percentage may be None


def attack_with(weapon: str, character_class: str, level: int, race: str, abilities: Abilities) -> Attack:
    """What the person does with a weapon: Strength in melee and in throwing, Dexterity with everything that flies.

    Source: Player's Handbook, tables 44, 53, 1 and 2, chapter 9.
    """
    used, key = rules.weapon(weapon), rules_race(race)
    thac0 = rules.thac0(character_class, level, strength=abilities.written_strength, race=key)
    to_hit = thac0.final_thac0 if used.strength == "full" else thac0.base_thac0
    if not used.melee:
        change = rules.ability_modifiers("dexterity", abilities.dexterity).modifiers["missile_attack"]
        to_hit -= int(change)
    damage = {
        target: rules.damage(
            weapon, strength=abilities.written_strength, target=target, character_class=character_class, race=key
        ).notation
        for target in ("small", "large")
    }
    return Attack(
        weapon=weapon,
        to_hit=to_hit,
        damage=damage["small"],
        damage_large=damage["large"],
        speed=used.speed,
        missile=not used.melee,
    )


def attacks_per_round(character_class: str, level: int) -> str:
    """Melee attacks each round, such as `1` or `3/2`. Source: Player's Handbook, table 15."""
    return rules.attacks_per_round(character_class, level).attacks


def movement(race: str) -> int:
    """Base movement, unencumbered; a people that is not in the rules moves as a human.

    Source: Player's Handbook, table 64.
    """
    return int(rules.default_rulebook().table("movement_rates").value(rules_race(race) or "human"))


def backstab_multiplier(level: int) -> int:
    """What a thief's damage from behind is multiplied by. Source: Player's Handbook, table 30."""
    return rules.backstab_multiplier(level)


def added_hit_dice(known: "tuple[SpellLevel, ...]", armor_class: int) -> int:
    """What spells and a very good armor class add to the level for the experience value.

    Source: Dungeon Master Guide, table 32.
    """
    highest = max((one.level for one in known), default=0)
    return (2 if highest > 2 else 1 if highest else 0) + (1 if armor_class <= 0 else 0)


@dataclass(frozen=True, slots=True)
class SpellLevel:
    """Spells of one level: how many a day, and likely ones by name (none where schools or spheres are closed)."""

    level: int
    number: int
    names: tuple[str, ...]


# Specialists, paladins and rangers have schools or spheres that are closed to them: their spells are left to the DM.
_REPERTOIRES: Final = {"mage": WIZARD, "bard": WIZARD, "cleric": PRIEST, "druid": DRUID}


def is_caster(character_class: str) -> bool:
    """True for a class that has spells at some level."""
    return bool(rules.spell_slots(character_class, 20).slots)


def spells(character_class: str, level: int, abilities: Abilities, rng: random.Random) -> tuple[SpellLevel, ...]:
    """Spells per day with Wisdom's bonus (clerics and druids), as far as Intelligence or Wisdom allows.

    What a specialist has besides is left out, as it is said in words.

    Source: Player's Handbook, tables 17, 18, 21, 24, 32, 4 and 5.
    """
    found = rules.spell_slots(character_class, level, intelligence=abilities.intelligence, wisdom=abilities.wisdom)
    if not found.by_class:
        return ()
    caster = found.by_class[0]
    slots = caster.base[: len(caster.slots)] if caster.kind == "wizard" else caster.slots
    names = _REPERTOIRES.get(character_class, ((),) * len(slots))
    return tuple(
        SpellLevel(index + 1, number, tuple(sorted(rng.sample(names[index], min(number, len(names[index]))))))
        for index, number in enumerate(slots)
    )


def thief_skills(race: str, level: int, dexterity: int, armor: str | None, rng: random.Random) -> dict[str, int]:
    """A thief's eight skills in percent, the points handed out by chance within their limits.

    Source: Player's Handbook, tables 26 to 29 and chapter 3.
    """
    book = rules.default_rulebook()
    parts: list[Mapping[str, Any]] = [
        book.table("thief_skills_base").find("thief"),
        book.table("thief_race").find(rules_race(race) or "human"),
        book.table("thief_dexterity").find(at=dexterity),
        book.table("thief_armor").find(armor or "none"),
    ]
    skills = {name: sum(part.get(name, 0) for part in parts) for name in SKILLS}
    limits = book.table("thief_points").find("thief")
    _hand_out(skills, limits["first_level"], limits["first_level_most_per_skill"], limits["highest"], rng)
    for _ in range(level - 1):
        _hand_out(skills, limits["each_level"], limits["each_level_most_per_skill"], limits["highest"], rng)
    return {name: max(0, min(limits["highest"], value)) for name, value in skills.items()}


def _hand_out(skills: dict[str, int], points: int, most: int, highest: int, rng: random.Random) -> None:
    """Add the points in steps of five, at most `most` to one skill; points that fit nowhere are lost."""
    given = dict.fromkeys(skills, 0)
    for _ in range(points // _POINTS_STEP):
        open_to = [name for name in skills if given[name] < most and skills[name] + _POINTS_STEP <= highest]
        if not open_to:
            return
        name = rng.choice(open_to)
        given[name] += _POINTS_STEP
        skills[name] += _POINTS_STEP
