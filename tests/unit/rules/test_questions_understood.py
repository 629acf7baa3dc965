"""How a question is understood: what is taken back, asked the other way round, small talk, and how surely."""

import pytest

import rules
from rules.asking.forms import as_range, in_both_forms, with_forms
from tests.support.questions import SURE


@pytest.mark.parametrize(
    ("with_it", "without_it"),
    [("attacks per round of a level 8 specialist", "attacks per round of a level 8 fighter, no specialization"),
     ("two weapons penalty for a ranger", "two weapons penalty, not a ranger")],
)  # fmt: skip
def test_what_is_taken_back_does_not_count(with_it, without_it):
    assert rules.answer_question(with_it).headline != rules.answer_question(without_it).headline


@pytest.mark.parametrize(
    ("question", "level"),
    [("at which level does a fighter first get a THAC0 of 10", "11"),
     ("at what level can a wizard first cast 9th-level spells", "18"),
     ("by what level does a priest's thac0 hit 10", "16"), ("level at which clerics destroy skeletons", "6")],
)  # fmt: skip
def test_level_is_found_from_what_it_gives(question, level):
    assert level == rules.answer_question(question).headline[0]


@pytest.mark.parametrize(
    "text",
    ["i attack the darkness", "that was one hell of a saving throw last night", "roll initiative!",
     "our cleric saved the day again", "what initiative should I take at my job to get a raise?",
     "hit points of my internet router", "I love my dwarf fighter so much", "morale is low at work this week"],
)  # fmt: skip
def test_small_talk_with_words_of_the_rules_is_not_answered(text):
    answer = rules.answer_question(text)
    assert ({}, [], 0.1) == (answer.values, answer.missing, answer.confidence)


def test_words_that_an_answer_does_not_rest_on_make_it_unsure():
    plain = rules.answer_question("how long does a torch burn")
    more = rules.answer_question("how long does a purple torch burn beside a marble fountain under the crescent moon")

    assert plain.confidence >= SURE > more.confidence


def test_sneak_attack_with_dice_is_another_edition():
    assert rules.answer_question("does a rogue 5 sneak attack for 3d6").answer.startswith(
        "That is not in the rule base"
    )


def test_dice_are_also_shown_as_a_range():
    assert ["2d4", "2-8", "death"] == in_both_forms(["2d4", "death"])
    assert "2-7" == as_range("1d6+1")
    assert ["30 minutes", "30"] == with_forms(["30 minutes"])


def test_a_price_that_is_not_in_the_table_is_not_guessed():
    answer = rules.answer_question("what does a castle cost")
    assert {} == answer.values
