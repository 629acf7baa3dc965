"""Replies about races: what they bring, ask for and close."""

from typing import Any

from rules.asking.racial_combat import counts_for, foes_named, is_among, without_bonus
from rules.asking.reply import MissingValue, Reply, listed, make_reply, require, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import spoken
from rules.limits import class_level_limit
from rules.loader import Rulebook
from rules.results import Part

UNLISTED = 0.3
"""What it costs that the table lists no such ability of a race: it has not all."""
_DREAMS = frozenset({"sleep", "charm", "charms", "charmed", "charming"})


def reply_race(slots: Slots, book: Rulebook) -> Reply:
    """Ability adjustments of a race, its other abilities, and what it asks for."""
    race = require(slots, "race", "Which race?")
    named = slots.all("racial_ability")
    wanted = "infravision" if "infravision" in named else next(iter(named), None)
    if wanted is None and slots.words & _DREAMS and race in {"elf", "half_elf"}:
        wanted = "sleep_charm_resistance"
    if (
        wanted is None
        and (slots.all("weapon") or slots.all("creature") or slots.all("creature_kind"))
        and (slots.has("modifier", "hit", "attack", "versus", "ac") or slots.bonuses or "hit" in slots.all("column"))
    ):
        wanted = "defense" if _defends(slots, race, book) else "attack"
    changed = _asks_changes(slots)
    if wanted is not None and not (changed and slots.named_abilities):
        return _racial_ability(slots, race, wanted, book)
    if not changed and (slots.has("require") or _asks_scores(slots) or _asks_limits(slots)):
        return _race_requirements(slots, race, book)
    row = book.table("races").find(race)
    adjustments: dict[str, int] = dict(row["adjustments"])
    parts = [
        Part(f"{spoken(race)}, {ability}", f"{points:+d}", book.table("races").source)
        for ability, points in adjustments.items()
    ]
    abilities = _abilities_of(race, book)
    asked = {ability: points for ability, points in adjustments.items() if ability in slots.named_abilities}
    shown = [f"{points:+d}" for points in (asked or adjustments).values()]
    if slots.named_abilities and not asked:
        shown = ["0"]
    words = (
        listed([f"{ability.capitalize()} {points:+d}" for ability, points in adjustments.items()])
        if adjustments
        else "no adjustment"
    )
    text = f"{', '.join(shown) or 'None'}. {with_article(spoken(race))} has {words}"
    if abilities:
        text += f"; also {listed([_ability_words(name, one) for name, one in abilities.items()])}"
    values = {"adjustments": adjustments, "abilities": abilities}
    return make_reply(text, values, shown or ["none"], parts=tuple(parts), source=(book.table("races").source,))


def _defends(slots: Slots, race: str, book: Rulebook) -> bool:
    """Whether the race is the one attacked by the creature that is named: dwarves by giants."""
    found = _abilities_of(race, book).get("defense")
    if found is None:
        return False
    if slots.has("ac") or "defense" in slots.all("column"):
        return True
    if "hit" in slots.all("column") and "bonus" in slots.words:
        return False
    return is_among(foes_named(slots), found)


def _abilities_of(race: str, book: Rulebook) -> dict[str, dict[str, Any]]:
    table = book.table("racial_abilities")
    return {
        row.exact[1]: dict(zip(table.columns, row.values, strict=True)) for row in table.rows if row.exact[0] == race
    }


def _ability_words(name: str, one: dict[str, Any]) -> str:
    value = "" if one["value"] is None else f" {one['value']}"
    against = f" ({one['applies_to']})" if one["applies_to"] else ""
    return f"{spoken(name)}{value} {one['unit']}{against}"


def _racial_ability(slots: Slots, race: str, wanted: str, book: Rulebook) -> Reply:
    table = book.table("racial_abilities")
    found = _abilities_of(race, book).get(wanted)
    if found is None:
        text = f"None. {with_article(spoken(race))} has no {spoken(wanted)} in the table"
        doubt = 0.0 if race == "human" else UNLISTED
        return make_reply(text, {"value": None}, ["none"], source=(table.source,), doubt=doubt)
    counts = counts_for(slots, race, found, book) if wanted == "attack" else True
    if counts is False:
        return without_bonus(slots, race, found, table.source)
    unit = f" {found['unit']}" if found["unit"] else ""
    text = f"{found['value']}{unit}. {with_article(spoken(race))}: {_ability_words(wanted, found)}"
    open_weapon = UNLISTED if counts is None and slots.all("weapon") else 0.0
    shown = [found["value"], f"{found['value']}{unit}"]
    return make_reply(text, found, shown, source=(table.source,), doubt=open_weapon)


def _asks_limits(slots: Slots) -> bool:
    """`Max strength for a halfling`."""
    least = slots.has("what_score", "need") and bool(slots.words & {"least", "must", "need", "needs", "minimum"})
    bounds = slots.has("extreme", "require") or (least and slots.level is None)
    return bounds and bool(slots.named_abilities) and not slots.abilities


def _race_requirements(slots: Slots, race: str, book: Rulebook) -> Reply:
    table = book.table("racial_requirements")
    row = table.find(race)
    words = [f"{ability.capitalize()} at least {least}" for ability, least in row["minimums"].items()]
    words += [f"{ability.capitalize()} at most {most}" for ability, most in row["maximums"].items()]
    least = any(word in item.text for item in slots.items for word in ("min", "low", "least", "need"))
    ends = [row["minimums"]] if least else [row["maximums"]]
    named = [str(end[one]) for end in ends for one in slots.named_abilities if one in end]
    named += [str(18 if not least else 3)] if slots.named_abilities and not named else []
    shown = [*named, *(str(one) for one in [*row["minimums"].values(), *row["maximums"].values()])]
    text = f"{', '.join(shown) or 'None'}. {with_article(spoken(race))} needs {listed(words)} before adjustment"
    return make_reply(text, dict(row), shown or ["none"], source=(table.source,))


def _asks_changes(slots: Slots) -> bool:
    """`What does a dwarf get on his ability scores`, `is my halfling's strength lower`: what the race changes."""
    scores = bool(slots.named_abilities) or slots.has("score") or bool(slots.words & {"stats", "scores", "abilities"})
    bound = slots.has("extreme") or bool(slots.words & {"limit", "limits", "requirement", "require", "minimums"})
    return scores and not slots.abilities and not bound and bool(slots.words & _CHANGES)


_CHANGES = frozenset(
    {"change", "changes", "changed", "lower", "lowers", "lowered", "raise", "raises", "raised", "gain", "gains", "lose",
     "loses", "happens", "adjust", "adjusted", "adjustment", "adjustments", "plus", "minus", "bonus", "penalty", "get",
     "gets", "affect", "affected", "affects", "modified", "modify", "modifies", "extra", "boost", "boosts", "bump",
     "increase", "increases", "decrease", "decreases", "reduce", "reduces", "drop", "drops", "add", "adds", "modifier"}
)  # fmt: skip
"""Words of a change."""


def _asks_scores(slots: Slots) -> bool:
    """`Ability score limits for halflings`: what the scores must be, not the levels."""
    scores = slots.has("score") or "scores" in slots.words
    return scores and slots.has("level_limit", "require") and not slots.has("level")


def _is_aged(slots: Slots) -> bool:
    """`A human of 45`: what changes then comes with the years."""
    return len(slots.left_over) == 1 and slots.left_over[0].isdecimal() and int(slots.left_over[0]) >= GROWN


GROWN = 25
"""A larger number beside a race is no score: it may be an age."""


def _extra_race(slots: Slots) -> float:
    aged = bool(slots.all("age_category")) and bool(slots.named_abilities)
    if slots.race is not None and not aged and slots.has("change") and _asks_changes(slots) and slots.named_abilities:
        return 4.0 if slots.level is None and not slots.all("skill") else -9.0
    if slots.race is None or slots.classes or aged:
        return -9.0 if slots.race is None or not slots.all("racial_ability") else -0.5
    if _asks_scores(slots) or _asks_limits(slots):
        return 3.6
    if slots.words & _DREAMS and slots.race in {"elf", "half_elf"} and not slots.has("save", "damage"):
        return 4.0
    if _asks_changes(slots) and not _is_aged(slots) and not slots.has(*_OTHER_SUBJECTS) and not slots.all("category"):
        return 4.0
    foe = bool(slots.all("weapon") or slots.all("creature") or slots.all("creature_kind"))
    gets = bool(slots.words & {"get", "gets", "gain", "gains"}) and slots.has("hit", "attack") and not slots.numbers
    gets = gets or bool({"hit", "defense"} & set(slots.all("column"))) or (slots.has("ac") and not slots.numbers)
    points = (
        1.6 * bool(slots.all("racial_ability"))
        + 1.8 * (foe and (slots.has("modifier") or gets or bool(slots.bonuses)) and slots.level is None)
        + 1.0 * slots.has("score", "stat_block")
        + 0.8 * slots.has("racial", "require")
        + 0.5 * slots.has("modifier")
    )
    points -= 2.0 * slots.has("movement", "load", "start_age", "max_age", "years", "save", "level_limit", "multi_class")
    return (
        points
        - 1.0 * bool(slots.abilities)
        + 0.6 * bool(slots.named_abilities and not slots.abilities and slots.has("modifier"))
    )


_OTHER_SUBJECTS = ("movement", "load", "max_age", "years", "age", "level_limit", "multi_class", "xp", "thief_skills",
                   "hp", "spell_slots", "bonus_spells")  # fmt: skip


def reply_classes_of_race(slots: Slots, book: Rulebook) -> Reply:
    """The classes that are open to a race, those of specialist wizards counted as mages."""
    race = require(slots, "race", "Which race?")
    table = book.table("races")
    names = [spoken(one) for one in table.find(race)["classes"]]
    text = f"{listed(names).capitalize()}. {with_article(spoken(race))} may be {listed(names, 'or')}"
    return make_reply(text, {"classes": names}, names, source=(table.source,))


_CLASS_WORDS = frozenset({"class", "classes", "professions", "careers"})


def _extra_classes_of_race(slots: Slots) -> float:
    asked = slots.race is not None and bool(_CLASS_WORDS & {item.token.text for item in slots.items})
    others = slots.has("ac", "multi_class", "level_limit", "save", "thac0", "level")
    return 4.0 if asked and not others and not slots.classes and not slots.numbers else -9.0


def reply_level_limit(slots: Slots, book: Rulebook) -> Reply:
    if slots.race is None:
        raise MissingValue("Which race?", "race")
    if not slots.classes:
        everything = _all_limits(slots.race, book)
        if _is_somebody(slots) and len(set(everything.headline)) > 1:
            raise MissingValue(f"Which class is the {spoken(slots.race)}? {everything.text}", "class")
        return everything
    scores = {ability: int(text) for ability, text in slots.abilities.items() if text.isdecimal()}
    names = "/".join(slots.classes) if slots.multi_class else slots.classes[0]
    found = class_level_limit(slots.race, names, scores=scores or None, book=book)
    who = with_article(f"{spoken(slots.race)} {names}")
    if not found.open:
        closed = [name for name in slots.classes if name not in found.by_class]
        text = f"No. The class {listed(closed)} is closed to {spoken(slots.race)} characters"
        return make_reply(text, found.values(), ["no"], found)
    each = [("unlimited" if limit is None else str(limit)) for limit in found.by_class.values()]
    if slots.level is not None and slots.level.isdecimal() and found.limit is not None:
        aimed = max(int(slots.level), *(int(one) for one in [*slots.levels, *_ordinals(slots)] if one.isdecimal()))
        fits = aimed <= found.limit
        text = f"{'Yes' if fits else 'No'}. {who} rises to level {found.limit}"
        return make_reply(text, found.values() | {"allowed": fits}, ["yes" if fits else "no", found.limit], found)
    start = "/".join(each)
    text = (
        f"{start.capitalize()}. {who} has no level limit"
        if start == "unlimited"
        else f"{start}. {who} rises to level {start}"
    )
    return make_reply(text, found.values(), each if len(each) == 1 else [start, *each], found)


def _ordinals(slots: Slots) -> list[str]:
    """The 13th of `12th level, could she go on to 13th`."""
    return [str(item.token.number) for item in slots.items if item.kind == "ordinal" and not item.token.spelled]


def _is_somebody(slots: Slots) -> bool:
    """`My dwarf`, `how far can a halfling advance`: one character, who has a class."""
    if slots.words & {"all", "each", "every", "limits", "limitations", "caps", "list", "classes", "table", "maximums"}:
        return False
    named = [item for item in slots.items if item.value("race")]
    return not any(item.token.text in _PEOPLES for item in named) or bool(slots.words & {"my", "our"})


_PEOPLES = frozenset({"elves", "dwarves", "dwarfs", "gnomes", "halflings", "humans", "hobbits", "elfs", "halfelves"})
"""Of a whole people all limits are told; one of them has a class."""


_RISES = frozenset({"reach", "become", "advance", "rise", "get", "hit", "attain", "make", "go"})


def _all_limits(race: str, book: Rulebook) -> Reply:
    table = book.table("racial_level_limits")
    limits = {row.exact[1]: row.values[0] for row in table.rows if row.exact[0] == race}
    words = [f"{name} {'unlimited' if limit is None else limit}" for name, limit in limits.items()]
    shown = ["unlimited" if limit is None else str(limit) for limit in limits.values()]
    text = f"{', '.join(dict.fromkeys(shown))}. {with_article(spoken(race))} rises to: {listed(words)}"
    return make_reply(text, {"limits": limits}, shown, source=(table.source,))


def _extra_level_limit(slots: Slots) -> float:
    if "dual" in slots.words:
        return -9.0  # to change class is not to rise in it
    if (slots.race is None and not slots.has("level_limit")) or (_asks_scores(slots) and not slots.classes):
        return -9.0
    most = bool(slots.words & {"maximum", "max", "highest", "most"}) and not slots.named_abilities
    plain = bool(slots.classes) and slots.race is not None and slots.level is None and not slots.all("column")
    highest = 3.0 * (most and plain and not slots.has("hp", "hd", "spell_slots", "spell", "ac", "level_limit"))
    rises = slots.has("may") and bool(slots.words & _RISES) and bool(slots.classes) and slots.level is not None
    return (
        highest
        + 3.0 * (rises and slots.race is not None and not slots.has("xp"))
        + 0.8 * (slots.has("level_limit") and slots.race is not None)
        - 2.0 * slots.has("load", "movement", "spell", "max_age", "years", "age") * (not slots.has("level"))
    )


TOPICS = (
    topic(
        "race",
        "what a race brings and asks for",
        cues=(
            "extreme=0.2 racial=2.2 require=0.8 modifier=0.6 special=0.4 range=0.3 magic_item=0.3 score=0.2 "
            "search=0.2 chance=0.2 versus=0.1 ac=0.1 "
            "change=0.2 "
            "stat_block=0.2 distance=0.2 may=0.1 secret_door=-0.5 level save light hit creature need become item_save "
            "spell"
        ),
        things=(
            "racial_ability=1.4 race=1.2 weapon=0.4 creature=0.3 creature_kind=0.2 ability=0.2 category feet "
            "skill spell "
            "situation column"
        ),
        reply=reply_race,
        extra=_extra_race,
        each="race",
        tables=("races", "racial_abilities", "racial_requirements"),
    ),
    topic(
        "classes_of_race",
        "the classes that are open to a race",
        cues="may=0.4 become=0.4 need racial require",
        things="race=1",
        reply=reply_classes_of_race,
        extra=_extra_classes_of_race,
        tables=("races",),
    ),
    topic(
        "level_limit",
        "the highest level of a race in a class",
        cues=(
            "level_limit=3 what_level=0.8 level=0.4 racial=0.4 extreme=0.3 may=0.2 become=0.2 next_level=0.2 "
            "multi_class "
            "need"
        ),
        things="race=1 class=0.8 level=0.3 score=0.2 ability=0.1",
        reply=reply_level_limit,
        extra=_extra_level_limit,
        tables=("racial_level_limits",),
    ),
)
