"""The words in which a Dungeon Master asks for what the campaign holds, and for those who belong to somebody in it."""

import re
from collections.abc import Iterable
from typing import Final

KIN: Final = frozenset(
    {"brother", "sister", "sibling", "twin", "mother", "father", "parent", "son", "daughter", "child", "cousin"}
    | {"uncle", "aunt", "nephew", "niece", "grandmother", "grandfather"}
)
"""Roles that share their people with whom they belong to."""
MARRIED: Final = frozenset({"wife", "husband", "spouse"})
_OTHERS: Final = (
    "rival|enemy|foe|nemesis|friend|ally|companion|partner|lover|servant|apprentice|pupil|student|mentor|master|"
    "teacher|follower|squire|henchman|bodyguard|assistant|informant|contact"
)
_ROLES: Final = "|".join([_OTHERS, *sorted(KIN | MARRIED)])
_FIRST: Final = r"^\s*(?:(?:please|can you|could you|would you|ok|okay|now)[,:]?\s+)*"
_MAKE: Final = _FIRST + r"(?:add|create|make|generate|invent|design|give|get|come up with|we need|i need|i want)\s+"
_LOOKS: Final = rf"(?P<looks>(?:[\w-]+,?\s+){{0,4}}?)(?P<role>{_ROLES})"
_WHICH: Final = r"(?:me\s+|us\s+)?(?:an?\s+|another\s+|some\s+|the\s+)?" + _LOOKS
_TO: Final = r"(?P<to>[^,.!?]{1,60}?)"
_REST: Final = r"(?:,?\s+(?:(?:who|that)\s+(?:is|lives|works|dwells)\s+)?(?:in|from|at)\s+(?P<place>[^,.!?]{1,60}?))?"
_CALLED: Final = r"(?:,?\s+(?:named|called)\s+(?P<name>[^,.!?]{1,60}?))?"
_CALLED_LATER: Final = _CALLED.replace("<name>", "<name_later>")
_END: Final = r"\s*[.!?]*\s*$"
_WHOM: Final = r"(?P<name>[^,.!?]{1,80}?)"
_OTHER: Final = r"(?P<other>[^,.!?]{1,80}?)"
_TIED: Final = r"(?:connected|related|tied|linked|allied)"
_BONDS: Final = r"(?:connections|relations|relationships|ties)"
_SHEET: Final = (
    r"(?:character |full |whole )?(?:sheet|stats|stat block|entry|record|details|page|file|story|history|inventory)"
)
_SHOW: Final = r"(?:show|open|display|pull up|bring up|load|fetch|get|read|give|see|print)(?:\s+me|\s+us)?\s+"


def _patterns(texts: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text, re.IGNORECASE) for text in texts)


NEW: Final = _patterns(
    {
        "for whom": rf"{_MAKE}{_WHICH}{_CALLED}\s+(?:for|of|to)\s+{_TO}{_CALLED_LATER}{_REST}{_END}",
        "whose": rf"{_MAKE}(?P<to>[^,.!?']{{1,60}}?)'s?\s+{_LOOKS}{_CALLED}{_REST}{_END}",
        "to whom": rf"{_FIRST}(?:give|find)\s+{_TO}\s+an?\s+{_LOOKS}{_CALLED}{_REST}{_END}",
    }.values()
)
"""Somebody new: `looks`, `role`, `to` whom, `place`, `name` or `name_later`."""
SHOWN: Final = _patterns(
    {
        "sheet of": rf"{_FIRST}{_SHOW}(?:the\s+)?{_SHEET}\s+(?:of|for|on|about)\s+{_WHOM}{_END}",
        "whose sheet": rf"{_FIRST}{_SHOW}(?P<name>[^,.!?']{{1,80}}?)(?:'s|(?<=s)')\s+{_SHEET}{_END}",
        "no verb": rf"{_FIRST}(?:the\s+)?(?:full\s+)?{_SHEET}\s+(?:of|for|on)\s+{_WHOM}{_END}",
        "everything": rf"{_FIRST}everything\s+(?:on|about)\s+{_WHOM}{_END}",
        "open": rf"{_FIRST}open\s+(?:up\s+)?{_WHOM}{_END}",
    }.values()
)
"""One entity whole, by its `name`."""
TIES: Final = _patterns(
    {
        "who": rf"{_FIRST}(?:who|what)(?:'s| is| are)? (?:is |are )?{_TIED} (?:to|with) {_WHOM}{_END}",
        "two": rf"{_FIRST}how (?:is|are) {_WHOM} (?:and|to|with) {_OTHER} {_TIED}{_END}",
        "one to another": rf"{_FIRST}how (?:is|are) {_WHOM} {_TIED} (?:to|with) {_OTHER}{_END}",
        "of": rf"{_FIRST}(?:show|list|tell|what are|which are)(?: me)? (?:the )?{_BONDS} of {_WHOM}{_END}",
        "whose": rf"{_FIRST}(?:show|list|tell|what are)(?: me)? (?P<name>[^,.!?']{{1,80}}?)'s? {_BONDS}{_END}",
    }.values()
)
"""What belongs to `name`, or what is between `name` and `other`."""
SUMMARY: Final = re.compile(
    _FIRST + r"(?:summari[sz]e|sum up|recap|(?:give me |i need |show me )?(?:an?|the)?\s*"
    r"(?:short |quick )?(?:summary|recap|overview|rundown)(?: of)?)\b\s*(?P<of>.{0,120}?)\s*[.!?]*\s*$",
    re.IGNORECASE,
)
"""A summary `of` something."""
WHOLE_CAMPAIGN: Final = re.compile(
    r"(?:(?:of |what we know (?:of|about) )?(?:the|our|my|this) (?:whole )?(?:campaign|story|game|world|adventure)|"
    r"everything|all|things)?(?: ?so far| up to now| until now)?",
    re.IGNORECASE,
)
KNOWN_OF: Final = re.compile(
    r"^(?:what we (?:know|have)|everything|all)(?: we know)? (?:of|about|on)\s+", re.IGNORECASE
)
ENTITY_ID: Final = re.compile(r"\b[a-z]{2,5}_[0-9a-f]{32}\b")
