"""The other ways in which a value of a headline is written: dice as a range, a number without its unit."""

import re
from collections.abc import Collection, Iterable, Iterator

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
        if text.startswith("1d") and text[2:].isdecimal():
            yield text[1:]
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


_LENGTHS = {"minute": 1, "round": 1, "turn": 10, "hour": 60, "foot": 1, "feet": 1, "yard": 3}
"""Units of time in minutes, and of distance in feet; in the second edition a round is a minute."""
_TIMES = frozenset({"minute", "round", "turn", "hour"})
_VALUE = re.compile(r"(\d+) (minute|round|turn|hour|foot|feet|yard)s?$")


def in_unit(value: str, words: Collection[str]) -> str | None:
    """`3 turns` for `30 minutes` when turns are asked for; None when no other unit is, or it does not come out even."""
    found = _VALUE.fullmatch(value)
    asked = [unit for unit in _LENGTHS if unit in words or f"{unit}s" in words]
    if found is None or found[2] in asked:
        return None
    for unit in asked:
        count, rest = divmod(int(found[1]) * _LENGTHS[found[2]], _LENGTHS[unit])
        if (unit in _TIMES) == (found[2] in _TIMES) and not rest:
            return f"{count} {unit}{'s' if count > 1 and unit != 'feet' else ''}"
    return None
