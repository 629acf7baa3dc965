"""Whether a question names what a bonus on saving throws is for: magic that attacks the mind, fire, electricity."""

from rules.asking.lexicon import small_words
from rules.asking.slots import Slots

_FIRE_OR_LIGHTNING = frozenset(
    {"fireball", "fireballs", "fiery", "flame", "flames", "flaming", "burning", "lightning", "electricity", "electric",
     "thunderbolt"}
)  # fmt: skip
_ON_THE_MIND = frozenset(
    {"mind", "mental", "mentally", "charm", "charms", "charmed", "charming", "suggestion", "fear", "hypnotism",
     "hypnosis", "domination", "dominate", "dominated", "beguiling", "illusion", "illusions", "phantasm", "possession",
     "confusion", "confused", "feeblemind", "emotion", "enthrall", "enthralled", "geas", "scare", "spook"}
)  # fmt: skip
_MENTAL_SPELLS = frozenset(
    {"charm_person", "charm_monster", "charm_person_or_mammal", "suggestion", "fear", "hold_person", "hold_monster",
     "confusion", "feeblemind", "command", "scare"}
)  # fmt: skip
_DODGES = frozenset({"dodge", "dodges", "dodged", "dodging", "dodgeable"})
_EVERYWHERE = frozenset({"magic", "magical", "attacks", "spells"})
"""Words of a condition that any question about saving throws may have."""


def is_met(condition: str, slots: Slots) -> bool:
    """Whether the question names what a bonus is for, by its own word or by another for it."""
    words = set(condition.split())
    if "mind" in words:
        return bool(slots.words & _ON_THE_MIND) or bool(_MENTAL_SPELLS & set(slots.all("spell")))
    if "dodged" in words:
        return bool(slots.words & _DODGES)
    own = words - small_words() - _EVERYWHERE
    return bool(slots.words & own) or ("electrical" in words and bool(slots.words & _FIRE_OR_LIGHTNING))
