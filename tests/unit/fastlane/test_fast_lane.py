"""The fast lane: the documents' bodies exactly, remembered answers, explanations, and clean refusals."""

import itertools
import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fastlane
import rules
from core.errors import InvalidInput, NotFound
from rules.loader import TABLES_FOLDER, load_tables

BOOK = rules.default_rulebook()
EXPLANATION = {"breakdown", "assumptions", "warnings", "source", "rules_version"}


@pytest.fixture
def lane():
    return fastlane.FastLane(BOOK)


def refused(lane, operation, params, source="query"):
    with pytest.raises(fastlane.InvalidParameters) as caught:
        lane.answer(operation, params, source=source)
    return {one.field: one.message for one in caught.value.fields}


def test_thac0_is_the_documents_body_and_says_when_it_was_remembered(lane):
    query = {"level": "5", "class": "fighter", "strength": "18"}
    body = {"base_thac0": 16, "strength_bonus": 1, "final_thac0": 15}

    assert fastlane.FastAnswer({**body, "cache_hit": False}, cache_hit=False) == lane.answer("thac0", query)
    assert fastlane.FastAnswer({**body, "cache_hit": True}, cache_hit=True) == lane.answer("thac0", query)


@pytest.mark.parametrize("name", ["saves", "save"])
def test_saves_is_the_documents_body(lane, name):
    assert {"paralyzation": 13, "rod_staff_wand": 9, "petrification": 11, "breath_weapon": 13, "spell": 10} == (
        lane.answer(name, {"class": "wizard", "level": "7"}).body
    )


def test_ac_is_the_documents_body(lane):
    body = {"base_ac": 10, "armor": "chain_mail", "shield": True, "dexterity": 16}
    query = {"base_ac": "10", "armor": "chain_mail", "shield": "true", "dexterity": "16"}

    expected = {"armor_ac": 5, "shield_bonus": -1, "dex_bonus": -2, "final_ac": 2}
    assert expected == lane.answer("ac", body, source="body").body
    assert fastlane.FastAnswer(expected, cache_hit=True) == lane.answer("ac", query)


@pytest.mark.parametrize("operation", ["thac0", "saves", "ac"])
def test_verbose_adds_how_the_numbers_came_about(lane, operation):
    params = {} if operation == "ac" else {"class": "fighter", "level": "3"}
    short = lane.answer(operation, params).body
    verbose = lane.answer(operation, {**params, "verbose": "true"}).body

    assert EXPLANATION <= set(verbose) - set(short)
    assert {**short, "cache_hit": True} == {**{name: verbose[name] for name in short}, "cache_hit": True}
    assert BOOK.version == verbose["rules_version"]
    assert verbose["source"][0].startswith("Player's Handbook, table ")
    json.dumps(verbose)


def test_verbose_saves_show_the_paladins_bonus_beside_the_table(lane):
    verbose = lane.answer("saves", {"class": "paladin", "level": "5", "verbose": "true"}).body
    assert [("paladin", 2)] == [(one["label"], one["bonus"]) for one in verbose["modifiers"]]
    assert 11 == verbose["paralyzation"]


def test_verbose_and_short_share_one_remembered_answer(lane):
    params = {"class": "Fighter", "level": "3"}
    assert not lane.answer("thac0", params).cache_hit
    assert lane.answer("thac0", {**params, "class": "fighter", "verbose": "true"}).cache_hit


def test_multi_class_characters_are_served_from_query_and_body(lane):
    params = {"class": "fighter/mage", "level": "5/6", "strength": "18/55"}
    assert 14 == lane.answer("thac0", params).body["final_thac0"]
    assert lane.answer("thac0", params, source="body").cache_hit


def test_every_class_and_level_agrees_with_the_rules(lane):
    for name, level in itertools.product(BOOK.table("classes").names, range(1, 31)):
        found = lane.answer("thac0", {"class": name, "level": str(level)}).body
        assert rules.thac0(name, level).final_thac0 == found["final_thac0"]
        assert rules.saving_throws(name, level).base() == lane.answer("save", {"class": name, "level": str(level)}).body


def test_a_body_that_was_given_away_can_be_changed_without_harm(lane):
    lane.answer("saves", {"class": "thief", "level": "1"}).body.clear()
    assert 13 == lane.answer("saves", {"class": "thief", "level": "1"}).body["paralyzation"]


@pytest.mark.parametrize("name", ["", "THAC0", "thac0/", "fireball", "__class__", "describe"])
def test_unknown_operation(lane, name):
    with pytest.raises(fastlane.UnknownOperation) as caught:
        lane.answer(name, {})
    assert "Operation not in fast lane" == str(caught.value)
    assert isinstance(caught.value, NotFound)


LEVEL = "must be an integer from 1 to 30"


@pytest.mark.parametrize(
    "level",
    ["+5", " 5", "5 ", "1_000", "05", "-5", "5.0", "", "five", "\u0665", "1e1", "0x5", "5/", ["5", "6"], None, 5],
)
def test_level_of_a_query_is_plain_digits(lane, level):
    assert {"level": LEVEL} == refused(lane, "thac0", {"class": "thief", "level": level})


@pytest.mark.parametrize("level", ["5", "", 5.0, True, None, [5], {}, "five", float("nan")])
def test_level_of_a_body_is_a_json_integer(lane, level):
    assert {"level": LEVEL} == refused(lane, "thac0", {"class": "thief", "level": level}, "body")


@pytest.mark.parametrize(
    ("level", "source"), [("0", "query"), ("31", "query"), (0, "body"), (31, "body"), (10**40, "body")]
)
def test_level_outside_the_table_is_a_kind_of_its_own(lane, level, source):
    with pytest.raises(fastlane.ParametersOutsideRules) as caught:
        lane.answer("thac0", {"class": "thief", "level": level}, source=source)
    assert [("level", LEVEL)] == [(one.field, one.message) for one in caught.value.fields]
    assert "outside_rules" == caught.value.code
    assert isinstance(caught.value, InvalidInput)


def test_level_zero_is_answered_where_the_table_has_it(lane):
    assert 16 == lane.answer("saves", {"class": "fighter", "level": 0}, source="body").body["paralyzation"]
    assert {"level": "must be an integer from 1 to 30 for a mage"} == refused(
        lane, "saves", {"class": "mage", "level": "0"}
    )


def test_malformed_and_outside_together_are_malformed(lane):
    with pytest.raises(fastlane.InvalidParameters) as caught:
        lane.answer("ac", {"dexterity": "99", "shield": "yes"})
    assert not isinstance(caught.value, fastlane.ParametersOutsideRules)
    assert {"dexterity", "shield"} == {one.field for one in caught.value.fields}


def test_every_missing_and_unknown_parameter_is_named(lane):
    assert {
        "class": "is required",
        "level": "is required",
        "lvl": "is not a parameter of thac0, which has: class, level, strength, race, improve_past_20, verbose",
    } == refused(lane, "thac0", {"lvl": "5"})


def test_field_names_of_the_code_are_not_parameters(lane):
    assert "character_class" in refused(lane, "saves", {"character_class": "mage", "level": "5"})


def test_levels_must_fit_the_classes(lane):
    assert {"level": LEVEL} == refused(lane, "thac0", {"class": "thief", "level": "5/6"})
    assert "2 levels joined by /" in refused(lane, "thac0", {"class": "fighter/mage", "level": "5"})["level"]


@pytest.mark.parametrize("strength", ["17/50", "26", "18/101", "18/0", "abc", "+18", " 18", "", "0"])
def test_strength_that_is_none_is_refused_with_its_form(lane, strength):
    params = {"class": "fighter", "level": "5", "strength": strength}
    message = refused(lane, "thac0", params)["strength"]
    assert 'must be an integer from 1 to 25, or 18/01 to 18/00 such as "18/55"' == message


@pytest.mark.parametrize(
    ("strength", "bonus"), [(18, 1), ("18", 1), ("18/00", 3), ("18/100", 3), ("18/51", 2), (None, 0)]
)
def test_strength_of_a_body_is_a_number_or_its_notation(lane, strength, bonus):
    params = {"class": "fighter", "level": 5, "strength": strength}
    assert bonus == lane.answer("thac0", params, source="body").body["strength_bonus"]


@pytest.mark.parametrize(
    ("params", "field", "message"),
    [
        ({"armor": "tin"}, "armor", "must be one of 16 names, the nearest of them: "),
        ({"armor": ""}, "armor", "must be one of 16 names, the nearest of them: "),
        ({"shield": "1"}, "shield", "must be true or false"),
        ({"shield": "True"}, "shield", "must be true or false"),
        ({"dexterity": "26"}, "dexterity", "must be an integer from 1 to 25"),
        ({"base_ac": "11"}, "base_ac", "must be an integer from -10 to 10"),
        ({"base_ac": "--1"}, "base_ac", "must be an integer from -10 to 10"),
        ({"verbose": "yes"}, "verbose", "must be true or false"),
    ],
)
def test_armor_class_parameters_say_what_is_allowed(lane, params, field, message):
    assert refused(lane, "ac", params)[field].startswith(message)


def test_negative_base_armor_class_is_read(lane):
    assert -3 == lane.answer("ac", {"base_ac": "-3"}).body["final_ac"]


def test_body_of_a_query_type_is_refused(lane):
    assert {"shield", "dexterity"} == set(refused(lane, "ac", {"shield": "true", "dexterity": "16"}, "body"))


PARAMETERS = st.sampled_from(
    ["class", "level", "strength", "race", "armor", "shield", "dexterity", "base_ac", "verbose", "improve_past_20", "x"]
)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 40), st.integers(), st.floats(), st.text(max_size=8),
    st.binary(max_size=3),
    st.sampled_from(["fighter", "mage", "fighter/mage", "5", "5/6", "18/55", "chain", "elf", "true", "16"]),
    st.lists(st.integers(), max_size=2),
)  # fmt: skip


@given(st.sampled_from(["thac0", "saves", "ac"]), st.dictionaries(PARAMETERS, VALUES, max_size=6), st.booleans())
def test_any_input_is_answered_or_cleanly_refused(operation, params, from_body):
    outcome = outcome_of(fastlane.FastLane(BOOK), operation, params, "body" if from_body else "query")
    assert outcome


def outcome_of(lane, operation, params, source):
    """The body as JSON, or the messages of the fields; anything else raised fails the test."""
    try:
        return json.dumps(lane.answer(operation, params, source=source).body)
    except fastlane.InvalidParameters as error:
        return [one.message for one in error.fields]


def test_warming_remembers_the_examples_and_all_classes(lane):
    assert 2 * 20 * len(BOOK.table("classes").names) < lane.warm()
    assert lane.answer("thac0", {"level": "5", "class": "fighter", "strength": "18"}).body["cache_hit"]


NAMES = [
    "thac0", "saves", "ac", "attack", "damage", "turn_undead", "thief_skills", "spell_slots", "spell", "initiative",
    "movement", "ability", "xp", "monster", "item_save", "morale", "roll",
]  # fmt: skip


def test_description_lists_every_operation_with_parameters_and_an_example():
    described = fastlane.describe()
    json.dumps(described)
    assert NAMES == [one["name"] for one in described["operations"]]
    for one in described["operations"]:
        lane = fastlane.FastLane(BOOK)
        assert one["example"]["answer"] == lane.answer(one["name"], one["example"]["params"], source="body").body
        assert all(parameter["description"] and parameter["schema"] for parameter in one["parameters"])
    thac0 = described["operations"][0]["parameters"]
    assert [("class", True), ("level", True), ("strength", False)] == [
        (one["name"], one["required"]) for one in thac0[:3]
    ]
    assert "paladin" in thac0[0]["one_of"]


def test_broken_table_takes_down_its_operation_only(tmp_path):
    for path in TABLES_FOLDER.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace('"armor": "chain_mail", "values": [5]', '"armor": "chain_mail"'))
    book = load_tables(tmp_path)
    lane = fastlane.FastLane(book)

    with pytest.raises(fastlane.OperationUnavailable, match="'armor' is not available"):
        lane.answer("ac", {"armor": "leather"})
    assert 16 == lane.answer("thac0", {"class": "fighter", "level": "5"}).body["final_thac0"]
    assert lane.warm() > 100
    examples = {one["name"]: one["example"]["answer"] for one in fastlane.describe(book)["operations"]}
    assert (True, True, False) == tuple(examples[name] is not None for name in ("thac0", "saves", "ac"))


def test_many_threads_get_right_answers_from_a_memo_that_is_too_small():
    lane = fastlane.FastLane(BOOK, memo_size=3)
    start, wrong = threading.Barrier(8), []

    def ask():
        start.wait()
        for level in [*range(1, 31)] * 5:
            body = lane.answer("thac0", {"class": "priest", "level": str(level)}).body
            if body["final_thac0"] != 20 - (level - 1) // 3 * 2:
                wrong.append((level, body))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(28, 2), (29, 2), (30, 2)] == [
        (level, lane.answer("thac0", {"class": "priest", "level": str(level)}).body["final_thac0"])
        for level in (28, 29, 30)
    ]
    assert [] == wrong
