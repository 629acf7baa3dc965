"""Checks of what a character is: classes, race, alignment, ability scores and levels."""

from collections.abc import Mapping

from rules.characters import spoken
from rules.house_rules import HouseRules
from rules.limits import class_level_limit
from rules.loader import Rulebook
from rules.subjects import ALIGNMENTS, Subject
from rules.validation_findings import FINE, Finding, Outcome, broken, of_the_house, with_article

LOWEST_SCORE, HIGHEST_SCORE = 3, 18


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
            broken(
                "class_race",
                "class",
                f"{with_article(spoken(who.race))} cannot be a {name}.",
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
    message = f"{with_article(spoken(who.race))} cannot combine {' and '.join(who.classes)}."
    return Outcome((broken("multi_class", "class", message, choices, table.source, changes, excused=excused),))


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
            broken(
                "alignment",
                "alignment",
                f"{with_article(name)} cannot be {ALIGNMENTS[who.alignment]}.",
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
            found.append(of_the_house(finding) if is_ours else finding)
    return Outcome(tuple(found))


def _short(
    name: str, ability: str, score: int, least: int, source: str, changes: HouseRules, *, excused: bool
) -> Finding:
    message = f"{with_article(name)} needs {ability.capitalize()} {least}; it is {score}."
    field = f"abilities.{ability}"
    return broken("ability_minimum", field, message, (f"{least} or more",), source, changes, excused=excused)


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
        message = f"{with_article(spoken(who.race))} has {ability.capitalize()} {low} to {high}; it is {score}."
        field = f"abilities.{ability}"
        choices = (f"{low} to {high}",)
        found.append(broken("ability_race", field, message, choices, table.source, changes, excused=False))
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
        why = f"{with_article(spoken(who.race))} has no exceptional Strength."
    if why is None:
        return FINE
    found = broken("exceptional_strength", "abilities.strength", why, ("18 or less",), source, changes, excused=False)
    return Outcome((found,))


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
            found.append(finding if breaks_book and ours is None else of_the_house(finding))
        elif breaks_book and most is not None:
            found.append(_too_high(who.race, one.name, one.level, most, source, changes, excused=True))
    return Outcome(tuple(found), tuple(assumptions))


def _too_high(
    race: str, name: str, level: int, cap: int, source: str, changes: HouseRules, *, excused: bool
) -> Finding:
    message = f"{with_article(spoken(race))} {name} cannot rise above level {cap}; this one has level {level}."
    return broken("level_cap", "level", message, (f"level {cap} or less",), source, changes, excused=excused)
