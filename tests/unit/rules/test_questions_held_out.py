"""Questions written by strangers: those seen since, and those that nobody looked at; the files may be absent."""

import pytest

import rules
from tests.support.questions import is_confidently_wrong, is_right, read_cases

FILES = {"questions_seen.json": (0.95, 0.01), "questions_held_out.json": (0.85, 0.05)}
"""Each file, the share that is right at least, and the share that is wrong and looks sure at most."""


@pytest.mark.parametrize("name", FILES)
def test_most_questions_of_strangers_are_answered_right_and_hardly_any_wrong_and_sure(name):
    cases, (right_at_least, sure_at_most) = read_cases(name), FILES[name]
    if not cases:
        pytest.skip("there are no such questions")
    answers = [(case, rules.answer_question(case["question"])) for case in cases]
    wrong = [(case, answer.answer) for case, answer in answers if not is_right(answer, case)]
    sure = [(case, answer.answer) for case, answer in answers if is_confidently_wrong(answer, case)]

    assert len(wrong) <= (1 - right_at_least) * len(cases), wrong
    assert len(sure) <= sure_at_most * len(cases), sure
