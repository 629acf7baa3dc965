"""Compound questions: several characters, or several things asked in several clauses, become several questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rules.asking.numbers import fill_slots
from rules.asking.slots import Slots
from rules.asking.topic import NAMED
from rules.asking.topics import Choice, choose_topic, cue_strength
from rules.asking.vocabulary import Item
from rules.asking.words import Token

MOST_PARTS = 5
_ENDS = frozenset({".", "?", "!", ";", ","})
_CONNECTORS = frozenset({"and", "or", "also", "then", "versus", "vs", "than", "plus", "y", "und", "et", "while", "but"})
_OWN = frozenset({"class", "race", "ability", "armor"})
"""What belongs to one character and not to the next."""
_OF_ONE = frozenset({"raising", "casting_level"})
"""Topics that are about one character, whoever else is named."""
_BREAK = Item("separator", Token("separator", "."))


@dataclass(frozen=True, slots=True)
class PartOfQuestion:
    """One of the questions in a question."""

    slots: Slots
    choice: Choice


def questions_in(slots: Slots, choice: Choice) -> Sequence[PartOfQuestion]:
    """The questions in a question; itself alone when it is one."""
    whole = [PartOfQuestion(slots, choice)]
    several = len(slots.classes) > 1 and not slots.multi_class
    if choice.topic.name in _OF_ONE:
        return whole
    levels = len(slots.levels) > 1 and not slots.multi_class and len(slots.classes) == 1
    if levels and not several:
        return [PartOfQuestion(_with_level(slots, level), choice) for level in slots.levels[:MOST_PARTS]]
    if several:
        return _by_clause(slots) or _by_character(slots, choice) or _by_class(slots, choice) or whole
    return whole


def _with_level(slots: Slots, level: str) -> Slots:
    return slots.with_number("level", level)


def _by_clause(slots: Slots) -> list[PartOfQuestion]:
    """One question for each clause that names a topic of its own; none unless there are several topics."""
    clauses = [clause for clause in _clauses(slots.items) if any(_names_topic(item) for item in clause)]
    parts = []
    for clause in clauses[:MOST_PARTS]:
        filled = fill_slots(clause)
        chosen = choose_topic(filled)
        if chosen is not None and (filled.classes or filled.has_creature):
            parts.append(PartOfQuestion(filled, chosen))
    return parts if len(parts) > 1 and len(parts) == len(clauses) else []


def _clauses(items: Sequence[Item]) -> list[list[Item]]:
    clauses: list[list[Item]] = [[]]
    for item in items:
        if item.token.text in _ENDS or item.token.text in _CONNECTORS:
            clauses.append([])
        else:
            clauses[-1].append(item)
    return [clause for clause in clauses if clause]


def _names_topic(item: Item) -> bool:
    return any(kind == "cue" and _strength(value) >= NAMED for kind, value in item.senses)


def _strength(cue: str) -> float:
    return cue_strength().get(cue, 0.0)


def _by_character(slots: Slots, choice: Choice) -> list[PartOfQuestion]:
    """One question for each character that has a level of its own: `fighter 5 and mage 6`."""
    places = [place for place, item in enumerate(slots.items) if item.value("class") is not None]
    cuts = [_cut(slots.items, before, after) for before, after in pairwise(places)]
    if any(cut is None for cut in cuts) or len(places) > MOST_PARTS or _fight_each_other(slots, choice):
        return []
    bounds = [0, *[cut for cut in cuts if cut is not None], len(slots.items)]
    parts = []
    for start, end in pairwise(bounds):
        others = [place for place in range(len(slots.items)) if not start <= place < end]
        shared = [slots.items[place] for place in others if _is_shared(slots.items, place)]
        filled = fill_slots([*slots.items[start:end], _BREAK, *shared])
        if filled.level is None and len(slots.levels) == 1:
            filled = filled.with_number("level", slots.levels[0])
        if filled.level is None or len(filled.classes) != 1:
            return []
        parts.append(PartOfQuestion(filled, choose_topic(filled) or choice))
    return parts


def _fight_each_other(slots: Slots, choice: Choice) -> bool:
    """Whether one character is the target of the other; with an armor class both attack somebody else."""
    return choice.topic.name == "attack_roll" and "ac" not in slots.numbers


def _by_class(slots: Slots, choice: Choice) -> list[PartOfQuestion]:
    """One question for each class where a level is asked for: `when do paladins get spells, and rangers`."""
    counted = len(slots.classes) <= MOST_PARTS and not slots.levels and not slots.words & {"than", "or"}
    if not counted or choice.topic.name not in _OF_EACH_CLASS or not slots.has("what_level"):
        return []
    return [PartOfQuestion(slots.only("class", name), choice) for name in slots.classes]


_OF_EACH_CLASS = frozenset({"spell_slots", "thac0", "saving_throw", "attacks_per_round"})
"""Topics that tell the level at which a class comes to something."""


def _cut(items: Sequence[Item], before: int, after: int) -> int | None:
    """The place of the word that parts two characters: the last `and` or comma between them."""
    for place in range(after - 1, before, -1):
        if items[place].token.text in _CONNECTORS or items[place].token.text in _ENDS:
            return place
    return None


def _is_shared(items: Sequence[Item], place: int) -> bool:
    """What is said once for all characters: what is asked, against what, and the armor class of the target."""
    item = items[place]
    if item.kind in {"number", "signed"}:
        return any(one.is_cue("ac") for one in items[max(0, place - 2) : place])
    return item.kind == "phrase" and not any(kind in _OWN for kind, _ in item.senses) and not item.is_cue("level")
