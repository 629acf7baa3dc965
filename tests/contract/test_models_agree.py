"""The API's own models take and refuse the same bodies as the published schemas, and answer what those promise."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from api.admin_models import (
    AgentList,
    DeadLetterList,
    DeadLetterOrder,
    DeadLetterOutcomes,
    DeadLetterView,
    QueuedMessageList,
    QueueList,
)
from api.dungeon_models import DungeonRequest
from api.memory_models import RelationCreate, RelationView
from api.models import (
    AskRequest,
    ClassifyAnswer,
    ClassifyRequest,
    EntityCreate,
    EntityView,
    GenerateRequest,
    PromptAccepted,
    PromptRequest,
    PromptView,
    RuleAnswer,
    RuleTableLines,
    RuleTableList,
    SearchAnswer,
    SearchRequest,
    ValidateRequest,
    ValidationView,
)
from api.openapi_parts import PROBLEM
from contracts.intents import Intent
from tests.contract.test_api_contracts import BASE, load_schemas, validator_of

SCHEMAS = load_schemas()
MODELS: dict[str, type[BaseModel]] = {
    "prompt_request": PromptRequest,
    "entity_create": EntityCreate,
    "relation_create": RelationCreate,
    "search_request": SearchRequest,
    "classify_request": ClassifyRequest,
    "rules_ask": AskRequest,
    "rules_validate": ValidateRequest,
    "generate": GenerateRequest,
    "generate_dungeon": DungeonRequest,
    "admin_dead_letter_order": DeadLetterOrder,
}
# Ids in their prefixed form are taken by the API beside the uuid of the schema, so they are left out here.
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 70_000),
    st.floats(-10, 70_000),
    st.sampled_from(
        ["", " ", "x", "building", "castle", "draft", "location", "x" * 200, "x" * 201, "x" * 501, "x" * 5001]
    ),
    st.uuids().map(str),
)
VALUES = st.recursive(
    SCALARS, lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.text(max_size=3), inside, max_size=2)
)


def is_accepted(model: type[BaseModel], body: Any) -> bool:
    try:
        model.model_validate(body)
    except ValidationError:
        return False
    return True


def properties_of(schema: dict[str, Any]) -> list[str]:
    return list(schema.get("properties", {}))


@st.composite
def near_misses(draw: st.DrawFn, name: str) -> Any:
    """The schema's own example with one place changed: a field added, replaced, or removed, at any level."""
    body = draw(st.sampled_from(SCHEMAS[f"{BASE}{name}.json"]["examples"]))
    body = {key: dict(value) if isinstance(value, dict) else value for key, value in body.items()}
    places = [body, *(value for value in body.values() if isinstance(value, dict))]
    place = draw(st.sampled_from(places))
    names = sorted({*place, *properties_of(SCHEMAS[f"{BASE}{name}.json"]), "location_id", "typing_error"})
    if name == "entity_create":
        names.remove("location_id")
    field = draw(st.sampled_from(names))
    if draw(st.booleans()):
        place[field] = draw(VALUES)
    else:
        place.pop(field, None)
    return body


@pytest.mark.parametrize("name", MODELS)
@given(data=st.data())
def test_model_takes_exactly_what_the_schema_takes(name: str, data: st.DataObject) -> None:
    body = data.draw(near_misses(name))
    assert validator_of(SCHEMAS, name).is_valid(body) == is_accepted(MODELS[name], body), body


@pytest.mark.parametrize("name", MODELS)
def test_generated_schema_has_the_same_fields_bounds_and_defaults_as_the_published_one(name: str) -> None:
    published, generated = SCHEMAS[f"{BASE}{name}.json"], MODELS[name].model_json_schema()
    assert set(properties_of(published)) == set(properties_of(generated))
    assert set(published["required"]) == set(generated["required"])
    definitions = {"": generated} | generated.get("$defs", {})
    for path, field in bounded(published):
        found = [
            {key: shape[key] for key in BOUNDS if key in shape}
            for definition in definitions.values()
            for key_name, shape in definition.get("properties", {}).items()
            if key_name == path
        ]
        assert {key: field[key] for key in BOUNDS if key in field} in found, path


BOUNDS = ("minLength", "maxLength", "minimum", "maximum", "default")


def bounded(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every field of the schema, at any level, that has bounds or a default of a scalar kind."""
    found = []
    for name, field in schema.get("properties", {}).items():
        if any(key in field for key in BOUNDS):
            found.append((name, field))
        found += bounded(field)
    return found


def test_response_models_have_the_fields_of_the_published_ones() -> None:
    published = {name: SCHEMAS[f"{BASE}{name}.json"] for name in ("prompt_response", "entity", "error")}
    assert (
        set(properties_of(published["prompt_response"]))
        == PromptView.model_fields.keys() | PromptAccepted.model_fields.keys()
    )
    # location_type is one attribute of many; the model lets them all through.
    assert set(properties_of(published["entity"])) - {"location_type"} == EntityView.model_fields.keys()
    assert set(properties_of(SCHEMAS[f"{BASE}relation.json"])) == set(RelationView.model_fields)
    assert set(properties_of(published["error"])) == PROBLEM["properties"].keys()
    assert set(published["error"]["required"]) == set(PROBLEM["required"])
    assert PROBLEM["properties"]["errors"]["maxItems"] == published["error"]["properties"]["errors"]["maxItems"]


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("classify_answer", ClassifyAnswer),
        ("search_response", SearchAnswer),
        ("rules_answer", RuleAnswer),
        ("rules_tables", RuleTableList),
        ("rules_table", RuleTableLines),
        ("rules_validation", ValidationView),
        ("admin_queues", QueueList),
        ("admin_messages", QueuedMessageList),
        ("admin_dead_letters", DeadLetterList),
        ("admin_dead_letter", DeadLetterView),
        ("admin_dead_letter_outcomes", DeadLetterOutcomes),
        ("admin_agents", AgentList),
    ],
)
def test_response_models_are_the_published_ones(name: str, model: type[BaseModel]) -> None:
    published = SCHEMAS[f"{BASE}{name}.json"]
    assert set(properties_of(published)) == set(model.model_fields) == set(published["required"])
    for example in published["examples"]:
        assert model.model_validate(example).model_dump(mode="json", exclude_unset=True) == example


def test_every_intent_is_in_the_published_answer_of_classify() -> None:
    published = SCHEMAS[f"{BASE}classify_answer.json"]["definitions"]["intent"]["properties"]["type"]["enum"]
    assert set(Intent) == set(published)
