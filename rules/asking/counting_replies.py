"""Whether an ability counts for something, without a score: `does Strength add to the damage of a crossbow`.

The tables decide: a column that an ability has is what it changes, and the line of a weapon says whether Strength adds
to its damage.
"""

from dataclasses import dataclass

from rules.asking.attackers import THROWN, is_missile
from rules.asking.casting_replies import asks_whether
from rules.asking.reply import Reply, make_reply, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.loader import Rulebook
from rules.weapons import weapon

LIKELY = 12.0
_COUNTS = frozenset(
    {"add", "adds", "added", "apply", "applies", "count", "counts", "counted", "improve", "improves", "modify",
     "modifies", "affect", "affects", "matter", "matters", "help", "helps", "increase", "increases", "change",
     "changes", "boost", "boosts", "influence", "influences", "better", "betters", "included"}
)  # fmt: skip
_TELLING = ("level", "ac", "thac0", "roll", "pounds", "xp", "hit_dice", "spell_level", "feet", "yards")
_BESIDE = frozenset({"situation", "initiative_situation", "surprise_situation", "spell", "skill", "creature", "item"})
"""Things of which a question asks something else."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an ability may change: the cues and columns that ask for it, and the abilities that do change it."""

    name: str
    asked_by: frozenset[str]
    abilities: frozenset[str]


def _effect(name: str, asked_by: str, abilities: str) -> Effect:
    return Effect(name, frozenset(asked_by.split()), frozenset(abilities.split()))


_EFFECTS = (
    _effect("initiative", "initiative", ""),
    _effect("surprise", "surprise", "dexterity"),
    _effect("hit points", "hp hit_points_per_die", "constitution"),
    _effect("armor class", "ac defense", "dexterity"),
    _effect("damage", "damage", "strength"),
    _effect("attack rolls with missiles", "missile missile_attack", "dexterity"),
    _effect("attack rolls in melee", "hit attack thac0", "strength"),
)
"""The surer words first: `damage with a thrown dagger` is about damage."""


def reply_counting(slots: Slots, book: Rulebook) -> Reply:
    """Whether the ability that is named changes what is named beside it."""
    ability = slots.named_abilities[0]
    effect = _effect_asked(slots, book)
    if effect is None:
        raise ValueError(ability)
    used = slots.one("weapon")
    if effect.name == "damage" and ability == "strength" and used is not None:
        return _damage_of(used, slots, book)
    counts = ability in effect.abilities
    said, verb = ("Yes", "changes") if counts else ("No", "does not change")
    text = f"{said}. {ability.capitalize()} {verb} {effect.name}"
    return make_reply(text, {"counts": counts}, [said.lower()], source=(book.table(ability).source,))


def _damage_of(name: str, slots: Slots, book: Rulebook) -> Reply:
    one = weapon(name, book=book)
    counts = one.strength == "full"
    text = f"{'Yes' if counts else 'No'}. Strength adds {'' if counts else 'nothing '}to the damage of "
    text += with_article(one.spoken).lower()
    made = one.strength == "bow"
    text += "; high Strength adds only with a bow made for it, and low Strength always counts" if made else ""
    doubt = 0.3 if made and slots.words & {"made", "built", "crafted", "low", "penalty", "special"} else 0.0
    return make_reply(text, {"counts": counts}, ["yes" if counts else "no"], one, doubt=doubt)


def _effect_asked(slots: Slots, book: Rulebook) -> Effect | None:
    """What the ability is to change; an attack is one with missiles where such a weapon is named."""
    said = slots.cues | set(slots.all("column"))
    found = next((one for one in _EFFECTS if one.asked_by & said), None)
    used = slots.one("weapon")
    shot = used is not None and (is_missile(slots, weapon(used, book=book)) or slots.one("ammunition") == THROWN)
    if found is _MELEE and shot:
        return _MISSILE
    return _MELEE if found is _MISSILE and "melee" in slots.words and "missile_attack" not in said else found


_MISSILE, _MELEE = _EFFECTS[-2:]


def asks_whether_it_counts(slots: Slots) -> bool:
    """Whether it is asked if an ability counts, whatever its score."""
    if len(slots.named_abilities) != 1 or slots.abilities or slots.bonuses or slots.left_over:
        return False
    if not asks_whether(slots) or not slots.words & _COUNTS or "than" in slots.words:
        return False
    told = any(name in slots.numbers for name in _TELLING) or slots.classes or slots.race
    return not told and not _BESIDE & slots.found.keys() and not slots.has("save", "spell", "spell_slots", "may")


def _extra_counting(slots: Slots) -> float:
    if not asks_whether_it_counts(slots):
        return -99.0
    said = slots.cues | set(slots.all("column"))
    return LIKELY if any(one.asked_by & said for one in _EFFECTS) else -99.0


TOPICS = (
    topic(
        "counting",
        "what an ability counts for",
        cues=(
            "modifier=1 hit damage hp ac initiative missile attack surprise thac0 weapon shield wear two_handed range "
            "extreme score reaction level versus load"
        ),
        things="ability=1 weapon ammunition column material armor range_band",
        reply=reply_counting,
        extra=_extra_counting,
        tables=("strength", "dexterity", "constitution", "intelligence", "wisdom", "charisma"),
    ),
)
