"""Yes or no, for questions that ask whether something is so and whose reply is a value of a table."""

import operator
import re
from collections.abc import Callable
from dataclasses import replace

from rules.asking.casting_replies import asks_whether
from rules.asking.comparing import BAD, FAST, GOOD, LESS, MORE, SLOW, measure, wants_high
from rules.asking.reply import Reply
from rules.asking.slots import Slots
from rules.asking.wanted import as_text

_NOTHING = frozenset({"none", "0", "+0", "-0", "-", "no", "unlimited"})
_HAS = frozenset(
    {"get", "gets", "give", "gives", "have", "has", "grant", "grants", "any", "gain", "gains", "there",
     "confer", "confers", "provide", "provides", "offer", "offers", "bestow", "bestows", "receive", "receives", "earn",
     "earns", "carry", "carries", "enjoy", "enjoys"}
)  # fmt: skip
_ALLOWS = _HAS | {"allow", "allows", "save", "resist", "against"}
_ETHOS = frozenset({"good", "evil", "lawful", "chaotic", "neutral"})
_TIMES = {"twice": 2.0, "two": 2.0, "2": 2.0, "thrice": 3.0, "three": 3.0, "3": 3.0}
_DESTROYS = frozenset({"destroy", "destroys", "destroyed", "disintegrate", "dust"})
_TYPES = {"slashing": "S", "piercing": "P", "bludgeoning": "B", "blunt": "B"}


def verdict(slots: Slots, topic: str, found: Reply) -> bool | None:
    """Whether it is so; None where that is not asked, the reply has said it, or the value does not decide it."""
    said = {text.lower() for text in found.headline}
    if not said & {"yes", "no"} and (more := _is_more(slots, topic, found)) is not None:
        return more
    if not said & {"yes", "no"} and (confirmed := _confirmed(slots, found)) is not None:
        return confirmed
    if topic not in _VERDICTS or not asks_whether(slots) or said & {"yes", "no"} or found.members:
        return None
    return _VERDICTS[topic](slots, found)


def exceeds(slots: Slots, topic: str, found: Reply) -> bool | None:
    """The same as a verdict where the reply has said yes or no of something else: `can he cast more than two`."""
    if len(found.headline) < 2 or "than" not in slots.words:
        return None
    return _is_more(slots, topic, replace(found, headline=found.headline[1:]))


def _is_more(slots: Slots, topic: str, found: Reply) -> bool | None:
    """`Has it more than five hit dice`, `at least 20 yards`: the value against the number that is said."""
    if not found.headline or found.members or slots.words & _ASKS_WHAT or not _asks_yes(slots):
        return None
    size = measure(found.headline[0])
    for place, item in enumerate(slots.items[:-1]):
        told = _number_behind(slots, place)
        if told is None or size is None:
            continue
        before = {one.token.text for one in slots.items[max(0, place - 3) : place]}
        before |= set(item.text.split())
        if item.token.text == "than" and (words := before & (MORE | LESS | GOOD | BAD | FAST | SLOW)):
            return size > told if wants_high(frozenset(words), topic) else size < told
        if item.token.text in _BOUNDS and (item.token.text not in {"least", "most"} or "at" in before):
            return _BOUNDS[item.token.text](size, told)
    return None


def _asks_yes(slots: Slots) -> bool:
    return asks_whether(slots) or bool(slots.words & {"true", "whether", "if", "correct", "right"})


def _number_behind(slots: Slots, place: int) -> float | None:
    """The number that stands next, behind at most two small words."""
    for item in slots.items[place + 1 : place + 3]:
        if item.kind in {"number", "signed", "dice", "fraction", "hit_dice"}:
            return measure(item.token.text)
        if item.senses:
            return None
    return None


_ASKS_WHAT = frozenset({"how", "what", "which", "who", "when"})
_BOUNDS: dict[str, Callable[[float, float], bool]] = {
    "least": operator.ge, "most": operator.le, "over": operator.gt, "above": operator.gt, "exceed": operator.gt,
    "exceeds": operator.gt, "beyond": operator.gt, "under": operator.lt, "below": operator.lt, "exactly": operator.eq,
}  # fmt: skip


def _confirmed(slots: Slots, found: Reply) -> bool | None:
    """`Confirm or deny: it is 15`, `my DM says 14, is he right`: whether the number that is said is the table's."""
    if not slots.words & _CONFIRMING or not found.headline or found.members:
        return None
    if len(slots.dice) == 1 and _DIE.search(found.headline[0]):
        return slots.dice[0].removeprefix("1d") == found.headline[0].lstrip("1").removeprefix("d")
    if not slots.left_over and (told := _measured(slots)) is not None:
        return measure(found.headline[0]) == measure(told)
    if len(slots.left_over) != 1:
        return None
    return found.headline[0].lstrip("+x").removesuffix(" %") == slots.left_over[0].lstrip("+")


def _measured(slots: Slots) -> str | None:
    """What a weight or a price is said to be, where that is what is asked for."""
    return next((slots.numbers[unit] for unit, cue in _UNITS.items() if unit in slots.numbers and slots.has(cue)), None)


_UNITS = {"pounds": "weight", "gold": "price"}


def denies(slots: Slots) -> bool:
    """Whether what is to be confirmed is a denial: `they say elves can't be raised, is that so`."""
    return _DENIED.search(as_text(slots.items)) is not None


_DENIED = re.compile(
    r"\b(?:cant|cannot|can not|never|may not|are not|is not|isnt|arent|doesnt|dont|do not|does not)\b"
    r"[^?]*(?:[.,;] )(?:is|isnt) (?:that|this|it|he|she) (?:so|right|true|correct)\b"
    r"|\b(?:cant|cannot|can not|never|may not|are not|is not|isnt|arent|doesnt|dont|do not|does not)\b"
    r"[^?]*[.,;] (?:right|true|correct|yes|agreed|eh|innit|so)(?: or (?:not|no|wrong|false))? \?"
    r"|\bis it (?:true|right|correct|so) that\b"
    r"[^?.]*\b(?:cant|cannot|can not|never|may not|are not|is not|isnt|arent)\b"
)


def forbids(slots: Slots, topic: str) -> bool:
    """Whether it is asked if something is forbidden, so that what the reply says of leave is the other way round."""
    return topic in _LEAVE and bool(slots.words & _FORBIDDEN) and asks_whether(slots)


_LEAVE = frozenset({"class_armor", "class_weapons", "class_requirements", "multi_class", "alignment"})
_FORBIDDEN = frozenset({"forbidden", "prohibited", "illegal", "banned", "barred", "disallowed"})
_DIE = re.compile(r"^1?d\d+$")
_CONFIRMING = frozenset(
    {"claims", "insists", "swears", "confirm", "deny", "true", "false", "correct", "right", "wrong", "verify"}
)


def _is_something(slots: Slots, found: Reply) -> bool | None:
    """`Does 15 strength give a bonus`: whether any value is more than nothing."""
    if slots.has("may") and "/" in slots.abilities.get("strength", ""):
        return not any("exceptional" in warning for warning in found.warnings)
    if slots.words & {"percentile", "exceptional"}:
        return None
    if slots.bonuses and not slots.all("weapon"):
        # "Does he get +3": so much, not anything.
        return any(text == f"{told:+d}" for told in slots.bonuses.values() for text in found.headline[:1])
    if not slots.words & _HAS and not slots.has("modifier"):
        return None
    return any(text.lower() not in _NOTHING for text in found.headline)


def _is_limited(slots: Slots, found: Reply) -> bool | None:
    """`Is there some maximum level for him`."""
    if not slots.words & {"there", "any", "have", "has"} or not slots.words & _LIMITS:
        return None
    return found.headline[0].lower() != "unlimited"


_LIMITS = frozenset({"max", "maximum", "limit", "limits", "cap", "ceiling", "limited", "highest"})


def _is_there(_: Slots, found: Reply) -> bool | None:
    return found.headline[0].lower() not in _NOTHING


def _is_so_much(slots: Slots, found: Reply) -> bool | None:
    """`Do elves get +1 with long bows`: so much, where it is said how much."""
    if slots.words & {"work", "works", "affect", "affects", "affected"} and "sleep charm resistance" in found.text:
        return None  # whoever resists it in nine cases of ten is neither immune nor affected
    told = next(iter(slots.bonuses.values()), None)
    if told is not None and found.headline[0].lstrip("+-").isdecimal():
        return abs(told) == int(found.headline[0].lstrip("+-"))
    return _is_there(slots, found)


def _allows_save(slots: Slots, found: Reply) -> bool | None:
    return _is_there(slots, found) if slots.has("save") and slots.words & _ALLOWS else None


def _saves(slots: Slots, found: Reply) -> bool | None:
    """`Does the ogre get a save against sleep`."""
    named = slots.words & (_HAS | {"allowed", "entitled"}) or (slots.all("spell") and "can" in slots.words)
    return _is_there(slots, found) if named and "roll" not in slots.numbers else None


def _turns(slots: Slots, found: Reply) -> bool | None:
    result = found.headline[0]
    if "roll" in slots.numbers:
        return None
    if slots.words & _DESTROYS and not slots.words & {"turn", "turns"}:
        return result.startswith("D")
    return result != "-"


def _is_so_aligned(slots: Slots, found: Reply) -> bool | None:
    asked = slots.words & _ETHOS
    return asked <= set(found.headline[0].split()) if asked else None


def _is_about_creature(slots: Slots, found: Reply) -> bool | None:
    return _is_hurt(slots, found) if slots.has("hurt_by") else _is_so_aligned(slots, found)


def _is_hurt(slots: Slots, found: Reply) -> bool | None:
    """`Does a plain sword hurt it`: whether what is named is what its entry asks for."""
    asked = next((text for text in found.headline if "weapon" in text), None)
    if asked is None:
        return True if found.headline[0].lower() in _NOTHING and slots.words & _PLAIN_METAL else None
    given = max((int(item.token.text) for item in slots.items if item.kind == "signed"), default=0)
    needed = max((int(number) for number in re.findall(r"\+(\d)", asked)), default=0)
    if given:
        return given >= needed
    if "silver" in slots.words and not slots.words & {"non", "nonsilver", "without", "not"}:
        return "silver" in asked
    return False if slots.words & _PLAIN_METAL else None


_PLAIN_METAL = frozenset(
    {"normal", "ordinary", "plain", "mundane", "nonmagical", "non", "unenchanted", "simple", "regular", "steel", "iron"}
)


def _strikes_so_often(slots: Slots, found: Reply) -> bool | None:
    if slots.words & {"single", "only"} and slots.words & {"single", "one", "1"}:
        return found.headline[0] == "1"
    wanted = max((times for word, times in _TIMES.items() if word in slots.words), default=None)
    first, _, second = found.headline[0].partition("/")
    if wanted is None or not first.isdecimal():
        return None
    return int(first) / int(second or 1) >= wanted


def _is_of_type(slots: Slots, found: Reply) -> bool | None:
    if slots.all("size") and not slots.has("damage"):
        return slots.one("size") in found.headline
    asked = {letter for word, letter in _TYPES.items() if word in slots.words}
    return asked <= set(found.headline[0].split("/")) if len(asked) == 1 else None


_VERDICTS: dict[str, Callable[[Slots, Reply], bool | None]] = {
    "ability": _is_something,
    "situation": _is_something,
    "race": _is_so_much,
    "multi_class": _is_there,
    "level_limit": _is_limited,
    "spell": _allows_save,
    "saving_throw": _saves,
    "turn_undead": _turns,
    "creature": _is_about_creature,
    "attacks_per_round": _strikes_so_often,
    "weapon": _is_of_type,
    "treasure_type": _is_there,
    "magical_ageing": _is_there,
}
"""By topic: what its reply says of whether it is so."""
