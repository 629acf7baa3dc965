"""Which answer counts when a question lies inside a story: that to the whole, or that to a part of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from rules.asking.answer import NEEDS_A_VALUE, NOT_COVERED, PLAIN, SURELY_READ, Answer
from rules.asking.certainty import RULE
from rules.asking.core import cores
from rules.asking.slots import Slots
from rules.asking.story import Part, narrower

FROM_ONE_SENTENCE = 0.1
BARELY = 0.55
"""Confidence of a part of a question that is answered where the whole is not."""
NEARLY_SURE = 0.8
"""Confidence of a part from which its topic need not be named by the words that ask."""
OF_ITS_OWN = 0.9
"""The same of a sentence that needs no other, beside an answer to the whole that looks sure."""
IN_DOUBT = 0.65
"""Confidence of what a part of a question says when the whole was read otherwise."""
HARDLY = 0.3
"""Below this the whole was not understood at all, whatever its topic."""
MUCH_SURER = 0.2
"""How much surer the answer to a part of a question must be than that to the whole."""

AnswerTo = Callable[[Slots], Answer]


def out_of_story(slots: Slots, answer: Answer, answer_to: AnswerTo, *, closed: bool) -> Answer:
    """The answer to a part of the question that is surer: the story hid what it is about.

    Args:
        slots: The whole question.
        answer: What was made of the whole.
        answer_to: Answers a part.
        closed: Whether something is named that is not here, so that nothing is asked back.
    """
    found = []
    for part in narrower(slots):
        found.append((part, answer_to(part.slots)))
        if found[-1][1].values and found[-1][1].confidence >= SURELY_READ and _is_better(*found[-1], answer):
            break
    if sure := [(part, one) for part, one in found if one.values and _is_better(part, one, answer)]:
        most_sure = max(sure, key=lambda pair: pair[1].confidence)
        part, best = next((pair for pair in sure if pair[1].confidence >= SURELY_READ), most_sure)
        if part.is_alone and part.points and (back := _asks_of(best.topic, found)) is not None:
            return back
        # What asks may belong to what the whole is about as well, which then only lacks a value.
        torn = bool(answer.missing) and best.topic != answer.topic and part.names(answer.topic)
        most = IN_DOUBT if answer.values or torn else best.confidence - FROM_ONE_SENTENCE
        return replace(best, confidence=round(min(most, best.confidence), 2))
    back = next((one for part, one in found if one.missing and not part.is_cut), None)
    return back if back is not None and answer.confidence <= NOT_COVERED and not closed else answer


def of_its_own(slots: Slots, answer: Answer, answer_to: AnswerTo) -> Answer:
    """The answer to what asks and tells values, when that needs no more and the rest made something else of it."""
    for part in cores(slots):
        found = answer_to(part.slots)
        if not found.values or found.confidence < OF_ITS_OWN or found.topic == RULE:
            continue
        if not answer.values:
            return replace(found, confidence=round(found.confidence - FROM_ONE_SENTENCE, 2))
        said = answer.headline[:1] in (["yes"], ["no"])
        if found.headline == answer.headline or (said and found.topic == answer.topic):
            return answer  # yes or no rests on a sentence that is left out here, such as `is that right`
        if found.topic == answer.topic or 2 * part.strength(answer.topic) <= part.strength(found.topic):
            return replace(found, confidence=NEARLY_SURE)
    return answer


def _asks_of(topic: str | None, found: Sequence[tuple[Part, Answer]]) -> Answer | None:
    """What is asked back about the person that the sentence speaks of, whom others name."""
    return next((one for part, one in found if one.missing and one.topic == topic and not part.is_alone), None)


def _is_better(part: Part, found: Answer, whole: Answer) -> bool:
    """Whether the answer to a part of the question is to be believed before what was made of the whole."""
    if found.topic == RULE or not part.names(found.topic):
        return found.confidence >= NEARLY_SURE and not whole.values and not part.is_cut
    own = part.is_alone and not part.points
    if whole.missing:
        return found.confidence >= PLAIN and not part.is_cut and (own or found.topic != whole.topic)
    if not whole.values:
        return found.confidence >= BARELY
    if found.topic == whole.topic:
        unread = whole.confidence < HARDLY and found.confidence >= OF_ITS_OWN
        return unread or (own and found.confidence >= NEARLY_SURE > whole.confidence + MUCH_SURER)
    if part.strength(whole.topic) >= part.strength(found.topic) and whole.confidence >= HARDLY:
        return False
    least = PLAIN if whole.confidence < NEEDS_A_VALUE and not part.is_clause else SURELY_READ
    least = BARELY if whole.confidence < HARDLY else least
    return found.confidence >= max(least, whole.confidence + MUCH_SURER)
