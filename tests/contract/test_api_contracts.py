"""The published schemas, as the user's API design asks for them (R73-R78), and their own examples."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, FormatChecker, ValidationError, validate
from jsonschema.protocols import Validator
from referencing import Registry, Resource

from api.published import written_schemas
from bus import Reason
from contracts.entities import EntityType, LocationType
from contracts.entity_schemas import attribute_schema
from contracts.generators import BRIEFS
from contracts.queues import Queue
from core.errors import ErrorCategory
from store.attributes import newest_shape

ROOT = Path(__file__).parents[2]
CONTRACTS = ROOT / "contracts"
BASE = "https://api.dma.com/schemas/v1/"
FILES = {
    "prompt_request",
    "entity_create",
    "search_request",
    "search_response",
    "prompt_response",
    "entity",
    "error",
    "agent_task",
    "agent_result",
    "classify_request",
    "classify_answer",
    "rules_ask",
    "rules_answer",
    "rules_tables",
    "rules_table",
    "rules_validate",
    "rules_validation",
    "relation_create",
    "relation",
    "campaign_file",
    *EntityType,
    "generate",
    "generators",
    *(f"{folder}/{kind}" for folder in ("briefs", "content") for kind in BRIEFS),
    "generate_dungeon",
    "content/dungeon",
    *(name.rpartition("/")[2] for name in written_schemas()),
    "admin_dead_letter_order",
    "admin_queues",
    "admin_messages",
    "admin_dead_letters",
    "admin_dead_letter",
    "admin_dead_letter_outcomes",
    "admin_agents",
}


class Schemas(dict[str, Any]):
    """The published schemas by their ids; never changed once they are read, so that what is made of them is kept."""

    __hash__ = object.__hash__  # type: ignore[assignment]


@cache
def load_schemas() -> Schemas:
    schemas = Schemas()
    for schema_file in (CONTRACTS / "v1").rglob("*.json"):
        with schema_file.open() as f:
            schema = json.load(f)
            schemas[schema["$id"]] = schema
    return schemas


@cache
def validator_of(schemas: Schemas, name: str) -> Validator:
    """A validator that follows references between the schemas and checks formats."""
    registry = Registry().with_resources((key, Resource.from_contents(schema)) for key, schema in schemas.items())
    return Draft7Validator(schemas[f"{BASE}{name}.json"], registry=registry, format_checker=FormatChecker())


class TestAPIContracts:
    @pytest.fixture
    def schemas(self) -> dict[str, Any]:
        """Load all schemas"""
        return load_schemas()

    def test_prompt_request_valid(self, schemas: dict[str, Any]) -> None:
        """Test valid prompt request"""
        request = {
            "prompt": "Describe the dungeon",
            "context": {"campaign_id": "123e4567-e89b-12d3-a456-426614174000"},
        }

        schema = schemas["https://api.dma.com/schemas/v1/prompt_request.json"]
        validate(instance=request, schema=schema)  # Should not raise

    def test_prompt_request_invalid(self, schemas: dict[str, Any]) -> None:
        """Test invalid prompt request"""
        request = {
            "prompt": "",  # Empty prompt
            "context": {},  # Missing campaign_id
        }

        schema = schemas["https://api.dma.com/schemas/v1/prompt_request.json"]
        with pytest.raises(ValidationError):
            validate(instance=request, schema=schema)


def test_the_schemas_are_there_under_their_ids() -> None:
    assert {f"{BASE}{name}.json" for name in FILES} == set(load_schemas())


@pytest.mark.parametrize("name", sorted(FILES))
def test_schema_is_draft_07_has_a_title_and_its_examples_hold(name: str) -> None:
    schemas = load_schemas()
    schema = schemas[f"{BASE}{name}.json"]
    Draft7Validator.check_schema(schema)
    assert "http://json-schema.org/draft-07/schema#" == schema["$schema"]
    assert schema["title"]
    assert [] == [
        error.message for example in schema["examples"] for error in validator_of(schemas, name).iter_errors(example)
    ]
    assert schema["examples"]


@pytest.mark.parametrize("name", sorted(FILES - set(EntityType) - {"fast_operation"}))
def test_required_fields_are_required(name: str) -> None:
    schemas = load_schemas()
    validator = validator_of(schemas, name)
    example = schemas[f"{BASE}{name}.json"]["examples"][0]
    accepted = [
        field
        for field in schemas[f"{BASE}{name}.json"]["required"]
        if validator.is_valid({key: value for key, value in example.items() if key != field})
    ]
    assert [] == accepted


@pytest.mark.parametrize("kind", list(EntityType))
def test_attributes_of_every_type_have_a_schema_that_takes_more_than_it_names(kind: EntityType) -> None:
    schema = attribute_schema(kind)
    assert schema == load_schemas()[f"{BASE}{kind}.json"]
    assert newest_shape(kind) == schema["x-schema-version"]
    assert Draft7Validator(schema).is_valid({"a_word_of_the_campaigns_own": [1, {"two": None}]})
    wrong = dict.fromkeys(schema["properties"])
    refused = {error.path[0] for error in Draft7Validator(schema).iter_errors(wrong)}
    assert set(schema["properties"]) == refused


def test_enumerations_are_the_ones_of_the_code() -> None:
    schemas = load_schemas()
    entity = schemas[f"{BASE}entity.json"]["properties"]
    assert list(EntityType) == entity["type"]["enum"]
    assert list(LocationType) == entity["location_type"]["enum"]
    assert list(LocationType) == schemas[f"{BASE}entity_create.json"]["properties"]["location_type"]["enum"]
    assert list(EntityType) == schemas[f"{BASE}search_request.json"]["properties"]["entity_types"]["items"]["enum"]
    assert list(ErrorCategory) == schemas[f"{BASE}error.json"]["properties"]["error_type"]["enum"]
    assert list(LocationType) == schemas[f"{BASE}location.json"]["properties"]["location_type"]["enum"]
    assert (
        list(EntityType)
        == schemas[f"{BASE}campaign_file.json"]["properties"]["entities"]["items"]["properties"]["type"]["enum"]
    )
    for name in ("agent_task", "agent_result"):
        assert set(Queue) == set(schemas[f"{BASE}{name}.json"]["properties"]["target"]["enum"])
    order = schemas[f"{BASE}admin_dead_letter_order.json"]["properties"]
    assert (set(Queue), set(Reason)) == (set(order["queue"]["enum"]), set(order["reason"]["enum"]))


@pytest.mark.parametrize(
    "change",
    [
        {"priority": 4},
        {"message_id": "msg_123"},
        {"correlation_id": "123e4567-e89b-12d3-a456-426614174000"},
        {"target": "player_management"},
        {"message_type": "task.delete_everything"},
        {"payload": []},
        {"auth": {}},
        {"timestamp": "yesterday"},
    ],
)
def test_wrong_task_message_is_refused(change: dict[str, Any]) -> None:
    schemas = load_schemas()
    task = schemas[f"{BASE}agent_task.json"]["examples"][0]
    assert not validator_of(schemas, "agent_task").is_valid(task | change)


@pytest.mark.parametrize(
    "view",
    [
        {"status": "completed"},
        {"status": "failed", "completed_at": "2025-06-28T10:30:00Z"},
        {"status": "finished"},
        {
            "status": "completed",
            "completed_at": "2025-06-28T10:30:00Z",
            "result": {"content": "", "entities_created": [], "tokens_used": 0},
            "error": {"type": f"{BASE}x", "title": "x", "status": 500, "detail": "x"},
        },
    ],
)
def test_view_of_a_request_has_result_xor_error_once_it_has_ended(view: dict[str, Any]) -> None:
    assert not validator_of(load_schemas(), "prompt_response").is_valid({"request_id": "req_" + "0" * 32} | view)


@pytest.mark.parametrize("event_file", sorted((CONTRACTS / "events").glob("*.yaml")), ids=lambda path: path.stem)
def test_event_is_described_as_the_user_wrote_it_and_its_payload_schema_is_there(event_file: Path) -> None:
    event = yaml.safe_load(event_file.read_text())
    assert event_file.stem == event["name"]
    assert re.fullmatch(r"1\.[0-9]+\.0", event["version"]), "what was promised stays, so the first number does"
    assert {"event_id": "uuid", "correlation_id": "uuid", "payload": "object"} == {
        name: field["type"] for name, field in event["fields"].items()
    }
    assert all(field["required"] is True for field in event["fields"].values())
    payload = json.loads((event_file.parent / event["fields"]["payload"]["schema"]).read_text())
    Draft7Validator.check_schema(payload)
    for example in payload["examples"]:
        validate(instance=example, schema=payload)
    with pytest.raises(ValidationError):
        validate(instance=payload["examples"][0] | {"args": ["req_1"]}, schema=payload)
