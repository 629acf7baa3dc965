"""Answers to rules questions in plain words, by look-up: no language model, and no guess where a value is missing.

A question is cut into words, the words are found in a closed vocabulary, the numbers get their meaning, the topic with
the most points is looked up, and the answer names its table. What the rule base does not have, it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rules.asking.asking_back import value_to_ask_for
from rules.asking.basic_replies import tell_rule
from rules.asking.certainty import RULE, is_of_its_own, is_small_talk, one_of_several, outside, unexplained
from rules.asking.comparing import compared
from rules.asking.focus import asked_alone, focused, is_named, without_passing
from rules.asking.forms import in_unit, with_forms
from rules.asking.numbers import fill_slots
from rules.asking.parts import PartOfQuestion, questions_in
from rules.asking.reply import MissingValue, NotCovered, Reply, joined
from rules.asking.second_reading import CONTESTED, is_contested, read_again
from rules.asking.slots import Slots
from rules.asking.topic import NAMED, Topic
from rules.asking.topics import (
    Choice,
    choose_topic,
    explained_places,
    first_place,
    further_topics,
    likely_topics,
    unanswered,
)
from rules.asking.verdicts import verdict
from rules.asking.vocabulary import vocabulary_of
from rules.errors import RuleError, TableUnavailable
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, plain

COVERS = (
    "THAC0 and the roll needed to hit, attacks, weapons and damage, initiative, saving throws, armor class, ability "
    "scores, classes and races, experience, thieving skills, spells and spells per day, turning undead, encumbrance, "
    "creatures, morale, reaction, surprise, hazards, light, ageing and treasure"
)
NOT_COVERED = 0.1
NEEDS_A_VALUE = 0.4
REFUSED = 0.8
SURE = 0.98
CLEARLY_ASKED = 3.2
"""Points of a topic that the question names, rather than only mentions things of."""
NEEDS_THE_RACE = 0.4
"""Points from which a topic rests on the race, so that one that is not here cannot be passed over."""
PLAIN = 0.7
"""Confidence from which a sentence is answered without the story around it."""
FROM_ONE_SENTENCE = 0.1
MOST_EACH = 6
LEVELS_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer.

    Attributes:
        answer: One or two sentences, the number first, the table named.
        values: The numbers, by name; empty when there is no answer.
        headline: The main values as text, in the order of the sentence: `16`, `3/2`, `2d6`, `D`, `yes`.
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
    headline: list[str] = field(default_factory=list)
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
    slots = without_passing(slots)
    whole = slots
    if (near := focused(slots)) is not None and _is_the_question(near, slots):
        slots = near
    answer = _answer(slots, book)
    if slots is not whole and not answer.values and answer.confidence <= NOT_COVERED:
        slots, answer = whole, _answer(whole, book)
    if not answer.values and (alone := asked_alone(slots)) is not None:
        answer = _alone(alone, book) or answer
    if answer.values or answer.confidence >= REFUSED:
        return answer
    return _read_again(slots, book, answer) or _ask_back(slots, book, answer) or answer


def _ask_back(slots: Slots, book: Rulebook, answer: Answer) -> Answer | None:
    """A question back instead of a refusal, when the topic is named and only a value is not."""
    if answer.confidence > NOT_COVERED or (found := value_to_ask_for(slots, book)) is None:
        return None
    topic, missing = found
    return Answer(
        answer=str(missing),
        topic=topic.name,
        missing=list(missing.names),
        confidence=NEEDS_A_VALUE,
        warnings=_unused(slots, [topic]),
    )


def _alone(slots: Slots, book: Rulebook) -> Answer | None:
    """The answer to the sentence that asks, when it has all that is needed: the story hid what it is about."""
    answer = _answer(slots, book)
    if not answer.values or answer.confidence < PLAIN:
        return None
    return replace(answer, confidence=round(answer.confidence - FROM_ONE_SENTENCE, 2))


def _is_the_question(near: Slots, slots: Slots) -> bool:
    """Whether the sentence that asks names its topic, and the topic of the whole is named by the story alone."""
    asked, told = choose_topic(near), choose_topic(slots)
    if asked is None or told is None or asked.topic is told.topic:
        return False
    return is_named(asked.topic, near) and not is_named(told.topic, near)


def _read_again(slots: Slots, book: Rulebook, answer: Answer) -> Answer | None:
    """What the wordings of the rules of one line make of a question that the topics did not answer."""
    reading = read_again(slots, asks_back=bool(answer.missing))
    if reading is None:
        return None
    if reading.rule is None:
        return Answer(
            answer=f"That is not clear. Is it about: {' or '.join(reading.titles)}?", warnings=answer.warnings
        )
    try:
        found = tell_rule(reading.rule, slots, book, doubt=reading.doubt)
    except (NotCovered, RuleError):
        return None
    return Answer(
        answer=found.text,
        values=found.values,
        headline=with_forms(found.headline),
        source=list(found.source),
        confidence=round(max(0.2, SURE - found.doubt), 2),
        topic=RULE,
    )


def _answer(slots: Slots, book: Rulebook) -> Answer:
    dice_of_another = bool(slots.dice) and any(item.text == "sneak attack" for item in slots.items)
    if "edition" in slots.found or dice_of_another:
        return Answer(answer=f"That is not in the rule base, which has AD&D 2nd edition only: {COVERS}.")
    choice = choose_topic(slots)
    if choice is None or _is_elsewhere(choice, slots):
        return _offer(slots)
    if is_small_talk(slots, [choice.topic]) and is_small_talk(slots, _all_topics(choice, slots)):
        return Answer(answer=f"That is not in the rule base. It covers {COVERS}.")
    if "other_race" in slots.found and slots.race is None and choice.topic.things.get("race", 0.0) >= NEEDS_THE_RACE:
        return Answer(answer=f"The {slots.one('other_race')} is not in the rule base. It covers {COVERS}.")
    parts = questions_in(slots, choice)
    if len(parts) > 1:
        each = [_answer_about(part.choice, part.slots, book) for part in parts]
        return _compare_parts(_together(each), slots, parts, each)
    return _answer_about(choice, slots, book)


def _all_topics(choice: Choice, slots: Slots) -> list[Topic]:
    return [choice.topic, *(topic for topic, _ in further_topics(slots, choice.topic))]


def _is_elsewhere(choice: Choice, slots: Slots) -> bool:
    """A rule that is not here, or a request for something made up, is not answered with another rule."""
    if "request" in slots.found and choice.points < 2 * CLEARLY_ASKED:
        return True
    if "uncovered" not in slots.found:
        return False
    explained = explained_places(choice.topic, slots)
    outside = [place for place in slots.places["uncovered"] if place not in explained]
    said = {cue for item in slots.items for cue in item.cues}
    named = any(choice.topic.cues.get(cue, 0.0) >= NAMED for cue in said)
    return bool(outside) and not named


def _offer(slots: Slots) -> Answer:
    """Nothing fits well enough: what it may be about, or what there is."""
    likely = (
        [topic.title for topic in likely_topics(slots)]
        if "uncovered" not in slots.found and "request" not in slots.found
        else []
    )
    if likely:
        return Answer(answer=f"That is not clear. It may be about: {'; '.join(likely)}.", warnings=_unused(slots))
    return Answer(answer=f"That is not in the rule base. It covers {COVERS}.", warnings=_unused(slots))


def _answer_about(choice: Choice, slots: Slots, book: Rulebook) -> Answer:
    topic = choice.topic
    slots = _with_loose(topic, slots)
    try:
        found, topics = _with_further(
            _in_asked_unit(_with_verdict(_replies(topic, slots, book), topic, slots), slots), choice, slots, book
        )
        return _answered(found, choice, slots, topics)
    except MissingValue as missing:
        return _without_value(missing, choice, slots, book)
    except NotCovered as outside:
        return Answer(answer=f"{outside}. The rule base covers {COVERS}.", topic=topic.name, warnings=_unused(slots))
    except RuleError as error:
        return _refused(error, topic)


def _without_value(missing: MissingValue, choice: Choice, slots: Slots, book: Rulebook) -> Answer:
    """Ask for the value, unless a lone number is the level, or the question is about something else altogether."""
    if slots.all("uncovered") and outside(slots, [choice.topic]):
        return _offer(slots)
    if missing.names == ("level",) and (retold := _with_level(slots)) is not None:
        return _answer_about(choice, retold, book)
    return _question_back(missing, choice, slots, book)


def _refused(error: RuleError, topic: Topic) -> Answer:
    if isinstance(error, TableUnavailable):
        return Answer(answer=f"There is no answer at present: {error}.", topic=topic.name)
    sentence = f"{error}."
    return Answer(answer=sentence[0].upper() + sentence[1:], topic=topic.name, confidence=REFUSED)


def _with_loose(topic: Topic, slots: Slots) -> Slots:
    """A number without a unit gets the one that the topic is about: `a fall of 40`."""
    if (
        topic.loose is None
        or topic.loose in slots.numbers
        or len(slots.left_over) != 1
        or not slots.left_over[0].isdecimal()
    ):
        return slots
    text = slots.left_over[0]
    return slots.with_number(topic.loose, text, f"{text} is read as {topic.loose.replace('_', ' ')}.")


def _with_level(slots: Slots) -> Slots | None:
    """A single number without a meaning is the level when that is what is missing: `ranger hide in shadows at 10`."""
    if (
        len(slots.left_over) != 1
        or not slots.left_over[0].isdecimal()
        or not 1 <= int(slots.left_over[0]) <= LEVELS_SHOWN
    ):
        return None
    text = slots.left_over[0]
    return slots.with_number("level", text, f"{text} is read as the level.")


def _replies(topic: Topic, slots: Slots, book: Rulebook) -> Reply:
    """The reply; for several weapons, creatures ... one each."""
    several = list(slots.all(topic.each))[:MOST_EACH] if topic.each is not None else []
    if len(several) < 2 or topic.each is None:
        return topic.reply(slots, book)
    return joined([topic.reply(slots.only(topic.each, one), book) for one in several], same=True, names=several)


def _in_asked_unit(found: Reply, slots: Slots) -> Reply:
    """The reply begun with its main value in the unit that is asked for: turns instead of minutes."""
    value = in_unit(found.headline[0], slots.words) if found.headline else None
    if value is None or not slots.words & _IN_UNITS:
        return found
    return replace(found, text=f"{value[0].upper()}{value[1:]}. {found.text}", headline=(value, *found.headline))


_IN_UNITS = frozenset({"how", "many", "in", "number"})


def _with_verdict(found: Reply, topic: Topic, slots: Slots) -> Reply:
    """The reply begun with yes or no where that is asked and its value decides it."""
    is_so = verdict(slots, topic.name, found)
    if is_so is None:
        return found
    said = "yes" if is_so else "no"
    return replace(found, text=f"{said.capitalize()}. {found.text}", headline=(said, *found.headline))


def _with_further(found: Reply, choice: Choice, slots: Slots, book: Rulebook) -> tuple[Reply, list[Topic]]:
    """The reply with those to what else the question names, in its order, and their topics in the same order.

    One that cannot be answered is a warning.
    """
    answered = [(first_place(choice.topic, slots), choice.topic, found)]
    warnings, beside = [], []
    for topic, rest in further_topics(slots, choice.topic):
        try:
            answered.append((first_place(topic, slots), topic, _replies(topic, rest, book)))
        except (MissingValue, NotCovered, RuleError) as error:
            warnings.append(f"On {topic.title}: {error}")
            beside.append(topic)
    answered.sort(key=lambda one: one[0])
    whole = _compare(joined([reply for _, _, reply in answered]), slots, choice.topic)
    topics = [topic for _, topic, _ in answered] + beside
    return (replace(whole, warnings=(*whole.warnings, *warnings)) if warnings else whole), topics


def _compare(found: Reply, slots: Slots, topic: Topic) -> Reply:
    """The reply begun with the thing that wins a comparison."""
    result = compared(slots, topic.name, found.members)
    if result is None:
        return found
    return replace(found, text=f"{result.text}. {found.text}", headline=(*result.headline, *found.headline))


def _compare_parts(whole: Answer, slots: Slots, parts: Sequence[PartOfQuestion], each: Sequence[Answer]) -> Answer:
    """The same for the characters of a question, one part each."""
    if any(not one.values for one in each) or len({one.topic for one in each}) > 1:
        return whole
    names = [part.slots.character_class or "" for part in parts]
    members = [(name, one.headline[0]) for name, one in zip(names, each, strict=True)]
    result = compared(slots, each[0].topic or "", members)
    if result is None:
        return whole
    return replace(whole, answer=f"{result.text}. {whole.answer}", headline=[*result.headline, *whole.headline])


def _answered(found: Reply, choice: Choice, slots: Slots, topics: Sequence[Topic]) -> Answer:
    return Answer(
        answer=found.text,
        values=found.values,
        headline=with_forms(found.headline),
        breakdown=[_line(part) for part in found.breakdown],
        source=list(found.source),
        confidence=_confidence(choice, slots, found, topics),
        topic=topics[0].name,
        assumptions=[*found.assumptions, *slots.read_as],
        warnings=[*found.warnings, *_unused(slots, topics)],
    )


def _question_back(missing: MissingValue, choice: Choice, slots: Slots, book: Rulebook) -> Answer:
    other = next(iter(slots.all("other_class")), None)
    if other is not None and not slots.classes:
        return Answer(answer=f"The {other} is not in the rule base. It covers {COVERS}.")
    text, warnings = str(missing), _unused(slots, [choice.topic])
    if missing.names == ("level",):
        text = f"{text}{_by_level(choice.topic, slots, book)}"
    return Answer(
        answer=text, topic=choice.topic.name, missing=list(missing.names), confidence=NEEDS_A_VALUE, warnings=warnings
    )


def _by_level(topic: Topic, slots: Slots, book: Rulebook) -> str:
    """The first value of the answer for each level, so that the one that is meant can be read off."""
    lines: list[tuple[str, int, int]] = []
    for level in range(1, LEVELS_SHOWN + 1):
        try:
            shown = topic.reply(replace(slots, numbers={**slots.numbers, "level": str(level)}), book).headline[0]
        except (MissingValue, NotCovered, RuleError, IndexError):
            continue
        if lines and lines[-1][0] == shown and lines[-1][2] == level - 1:
            lines[-1] = (shown, lines[-1][1], level)
        else:
            lines.append((shown, level, level))
    spans = [f"{first}: {shown}" if first == last else f"{first}-{last}: {shown}" for shown, first, last in lines]
    return f" By level, {', '.join(spans)}." if len(spans) > 1 else ""


def _together(answers: Sequence[Answer]) -> Answer:
    """The answers to the parts of a question as one; a part without an answer becomes a warning."""
    good = [one for one in answers if one.values]
    if not good:
        return answers[0]
    rest = [one.answer for one in answers if not one.values]
    values = {name: value for one in reversed(good) for name, value in one.values.items()}
    if len({one.topic for one in good}) == 1 and len(good) > 1:
        values = {**good[0].values, "each": [one.values for one in good]}
    return replace(
        good[0],
        answer="\n\n".join(one.answer for one in good),
        values=values,
        headline=[text for one in good for text in one.headline],
        breakdown=[line for one in good for line in one.breakdown],
        source=list(dict.fromkeys(source for one in good for source in one.source)),
        confidence=round(min(one.confidence for one in good) - 0.15 * len(rest), 2),
        assumptions=list(dict.fromkeys(line for one in good for line in one.assumptions)),
        warnings=[*dict.fromkeys(line for one in good for line in one.warnings), *rest],
    )


def _unused(slots: Slots, topics: Sequence[Topic] = ()) -> list[str]:
    """A sentence for each kind of thing in the question that the answer does not rest on."""
    words = list(dict.fromkeys([*outside(slots, topics), *slots.unknown]))
    sentences = [f"Not considered: {', '.join(words[:10])}."] if words else []
    if slots.left_over:
        sentences.append(f"No meaning was found for the number {', '.join(slots.left_over[:10])}.")
    return sentences


def _confidence(choice: Choice, slots: Slots, found: Reply, topics: Sequence[Topic]) -> float:
    """Sure when every word was known, no number was left and no other topic came near."""
    unknown = len(set(slots.unknown))
    lost = (
        0.02 * slots.corrected
        + 0.1 * unknown
        + 0.3 * len(slots.left_over)
        + found.doubt
        + 0.3 * one_of_several(slots, found.text)
    )
    strange = [word for word in unexplained(slots, topics) if word not in slots.unknown]
    lost += 0.08 * len(strange) + 0.2 * len(set(outside(slots, topics))) + 0.05 * bool(slots.read_as)
    lost += 0.1 if choice.lead < 0.6 and not any(topic in topics for topic in choice.others[:1]) else 0.0
    lost += 0.4 * bool(slots.all("other_class")) + (0.25 if choice.points < CLEARLY_ASKED and len(topics) < 2 else 0.0)
    lost += CONTESTED * (RULE not in {topic.name for topic in topics} and is_contested(slots))
    lost += 0.3 * unanswered(slots, topics)
    lost += 0.15 * any(word in slots.all("uncovered") for word in outside(slots, topics))
    lost += 0.3 * ("request" in slots.found) + 0.3 * is_of_its_own(slots)
    if choice.topic.name == "monster_experience" or "hit_dice" in slots.numbers:
        lost -= 0.1 * min(2, unknown)  # a creature's own name is no reason for doubt
    return round(max(0.2, SURE - lost), 2)


def _line(part: Part) -> dict[str, Any]:
    return dict(plain(part))
