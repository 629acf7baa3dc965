"""Replies about spells per day."""

from typing import Any

from rules.abilities import bonus_spells
from rules.asking.levels import first_level, wants_level
from rules.asking.reply import (
    MissingValue,
    Reply,
    class_and_level,
    describe,
    listed,
    make_reply,
    score,
    with_article,
)
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import ordinal
from rules.loader import Rulebook
from rules.spellcasting import SpellSlots, spell_slots

LONE = 2
"""So few words ask for what they name."""


def reply_spell_slots(slots: Slots, book: Rulebook) -> Reply:
    if slots.level is None and slots.classes and slots.words & _BEGINNING and not wants_level(slots):
        slots = slots.with_number("level", "1", "A starting character is of level 1.")
    by_score = slots.level is None and _asks_highest_by_score(slots)
    if wants_level(slots) or by_score:
        return _highest_by_score(slots, book) if by_score else _level_for_spells(slots, book)
    if slots.has("bonus_spells") and no_bonus_for(slots):
        return no_bonus_spells(slots, book)
    if (not slots.classes or slots.has("bonus_spells")) and slots.level is None and "wisdom" in slots.abilities:
        return reply_bonus_spells(slots, book)
    is_counted = {"how", "many"} <= slots.words
    opens = asks_whether(slots) or slots.has("may", "need") or bool(slots.words & {"enough", "cast", "casts"})
    if slots.level is None and "spell_level" in slots.numbers and opens and not is_counted:
        opened = _opened_by_score(slots, book)
        if opened is not None:
            return opened
    if slots.level is None and len(slots.classes) == 1 and slots.words & _EVER and slots.words & _HIGHEST:
        return _highest_ever(slots.classes[0], book)
    return _spells_a_day(slots, book)


def _highest_by_score(slots: Slots, book: Rulebook) -> Reply:
    """The highest level of spells that a score of Intelligence opens: `until which level`."""
    table, mind = book.table("intelligence"), score(slots, "intelligence") or 0
    highest = int(table.find(at=mind)["max_spell_level"])
    text = f"{highest}. With Intelligence {mind} a wizard learns spells of up to level {highest}"
    return make_reply(text, {"max_spell_level": highest}, [highest], source=(table.source,))


def _asks_highest_by_score(slots: Slots) -> bool:
    """`With Intelligence 11, which spell level can she get up to`."""
    return "intelligence" in slots.abilities and slots.has("spell_level") and bool(slots.words & _UP_TO)


_UP_TO = frozenset({"until", "till", "up", "highest", "max", "maximum", "most"})
_EVER = frozenset({"ever", "eventually", "altogether", "possible"})
_HIGHEST = frozenset({"highest", "max", "maximum", "top", "most"})
TOP_LEVEL = 20
"""The last level of the tables of spells."""


def _highest_ever(name: str, book: Rulebook) -> Reply:
    """The highest level of spells that a class comes to."""
    found = spell_slots(name, TOP_LEVEL, book=book)
    highest = found.highest_spell_level
    text = f"{highest}. {with_article(name)} casts spells of up to level {highest} in the end"
    return make_reply(text, {"highest_spell_level": highest}, [highest], found)


def _opened_by_score(slots: Slots, book: Rulebook) -> Reply | None:
    """Whether a score opens a level of spells to a class: `can my 12 int wizard learn 7th level spells`."""
    wanted, groups = int(slots.numbers["spell_level"]), {str(_group(name, book)) for name in slots.classes}
    if groups == {"wizard"} and (mind := score(slots, "intelligence")) is not None:
        table, least = book.table("intelligence"), 0
        least = next((at for at in range(1, 26) if table.find(at=at)["max_spell_level"] >= wanted), 0)
        ability, given = "Intelligence", mind
    elif groups == {"priest"} and (faith := score(slots, "wisdom")) is not None:
        table = book.table("priest_spell_wisdom")
        ability, given, least = "Wisdom", faith, int(table.value(at=wanted))
    else:
        return None
    said = "yes" if given >= least else "no"
    text = f"{said.capitalize()}. Spells of {ordinal(wanted)} level need {ability} {least}, and it is {given}"
    return make_reply(text, {"allowed": said == "yes", "score": least}, [said, least], source=(table.source,))


_BEGINNING = frozenset({"starting", "beginning", "new", "fresh", "novice", "newly"})


def _group(name: str, book: Rulebook) -> str:
    return str(book.table("classes").find(name)["group"])


ANY_SCHOOL = "invoker"
"""A specialist for `a specialist wizard`: of whatever school, each has one spell more of every level."""


def _spells_a_day(slots: Slots, book: Rulebook) -> Reply:
    """The spells of a character: of the spell levels that are named, or of all."""
    name, level = class_and_level(slots)
    school = slots.one("specialist") if slots.classes == ["mage"] and slots.has("specialised") else None
    if school is None and slots.classes == ["mage"] and "specialist" in slots.words:
        school = ANY_SCHOOL
    found = spell_slots(
        name, level, intelligence=score(slots, "intelligence"), wisdom=score(slots, "wisdom"), school=school, book=book
    )
    who = with_article(describe(slots, book))
    if not found.by_class or not any(one.slots for one in found.by_class):
        text = f"None. {who} casts no spells"
        return make_reply(text, found.values(), ["none", "no"], found)
    wanted_levels = slots.spell_levels or _spell_levels(slots)
    if len(wanted_levels) > 1 and len(found.by_class) == 1:
        return _several_levels(found, who, wanted_levels)
    if "spell_level" in slots.numbers:
        wanted = int(slots.numbers["spell_level"])
        count = sum(one.slots[wanted - 1] for one in found.by_class if len(one.slots) >= wanted)
        text = f"{count}. {who} casts {count} spells of {ordinal(wanted)} level a day"
        start = [count > 0] if asks_whether(slots) or slots.words & {"any", "already", "yet"} else []
        text = f"{'Yes' if count else 'No'}. {text}" if start else text
        return make_reply(text, found.values() | {"count": count}, [*start, count], found)
    written = ["/".join(map(str, one.slots)) for one in found.by_class]
    each = zip(found.by_class, written, strict=True)
    words = listed([f"{shown} as {one.character_class}" if len(written) > 1 else shown for one, shown in each])
    sentence = f"{who} casts a day, from spell level 1 up: {words}"
    headline: list[Any] = [*written]
    text = f"{' and '.join(written)}. {sentence}"
    texts = {item.text for item in slots.items}
    which = bool(slots.words & {"what", "which"}) and bool(texts & {"level spell", "level spells", "spell level"})
    which = which or (bool(slots.words & {"what", "which"}) and "level" in slots.words and "most" in slots.words)
    if which or any("highest" in item.text or "max" in item.text for item in slots.items):
        headline.insert(0, found.highest_spell_level)
        text = f"{found.highest_spell_level}. That is the highest spell level; {sentence[0].lower()}{sentence[1:]}"
    if len(found.by_class) == 1:
        headline += list(found.by_class[0].slots)
    if asks_whether(slots):
        headline.append("yes")
    return make_reply(text, found.values(), headline, found)


def asks_whether(slots: Slots) -> bool:
    """`Can a bard ...`: yes or no is asked for."""
    starts = {
        item.token.text
        for item, before in zip(slots.items, [None, *slots.items], strict=False)
        if before is None or before.kind == "separator"
    }
    chooses = any(
        item.token.text == "or" and slots.items[place - 1].token.text not in {"yes", "whether"}
        for place, item in enumerate(slots.items)
        if place
    )
    return bool(starts & _WHETHER) and not chooses and not slots.words & {"how", "which", "what", "who", "when"}


_WHETHER = frozenset({"can", "does", "do", "is", "are", "may", "could", "will", "has", "have", "would"})
BONUS_FOR = frozenset({"cleric", "druid"})
"""Who has bonus spells for Wisdom; paladins, rangers and wizards have none."""


def no_bonus_for(slots: Slots) -> bool:
    """Whether Wisdom is spoken of, and nobody who has spells for it."""
    return "wisdom" in slots.named_abilities and bool(slots.classes) and not BONUS_FOR & set(slots.classes)


def no_bonus_spells(slots: Slots, book: Rulebook) -> Reply:
    """That a class has no bonus spells."""
    text = f"No. {with_article(slots.classes[0])} gains no bonus spells; clerics and druids do for high Wisdom"
    return make_reply(text, {"bonus_spells": []}, ["no", "none", "0"], source=(book.table("wisdom").source,))


def _several_levels(found: SpellSlots, who: str, levels: list[int]) -> Reply:
    """The spells of each of the spell levels that are named."""
    known = found.by_class[0].slots
    counts = [known[level - 1] if level <= len(known) else 0 for level in levels]
    words = [f"{count} spells of {ordinal(level)} level" for level, count in zip(levels, counts, strict=True)]
    shown = "/".join(map(str, counts))
    text = f"{shown}. {who} casts {listed(words)} a day"
    return make_reply(text, found.values() | {"counts": counts}, [shown, *counts], found)


def _spell_levels(slots: Slots) -> list[int]:
    """The levels of `first and second level spells`."""
    items = slots.items
    for place, item in enumerate(items):
        if (
            item.is_cue("level", "spell_level")
            and place + 1 < len(items)
            and items[place + 1].is_cue("spell", "spell_slots")
        ):
            found, at = [], place - 1
            while at >= 0 and (items[at].kind == "ordinal" or items[at].token.text in {"and", ",", "&", "or"}):
                found += [items[at].token.number] if items[at].kind == "ordinal" else []
                at -= 1
            return found[::-1]
    return []


def reply_bonus_spells(slots: Slots, book: Rulebook) -> Reply:
    """The spells that a score of Wisdom adds: of the levels that are named, or of all."""
    gained = bonus_spells(score(slots, "wisdom") or 0, book)
    shown = "/".join(map(str, gained)) or "none"
    text = f"{shown}. Wisdom {slots.abilities['wisdom']} gives these bonus priest spells by spell level: {shown}"
    wanted = slots.spell_levels or ([int(slots.numbers["spell_level"])] if "spell_level" in slots.numbers else [])
    headline: list[Any] = [shown, *gained]
    if wanted:
        headline = [gained[level - 1] if level <= len(gained) else 0 for level in wanted]
        text = (
            f"{listed([f'{count} of {ordinal(at)} level' for count, at in zip(headline, wanted, strict=True)])}. {text}"
        )
    if asks_whether(slots):
        said = "yes" if any(headline if wanted else gained) else "no"
        headline.insert(0, said)
        text = f"{said.capitalize()}. {text}"
    return make_reply(text, {"bonus_spells": gained}, headline, source=(book.table("wisdom").source,))


def _level_for_spells(slots: Slots, book: Rulebook) -> Reply:
    if "intelligence" in slots.abilities and slots.words & _UP_TO:
        return _highest_by_score(slots, book)
    if not slots.classes:
        raise MissingValue("Which class?", "class")
    name = slots.classes[0]
    wanted = slots.number("spell_level") or _lone_number(slots) or 1
    level = first_level(lambda at: spell_slots(name, at, book=book).highest_spell_level >= wanted)
    if level is None:
        raise MissingValue(f"No {name} casts spells of level {wanted}. Which spell level is meant?", "spell_level")
    found = spell_slots(name, level, book=book)
    text = f"{level}. {with_article(name)} casts spells of {ordinal(wanted)} level from level {level}"
    return make_reply(text, found.values() | {"level": level, "spell_level": wanted}, [level], found)


def _lone_number(slots: Slots) -> int | None:
    return next(
        (
            item.token.number
            for item in slots.items
            if item.kind in {"number", "ordinal"} and 1 <= item.token.number <= 9
        ),
        None,
    )


def _extra_slots(slots: Slots) -> float:
    if slots.has("save", "damage", "thac0", "hit", "casting_time", "duration") or slots.all("spell"):
        return -3.0 if not slots.has("bonus_spells") else -1.0
    if "what_score" in slots.cues and "spell_level" in slots.numbers and not slots.abilities:
        return -9.0
    caster = bool(slots.classes)
    denied = slots.has("bonus_spells") and no_bonus_for(slots) and asks_whether(slots)
    points = (
        4.0 * denied
        + 4.0 * (_asks_highest_by_score(slots) and slots.level is None)
        + 0.8 * (caster and slots.has("spell_slots", "spell"))
        + 0.6 * (caster and slots.level is not None and slots.has("cast"))
    )
    points += 1.0 * ("spell_level" in slots.numbers and caster) - 3.0 * bool(
        set(slots.all("column")) - {"bonus_spells", "max_spell_level"}
    )
    highest = "max_spell_level" in slots.all("column") and caster and not slots.abilities
    points += 3.0 * (highest and slots.level is not None)
    points += 2.0 * (caster and slots.level is not None and slots.has("bonus_spells"))
    return points - 1.2 * (not caster and len(slots.items) > LONE) + 0.6 * (wants_level(slots) and slots.has("spell"))


TOPICS = (
    topic(
        "spell_slots",
        "spells per day",
        cues=(
            "spell_slots=2.6 bonus_spells=1.2 cast=1 spell_level=1 spell=0.6 what_level=0.6 days=0.3 level=0.2 "
            "extreme=0.2 school=0.2 specialised=0.2 may=0.1 next_level=0.1 how_many_missiles need magic_item search "
            "require frequency dice heal attack"
        ),
        things="class=0.8 spell_level=0.8 level=0.6 specialist=0.3 ability=0.2 score=0.2 column=0.1 race category days",
        reply=reply_spell_slots,
        extra=_extra_slots,
        tables=("wizard_slots", "priest_slots", "bard_slots", "paladin_slots", "ranger_slots"),
    ),
)
