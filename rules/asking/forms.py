"""The other ways in which a value of a headline is written: dice as a range, a number without its unit."""

import re
from collections.abc import Iterable, Iterator

_UNIT = re.compile(r"(\d[\d,.-]*) (?:minutes?|hours?|rounds?|turns?|feet|yards?|years?|days?)$")
_TAKEN_OFF = " off their attack"
_DICE = re.compile(r"(\d+)d(\d+)([+-]\d+)?$")


def with_forms(headline: Iterable[str]) -> list[str]:
    """The headline with the plain number after each value that has a unit."""
    return list(_with_numbers(headline))


def _with_numbers(headline: Iterable[str]) -> Iterator[str]:
    for text in headline:
        yield text
        if found := _UNIT.fullmatch(text):
            yield found.group(1)
        if text.endswith(_TAKEN_OFF):
            yield f"-{text.removesuffix(_TAKEN_OFF)}"


def as_range(dice: str) -> str | None:
    """`2-8` for `2d4`; None for what is no notation of dice."""
    found = _DICE.fullmatch(dice)
    if found is None:
        return None
    count, faces, more = int(found.group(1)), int(found.group(2)), int(found.group(3) or 0)
    return f"{count + more}-{count * faces + more}"


def in_both_forms(texts: Iterable[str]) -> list[str]:
    """Each text, and after dice their range."""
    return [form for text in texts for form in (text, as_range(text)) if form is not None]
