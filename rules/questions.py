"""Answers to rules questions in plain words, by look-up: no language model, and no guess where a value is missing.

A question is cut into words, the words are found in a closed vocabulary, the numbers get their meaning, the topic with
the most points is looked up, and the answer names its table. What the rule base does not have, it says.
"""

from dataclasses import dataclass, field
from typing import Any

from rules.asking.replies import reply
from rules.asking.reply import MissingValue, Reply
from rules.asking.slots import Slots, fill_slots
from rules.asking.topics import Choice, choose_topic, further_topics
from rules.asking.vocabulary import vocabulary_of
from rules.errors import RuleError, TableUnavailable
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, plain

COVERS = (
    "THAC0 of characters and creatures, the roll needed to hit, saving throws, armor class, ability scores, "
    "the hit dice of characters, experience points by level and by creature, and what a class asks for"
)
NOT_COVERED = 0.1
NEEDS_A_VALUE = 0.4
REFUSED = 0.8
SURE = 0.98
CLEARLY_ASKED = 3.0
"""Points of a topic that the question names, rather than only mentions things of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer.

    Attributes:
        answer: One or two sentences, the number first, the table named.
        values: The numbers, by name; empty when there is no answer.
        breakdown: Lines of `label`, `value`, `source`.
        source: The tables used.
        confidence: 0 to 1: how surely the question was understood. The numbers of an answer are always the table's.
        topic: What the question was taken to be about, or None.
        missing: The values that must be known before there is an answer.
        assumptions: What was taken for granted.
        warnings: What was in the question and was not used.
    """

    answer: str
    values: dict[str, Any] = field(default_factory=dict)
    breakdown: list[dict[str, Any]] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    confidence: float = NOT_COVERED
    topic: str | None = None
    missing: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def answer_question(text: str, *, book: Rulebook | None = None) -> Answer:
    """Answer a question; never raises, whatever the text is.

    Args:
        text: The question; only the first 2,000 characters are read.
        book: The tables; those of this package when None.

    Returns:
        The answer; or a question back, with `missing` filled; or that the rule base does not have it (low confidence).
    """
    book = book or default_rulebook()
    try:
        slots = fill_slots(vocabulary_of(book).read(text))
    except TableUnavailable as error:
        return Answer(answer=f"There is no answer at present: {error}.")
    return _answer(slots, book)


def _answer(slots: Slots, book: Rulebook) -> Answer:
    if "edition" in slots.tags:
        return Answer(answer=f"That is not in the rule base, which has AD&D 2nd edition only: {COVERS}.")
    choice = choose_topic(slots)
    if choice is None:
        return Answer(answer=f"That is not in the rule base. It covers {COVERS}.", warnings=_unused(slots))
    try:
        return _answered(_with_further(reply(choice.topic, slots, book), choice, slots, book), choice, slots)
    except MissingValue as missing:
        return _question_back(missing, choice, slots)
    except TableUnavailable as error:
        return Answer(answer=f"There is no answer at present: {error}.", topic=choice.topic)
    except RuleError as error:
        sentence = f"{error}."
        return Answer(answer=sentence[0].upper() + sentence[1:], topic=choice.topic, confidence=REFUSED)


def _with_further(found: Reply, choice: Choice, slots: Slots, book: Rulebook) -> Reply:
    """The reply, and those to what else the question names; one that cannot be answered is a warning."""
    replies, warnings = [found], []
    for topic in further_topics(slots, choice.topic):
        try:
            replies.append(reply(topic, slots, book))
        except (MissingValue, RuleError) as error:
            warnings.append(f"On the {topic.replace('_', ' ')}: {error}")
    return Reply(
        text="\n\n".join(one.text for one in replies),
        values={name: value for one in reversed(replies) for name, value in one.values.items()},
        breakdown=tuple(dict.fromkeys(part for one in replies for part in one.breakdown)),
        source=tuple(dict.fromkeys(source for one in replies for source in one.source)),
        assumptions=tuple(dict.fromkeys(line for one in replies for line in one.assumptions)),
        warnings=(*dict.fromkeys(line for one in replies for line in one.warnings), *warnings),
    )


def _answered(found: Reply, choice: Choice, slots: Slots) -> Answer:
    return Answer(
        answer=found.text,
        values=found.values,
        breakdown=[_line(part) for part in found.breakdown],
        source=list(found.source),
        confidence=_confidence(choice, slots),
        topic=choice.topic,
        assumptions=[*found.assumptions, *slots.read_as],
        warnings=[*found.warnings, *_unused(slots)],
    )


def _question_back(missing: MissingValue, choice: Choice, slots: Slots) -> Answer:
    text, warnings = str(missing), _unused(slots)
    if slots.other_class and "class" in missing.names:
        text = f"{text} The {slots.other_class} is not in the rule base."
    return Answer(
        answer=text, topic=choice.topic, missing=list(missing.names), confidence=NEEDS_A_VALUE, warnings=warnings
    )


def _unused(slots: Slots) -> list[str]:
    """A sentence for each kind of thing in the question that the answer does not rest on."""
    words = list(dict.fromkeys([*slots.uncovered, *slots.situations, *slots.unknown]))
    sentences = [f"Not considered: {', '.join(words[:10])}."] if words else []
    if slots.left_over:
        sentences.append(f"No meaning was found for the number {', '.join(slots.left_over[:10])}.")
    return sentences


def _confidence(choice: Choice, slots: Slots) -> float:
    """Sure when every word was known, no number was left and no other topic came near."""
    lost = 0.03 * slots.corrected + 0.1 * len(set(slots.unknown)) + 0.2 * len(slots.left_over)
    lost += (
        0.2 * len({*slots.uncovered, *slots.situations})
        + 0.15 * bool(slots.read_as)
        + (0.1 if choice.lead < 1 else 0.0)
    )
    lost += 0.4 * (slots.other_class is not None) + (0.25 if choice.points < CLEARLY_ASKED else 0.0)
    if "monster" in choice.topic or slots.hit_dice is not None:
        lost -= 0.1 * min(2, len(set(slots.unknown)))  # a creature's own name is no reason for doubt
    return round(max(0.2, SURE - lost), 2)


def _line(part: Part) -> dict[str, Any]:
    return dict(plain(part))
