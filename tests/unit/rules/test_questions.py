"""Questions in plain words: examples with their answers in questions.json, and that no text makes it raise."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import rules
from rules.asking.vocabulary import edit_distance

EXAMPLES = json.loads(Path(__file__).with_name("questions.json").read_text(encoding="utf-8"))
WORDS = sorted(
    {word for case in EXAMPLES for word in case["question"].split()} | {"0", "-1", "99", "/", "%", "5e", "1000000"}
)


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: case["question"] or "(nothing)")
def test_question_gets_its_answer(case):
    answer = rules.answer_question(case["question"])

    assert case["topic"] == answer.topic
    assert answer.answer.startswith(case.get("starts", "That is not in the rule base"))
    assert case.get("missing", []) == answer.missing
    expected = case.get("values", {})
    assert expected == {name: answer.values.get(name) for name in expected}


def is_answered(case):
    return case["topic"] is not None and rules.answer_question(case["question"]).values


@pytest.mark.parametrize("case", [case for case in EXAMPLES if is_answered(case)], ids=lambda case: case["question"])
def test_answer_names_its_table_and_is_sure(case):
    answer = rules.answer_question(case["question"])
    assert all(source in answer.answer for source in answer.source)
    assert any(word in answer.answer for word in ("table", "chapter"))
    assert answer.breakdown
    assert answer.confidence >= 0.8
    json.dumps([answer.values, answer.breakdown, answer.source, answer.assumptions, answer.warnings])


@pytest.mark.parametrize(
    "case", [case for case in EXAMPLES if case["topic"] is None], ids=lambda case: case["question"]
)
def test_what_is_not_in_the_rule_base_is_said_with_low_confidence_and_no_values(case):
    answer = rules.answer_question(case["question"])
    assert (0.1, {}, []) == (answer.confidence, answer.values, answer.source)
    assert "THAC0 of characters and creatures" in answer.answer


@pytest.mark.parametrize("case", [case for case in EXAMPLES if case.get("missing")], ids=lambda case: case["question"])
def test_missing_value_is_asked_for_and_not_guessed(case):
    answer = rules.answer_question(case["question"])
    assert ({}, 0.4) == (answer.values, answer.confidence)


def test_there_are_at_least_sixty_examples_that_are_answered():
    assert len([case for case in EXAMPLES if is_answered(case)]) >= 60


@pytest.mark.parametrize(
    "ways",
    [
        ["thac0 of a 5th level fighter", "THAC0 fighter 5", "thaco ftr lvl five", "What's a level-5 fighter's THAC0?",
         "fifth level fihgter thac0", "fighter (level 5): thac0", "THAC0 for a Fighter of the 5th level", "ftr5 thac0"],
        ["cleric 9 save vs breath", "9th lvl cleric saving throw against dragon breath",
         "saev vs braeth clreic level 9", "breath weapon save for a ninth-level priest"],
        ["ac chain mail shield dex 16", "AC in chainmail with a shield and 16 dex",
         "armor class: chain, shield, dexterity 16", "what is the armour class of chain mail + shield, dex of 16?"],
        ["fighter 5 str 18/51 to hit ac 4", "to hit AC 4 as a 5th level fighter with 18(51) strength",
         "a level 5 fighter with strength 18/51 needs what to hit armor class 4"],
    ],
    ids=["thac0", "save", "armor class", "attack"],
)  # fmt: skip
def test_ways_of_asking_one_thing_have_one_answer(ways):
    answers = [rules.answer_question(way) for way in ways]
    assert [answers[0].answer] * len(ways) == [answer.answer for answer in answers]


@pytest.mark.parametrize("table_id", rules.default_rulebook().tables)
def test_a_missing_table_makes_no_question_raise_and_no_number_wrong(table_id):
    whole = rules.default_rulebook()
    book = rules.Rulebook({one: table for one, table in whole.tables.items() if one != table_id}, (), "test")
    for case in EXAMPLES:
        expected, got = (rules.answer_question(case["question"], book=one) for one in (whole, book))
        if got.values and got.confidence >= 0.8:
            assert expected.values == got.values, case["question"]


def test_words_that_were_not_used_are_reported_and_cost_confidence():
    plain = rules.answer_question("thac0 of a 5th level fighter")
    more = rules.answer_question("thac0 of a specialised, blindfolded and sulky 5th level fighter with initiative 3")
    assert plain.values == more.values
    assert more.confidence < plain.confidence - 0.2
    assert [
        "Not considered: initiative, specialised, blindfolded, sulky.",
        "No meaning was found for the number 3.",
    ] == more.warnings


@pytest.mark.parametrize(
    "question", ["thac0 of a level 5 fighter at long range", "name a fighter of 5th level with chain mail"]
)
def test_answer_that_may_miss_the_question_is_not_sure(question):
    answer = rules.answer_question(question)
    assert answer.values
    assert answer.confidence < 0.8


@pytest.mark.parametrize(
    "question",
    ["does the chair save a place on this level", "the stuff in the prison smells", "an unarmed bandit leader",
     "change the lever", "wander the range"],
)  # fmt: skip
def test_everyday_words_are_not_taken_for_typos(question):
    answer = rules.answer_question(question)
    assert {} == answer.values
    assert answer.confidence <= 0.4


def test_people_who_are_counted_are_not_a_level():
    assert ["level"] == rules.answer_question("what is the thac0 of one fighter").missing
    assert ["level"] == rules.answer_question("what is the thac0 of 3 fighters").missing
    assert 17 == rules.answer_question("what is the thac0 of 3 fighters of level 4").values["final_thac0"]


def test_arguments_of_the_second_edition_itself_are_no_level():
    assert ["level"] == rules.answer_question("AD&D 2nd edition fighter thac0").missing
    assert rules.answer_question("thac0 of a level 5 fighter in 3.5").answer.startswith("That is not in the rule base")


@given(st.text(max_size=300))
@example("\x00\ud800")
@example("thac0 " * 400)
@example("5" * 3000)
@example("1/2/3/4/5 hd 18/00/00 str")
@example("fighter/mage/thief/cleric 1/2/3 thac0")
@example("level level level 5 5 5 fighter fighter thac0 hit ac ac 3 3")
def test_no_text_makes_it_raise(text):
    answer = rules.answer_question(text)
    assert answer.answer
    assert 0 <= answer.confidence <= 1
    json.dumps(answer.values)


@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_no_mixture_of_rules_words_makes_it_raise(words):
    answer = rules.answer_question(" ".join(words))
    assert answer.answer
    if answer.missing:
        assert {} == answer.values
    if answer.values:
        assert answer.source
        assert answer.topic is not None


@given(st.sampled_from(["fighter", "cleric", "thief", "mage"]), st.integers(-50, 10**6))
def test_level_that_is_not_in_the_book_is_explained(name, level):
    answer = rules.answer_question(f"thac0 of a {name} of level {level}")
    if 1 <= level <= 30:
        assert rules.thac0(name, level).final_thac0 == answer.values["final_thac0"]
    else:
        assert {} == answer.values
        assert "from 1 to 30" in answer.answer


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("", "abc", 3), ("abc", "abc", 0), ("thief", "theif", 1), ("breath", "braeth", 1), ("spell", "spel", 1),
     ("petrification", "petrifcation", 1), ("kitten", "sitting", 3)],
)  # fmt: skip
def test_edit_distance(one, other, distance):
    assert distance == edit_distance(one, other)
    assert distance == edit_distance(other, one)


def test_everything_that_a_question_names_outright_is_answered():
    answer = rules.answer_question("what does a 12th level paladin need to hit AC -3? also his saves")

    hit, saves = answer.answer.split("\n\n")
    assert "attack_roll" == answer.topic
    assert hit.startswith("12. ")
    assert saves.startswith("7, 9, 8, 8, 10. ")
    assert {"needed": 12, "spell": 10} == {name: answer.values[name] for name in ("needed", "spell")}
    assert all(source in answer.answer for source in answer.source)


def test_what_cannot_be_answered_beside_it_is_a_warning():
    answer = rules.answer_question("thac0 of a creature with 5 hit dice, and its saves")

    assert "15." == answer.answer[:3]
    assert any(warning.startswith("On the saving throw: ") for warning in answer.warnings)


def test_of_a_creature_and_a_character_it_is_asked_who_is_meant():
    answer = rules.answer_question("orc attacks the wizard, wizard has ac 6, what does the orc need to hit")

    assert ["hit_dice", "level"] == answer.missing
