"""Replies about the schools of magic: whose they are, and what is opposed to them."""

from collections.abc import Mapping

from rules.asking.reply import MissingValue, Reply, listed, make_reply
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import spoken
from rules.loader import Rulebook

Schools = Mapping[str, tuple[str, list[str]]]
"""By specialist: the school, and those that are opposed to it."""
_OPPOSED = ("oppos", "forbid", "prohibit", "barred", "banned", "cannot", "cant", "not")


def reply_school(slots: Slots, book: Rulebook) -> Reply:
    """The school of a specialist, or the schools opposed to one."""
    table = book.table("wizard_schools")
    schools = {row.exact[0]: (str(row.values[0]), list(row.values[1])) for row in table.rows}
    if (said := _whether_open(slots, schools, table.source)) is not None:
        return said
    name = _specialist(slots, schools)
    school, opposed = schools[name]
    asked = any(word.startswith(_OPPOSED) for item in slots.items for word in item.text.split())
    words = [spoken(one) for one in opposed]
    shown = [*words, spoken(school)] if asked else [spoken(school), *words]
    shown = [part for one in shown for part in dict.fromkeys((one, *one.split()))]
    start = listed(words) if asked else spoken(school)
    text = f"{start.capitalize()}. The {name}'s school is {spoken(school)}"
    text += f"; opposed to it are {listed(words)}"
    return make_reply(text, {"specialist": name, "school": school, "opposed": opposed}, shown, source=(table.source,))


def _whether_open(slots: Slots, schools: Schools, source: str) -> Reply | None:
    """Whether a school is open to a specialist: both are named, and yes or no is asked for."""
    who = next((one for one in slots.classes if one in schools), None)
    other = next((schools[one][0] for one in slots.all("specialist") if one != who), None)
    if who is None or other is None or slots.words & {"which", "what"} or not slots.words & _OPEN:
        return None
    is_open = other not in schools[who][1]
    asked_closed = bool(slots.words & _CLOSED)
    said = "yes" if is_open != asked_closed else "no"
    text = f"{said.capitalize()}. {spoken(other).capitalize()} is {'open' if is_open else 'closed'} to the {who}"
    return make_reply(text, {"open": is_open}, [said], source=(source,))


_CLOSED = frozenset({"closed", "forbidden", "prohibited", "barred", "banned", "opposed", "opposite", "opposition"})
_OPEN = _CLOSED | {"open", "allowed", "can", "may", "permitted", "available", "cast", "learn", "use", "able"}


_SPECIALISTS = frozenset(
    {"abjurer", "conjurer", "diviner", "enchanter", "illusionist", "invoker", "necromancer", "transmuter"}
)


def _specialist(slots: Slots, schools: Schools) -> str:
    named = slots.one("specialist") or next((one for one in slots.classes if one in schools), None)
    if named is None:
        raise MissingValue(f"Which specialist: {listed(list(schools), 'or')}?", "specialist")
    return named


def _extra_school(slots: Slots) -> float:
    specialists = {*slots.all("specialist"), *slots.classes}
    if len(specialists) > 1 and specialists & _SPECIALISTS & set(slots.classes) and slots.level is None:
        asked = slots.has("spell", "spell_slots", "school", "cast") and not slots.words & {"which", "what", "how"}
        if asked and slots.words & _OPEN and not slots.multi_class:
            return 8.0
    asked = slots.has("school") or any("oppos" in item.text for item in slots.items)
    named = slots.all("specialist") or {"abjurer", "illusionist", "invoker", "necromancer"} & set(slots.classes)
    other = slots.all("spell") or slots.has("save", "spell_slots", "thac0", "require") or slots.level is not None
    return 5.0 if asked and named and not other else -99.0


TOPICS = (
    topic(
        "school",
        "the schools of specialist wizards",
        cues="school=1.4 specialised spell may cast versus level area",
        things="specialist=1 class=0.4 category table race spell",
        reply=reply_school,
        extra=_extra_school,
        tables=("wizard_schools",),
    ),
)
