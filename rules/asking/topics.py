"""Step 4: which table the question is about, by points for the words and numbers that belong to it."""

from collections.abc import Callable
from dataclasses import dataclass

from rules.asking.slots import Slots

THRESHOLD = 2.0
"""Fewer points than this, and the question is not about anything here."""
CLEARLY_NAMED = 4.0
"""A second topic with as many points is answered too."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The best topic, its points, and how far ahead of the second it is."""

    topic: str
    points: float
    lead: float


def choose_topic(slots: Slots) -> Choice | None:
    """The topic with the most points, or None when none has enough, or the question names a rule that is not here."""
    ranked = sorted(((score(slots), topic) for topic, score in _SCORES.items()), reverse=True)
    (points, topic), (second, _) = ranked[0], ranked[1]
    if points < THRESHOLD or (slots.uncovered and not slots.tags & _STRONG.get(topic, frozenset())):
        return None
    return Choice(topic, points, points - second)


def further_topics(slots: Slots, topic: str) -> list[str]:
    """Topics that the question names outright beside the chosen one: "what does he need to hit, and his saves?"."""
    taken, further = slots.tags & _STRONG.get(topic, frozenset()), []
    ranked = sorted(((score(slots), other) for other, score in _SCORES.items() if other != topic), reverse=True)
    for points, other in ranked:
        named = slots.tags & _STRONG.get(other, frozenset())
        if points >= CLEARLY_NAMED and named and not named & taken:
            further.append(other)
            taken |= named
    return further


def _thac0(slots: Slots) -> float:
    fighter = bool(slots.classes) or slots.hit_dice is not None
    return 3.0 * ("thac0" in slots.tags) + fighter * 1.0


def _attack(slots: Slots) -> float:
    against = slots.ac is not None and "versus" in slots.tags
    asked = 2.0 * ("hit" in slots.tags or against) + 2.0 * ("thac0" in slots.tags and _has_target(slots))
    if not asked:
        return 0.0
    return asked + 2.5 * (slots.ac is not None) + 1.0 * (slots.thac0 is not None) + 1.0 * _has_target(slots)


def _has_target(slots: Slots) -> bool:
    return slots.ac is not None or (bool(slots.tags & {"hit", "versus"}) and slots.armor is not None)


def _save(slots: Slots) -> float:
    return 4.0 * ("save" in slots.tags) + 1.0 * bool(slots.categories) * bool(slots.tags & {"save", "versus"})


def _racial_save(slots: Slots) -> float:
    if slots.classes or slots.race not in {"dwarf", "gnome", "halfling"} or "save" not in slots.tags:
        return 0.0
    return 5.5 + ("constitution" in slots.abilities) - 1.0 * (slots.levels is not None)


def _armor_class(slots: Slots) -> float:
    if slots.ac is not None:
        alone = not slots.tags & {"hit", "versus", "thac0"}
        return 3.5 * (alone and (slots.shield or "dexterity" in slots.abilities))
    worn = 2.0 * (slots.armor is not None) + 1.0 * slots.shield
    named = 3.0 * ("ac" in slots.tags)
    return named + worn + 1.0 * ("dexterity" in slots.abilities) * bool(named or worn)


def _ability(slots: Slots) -> float:
    if not slots.named_abilities:
        return 0.0
    asked = 2.0 * bool(slots.tags & {"modifier", "column"})
    nobody = not slots.classes and slots.hit_dice is None and slots.ac is None
    return 1.0 + 1.0 * bool(slots.abilities) + asked + 1.5 * ("hit" in slots.tags and nobody)


def _hit_dice(slots: Slots) -> float:
    # Which creature has how many is in no table here.
    of_creature = not slots.classes and ("monster" in slots.tags or bool(slots.unknown))
    asked = not of_creature and (("hd" in slots.tags and slots.hit_dice is None) or "hp" in slots.tags)
    return asked * (3.0 + 1.0 * bool(slots.classes) + 1.0 * (slots.levels is not None))


def _experience(slots: Slots) -> float:
    return ("xp" in slots.tags) * (3.0 + 1.0 * bool(slots.classes) + 1.0 * (slots.levels is not None))


def _monster_xp(slots: Slots) -> float:
    asked = 3.0 * bool(slots.tags & {"xp", "worth"})
    return (asked + 2.0 * (slots.hit_dice is not None) + 1.0 * ("monster" in slots.tags)) * bool(asked)


def _requirements(slots: Slots) -> float:
    if not slots.classes:
        return 0.0
    of_race = slots.race is not None and not slots.levels
    return 3.0 * ("require" in slots.tags) + 2.0 * of_race + 1.0 * (of_race and "may" in slots.tags)


_SCORES: dict[str, Callable[[Slots], float]] = {
    "thac0": _thac0,
    "attack_roll": _attack,
    "saving_throw": _save,
    "racial_save": _racial_save,
    "armor_class": _armor_class,
    "ability": _ability,
    "hit_dice": _hit_dice,
    "experience": _experience,
    "monster_experience": _monster_xp,
    "class_requirements": _requirements,
}
_STRONG = {
    "thac0": frozenset({"thac0"}),
    "attack_roll": frozenset({"thac0", "hit"}),
    "saving_throw": frozenset({"save"}),
    "racial_save": frozenset({"save"}),
    "armor_class": frozenset({"ac"}),
    "experience": frozenset({"xp"}),
    "monster_experience": frozenset({"xp", "worth"}),
}
"""Words that keep a topic standing although the question also names a rule that is not here; a warning says so."""
