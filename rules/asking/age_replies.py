"""Replies about age and what it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rules.ageing import ageing
from rules.asking.casting_replies import asks_whether
from rules.asking.reply import MissingValue, Reply, listed, make_reply, require, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import value, wanted
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
    category = slots.one("age_category")
    if category not in {None, "adult"} and _asks_for_onset(slots):
        return _onset(slots, race, category or "", book)
    if "years" not in slots.numbers:
        return _of_no_years(slots, race, category, book)
    years = int(slots.numbers["years"])
    if slots.has("max_age") and slots.words & {"maximum", "max", "highest", "lifespan"}:
        return _of_no_years(slots, race, None, book)
    if category is not None and asks_whether(slots):
        return _whether_so_old(race, category, years, book)
    return _changes(race, years, book)


def _of_no_years(slots: Slots, race: str, category: str | None, book: Rulebook) -> Reply:
    """What is asked of a race as such: the age at the start, at the end, or of a category."""
    ages = book.table("ages")
    row, who = ages.find(race), with_article(spoken(race))
    if slots.has("start_age") or "start" in wanted(slots.items, _VALUES):
        return _starting_age(who, row, ages.source)
    if _asks_for_end(slots):
        return _longest_life(who, row, ages.source)
    if category is not None and category != "adult":
        start = int(row[_COLUMNS[category]])
        name = category.replace("_", " ").replace("middle age", "middle-aged")
        text = f"{start}. {who} is {name} from {start} years on"
        changed = slots.has("modifier") or bool(slots.named_abilities) or bool(slots.words & _HAPPENS)
        return (
            _changes(race, start, book, slots.named_abilities)
            if changed
            else make_reply(text, {"years": start}, [start], source=(ages.source,))
        )
    if slots.has("max_age"):
        return _longest_life(who, row, ages.source)
    text = (
        f"{row['middle_age']}/{row['old_age']}/{row['venerable_age']}. {who} is middle-aged at "
        f"{row['middle_age']}, old at {row['old_age']}, venerable at {row['venerable_age']}"
    )
    return make_reply(text, dict(row), [row[column] for column in _COLUMNS.values()], source=(ages.source,))


_COLUMNS = {"middle_age": "middle_age", "old": "old_age", "venerable": "venerable_age"}
"""The columns in which the categories begin."""


def _asks_for_onset(slots: Slots) -> bool:
    """`At what age does he become venerable`, `how many years until middle age`: the year in which an age begins."""
    asked = wanted(slots.items, _VALUES)
    changes = slots.has("modifier") or bool(slots.named_abilities)
    return "onset" in asked and "start" not in asked and not (changes or _asks_for_end(slots) or asks_whether(slots))


def _onset(slots: Slots, race: str, category: str, book: Rulebook) -> Reply:
    """The year in which an age begins, after how many are left until then where an age is told and that is asked."""
    ages = book.table("ages")
    start, name = (
        int(ages.find(race)[_COLUMNS[category]]),
        category.replace("_", " ").replace("middle age", "middle-aged"),
    )
    text, shown = f"{start}. {with_article(spoken(race))} is {name} from {start} years on", [start]
    left = start - int(slots.numbers.get("years", start))
    if left > 0 and slots.words & {"until", "till", "before", "more", "left", "away"}:
        text, shown = f"{left}. That many years are left: {text}", [left, start]
    return make_reply(text, {"years": start}, shown, source=(ages.source,))


_VALUES = (
    value(
        "start", "new", "fresh", "beginning", "newly", "start(?:s|ing)? (?:age|out)", "at the (?:start|outset)",
        r"(?:start|begin)s? (?:an? |his |her |their |the )?(?:career|adventur\w*|play|game|campaign)",
    ),
    value(
        "onset", "when", "(?:what|which|whose) (?:age|year|birthday)", "how (?:old|many years)", "how many winters",
        "begins?", "starts?", "sets? in", "becomes?", "count(?:s|ed)? as", "years until", "reach(?:es)?", "from what",
        "considered", "what years?", "enters?",
    ),
)  # fmt: skip


def _asks_for_end(slots: Slots) -> bool:
    """`The highest age`, `when does he die of old age`."""
    return (slots.has("max_age") and bool(slots.words & {"die", "dies"})) or bool(slots.words & {"highest", "longest"})


def _whether_so_old(race: str, category: str, years: int, book: Rulebook) -> Reply:
    """Whether somebody of so many years is of a category: `my elf is 200, is he middle aged`."""
    said = "yes" if ageing(race, years, book=book).category == category else "no"
    changed = _changes(race, years, book)
    return replace(changed, text=f"{said.capitalize()}. {changed.text}", headline=(said, *changed.headline))


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


def _changes(race: str, years: int, book: Rulebook, asked: Sequence[str] = ()) -> Reply:
    """What the years have changed; the abilities that are asked for come first."""
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
    first = [signed(found.changes[one]) if one in found.changes else "0" for one in asked]
    if first:
        text = f"{', '.join(first)}. {text}"
    rest = [signed(found.changes[one]) for one in ABILITIES if one in found.changes]
    return make_reply(text, found.values(), [*first, name, *rest], found)


def _extra_age(slots: Slots) -> float:
    if slots.race is None:
        if slots.all("age_category") and (
            slots.named_abilities or slots.has("modifier", "score", "stat_block", "racial")
        ):
            return 3.0
        return -9.0 if not slots.has("age") or slots.has_creature else -1.0
    aged = slots.has("age", "start_age", "max_age", "years") or bool(slots.all("age_category"))
    if not aged and _changes_with_years(slots):
        return 5.0
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


def _changes_with_years(slots: Slots) -> bool:
    """`Human of 45: what happens to his strength`: a number that is no score, and what changes."""
    grown = len(slots.left_over) == 1 and slots.left_over[0].isdecimal() and int(slots.left_over[0]) >= GROWN
    changed = bool(slots.named_abilities) or slots.has("score")
    return grown and changed and not slots.abilities and not slots.classes and bool(slots.words & _HAPPENS)


GROWN = 25
"""A smaller number is a score or a level."""
_HAPPENS = frozenset({"happens", "change", "changes", "lose", "loses", "gain", "gains", "adjustment", "adjustments"})


TOPICS = (
    topic(
        "ageing",
        "age and its effects",
        cues=(
            "age=2.2 start_age=1 years=0.8 max_age=0.8 modifier=0.3 duration=0.2 become=0.1 extreme=0.1 "
            "score=0.1 racial=0.1 stat_block level "
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
