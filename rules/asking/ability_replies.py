"""Replies about ability scores: what a score gives, and the score that gives so much."""

from collections.abc import Sequence
from itertools import pairwise

from rules.abilities import ability_modifiers, bonus_spells
from rules.asking.ability_classes import classes_asked, saves_alone
from rules.asking.ability_rolls import with_roll
from rules.asking.casting_replies import asks_whether, no_bonus_for, no_bonus_spells, reply_bonus_spells
from rules.asking.reply import (
    MissingValue,
    NotCovered,
    Reply,
    listed,
    make_reply,
)
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import asks_least
from rules.characters import spoken
from rules.loader import Rulebook
from rules.results import Part

COLUMN_ABILITY = {
    "weight_allowance": "strength", "max_press": "strength", "open_doors": "strength", "bend_bars": "strength",
    "missile_attack": "dexterity", "defense": "dexterity",
    "hit_points_per_die": "constitution", "system_shock": "constitution", "resurrection": "constitution",
    "poison_save": "constitution", "regeneration": "constitution",
    "languages": "intelligence", "max_spell_level": "intelligence", "learn_spell_percent": "intelligence",
    "max_spells_per_level": "intelligence", "spell_immunity": "intelligence",
    "magical_defense": "wisdom", "bonus_spells": "wisdom", "spell_failure_percent": "wisdom",
    "henchmen": "charisma", "loyalty": "charisma",
}  # fmt: skip
"""The ability whose table has a column, where only one has it."""


def _asked_columns(slots: Slots) -> list[str]:
    """The columns that the question names, and those that other words of it mean."""
    columns = list(slots.all("column"))
    if slots.has("hit") and not set(columns) - {"damage", "hit"}:
        columns = [*dict.fromkeys(["hit", "missile_attack", *columns])]
    if slots.has("damage") and "damage" not in columns and "strength" in slots.named_abilities:
        columns.append("damage")
    if slots.has("ac") and "defense" not in columns:
        columns.append("defense")
    if slots.has("reaction") and not set(columns) - {"missile_attack", "defense", "loyalty", "henchmen"}:
        columns.append("reaction")
    if slots.has("failure") and "wisdom" in slots.named_abilities and not columns:
        columns.append("spell_failure_percent")
    if slots.all("spell") or slots.has("save") or slots.all("category"):
        columns += [column for ability, column in _SAVED_BY.items() if ability in slots.abilities and not columns]
    if "reaction" in columns and slots.has("missile") and "dexterity" in slots.named_abilities:
        columns.append("missile_attack")
    if slots.has("missile") and not columns and "dexterity" in slots.named_abilities:
        columns.append("missile_attack")
    if slots.has("hp") and not columns:
        columns.append("hit_points_per_die")
    return columns


def reply_ability(slots: Slots, book: Rulebook) -> Reply:
    """What a score gives; the score, when what it gives is named."""
    columns = _asked_columns(slots)
    scores = _scores(slots, columns)
    if "what_score" in slots.cues and not slots.abilities:
        return _score_for(slots, columns, book)
    if not scores and "bonus_spells" in columns and no_bonus_for(slots):
        return no_bonus_spells(slots, book)
    if not scores:
        named = list(slots.named_abilities) or [COLUMN_ABILITY[one] for one in columns if one in COLUMN_ABILITY]
        ability = named[0] if named else "ability"
        raise MissingValue(f"Which {ability.capitalize()} score?", ability if named else "score")
    if (told := _told_otherwise(slots, columns, scores, book)) is not None:
        return told
    names = classes_asked(slots, columns)
    results = [
        ability_modifiers(ability, text, character_class=name, race=slots.race, book=book)
        for ability, text in scores.items()
        for name in names
    ]
    whose = [f" ({name})" if len(names) > 1 else "" for _ in scores for name in names]
    if len(results) == 1 and set(columns) & _LATE and not _matching(results[0].breakdown, columns):
        text = f"None. {results[0].ability.capitalize()} {results[0].score} gives no {spoken(columns[0])}"
        return make_reply(text, {columns[0]: None}, ["none", "no", "0"], *results)
    if columns and not any(_matching(found.breakdown, columns) for found in results):
        raise NotCovered(f"The table of {results[0].ability.capitalize()} here has no {spoken(columns[0])}")
    shown = [
        _as_ordered(_asked_parts(found.breakdown, _columns_of(found.ability, columns)), slots) for found in results
    ]
    sentences = [
        f"{found.ability.capitalize()} {found.score}{of_whom}: {listed([_with_unit(part) for part in parts])}"
        for found, parts, of_whom in zip(results, shown, whose, strict=True)
    ]
    values = {found.ability: found.modifiers for found in results}
    only = values[results[0].ability] if len(results) == 1 else values
    headline = [part.value for parts in shown for part in parts]
    sentences[0], doubt = with_roll(slots, shown[0][0], headline, sentences[0])
    if "bonus_spells" in columns:
        headline += [count for value in headline for count in str(value).split("/")]
        if asks_whether(slots):
            headline.insert(0, "no" if headline[0] == "none" else "yes")
            sentences[0] += f" ({headline[0]})"
    return make_reply(f"{shown[0][0].value}. {'; '.join(sentences)}", only, headline, *results, doubt=doubt)


def _told_otherwise(slots: Slots, columns: Sequence[str], scores: dict[str, str], book: Rulebook) -> Reply | None:
    """What is not simply read off the line of a score: bonus spells of a class or a level, and comparisons."""
    if "bonus_spells" in columns and no_bonus_for(slots):
        return no_bonus_spells(slots, book)
    if slots.has("bonus_spells") and "spell_level" in slots.numbers and "wisdom" in slots.abilities:
        return reply_bonus_spells(slots, book)
    return _compared_by_class(slots, columns, scores, book)


def _compared_by_class(slots: Slots, columns: Sequence[str], scores: dict[str, str], book: Rulebook) -> Reply | None:
    """Whether a class gains more by a score than another: `is the hit point bonus bigger for a fighter than a mage`."""
    if len(slots.classes) != 2 or "than" not in slots.words or not slots.words & _MORE or len(scores) != 1:
        return None
    (ability, text), each = next(iter(scores.items())), list[Part]()
    for name in slots.classes:
        found = ability_modifiers(ability, text, character_class=name, book=book)
        each += _matching(found.breakdown, columns)[:1]
    if len(each) != 2 or not asks_whether(slots):
        return None
    first, second = (int(str(part.value).lstrip("+")) for part in each)
    said = "yes" if first > second else "no"
    sentence = listed([f"{name} {part.value}" for name, part in zip(slots.classes, each, strict=True)])
    source = tuple(dict.fromkeys(part.source for part in each))
    values = {"more": said == "yes"}
    return make_reply(
        f"{said.capitalize()}. {ability.capitalize()} {text}: {sentence}", values, [said, first, second], source=source
    )


_MORE = frozenset({"bigger", "higher", "larger", "more", "better", "greater"})
_LATE = frozenset({"regeneration"})
"""Columns that only the highest scores have."""
_SAVED_BY = {"wisdom": "magical_defense", "dexterity": "defense"}
"""The column that changes saving throws."""


def _scores(slots: Slots, columns: Sequence[str]) -> dict[str, str]:
    """The scores; a lone number belongs to the ability that a column names."""
    if slots.abilities:
        wanted = {COLUMN_ABILITY[one] for one in columns if one in COLUMN_ABILITY}
        asked = {ability: text for ability, text in slots.abilities.items() if ability in wanted}
        return asked or dict(slots.abilities)
    named = list(
        dict.fromkeys([*slots.named_abilities, *(COLUMN_ABILITY[one] for one in columns if one in COLUMN_ABILITY)])
    )
    if len(named) == 1 and len(slots.left_over) == 1:
        return {named[0]: slots.left_over[0]}
    return {}


def _columns_of(ability: str, columns: Sequence[str]) -> Sequence[str]:
    """To hit, a bow asks Dexterity and a sword Strength; `reaction` is a column of two abilities."""
    if "hit" in columns and ability == "dexterity":
        return [*columns, "missile_attack"]
    return columns


def _asked_parts(parts: Sequence[Part], columns: Sequence[str]) -> Sequence[Part]:
    """The columns that the question names, or all."""
    return _matching(parts, columns) or parts


def _as_ordered(parts: Sequence[Part], slots: Slots) -> Sequence[Part]:
    """The parts in the order in which they are asked for; as they stand in the table when one of them is not named."""
    named: dict[str, int] = {}
    for place, item in enumerate(slots.items):
        for kind, name in item.senses:
            label = name if kind == "column" else _COLUMN_OF_CUE.get(name) if kind == "cue" else None
            if label is not None:
                named.setdefault(label.replace("_", " ").removesuffix(" percent"), place)
    places = {
        part.label: min((at for label, at in named.items() if f"{part.label} ".startswith(f"{label} ")), default=-1)
        for part in parts
    }
    return parts if -1 in places.values() else sorted(parts, key=lambda part: places[part.label])


_COLUMN_OF_CUE = {
    "hit": "hit",
    "damage": "damage",
    "reaction": "reaction",
    "ac": "defense",
    "missile": "missile_attack",
}


def _matching(parts: Sequence[Part], columns: Sequence[str]) -> Sequence[Part]:
    wanted = [column.replace("_", " ").removesuffix(" percent") for column in columns]
    return [part for part in parts if any(f"{part.label} ".startswith(f"{column} ") for column in wanted)]


def _with_unit(part: Part) -> str:
    for ending, unit in ((" lb", " lb"), (" percent", " %")):
        if part.label.endswith(ending):
            return f"{part.label.removesuffix(ending)} {part.value}{unit}"
    return f"{part.label} {part.value}"


def _score_for(slots: Slots, columns: Sequence[str], book: Rulebook) -> Reply:
    """The lowest score that gives so much: `what strength for +2 to hit`."""
    if "spell_level" in slots.numbers and slots.named_abilities == ["wisdom"] and "bonus" in slots.words:
        return _score_for_bonus_spell(int(slots.numbers["spell_level"]), book)
    if "spell_level" in slots.numbers and slots.named_abilities:
        return _score_for_spells(slots.named_abilities[0], int(slots.numbers["spell_level"]), book)
    named = [*slots.named_abilities, *(COLUMN_ABILITY[one] for one in columns if one in COLUMN_ABILITY)]
    if "bonus_spells" in columns and (level := _ordinal(slots)) is not None:
        return _score_for_bonus_spell(level, book)
    wanted = _wanted(slots)
    if not named or wanted is None:
        raise MissingValue("Which score is meant, and what should it give?", "score")
    ability = named[0]
    columns = columns or {"dexterity": ["defense"], "strength": ["hit"], "constitution": ["hit_points_per_die"]}.get(
        ability, ["reaction"]
    )
    for text in _SCORES.get(ability, _PLAIN_SCORES):
        found = ability_modifiers(ability, text, character_class=slots.character_class, book=book)
        parts = _asked_parts(found.breakdown, columns)
        reached = [part for part in parts if len(parts) < len(found.breakdown) and _reaches(part.value, wanted)]
        if reached:
            sentence = f"{text}. {ability.capitalize()} {text} is the lowest with {reached[0].label} {reached[0].value}"
            return make_reply(sentence, {"score": text, **found.modifiers}, [text, reached[0].value], found)
    raise MissingValue(f"No {ability.capitalize()} score of the table gives that. Which score is meant?", "score")


def _wanted(slots: Slots) -> int | None:
    """What the score should give: `+2`, `-4 AC`, `10 henchmen`."""
    given = next(iter(slots.bonuses.values()), None)
    if given is None and "ac" in slots.numbers and int(slots.numbers["ac"]) < 0:
        given = int(slots.numbers["ac"])
    if given is None and (changed := _changed_by(slots)) is not None:
        given = -changed if slots.has("ac") or "defense" in slots.all("column") else changed
    if given is None and "percent" in slots.numbers:
        given = int(slots.numbers["percent"])
    if given is None and slots.words & {"any", "some", "first"} and slots.words & _GAINS:
        given = -1 if slots.has("ac") or "defense" in slots.all("column") else 1
    if given is None and slots.left_over and slots.left_over[0].isdecimal():
        given = int(slots.left_over[0])
    return given


def _changed_by(slots: Slots) -> int | None:
    """`Improve my armor class by three`: by how much, as the question says it."""
    for before, item in pairwise(slots.items):
        if before.token.text == "by" and item.kind == "number" and slots.words & _IMPROVES:
            return int(item.token.number)
    return None


_IMPROVES = frozenset({"improve", "improves", "better", "raise", "raises", "lower", "lowers", "drop", "reduce"})
_GAINS = frozenset({"bonus", "bonuses", "modifier", "adjustment", "plus", "improves", "improve", "better", "extra"})


def _ordinal(slots: Slots) -> int | None:
    return next((item.token.number for item in slots.items if item.kind == "ordinal"), None)


def _score_for_bonus_spell(level: int, book: Rulebook) -> Reply:
    """The lowest Wisdom that gives a bonus spell of a level."""
    least = next((at for at in range(3, 26) if len(bonus_spells(at, book)) >= level), None)
    if least is None:
        raise NotCovered(f"No score of Wisdom gives bonus spells of level {level}")
    text = f"{least}. The first bonus spell of level {level} comes with Wisdom {least}"
    return make_reply(text, {"score": least, "spell_level": level}, [least], source=(book.table("wisdom").source,))


def _score_for_spells(ability: str, spell_level: int, book: Rulebook) -> Reply:
    """The lowest score that opens a level of spells: Intelligence to wizards, Wisdom to priests."""
    if ability == "wisdom":
        table = book.table("priest_spell_wisdom")
        least = int(table.value(at=spell_level))
    else:
        table = book.table("intelligence")
        least = next((at for at in range(1, 26) if table.find(at=at)["max_spell_level"] >= spell_level), 0)
    if ability not in {"wisdom", "intelligence"} or not least:
        raise NotCovered(f"No score of {ability.capitalize()} opens spells of level {spell_level}")
    text = f"{least}. Spells of level {spell_level} need {ability.capitalize()} {least}"
    return make_reply(text, {"score": least, "spell_level": spell_level}, [least], source=(table.source,))


_PLAIN_SCORES = [str(number) for number in range(3, 26)]

_SCORES = {"strength": [*map(str, range(3, 19)), "18/01", "18/51", "18/76", "18/91", "18/00", *map(str, range(19, 26))]}


def _reaches(value: int | str, wanted: int) -> bool:
    text = str(value)
    return text.lstrip("+-").isdecimal() and (int(text) <= wanted if wanted < 0 else int(text) >= wanted)


def _of_class(slots: Slots) -> bool:
    """`What Dexterity does an illusionist need`: the class asks for the score."""
    asked = slots.has("what_score", "need", "require", "become", "extreme") and asks_least(slots.items)
    return (
        bool(slots.classes)
        and bool(slots.named_abilities)
        and not slots.abilities
        and slots.level is None
        and asked
        and not slots.bonuses
        and "spell_level" not in slots.numbers
    )


def _names_effect(slots: Slots) -> bool:
    """Whether it is said what the score should give."""
    if "spell_level" in slots.numbers or ("bonus_spells" in slots.all("column") and _ordinal(slots) is not None):
        return True
    return _wanted(slots) is not None and not slots.classes


def _extra_ability(slots: Slots) -> float:
    """A score alone, without somebody who fights, asks for what the score gives."""
    columns = [one for one in slots.all("column") if one in COLUMN_ABILITY or one in {"hit", "damage", "reaction"}]
    if not slots.named_abilities and not columns:
        return -9.0
    if slots.named_abilities and len(slots.items) == 1:
        return 1.0
    if not slots.named_abilities and not slots.left_over and not {"score"} & slots.cues:
        lone = (
            bool(set(slots.all("column")) & COLUMN_ABILITY.keys() - {"languages", "defense", "regeneration"})
            and not slots.classes
            and not slots.has_creature
        )
        return (
            1.6
            if lone and not slots.has("modifier", "door", "save", "spell_slots", "load")
            else -0.6
            if columns
            else -1.5
        )
    minds = bool(slots.words & {"illusion", "illusions", "mental", "mind", "charms", "phantasm"})
    mental = slots.has("save", "modifier") and bool(slots.all("spell") or slots.all("category") or minds)
    saved = mental and bool(slots.abilities.keys() & _SAVED_BY.keys()) and saves_alone(slots)
    nobody = not (slots.level or slots.numbers.keys() & {"ac", "hit_dice", "thac0"})
    points = 1.0 * bool(slots.abilities) + 0.6 * nobody * bool(slots.abilities) + 1.0 * bool(columns)
    points += 1.2 * (
        slots.has("hit", "damage", "missile") and nobody and not slots.all("weapon") and bool(slots.abilities)
    )
    points += 0.9 * slots.has("modifier") * nobody
    points += 6.0 * (
        "what_score" in slots.cues and bool(slots.named_abilities) and not slots.abilities and _names_effect(slots)
    )
    points += 5.0 * saved
    points -= 2.0 * slots.has("save", "thac0") + 2.0 * slots.has("thief_skills", "initiative", "spell_slots") * (
        not columns
    )
    points -= 3.0 * (bool(slots.classes) and slots.level is not None and slots.has("bonus_spells", "spell_slots"))
    points -= 4.0 * _of_class(slots)
    points -= 4.0 * (bool(slots.classes) and slots.level is not None and slots.has("need") and bool(slots.all("spell")))
    racial = slots.race is not None and bool(slots.named_abilities) and not slots.abilities and not slots.all("column")
    points -= 4.0 * (racial and not slots.left_over)
    worn = slots.has("ac") and "dexterity" in slots.abilities and not slots.all("column") and not slots.has("modifier")
    points -= 3.0 * worn
    points -= 2.0 * (slots.has("door") and "roll" in slots.numbers)
    plain = not slots.has("hit", "modifier", "missile") and not columns
    swung = bool(slots.all("weapon")) and (plain or slots.has("damage", "versus"))
    points -= 2.5 * (swung and "what_score" not in slots.cues)
    return (
        points
        - 1.5 * bool(slots.all("armor"))
        - 1.5 * ("pounds" in slots.numbers)
        - 1.0 * bool(slots.all("skill") and not columns)
    )


TOPICS = (
    topic(
        "ability",
        "what an ability score gives",
        cues=(
            "what_score=1.2 bonus_spells=1 modifier=0.9 failure=0.6 score=0.4 hp=0.4 hit=0.3 damage=0.3 reaction=0.3 "
            "missile=0.3 ac=0.2 door=0.2 chance=0.2 percent=0.2 load=0.2 weight=0.2 spell_level=0.2 poison level spell "
            "spell_slots require extreme hd attack heal weapon need cast pounds creature may stat_block die rolled "
            "magic_item become level_limit item_save dice"
        ),
        things=(
            "column=1.4 ability=1.2 score=1 class=0.2 race=0.1 weapon=0.1 roll=0.1 level category spell_level percent "
            "spell initiative_situation situation material item ammunition creature"
        ),
        reply=reply_ability,
        extra=_extra_ability,
        tables=("strength", "exceptional_strength", "dexterity", "constitution", "intelligence", "wisdom", "charisma"),
    ),
)
