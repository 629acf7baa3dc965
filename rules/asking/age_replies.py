"""Replies about age and what it changes."""

from collections.abc import Mapping
from typing import Any

from rules.ageing import ageing
from rules.asking.reply import MissingValue, Reply, listed, make_reply, require, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import ABILITIES, spoken
from rules.loader import Rulebook
from rules.results import signed

_BEGINS = frozenset({"begin", "begins", "start", "starts", "when", "become", "becomes", "turn", "turns"})
"""Words that ask for the year in which an age begins, which is the race's own."""


def reply_ageing(slots: Slots, book: Rulebook) -> Reply:
    """The ages of a race, and what age changes; without a race, what a category of age changes for all."""
    begins = {item.token.text for item in slots.items} & _BEGINS
    if slots.race is None and begins and "years" not in slots.numbers:
        raise MissingValue("Which race?", "race")
    if slots.race is None and "years" not in slots.numbers and slots.one("age_category") not in {None, "adult"}:
        return _effects(slots, book)
    return _ages_of(slots, book)


def _ages_of(slots: Slots, book: Rulebook) -> Reply:
    race = require(slots, "race", "Which race?")
    ages = book.table("ages")
    row = ages.find(race)
    who = with_article(spoken(race))
    if slots.has("start_age") and "years" not in slots.numbers:
        return _starting_age(who, row, ages.source)
    category = slots.one("age_category")
    if "years" not in slots.numbers and category is not None and category != "adult":
        start = int(row[{"middle_age": "middle_age", "old": "old_age", "venerable": "venerable_age"}[category]])
        if slots.has("modifier"):
            return _changes(race, start, book)
        text = (
            f"{start}. {who} is {category.replace('_', ' ').replace('middle age', 'middle-aged')} from {start} years on"
        )
        return make_reply(text, {"years": start}, [start], source=(ages.source,))
    if "years" not in slots.numbers:
        if slots.has("max_age"):
            return _longest_life(who, row, ages.source)
        text = (
            f"{row['middle_age']}/{row['old_age']}/{row['venerable_age']}. {who} is middle-aged at "
            f"{row['middle_age']}, old at {row['old_age']}, venerable at {row['venerable_age']}"
        )
        return make_reply(
            text, dict(row), [row["middle_age"], row["old_age"], row["venerable_age"]], source=(ages.source,)
        )
    return _changes(race, int(slots.numbers["years"]), book)


def _starting_age(who: str, row: Mapping[str, Any], source: str) -> Reply:
    text = (
        f"{row['starting_age']}+{row['starting_dice']}. {who} begins at {row['starting_age']} + "
        f"{row['starting_dice']} years"
    )
    return make_reply(
        text,
        dict(row),
        [f"{row['starting_age']}+{row['starting_dice']}", row["starting_age"], row["starting_dice"]],
        source=(source,),
    )


def _longest_life(who: str, row: Mapping[str, Any], source: str) -> Reply:
    text = (
        f"{row['venerable_age']}+{row['maximum_dice']}. {who} lives {row['venerable_age']} + "
        f"{row['maximum_dice']} years at most"
    )
    return make_reply(
        text,
        dict(row),
        [f"{row['venerable_age']}+{row['maximum_dice']}", row["venerable_age"], row["maximum_dice"]],
        source=(source,),
    )


def _effects(slots: Slots, book: Rulebook) -> Reply:
    """What a category of age changes, for all races."""
    table, category = book.table("ageing_effects"), slots.one("age_category") or ""
    row = {ability: int(change) for ability, change in table.find(category).items() if change}
    asked = {ability: row.get(ability, 0) for ability in slots.named_abilities} or row
    shown = [signed(change) if change else "0" for change in asked.values()]
    words = listed([f"{ability.capitalize()} {signed(change)}" for ability, change in row.items()])
    text = f"{', '.join(shown)}. Reaching {category.replace('_', ' ')} changes {words}"
    return make_reply(text, {"changes": row}, shown, source=(table.source,))


def _changes(race: str, years: int, book: Rulebook) -> Reply:
    found = ageing(race, years, book=book)
    name = found.category.replace("_", " ")
    words = (
        listed([f"{ability.capitalize()} {signed(change)}" for ability, change in found.changes.items()])
        if found.changes
        else "no change"
    )
    text = (
        f"{name.capitalize()}. {with_article(spoken(race))} of {years} years is "
        f"{'of ' if name == 'middle age' else ''}{name}: {words}"
    )
    return make_reply(
        text, found.values(), [name, *(signed(found.changes[one]) for one in ABILITIES if one in found.changes)], found
    )


def _extra_age(slots: Slots) -> float:
    if slots.race is None:
        if slots.all("age_category") and (slots.named_abilities or slots.has("modifier", "score", "stat_block")):
            return 3.0
        return -9.0 if not slots.has("age") or slots.has_creature else -1.0
    aged = slots.has("age", "start_age", "max_age", "years") or bool(slots.all("age_category"))
    if not aged or slots.has("thac0", "save", "hit", "level_limit", "movement", "surprise", "listen"):
        return -9.0
    clear = (
        bool(slots.all("age_category"))
        or "years" in slots.numbers
        or any(
            "age" in item.text.split() or "old" in item.text.split() or "lifespan" in item.text or item.text[:2] == "ag"
            for item in slots.items
        )
    )
    return (
        1.0 * ("years" in slots.numbers)
        + 1.2 * clear
        + 0.4 * bool(slots.all("age_category"))
        - 1.0 * (not clear and not slots.has("max_age"))
    )


TOPICS = (
    topic(
        "ageing",
        "age and its effects",
        cues=(
            "age=2.2 start_age=1 years=0.8 max_age=0.8 modifier=0.3 duration=0.2 become=0.1 extreme=0.1 "
            "score=0.1 stat_block level "
            "what_level need item_save"
        ),
        things="column race=1 years=0.8 age_category=0.8 ability=0.1 class level",
        reply=reply_ageing,
        extra=_extra_age,
        loose="years",
        each="race",
        tables=("ages", "ageing_effects"),
    ),
)
