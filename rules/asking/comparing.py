"""Questions that compare: which of several things has more, whether one has more than the other, and how much more."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rules.asking.slots import Slots
from rules.characters import spoken

MORE = frozenset(
    {"more", "higher", "greater", "larger", "bigger", "heavier", "longer", "further", "farther", "dearer", "costlier",
     "pricier", "most", "highest", "heaviest", "longest", "largest", "biggest", "furthest", "farthest", "costliest",
     "older", "oldest"}
)  # fmt: skip
LESS = frozenset(
    {"less", "fewer", "lower", "smaller", "lighter", "shorter", "cheaper", "nearer", "least", "fewest", "lowest",
     "smallest", "lightest", "shortest", "cheapest", "younger", "youngest"}
)  # fmt: skip
GOOD = frozenset({"better", "best", "superior", "stronger", "strongest", "harder", "hardest", "easier", "easiest"})
BAD = frozenset({"worse", "worst", "inferior", "weaker", "weakest"})
FAST = frozenset({"faster", "fastest", "quicker", "quickest", "swifter", "swiftest", "sooner", "soonest", "earlier"})
SLOW = frozenset({"slower", "slowest", "later"})
_APART = frozenset({"difference", "differ", "differs", "gap"})
_COMPARING = _APART | MORE | LESS | GOOD | BAD | FAST | SLOW
_CHANGES = frozenset({"drop", "drops", "fall", "falls", "sink", "sinks", "improve", "improves", "rise", "rises"})
"""How much a value changes from one level to another."""
_WHICH = frozenset({"which", "who", "whos", "whose", "whichever", "or"})
_WHETHER = frozenset({"is", "are", "does", "do", "has", "have", "can", "will", "would"})
LOW_IS_GOOD = frozenset({"thac0", "saving_throw", "armor_class", "attack_roll", "turn_undead"})
"""Topics whose lower number helps the one who has it."""
LOW_IS_FAST = frozenset({"weapon", "spell", "initiative", "experience"})
"""Topics in which the quicker one has the lower number: a speed factor, a casting time, what a level costs."""
_DICE = re.compile(r"(\d+)d(\d+)")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the comparison comes to, as a sentence, and as the start of the headline."""

    text: str
    headline: tuple[str, ...]


def compared(slots: Slots, topic: str, members: Sequence[tuple[str, str]]) -> Comparison | None:
    """Which member wins, or whether the first does.

    Args:
        slots: The question.
        topic: The name of the topic.
        members: Each thing's name, and its main value as text, in the order of the question.

    Returns:
        None when nothing is compared, or a value is no number.
    """
    words = slots.words & (_COMPARING | _CHANGES)
    measures = [measure(value) for _, value in members]
    if not words or len(members) < 2 or any(one is None for one in measures):
        return None
    counts = [one for one in measures if one is not None]
    if words & _APART or slots.words & _CHANGES or {"how", "much"} <= slots.words or {"how", "many"} <= slots.words:
        plain = all(value.replace(",", "").lstrip("+-").isdecimal() for _, value in members)
        return _difference(counts) if plain else None
    highest = wants_high(words, topic)
    if _asks_whether(slots):
        return _whether(counts, highest=highest)
    return _winner(slots, members, counts, highest=highest) if slots.words & _WHICH else None


def measure(text: str) -> float | None:
    """A number for a value: `1d8` by its average, `3/2` and `4+1` by their size."""
    plain = text.replace(",", "")
    if dice := _DICE.match(plain):
        rest = _NUMBER.match(plain[dice.end() :])
        return int(dice[1]) * (int(dice[2]) + 1) / 2 + (float(rest.group()) if rest else 0)
    numbers = [float(one) for one in _NUMBER.findall(plain)]
    if not numbers:
        return None
    if "/" in plain and len(numbers) == 2 and numbers[1]:
        return numbers[0] / numbers[1]
    return numbers[0] + (numbers[1] / 100 if len(numbers) > 1 else 0.0)


def wants_high(words: frozenset[str], topic: str) -> bool:
    """Whether the higher number is asked for."""
    if words & (FAST | SLOW):
        return bool(words & FAST) != (topic in LOW_IS_FAST)
    if words & (MORE | LESS):
        return not words & LESS
    return bool(words & GOOD) != (topic in LOW_IS_GOOD)


def _asks_whether(slots: Slots) -> bool:
    return "than" in slots.words and bool(slots.words & _WHETHER) and not slots.words & (_WHICH - {"or"})


def _whether(counts: Sequence[float], *, highest: bool) -> Comparison | None:
    """Yes or no: does the first have more than the second."""
    if len(counts) != 2:
        return None
    ahead = counts[0] > counts[1] if highest else counts[0] < counts[1]
    said = "yes" if ahead else "no"
    return Comparison(f"{said.capitalize()}", (said,))


def _winner(
    slots: Slots, members: Sequence[tuple[str, str]], counts: Sequence[float], *, highest: bool
) -> Comparison | None:
    best = max(counts) if highest else min(counts)
    names = [name for (name, _), count in zip(members, counts, strict=True) if count == best]
    if len(names) > 1:
        return Comparison("They are the same", ("same", "equal"))
    written = _as_asked(slots, names[0])
    shown = dict.fromkeys([*([written] if written else []), spoken(names[0])])
    return Comparison(f"The {next(iter(shown))}", tuple(shown))


def _as_asked(slots: Slots, name: str) -> str | None:
    """The thing in the words of the question."""
    return next((item.text for item in slots.items if any(value == name for _, value in item.senses)), None)


def _difference(counts: Sequence[float]) -> Comparison | None:
    if len(counts) != 2:
        return None
    gap = f"{abs(counts[0] - counts[1]):g}"
    return Comparison(f"{gap} is the difference", (gap,))
