"""From a prompt to the brief of a place: what the Dungeon Master asked for, and nothing more."""

import re
from dataclasses import dataclass
from typing import Final

from contracts.entities import LocationType
from workers.world_designer.reading import PARTICLES, STOP_WORDS, Vocabulary, name_at, normalise, tokens
from workers.world_designer.vocabulary import peoples, words
from workers.world_designer.vocabulary.places import CULTURES, KINDS, MOODS

MAX_TITLE_WORDS: Final = 7
MAX_TITLE_CHARACTERS: Final = 70


@dataclass(frozen=True, slots=True)
class LocationBrief:
    """What a prompt says about a place.

    Attributes:
        title: In title case, such as `Ancient Dwarven Hall`; None when the prompt names nothing usable.
        kind: A key of `KINDS`, such as `hall`.
        culture: A key of `CULTURES`; None when it is not said.
        moods: Keys of `MOODS`: age and condition.
        words: The words of the title in their plain form, to compare with stored names.
        definite: False for "a tavern", which asks for a new one; True for "the tavern" and for proper names.
    """

    title: str | None
    kind: str
    location_type: LocationType
    culture: str | None = None
    moods: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    definite: bool = True

    @property
    def drawn_by(self) -> tuple[object, ...]:
        """What decides the draws: all but `words`, which follow from the title and come in another order each start."""
        return self.title, self.kind, self.location_type.value, self.culture, self.moods, self.definite


_KIND_WORDS = Vocabulary({word: kind.key for kind in KINDS.values() for word in kind.words})
_CULTURE_WORDS = Vocabulary({word: culture.key for culture in CULTURES.values() for word in culture.words})
_MOOD_WORDS = Vocabulary({word: mood.key for mood in MOODS.values() for word in mood.words})
_PLACE_ORDER = re.compile(
    r"(?i:^.{0,200}?\b(?:describe|description of|describing|set the scene(?: (?:for|in|at|of))?|picture of|"
    r"read-?aloud(?: text)? for|what does|what do (?:we|they|the \w+) see (?:in|at|inside)|look like in|paint|create|"
    r"make|generate|invent|design|tell me about|where is|show me)\b[ :,]*|"
    r"^(?:(?:and|now|so|then) )?(?:we|they|you|i|the \w+) (?:enters?|arrives? (?:at|in)|reach(?:es)?|approach(?:es)?|"
    r"(?:go(?:es)?|walks?|steps?|comes?) (?:into|inside|to)) )"
)
_NAMED = re.compile(r"\b(?:named|called|known as)[ :]+([\"']?the\s+)?", re.IGNORECASE)
_PLACE_END = re.compile(
    r"[.!?;:,\n\"()*<>{}\[\]|#`~=]|\s+-\s|"
    r"(?i:\b(?:looks?|(?:for|to) (?:my|our|the) (?:players?|group|party|game|session)|for me|in detail|please|when|"
    r"where|that|which|who|with|while|as the|during|after|before|and then|so that|because|if)\b)"
)
_AT_A_PLACE = re.compile(r"(?i:\s+(?:near|in|at|outside|beneath|under|inside|by|on|from|below|above|behind|between)\b)")
_INDEFINITE = re.compile(_PLACE_ORDER.pattern + r"(?i:(?:an?|some|another|any|new|random)\b)")
_ARTICLE = re.compile(r"(?i:^(?:the|a|an|my|our|this|that|some|of|to|for|me|us)\s+)")
_SMALL_WORDS = PARTICLES | frozenset(words("in at on near under by and"))
_PLAIN_FORMS = {word: people.key for people in peoples.PEOPLES for word in people.words}


def location_brief(prompt: str) -> LocationBrief:
    """Read what a prompt says about a place: "Describe the ancient dwarven hall".

    Any text is allowed. A title is taken only from a phrase that names a kind of place or is written as a proper name,
    so that no other text of a prompt is ever repeated.
    """
    text = normalise(prompt)
    phrase = _place_phrase(text)
    plain = phrase.lower()
    title = _given_name(text) or _title(phrase)
    kind = _last_kind(plain) or _KIND_WORDS.first(text.lower()) or "place"
    return LocationBrief(
        title=title,
        kind=kind,
        location_type=KINDS[kind].location_type,
        culture=_CULTURE_WORDS.first(plain.replace("'s", "")) or _CULTURE_WORDS.first(text.lower().replace("'s", "")),
        moods=tuple(_MOOD_WORDS.all(plain))[:2],
        words=frozenset() if title is None else plain_words(title),
        definite=_INDEFINITE.match(text) is None,
    )


def plain_words(text: str) -> frozenset[str]:
    """The words that matter, peoples in one form: `The Hall of the Dwarves` gives hall and dwarf."""
    return frozenset(
        _PLAIN_FORMS.get(word, word.removesuffix("'s")) for word in tokens(text) if word not in STOP_WORDS | PARTICLES
    )


def _given_name(text: str) -> str | None:
    """The proper name after "named" or "called": `The Gilded Eel`."""
    match = _NAMED.search(text)
    found = name_at(text, match.end(), capital=True) if match else None
    if match is None or found is None or len(found.name) > MAX_TITLE_CHARACTERS - len("The "):
        return None
    return f"The {found.name}" if match[1] else found.name


def _place_phrase(text: str) -> str:
    """The words between the order and the first comma, full stop or relative clause."""
    order = _PLACE_ORDER.match(text)
    phrase = text[order.end() :] if order else text
    if end := _PLACE_END.search(phrase.lstrip(" \"'*")):
        phrase = phrase.lstrip(" \"'*")[: end.start()]
    phrase = phrase.strip(" \t'\"")
    while (shorter := _ARTICLE.sub("", phrase)) != phrase:
        phrase = shorter
    return _without_surroundings(phrase)[:200]


def _without_surroundings(phrase: str) -> str:
    """Drop "near Millbrook", but keep "Inn at the Crossroads", which is a name."""
    for match in _AT_A_PLACE.finditer(phrase):
        before, after = phrase[: match.start()].split(), phrase[match.end() :].split()
        is_name = bool(before) and before[-1][0].isupper() and any(word[0].isupper() for word in after[:2])
        if not is_name and before:
            return " ".join(before)
    return phrase


def _last_kind(plain: str) -> str | None:
    """The kind of place a phrase is about: "tower" in "castle tower", but "hall" in "hall of the tower king"."""
    kinds = _KIND_WORDS.all(re.split(r" (?:of|at|in|on|by) ", plain, maxsplit=1)[0])
    return kinds[-1] if kinds else None


def _title(phrase: str) -> str | None:
    words = re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", phrase)[:12]
    is_proper = bool(words) and all(word[0].isupper() or word.lower() in _SMALL_WORDS for word in words)
    if not words or (_KIND_WORDS.first(phrase.lower()) is None and not is_proper):
        return None
    if len(words) > MAX_TITLE_WORDS:
        words = _around_the_kind(words)
    while words and words[-1].lower() in _SMALL_WORDS | STOP_WORDS:
        words.pop()
    title = " ".join(_cased(word, first=index == 0) for index, word in enumerate(words))
    return title if 0 < len(title) <= MAX_TITLE_CHARACTERS else None


def _around_the_kind(words: list[str]) -> list[str]:
    """Of a long phrase, the kind of place and the three words before it."""
    at = next((i for i, word in enumerate(words) if _KIND_WORDS.first(word.lower())), 0)
    return words[max(0, at - 3) : at + 1]


def _cased(word: str, *, first: bool) -> str:
    if word.lower() in _SMALL_WORDS and not first:
        return word.lower()
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))
