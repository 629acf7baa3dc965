"""Rules of one line are found by what a question must have: a list of groups of words, see `lists/basic_rules.txt`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rules.asking.lexicon import small_words
from rules.asking.likeness import Likeness, nearest_rules
from rules.asking.pattern_lists import Pattern, patterns
from rules.asking.slots import Slots

FOREIGN = frozenset(
    {"weapon", "spell", "armor", "skill", "material", "table", "light_source", "ware", "initiative_situation",
     "surprise_situation", "morale_situation", "item", "encounter_place", "visibility", "terrain", "creature", "class",
     "other_class"}
)  # fmt: skip
"""Kinds of things that a rule of one line is not about, unless its words name them."""
MOST_UNEXPLAINED = 2
THE_SAME = 0.9
"""Likeness from which a rule is taken for its wordings alone."""
AHEAD = 0.05
"""How much more like the question the first rule must be than the second."""
WHO_MAY = frozenset(
    {"exceptional_strength_who", "specialisation_who", "two_weapon_who", "dual_class_race", "raise_elf"}
)
"""Rules that say for whom something is, and the words that ask for it."""
ASKING_WHO = frozenset(
    {"can", "may", "who", "which", "allowed", "entitled", "eligible", "could", "might", "only", "permitted",
     "have", "has"}
)  # fmt: skip
OF_LEVEL = frozenset(
    {
        "lay_on_hands",
        "memorizing",
        "movement_in_yards",
        "bard_lore",
        "bard_influence",
        "charge_movement",
        "coins_per_pound",
    }
)
"""Rules whose number is taken times the number of the question."""
FROM_LEVEL = frozenset(
    {"paladin_warhorse", "paladin_turning", "ranger_followers", "fighter_followers", "thief_followers",
     "bard_followers", "cleric_followers", "thief_scrolls", "bard_scrolls", "druid_shapechange", "druid_identify",
     "wizard_potions", "wizard_items", "druid_pass", "druid_charm_immunity", "druid_languages"}
)  # fmt: skip
"""Rules that begin at the level that is their first value."""


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that a question names, and the words of the question that do not belong to it."""

    rule: str
    strength: int
    unexplained: tuple[str, ...]


def find_rule(slots: Slots) -> Match | None:
    """The rule of one line that the question asks for: by its pattern, or by wordings that are very like.

    A wording that is the question almost word for word comes before the pattern of another rule.
    """
    words, kinds = _words(slots)
    named = _find(tuple(words), tuple(kinds))
    like = nearest_rules(slots)
    if not like or like[0].likeness < THE_SAME or not is_ahead(like):
        return named
    best = like[0]
    if best.rule in WHO_MAY and not slots.words & ASKING_WHO:
        return named
    if named is not None and (named.rule == best.rule or _likeness(like, named.rule) > best.likeness - 2 * AHEAD):
        return named
    return Match(best.rule, round(20 * (best.likeness - THE_SAME)), best.unexplained)


def is_ahead(like: Sequence[Likeness]) -> bool:
    """Whether the first rule is clearly more like the question than the second."""
    return len(like) < 2 or like[0].likeness - like[1].likeness >= AHEAD


def _likeness(like: Sequence[Likeness], rule: str) -> float:
    return next((one.likeness for one in like if one.rule == rule), 0.0)


@lru_cache(maxsize=256)
def _find(words: tuple[str, ...], kinds: tuple[frozenset[str], ...]) -> Match | None:
    said = frozenset(words) | {word[:-1] for word in words if word.endswith("s")}
    likely = (one for one in patterns() if not any(start and start.isdisjoint(said) for start in one.starts))
    matches = [match for pattern in likely if (match := _match(pattern, words, kinds)) is not None]
    return min(matches, key=lambda match: (-match.strength + 2 * len(match.unexplained), match.rule), default=None)


def _words(slots: Slots) -> tuple[list[str], list[frozenset[str]]]:
    words: list[str] = []
    kinds: list[frozenset[str]] = []
    for item in slots.items:
        parts = item.words or (item.token.text,)
        parts = (item.token.text,) if item.kind in {"number", "ordinal"} else parts
        for part in parts:
            for word in part.split():
                words.append(word)
                kinds.append(frozenset(kind for kind, _ in item.senses))
    return words, kinds


def _match(pattern: Pattern, words: Sequence[str], kinds: Sequence[frozenset[str]]) -> Match | None:
    if any(_places(way, words) for way in pattern.without):
        return None
    used: set[int] = set()
    for group in pattern.groups:
        places = {place for way in group for place in _places(way, words)}
        if not places:
            return None
        used |= places
    rest = [place for place, word in enumerate(words) if place not in used and _speaks(word)]
    rest = [place for place in rest if words[place] not in pattern.besides]
    counted = [place for place in rest if words[place][0].isdecimal()]
    if counted and pattern.rule in OF_LEVEL | FROM_LEVEL:
        rest = [place for place in rest if place not in counted]
    elif counted or len(rest) > MOST_UNEXPLAINED or any(kinds[place] & FOREIGN for place in rest):
        return None
    return Match(pattern.rule, len(used), tuple(words[place] for place in rest))


def _speaks(word: str) -> bool:
    return word.isalnum() and word not in small_words()


def _places(way: Sequence[str], words: Sequence[str]) -> list[int]:
    """The positions of the words of the first place where they stand in a row."""
    size = len(way)
    for start in range(len(words) - size + 1):
        if _same(way[0], words[start]) and all(_same(way[at], words[start + at]) for at in range(1, size)):
            return list(range(start, start + size))
    return []


def _same(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") and len(wanted) > 2 else word in {wanted, f"{wanted}s"}
