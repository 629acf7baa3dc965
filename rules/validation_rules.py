"""The rules a character is checked against, one predicate each; rules/validation.py applies them in order.

A predicate returns what it found, or a phrase that says what would have to be known. Findings that a house rule lets
pass are kept and marked, so that nobody wonders.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rules.characters import ordinal, spoken
from rules.errors import OutOfTable
from rules.house_rules import HouseRules
from rules.limits import class_level_limit
from rules.loader import Rulebook
from rules.proficiency import SPECIALIST, proficiency
from rules.spellcasting import spell_slots
from rules.subjects import ALIGNMENTS, Subject
from rules.table import Table
from rules.weapons import read_weapon, weapon_name

HOUSE_RULE = "house rule of the campaign"
NO_ARMOR = "none"
LOWEST_SCORE, HIGHEST_SCORE = 3, 18
CASTING_ARMOR = "elven_chain_mail"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is broken, or would be if the campaign did not play it otherwise.

    Attributes:
        rule: Its id.
        field: Which part of the character it is about.
        message: What is wrong, as a sentence.
        alternatives: What would be allowed instead.
        source: Where the rule is printed, or that the campaign has its own.
        is_violation: False when a house rule allows it.
        by_house_rule: Whether a house rule decided.
    """

    rule: str
    field: str
    message: str
    alternatives: tuple[str, ...]
    source: str
    is_violation: bool = True
    by_house_rule: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule found, and what it took for granted."""

    findings: tuple[Finding, ...] = ()
    assumptions: tuple[str, ...] = ()


Check = Callable[[Subject, HouseRules, Rulebook], "Outcome | str"]
FINE = Outcome()


def _broken(
    rule: str, field: str, message: str, alternatives: Iterable[str], source: str, changes: HouseRules, *, excused: bool
) -> Finding:
    """A finding; `excused` when the campaign allows just this, which a rule that is not played does with all."""
    is_excused = excused or changes.is_off(rule)
    return Finding(
        rule,
        field,
        message,
        tuple(alternatives),
        source,
        is_violation=not is_excused,
        by_house_rule=is_excused,
    )


def check_class_race(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether the race may take each of the classes (Player's Handbook, table 13 and 22, chapter 2)."""
    if who.race is None or not who.classes:
        return "race and class"
    races = book.table("races")
    open_to_race = tuple(races.find(who.race)["classes"])
    found = []
    for name in who.classes:
        if name in open_to_race:
            continue
        others = [spoken(race) for race in races.names if name in races.find(race)["classes"]]
        found.append(
            _broken(
                "class_race",
                "class",
                f"{_one(spoken(who.race))} cannot be a {name}.",
                (f"class: {', '.join(open_to_race)}", f"race: {', '.join(others)}"),
                races.source,
                changes,
                excused=name in changes.also_allowed("class_race", who.race),
            )
        )
    return Outcome(tuple(found))


def check_multi_class(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether the race may combine the classes (Player's Handbook, chapter 3)."""
    if len(who.classes) < 2:
        return "two or three classes" if who.classes else "class"
    if who.race is None:
        return "race"
    table = book.table("multi_class_combinations")
    combinations = [str(one) for one in table.value(who.race)]
    if any(set(one.split("/")) == set(who.classes) for one in combinations):
        return FINE
    choices = [f"class: {', '.join(combinations)}"] if combinations else []
    if who.race == "human":
        choices.append("a human changes class instead (dual-class)")
    excused = "/".join(sorted(who.classes)) in changes.also_allowed("multi_class", who.race)
    message = f"{_one(spoken(who.race))} cannot combine {' and '.join(who.classes)}."
    return Outcome((_broken("multi_class", "class", message, choices, table.source, changes, excused=excused),))


def check_alignment(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether the classes allow the alignment (Player's Handbook, chapter 3)."""
    if who.alignment is None or not who.classes:
        return "alignment and class"
    table = book.table("class_alignments")
    found = []
    for name in who.classes:
        allowed = tuple(table.value(name))
        if who.alignment in allowed:
            continue
        found.append(
            _broken(
                "alignment",
                "alignment",
                f"{_one(name)} cannot be {ALIGNMENTS[who.alignment]}.",
                tuple(ALIGNMENTS[one] for one in allowed),
                table.source,
                changes,
                excused=who.alignment in changes.also_allowed("alignment", name),
            )
        )
    return Outcome(tuple(found))


def check_ability_minimums(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether the scores reach what the classes ask for (Player's Handbook, tables 13 and 22)."""
    if not who.classes or not who.abilities:
        return "class and ability scores"
    table = book.table("classes")
    found = []
    for name in who.classes:
        printed: Mapping[str, int] = table.find(name)["minimums"]
        own = {ability: changes.minimum(name, ability) for ability in who.abilities}
        for ability, score in who.abilities.items():
            least, ours = printed.get(ability, 0), own[ability]
            if score >= (least if ours is None else ours):
                if score < least:
                    found.append(_short(name, ability, score, least, table.source, changes, excused=True))
                continue
            finding = _short(
                name, ability, score, least if ours is None else ours, table.source, changes, excused=False
            )
            is_ours = ours is not None and score >= least
            found.append(_of_the_house(finding) if is_ours else finding)
    return Outcome(tuple(found))


def _short(
    name: str, ability: str, score: int, least: int, source: str, changes: HouseRules, *, excused: bool
) -> Finding:
    message = f"{_one(name)} needs {ability.capitalize()} {least}; it is {score}."
    field = f"abilities.{ability}"
    return _broken("ability_minimum", field, message, (f"{least} or more",), source, changes, excused=excused)


def _of_the_house(finding: Finding) -> Finding:
    """A violation that only the campaign's own rule sees."""
    return Finding(
        finding.rule,
        finding.field,
        finding.message,
        finding.alternatives,
        HOUSE_RULE,
        is_violation=True,
        by_house_rule=True,
    )


def check_ability_race(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether the scores are ones the race can have (Player's Handbook, tables 7 and 8)."""
    if who.race is None or not who.abilities:
        return "race and ability scores"
    limits, table = book.table("racial_requirements").find(who.race), book.table("racial_requirements")
    adjustments = book.table("races").find(who.race)["adjustments"]
    found = []
    for ability, score in who.abilities.items():
        change = adjustments.get(ability, 0)
        low = limits["minimums"].get(ability, LOWEST_SCORE) + change
        high = limits["maximums"].get(ability, HIGHEST_SCORE) + change
        if low <= score <= high:
            continue
        message = f"{_one(spoken(who.race))} has {ability.capitalize()} {low} to {high}; it is {score}."
        field = f"abilities.{ability}"
        choices = (f"{low} to {high}",)
        found.append(_broken("ability_race", field, message, choices, table.source, changes, excused=False))
    return Outcome(tuple(found), ("The ability scores are those after the race's adjustments, at the start.",))


def check_exceptional_strength(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether 18/xx is for this character (Player's Handbook, table 1; chapter 2 for halflings)."""
    if who.strength is None or not who.classes:
        return "Strength and class"
    if who.strength.percent is None:
        return FINE
    classes, races = book.table("classes"), book.table("races")
    source = book.table("exceptional_strength").source
    why = None
    if not any(classes.find(name)["group"] == "warrior" for name in who.classes):
        why = "Only warriors have exceptional Strength."
    elif who.race is not None and not races.find(who.race)["exceptional_strength"]:
        why = f"{_one(spoken(who.race))} has no exceptional Strength."
    if why is None:
        return FINE
    found = _broken("exceptional_strength", "abilities.strength", why, ("18 or less",), source, changes, excused=False)
    return Outcome((found,))


def check_armor(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether one of the classes may wear the armor (Player's Handbook, chapter 3)."""
    if who.armor is None or not who.classes:
        return "armor and class"
    if who.armor == NO_ARMOR:
        return FINE
    table = book.table("class_armor")
    allowed = {name: tuple(table.find(name)["armor"]) for name in who.classes}
    if not any(who.armor in names for names in allowed.values()):
        names = _in_order(book.table("armor"), [one for names in allowed.values() for one in names])
        choices = [spoken(one) for one in names] or ["no armor"]
        message = f"{_one(who.character_class)} cannot wear {spoken(who.armor)}."
        excused = any(who.armor in changes.also_allowed("armor", name) for name in who.classes)
        return Outcome((_broken("armor", "armor", message, choices, table.source, changes, excused=excused),))
    return Outcome((), tuple(_limits_of_armor(who, allowed, book)))


def _limits_of_armor(who: Subject, allowed: Mapping[str, tuple[str, ...]], book: Rulebook) -> Iterable[str]:
    """What armor that may be worn takes away from the other classes."""
    worn = spoken(str(who.armor))
    for name in who.classes:
        if who.armor in allowed[name]:
            if name == "bard":
                yield f"A bard casts no spells in {worn}."
            continue
        group = book.table("classes").find(name)["group"]
        if group == "wizard" and who.armor != CASTING_ARMOR:
            yield f"In {worn} the {name} casts no spells."
        if group == "rogue":
            yield f"In {worn} the {name} uses no thieving skills."


def check_shield(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether one of the classes may carry a shield (Player's Handbook, chapter 3)."""
    if not who.shield or not who.classes:
        return "a shield and class"
    table = book.table("class_armor")
    if any(table.find(name)["shield"] for name in who.classes):
        assumptions = ("A druid's shield is of wood.",) if "druid" in who.classes else ()
        return Outcome((), assumptions)
    message = f"{_one(who.character_class)} cannot use a shield."
    return Outcome((_broken("shield", "shield", message, ("no shield",), table.source, changes, excused=False),))


def check_weapons(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether the classes may use the weapons (Player's Handbook, chapter 3).

    One class that allows it is enough, but priests keep their vows in every combination.
    """
    weapons = tuple(dict.fromkeys((*who.weapons, *who.proficient_with, *who.specialised_in)))
    if not weapons or not who.classes:
        return "weapons and class"
    table, classes = book.table("class_weapons"), book.table("classes")
    priests = [name for name in who.classes if classes.find(name)["group"] == "priest"]
    deciding = priests or list(who.classes)
    judge = all if priests else any
    found = []
    for weapon in weapons:
        if judge(_may_use(name, weapon, book) for name in deciding):
            continue
        names = [one for one in book.table("weapons").names if judge(_may_use(name, one, book) for name in deciding)]
        message = f"{_one(who.character_class)} cannot use {_one(weapon_name(weapon), small=True)}."
        excused = any(weapon in changes.also_allowed("weapon", name) for name in who.classes)
        choices = [weapon_name(one) for one in names]
        found.append(_broken("weapon", "weapons", message, choices, table.source, changes, excused=excused))
    return Outcome(tuple(found))


def _may_use(character_class: str, weapon: str, book: Rulebook) -> bool:
    row = book.table("class_weapons").find(character_class)
    if row["rule"] == "types":
        types = read_weapon(weapon, book).types
        return bool(types) and set(types) <= set(row["types"])
    return row["rule"] == "any" or weapon in row["weapons"]


def check_level_cap(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether the race can rise that high in each class (Dungeon Master Guide, tables 7 and 8)."""
    if who.race is None or who.character is None:
        return "race, class and level"
    limits = class_level_limit(who.race, who.character_class, book=book)
    raised = (
        class_level_limit(who.race, who.character_class, scores=who.abilities, book=book) if who.abilities else limits
    )
    source = book.table("racial_level_limits").source
    found, assumptions = [], []
    for one in who.character.classes:
        if one.name not in limits.by_class:
            continue  # the class is closed, which another rule says
        printed, most = limits.by_class[one.name], raised.by_class[one.name]
        ours = changes.level_cap(who.race, one.name)
        if printed is not None and most is not None and printed < one.level <= most and ours is None:
            assumptions.append(
                f"Level {one.level} of {one.name} is above {printed}: an optional rule for high prime requisites."
            )
        cap = most if ours is None else ours
        breaks_book = most is not None and one.level > most
        if cap is not None and one.level > cap:
            finding = _too_high(who.race, one.name, one.level, cap, source, changes, excused=False)
            found.append(finding if breaks_book and ours is None else _of_the_house(finding))
        elif breaks_book and most is not None:
            found.append(_too_high(who.race, one.name, one.level, most, source, changes, excused=True))
    return Outcome(tuple(found), tuple(assumptions))


def _too_high(
    race: str, name: str, level: int, cap: int, source: str, changes: HouseRules, *, excused: bool
) -> Finding:
    message = f"{_one(spoken(race))} {name} cannot rise above level {cap}; this one has level {level}."
    return _broken("level_cap", "level", message, (f"level {cap} or less",), source, changes, excused=excused)


def check_specialisation(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether the character may specialise: single-class fighters, in one weapon (Player's Handbook, chapter 5)."""
    if not who.specialised_in or not who.classes:
        return "a weapon specialised in, and class"
    source = book.table("specialisation").source
    found = []
    if who.classes != (SPECIALIST,):
        choices = (f"class: {SPECIALIST}, without another class beside it", "proficiency without specialisation")
        for weapon in who.specialised_in:
            excused = any(weapon in changes.also_allowed("specialisation", name) for name in who.classes)
            message = f"{_one(who.character_class)} cannot specialise in the {weapon_name(weapon)}."
            found.append(
                _broken("specialisation", "specialised_in", message, choices, source, changes, excused=excused)
            )
    if len(who.specialised_in) > 1:
        message = f"A fighter specialises in one weapon, not in {len(who.specialised_in)}."
        found.append(
            _broken("specialisation", "specialised_in", message, ("one weapon",), source, changes, excused=False)
        )
    return Outcome(tuple(found))


def check_weapon_slots(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether there are slots for all proficiencies (Player's Handbook, table 34, chapter 5)."""
    known = set(who.proficient_with) | set(who.specialised_in)
    if not known or who.character is None or any(one.level < 1 for one in who.character.classes):
        return "weapons that are known, class and level"
    has = proficiency(who.character_class, str(who.level), book=book)
    table = book.table("specialisation")
    needed = sum(int(table.find(_slot_line(one, book))["slots"]) if one in who.specialised_in else 1 for one in known)
    if needed <= has.weapon_slots:
        return FINE
    message = f"These weapons take {needed} slots; the {who.character.description} has {has.weapon_slots}."
    source = book.table("weapon_proficiency").source
    choices = (f"weapons for {has.weapon_slots} slots",)
    return Outcome((_broken("weapon_slots", "proficient_with", message, choices, source, changes, excused=False),))


def _slot_line(weapon: str, book: Rulebook) -> str:
    one = read_weapon(weapon, book)
    if one.group in {"bow", "crossbow"}:
        return one.group
    return "melee" if one.melee else "other_missile"


def check_spell_slots(who: Subject, changes: HouseRules, book: Rulebook) -> Outcome | str:
    """Whether so many spells can be memorised (Player's Handbook, tables 4, 5, 17, 18, 21, 24 and 32)."""
    if who.spells is None or who.character is None or any(one.level < 1 for one in who.character.classes):
        return "spells, class and level"
    try:
        slots = spell_slots(
            who.character_class,
            str(who.level),
            intelligence=who.abilities.get("intelligence"),
            wisdom=who.abilities.get("wisdom"),
            book=book,
        )
    except OutOfTable:
        return "a level that the tables of spells reach"
    room: Counter[int] = Counter()
    for caster in slots.by_class:
        room.update(dict(enumerate(caster.slots, start=1)))
    found = []
    for level, count in sorted(who.spells.items()):
        if count <= room[level]:
            continue
        message = (
            f"The {who.character.description} can memorise {room[level]} {ordinal(level)}-level spells, not {count}."
        )
        source = slots.source[0]
        field, choices = f"spells.{level}", (f"{room[level]} or fewer",)
        found.append(_broken("spell_slots", field, message, choices, source, changes, excused=False))
    return Outcome(tuple(found), slots.warnings)


def _one(name: str, *, small: bool = False) -> str:
    """The name with its article, as a sentence begins or goes on."""
    article = "an" if name[0] in "aeiou" else "a"
    return f"{article if small else article.capitalize()} {name}"


def _in_order(table: Table, names: Iterable[str]) -> list[str]:
    wanted = set(names)
    return [name for name in table.names if name in wanted]


CHECKS: Mapping[str, Check] = {
    "class_race": check_class_race,
    "multi_class": check_multi_class,
    "alignment": check_alignment,
    "ability_minimum": check_ability_minimums,
    "ability_race": check_ability_race,
    "exceptional_strength": check_exceptional_strength,
    "armor": check_armor,
    "shield": check_shield,
    "weapon": check_weapons,
    "level_cap": check_level_cap,
    "specialisation": check_specialisation,
    "weapon_slots": check_weapon_slots,
    "spell_slots": check_spell_slots,
}
"""The predicates by rule, the same names as in `rules.house_rules.SETTINGS`."""
