"""Step 1: how a band loses a half or a quarter of its number, in whatever words: `half of their buddies drop`."""

import re

_SHARE = r"(?P<share>half|(?:a |one |1 )?(?:quarter|fourth)|25 ?(?:%|percent)|50 ?(?:%|percent)|\d{1,2} ?(?:%|percent))"
_BAND = r"(?: of)? (?:the|their|his|its|my|our|them)"
_PEOPLE = (
    r"(?: (?:numbers?|men|people|band|group|force|troops?|strength|friends|buddies|comrades|mates|fellows|side|lot))?"
)
_FALLEN = (
    r"(?: (?:are|is|have|has|was|were|been|just|already|lie|lies|got|get|being))*"
    r" (?:dead|killed|slain|drop(?:s|ped)?|died|die|fallen|fell|fall|falls|down|gone|lost|cut down|butchered|wiped out)"
)
_FORMS = (
    re.compile(rf"\b{_SHARE}{_BAND}(?: [a-z]+)?{_FALLEN}\b"),
    re.compile(rf"\b(?:lost|losing|loses?)(?: about| over| nearly)? {_SHARE}{_BAND}{_PEOPLE}\b"),
)
_HALVES = ("half", "50")


def with_losses(text: str) -> str:
    """A question in small letters, losses told as the table of morale has them: `lost half`, `lost quarter`."""
    for pattern in _FORMS:
        text = pattern.sub(_told, text)
    return text


def _told(found: re.Match[str]) -> str:
    share = found.group("share")
    percent = int(number[0]) if (number := re.match(r"\d{2}", share)) else None
    if percent is not None and percent < LEAST:
        return found.group()
    return f" lost {'half' if share.startswith(_HALVES) or (percent or 0) > HALF else 'quarter'} "


HALF, LEAST = 50, 25
"""Percent from which the table of morale counts a loss."""
