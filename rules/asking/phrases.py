"""The phrases of the vocabulary: the lists, and the ways of writing names that follow from the names themselves."""

from collections.abc import Iterator

from rules.asking.lexicon import cues, meanings, others

Sense = tuple[str, str]
"""What a phrase means: the kind of thing, and its name in the rule base."""
Phrases = dict[tuple[str, ...], list[Sense]]
STANDING_FOR_THEMSELVES = ("uncovered", "not_counted", "edition", "other_class", "other_race", "request", "opinion")


def add_ways_of_writing(phrases: Phrases) -> None:
    """Add names of other tables for the same thing, names written as one word, and initials."""
    _add_joined(phrases)
    _add_initials(phrases)


def share_spellings(phrases: Phrases) -> None:
    """What is called the same in two tables is called by the names of both: a lamp for light is one for sale."""
    kinds: dict[str, set[str]] = {}
    for senses in phrases.values():
        for kind, name in senses:
            if kind in _SHARED:
                kinds.setdefault(name, set()).add(kind)
    for senses in phrases.values():
        for _, name in [sense for sense in senses if sense[0] in _SHARED]:
            senses += [(other, name) for other in sorted(kinds[name]) if (other, name) not in senses]


_SHARED = frozenset({"light_source", "ware"})


def _add_joined(phrases: Phrases) -> None:
    """Names of two words are also written as one: `longsword`."""
    for words, senses in list(phrases.items()):
        names = [sense for sense in senses if sense[0] in _WRITTEN_TOGETHER]
        if len(words) == 2 and names and (len(words[0]) + len(words[1])) >= 7:
            phrases.setdefault(("".join(words),), names)


def _add_initials(phrases: Phrases) -> None:
    """Names of several words by their first letters: `L-bolt`, `CoC`; only those that one name has."""
    found: dict[tuple[str, ...], set[Sense]] = {}
    for words, senses in phrases.items():
        kept = [sense for sense in senses if sense[0] in _WITH_INITIALS and sense[1] == "_".join(words)]
        if len(words) == 2 and words[0][0] not in _ALSO_WORDS:
            found.setdefault((words[0][0], words[1]), set()).update(kept)
        if len(words) > 2:
            found.setdefault(("".join(word[0] for word in words),), set()).update(kept)
    for initials, named in found.items():
        if len(named) == 1:
            phrases.setdefault(initials, list(named))


_WITH_INITIALS = frozenset({"weapon", "armor", "spell"})
_ALSO_WORDS = frozenset({"a", "i", "s", "t", "d", "o"})
_WRITTEN_TOGETHER = frozenset({"weapon", "armor", "creature", "spell", "skill", "material", "light_source", "undead"})


def fixed_words() -> Iterator[tuple[str, str, str]]:
    """Kind, name and spelling of what the lists have."""
    for name, spellings in cues().items():
        yield from (("cue", name, spelling) for spelling in spellings)
    for (kind, name), spellings in meanings().items():
        yield from ((kind, name, spelling) for spelling in spellings)
    for kind in STANDING_FOR_THEMSELVES:
        yield from ((kind, spelling, spelling) for spelling in others()[kind])
