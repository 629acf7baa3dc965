"""The fast lane answers what contracts/v1/responses/fast_answer.json says, no field more and none less (R37)."""

import json
from typing import Any

import jsonschema_rs
import pytest

from fastlane import OPERATIONS, FastLane
from fastlane.answers import answer_schemas
from rules import default_rulebook

LANE = FastLane(default_rulebook())
SCHEMAS, SHARED = answer_schemas()
OTHER_QUESTIONS: dict[str, list[dict[str, Any]]] = {
    "thac0": [{"class": "fighter/mage", "level": "3/4"}],
    "saves": [{"class": "fighter", "level": 0}, {"class": "fighter", "level": 3, "race": "dwarf", "constitution": 18}],
    "ac": [{}],
    "attack": [
        {"thac0": 15, "ac": -10},
        {"class": "fighter", "level": 5, "weapon": "long_bow", "range": "long", "ac": 3},
    ],
    "damage": [{"weapon": "long_sword", "backstab_level": 5}],
    "turn_undead": [{"level": 5}, {"level": 14, "undead": "skeleton"}, {"level": 1, "undead": "lich"}],
    "thief_skills": [{"level": 1, "points": {"climb_walls": 10}}],
    "spell_slots": [{"class": "cleric/mage", "level": "3/4"}, {"class": "mage", "level": 5, "intelligence": 16}],
    "spell": [{"name": "magic missile", "caster_level": 5}, {"name": "sleep"}],
    "initiative": [{"casting_time": "1 round"}, {}],
    "movement": [{"strength": "18/50", "load_lb": 250}],
    "ability": [
        {"ability": name, "score": 18} for name in ("strength", "dexterity", "intelligence", "wisdom", "charisma")
    ],
    "xp": [{"class": "mage", "experience_points": 1_000_000_000}, {"class": "thief", "level": 30}],
    "monster": [{"hit_dice": "4+3"}, {"name": "skeleton"}, {"name": "ghoul"}],
    "item_save": [{"material": "cloth", "attack": "acid"}, {"material": "rock", "attack": "acid"}],
    "morale": [{"rating": 12}],
    "roll": [{"dice": "d%"}],
}
"""Those whose answers have other forms than the example's: alternatives, nulls, words in the place of numbers."""


def only_these_fields(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with nothing let through that it does not name, where a caller is to expect more one day."""
    closed = {**schema, "additionalProperties": False} if "properties" in schema else dict(schema)
    if "anyOf" in schema:
        closed["anyOf"] = [only_these_fields(option) for option in schema["anyOf"]]
    return closed


@pytest.mark.parametrize("name", SCHEMAS)
def test_answers_have_the_fields_that_are_published_and_no_others(name: str) -> None:
    closed = {key: only_these_fields(one) for key, one in SHARED.items()}
    validator = jsonschema_rs.Draft7Validator(only_these_fields(SCHEMAS[name]) | {"definitions": closed})
    seen: set[str] = set()
    for params in (OPERATIONS[name].example, *OTHER_QUESTIONS[name]):
        for verbose in (False, True):
            sent = {**params, "verbose": verbose}
            body = json.loads(LANE.answer_bytes(name, json.dumps(sent).encode(), json.loads, source="body"))
            assert [] == [error.message for error in validator.iter_errors(body)], sent
            seen |= set(body)
    options = SCHEMAS[name].get("anyOf", [SCHEMAS[name]])
    assert set().union(*(option["properties"] for option in options)) == seen
