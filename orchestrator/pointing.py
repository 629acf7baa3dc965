"""The words of a prompt that point back at an earlier result, and what they ask about it; costs no look anywhere.

Six ways: keep it ("keep that one"), ask about it ("what was his AC?"), set something about it ("set his hp to 12"),
change it ("make her older", "call her Mara", "level 5 instead", "bigger"), have it again with a difference ("again but
colder"), and have another ("another one"). A prompt that names what it is about points nowhere.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from orchestrator.classify import normalise
from orchestrator.statements import PRONOUNS, Change, stated_change


class Way(StrEnum):
    """How a prompt points back."""

    KEEP = "keep"
    ASK = "ask"
    SET = "set"
    CHANGE = "change"
    AGAIN = "again"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True)
class Pointer:
    """The words of a prompt that point back: "her", and what is to be different, "older", or what is stated of it."""

    way: Way
    that: str
    change: str = ""
    stated: Change | None = None
    text: str = field(default="", compare=False)

    @property
    def asked(self) -> str:
        """What is asked about it: "ac" for "what was his AC?"; empty when it is asked for as a whole."""
        match = _ASKED_FOR.search(self.text) if self.way is Way.ASK else None
        return match["asked"].strip() if match else ""

    @property
    def is_faint(self) -> bool:
        """True for words that point back only where there is something: "bigger", "level 5 instead"."""
        return self.that in ("instead", normalise(self.change))

    @property
    def new_name(self) -> str | None:
        """The name, when a name is all that is to be different."""
        return named_in(self.change)


_NEW_NAME: Final = re.compile(r"named (?P<name>[^\d,]{1,80})", re.IGNORECASE)
_ASKED_FOR: Final = re.compile(r"\b(?:his|her|its|their) (?P<asked>[a-z][a-z ]{0,30}?)(?: (?:again|now|then))?[ ?.!]*$")
_FIRST: Final = (
    r"(?:(?:ok|okay|yes|good|great|nice|perfect|please|and|but|now|no|hm+|actually|cool|so|can you|could you|"
    r"would you|let'?s|maybe|i like it|i love it|love it),?\s+)*"
)
_LAST: Final = r"(?:,? (?:please|thanks|thank you|now|then))*"
_ONE: Final = r"(?: (?:one|npc|person|character|guy|woman|man|place|item|encounter|tavern|dungeon|thing))?"
_THAT: Final = rf"(?P<that>that|this|it|him|her|them|those|these|he|she)(?:(?<=that|this){_ONE})?"
_CHANGED: Final = r"[,: ]+(?:but |only |just |this time |with |make it |make (?:him|her|them) )*(?P<change>.+)"
_WHOSE: Final = r"(?P<that>his|her|its|their|he|she|it|they)"
_ASKED: Final = r"(?:what|who|where|how|which|when|why)(?:'s|s)?\b.*\b|(?:is|was|does|did|has) "
_COMPARATIVES: Final = (
    "older|younger|stronger|weaker|tougher|hardier|frailer|healthier|quicker|faster|nimbler|slower|smarter|cleverer|"
    "dumber|wiser|richer|wealthier|poorer|taller|shorter|bigger|larger|smaller|fatter|thinner|uglier|prettier|"
    "friendlier|kinder|nicer|meaner|nastier|grumpier|gruffer|shyer|prouder|greedier|angrier|creepier|scarier|stranger|"
    "colder|warmer|hotter|wetter|drier|darker|brighter|harder|easier|deadlier|tougher|shadier|seedier|rowdier|louder|"
    "rougher|quieter|calmer|cozier|cosier|grander|fancier|cheaper|dirtier|finer|longer|holier|"
    "more [a-z-]+|less [a-z-]+|fewer [a-z-]+|higher level|lower level|more experienced"
)
_SOMEWHAT: Final = r"(?:a (?:little )?(?:bit|little|lot) |much |even |way |far |slightly |some )?"
_INSTEAD: Final = (
    r"(?P<change>(?:level \d{1,2}|\d{1,2}(?:st|nd|rd|th) level|an? (?!question)[\w'-]+(?: [\w'-]+){0,3}|male|female|"
    r"evil|good|neutral|lawful|chaotic|(?:chaotic|lawful|neutral) (?:good|evil|neutral))) (?P<that>instead)"
)
_ANOTHER: Final = rf"(?:another|one more)(?: one)?{_ONE}|(?:make|give me|show me) another(?: one)?{_ONE}"
_IT: Final = rf"(?:it|that|this|him|her|them){_ONE}"
_AGAIN: Final = (
    rf"again|once more|try again|(?:(?:do|make|roll|try|generate|create) )?(?:it|that|this)(?: one)? again|"
    rf"(?:re-?roll|redo|regenerate)(?: {_IT})?|(?:do )?(?:the )?same(?: (?:thing|again))?{_ONE}"
)
_OTHER_NAME: Final = r"(?P<change>(?:an?other|a different|a new|a better|different|new|better) name)"
_RENAMED: Final = rf"(?:(?:give|find|roll|get) )?(?P<that>him|her|it|them|that)? ?{_OTHER_NAME}(?: for {_IT})?"
_CALLED: Final = rf"(?:call|name|rename) {_THAT} (?:to |as |into )?(?P<name>.+)"
_NAME_IS: Final = r"(?P<that>his|her|its|their) name (?:is|should be|shall be|will be) (?:now )?(?P<name>.+)"
_MADE: Final = rf"(?:make|turn|change) {_THAT}(?: into| to| be| to be)? (?P<change>.+)"
_IS_TO_BE: Final = r"(?:'s got to be| (?:should|shall|must|has to|needs to|ought to) be| should have been)"
_WANTED: Final = rf"(?P<that>he|she|it|they|that)(?: one)?{_IS_TO_BE} (?P<change>.+)"
_ABILITY: Final = r"(?:str(?:ength)?|dex(?:terity)?|con(?:stitution)?|int(?:elligence)?|wis(?:dom)?|cha(?:risma)?)"
_GIVEN: Final = rf"give {_THAT} (?P<change>(?:an? )?{_ABILITY}\b.*|\d+ (?:in )?{_ABILITY})"
_WAYS: Final = (
    (Way.KEEP, rf"(?:keep|save|store|note|remember|add|approve) {_THAT}(?: (?:too|please))*"),
    (Way.CHANGE, _RENAMED),
    (Way.CHANGE, _CALLED),
    (Way.CHANGE, _NAME_IS),
    (Way.ANOTHER, rf"(?P<that>{_ANOTHER})(?:{_CHANGED})?"),
    (Way.AGAIN, rf"(?P<that>{_AGAIN})(?:{_CHANGED})?"),
    (Way.CHANGE, _MADE),
    (Way.CHANGE, _WANTED),
    (Way.CHANGE, _GIVEN),
    (Way.CHANGE, rf"(?:rather |make it )?{_INSTEAD}"),
    (Way.CHANGE, rf"(?P<change>{_SOMEWHAT}(?:{_COMPARATIVES})(?: still)?)"),
    (Way.CHANGE, r"(?P<change>with (?:more|fewer|less) [a-z -]{3,40})"),
    (Way.ASK, rf"(?:{_ASKED}){_WHOSE}\b.*"),
    (Way.ASK, rf"{_WHOSE} [\w ]{{1,40}}\?"),
    (Way.ASK, rf"(?:(?:show|tell|remind)(?: me)? (?:more )?(?:about |of )?){_THAT}(?: again)?"),
)
_PATTERNS: Final = tuple((way, re.compile(rf"{_FIRST}(?:{pattern}){_LAST}", re.IGNORECASE)) for way, pattern in _WAYS)
_POLITE: Final = re.compile(r"(?:(?:^|,? )(?:please|thanks|thank you|now|then|but))+$", re.IGNORECASE)
_LONGEST: Final = 200
"""What points back is short; longer prompts say what they are about."""


def named_in(change: str) -> str | None:
    """The name, when a change asks for nothing but a name."""
    match = _NEW_NAME.fullmatch(change)
    return match["name"] if match else None


def pointer_in(prompt: str) -> Pointer | None:
    """How the prompt points back, if it does."""
    text = " ".join(prompt.replace("\u2019", "'").split())
    if len(text) > _LONGEST:
        return None
    for way, pattern in _PATTERNS:
        if match := pattern.fullmatch(text.rstrip("!.")):
            said = match.groupdict()
            change = f"named {said['name']}" if said.get("name") else said.get("change") or ""
            change = _POLITE.sub("", change)
            if way is Way.CHANGE and _is_stated(text, said):
                break
            return Pointer(way, normalise(said.get("that") or change), change.strip(" .!,?\"'"), text=text.lower())
    return _setting(prompt)


def _setting(prompt: str) -> Pointer | None:
    """One thing that is stated or set: "set his hp to 12"."""
    stated = stated_change(prompt)
    if stated is None or stated.subject.casefold() not in PRONOUNS:
        return None
    return Pointer(Way.SET, stated.subject.casefold(), stated=stated)


def _is_stated(text: str, said: dict[str, str | None]) -> bool:
    """What is set or stated as it is, such as "change her level to 6", is no person made again."""
    if said.get("name") or not said.get("that"):
        return False
    return _setting(text) is not None
