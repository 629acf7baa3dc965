"""Replies about rates: every how many levels something becomes better."""

from itertools import pairwise

from rules.asking.reply import MissingValue, Reply, make_reply, single_class, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.combat import thac0
from rules.loader import Rulebook
from rules.saves import saving_throws

_SUBJECTS = ("proficiency", "thac0", "save", "backstab", "thief_skills", "points_to_spend")
BACKSTAB_LEVELS = 4
HIGHEST = 20


def reply_rate(slots: Slots, book: Rulebook) -> Reply:
    """After how many levels a class gains a slot, a better THAC0 or better saving throws."""
    if slots.has("backstab"):
        source = book.table("backstab").source
        text = f"{BACKSTAB_LEVELS}. A thief's backstab multiplies by one more every {BACKSTAB_LEVELS} levels, up to x5"
        return make_reply(text, {"levels": BACKSTAB_LEVELS}, [BACKSTAB_LEVELS], source=(source,))
    if not slots.classes:
        raise MissingValue("Which class?", "class")
    name = single_class(slots)
    if slots.has("proficiency") or _slots_meant(slots):
        return _slot_rate(slots, name, book)
    if slots.has("thac0"):
        return _thac0_rate(name, book)
    lines = [tuple(saving_throws(name, level, book=book).base().values()) for level in range(1, HIGHEST + 1)]
    every = _every(lines)
    text = f"{every}. The saving throws of {with_article(name).lower()} become better every {every} levels"
    return make_reply(text, {"levels": every}, [every], source=(book.table("saving_throws").source,))


def _slots_meant(slots: Slots) -> bool:
    return any(item.text in {"slot", "slots"} for item in slots.items) and not slots.has("thac0", "save")


def _slot_rate(slots: Slots, name: str, book: Rulebook) -> Reply:
    table = book.table("weapon_proficiency")
    row = table.find(str(book.table("classes").find(name)["group"]))
    weapon, other = int(row["weapon_levels"]), int(row["nonweapon_levels"])
    first, second = (other, weapon) if slots.has("nonweapon") else (weapon, other)
    kinds = ("non-weapon", "weapon") if slots.has("nonweapon") else ("weapon", "non-weapon")
    text = f"{first}. {with_article(name)} gains a {kinds[0]} proficiency every {first} levels"
    text += f", a {kinds[1]} one every {second}"
    values = {"weapon_levels": weapon, "nonweapon_levels": other}
    return make_reply(text, values, [first, second], source=(table.source,))


def _thac0_rate(name: str, book: Rulebook) -> Reply:
    values = [thac0(name, level, book=book).base_thac0 for level in range(1, HIGHEST + 1)]
    every = _every(values)
    changes = [before - after for before, after in pairwise(values) if before != after]
    text = f"{every}. The THAC0 of {with_article(name).lower()} improves by {changes[0]} every {every} levels"
    found = {"levels": every, "points": changes[0]}
    return make_reply(text, found, [every, changes[0]], source=(book.table("thac0").source,))


def _every(values: list[int] | list[tuple[int, ...]]) -> int:
    """How many levels pass from the second change to the third: the first band may be longer."""
    changed = [at for at in range(1, len(values)) if values[at] != values[at - 1]]
    return changed[1] - changed[0]


_NEW = frozenset({"new", "next", "another", "more", "additional", "further"})


def _extra_rate(slots: Slots) -> float:
    gains = "when" in slots.words and slots.has("proficiency") and bool(slots.words & _NEW)
    if (
        slots.level is not None
        or not (slots.has("how_often") or gains)
        or not (slots.has(*_SUBJECTS) or _slots_meant(slots))
    ):
        return -99.0
    return 5.0


TOPICS = (
    topic(
        "rate",
        "every how many levels something becomes better",
        cues=(
            "how_often=1 proficiency=1 thac0=1 save=1 backstab=1 nonweapon=0.5 level need attack may spell_slots "
            "next_level "
            "attacks_per_round modifier weapon damage"
        ),
        things="class=0.6 weapon column category race",
        reply=reply_rate,
        extra=_extra_rate,
        tables=("weapon_proficiency", "thac0", "saving_throws"),
    ),
)
