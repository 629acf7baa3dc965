"""The forms of the place vocabulary.

Sentences may hold choices `{a|b}`, one of which is taken, and the slots `$the` (the place, such as "the hall") and
`$place` (its noun alone). No sentence says who lives there unless its list is for living places.
"""

from dataclasses import dataclass
from typing import Literal

from contracts.entities import LocationType

Family = Literal["built", "settled", "wild"]
Sentences = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of place.

    `empty_sights` replace the sights when a mood says that nobody is there.
    """

    key: str
    noun: str
    words: Sentences
    location_type: LocationType
    family: Family
    sights: Sentences
    sounds: Sentences
    smells: Sentences
    exits: Sentences
    empty_sights: Sentences = ()


@dataclass(frozen=True, slots=True)
class Culture:
    """Whose place it is: marks to see, something to touch, and what is wrong there."""

    key: str
    words: Sentences
    marks: Sentences
    touches: Sentences
    tensions: Sentences


@dataclass(frozen=True, slots=True)
class Mood:
    """Age or condition; `is_empty` when nobody lives there any more."""

    key: str
    words: Sentences
    sentences: Sentences
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class FamilyPool:
    """What all kinds of one family share."""

    sounds: Sentences
    quiet_sounds: Sentences
    smells: Sentences
    touches: Sentences
    tensions: Sentences
    exits: Sentences
    searches: Sentences
    waits: Sentences
    uses: Sentences
