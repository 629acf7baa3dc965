"""Whether a question is about this or that person, place or event of a campaign, which no table has.

`Where did the thief hide the key?`, `which of the heroes carries it?`, `how old is Queen Isolde?`: words of the rules
are in them, and their answer is not. A name behind `in`, `under` or a title says that a particular thing is meant.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rules.asking.slots import Slots
from rules.asking.vocabulary import Item

DOUBT = 0.35
"""What it costs an answer that a particular place or person is named."""
_WITHIN = frozenset({"in", "under", "beneath", "near", "at", "from", "below", "outside", "inside"})
_TITLES = frozenset(
    {"king", "queen", "prince", "princess", "duke", "duchess", "baron", "baroness", "count", "countess", "earl", "lord",
     "lady", "sir", "captain", "saint", "emperor", "empress", "mayor", "castle", "tower", "temple", "house", "guild",
     "marquis", "tsar", "sultan", "crypt", "tomb", "fort", "mount", "lake",
     "port", "inn", "tavern", "village", "city", "town", "kingdom"}
)  # fmt: skip
_EVENTS = frozenset({"did", "was", "were", "has", "had", "is", "are"})
_ENDS = frozenset({".", "?", "!", ";", ","})
_LIVING = frozenset(
    {"live", "lives", "dwell", "dwells", "find", "found", "encounter", "encountered", "occur", "occurs"}
)
_OWN = frozenset({"my", "our", "your", "this", "his", "her", "the"})
_WORLDS = frozenset({"campaign", "world", "setting", "story", "adventure", "module", "homebrew", "saga"})
_MATTERS = frozenset(
    {
        "secret",
        "name",
        "names",
        "villain",
        "plot",
        "identity",
        "motive",
        "truth",
        "plan",
        "history",
        "true",
        "called",
        "ruler",
        "capital",
    }
)


def is_of_the_campaign(slots: Slots) -> bool:
    """Whether a place, a person or an event of somebody's campaign is asked for."""
    texts = [item.token.text for item in slots.items]
    return _asks_where(texts) or _asks_which_of(slots, texts) or _is_a_matter(texts)


def names_a_place(slots: Slots) -> bool:
    """Whether a name stands behind a title or a word like `in`."""
    return any(True for _ in _places(slots.items))


def _places(items: Sequence[Item]) -> Iterator[Item]:
    for before, item in pairwise(items):
        text = before.token.text
        if item.kind == "name" and (text in _WITHIN or text in _TITLES):
            yield item


def _asks_where(texts: Sequence[str]) -> bool:
    """`Where did he hide it?`, but not where a creature lives."""
    begins = [0, *[place + 1 for place, text in enumerate(texts[:-1]) if text in _ENDS]]
    asked = any(
        texts[at : at + 1] == ["wheres"] or (texts[at : at + 1] == ["where"] and set(texts[at + 1 : at + 2]) & _EVENTS)
        for at in begins
    )
    return asked and not set(texts) & _LIVING


def _asks_which_of(slots: Slots, texts: Sequence[str]) -> bool:
    """`Which of the heroes carries the key?`: somebody is looked for among people, and nothing is counted."""
    persons = any(texts[at : at + 2] == ["which", "of"] and texts[at + 2 : at + 3] and texts[at + 2] in _OWN
                  for at in range(len(texts)))  # fmt: skip
    return persons and not slots.numbers and not slots.classes and not slots.all("creature") and not slots.all("weapon")


def _is_a_matter(texts: Sequence[str]) -> bool:
    """`The secret of the king in my campaign`."""
    own = any(one in _OWN and other in _WORLDS for one, other in pairwise(texts))
    return own and bool(_MATTERS & set(texts))
