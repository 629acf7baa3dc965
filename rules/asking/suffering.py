"""Who saves where a creature is named: the creature, or whom its breath, gaze or bite strikes.

`The dragon breathes on us, what's my save` is about who speaks, of whom nothing is told; `what does the ogre save
against my spell` is about the ogre.
"""

import re

from rules.asking.slots import Slots
from rules.asking.wanted import as_text

_GROUP = r"(?:party|group|pcs?|players?|heroes|adventurers|character|characters|hirelings?|henchm[ae]n)"
_SPEAKER = re.compile(
    r"(?<!tell )(?<!give )(?<!help )(?<!remind )(?<!let )\b(?:me|us|everyone|everybody)\b(?! (?:know|what|how))"
    r"|\b(?:my|our|their|his|her) (?:\S+ )?(?:save|saves|saving throws?|chance|roll|number)\b"
    r"|\b(?:do|must|should|will|can|did) (?:i|we) (?:have to |need to )?(?:save|need|roll|make|get)\b"
    r"|\b(?:at|on|by|bites?|stings?|hits?|touches|gazes|breathes|claws|catches|the|my|our) (?:the |my |our |a )?"
    rf"{_GROUP}\b"
)
_ITS_OWN = re.compile(
    r"\b(?:its|itself|the (?:monster|creature|beast)s? (?:save|saves|saving)|(?:does|do|will|must|can) (?:it|they) )"
)
_OURS = frozenset(
    {"my", "our", "cast", "casts", "casting", "throw", "throws", "zap", "shoot", "against", "vs", "versus"}
)
_STRIKING = frozenset({"paralyzation", "petrification", "breath_weapon", "rod_staff_wand"})
"""What creatures do to others."""


def suffers_from_creature(slots: Slots) -> bool:
    """Whether the creature that is named strikes and somebody else saves, who is not named."""
    text = as_text(slots.items)
    if _ITS_OWN.search(text):
        return False
    return _is_its_attack(slots) or (_SPEAKER.search(text) is not None and not _is_aimed_at(slots))


def _is_aimed_at(slots: Slots) -> bool:
    """`My hell hound`, `I cast hold monster at the ogre`: it is ours, or we do something to it."""
    for place in slots.places.get("creature", ()):
        before = slots.items[max(0, place - 6) : place]
        if any(one.token.text in _OURS or one.value("spell") for one in before):
            return True
    return False


def _is_its_attack(slots: Slots) -> bool:
    """`Save against a wyvern's poison`, `versus the medusa's gaze`: what is saved against is the creature's."""
    for place in slots.places.get("creature", ()):
        before = slots.items[max(0, place - 3) : place]
        against = any(one.is_cue("versus") or one.token.text in {"from", "to"} for one in before)
        behind = slots.items[place + 1 : place + 2]
        if against and any(one.value("category") in _STRIKING for one in behind):
            return True
    return False
