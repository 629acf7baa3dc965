"""How a question is understood: what is taken back, asked the other way round, small talk, and how surely."""

import pytest

import rules
from rules.asking.forms import as_range, in_both_forms, in_unit, with_forms
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


@pytest.mark.parametrize(
    ("question", "headline"),
    [("which is faster, dagger or short sword, by speed factor", ["dagger", "2", "3"]),
     ("who needs less xp for level 5, the cleric or the thief", ["thief", "13000", "10000"]),
     ("who moves faster, a dwarf or a human", ["human", "6", "12"]),
     ("who has the better thac0 at level 6: cleric or thief", ["same", "equal", "18", "18"]),
     ("does a ranger need more experience than a fighter for level 5", ["yes", "18000", "16000"]),
     ("is a spear heavier than a halberd", ["no", "5", "15"]),
     ("what's the THAC0 difference between a level 7 fighter and a level 7 mage", ["4", "14", "18"])],
)  # fmt: skip
def test_a_comparison_begins_with_what_it_comes_to(question, headline):
    assert headline == rules.answer_question(question).headline


@pytest.mark.parametrize(
    ("question", "verdict"),
    [("does fireball allow a saving throw", "yes"), ("is there a save against magic missile", "no"),
     ("is a club a piercing weapon", "no"), ("are orcs good", "no"),
     ("does a 7th level cleric destroy skeletons", "yes"), ("can a level 20 wizard attack twice a round", "no"),
     ("confirm or deny: the save versus spell of a 4th-level thief is 15", "yes"),
     ("confirm or deny: the save versus spell of a 4th-level thief is 14", "no"),
     ("can my 12 int wizard learn 7th level spells", "no"), ("does the paladin get a warhorse at 4th level", "yes")],
)  # fmt: skip
def test_whether_something_is_so_is_answered_with_yes_or_no_first(question, verdict):
    assert verdict in rules.answer_question(question).headline[:2]


@pytest.mark.parametrize(
    ("question", "headline"),
    [("An old man in the tavern sold me a halberd. What is its speed factor?", "9"),
     ("I have two players, one wants to run a dwarf. What's the lowest constitution a dwarf needs?", "11"),
     ("The gate groans and the witch laughs. What's the chance to bend bars with str 18/91?", "35"),
     ("Pim swore it had feathers and claws both. It is an owlbear, so how many Hit Dice has it?", "5+2")],
)  # fmt: skip
def test_the_story_around_a_question_does_not_change_what_it_is_about(question, headline):
    assert headline == rules.answer_question(question).headline[0]


@pytest.mark.parametrize(
    ("value", "asked", "shown"),
    [("30 minutes", "turns", "3 turns"), ("2 turns", "minutes", "20 minutes"), ("60 feet", "yards", "20 yards"),
     ("25 minutes", "turns", None), ("30 minutes", "minutes", None), ("60 feet", "turns", None), ("4", "turns", None)],
)  # fmt: skip
def test_a_value_is_told_in_the_unit_that_is_asked_for(value, asked, shown):
    assert shown == in_unit(value, {"how", "many", asked})


def test_a_number_without_a_meaning_or_a_fact_without_an_answer_makes_it_unsure():
    assert rules.answer_question("chain mail: price and weight").confidence < SURE
    assert rules.answer_question("thac0 of a level 5 fighter 77").confidence < SURE
