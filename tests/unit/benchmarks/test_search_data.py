"""The search set holds together, and its measures are what their names say."""

import json
from uuid import UUID, uuid4

import pytest

from benchmarks.search_data import FOLDER, KINDS, Question, id_of, ndcg, quality_of, read_questions, recall
from benchmarks.search_fit import Seen
from store.search import Weights

ONE, TWO, THREE, OTHER = (UUID(int=number) for number in range(1, 5))
QUESTION = Question("x", "exact", "A", {ONE: 3, TWO: 1})


def test_the_set_is_as_large_as_it_says_and_every_kind_is_in_both_halves() -> None:
    entities = json.loads((FOLDER / "entities.json").read_bytes())

    assert len(entities) >= 220
    assert len({each["key"] for each in entities}) == len(entities)
    for half in ("A", "B"):
        questions = read_questions(half)
        assert len(questions) >= 45
        assert set(KINDS) == {question.kind for question in questions}


def test_every_question_is_asked_once_and_answered_by_entities_of_the_set() -> None:
    known = {id_of(each["key"]) for each in json.loads((FOLDER / "entities.json").read_bytes())}
    questions = read_questions()

    assert len(questions) == len({question.query for question in questions})
    for question in questions:
        assert question.grades.keys() <= known, question.query
        assert max(question.grades.values()) >= 2, question.query
        assert set(question.grades.values()) <= {1, 2, 3}, question.query


@pytest.mark.parametrize(
    ("found", "expected"),
    [([ONE, TWO], 1.0), ([TWO, ONE], 0.7098), ([OTHER, ONE], 0.5788), ([OTHER], 0.0), ([], 0.0)],
)
def test_gain_falls_with_the_place_and_grows_with_the_grade(found: list[UUID], expected: float) -> None:
    assert pytest.approx(expected, abs=1e-4) == ndcg(QUESTION, found)


def test_recall_counts_the_grades_it_is_told_to() -> None:
    assert (0.5, 1.0) == (recall(QUESTION, [ONE], least_grade=1), recall(QUESTION, [ONE], least_grade=2))


def test_what_comes_behind_the_tenth_place_counts_for_nothing() -> None:
    found = [uuid4() for _ in range(10)] + [ONE]

    assert (0.0, 0.0, 0.0) == quality_of(lambda _: found, [QUESTION])


def test_the_fit_scores_evidence_as_the_search_does() -> None:
    seen = Seen(ONE, name=0.5, word=1.0, text=0.5, cosine=0.25)

    assert pytest.approx(1 - 0.5 * 0.9 * 0.55 * 0.775) == seen.score(Weights(word=0.1, text=0.9, meaning=0.9))
