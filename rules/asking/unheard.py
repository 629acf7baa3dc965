"""Whether a thing is named that no table has, though words of the tables stand in its name: `the chain-sickle`.

`The Sword of Seven Winds`, `a laser sword`, `greater fireball`, `a rat-dragon`: what is like one of the tables is not
it. `The morale of a skarn`: somebody of whom nobody has heard is not asked about further.
"""

from collections.abc import Sequence
from itertools import pairwise

from rules.asking.lexicon import small_words
from rules.asking.slots import Slots
from rules.asking.vocabulary import Item

_THINGS = frozenset({"weapon", "armor", "spell", "item", "ware", "creature"})
_HEADS = frozenset({"weapon", "armor", "spell", "creature"})
_DETERMINERS = frozenset(
    {"a", "an", "the", "of", "for", "from", "with", "vs", "versus", "by", "against", "my", "our", "his", "her", "this",
     "that", "each", "every", "one", "wearing", "cast", "casts", "casting"}
)  # fmt: skip
_PLAIN = frozenset(
    {"old", "new", "good", "fine", "cheap", "trusty", "rusty", "better", "worse", "magnificent", "beautiful",
     "decent", "magical", "magic", "enchanted", "lousy", "heavy", "light", "foul", "restrained", "bound", "young",
     "wild", "hungry", "angry", "drunken", "drunk", "dead", "sleeping", "charging", "huge", "tiny", "fat", "thin",
     "ugly", "nasty", "mean", "common", "ordinary", "normal", "regular", "standard", "simple", "plain", "usual",
     "average", "typical", "stolen", "borrowed", "broken", "bloody", "shiny", "sharp", "blunt", "ancestral", "family",
     "favorite", "favourite", "stupid", "damned", "bloodied", "wounded", "injured", "lone", "stray", "hostile",
     "enemy", "fellow", "poor", "big", "little", "large", "small", "nearest", "last", "first", "second", "third",
     "next", "other", "same", "single", "lonely", "generic", "adult", "mature", "full", "suit", "charmed", "female",
     "male", "thrown", "loaded", "damn", "dirty", "knight", "bandit", "guard", "soldier", "grandfather", "father",
     "brother", "homebrew", "captured", "whole", "silver", "silvered", "steel", "iron", "wooden", "metal", "bronze",
     "nonmagical", "mundane", "unmodified", "basic", "proper", "mighty", "fearsome", "terrible", "horrible",
     "wretched", "ferocious", "flying", "hidden", "brave"}
)  # fmt: skip
"""Words that only describe a thing of the tables."""
_OTHER_KINDS = frozenset({"great"})
"""Words that make another thing of one: `great axe`."""
_MADE_UP = frozenset({"homebrew", "own", "invented", "custom", "critter", "made", "new"})
_JOINING = frozenset({"non", "anti", "ex", "half", "two", "one", "multi", "pro", "semi", "well", "man"})
_PARTS = frozenset({"sized", "like", "slaying", "slayer", "type", "kind", "proof", "bane", "born", "blooded", "made"})
_BARE = 4
"""In so few words (`thac0 of a gorblax`) the name may as well be a mistake for a class."""
_NUMERALS = frozenset({"number", "ordinal"})


def is_of_its_own(slots: Slots) -> bool:
    """Whether a thing is named that is like one of the tables but not it."""
    items = slots.items
    for place, item in enumerate(items):
        kinds = {kind for kind, _ in item.senses}
        if not kinds & _THINGS:
            continue
        if place and items[place - 1].kind == "name" and item.token.is_name:
            return True
        if kinds & _HEADS and "cue" not in kinds and (_is_described(items, place) or _is_titled(items, place)):
            return True
    return any(_is_compound(before, item) for before, item in pairwise(items))


def _is_described(items: Sequence[Item], place: int) -> bool:
    """`A laser sword`, `clockwork horse`: a word with a content of its own stands before the thing."""
    if not place or not _has_content(items[place - 1]):
        return False
    before = items[place - 2].token.text if place > 1 else ""
    return place == 1 or before in _DETERMINERS or _is_asked(items[place - 2])


def _has_content(item: Item) -> bool:
    if item.kind not in {"filler", "unknown"} or len(item.token.text) < 3 or item.token.opens:
        return False
    if item.text in _OTHER_KINDS:
        return True
    return item.text not in small_words() and item.text not in _PLAIN and not item.text.endswith("ly")


def _is_asked(item: Item) -> bool:
    return item.is_cue("damage", "hd", "thac0", "ac", "xp", "speed", "weight", "price", "range", "duration", "movement")


def _is_titled(items: Sequence[Item], place: int) -> bool:
    """`Sword of Seven Winds`, `fireball of Orbus`: a name follows the thing."""
    if place + 2 >= len(items) or items[place + 1].token.text != "of":
        return False
    at = place + 2 + (items[place + 2].token.text == "the")
    at += at < len(items) and items[at].kind in _NUMERALS
    return at < len(items) and items[at].token.is_name and not items[at].senses


def _is_compound(before: Item, item: Item) -> bool:
    """`Chain-sickle`, `rat-dragon`: two words that a hyphen joins, and that are no name of the tables together."""
    if not item.token.hyphened or len(item.words) > 1:
        return False
    head = any(kind in _HEADS for kind, _ in item.senses)
    first = any(kind in _HEADS for kind, _ in before.senses)
    if before.text in _JOINING or item.text in _PARTS or before.kind in _NUMERALS:
        return False
    if head and not item.cues:
        return first or (before.kind in {"filler", "unknown"} and before.text not in small_words() | _PLAIN)
    return first and {kind for kind, _ in item.senses} <= {"creature_kind"} and item.text not in small_words()


def unheard_of(slots: Slots) -> str | None:
    """A word that names somebody of whom nobody has heard, where a creature or a class is needed; None otherwise."""
    if slots.words & _MADE_UP or slots.classes or slots.all("creature") or slots.race is not None:
        return None
    for place, item in enumerate(slots.items):
        near = slots.items[max(0, place - 3) : place]
        articles = [one.token.text in {"a", "an", "the"} for one in near]
        if item.kind == "unknown" and any(articles) and len(slots.items) > _BARE:
            return item.text
        if item.kind == "name" and articles[-1:] == [True] and item.token.is_name and not item.senses:
            return item.text  # a person has no article: `the Tarrasque`
    return None
