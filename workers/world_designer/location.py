"""Descriptions of places to read aloud, true to what the campaign already holds.

A stored place keeps its name and its stored words; new details are marked as new. A place that is not stored is made up
from the vocabulary, about 90 to 140 words, and offered as a draft.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from contracts.entities import LocationType
from workers.world_designer.place_brief import LocationBrief, location_brief, plain_words
from workers.world_designer.prose import Teller, count_words, first_sentence, quoted, stream
from workers.world_designer.vocabulary import words
from workers.world_designer.vocabulary.places import CULTURES, KINDS, MOODS, Culture, Kind, Mood
from workers.world_designer.vocabulary.places.families import FAMILIES
from workers.world_designer.vocabulary.places.forms import FamilyPool

GENERATOR: Final = "location/2"
FEWEST_WORDS: Final = 90
MOST_WORDS: Final = 140
MOST_CONNECTED: Final = 8
_PLACES: Final = frozenset({"location", "dungeon"})


@dataclass(frozen=True, slots=True)
class RecalledEntity:
    """What the campaign remembers: one match of the step before. `id` has its prefix; `score` is from 0 to 1."""

    id: str
    type: str
    name: str
    description: str = ""
    score: float = 0.0
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LocationText:
    """A description.

    Attributes:
        content: Markdown for the Dungeon Master.
        description: One paragraph; of a new place, the text to read aloud.
        created: True when nothing stored was described, so that this may be stored.
        based_on: Ids of the stored entities named in it, the described one first.
    """

    title: str
    content: str
    description: str
    location_type: LocationType
    created: bool
    based_on: tuple[str, ...] = ()
    kind: str = "place"
    culture: str | None = None

    def attributes(self, seed: int) -> dict[str, Any]:
        """What is stored beside the name and the description; JSON values."""
        known = {"location_type": self.location_type.value, "kind": self.kind, "culture": self.culture}
        return {key: value for key, value in known.items() if value} | {"generator": GENERATOR, "seed": seed}


def describe_location(
    brief: LocationBrief, recalled: Sequence[RecalledEntity], seed: int, *, drawn_for: LocationBrief | None = None
) -> LocationText:
    """Describe a place.

    Args:
        brief: What was asked for.
        recalled: What the campaign search found, the best first. One that is the place meant is described; the others
            are named as connected. A person or thing that is meant is shown as it is stored, with nothing added.
        seed: The same seed, brief and entities give the same text.
        drawn_for: The brief that the same place was described for at first, when something is to be different now.
    """
    subject = _subject(brief, recalled)
    others = [one for one in recalled if one is not subject][:MOST_CONNECTED]
    if subject is None:
        return _new_place(brief, others, seed, drawn_for or brief)
    if subject.type not in _PLACES:
        return _as_stored(brief, subject, others)
    return _stored_place(subject, others, seed)


def _subject(brief: LocationBrief, recalled: Sequence[RecalledEntity]) -> RecalledEntity | None:
    """The stored entity that the prompt is about, if there is one."""
    places = [one for one in recalled if one.type in _PLACES]
    ranked = [(_likeness(brief, one), one.score, one) for one in places]
    if best := max((entry for entry in ranked if entry[0] > 0), key=lambda entry: entry[:2], default=None):
        return best[2]
    told = [one for one in places if _is_told_of(brief, one)]
    if len(told) == 1:
        return told[0]
    persons = [one for one in recalled if one.type not in _PLACES and _is_named(brief, one)]
    return persons[0] if persons else None


def _likeness(brief: LocationBrief, stored: RecalledEntity) -> float:
    """How much the stored name is the name asked for, 0 (another place) to 1 (the same words)."""
    name, asked = plain_words(stored.name), brief.words
    if not name or not asked:
        return 0.0
    shared = len(name & asked) / len(name | asked)
    if shared == 1 or not brief.definite:
        return shared if shared == 1 else 0.0
    smaller = min(name, asked, key=len)
    is_part = smaller == name & asked and (len(smaller) > 1 or not smaller <= _COMMON)
    return shared if is_part or shared >= 0.6 else 0.0


def _is_told_of(brief: LocationBrief, stored: RecalledEntity) -> bool:
    """True when name and description together say everything that was asked for: "the dwarven hall" of Karak Dum."""
    own_type = stored.attributes.get("location_type")
    fits = own_type in (None, brief.location_type.value) and brief.definite
    return fits and bool(brief.words) and brief.words <= plain_words(f"{stored.name} {stored.description}")


def _is_named(brief: LocationBrief, stored: RecalledEntity) -> bool:
    return brief.kind == "place" and bool(brief.words) and brief.words <= plain_words(stored.name)


_VOCABULARY: tuple[Kind | Culture | Mood, ...] = (*KINDS.values(), *CULTURES.values(), *MOODS.values())
_COMMON = frozenset(word for one in _VOCABULARY for phrase in one.words for word in plain_words(phrase))
"""Words that many places share, so that one of them alone names none."""


def _new_place(brief: LocationBrief, others: Sequence[RecalledEntity], seed: int, first: LocationBrief) -> LocationText:
    kind = KINDS[brief.kind]
    slots = {"the": f"the {_noun(brief, kind)}"}
    teller = Teller(stream(seed, "place", GENERATOR, first.drawn_by), slots)
    # Another mood takes its words from elsewhere, so that the rest of the place is told as it was.
    moody = teller if brief.moods == first.moods else Teller(stream(seed, "mood", GENERATOR, brief.moods), slots)
    title = brief.title if brief.title and not _is_bare(brief) else invented_title(brief, seed, first.drawn_by)
    aloud = _read_aloud(brief, kind, teller, moody)
    is_empty = any(MOODS[key].is_empty for key in brief.moods)
    notes = _notes(_family(kind, is_empty=is_empty), teller)
    parts = [
        f"## {title}",
        f"> {aloud}",
        notes,
        _connected(others),
        "*New to your campaign: a draft until you approve it.*",
    ]
    return LocationText(
        title=title,
        content=_joined(parts),
        description=aloud,
        location_type=brief.location_type,
        created=True,
        based_on=tuple(one.id for one in others),
        kind=brief.kind,
        culture=brief.culture,
    )


def _read_aloud(brief: LocationBrief, kind: Kind, teller: Teller, moody: Teller) -> str:
    """What the players hear: sight, whose it is, sound, smell, touch, what is wrong, and a way on."""
    culture = CULTURES.get(brief.culture or "")
    moods = [MOODS[key] for key in brief.moods]
    is_empty = any(mood.is_empty for mood in moods)
    family = _family(kind, is_empty=is_empty)
    is_dead = is_empty and kind.family == "settled"
    parts = {
        "sight": teller.tell((kind.empty_sights if is_empty else ()) or kind.sights),
        "mood": moody.tell(moods[0].sentences) if moods else "",
        "mark": teller.tell(culture.marks) if culture else "",
        "sound": teller.tell(family.quiet_sounds if is_dead else (*kind.sounds, *family.sounds)),
        "smell": teller.tell(family.smells if is_dead else (*kind.smells, *kind.smells, *family.smells)),
        "touch": teller.tell(culture.touches if culture else family.touches),
        "tension": teller.tell((*(culture.tensions if culture else ()), *family.tensions)),
        "exit": teller.tell(family.exits if is_dead else (*kind.exits, *kind.exits, *family.exits)),
    }
    second = moody.tell(moods[1].sentences) if len(moods) > 1 else ""
    spare = [family.touches, family.quiet_sounds if is_empty else family.sounds, family.tensions, family.touches]
    return _fitted(parts, second, [teller.tell(pool) for pool in spare])


def _family(kind: Kind, *, is_empty: bool) -> FamilyPool:
    """The shared sentences; those of a dead village or house are not those of a living one."""
    if kind.family != "settled" or not is_empty:
        return FAMILIES[kind.family]
    return FAMILIES["built" if kind.location_type is LocationType.BUILDING else "wild"]


def _fitted(parts: dict[str, str], second_mood: str, spare: list[str]) -> str:
    """The parts as one paragraph of about the right length: 90 to 140 words."""
    if second_mood and _length(parts) + count_words(second_mood) <= MOST_WORDS:
        parts["mood"] = f"{parts['mood']} {second_mood}"
    while _length(parts) < FEWEST_WORDS and spare:
        parts["touch"] = f"{parts['touch']} {spare.pop(0)}"
    for part in ("mood", "smell", "mark"):
        if _length(parts) > MOST_WORDS:
            parts[part] = ""
    return " ".join(filter(None, parts.values()))


def _length(parts: Mapping[str, str]) -> int:
    return sum(map(count_words, parts.values()))


def _noun(brief: LocationBrief, kind: Kind) -> str:
    """The prompt's own word for the place where it has one: "the smithy" rather than "the shop"."""
    said = (brief.title or "").lower().split()
    usable = [word for word in kind.words if word in said and (not word.endswith("s") or word in _SINGULAR)]
    return usable[0] if usable else kind.noun


_SINGULAR = frozenset({"fortress", "pass", "wilderness", "crossroads"})


def _is_bare(brief: LocationBrief) -> bool:
    """True for "tavern" alone, which is no name to remember a place by."""
    return len((brief.title or "").split()) == 1 and brief.kind != "place"


def invented_title(brief: LocationBrief, seed: int, *about: Any) -> str:
    """A name for a place without one, such as `Ashbourne Mill`; another one for everything else it is `about`."""
    rng = stream(seed, "title", GENERATOR, *about)
    return f"{rng.choice(_NAME_STARTS)}{rng.choice(_NAME_ENDS)} {_noun(brief, KINDS[brief.kind]).title()}"


_NAME_STARTS = words("Ash Bell Crow Dusk Ember Fallow Grey Hollow Iron Larch Mill Otter Quiet Raven Salt Thorn Willow")
_NAME_ENDS = words("bourne cross fall ford gate holm mere moor reach stead wick")


def _stored_place(stored: RecalledEntity, others: Sequence[RecalledEntity], seed: int) -> LocationText:
    own = location_brief(f"describe {stored.name}")
    told = location_brief(f"describe {stored.description}")
    kind = KINDS[own.kind if own.kind != "place" else told.kind]
    culture = CULTURES.get(own.culture or told.culture or "")
    rng = stream(seed, "stored place", GENERATOR, stored.id, stored.name, stored.description)
    teller = Teller(rng, {"the": f"the {kind.noun}"})
    is_empty = any(MOODS[key].is_empty for key in (*own.moods, *told.moods))
    family = _family(kind, is_empty=is_empty)
    pools = {
        "sound": family.quiet_sounds if is_empty else family.sounds,
        "smell": family.smells,
        "touch": culture.touches if culture else family.touches,
        "tension": family.tensions,
        "exit": family.exits,
    }
    added = [teller.tell(pool) for topic, pool in pools.items() if not _speaks_of(stored.description, topic)]
    description = quoted(stored.description) or "Nothing is written about this place yet."
    parts = [f"## {quoted(stored.name)}", f"> {description}", _added(added), _notes(family, teller), _connected(others)]
    return LocationText(
        title=stored.name,
        content=_joined(parts),
        description=stored.description,
        location_type=_type_of(stored, kind),
        created=False,
        based_on=(stored.id, *(one.id for one in others)),
        kind=kind.key,
        culture=culture.key if culture else None,
    )


_TOPICS: dict[str, re.Pattern[str]] = {
    "sound": re.compile(
        r"silen|quiet|sound|nois|echo|music|song|sing|hear|loud|whisper|hush|roar|voice", re.IGNORECASE
    ),
    "smell": re.compile(r"smell|scent|stench|odou?r|reek|stink|perfume|air\b|smok|incense", re.IGNORECASE),
    "touch": re.compile(r"touch|warm|cold|hot\b|wet|damp|dry\b|smooth|rough|ice|icy|fire|flame", re.IGNORECASE),
    "exit": re.compile(
        r"door|exit|stair|passage|gate|tunnel|path|leads|entrance|way out|way in|sealed|locked", re.IGNORECASE
    ),
}


def _speaks_of(description: str, topic: str) -> bool:
    """True when the stored words already settle this sense, so that nothing of ours may speak against them."""
    pattern = _TOPICS.get(topic)
    return pattern is not None and pattern.search(description) is not None


def _type_of(stored: RecalledEntity, kind: Kind) -> LocationType:
    own = stored.attributes.get("location_type")
    return LocationType(own) if own in set(LocationType) else kind.location_type


def _as_stored(brief: LocationBrief, stored: RecalledEntity, others: Sequence[RecalledEntity]) -> LocationText:
    description = quoted(stored.description) or "Nothing more is written down yet."
    kind = stored.type.replace("_", " ")
    parts = [
        f"## {quoted(stored.name)}",
        f"> {description}",
        f"*As stored in your campaign ({kind}).*",
        _connected(others),
    ]
    return LocationText(
        title=stored.name,
        content=_joined(parts),
        description=stored.description,
        location_type=brief.location_type,
        created=False,
        based_on=(stored.id, *(one.id for one in others)),
    )


def _added(sentences: Sequence[str]) -> str:
    told = " ".join(filter(None, sentences))
    return f"**New details, yours to keep or drop**\n\n{told}" if told else ""


def _notes(family: FamilyPool, teller: Teller) -> str:
    return (
        "**For the Dungeon Master**\n\n"
        f"- **If they search:** {teller.tell(family.searches)}\n"
        f"- **If they linger:** {teller.tell(family.waits)}\n"
        f"- **To use it:** {teller.tell(family.uses)}"
    )


def _connected(others: Sequence[RecalledEntity]) -> str:
    if not others:
        return ""
    lines = [
        f"- **{quoted(one.name)}** ({one.type.replace('_', ' ')})"
        + (f": {quoted(first_sentence(one.description))}" if one.description.strip() else "")
        for one in others
    ]
    return "**Connected in your campaign**\n\n" + "\n".join(lines)


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(filter(None, parts))
