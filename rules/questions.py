"""Answers to rules questions in plain words, by look-up: no language model, and no guess where a value is missing.

A question is cut into words, the words are found in a closed vocabulary, the numbers get their meaning, the topic with
the most points is looked up, and the answer names its table. What the rule base does not have, it says.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rules.asking.answer import NEEDS_A_VALUE, NOT_COVERED, PLAIN, SURELY_READ, Answer
from rules.asking.asking_back import value_to_ask_for
from rules.asking.basic_replies import tell_rule
from rules.asking.campaign import is_of_the_campaign, names_a_place
from rules.asking.certainty import (
    RULE,
    asks,
    is_small_talk,
    outside,
)
from rules.asking.comparing import compared
from rules.asking.confidence import CLEARLY_ASKED, SURE, confidence_in, unused
from rules.asking.focus import focused, is_named, without_passing
from rules.asking.forms import in_unit, with_forms
from rules.asking.numbers import fill_slots
from rules.asking.open_values import open_value
from rules.asking.parts import PartOfQuestion, questions_in
from rules.asking.parts_of_story import of_its_own, out_of_story
from rules.asking.reply import MissingValue, NotCovered, Reply, joined
from rules.asking.second_reading import read_again
from rules.asking.slots import Slots
from rules.asking.together import together
from rules.asking.topic import NAMED, Topic
from rules.asking.topics import (
    Choice,
    choose_topic,
    cue_strength,
    explained_places,
    first_place,
    further_topics,
    likely_topics,
)
from rules.asking.unheard import unheard_of
from rules.asking.verdicts import denies, exceeds, forbids, verdict
from rules.asking.vocabulary import vocabulary_of
from rules.asking.whose import asked_person, without_levels_of_creatures
from rules.errors import RuleError, TableUnavailable
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, plain

COVERS = (
    "THAC0 and the roll needed to hit, attacks, weapons and damage, initiative, saving throws, armor class, ability "
    "scores, classes and races, experience, thieving skills, spells and spells per day, turning undead, encumbrance, "
    "creatures, morale, reaction, surprise, hazards, light, ageing and treasure"
)
UNAVAILABLE = "There is no answer at present"
"""How an answer begins that needs a table which is switched off: a part of the question says no more."""
REFUSED = 0.8
SURELY_ASKED = 6.5
"""Points of a topic that is asked for however much is told beside it."""
NEEDS_THE_RACE = 0.4
"""Points from which a topic rests on the race, so that one that is not here cannot be passed over."""
_OUTSIDE = frozenset({"uncovered", "other_class", "other_race", "request", "opinion"})
OPEN = 0.9
"""Confidence of a rule of one line from which it goes before a question back for somebody who is not named."""
_NEEDS_SOMEBODY = frozenset({"class", "creature", "hit_dice", "rating", "armor"})
MOST_EACH = 6
LEVELS_SHOWN = 20


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
        return Answer(answer=f"{UNAVAILABLE}: {error}.")
    read, slots = slots, without_levels_of_creatures(without_passing(slots))
    if is_of_the_campaign(slots):
        return _offer(slots)
    whole = slots
    if (near := focused(slots)) is not None and _is_the_question(near, slots):
        slots = near
    answer = _answer(slots, book)
    if answer.missing == ["class"] and (person := asked_person(whole)) is not None:
        slots = whole = person
        answer = _answer(person, book)
    if slots is not whole and not answer.values and answer.confidence <= NOT_COVERED:
        slots, answer = whole, _answer(whole, book)

    def answer_to(part: Slots) -> Answer:
        return _answer(part, book)

    if not _is_another_edition(read):
        answer = of_its_own(slots, answer, answer_to)
    unread = not answer.values or answer.confidence < PLAIN
    if not _is_another_edition(read) and unread and not answer.answer.startswith(UNAVAILABLE):
        answer = out_of_story(slots, answer, answer_to, closed=bool(_OUTSIDE & read.found.keys()))
    return answer if _stands(answer) and _left_open(slots, answer) is None else _instead(slots, book, answer)


def _stands(answer: Answer) -> bool:
    return bool(answer.values) or answer.confidence >= REFUSED


def _instead(slots: Slots, book: Rulebook, answer: Answer) -> Answer:
    """What is said to a question that the topics did not answer: a rule of one line, or a question back."""
    if (left := _left_open(slots, answer)) is not None and _stands(answer):
        return left
    again, back = _read_again(slots, book, answer), _ask_back(slots, book, answer)
    if left is not None and (again is None or again.confidence < OPEN):
        return answer if answer.missing else left
    if back is not None and slots.all("column") and again is not None and again.confidence < SURELY_READ:
        return back
    return again or back or answer


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
        warnings=unused(slots, [topic]),
    )


def _left_open(slots: Slots, answer: Answer) -> Answer | None:
    """A question back for whom or what a question is about, which it does not name and only a doubtful rule answers."""
    doubtful = not _stands(answer) or (answer.topic == RULE and answer.confidence < OPEN)
    if not doubtful or (found := open_value(slots)) is None:
        return None
    topic, missing = found
    return Answer(answer=str(missing), topic=topic, missing=list(missing.names), confidence=NEEDS_A_VALUE)


def _is_the_question(near: Slots, slots: Slots) -> bool:
    """Whether the sentence that asks names its topic, and the topic of the whole is named by the story alone."""
    asked, told = choose_topic(near), choose_topic(slots)
    if asked is None or told is None or asked.topic is told.topic:
        return False
    if "roll" in slots.numbers and "roll" in told.topic.things and "roll" not in asked.topic.things:
        return False  # what a die shows is told for what is asked
    said = {cue for item in near.items for cue in item.cues if cue in cue_strength()} - {"become"}
    if said and all(told.topic.cues.get(cue, 0.0) > 0 for cue in said):
        return False  # what is asked is a fact of what the story is about
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
        found = _as_denied(tell_rule(reading.rule, slots, book, doubt=reading.doubt), slots)
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


def _is_another_edition(slots: Slots) -> bool:
    dice_of_another = bool(slots.dice) and any(item.text == "sneak attack" for item in slots.items)
    return "edition" in slots.found or dice_of_another


def _answer(slots: Slots, book: Rulebook) -> Answer:
    if _is_another_edition(slots):
        return Answer(answer=f"That is not in the rule base, which has AD&D 2nd edition only: {COVERS}.")
    choice = choose_topic(slots)
    if choice is None or _is_elsewhere(choice, slots):
        return _offer(slots)
    surely_asked = choice.points >= SURELY_ASKED and asks(slots) and "opinion" not in slots.found
    if not surely_asked and is_small_talk(slots, [choice.topic]) and is_small_talk(slots, _all_topics(choice, slots)):
        return Answer(answer=f"That is not in the rule base. It covers {COVERS}.")
    if "other_race" in slots.found and slots.race is None and choice.topic.things.get("race", 0.0) >= NEEDS_THE_RACE:
        return Answer(answer=f"The {slots.one('other_race')} is not in the rule base. It covers {COVERS}.")
    parts = questions_in(slots, choice)
    if len(parts) > 1:
        each = [_answer_about(part.choice, part.slots, book) for part in parts]
        return _compare_parts(together(each), slots, parts, each)
    answer = _answer_about(choice, slots, book)
    # What is thought of a rule, or said of a place, asks for nothing back.
    aside = "opinion" in slots.found or (names_a_place(slots) and not slots.classes)
    return _offer(slots) if aside and answer.missing else answer


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
    likely = [topic.title for topic in likely_topics(slots)] if not _OUTSIDE & slots.found.keys() else []
    if likely:
        return Answer(answer=f"That is not clear. It may be about: {'; '.join(likely)}.", warnings=unused(slots))
    return Answer(answer=f"That is not in the rule base. It covers {COVERS}.", warnings=unused(slots))


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
        return Answer(answer=f"{outside}. The rule base covers {COVERS}.", topic=topic.name, warnings=unused(slots))
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
        return Answer(answer=f"{UNAVAILABLE}: {error}.", topic=topic.name)
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
        or "what_level" in slots.cues
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
    return _as_denied(_decided(found, topic, slots), slots)


def _as_denied(found: Reply, slots: Slots) -> Reply:
    """The reply the other way round where a denial is to be confirmed: `elves cannot be raised, right?`."""
    if found.headline[:1] not in {("yes",), ("no",)} or not denies(slots):
        return found
    said = "no" if found.headline[0] == "yes" else "yes"
    reason = re.sub(r"^(?:yes|no)[.:] ", "", found.text, flags=re.IGNORECASE)
    return replace(found, text=f"{said.capitalize()}, as it was said: {reason}", headline=(said, *found.headline[1:]))


def _decided(found: Reply, topic: Topic, slots: Slots) -> Reply:
    """The reply begun with what its value says, or what it says of what is forbidden."""
    if found.headline[:1] in {("yes",), ("no",)} and (more := exceeds(slots, topic.name, found)) is not None:
        said, (_, _, reason) = "yes" if more else "no", found.text.partition(". ")
        return replace(found, text=f"{said.capitalize()}. {reason}", headline=(said, *found.headline[1:]))
    is_so = verdict(slots, topic.name, found)
    if is_so is None and found.headline[:1] in {("yes",), ("no",)} and forbids(slots, topic.name):
        said = "no" if found.headline[0] == "yes" else "yes"
        _, _, reason = found.text.partition(". ")
        text = f"{said.capitalize()}: it is {'' if said == 'yes' else 'not '}forbidden. {reason}"
        return replace(found, text=text, headline=(said, *found.headline[1:]))
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
        confidence=confidence_in(choice, slots, found, topics),
        topic=topics[0].name,
        assumptions=[*found.assumptions, *slots.read_as],
        warnings=[*found.warnings, *unused(slots, topics)],
    )


def _question_back(missing: MissingValue, choice: Choice, slots: Slots, book: Rulebook) -> Answer:
    other = next(iter(slots.all("other_class")), None)
    if other is not None and not slots.classes:
        return Answer(answer=f"The {other} is not in the rule base. It covers {COVERS}.")
    if _NEEDS_SOMEBODY & set(missing.names) and (stranger := unheard_of(slots)) is not None:
        return Answer(answer=f"The {stranger} is not in the rule base. It covers {COVERS}.", topic=choice.topic.name)
    text, warnings = str(missing), unused(slots, [choice.topic])
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


def _line(part: Part) -> dict[str, Any]:
    return dict(plain(part))
