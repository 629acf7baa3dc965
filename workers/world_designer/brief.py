"""From a prompt to the brief of a person: what the Dungeon Master asked for, and nothing more. The rest is None."""

import re
from dataclasses import astuple, dataclass
from typing import Any, Final, Literal

import rules
from rules.loader import default_rulebook
from workers.world_designer.place_brief import LocationBrief, location_brief
from workers.world_designer.reading import (
    Found,
    Vocabulary,
    blank,
    name_at,
    normalise,
    read_level,
    without_level,
)
from workers.world_designer.vocabulary import ages, occupations, peoples, traits, words

__all__ = ["NOTHING", "Gender", "LocationBrief", "NpcBrief", "location_brief", "npc_brief"]

Gender = Literal["female", "male"]
MAX_LEVEL: Final = 20
MAX_TRAITS: Final = 4


@dataclass(frozen=True, slots=True)
class NpcBrief:
    """What a prompt says about a person.

    Attributes:
        name: Exactly as it was written.
        race: A key of `peoples.BY_KEY`, such as `dwarf` or `half-elf`.
        character_class: A class of the rules library.
        level: 1 to 20.
        occupation: A name of `occupations.BY_NAME`, or a trade we do not know, in the prompt's own word.
        alignment: Two letters such as `LG`, or `N`, or one half of it: `good`, `evil`, `lawful`, `chaotic`.
        traits: Words of `traits.BY_WORD`.
        home: A place the person comes from.
        notes: What was asked for and cannot be, in sentences.
        abilities: Scores by name, as far as they were given; Strength may be written as `18/55`.
        age: One of `ages.STAGES`.
        years: How old exactly; goes before `age`.
    """

    name: str | None = None
    race: str | None = None
    character_class: str | None = None
    level: int | None = None
    occupation: str | None = None
    gender: Gender | None = None
    alignment: str | None = None
    traits: tuple[str, ...] = ()
    home: str | None = None
    notes: tuple[str, ...] = ()
    abilities: tuple[tuple[str, str], ...] = ()
    age: str | None = None
    years: int | None = None

    @property
    def drawn_by(self) -> tuple[Any, ...]:
        """What chance depends on: all but scores and age, which take the place of drawn ones and change no others."""
        return astuple(self)[:-3]


NOTHING: Final = NpcBrief()
"""Asks for nothing."""


_CLASSES = Vocabulary(
    {name.replace("_", " "): key for name, key in default_rulebook().table("classes").aliases_of_names.items()}
    | {"sorcerer": "mage", "sorceress": "mage", "wizardess": "mage", "conjuror": "conjurer", "burglar": "thief"}
)
_RACES = Vocabulary({word.replace("-", " "): people.key for people in peoples.PEOPLES for word in people.words})
_OCCUPATIONS = Vocabulary({word: one.name for one in occupations.OCCUPATIONS for word in one.words})
_GENDERS = Vocabulary(
    dict.fromkeys(
        words(
            "female woman girl lady she her mother sister daughter queen princess priestess sorceress witch barmaid "
            "duchess baroness countess huntress matron wife widow abbess nun crone maiden seamstress henchwoman"
        ),
        "female",
    )
    | dict.fromkeys(
        words(
            "male man boy lord he him his father brother son king prince duke baron husband widower friar monk "
            "fisherman nobleman guardsman watchman huntsman stableboy"
        ),
        "male",
    )
)
_TRAITS = Vocabulary({word: word for word in traits.BY_WORD})
_AGES = Vocabulary({word.replace("-", " "): stage for stage, these in ages.WORDS.items() for word in these})
_TITLES = frozenset(
    words("captain sir lady lord brother sister father mother king queen baron baroness master old dame")
)
_KNOWN = frozenset(
    word
    for vocabulary in (_CLASSES, _RACES, _OCCUPATIONS, _TRAITS, _GENDERS, _AGES)
    for phrase in vocabulary.words()
    for word in phrase.split()
) | frozenset(words("level lvl evil good neutral lawful chaotic random new another simple quick npc character person"))

_NAMED = re.compile(r"(?i:\b(?:named|called|known as|name is|named as|by the name of|name of))[ :]*")
_ORDER = re.compile(
    r"(?i:\s*(?:please\s+|can you\s+|could you\s+)?"
    r"(?:create|make|generate|invent|design|build|roll up|stat up|give me|i need|come up with|describe)\s+(?:me\s+)?"
    r"(?:an?\s+npc[,:]?\s+|npc[,:]?\s+)?)"
)
_HOME = re.compile(
    r"(?i:\b(?:from|in|at|of)\s+(?:the\s+)?(?:(?:town|city|village|kingdom|port|hamlet|realm)\s+of\s+)?)"
)
_ABILITY_NAMES: Final = {form: name for name in rules.ABILITIES for form in (name, name[:3])}
_ABILITY_FORMS: Final = "|".join(sorted(_ABILITY_NAMES, key=len, reverse=True))
_SCORE: Final = r"\d{1,2}(?:/\d{2})?(?![\d/])"
_SCORES = (
    re.compile(rf"\b(?P<name>{_ABILITY_FORMS})\b[ :=]*(?:score )?(?:of |is )?(?P<score>{_SCORE})"),
    re.compile(rf"\b(?P<score>{_SCORE}) (?:in |points of )?(?P<name>{_ABILITY_FORMS})\b"),
)
_ALIGNMENT = re.compile(r"\b(lawful|neutral|chaotic)[ -]+(good|neutral|evil)\b")
_LETTERS = re.compile(r"\b(LG|NG|CG|LN|TN|CN|LE|NE|CE)\b")
_HALF = re.compile(
    r"\b(good|evil|lawful|chaotic|neutral)(?:-aligned| aligned)?\b(?!-| (?:looking|at|with|friends?|old|wine|ale)\b)"
)
_NOT_A_TRAIT = re.compile(r"\b\w+ (?:sword|bow|description|version|summary|stat|stats|list|paragraph|tale)s?\b")
_NOT_AN_AGE = re.compile(r"\b(?:old|ancient) (?:friend|enemy|enemie|foe|rival|ally|allie|comrade|companion|flame)s?\b")
_YEARS = re.compile(
    r"\b(?:aged|age(?: of)?|turned)[ :]*(\d{1,4})(?: years?)?\b(?! level)|"
    r"\b(\d{1,4})[ -]?(?:(?:years?|yrs?|winters|summers)(?:[ -]old| of age)?|y\.?o\.?)\b"
)
_TENS = {
    name: 10 * number + 5
    for number, name in enumerate(
        words("teens twenties thirties forties fifties sixties seventies eighties nineties"), 1
    )
}
_IN_TENS = re.compile(rf"\bin (?:his|her|their|its|the) (?:early |mid[ -]|late )?({'|'.join(_TENS)})\b")
_TRADE = re.compile(
    r"\b([a-z]{2,16}(?:monger|maker|keeper|wright|smith|herd|master|mistress|tender|driver|seller|dealer|binder|worker))\b"
)


def npc_brief(prompt: str) -> NpcBrief:
    """Read what a prompt says about a person: "Create a dwarven blacksmith named Borin".

    Any text is allowed, also an empty one; words that are not understood are left out, never repeated.
    """
    text = normalise(prompt)
    name = _person_name(text)
    home = _home(text, name)
    plain = blank(text, name, home).lower()
    years, plain = _years(plain)
    race = _RACES.first(plain)
    without_race = plain.replace("half-elf", " ").replace("half elf", " ")
    classes = _CLASSES.all(without_race)
    level, level_notes = _level(plain)
    title = name.name.split()[0].lower() if name else ""
    occupation = _OCCUPATIONS.first(f"{title if title in _TITLES else ''} {plain}") or next(
        iter(_TRADE.findall(plain)), None
    )
    return NpcBrief(
        name=name.name if name else None,
        race=race,
        character_class=classes[0] if classes else None,
        level=level,
        occupation=occupation,
        gender=_gender(plain),
        alignment=_alignment(text, plain),
        traits=tuple(_TRAITS.all(_NOT_A_TRAIT.sub(" ", plain)))[:MAX_TRAITS],
        home=home.name if home else None,
        abilities=_abilities(plain),
        age=_AGES.first(f"{title if title in _TITLES else ''} {_NOT_AN_AGE.sub(' ', _NOT_A_TRAIT.sub(' ', plain))}"),
        years=years,
        notes=(*level_notes, *_multi_class_note(plain, classes)),
    )


def understood(prompt: str) -> str:
    """What is left of a prompt, in lower case, when all that `npc_brief` reads is taken out of it."""
    text = normalise(prompt)
    name = _person_name(text)
    _, plain = _years(blank(text, name, _home(text, name)).lower())
    plain = without_level(plain, _CLASSES.words())
    for pattern in (*_SCORES, _ALIGNMENT, re.compile("true neutral"), re.compile(_LETTERS.pattern.lower()), _HALF):
        plain = pattern.sub(" ", plain)
    for vocabulary in (_CLASSES, _RACES, _OCCUPATIONS, _TRAITS, _GENDERS, _AGES):
        plain = vocabulary.without(plain)
    return _TRADE.sub(" ", plain)


def _person_name(text: str) -> Found | None:
    for match in _NAMED.finditer(text):
        if found := name_at(text, match.end()):
            return found
    order = _ORDER.match(text)
    start = order.end() if order else 0
    found = name_at(text, start, capital=True, unless=_KNOWN - _TITLES) if order else None
    is_bare_title = found is not None and found.name.lower() in _KNOWN
    return None if is_bare_title else found


def _home(text: str, name: Found | None) -> Found | None:
    if text.isupper():  # all capitals tell nothing about names
        return None
    for match in _HOME.finditer(text):
        found = name_at(text, match.end(), capital=True, unless=_KNOWN)
        if found and (name is None or found.end <= name.start or found.start >= name.end):
            return found
    return None


def _years(text: str) -> tuple[int | None, str]:
    """The age in years that is said, and the text without it, so that it is taken for no level."""
    if match := _YEARS.search(text):
        return int(match[1] or match[2]), _YEARS.sub(" ", text, count=1)
    if match := _IN_TENS.search(text):
        return _TENS[match[1]], _IN_TENS.sub(" ", text, count=1)
    return None, text


def _level(text: str) -> tuple[int | None, tuple[str, ...]]:
    asked = read_level(text, _CLASSES.words())
    if asked is None:
        return None, ()
    level = max(1, min(MAX_LEVEL, asked))
    if asked == 0:
        return level, ("Level 0 people have no class; this one is level 1.",)
    return level, () if level == asked else (f"Levels here end at {MAX_LEVEL}; {asked} was asked for.",)


def _multi_class_note(text: str, classes: list[str]) -> tuple[str, ...]:
    if len(classes) > 1 and "/" in text:
        return (f"Several classes at once are not generated; this is the {classes[0]} half.",)
    return ()


def _abilities(text: str) -> tuple[tuple[str, str], ...]:
    """Scores stand all after their names ("str 17 dex 16") or all before ("17 strength, 16 dexterity")."""
    found = max(([*pattern.finditer(text)] for pattern in _SCORES), key=len)
    given = {_ABILITY_NAMES[match["name"]]: match["score"] for match in reversed(found)}
    return tuple((name, given[name]) for name in rules.ABILITIES if name in given)


def _gender(text: str) -> Gender | None:
    match _GENDERS.first(text):
        case "female":
            return "female"
        case "male":
            return "male"
        case _:
            return None


def _alignment(text: str, plain: str) -> str | None:
    if match := _ALIGNMENT.search(plain):
        letters = match[1][0] + match[2][0]
        return "N" if letters == "nn" else letters.upper()
    if "true neutral" in plain:
        return "N"
    if match := _LETTERS.search(text):
        return "N" if match[1] == "TN" else match[1]
    half = _HALF.search(plain)
    return None if half is None else half[1]
