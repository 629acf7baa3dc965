"""Step 3: what a question asks without its usual word: `ok or not` asks leave, `how many yards away` the range."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from rules.asking.vocabulary import Item
from rules.asking.wanted import as_text

_FINE = frozenset({"ok", "okay", "fine", "legit", "kosher"})
_CLOSES = frozenset({"", "?", ".", "!", ",", "or", "by", "with"})
_DOWN = frozenset({"down", "off", "into", "from", "out", "over"})
_DEPTHS = frozenset(
    {"shaft", "pit", "cliff", "chasm", "well", "ravine", "hole", "tower", "roof", "rooftop", "ledge", "gorge", "tree",
     "balcony", "bridge", "crevasse", "precipice", "abyss", "wall", "battlement", "battlements", "window", "rope",
     "mast", "trapdoor", "chute", "bluff", "parapet", "stairwell"}
)  # fmt: skip
_GIVES_WAY = frozenset(
    {"cut", "cuts", "snaps", "snapped", "snap", "breaks", "broke", "slips", "slipped", "gave", "gives"}
)
"""What happens to a rope or a hold high up."""
_FAR = frozenset({"yards", "feet", "paces", "meters"})
_WIDE = frozenset({"across", "wide", "broad", "diameter"})
_LONG = frozenset({"rounds", "turns", "hours", "minutes"})
SELLERS = frozenset(
    {"shopkeeper", "merchant", "trader", "vendor", "smith", "blacksmith", "armorer", "armourer", "seller", "store",
     "shop", "market", "peddler", "innkeeper", "chandler", "tailor", "fletcher", "bowyer", "provisioner"}
)  # fmt: skip
_TAKES = frozenset(
    {"want", "wants", "ask", "asks", "asking", "charge", "charges", "charged", "take", "spend", "fork", "shell",
     "cough", "fetch", "afford", "hand", "owe", "part"}
)  # fmt: skip
_SOLD = frozenset({"ware", "weapon", "armor"})


def _asks_leave(_given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`Mage with a staff ok?`, `a cleric wants a long sword, ok or not`: whether it is allowed."""
    texts = [item.token.text for item in items] + [""]
    closed = any(one in _FINE and after in _CLOSES for one, after in list(pairwise(texts))[1:])
    answered = any(texts[at : at + 3] == ["yes", "or", "no"] for at in range(len(texts)))
    return "class" in kinds and (closed or (answered and bool(kinds & _SOLD)))


def _falls(given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`250 feet down a shaft, how many d6`."""
    texts = {item.token.text for item in items}
    diced = not given.isdisjoint({"damage", "which_die"}) or any(item.kind == "dice" for item in items)
    high = not given.isdisjoint({"feet", "yards", "meters", "stories"})
    sheer = bool(texts & {"straight", "sheer", "plunging"}) and "down" in texts
    let_go = "up" in texts and bool(texts & _GIVES_WAY)
    return diced and high and ((bool(texts & _DOWN) and (sheer or bool(texts & _DEPTHS))) or let_go)


def _counts(items: Sequence[Item], units: frozenset[str]) -> bool:
    """`How many yards`: a unit is asked for, not a number of it told."""
    return any(one.token.text == "many" and after.token.text in units for one, after in pairwise(items))


def _asks_range(given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`How many yards away can she drop a fireball`."""
    if "spell" not in kinds or not given.isdisjoint({"area", "duration", "range"}) or _asks_area(given, kinds, items):
        return False
    return _counts(items, _FAR) or any(item.token.text == "reach" for item in items)


def _asks_area(_given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`How many feet across is a fireball`."""
    return "spell" in kinds and any(item.token.text in _WIDE for item in items)


def _asks_duration(given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`How many rounds does a wizard keep it up`."""
    aside = {"area", "duration", "casting_time", "attacks_per_round", "breath_holding"}
    return "spell" in kinds and given.isdisjoint(aside) and _counts(items, _LONG)


def _asks_price(given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`What does the shopkeeper want for silk rope`."""
    texts = {item.token.text for item in items}
    sold = bool(kinds & _SOLD) and bool(texts & SELLERS) and bool(texts & _TAKES)
    paid = "ware" in kinds and bool(texts & _TAKES) and ("coin" in kinds or not given.isdisjoint({"gold", "coins"}))
    goes_for = any(
        one.token.text in {"go", "goes", "going"} and after.token.text == "for" for one, after in pairwise(items)
    )
    paid = paid or ("ware" in kinds and goes_for)
    charged = "ware" in kinds and bool(texts & {"charge", "charges", "fee"})
    return (sold or paid or charged) and given.isdisjoint({"repair", "save", "item_save", "damage", "weight"})


def _counts_attacks(given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`Fighter 7 long sword attacks`: how many, when nobody is attacked."""
    ends = [item.token.text for item in items if item.kind != "separator"][-1:] == ["attacks"]
    return ends and "class" in kinds and "creature" not in kinds and given <= {"attack", "level", "specialised"}


def _counts_affected(_given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`How many Hit Dice are affected`, of a spell."""
    texts = {item.token.text for item in items}
    counted = any(item.is_cue("hd", "creature") or item.token.text in _WHOM for item in items)
    return "spell" in kinds and counted and bool(texts & AFFECTS) and bool(texts & {"many", "dice", "hd", "much"})


AFFECTS = frozenset({"affect", "affects", "affected", "effect", "effects", "catch", "catches"})
_WHOM = frozenset({"people", "persons", "creatures", "targets", "victims", "foes", "enemies"})


def _asks_minimum(given: set[str], kinds: set[str], _items: Sequence[Item]) -> bool:
    """`Minimum strength for a ranger`: the class asks for the score."""
    return "what_score" in given and "class" in kinds and given <= {"what_score", "score", "need", "may", "become"}


def _weighs_down(_given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`Light encumbrance limit`: the name of a category of load has the word in it."""
    return any(item.value("load_category") and _LOADED & {word[:4] for word in item.text.split()} for item in items)


_LOADED = frozenset({"encu", "load", "lade"})


def _fails(_given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`The chance that the priest's spell just fails`."""
    texts = [item.token.text for item in items]
    wise = any(item.value("ability") == "wisdom" for item in items)
    failing = any(word.startswith(("fail", "fizzl", "botch")) for word in texts)
    return wise and failing and any(item.is_cue("spell", "cast") for item in items) and "save" not in kinds


def _asks_mind(given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`How smart must one be to cast 9th level spells`."""
    bright = any(item.text in _BRIGHT for item in items)
    return bright and "creature" not in kinds and not given.isdisjoint({"spell", "spell_slots", "cast", "spell_level"})


_BRIGHT = frozenset({"how smart", "how intelligent", "how clever", "how wise"})


def _earns_points(given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`How many points must a ranger of 5th level have`: who hands out none for skills has points of experience."""
    named = {item.value("class") for item in items} - {None}
    counted = any(item.token.text == "points" for item in items) and not given.isdisjoint({"level", "next_level"})
    aside = {"hp", "thief_skills", "damage", "spell", "heal", "ac", "save"}
    return (
        counted and bool(named) and not named & {"thief", "bard"} and given.isdisjoint(aside) and "skill" not in kinds
    )


def _stabs_behind(_given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`My thief stabs the guard in the back, multiplied by what?`."""
    texts = [item.token.text for item in items]
    sneaks = "class" in kinds and any(item.value("class") == "thief" for item in items)
    multiplied = any(word.startswith(("multipl", "times")) for word in texts)
    return sneaks and multiplied and ("back" in texts or "behind" in texts or "backstabs" in texts)


def _casts_as(given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`Our ranger is tenth level: as what level of caster do his spells work`."""
    late = any(item.value("class") in {"paladin", "ranger"} for item in items)
    if not late or given.isdisjoint({"cast", "spell", "spell_slots", "spell_level"}) or "turn" in given:
        return False
    return _AS_CASTER.search(as_text(items)) is not None


_CASTER = r"(?:caster|spell caster|spellcaster|cleric|priest|druid|wizard|mage)"
_LEVEL = r"(?:what|which) level"
_AS_CASTER = re.compile(
    rf"\b(?:casters? (?:level|lvl)|{_LEVEL} of (?:casting|{_CASTER})|(?:what|which) {_CASTER} level"
    rf"|as (?:a |an )?{_CASTER} of (?:what|which)|(?:like|as) {_LEVEL}|as (?:though|if) (?:\S+ ){{0,3}}{_LEVEL}"
    rf"|at {_LEVEL} (?:do|does|are|is|will) (?:his|her|the|my|their|its) (?:\S+ )?(?:spells?|prayers?|magic)\b"
    rf"|{_LEVEL} (?:do|does) (?:he|she|they) cast (?:at|it|them|this|that)\b"
    rf"|(?:as|how) (?:high|strong|powerful) an? {_CASTER})"
)


Unspoken = Callable[[set[str], set[str], Sequence[Item]], bool]
UNSPOKEN: tuple[tuple[str, Unspoken], ...] = (
    ("may", _asks_leave),
    ("fall", _falls),
    ("range", _asks_range),
    ("area", _asks_area),
    ("duration", _asks_duration),
    ("attacks_per_round", _counts_attacks),
    ("price", _asks_price),
    ("backstab", _stabs_behind),
    ("failure", _fails),
    ("what_score", _asks_mind),
    ("xp", _earns_points),
    ("load", _weighs_down),
    ("require", _asks_minimum),
    ("caster_level", _casts_as),
    ("how_many_missiles", _counts_affected),
)
