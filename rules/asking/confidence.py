"""How surely a question was understood: what an answer leaves unsaid or unexplained takes from its confidence."""

from collections.abc import Sequence

from rules.asking.campaign import DOUBT, names_a_place
from rules.asking.certainty import (
    RULE,
    asks_for_a_journey,
    has_idle_circumstance,
    has_idle_number,
    has_idle_plus,
    leaves_open,
    names_a_state,
    one_of_several,
    outside,
    strangers_asked_for,
    tells_of_another,
    unexplained,
)
from rules.asking.reply import Reply
from rules.asking.second_reading import CONTESTED, is_contested
from rules.asking.slots import Slots
from rules.asking.topic import Topic
from rules.asking.topics import Choice, unanswered
from rules.asking.unheard import is_of_its_own

SURE = 0.98
CLEARLY_ASKED = 3.2
"""Points of a topic that the question names, rather than only mentions things of."""


def confidence_in(choice: Choice, slots: Slots, found: Reply, topics: Sequence[Topic]) -> float:
    """Sure when every word was known, no number was left and no other topic came near."""
    unknown = len(set(slots.unknown))
    lost = (
        0.02 * slots.corrected
        + 0.1 * unknown
        + 0.2 * strangers_asked_for(slots)
        + 0.3 * len(slots.left_over)
        + found.doubt
        + 0.3 * one_of_several(slots, found.text)
    )
    strange = [word for word in unexplained(slots, topics) if word not in slots.unknown]
    lost += 0.08 * len(strange) + 0.2 * len(set(outside(slots, topics))) + 0.05 * bool(slots.read_as)
    lost += 0.1 if choice.lead < 0.6 and not any(topic in topics for topic in choice.others[:1]) else 0.0
    lost += 0.4 * bool(slots.all("other_class")) + (0.25 if choice.points < CLEARLY_ASKED and len(topics) < 2 else 0.0)
    lost += CONTESTED * (RULE not in {topic.name for topic in topics} and is_contested(slots))
    lost += DOUBT * names_a_place(slots)
    lost += 0.3 * unanswered(slots, topics)
    lost += 0.3 * tells_of_another(slots, topics[0].name)
    lost += 0.3 * (has_idle_plus(slots, topics) or has_idle_number(slots, topics))
    lost += 0.3 * asks_for_a_journey(slots, topics)
    lost += 0.3 * has_idle_circumstance(slots, topics) + 0.1 * names_a_state(slots, topics)
    lost += 0.3 * (leaves_open(slots, found.headline) and topics[0].name != RULE)
    lost += 0.15 * any(word in slots.all("uncovered") for word in outside(slots, topics))
    lost += 0.3 * ("request" in slots.found) + 0.3 * is_of_its_own(slots)
    if choice.topic.name == "monster_experience" or "hit_dice" in slots.numbers:
        lost -= 0.1 * min(2, unknown)  # a creature's own name is no reason for doubt
    return round(max(0.2, SURE - lost), 2)


def unused(slots: Slots, topics: Sequence[Topic] = ()) -> list[str]:
    """A sentence for each kind of thing in the question that the answer does not rest on."""
    words = list(dict.fromkeys([*outside(slots, topics), *slots.unknown]))
    sentences = [f"Not considered: {', '.join(words[:10])}."] if words else []
    if slots.left_over:
        sentences.append(f"No meaning was found for the number {', '.join(slots.left_over[:10])}.")
    return sentences
