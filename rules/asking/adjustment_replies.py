"""Replies about what race, Dexterity and armor change in the thieving skills: the cells of the tables, not the sum."""

import re
from itertools import pairwise
from typing import Any

from rules.asking.reply import Reply, listed, make_reply, score
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import as_text
from rules.characters import spoken
from rules.errors import RuleError
from rules.loader import Rulebook
from rules.results import signed
from rules.table import Table


def reply_thief_adjustment(slots: Slots, book: Rulebook) -> Reply:
    """The adjustment of each skill that is named, or of all."""
    table, row, who = _line(slots, book)
    asked = [one for one in slots.all("skill") if one in table.columns] or list(table.columns)
    if slots.all("skill") and not set(slots.all("skill")) & set(table.columns):
        asked = []
    cells: dict[str, int] = {skill: int(row.get(skill) or 0) for skill in asked}
    shown = [signed(cell) if cell else "0" for cell in cells.values()] or ["0"]
    words = (
        listed([f"{spoken(skill)} {text} %" for skill, text in zip(cells, shown, strict=False)]) if cells else "nothing"
    )
    text = f"{', '.join(f'{one} %' for one in shown)}. {who} changes a thief's skills: {words}"
    return make_reply(text, dict(cells), shown, source=(table.source,))


def _line(slots: Slots, book: Rulebook) -> tuple[Table, dict[str, Any], str]:
    """The table that is asked for, its line and what the line is about."""
    dexterity, part = score(slots, "dexterity"), _part_asked(slots)
    if part == "race":
        return _of_race(slots, book)
    if dexterity is not None:
        table = book.table("thief_dexterity")
        return table, _at(table, dexterity), f"Dexterity {dexterity}"
    if slots.armor is not None and part is None:
        table = book.table("thief_armor")
        known = table.covers(slots.armor)
        return table, dict(table.find(slots.armor)) if known else {}, spoken(slots.armor).capitalize()
    return _of_race(slots, book)


def _of_race(slots: Slots, book: Rulebook) -> tuple[Table, dict[str, Any], str]:
    table, race = book.table("thief_race"), slots.race or "human"
    return table, dict(table.find(race)) if table.covers(race) else {}, f"The {spoken(race)} race"


def _part_asked(slots: Slots) -> str | None:
    """Which of several things said of a thief is asked for alone: the race's part or Dexterity's, not the sum."""
    text = as_text(slots.items)
    if _WITH.search(text) or not (slots.classes or slots.race) or not slots.all("skill"):
        return None
    if slots.race is not None and _OF_RACE.search(text):
        return "race"
    if "dexterity" in slots.abilities and _OF_DEXTERITY.search(text):
        return "dexterity"
    return None


_WITH = re.compile(
    r"\b(?:with|including|include|includes|incl|counting|plus|after|and|total|all)(?: \S+)? (?:racial|race)\b"
)
_CHANGE = r"(?:bonus|bonuses|adjustment|adjustments|adj|modifier|modifiers|mod|penalty|part|share|portion|contribution)"
_ADDS = r"(?:adds?|give|gives|grant|grants|change|changes|contribute|contributes|bring|brings|mean|worth|help|helps)"
_ADJUSTED = r"(?:racial|race s|race|elven|dwarven|elfin|elvish)"
_OF_RACE = re.compile(
    rf"\b{_ADJUSTED} (?:\S+ )?{_CHANGE}\b|\b{_CHANGE} (?:for|from|of|by|due to|because of) (?:\S+ )?(?:race|being)\b"
    rf"|\bbeing (?:an? )?\S+ (?:\S+ )?{_ADDS}\b"
    rf"|\brace (?:\S+ )?{_ADDS}\b|\b(?:racial|race) (?:alone|only)\b"
)
_OF_DEXTERITY = re.compile(
    rf"\bdexterity (?:\d+ )?{_CHANGE}\b|\b{_CHANGE} (?:for|from|of|by|due to|because of) (?:\S+ )?dexterity\b"
    rf"|\bdexterity (?:\S+ ){{0,2}}{_ADDS}\b"
)


def _at(table: Table, dexterity: int) -> dict[str, Any]:
    try:
        return dict(table.find(at=dexterity))
    except RuleError:
        return {}


def _extra_adjustment(slots: Slots) -> float:
    thieving = "thief" in slots.classes and "dexterity" in slots.abilities and slots.has("modifier")
    if not slots.all("skill") and not slots.has("thief_skills") and not thieving:
        return -99.0
    one = slots.race is not None or slots.armor is not None or "dexterity" in slots.abilities
    changed = slots.has("change") and bool(slots.all("skill"))
    asked = slots.has("modifier", "racial") or changed or _does_something(slots)
    by_dexterity = changed or _by_dexterity(slots)
    other = (
        (slots.level is not None and not (changed and {"for", "being"} <= slots.words))
        or "roll" in slots.numbers
        or (slots.has("points_to_spend") and not changed)
        or slots.has("save", "ac", "hit", "surprise", "cover", "concealment")
    )
    other = other or bool({"bard", "ranger"} & set(slots.classes)) or (slots.has("chance") and not _said(slots))
    other = other or any(
        item.text in {"base", "total", "with", "before", "final"}
        for item in slots.items
        if slots.has("percent", "chance", "racial") or (slots.classes and not by_dexterity)
    )
    if _part_asked(slots) is not None and not slots.has("save", "ac", "hit", "surprise", "wear"):
        return _PART_ASKED
    return 5.0 if one and asked and not other else -99.0


_PART_ASKED = 8.0


def _by_dexterity(slots: Slots) -> bool:
    """`What bonus does his dexterity give` to the skill that is named."""
    gives = bool(slots.words & {"give", "gives", "add", "adds", "bonus"})
    return gives and "dexterity" in slots.abilities and len(slots.places.get("ability", ())) > 1


def _does_something(slots: Slots) -> bool:
    """`What does a Dexterity of 9 do to open locks`: not how well somebody does."""
    words = [item.token.text for item in slots.items]
    if {"what", "cost"} <= slots.words or slots.words & {"hurt", "hurts", "hinder", "hamper", "hampers"}:
        return True
    return any(word in {"do", "does"} and after == "to" for word, after in pairwise(words))


def _said(slots: Slots) -> bool:
    return any(item.text in {"bonus", "penalty", "adjustment", "modifier", "adj"} for item in slots.items)


TOPICS = (
    topic(
        "thief_adjustment",
        "what race, Dexterity and armor change in thieving skills",
        cues=(
            "modifier=1 racial=1 change=1 thief_skills=0.6 points_to_spend listen percent chance score wear search "
            "secret_door movement light level price damage "
            "fall door range creature speed item_save turn magic_item attack size hit weight"
        ),
        things="skill=1.4 race=1 armor=1 ability=0.6 score=0.4 class=0.4 material column item undead racial_ability",
        reply=reply_thief_adjustment,
        extra=_extra_adjustment,
        tables=("thief_race", "thief_dexterity", "thief_armor"),
    ),
)
