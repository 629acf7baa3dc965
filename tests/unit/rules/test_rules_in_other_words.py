"""Rules of one line asked in words of one's own: by likeness to wordings, and what is not answered that way."""

import pytest

import rules
from rules.asking.lexicon import read_list
from rules.asking.likeness import nearest_rules
from rules.asking.numbers import fill_slots
from rules.asking.vocabulary import vocabulary_of
from rules.asking.wordings import wordings
from tests.support.questions import SURE

BOOK = rules.default_rulebook()
RULES = [*BOOK.table("basic_rules").names, *BOOK.table("dungeon_master_rules").names]


def nearest(question):
    return nearest_rules(fill_slots(vocabulary_of(BOOK).read(question)))


def test_every_rule_of_one_line_has_wordings_and_every_wording_a_rule():
    assert set(RULES) == set(read_list("rule_wordings.txt"))


def test_wordings_of_a_rule_are_like_no_other_rule():
    """Its first wording finds each rule, so that no two rules are told apart by nothing."""
    firsts = {rule: texts[0].replace("#", "7") for rule, texts in read_list("rule_wordings.txt").items()}
    lost = {rule: text for rule, text in firsts.items() if rule not in {one.rule for one in nearest(text)[:2]}}
    assert {} == lost


def test_likeness_is_from_nothing_to_one_and_counts_words_that_few_rules_have():
    weights = wordings().weights
    assert weights["tith"] > weights["paladin"] > weights["level"]
    assert 1.0 == pytest.approx(nearest("how much must a paladin give to the church")[0].likeness)
    assert [] == nearest("bread and cheese")


@pytest.mark.parametrize(
    ("question", "headline"),
    [
        ("my guy dropped to 0 hp. is he dead?", "0"),
        ("he takes 55 points in one blow, does he have to make some kind of save?", "50"),
        ("is a paladin immune to sickness", "yes"),
        ("how many times a day can a druid shift form", "3"),
        ("how many hp does a dying man lose each round at death's door", "1"),
        ("what if both sides roll the same initiative number", "simultaneous"),
        ("halfling fighter exceptional strength allowed?", "no"),
    ],
)
def test_rule_of_one_line_is_found_in_words_of_ones_own(question, headline):
    assert headline == rules.answer_question(question).headline[0]


@pytest.mark.parametrize(
    "question",
    ["is a paladin better than a ranger", "how do I parry an attack", "5e lay on hands", "I attack the gloom"],
)
def test_a_distant_likeness_answers_nothing(question):
    assert {} == rules.answer_question(question).values


def test_a_table_s_answer_is_not_sure_when_a_rule_has_all_the_words():
    answer = rules.answer_question("chance of climbing a wall if you're no thief")
    assert answer.confidence < SURE


def test_of_two_rules_equally_like_neither_is_guessed():
    answer = rules.answer_question("how many turns or rounds make one hour")
    assert ({}, 0.1) == (answer.values, answer.confidence)
    assert answer.answer.startswith("That is not clear. Is it about: ")
