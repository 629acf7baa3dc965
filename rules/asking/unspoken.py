"""Step 3: what a question asks without its usual word: `ok or not` asks leave, `how many yards away` the range."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from rules.asking.vocabulary import Item

_FINE = frozenset({"ok", "okay", "fine", "legit", "kosher"})
_CLOSES = frozenset({"", "?", ".", "!", ",", "or", "by", "with"})
_DOWN = frozenset({"down", "off", "into", "from", "out"})
_DEPTHS = frozenset(
    {"shaft", "pit", "cliff", "chasm", "well", "ravine", "hole", "tower", "roof", "rooftop", "ledge", "gorge", "tree",
     "balcony", "bridge", "crevasse", "precipice", "abyss", "wall", "battlement", "battlements", "window", "rope",
     "mast", "trapdoor", "chute", "bluff", "parapet", "stairwell"}
)  # fmt: skip
_FAR = frozenset({"yards", "feet", "paces", "meters"})
_LONG = frozenset({"rounds", "turns", "hours", "minutes"})
_SELLERS = frozenset(
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
    return "class" in kinds and closed


def _falls(given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`250 feet down a shaft, how many d6`."""
    texts = {item.token.text for item in items}
    diced = "damage" in given or any(item.kind == "dice" for item in items)
    high = not given.isdisjoint({"feet", "yards", "meters", "stories"})
    return diced and high and bool(texts & _DOWN) and bool(texts & _DEPTHS)


def _counts(items: Sequence[Item], units: frozenset[str]) -> bool:
    """`How many yards`: a unit is asked for, not a number of it told."""
    return any(one.token.text == "many" and after.token.text in units for one, after in pairwise(items))


def _asks_range(given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`How many yards away can she drop a fireball`."""
    return "spell" in kinds and given.isdisjoint({"area", "duration", "range"}) and _counts(items, _FAR)


def _asks_duration(given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`How many rounds does a wizard keep it up`."""
    aside = {"area", "duration", "casting_time", "attacks_per_round", "breath_holding"}
    return "spell" in kinds and given.isdisjoint(aside) and _counts(items, _LONG)


def _asks_price(given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`What does the shopkeeper want for silk rope`."""
    texts = {item.token.text for item in items}
    sold = bool(kinds & _SOLD) and bool(texts & _SELLERS) and bool(texts & _TAKES)
    paid = "ware" in kinds and bool(texts & _TAKES) and ("coin" in kinds or not given.isdisjoint({"gold", "coins"}))
    return (sold or paid) and given.isdisjoint({"repair", "save", "item_save", "damage", "weight"})


Unspoken = Callable[[set[str], set[str], Sequence[Item]], bool]
UNSPOKEN: tuple[tuple[str, Unspoken], ...] = (
    ("may", _asks_leave),
    ("fall", _falls),
    ("range", _asks_range),
    ("duration", _asks_duration),
    ("price", _asks_price),
)
