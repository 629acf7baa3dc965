"""Replies about who may have exceptional Strength; what it gives stands with the ability scores."""

from rules.asking.basic_replies import tell_rule
from rules.asking.reply import MissingValue, Reply
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.loader import Rulebook

RULE = "exceptional_strength_who"
NAMED = 9.0
"""Points of the question once it is sure: nothing else is asked with these words."""
_EXCEPTIONAL = frozenset({"exceptional", "percentile", "percentage", "xx"})
_PERMITTED = frozenset(
    {"can", "may", "might", "could", "allowed", "eligible", "entitled", "qualify", "qualifies", "permitted", "legal",
     "possible", "get", "gets", "have", "has", "roll", "rolls", "ok", "too", "also"}
)  # fmt: skip
_OTHERWISE = frozenset({"how", "what", "which", "who", "when", "die", "why"})


def reply_exceptional_strength(slots: Slots, book: Rulebook) -> Reply:
    """Whether a class and a race may have exceptional Strength."""
    if not slots.classes and slots.race != "halfling":
        raise MissingValue("Which class?", "class")
    return tell_rule(RULE, slots, book, doubt=0.0)


def _extra_exceptional_strength(slots: Slots) -> float:
    """`Halfling fighter with Strength 18, may he roll percentile strength`: leave is asked, not what it gives."""
    strong = "strength" in slots.named_abilities or slots.abilities.get("strength", "").startswith("18")
    named = bool(slots.words & _EXCEPTIONAL) and (strong or "18" in slots.words)
    asked = bool(slots.words & _PERMITTED) and not slots.words & _OTHERWISE
    someone = bool(slots.classes) or slots.race is not None
    given = "/" in slots.abilities.get("strength", "") or slots.has("damage", "hit", "thac0", "load", "door")
    columns = set(slots.all("column")) - {"damage", "hit"}
    return NAMED if named and asked and someone and not given and not columns else -99.0


TOPICS = (
    topic(
        "exceptional_strength",
        "who may have exceptional Strength",
        cues="may become require need modifier score rolled dice poison_class percent",
        things="class=0.5 race=0.5 ability=0.5 score level weapon",
        reply=reply_exceptional_strength,
        extra=_extra_exceptional_strength,
        tables=("basic_rules",),
    ),
)
