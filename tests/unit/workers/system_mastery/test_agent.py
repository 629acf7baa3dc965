"""System Mastery's four kinds of step: question, table, calculation, validation."""

import json
from uuid import UUID

import pytest

from contracts.actors import Actor
from core.errors import DmaError, InvalidInput, NotFound
from rules import default_rulebook
from rules.loader import Rulebook
from workers.step import StepTask
from workers.system_mastery.agent import RuleUnavailable, SystemMasteryAgent

NOBODY = UUID(int=0)


def think(action, prompt="", book=None, **params):
    task = StepTask(NOBODY, 1, NOBODY, "user:dm", prompt, action, params)
    outcome = SystemMasteryAgent(book or default_rulebook()).think(task)
    assert () == outcome.changes
    return json.loads(json.dumps(outcome.result))


def test_question_is_answered_from_the_parameter_or_the_prompt():
    for result in (
        think(Actor.ANSWER_QUESTION, question="THAC0 of a 5th level fighter?"),
        think(Actor.ANSWER_QUESTION, "THAC0 of a 5th level fighter?"),
    ):
        assert (16, "thac0") == (result["values"]["final_thac0"], result["topic"])
        assert result["content"].startswith("16")


def test_question_that_comes_again_is_answered_as_before_whatever_became_of_the_first_answer():
    agent = SystemMasteryAgent(default_rulebook())
    task = StepTask(NOBODY, 1, NOBODY, "user:dm", "THAC0 of a 5th level fighter?", Actor.ANSWER_QUESTION, {})
    first = agent.think(task).result
    kept = json.dumps(first)
    first["content"] = ""
    first["values"].clear()
    assert kept == json.dumps(agent.think(task).result)


def test_table_is_looked_up_with_its_source():
    result = think(Actor.LOOK_UP_TABLE, table="thac0", keys={"class": "fighter", "level": 5})
    assert [{"class_group": "warrior", "level": 5, "thac0": 16}] == result["rows"]
    assert "thac0 16 (Player's Handbook, table 53" in result["content"]


def test_long_table_is_told_in_part_and_given_whole():
    result = think(Actor.LOOK_UP_TABLE, table="weapons")
    assert len(default_rulebook().table("weapons").rows) == len(result["rows"])
    assert f"and {len(result['rows']) - 20} more" in result["content"]


def test_calculation_is_the_fast_lanes_with_its_breakdown():
    result = think(Actor.CALCULATE, operation="attack", parameters={"thac0": 16, "ac": 4, "situations": ["rear"]})
    assert (10, 55) == (result["needed"], result["hit_chance_percent"])
    assert "rear +2" in result["content"]
    assert result["rules_version"] == default_rulebook().version


def test_character_of_the_prompt_is_validated():
    result = think(Actor.VALIDATE_CHARACTER, "a dwarf mage of level 5 in plate mail")
    assert not result["valid"]
    assert result["content"].startswith("Not allowed. A dwarf cannot be a mage. Instead: ")


def test_house_rules_of_the_step_are_told():
    result = think(
        Actor.VALIDATE_CHARACTER,
        subject={"race": "dwarf", "class": "mage"},
        house_rules={"class_race": {"dwarf": ["mage"]}},
    )
    assert (True, "Allowed, 1 of it by house rule.") == (result["valid"], result["content"])
    assert "Allowed." == think(Actor.VALIDATE_CHARACTER, "an elf ranger")["content"]


@pytest.mark.parametrize(
    ("action", "params", "kind", "field"),
    [
        (Actor.LOOK_UP_TABLE, {"table": "thac0", "keys": {"colour": "red"}}, InvalidInput, "colour"),
        (Actor.CALCULATE, {"operation": "thac0", "parameters": {"class": "mage"}}, InvalidInput, "level"),
        (Actor.VALIDATE_CHARACTER, {"subject": {"level": 5}}, InvalidInput, "subject.class"),
        (Actor.CALCULATE, {"operation": "fireball"}, NotFound, None),
        (Actor.LOOK_UP_TABLE, {}, RuleUnavailable, None),
    ],
)
def test_step_that_cannot_be_done_says_which_parameter(action, params, kind, field):
    with pytest.raises(kind) as caught:
        think(action, **params)
    error = caught.value
    assert isinstance(error, DmaError)
    assert not error.retryable
    assert field is None or field in [one.field for one in error.fields]


def test_table_that_is_switched_off_fails_its_steps_only():
    book = default_rulebook()
    without = Rulebook({name: one for name, one in book.tables.items() if name != "class_armor"}, (), book.version)
    with pytest.raises(RuleUnavailable):
        think(Actor.VALIDATE_CHARACTER, book=without, subject={"class": "mage", "armor": "leather"})
    assert think(Actor.LOOK_UP_TABLE, book=without, table="armor")["rows"]
