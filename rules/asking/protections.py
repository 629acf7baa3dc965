"""What is worn beside armor to protect: a ring or a cloak of protection does not count beside everything.

A ring of protection adds nothing to the armor class of who wears magical armor; a magical shield is no armor. Its
plus on saving throws stays. A cloak goes with leather at most.
"""

from dataclasses import dataclass

from rules.asking.casting_replies import asks_whether
from rules.asking.reply import MissingValue, Reply, make_reply
from rules.asking.slots import Slots
from rules.characters import spoken
from rules.loader import Rulebook

_WITH_PLUS = frozenset({"ring", "cloak"})
"""Kinds of protection that have a plus; bracers have an armor class of their own."""
ENCHANTED = frozenset({"magic", "magical", "enchanted", "ensorcelled"})
_TOGETHER = frozenset(
    {"stack", "stacks", "stacking", "combine", "combined", "combines", "together", "cumulative", "work", "works",
     "count", "counts", "help", "helps", "improve", "improves", "add", "adds", "better", "lower", "lowers", "benefit",
     "benefits", "apply", "applies", "extra", "further"}
)  # fmt: skip
_LIGHT = frozenset({"leather", "none"})
BESIDE_ARMOR = 0.3
"""What the confidence loses where a cloak of protection is worn beside armor that it does not go with."""


@dataclass(frozen=True, slots=True)
class Protection:
    """What magic adds to the armor class: the sum of the pluses that count, what does not count and why, the doubt."""

    bonus: int
    notes: tuple[str, ...] = ()
    doubt: float = 0.0


def pluses(slots: Slots) -> int:
    """The sum of all pluses of what is worn, whether or not they count together."""
    return sum(slots.bonuses.get(kind, 0) for kind in ("armor", "shield", "protection"))


def protection_of(slots: Slots, *, shield: bool, loose: bool = True) -> Protection:
    """What magic adds to the armor class of what a question says is worn.

    Args:
        slots: The question.
        shield: Whether the shield counts, and its magic with it.
        loose: Whether a plus of nothing in particular is one of what is worn.

    Raises:
        MissingValue: A ring or a cloak is worn whose plus is not told.
    """
    worn, lent = slots.bonuses.get("armor", 0), slots.bonuses.get("protection")
    more = 0 if slots.all("weapon") or not loose else slots.bonuses.get("attack", 0)
    held = slots.bonuses.get("shield", 0) if shield else 0
    if not _WITH_PLUS & set(slots.all("protection")):
        return Protection(worn + held + more + (lent or 0))
    magical = is_magical(slots)
    if lent is None and not more and not magical:
        raise MissingValue("Which plus does it have?", "bonus")
    lent, worn = (more, worn) if lent is None else (lent, worn + more)
    if magical:
        notes: tuple[str, ...] = (
            "A ring or cloak of protection does not better the armor class of who wears magical armor.",
        )
        return Protection(worn + held, notes, BESIDE_ARMOR * (worn == 0))
    cloaked = "cloak" in slots.all("protection") and (shield or slots.armor not in {*_LIGHT, None})
    notes = ("A cloak of protection goes with no shield and no armor but leather.",) if cloaked else ()
    return Protection(worn + held + lent, notes, BESIDE_ARMOR * cloaked)


def is_magical(slots: Slots) -> bool:
    """Whether the armor that is worn is magical: `chain mail +1`, `enchanted mail`; a shield is none."""
    if slots.armor is None:
        return False
    if slots.bonuses.get("armor", 0) > 0:
        return True
    return any(
        item.token.text in ENCHANTED and any(one.value("armor") for one in slots.items[place + 1 : place + 4])
        for place, item in enumerate(slots.items)
    )


def counting_together(slots: Slots, book: Rulebook) -> Reply | None:
    """Whether a ring of protection counts beside the armor, where that is asked; None where it is not."""
    if "ring" not in slots.all("protection") or slots.armor is None or not _asks_whether_it_counts(slots, book):
        return None
    table = book.table("basic_rules")
    if is_magical(slots):
        text = f"No: {table.find('ring_and_magic_armor')['sentence']}"
        return make_reply(text, {"counts": False}, ["no"], source=(table.source,))
    text = f"Yes. A ring of protection betters the armor class beside {spoken(slots.armor)} that is not magical"
    return make_reply(text, {"counts": True}, ["yes"], source=(table.source,))


def helping_saves(slots: Slots, book: Rulebook) -> Reply | None:
    """Whether a ring or cloak of protection helps saving throws, where that is asked; None where it is not."""
    if not _WITH_PLUS & set(slots.all("protection")) or slots.level or not _asks_whether_it_counts(slots, book):
        return None
    table = book.table("basic_rules")
    text = f"Yes: {table.find('ring_of_protection_saves')['sentence']}"
    return make_reply(text, {"counts": True}, ["yes"], source=(table.source,))


def _asks_whether_it_counts(slots: Slots, book: Rulebook) -> bool:
    if "basic_rules" not in book.tables or not slots.words & _TOGETHER:
        return False
    return asks_whether(slots) or {"yes", "no"} <= slots.words
