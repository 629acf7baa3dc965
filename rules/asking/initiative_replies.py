"""Replies about initiative."""

import re
from typing import Any

from rules.asking.creature_names import creature_of
from rules.asking.reply import (
    MissingValue,
    NotCovered,
    Reply,
    listed,
    make_reply,
    with_article,
)
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import as_text
from rules.characters import spoken
from rules.initiative import initiative
from rules.loader import Rulebook
from rules.results import signed
from rules.simple_spells import spell
from rules.weapons import read_weapon


def reply_initiative(slots: Slots, book: Rulebook) -> Reply:
    """The modifier of the action and of each circumstance that is named."""
    situations = list(slots.all("initiative_situation"))
    action, label = _action(slots, book)
    if not label and not situations:
        if "dexterity" in slots.named_abilities:
            raise NotCovered("Dexterity does not change initiative in the standard rules; its reaction is for surprise")
        raise MissingValue("With what: a weapon, a spell's casting time, a magical item, or a circumstance?", "weapon")
    found = initiative(book=book, situations=situations, **action)
    what = listed([one for one in (label, *(spoken(name) for name in situations)) if one])
    start = f"{what[0].upper()}{what[1:]}"
    if found.at_end_of_round:
        text = f"End of round. {start} takes effect at the end of the round, without a roll"
        return make_reply(text, found.values(), ["end of round"], found)
    if "roll" in slots.numbers:
        total = int(slots.numbers["roll"]) + found.modifier
        text = f"{total}. A roll of {slots.numbers['roll']} with {signed(found.modifier)} for {what} is {total}"
        return make_reply(text, found.values() | {"total": total}, [total, found.modifier], found)
    text = f"{signed(found.modifier)}. {start} changes the initiative roll of 1d10 by {signed(found.modifier)}"
    return make_reply(text, found.values(), [signed(found.modifier)], found)


def _action(slots: Slots, book: Rulebook) -> tuple[dict[str, Any], str]:
    """What is done, as the rules ask for it and in words; empty when nothing is named."""
    cast, used, item = slots.one("spell"), slots.one("weapon"), slots.one("item")
    if slots.all("initiative_situation") == ["set_for_charge"] and not slots.has("speed"):
        return {}, ""  # what is asked is what setting it does; that it is a spear goes without saying
    if "casting_time" in slots.numbers:
        time = slots.numbers["casting_time"]
        return {"casting_time": int(time)}, f"a casting time of {time}"
    if cast is not None and (used is None or slots.has("cast", "spell")):
        return {"casting_time": spell(cast, HIGHEST_CASTER, book=book).casting_time}, f"casting {spoken(cast)}"
    swung = used is not None and item == "staff" and slots.has("attack", "hit", "weapon", "speed")
    if item is not None and not swung:
        return {"item": item}, f"using {with_article(spoken(item)).lower()}"
    if used is not None:
        bonus = max(0, min(5, slots.bonuses.get("attack", 0)))
        arguments = {"weapon": used, "two_handed": slots.has("two_handed"), "weapon_bonus": bonus}
        return arguments, f"attacking with {with_article(read_weapon(used, book).spoken).lower()}"
    return _natural(slots)


_AFFECTED = re.compile(r"\b(?:change|changes|affects?|do|does|mean|means) (?:\S+ ){0,3}initiative\b")


def _natural(slots: Slots) -> tuple[dict[str, Any], str]:
    """The natural weapons of a creature, by its size."""
    only = slots.words & {"alone", "only"} or {"for", "that"} <= slots.words or slots.has("change")
    if slots.all("initiative_situation") and (only or _AFFECTED.search(as_text(slots.items))):
        return {}, ""  # what the circumstance changes
    size, creature = slots.one("size"), creature_of(slots.one("creature"))
    if size is not None:
        return {"natural_size": size}, f"{with_article(size).lower()} creature's natural weapons"
    if creature is not None:
        return {"natural_size": creature.size_word}, f"{with_article(creature.spoken).lower()}'s natural weapons"
    return {}, ""


HIGHEST_CASTER = 20
"""A level that has every spell; casting times do not depend on it."""
_ONLY_INITIATIVE = frozenset({"deep_water", "slippery", "foreign_environment", "set_for_charge", "waiting"})


def _extra_initiative(slots: Slots) -> float:
    """Some circumstances change nothing but initiative."""
    if slots.has("initiative"):
        return 0.0
    only = bool(_ONLY_INITIATIVE & set(slots.all("initiative_situation")))
    return (
        2.4 if only and slots.has("modifier") and not slots.has("movement", "breath_holding", "hit", "attack") else -9.0
    )


TOPICS = (
    topic(
        "initiative",
        "initiative modifiers",
        cues=(
            "initiative=4 casting_time=0.6 modifier=0.4 speed=0.3 rolled=0.3 cast=0.3 spell=0.1 attack "
            "weapon two_handed "
            "creature hit reaction need rounds missile heal level"
        ),
        things=(
            "initiative_situation=0.8 weapon=0.6 spell=0.6 item=0.6 size=0.6 casting_time=0.6 creature=0.4 roll=0.3 "
            "situation undead ammunition material category class level race item_attack ability score not_counted "
            "light_source"
        ),
        reply=reply_initiative,
        extra=_extra_initiative,
        each="weapon",
        tables=("initiative_modifiers", "item_initiative", "natural_initiative"),
    ),
)
