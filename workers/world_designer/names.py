"""Names for people who have none yet, from our own tables."""

import random

from workers.world_designer.brief import Gender
from workers.world_designer.vocabulary import words
from workers.world_designer.vocabulary.name_parts import WELL_KNOWN, NameParts
from workers.world_designer.vocabulary.peoples import BY_KEY

_FEMALE_ENDINGS = words("a ah ne ie ce lle tte lde bet beth eth ith wen wyn lis ys ild run rid")


def sounds_like(name: str) -> Gender:
    """What most tables would hear in a given name: `Ilsabet` female, `Borin` male."""
    given = name.split(maxsplit=1)[0].lower()
    return "female" if given.endswith(_FEMALE_ENDINGS) else "male"


def make_name(race: str, gender: Gender, rng: random.Random) -> str:
    """A given and a family name fitting the people, such as `Dagmund Ironvein`.

    Args:
        race: A key of `peoples.BY_KEY`.
        gender: Decides the given name.
        rng: The same state gives the same name.

    Returns:
        Two words; never a name that is well known from somebody else's story.
    """
    given_parts, family_parts = BY_KEY[race].names
    while True:
        given, family = _given(given_parts, gender, rng), _family(family_parts, rng)
        if not {given.lower(), family.lower()} & WELL_KNOWN:
            return f"{given} {family}"


def _given(parts: NameParts, gender: Gender, rng: random.Random) -> str:
    whole = parts.female if gender == "female" else parts.male
    if whole:
        return rng.choice(whole)
    return _joined(rng.choice(parts.starts), rng.choice(parts.female_ends if gender == "female" else parts.male_ends))


def _family(parts: NameParts, rng: random.Random) -> str:
    if parts.families:
        return rng.choice(parts.families)
    first = rng.choice(parts.family_starts)
    # "Leafleaf" is what a table says, not a family.
    return _joined(first, rng.choice([end for end in parts.family_ends if end != first.lower()]))


def _joined(start: str, end: str) -> str:
    """The halves put together, without a letter three times or a vowel dragged out."""
    if start[-1] == end[0] and (start[-1] in "aiu" or end[0] in {start[-2:-1], end[1:2]}):
        return start[:-1] + end
    return start + end
