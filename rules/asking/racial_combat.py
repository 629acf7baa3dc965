"""Whether what a race has in combat counts for the weapon or against the foe that a question names."""

from collections.abc import Mapping
from typing import Any

from rules.asking.casting_replies import asks_whether
from rules.asking.creature_names import creature_of
from rules.asking.reply import Reply, make_reply, with_article
from rules.asking.roles import Roles
from rules.asking.slots import Slots
from rules.characters import spoken
from rules.errors import RuleError
from rules.loader import Rulebook
from rules.results import Part, signed
from rules.weapons import weapon

_BY_WEAPON = frozenset({"elf", "halfling"})
"""Races that strike better with some weapons; the others do so against some foes."""
_SWORDS = frozenset({"short_sword", "long_sword"})
_SHOT = frozenset({"bow", "crossbow", "blowgun", "firearm"})
_THROWN = frozenset({"thrown", "throw", "throws", "throwing", "threw", "hurl", "hurled", "hurls", "hurling", "tossed"})


def foes_named(slots: Slots) -> list[str]:
    """The foes that a question names: by their kind, and the creature with its kind."""
    return [*slots.all("creature_kind"), *_names_of(slots.one("creature"))]


def _names_of(name: str | None) -> list[str]:
    creature = creature_of(name)
    return [creature.entry.name, creature.entry.kind] if creature is not None else []


def is_among(foes: list[str], row: Mapping[str, Any]) -> bool:
    """Whether a line of the table is about one of them."""
    return any(foe in str(row["applies_to"]) for foe in foes)


def counts_for(slots: Slots, race: str, row: Mapping[str, Any], book: Rulebook) -> bool | None:
    """Whether the bonus on attack rolls counts; None where neither a weapon nor a foe is named that decides it."""
    named, foes = slots.all("weapon"), foes_named(slots)
    if not named and not foes:
        return None
    if race not in _BY_WEAPON:
        return is_among(foes, row)
    return _is_theirs(named[0], race, slots, book) if named else False


def _is_theirs(name: str, race: str, slots: Slots, book: Rulebook) -> bool | None:
    try:
        one = weapon(name, book=book)
    except RuleError:
        return None
    if race == "elf":
        return one.group == "bow" or one.name in _SWORDS
    thrown = bool(one.missile) and one.group not in _SHOT
    # A dagger in the hand is none that is thrown; whether it is has to be said.
    return thrown if not thrown or not one.melee or slots.words & _THROWN else None


def without_bonus(slots: Slots, race: str, row: Mapping[str, Any], source: str) -> Reply:
    """That the bonus does not count here, and for what it does."""
    who = with_article(spoken(race))
    text = (
        f"{who} has no bonus here: what it has is +{row['value']} on attack rolls with or against {row['applies_to']}"
    )
    whether = asks_whether(slots)
    shown = ["no", "none", "0"] if whether else ["none", "no", "0"]
    return make_reply(f"{shown[0].capitalize()}. {text}", {"value": None}, shown, source=(source,))


def racial_part(slots: Slots, roles: Roles, book: Rulebook) -> Part | None:
    """What the race adds to an attack roll: that of a character who strikes, or of one who is attacked."""
    both = roles.target_class and slots.classes[1:]
    decided = roles.attacker_is_creature or slots.all("weapon") or foes_named(slots)
    if slots.all("race") in ([], ["human"]) or len(slots.all("race")) > 1 or both or not decided:
        return None
    race, table = slots.race or "", book.table("racial_abilities")
    rows = {
        row.exact[1]: dict(zip(table.columns, row.values, strict=True)) for row in table.rows if row.exact[0] == race
    }
    if roles.attacker_is_creature:
        row = rows.get("defense")
        # Whose Hit Dice are told is somebody of its own, like an ogre and none.
        if row is None or "hit_dice" in slots.numbers or not is_among(_names_of(roles.attacker_creature), row):
            return None
        return Part(f"the {spoken(race)} it attacks", signed(-int(row["value"])), table.source)
    row = rows.get("attack")
    if row is None or not roles.attacker_class or counts_for(slots, race, row, book) is not True:
        return None
    return Part(f"{spoken(race)}", signed(int(row["value"])), table.source)
