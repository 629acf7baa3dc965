"""What is to be different about content that was made: "harder", "with more guards", "shadier", "for level 7".

The order for it is changed, never what came of it: it is made again from the changed order and the same dice. Every
word has to be understood; one that is not is told, and nothing is made.
"""

import random
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from contracts.generators import Brief
from workers.world_designer.content.base import Made
from workers.world_designer.content.folk import place_name
from workers.world_designer.content.people import place_brief_of
from workers.world_designer.content.reading import brief_in
from workers.world_designer.content.tavern import tavern_name
from workers.world_designer.location import invented_title
from workers.world_designer.place_changing import read_place_change
from workers.world_designer.prose import stream
from workers.world_designer.reading import normalise
from workers.world_designer.telling_changes import Difference, asks_nothing, difference, shown_words

Orders = dict[str, Any]
_By = Callable[[Any, Made, int], Orders]
"""From an order, what came of it, and 1 for more or -1 for less: what the order is to say instead."""

CAN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "location": "how it is (*colder*, *darker*, *ruined*, *abandoned*), whose it is (*dwarven*), and its name",
        "room": "its theme (*a mine*), function (*a vault*), size (*bigger*, *30 by 40*) and residents (*goblins*)",
        "tavern": "its mood (*shadier*, *rowdier*, *quieter*), quality (*poor*, *good*), name and place (*in Ashford*)",
        "settlement": "its size (*bigger*, *a city*), people (*dwarven*), land (*in the hills*) and name",
        "encounter": "how hard it is (*harder*, *easier*), how many (*more of them*, *8 orcs*), where (*in a swamp*, "
        "*colder*), who (*undead*), the time (*at night*, *darker*), and the party (*for 5 level 4*)",
        "treasure": "how much (*richer*, *less gold*, *2000 gp*), its types (*type C*), whose it is and the party",
        "magic_item": "what it is (*a ring*, *a potion*), whether it is *cursed*, and for whom (*for a thief*)",
        "rumour": "how many (*more*, *five rumours*), whether they are *true* or *false*, where, and *about Borin*",
        "quest": "who gives it (*from Borin*), where, its theme (*a mine*) and the party (*for level 7*)",
        "hex": "its land (*colder*, *a swamp*), size (*bigger*, *12 miles*), name and the party",
    }
)
"""What can be different about each kind, for who asks for something else."""
_MORE: Final = r"(?:bigger|larger|longer|more of (?:them|it))"
_LESS: Final = r"(?:smaller|fewer of them|less of it)"
_HARDER: Final = r"(?:harder|deadlier|tougher|more (?:dangerous|deadly|difficult))"
_EASIER: Final = r"(?:easier|weaker|safer|less (?:dangerous|deadly|difficult))"
_FOES: Final = r"(?:guards?|foes|enemies|monsters|creatures|opponents|[a-z]{3,20}s)"
_GOLD: Final = r"(?:gold|coins?|treasures?|loot|money|gems?|gp)"
_DANGERS: Final = ("easy", "standard", "deadly")
_SIZES: Final = ("hamlet", "village", "town", "city")
_PARTY: Final = frozenset({"party_size", "party_level"})


def _step(steps: tuple[str, ...], now: str, by: int) -> str:
    return steps[max(0, min(len(steps) - 1, steps.index(now) + by))]


def _scaled(number: float, by: int, low: int, high: int) -> int:
    """Half as many again, or two thirds; at least one more or less."""
    wanted = max(number + 1, number * 1.5) if by > 0 else min(number - 1, number / 1.5)
    return max(low, min(high, round(wanted)))


def _foes(_: Any, before: Made, by: int) -> Orders:
    return {"creature": _creature(before), "number": _scaled(_number(before), by, 1, 100)}


def _danger(order: Any, before: Made, by: int) -> Orders:
    """The next danger with the same creatures; where it is the last, or their number was said, more of them."""
    danger = _step(_DANGERS, order.danger, by)
    more = _foes(order, before, by) if danger == order.danger or order.number else {"creature": _creature(before)}
    return more | {"danger": danger}


def _creature(before: Made) -> str:
    return str(before.drafts[1].attributes["creature"])


def _number(before: Made) -> int:
    return int(before.record.model_dump()["foes"]["number"])


def _worth(_: Any, before: Made, by: int) -> Orders:
    total = float(before.record.model_dump()["haul"]["total_gp"])
    budget = max(10, min(1_000_000, round(total * 2 if by > 0 else total / 2)))
    return {"budget_gp": budget, "types": None, "creature": None}


_RELATIVE: Final[Mapping[str, tuple[tuple[str, str, _By], ...]]] = MappingProxyType(
    {
        "encounter": (
            (rf"(?:with )?(?:{_MORE}|more {_FOES})", rf"(?:with )?(?:{_LESS}|(?:fewer|less) {_FOES})", _foes),
            (_HARDER, _EASIER, _danger),
        ),
        "treasure": (
            (rf"{_MORE}|richer|more (?:valuable|{_GOLD})", rf"{_LESS}|poorer|less (?:valuable|{_GOLD})", _worth),
        ),
        "settlement": (
            (_MORE, _LESS, lambda order, _, by: {"size": _step(_SIZES, order.size, by)}),
        ),
        "hex": (
            (_MORE, _LESS, lambda order, _, by: {"miles": _scaled(order.miles, by, 1, 30)}),
        ),
        "room": (
            (
                _MORE,
                _LESS,
                lambda order, _, by: {
                    "width": _scaled(order.width, by, 5, 200),
                    "depth": _scaled(order.depth, by, 5, 200),
                },
            ),
        ),
        "rumour": (
            (
                r"more(?: rumou?rs)?",
                r"fewer(?: rumou?rs)?",
                lambda order, _, by: {"count": _scaled(order.count, by, 1, 12)},
            ),
        ),
    }
)  # fmt: skip
_OTHER_NAME: Final = re.compile(r"\b(?:an?other|different|new|better|other) name\b", re.IGNORECASE)
_DARKER: Final = MappingProxyType({"encounter": "at night", "tavern": "shady"})


def change_order(kind: str, order: Any, said: str, before: Made) -> tuple[Any, tuple[str, ...]]:
    """The order with what words ask to be different, and the words nobody knows.

    Args:
        kind: A key of `contracts.generators.BRIEFS`, but not `npc`.
        order: What was asked for until now, a brief of the kind.
        said: The words of one change.
        before: What came of it.

    Raises:
        pydantic.ValidationError: A value is not allowed.
    """
    if kind == "location":
        changes, unknown = read_place_change(said, moods=order.moods)
        if "title" in changes and changes["title"] is None:
            changes["title"] = _other_name(kind, order, before)
        return order.but(**{"title": before.record.title} | changes), unknown
    text, updates = normalise(said), dict(_kept(order, before))
    if _OTHER_NAME.search(text) and kind in _NAMERS:
        text, updates["name"] = _OTHER_NAME.sub(" ", text), _other_name(kind, order, before)
    text = re.sub(r"\bdarker\b", _DARKER.get(kind, "darker"), text, flags=re.IGNORECASE)
    for more, less, change in _RELATIVE.get(kind, ()):
        for pattern, by in ((less, -1), (more, 1)):
            if match := re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
                updates |= change(order, before, by)
                text = f"{text[: match.start()]} {text[match.end() :]}"
    found = brief_in(kind, text)
    return order.but(**_together(kind, updates, found, order, before)), _unknown(kind, text, found)


_NAMERS: Final[Mapping[str, Callable[[random.Random], str]]] = MappingProxyType(
    {"tavern": tavern_name, "settlement": place_name, "hex": place_name}
)


def _other_name(kind: str, order: Any, before: Made) -> str:
    """Another one than it has."""
    had, seed = before.record.title, before.record.seed
    if kind == "location":
        return invented_title(place_brief_of(order), seed, "another", had)
    rng = stream(seed, "another name", had)
    return next((name for _ in range(20) if (name := _NAMERS[kind](rng)) != had), had)


def _kept(order: Any, before: Made) -> Orders:
    """The name that was drawn stays, unless there is none to keep."""
    names = "name" in type(order).model_fields and order.name is None
    return {"name": before.record.title} if names else {}


def _together(
    kind: str, updates: Mapping[str, Any], found: Mapping[str, Any], order: Brief, before: Made
) -> dict[str, Any]:
    """Both, without what they exclude."""
    changes = dict(updates) | dict(found)
    if kind == "treasure" and (given := {"types", "creature", "budget_gp"} & set(found)):
        changes |= dict.fromkeys({"types", "creature", "budget_gp"} - given)
    if kind == "encounter" and {"terrain", "creature_kind"} & set(found) and "creature" not in found:
        changes |= {"creature": None}
    if kind == "hex" and "terrain" in found and changes.get("name"):
        # A wood that becomes a marsh keeps its own part of the name.
        was = str(before.record.model_dump()["terrain"])
        if str(changes["name"]).endswith(was.title()):
            changes["name"] = str(changes["name"]).removesuffix(was.title()) + str(found["terrain"]).title()
    if kind == "magic_item" and "item" in found:
        changes["category"] = found.get("category", "any")
    elif kind == "magic_item" and "category" in found:
        changes["item"] = None
    return {name: value for name, value in changes.items() if name in type(order).model_fields}


def _unknown(kind: str, text: str, found: Mapping[str, Any]) -> tuple[str, ...]:
    """The words that ask for something and are no part of what was read: without them the same would be read."""
    unknown = []
    for word in shown_words(text):
        rest = re.sub(rf"(?<![\w'-]){re.escape(word)}(?![\w'-])", " ", text)
        is_read = brief_in(kind, rest) != found or bool(brief_in(kind, word))
        if not asks_nothing(word) and not is_read:
            unknown.append(word)
    return tuple(dict.fromkeys(unknown))


def order_differences(before: Brief, after: Brief, made: Made) -> list[Difference]:
    """What is different about two orders, without what was drawn for the one, `made`, and is only kept in the other."""
    was, now = before.model_dump(), after.model_dump()
    rows = (difference(name, _plain(was[name]), _plain(now[name])) for name in now if was[name] != now[name])
    kept = {made.record.title, *(str(draft.attributes.get("creature")) for draft in made.drafts)}
    return [one for one in rows if one and (one["was"] or one["now"] not in kept)]


def _plain(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
