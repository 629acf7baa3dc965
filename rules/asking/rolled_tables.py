"""Which of the tables of magical items a roll is for: `I rolled 4 on the ring table, b`, `what staff is a 13`.

The words for the items have other meanings too, so there must be a roll, and a word for the table or for what is asked.
"""

import re
from collections.abc import Sequence

from rules.asking.slots import Slots
from rules.asking.wanted import as_text

_MAGICAL = r"(?:magic|magical|enchanted)"
_WORDS = {
    "magic_rings": r"rings?",
    "magic_rods": r"rods?",
    "magic_staves": r"staffs?|staves|stave",
    "magic_wands": r"wands?",
    "magic_potions": r"potions?|oils?|elixirs?|philters?|potions and oils",
    "magic_scrolls": r"scrolls?",
    "magic_cloaks_and_robes": r"cloaks?|robes?|cloaks and robes",
    "magic_boots_and_gloves": r"boots?|bracers?|gloves?|gauntlets?|boots and gloves|boots bracers and gloves",
    "magic_armor": rf"{_MAGICAL} armou?rs?|armou?rs? type|types? of {_MAGICAL}? ?armou?rs?",
    "magic_weapons": rf"{_MAGICAL} weapons?|types? of {_MAGICAL}? ?weapons?",
}
_KINDS = {table: re.compile(rf"\b(?:{words})\b") for table, words in _WORDS.items()}
_ASKED = {
    table: re.compile(
        rf"\b(?:(?:which|what)(?: (?:kind|type|sort)s? of)? (?:{words})|(?:{words}) (?:rolls?|d20)"
        rf"|for (?:the )?(?:{words}))\b"
    )
    for table, words in _WORDS.items()
}
_TABLE = re.compile(r"\b(?:tables?|sub ?tables?|charts?|random|treasure|hoard|loot)\b")
_DIE = re.compile(r"\b(?:roll|rolled|rolls|rolling|die|dice|d20|came up|shows?|showed|cast)\b")
_PLUS = re.compile(r"\b(?:plus|pluses|bonus|adjustment|adjustments)\b")
_OF_PLUS = (
    (
        "sword",
        re.compile(rf"\b{_MAGICAL} (?:long |short |broad |bastard |two handed )?(?:swords?|blades?|scimitars?)\b"),
    ),
    ("armor", re.compile(rf"\b{_MAGICAL} (?:\S+ )?(?:armou?rs?|shields?|mail|plate|leather|chain)\b")),
    ("other_weapon", re.compile(rf"\b{_MAGICAL} (?:\S+ )?(?:weapons?|axes?|maces?|daggers?|spears?|hammers?|bows?)\b")),
)
_OTHER_BUSINESS = (
    "save", "item_save", "hit", "attack", "damage", "thac0", "ac", "initiative", "morale", "turn", "reaction", "xp",
    "price", "weight", "fall", "may", "poison", "gem", "art",
)  # fmt: skip
_ORDER = {1: 0, 2: 1, 3: 2}
_SIDES = re.compile(r"\b(?:die|dice) of (\d+)\b|\b(\d+) sided\b")
_NAMED = re.compile(
    r"\b(?:sub ?tables?|tables?|lists?|columns?|parts?|call(?:ed)?|rings|potions|oils|weapons) ([abc])\b"
)
_LONE = re.compile(r"(?:^| )([bc])(?: |$)")


def table_of_roll(slots: Slots) -> str | None:
    """The table of magical items that a roll is for; None without a roll, or where the words may mean others."""
    if roll_of(slots) is None or slots.classes or slots.has(*_OTHER_BUSINESS):
        return None
    if slots.has("cast") and not slots.words & {"die", "dice"}:
        return None
    text = as_text(slots.items)
    if _PLUS.search(text) and plus_of(slots) is not None:
        return "magic_adjustments"
    named = [table for table, words in _KINDS.items() if words.search(text)]
    if len(named) != 1 or not _DIE.search(text):
        return None
    asked = _ASKED[named[0]].search(text) is not None
    # Whose treasure it is makes no difference, when it is asked which thing of this kind.
    return named[0] if asked or (_TABLE.search(text) and not slots.all("creature")) else None


def plus_of(slots: Slots) -> str | None:
    """The column of the table of pluses: that of swords, of armor or of other weapons."""
    text = as_text(slots.items)
    return next((column for column, words in _OF_PLUS if words.search(text)), None)


def roll_of(slots: Slots) -> int | None:
    """What the die shows: the number that was rolled, or the only one that is left."""
    roll = slots.number("roll")
    if roll is not None:
        return roll
    sides = {one for found in _SIDES.findall(as_text(slots.items)) for one in found if one}
    for numbers in (slots.left_over, _spelled_too(slots)):
        rest = [int(one) for one in numbers if one not in sides and one.isdecimal()]
        rest = rest if len(rest) == 1 else [one for one in rest if 1 <= one <= HIGHEST]
        if len(rest) == 1:
            return rest[0]
    return None


HIGHEST = 20
"""What the die of these tables shows at most."""


def _spelled_too(slots: Slots) -> list[str]:
    """All numbers without a meaning, with the small ones that are written as words."""
    return [slots.items[place].token.text for place in slots.left_places if slots.items[place].kind == "number"]


def subtable_of(slots: Slots, known: Sequence[str]) -> str | None:
    """Which of the parts of a table is meant: by its letter or name, or `the second`."""
    text = as_text(slots.items)
    if (found := _NAMED.search(text) or _LONE.search(text)) is not None and found.group(1) in known:
        return found.group(1)
    if "other" in known:
        words = slots.words & {"other", "others", "protection", "spell", "spells"}
        return (
            {"o": "other", "p": "other", "s": "spell"}[min(words)[0]] if len({one[0] for one in words}) == 1 else None
        )
    ordinals = [item.token.number for item in slots.items if item.kind == "ordinal" and item.token.number in _ORDER]
    places = [_ORDER[number] for number in ordinals if _ORDER[number] < len(known)]
    return known[places[0]] if len(places) == 1 else None
