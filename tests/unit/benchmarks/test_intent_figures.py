"""The figures of the classifier, and the prompts they are measured on."""

import pytest

from benchmarks.intent_figures import accuracy, precision, read_cases, recall
from contracts.intents import Intent

RULE, NPC, OTHER = Intent.RULES_LOOKUP, Intent.GENERATE_NPC, Intent.OTHER
PAIRS = [(RULE, RULE), (RULE, NPC), (NPC, NPC), (NPC, NPC)]


def test_accuracy_recall_and_precision_count_what_was_taken_right() -> None:
    assert 0.75 == accuracy(PAIRS)
    assert (0.5, 1.0, 0.0) == (recall(PAIRS, RULE), recall(PAIRS, NPC), recall(PAIRS, OTHER))
    assert (1.0, pytest.approx(2 / 3)) == (precision(PAIRS, RULE), precision(PAIRS, NPC))


@pytest.mark.parametrize("intent", list(Intent))
def test_there_are_at_least_twenty_prompts_of_each_intent_to_measure(intent: Intent) -> None:
    assert 20 <= sum(asked is intent for _, asked in read_cases())
