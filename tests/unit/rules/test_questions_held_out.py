"""Questions that nobody looked at while the answers were made; the file may be absent."""

import pytest

import rules
from tests.support.questions import is_confidently_wrong, is_right, read_cases

CASES = read_cases("questions_held_out.json")
RIGHT_AT_LEAST = 0.85
CONFIDENTLY_WRONG_AT_MOST = 0.05

pytestmark = pytest.mark.skipif(not CASES, reason="there are no held-out questions")


@pytest.fixture(scope="module")
def answers():
    return [(case, rules.answer_question(case["question"])) for case in CASES]


def test_most_held_out_questions_are_answered_right(answers):
    wrong = [(case, answer.answer) for case, answer in answers if not is_right(answer, case)]
    assert len(wrong) <= (1 - RIGHT_AT_LEAST) * len(CASES), wrong


def test_hardly_any_held_out_question_is_answered_wrong_with_confidence(answers):
    wrong = [(case, answer.answer) for case, answer in answers if is_confidently_wrong(answer, case)]
    assert len(wrong) <= CONFIDENTLY_WRONG_AT_MOST * len(CASES), wrong
