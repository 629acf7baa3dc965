"""What a Dungeon Master orders about the campaign's own people and places, read from the words by rules.

change     "change Borin's level to 6", "rename Ashford to Ashbourne", "Borin is dead now"
relation   "Borin lives in Ashford", "link Kira and Borin", "move Corvin to Port Vell"

Capitals do not matter. What is not said in one of these ways is not guessed at.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final

import rules

_MOST_CHARACTERS: Final = 500
"""Longer orders are not read, but for a new description, which may be as long as it likes."""
_ORDER: Final = re.compile(
    r"^\s*(?:(?:please|can you|could you|would you|kindly|ok|okay|actually|now|also|and|correction|update)[,:]?\s+)*"
    r"(?:(?:note|record|remember|set it down)(?:\s+that)?[:,]?\s+)?",
    re.IGNORECASE,
)
_VERB: Final = r"(?:change|set|update|correct|fix|edit|alter|amend|make|adjust)"
_WHO: Final = r"(?P<subject>.{1,80}?)"
_WHOSE: Final = r"(?P<subject>.{1,80}?)(?:'s|(?<=s)'|\b(?<=his)|\b(?<=her)|\b(?<=its)|\b(?<=their))"
_WHAT: Final = r"(?P<attribute>[a-z][a-z0-9_ ]{0,30}?)"
_SAID: Final = r"(?P<value>\S.{0,199}?)"
_TO: Final = r"\s*(?:\bto\b|\bas\b|\binto\b|\bis\b|\bare\b|\bshould be\b|=|:)\s*(?:now\s+)?"
_STATES: Final = (
    "dead|alive|missing|imprisoned|captured|destroyed|undead|hostile|friendly|deceased|completed|done|open|closed"
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.DOTALL)


_RENAMED: Final = (
    _pattern(rf"rename\s+{_WHO}\s+(?:to|as|into)\s+{_SAID}"),
    _pattern(rf"(?:{_VERB}\s+)?(?:the\s+)?name of\s+{_WHO}{_TO}{_SAID}"),
    _pattern(rf"(?:{_VERB}\s+)?{_WHOSE}\s+name{_TO}{_SAID}"),
)
_DESCRIBED: Final = (
    re.compile(
        rf"(?:{_VERB}|rewrite|replace)\s+the description of\s+{_WHO}\s*(?:\bto\b\s*:?|:|\bwith\b)\s*(?P<value>.+)",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        rf"(?:{_VERB}|rewrite|replace)\s+{_WHOSE}\s+description\s*(?:\bto\b\s*:?|:|\bwith\b)\s*(?P<value>.+)",
        re.IGNORECASE | re.DOTALL,
    ),
)
_FORMED: Final = (
    _pattern(rf"{_VERB}\s+(?:the\s+)?{_WHAT}\s+(?:of|for)\s+{_WHO}(?:\s+from\s+.{{1,60}}?)?{_TO}{_SAID}"),
    _pattern(rf"{_VERB}\s+{_WHAT}\s+(?:from\s+.{{1,60}}?\s+)?to\s+{_SAID}\s+for\s+{_WHO}"),
    _pattern(rf"(?:{_VERB}\s+)?{_WHOSE}\s+{_WHAT}(?:\s+from\s+.{{1,60}}?)?{_TO}{_SAID}"),
    _pattern(rf"(?:the\s+)?{_WHAT}\s+of\s+{_WHO}\s+is now\s+{_SAID}"),
)
_STATUS: Final = (
    _pattern(rf"{_WHO}\s+(?:is|was)\s+(?:now\s+)?(?P<value>{_STATES})(?:\s+now)?"),
    _pattern(rf"(?:mark|flag)\s+{_WHO}\s+as\s+(?P<value>[a-z][a-z -]{{1,40}})"),
    _pattern(rf"mark as\s+(?P<value>{_STATES}):\s*{_WHO}"),
)
_POINTS: Final = "(?:hp|hit points?)"
_COUNTED: Final = (
    ("hp", _pattern(rf"{_WHO}\s+(?:now\s+)?(?:has|is (?:down to|at|up to))\s+(?P<value>-?\d+)\s+{_POINTS}(?:\s+now)?")),
    ("hp", _pattern(rf"(?:heal|restore)\s+{_WHO}\s+to\s+(?P<value>\d+)(?:\s+(?:hp|hit points?))?")),
    ("level", _pattern(rf"(?:bump|raise|level(?: up)?)\s+{_WHO}\s+(?:up\s+)?to\s+(?:level\s+)?(?P<value>\d+)")),
    ("level", _pattern(rf"{_WHO}\s+(?:has\s+)?(?:level(?:l?ed)? up to|reached|is now)\s+(?:level\s+)?(?P<value>\d+)")),
)
_MORE: Final = re.compile(
    r"\s*(?:,|\band\b)\s*(?:(?:his|her|its|their|the)\s+)?([a-z][a-z _]{0,30}?)\s+to\s+(\S.*)$", re.IGNORECASE
)

_KINDS: Final = (
    "lives in|works for|works in|serves|owns|rules|leads|guards|knows|hates|loves|fears|belongs to|lies in|leads to|"
    "is married to|is allied with|is at war with|is (?:the|an?) (?:member|enemy|friend|ally|child|parent|sibling|"
    "brother|sister|son|daughter|mother|father|cousin|rival|apprentice|mentor|servant|follower|part) of"
)
_ROLE: Final = re.compile(r"^is (?:the|an?) (?P<role>\w+) of$")
_RELATED: Final = (
    _pattern(rf"(?P<source>.{{1,120}}?)\s+(?:now\s+)?(?P<kind>{_KINDS})\s+(?P<target>.{{1,120}}?)(?:\s+now)?"),
    _pattern(r"(?:link|connect|relate|tie)\s+(?P<source>.{1,80}?)\s+(?:to|with|and)\s+(?P<target>.{1,80}?)"
             r"(?:\s+as\s+(?P<named>[a-z][a-z ]{1,40}?)|:\s*(?P<stated>[a-z][a-z ]{1,40}?))?"),
    _pattern(r"(?P<moved>move)\s+(?P<source>.{1,80}?)\s+to\s+(?P<target>.{1,80}?)"),
    _pattern(r"(?P<source>.{1,80}?)\s+(?P<moved>(?:has\s+)?moved)\s+to\s+(?P<target>.{1,80}?)"),
    _pattern(r"(?:marry\s+)?(?P<source>.{1,80}?)\s+(?P<married>(?:has\s+|just\s+)?(?:married|wed(?:s|ded)?))\s+"
             r"(?P<target>.{1,80}?)"),
)  # fmt: skip
_ARTICLE: Final = re.compile(r"^(?:the|an?|my|our|npc|location|item)\s+", re.IGNORECASE)
_QUOTES: Final = " \t\r\n\"'\u201c\u201d"
_NUMBER: Final = re.compile(r"[+-]?\d+")
_SAME: Final = {
    "armor_class": "ac",
    "armour_class": "ac",
    "hit_points": "hp",
    "hits": "hp",
    "levels": "level",
    "state": "status",
    "leader": "ruler",
}
_ABILITIES: Final = {form: name for name in rules.ABILITIES for form in (name, name[:3])}
PRONOUNS: Final = frozenset({"he", "she", "it", "they", "him", "her", "them", "his", "its", "their", "that", "this"})
"""Words that stand for somebody and name nobody."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different about one entity; `attributes` are named and typed as they are stored."""

    subject: str
    attributes: dict[str, Any] = field(default_factory=dict)
    name: str | None = None
    description: str | None = None

    def as_params(self) -> dict[str, Any]:
        """For a step of the Scribe, but for the entity."""
        said = {"attributes": self.attributes, "name": self.name, "description": self.description}
        return {key: value for key, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Relation:
    """`source` stands in the relation `kind` to `target`; both as they were named."""

    source: str
    kind: str
    target: str


def stated_change(text: str) -> Change | None:
    """The change that a text orders or states; None when it says none in a way that is known."""
    said = _without_order(text)
    for pattern in _DESCRIBED:
        if match := pattern.fullmatch(said):
            return Change(plain_name(match["subject"]), description=match["value"].strip(_QUOTES))
    if len(said) > _MOST_CHARACTERS:
        return None
    said = said.rstrip(" .!")
    return _renamed(said) or _counted(said) or _with_attributes(said)


def stated_relation(text: str) -> Relation | None:
    """The relationship that a text orders or states; None when it says none in a way that is known."""
    said = _without_order(text).rstrip(" .!")
    if len(said) > _MOST_CHARACTERS:
        return None
    for pattern in _RELATED:
        if match := pattern.fullmatch(said):
            return Relation(plain_name(match["source"]), _kind(match.groupdict()), plain_name(match["target"]))
    return None


def attribute_of(words: str) -> str:
    """An attribute's name as it is stored: "armor class" is `ac`."""
    name = "_".join(words.strip().lower().split())
    return _SAME.get(name, name)


def value_of(words: str) -> Any:
    """The value that words stand for: a number when they are one."""
    text = words.strip(_QUOTES)
    return int(text) if _NUMBER.fullmatch(text) else text


def plain_name(words: str) -> str:
    """A name without articles and quotes: "the Gilded Eel" gives "Gilded Eel"."""
    return _ARTICLE.sub("", words.strip(_QUOTES + ",:;"))


def _without_order(text: str) -> str:
    return _ORDER.sub("", text.replace("\u2019", "'").strip(), count=1)


def _renamed(said: str) -> Change | None:
    match = next((found for pattern in _RENAMED if (found := pattern.fullmatch(said))), None)
    if match is None:
        return None
    name = re.sub(r"\s+(?:now|from now on|instead)$", "", match["value"], flags=re.IGNORECASE)
    return Change(plain_name(match["subject"]), name=name.strip(_QUOTES))


def _counted(said: str) -> Change | None:
    for attribute, pattern in _COUNTED:
        if match := pattern.fullmatch(said):
            return Change(plain_name(match["subject"]), {attribute: int(match["value"])})
    match = next((found for pattern in _STATUS if (found := pattern.fullmatch(said))), None)
    return Change(plain_name(match["subject"]), {"status": match["value"].lower()}) if match else None


def _with_attributes(said: str) -> Change | None:
    match = next((found for pattern in _FORMED if (found := pattern.fullmatch(said))), None)
    if match is None or re.search(r"\b(?:what|who|how|where|which)\b", match["subject"], re.IGNORECASE):
        return None
    return Change(plain_name(match["subject"]), _attributes(match["attribute"], match["value"]))


def _attributes(attribute: str, value: str) -> dict[str, Any]:
    """The first attribute, and those that follow it: "level to 6 and hp to 40"."""
    more = _MORE.search(value)
    first, others = (value[: more.start()], _attributes(more[1], more[2])) if more else (value, {})
    said = re.sub(r"\s+(?:now|instead)$", "", first, flags=re.IGNORECASE)
    name = attribute_of(attribute)
    if ability := _ABILITIES.get(name):
        scores = {ability: value_of(said)} | others.pop("abilities", {})
        return {"abilities": scores} | others
    return {name: value_of(said)} | others


def _kind(said: dict[str, Any]) -> str:
    if said.get("moved"):
        return "lives in"
    if said.get("married"):
        return "is married to"
    if named := said.get("named"):
        return f"is {_article(one := _singular(named))} {one} of"
    kind = str(said.get("kind") or said.get("stated") or "is connected to").lower()
    role = _ROLE.match(kind)
    return f"is {_article(role['role'])} {role['role']} of" if role else " ".join(kind.split())


def _singular(word: str) -> str:
    plain = re.sub(r"^(?:the|an?)\s+", "", word.strip().lower())
    return {"allies": "ally", "enemies": "enemy"}.get(plain, plain.removesuffix("s") if plain != "boss" else plain)


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
