"""Questions in plain words: examples with their answers in questions.json, and that no text makes it raise."""

import json
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import rules
from rules.asking.context import settled
from rules.asking.lexicon import cues
from rules.asking.replies import TOPICS
from rules.asking.spelling import edit_distance
from rules.asking.vocabulary import vocabulary_of
from tests.support.questions import SURE, is_right, plain_text, read_cases, stands_in_order

EXAMPLES = read_cases("questions.json")
ANSWERED = [case for case in EXAMPLES if case.keys() & {"values", "headline"}]
AT_ONCE = 100
"""Questions of one test: a test for each would cost more than the answers."""
APART = 130
"""Every so many questions are asked again without a table; each table begins at another."""
WORDS = sorted(
    {word for case in EXAMPLES[::10] for word in case["question"].split()}
    | {"0", "-1", "99", "/", "%", "5e", "1000000"}
)


@cache
def answer_to(question):
    """The answer, asked for once by all tests here."""
    return rules.answer_question(question)


@pytest.mark.parametrize("start", range(0, len(EXAMPLES), AT_ONCE))
def test_questions_get_their_answers(start):
    asked = [(case, answer_to(case["question"])) for case in EXAMPLES[start : start + AT_ONCE]]
    wrong = [
        (case, answer.topic, answer.headline, answer.missing) for case, answer in asked if not is_right(answer, case)
    ]
    assert [] == wrong


def test_there_are_at_least_two_hundred_and_twenty_examples_that_are_answered():
    assert len(ANSWERED) >= 220


def test_answers_name_their_tables_and_their_main_values():
    for case in ANSWERED:
        answer = answer_to(case["question"])
        assert all(source in answer.answer for source in answer.source), case
        assert answer.headline, case
        assert any(plain_text(text) in plain_text(answer.answer) for text in answer.headline[:1]), case
        json.dumps([answer.values, answer.breakdown, answer.source, answer.assumptions, answer.warnings])


def test_right_answers_are_sure():
    sure = [case for case in ANSWERED if answer_to(case["question"]).confidence >= SURE]
    assert len(sure) >= 0.95 * len(ANSWERED)


def test_what_is_not_in_the_rule_base_is_said_with_low_confidence_and_no_values():
    for case in EXAMPLES:
        if case.get("not_covered"):
            answer = answer_to(case["question"])
            assert (0.1, {}, [], []) == (answer.confidence, answer.values, answer.headline, answer.source), case


def test_missing_value_is_asked_for_and_not_guessed():
    for case in EXAMPLES:
        if case.get("missing"):
            answer = answer_to(case["question"])
            assert ({}, [], 0.4) == (answer.values, answer.headline, answer.confidence), case


def test_the_value_of_each_level_stands_beside_the_question_for_the_level():
    answer = rules.answer_question("how many attacks per round does a fighter get")

    assert ["level"] == answer.missing
    assert answer.answer.endswith("By level, 1-6: 1, 7-12: 3/2, 13-20: 2.")


@pytest.mark.parametrize(
    "ways",
    [
        ["thac0 of a 5th level fighter", "THAC0 fighter 5", "thaco ftr lvl five", "What's a level-5 fighter's THAC0?",
         "fifth level fihgter thac0", "fighter (level 5): thac0", "THAC0 for a Fighter of the 5th level", "ftr5 thac0",
         "F5 thac0"],
        ["cleric 9 save vs breath", "9th lvl cleric saving throw against dragon breath",
         "saev vs braeth clreic level 9", "breath weapon save for a ninth-level priest", "C9 sv bw"],
        ["ac chain mail shield dex 16", "AC in chainmail with a shield and 16 dex",
         "armor class: chain, shield, dexterity 16", "what is the armour class of chain mail + shield, dex of 16?"],
        ["fighter 5 str 18/51 to hit ac 4", "to hit AC 4 as a 5th level fighter with 18(51) strength",
         "a level 5 fighter with strength 18/51 needs what to hit armor class 4"],
        ["cleric level 5 turning a wight", "what does a 5th-level priest need to turn wights?", "C5 turn wight",
         "clr 5 trun wihgt"],
        ["falling damage 50 feet", "i fell 50' how much dmg", "fifty foot fall damage", "drop of 50ft: damage?"],
        ["damage of a long sword", "longsword dmg", "what damage does a longsword do", "how much does a long sword do"],
        ["how many attacks does a level 13 fighter get per round", "ftr 13 attacks/round", "attacks per round F13"],
    ],
    ids=["thac0", "save", "armor class", "attack", "turning", "falling", "damage", "attacks"],
)  # fmt: skip
def test_ways_of_asking_one_thing_have_one_answer(ways):
    answers = [rules.answer_question(way) for way in ways]
    assert [answers[0].answer] * len(ways) == [answer.answer for answer in answers]


def test_every_table_is_reached_by_a_topic():
    reached = {table for topic in TOPICS for table in topic.tables}
    assert set(rules.default_rulebook().tables) == reached


def test_topics_listen_only_to_cues_that_have_words():
    assert set() == {cue for topic in TOPICS for cue in topic.cues} - set(cues())


@pytest.mark.parametrize("table_id", rules.default_rulebook().tables)
def test_a_missing_table_makes_no_question_raise_and_no_number_wrong(table_id):
    whole = rules.default_rulebook()
    book = rules.Rulebook({one: table for one, table in whole.tables.items() if one != table_id}, (), "test")
    start = sorted(whole.tables).index(table_id) % APART
    for case in EXAMPLES[start::APART]:
        expected, got = answer_to(case["question"]), rules.answer_question(case["question"], book=book)
        if got.values and got.confidence >= 0.8 and expected.topic == got.topic:
            assert stands_in_order(got.headline, expected.headline) or table_id in _DETAILS, case["question"]


_DETAILS = frozenset({"missile_weapons", "two_handed_grips", "simple_spells", "light_sources"})
"""Tables that add to an answer: without them a weapon is not thrown, and a word is no spell."""


def test_words_that_were_not_used_are_reported_and_cost_confidence():
    plain = rules.answer_question("thac0 of a 5th level fighter")
    more = rules.answer_question("thac0 of a blindfolded and sulky 5th level fighter with grumpleton 77")
    assert plain.values == more.values
    assert more.confidence < plain.confidence - 0.2
    assert [
        "Not considered: blindfolded, sulky, grumpleton.",
        "No meaning was found for the number 77.",
    ] == more.warnings


@pytest.mark.parametrize(
    "question",
    ["thac0 of a level 5 fighter at long range", "name a fighter of 5th level with chain mail",
     "write a poem about a 5th level fighter and his thac0"],
)  # fmt: skip
def test_answer_that_may_miss_the_question_is_not_sure(question):
    answer = rules.answer_question(question)
    assert not answer.values or answer.confidence < 0.8


@pytest.mark.parametrize(
    "question",
    ["does the chair save a place on this level", "the stuff in the prison smells", "an unarmed bandit leader",
     "change the lever", "wander the range", "where did I leave my keys", "my sister plays the piano",
     "how do I get to the station", "what time is it", "the planet has two moons", "please bring bread and cheese"],
)  # fmt: skip
def test_everyday_words_are_not_taken_for_typos(question):
    answer = rules.answer_question(question)
    assert {} == answer.values
    assert answer.confidence <= 0.4


def test_people_who_are_counted_are_not_a_level():
    assert ["level"] == rules.answer_question("what is the thac0 of one fighter").missing
    assert ["level"] == rules.answer_question("what is the thac0 of three fighters").missing
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
    assert bool(answer.values) == bool(answer.headline)
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


def test_everything_that_a_question_names_outright_is_answered_in_its_order():
    answer = rules.answer_question("what does a 12th level paladin need to hit AC -3? also his saves")

    hit, saves = answer.answer.split("\n\n")
    assert "attack_roll" == answer.topic
    assert hit.startswith("12. ")
    assert saves.startswith("7, 9, 8, 8, 10. ")
    assert {"needed": 12, "spell": 10} == {name: answer.values[name] for name in ("needed", "spell")}
    assert all(source in answer.answer for source in answer.source)


def test_several_characters_are_answered_one_after_the_other():
    answer = rules.answer_question("thac0 of a 5th level fighter and a 7th level thief")

    assert ["16", "17"] == answer.headline
    assert [16, 17] == [values["final_thac0"] for values in answer.values["each"]]


def test_what_cannot_be_answered_beside_it_is_a_warning():
    answer = rules.answer_question("thac0 of a 5th level fighter, and his initiative")

    assert "16." == answer.answer[:3]
    assert any(warning.startswith("On initiative modifiers: ") for warning in answer.warnings)


def test_who_attacks_is_told_from_who_is_attacked():
    orc = rules.answer_question("orc attacks the wizard, wizard has ac 6, what does the orc need to hit")
    wizard = rules.answer_question("what does my 3rd level wizard need to hit an orc")

    assert 13 == orc.values["needed"]
    assert (20 - 6, "14") == (wizard.values["needed"], wizard.headline[0])


def test_everyday_names_of_spells_are_spells_only_where_spells_are_spoken_of():
    read = vocabulary_of(rules.default_rulebook()).read

    assert not any(item.value("spell") for item in settled(read("how fast does a griffon fly")))
    assert any(item.value("spell") for item in settled(read("casting time of fly")))
