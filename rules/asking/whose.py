"""Of several persons with levels of their own, the one that is asked for: `my fighter ... what's the mage's THAC0?`.

What belongs to the others, their class and their level, is taken out of the question.
"""

from collections.abc import Iterator, Sequence

from rules.asking.focus import PARTS, sentences
from rules.asking.numbers import fill_slots
from rules.asking.slots import Slots
from rules.asking.story import NEUTRAL, asking_spans
from rules.asking.topic import NAMED
from rules.asking.topics import FACTS, cue_strength
from rules.asking.vocabulary import Item

_NUMERALS = frozenset({"number", "ordinal"})
_ARTICLES = frozenset({"the", "my", "our", "a", "an", "his", "her", "this", "that"})
_OWN = frozenset({"my", "our"})
_AUXILIARIES = frozenset({"does", "do", "can", "will", "would", "is", "has", "may", "must", "should", "did", "could"})
_OF = frozenset({"of", "for"})
_LINKS = frozenset(
    {"is", "was", "at", "of", "the", "(", ",", "a", "now", "s", "has", "reached", "just", "only", "still", "being"}
)
_FARTHEST = 5
"""How many items a level may stand behind its class."""
_BETWEEN = 3
"""How many items may stand between an article or `does` and the class: `my level 4 fighter`."""


def asked_person(slots: Slots) -> Slots | None:
    """The question about the one that is asked for; None when it is not clear who that is.

    Args:
        slots: A question with several classes of which none is chosen.
    """
    if len(slots.classes) < 2 or slots.multi_class or (name := _asked(slots)) is None:
        return None
    return _about(slots, name)


def without_levels_of_creatures(slots: Slots) -> Slots:
    """`A level 15 lich casts at my level 2 fighter`: of two levels the creature's counts for nobody else."""
    if not slots.classes or len(slots.levels) < 2 or not slots.all("creature"):
        return slots
    items = list(slots.items)
    for place in slots.places["creature"]:
        if slots.items[place].value("class") is None:
            for at in _level_before(items, place):
                items[at] = NEUTRAL
    found = fill_slots(items) if items != slots.items else slots
    return found if found.level is not None else slots


def _asked(slots: Slots) -> str | None:
    """The class that is asked for."""
    spans = asking_spans(slots.items, sentences(slots.items, PARTS))
    for start, end in spans[:1]:
        places = [at for at in range(start, end) if slots.items[at].value("class") is not None]
        named = {slots.items[at].value("class") for at in places}
        if len(named) == 1:
            return named.pop()
        said = {slots.items[at].value("class") for at in places if _is_subject(slots.items, at, start)}
        if len(said) == 1:
            return said.pop()
        own = {
            one.value("class")
            for at, one in enumerate(slots.items)
            if one.value("class") and _is_behind(slots.items, at, _OWN)
        }
        if len(own) == 1 and any(item.token.text in _OWN | {"i"} for item in slots.items[start:end]):
            return own.pop()
    return None


def _is_subject(items: Sequence[Item], place: int, start: int) -> bool:
    """`The mage's THAC0`, `THAC0 of the mage`, `does the mage`."""
    after = items[place + 1 : place + 3]
    if items[place].token.text.endswith("s") and any(_is_fact(one) for one in after):
        return True
    near = range(max(start, place - _BETWEEN), place)
    if any(items[at].token.text in _OF and at and _is_fact(items[at - 1]) for at in near):
        return True
    return _is_behind(items, place, _AUXILIARIES)


def _is_fact(item: Item) -> bool:
    strength = cue_strength()
    return item.is_cue(*FACTS) or any(strength.get(cue, 0.0) >= NAMED for cue in item.cues)


def _is_behind(items: Sequence[Item], place: int, words: frozenset[str]) -> bool:
    """Whether one of the words stands before the class, with nothing but an article and its level between."""
    for at in range(place - 1, max(-1, place - 2 - _BETWEEN), -1):
        if items[at].token.text in words:
            return True
        if not (items[at].kind in _NUMERALS or items[at].is_cue("level") or items[at].token.text in _ARTICLES):
            return False
    return False


def _about(slots: Slots, name: str) -> Slots:
    """The question without the classes and the levels of all others."""
    items = list(slots.items)
    for place, item in enumerate(slots.items):
        if item.value("class") in {None, name}:
            continue
        items[place] = NEUTRAL
        for at in (*_level_before(slots.items, place), *_level_behind(slots.items, place)):
            items[at] = NEUTRAL
    return fill_slots(items)


def _level_before(items: Sequence[Item], place: int) -> Iterator[int]:
    """The places of `level 9` in `a level 9 mage`, `a 9th-level mage`."""
    found = []
    for at in range(place - 1, max(-1, place - 3), -1):
        if not (items[at].kind in _NUMERALS or items[at].is_cue("level")):
            break
        found.append(at)
    if any(items[at].kind in _NUMERALS for at in found):
        yield from found


def _level_behind(items: Sequence[Item], place: int) -> Iterator[int]:
    """The places of `level 9` in `the mage is level 9`, `a mage of the 9th level`."""
    found: list[int] = []
    for at in range(place + 1, min(len(items), place + 1 + _FARTHEST)):
        if items[at].kind in _NUMERALS or (items[at].is_cue("level") and not items[at].is_cue("what_level")):
            found.append(at)
        elif found or items[at].token.text not in _LINKS:
            break
    # A number behind a comma may be the next person's: `the mage, a 2nd-level cleric`.
    last = found[-1] + 1 if found else 0
    owned = last < len(items) and items[last].value("class") is not None
    if any(items[at].kind in _NUMERALS for at in found) and not owned:
        yield from found
