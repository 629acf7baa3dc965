"""What is to be different about a place that was described: "colder", "ruined", "elven", "named Greymoor"."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from workers.world_designer.place_brief import LocationBrief
from workers.world_designer.reading import Vocabulary, name_at, normalise
from workers.world_designer.telling_changes import Difference, asks_nothing, difference, shown_words
from workers.world_designer.vocabulary import words
from workers.world_designer.vocabulary.places import CULTURES, KINDS, MOODS

MOST_MOODS: Final = 2
_COMPARED: Final = dict(
    pair.split(":")
    for pair in words(
        "colder:frozen icier:frozen darker:dark gloomier:dark older:ancient richer:rich grander:rich poorer:poor "
        "busier:busy livelier:busy wetter:flooded holier:holy creepier:haunted spookier:haunted eerier:haunted "
        "scarier:haunted emptier:abandoned lonelier:abandoned quieter:abandoned"
    )
)
_MOODS: Final = Vocabulary(
    {word.replace("-", " "): key for key, mood in MOODS.items() for word in mood.words}
    | {word: mood for word, mood in _COMPARED.items() if mood in MOODS}
)
_CULTURES: Final = Vocabulary({word.replace("-", " "): key for key, one in CULTURES.items() for word in one.words})
_KINDS: Final = Vocabulary({word.replace("-", " "): key for key, one in KINDS.items() for word in one.words})
_NAMED: Final = re.compile(r"(?i:\b(?:named|called)[ :]+)[\"']?")
_OTHER_NAME: Final = re.compile(r"\b(?:an?other|different|new|better|other) name\b", re.IGNORECASE)


def change_place(
    brief: LocationBrief, said: Sequence[str], *, title: str, rename: Callable[[LocationBrief], str]
) -> tuple[LocationBrief, LocationBrief, tuple[str, ...]]:
    """The brief of a place with all its changes, the one before the last of them, and the words nobody knows.

    Args:
        brief: What was asked for at first.
        said: The words of each change, the first one first.
        title: What the place is called now; it stays, unless it becomes another kind of place.
        rename: Gives the place another name.
    """
    now = before = brief if not said else replace(brief, title=title)
    for one in said:
        changes, unknown = read_place_change(one, moods=now.moods)
        if unknown:
            return now, before, unknown
        if "title" in changes and changes["title"] is None:
            changes["title"] = rename(now)
        before, now = now, _with(now, changes)
    return now, before, ()


def _with(brief: LocationBrief, changes: Mapping[str, Any]) -> LocationBrief:
    kind = changes.get("place", brief.kind)
    title = changes.get("title", brief.title if kind == brief.kind else None)
    return replace(
        brief,
        title=title,
        kind=kind,
        location_type=KINDS[kind].location_type if kind != brief.kind else brief.location_type,
        culture=changes.get("culture", brief.culture),
        moods=tuple(changes.get("moods", brief.moods)),
    )


def place_differences(before: LocationBrief, now: LocationBrief) -> list[Difference]:
    """What is different about a place."""
    rows = (
        difference("name", before.title, now.title or "another"),
        difference("kind", before.kind, now.kind),
        difference("culture", before.culture, now.culture),
        difference("moods", ", ".join(before.moods), ", ".join(now.moods)),
    )
    return [one for one in rows if one]


def read_place_change(said: str, *, moods: Sequence[str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Fields of `contracts.generators.LocationOrder` that words ask to be different, and the words nobody knows.

    Args:
        said: The words of one change.
        moods: Those it has; the new ones come first, and there are two at most.
    """
    text = normalise(said)
    changes: dict[str, Any] = {}
    if _OTHER_NAME.search(text):
        text, changes["title"] = _OTHER_NAME.sub(" ", text), None
    if (match := _NAMED.search(text)) and (found := name_at(text, match.end())):
        text, changes["title"] = f"{text[: match.start()]} {text[found.end :]}", found.name
    plain = text.lower()
    if new := _MOODS.all(plain):
        changes["moods"] = list(dict.fromkeys([*new, *moods]))[:MOST_MOODS]
    plain = _MOODS.without(plain)
    for field, vocabulary in (("culture", _CULTURES), ("place", _KINDS)):
        if one := vocabulary.first(plain):
            changes[field] = one
        plain = vocabulary.without(plain)
    return changes, tuple(dict.fromkeys(word for word in shown_words(plain) if not asks_nothing(word)))
