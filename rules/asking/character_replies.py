"""Replies about ability scores, hit dice, experience and what a class asks for."""

from collections.abc import Sequence

from rules.abilities import ability_modifiers
from rules.asking.reply import (
    MissingValue,
    Reply,
    class_and_level,
    describe,
    hit_dice_of,
    listed,
    make_reply,
    score,
    single_class,
    with_article,
)
from rules.asking.slots import Slots
from rules.characters import check_class, ordinal
from rules.growth import experience_for_level, hit_dice, level_for_experience
from rules.loader import Rulebook
from rules.monsters import monster_experience
from rules.results import Part


def reply_ability(slots: Slots, book: Rulebook) -> Reply:
    if not slots.abilities:
        ability = slots.named_abilities[0]
        raise MissingValue(f"Which {ability.capitalize()} score?", "score")
    results = [
        ability_modifiers(ability, text, character_class=slots.character_class, race=slots.race, book=book)
        for ability, text in slots.abilities.items()
    ]
    columns = [*slots.columns, "hit", "missile attack"] if "hit" in slots.tags else slots.columns
    shown = [_asked_parts(found.breakdown, columns) for found in results]
    sentences = [
        f"{found.ability.capitalize()} {found.score}: {listed([_with_unit(part) for part in parts])}"
        for found, parts in zip(results, shown, strict=True)
    ]
    values = {found.ability: found.modifiers for found in results}
    only = values[results[0].ability] if len(results) == 1 else values
    return make_reply(f"{shown[0][0].value}. {'; '.join(sentences)}", only, *results)


def _asked_parts(parts: Sequence[Part], columns: Sequence[str]) -> Sequence[Part]:
    """The columns that the question names, or all."""
    wanted = [_COLUMN_WORDS.get(column, column) for column in columns]
    return [part for part in parts if any(f"{part.label} ".startswith(f"{column} ") for column in wanted)] or parts


def _with_unit(part: Part) -> str:
    for ending, unit in ((" lb", " lb"), (" percent", " %")):
        if part.label.endswith(ending):
            return f"{part.label.removesuffix(ending)} {part.value}{unit}"
    return f"{part.label} {part.value}"


_COLUMN_WORDS = {
    "spell level": "max spell level",
    "spells per level": "max spells",
    "hp per die": "hit points per die",
    "lift gates": "bend bars",
    "open door": "open doors",
    "defensive": "defense",
    "defence": "defense",
    "learn spells": "learn spell",
    "hp bonus": "hit points per die",
    "hit point bonus": "hit points per die",
    "hit bonus": "hit",
    "to hit bonus": "hit",
    "resurrection survival": "resurrection",
}


def reply_hit_dice(slots: Slots, book: Rulebook) -> Reply:
    name, level = class_and_level(slots)
    found = hit_dice(name, level, constitution=score(slots, "constitution"), book=book)
    text = f"{found.notation}. {with_article(describe(slots, book))} has {found.notation} hit points"
    return make_reply(f"{text}: {found.minimum} to {found.maximum}, {found.average} on average", found.values(), found)


def reply_experience(slots: Slots, book: Rulebook) -> Reply:
    if slots.levels is None and slots.xp is None:
        class_and_level(slots)
    if not slots.classes:
        raise MissingValue("Which class?", "class")
    name = single_class(slots)
    if slots.xp is not None and slots.levels is None:
        reached = level_for_experience(name, slots.xp, book=book)
        text = f"{reached.level}. {with_article(reached.character_class)} with {slots.xp:,} experience points"
        text += f" is {ordinal(reached.level)} level{_next_level(reached.next_level_at)}"
        return make_reply(text, reached.values(), reached)
    found = experience_for_level(name, slots.levels or "", book=book)
    points = f"{found.experience_points:,}"
    text = f"{points}. {with_article(found.character_class)} needs {points} experience points"
    text += f" for {ordinal(found.level)} level{_next_level(found.next_level_at)}"
    return make_reply(text, found.values(), found)


def _next_level(points: int | None) -> str:
    return "; the table ends there" if points is None else f"; the next level is at {points:,}"


def reply_monster_experience(slots: Slots, book: Rulebook) -> Reply:
    found = monster_experience(hit_dice_of(slots), book=book)
    text = f"{found.experience_points:,}. A creature with {found.hit_dice} Hit Dice and no special abilities is worth"
    return make_reply(f"{text} {found.experience_points:,} experience points", found.values(), found)


def reply_class_requirements(slots: Slots, book: Rulebook) -> Reply:
    found = [check_class(name, race=slots.race, book=book) for name in slots.classes]
    sentences = []
    for name, check in zip(slots.classes, found, strict=True):
        words = listed([f"{ability.capitalize()} {least}" for ability, least in check.minimums.items()])
        sentences.append(f"{with_article(name)} needs {words}")
        sentences += check.violations
    allowed = all(check.allowed for check in found)
    start = "" if slots.race is None else ("Yes. " if allowed else "No. ")
    source = tuple(dict.fromkeys(source for check in found for source in check.source))
    values = {
        "allowed": allowed,
        "minimums": {name: check.minimums for name, check in zip(slots.classes, found, strict=True)},
    }
    if len(found) == 1:
        values["minimums"], values["races"] = found[0].minimums, list(found[0].races)
    parts = tuple(
        Part(f"{name}: {ability} at least", least, check.source[0])
        for name, check in zip(slots.classes, found, strict=True)
        for ability, least in check.minimums.items()
    )
    return Reply(f"{start}{'; '.join(sentences)} ({'; '.join(source)}).", values, parts, source)
