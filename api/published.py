"""Which JSON Schema of contracts/v1/ is the shape of which body; `python -m api.published` writes those of models.

Some schemas were written by hand, as the API was first described: those are listed, and tests hold models and schemas
to each other. All others are written from the models here, so that there is one source; a test says when a file is old.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from api import admin_models as admin
from api import campaign_models as campaigns
from api import memory_models as memory
from api import models
from api.dungeon_models import DungeonRequest
from api.openapi_lane import operation_schemas
from api.openapi_parts import event_id_schema
from fastlane import describe
from fastlane.answers import REF, answer_schemas

FOLDER: Final = Path(__file__).parents[1] / "contracts"
BASE: Final = "https://api.dma.com/schemas/v1/"

BY_HAND: Final[dict[str, type[BaseModel]]] = {
    "requests/prompt_request": models.PromptRequest,
    "requests/entity_create": models.EntityCreate,
    "requests/search_request": models.SearchRequest,
    "requests/classify_request": models.ClassifyRequest,
    "requests/rules_ask": models.AskRequest,
    "requests/rules_validate": models.ValidateRequest,
    "requests/generate": models.GenerateRequest,
    "requests/generate_dungeon": DungeonRequest,
    "requests/relation_create": memory.RelationCreate,
    "responses/prompt_response": models.PromptView,
    "responses/entity": models.EntityView,
    "responses/classify_answer": models.ClassifyAnswer,
    "responses/search_response": models.SearchAnswer,
    "responses/rules_answer": models.RuleAnswer,
    "responses/rules_tables": models.RuleTableList,
    "responses/rules_table": models.RuleTableLines,
    "responses/rules_validation": models.ValidationView,
    "responses/generators": models.GeneratorList,
    "responses/relation": memory.RelationView,
    "requests/admin_dead_letter_order": admin.DeadLetterOrder,
    "responses/admin_queues": admin.QueueList,
    "responses/admin_messages": admin.QueuedMessageList,
    "responses/admin_dead_letters": admin.DeadLetterList,
    "responses/admin_dead_letter": admin.DeadLetterView,
    "responses/admin_dead_letter_outcomes": admin.DeadLetterOutcomes,
    "responses/admin_agents": admin.AgentList,
}
"""Schema -> the model that reads or writes the same."""

FROM_MODELS: Final[dict[str, type[BaseModel]]] = {
    "requests/entity_update": models.EntityUpdate,
    "requests/entity_bulk": models.EntityBulk,
    "requests/entity_restore": memory.RestoreRequest,
    "requests/relation_update": memory.RelationUpdate,
    "requests/campaign_create": campaigns.CampaignCreate,
    "requests/campaign_update": campaigns.CampaignUpdate,
    "requests/campaign_approve": memory.ApproveRequest,
    "requests/member_update": campaigns.MemberUpdate,
    "requests/auth_token": models.TokenRequest,
    "requests/auth_refresh": models.RefreshRequest,
    "responses/fast_operations": models.FastOperationList,
    "responses/prompt_accepted": models.PromptAccepted,
    "responses/prompt_list": models.PromptList,
    "responses/prompt_history": models.PromptHistory,
    "responses/undo": memory.UndoAnswer,
    "responses/entity_list": models.EntityList,
    "responses/entity_history": memory.EntityHistory,
    "responses/entities_approved": memory.Approved,
    "responses/entities_related": memory.RelatedList,
    "responses/relation_list": memory.RelationList,
    "responses/campaign": campaigns.CampaignView,
    "responses/campaign_list": campaigns.CampaignList,
    "responses/campaign_import": memory.ImportAnswer,
    "responses/member": campaigns.MemberView,
    "responses/member_list": campaigns.MemberList,
    "responses/tokens": models.TokenAnswer,
    "responses/admin_queue": admin.QueueView,
    "responses/admin_health_check": admin.HealthCheckSent,
}
"""Schema -> the model it is written from."""


def written_schemas() -> dict[str, dict[str, Any]]:
    """Every schema that has its source in the code, by its file below contracts/v1/ without `.json`."""
    made = {name: _of_model(model) for name, model in FROM_MODELS.items()} | {
        "requests/fast_operation": _of_operations(),
        "responses/fast_answer": _of_answers(),
        "responses/stream_event": _STREAM_EVENT,
        "responses/status": _STATUS,
    }
    examples = json.loads((FOLDER / "examples" / "bodies.json").read_text("utf-8"))
    return {name: _published(name, schema, examples) for name, schema in made.items()}


def _published(name: str, schema: dict[str, Any], examples: dict[str, Any]) -> dict[str, Any]:
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": f"{BASE}{name.rpartition('/')[2]}.json"}
    shown = schema.get("examples") or examples[name]["valid"]
    made: dict[str, Any] = json.loads(json.dumps(head | {"required": []} | schema | {"examples": shown}))
    return made


def _of_model(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/definitions/{model}")
    if definitions := schema.pop("$defs", None):
        schema["definitions"] = definitions
    return schema


def _of_operations() -> dict[str, Any]:
    schemas = operation_schemas()
    return {
        "title": "FastOperation",
        "description": "Body of POST /v1/fast/{operation}: the one of the operation in the path.",
        "type": "object",
        "anyOf": [{"$ref": f"#/definitions/{name}"} for name in schemas],
        "definitions": {
            name: {key: value for key, value in schema.items() if key != "examples"} for name, schema in schemas.items()
        },
        "examples": [example for schema in schemas.values() for example in schema["examples"]],
    }


def _of_answers() -> dict[str, Any]:
    answers, shared = answer_schemas()
    shown = {operation["name"]: operation["example"]["answer"] for operation in describe()["operations"]}
    return {
        "title": "FastAnswer",
        "description": "Answer of /v1/fast/{operation}: the one of the operation; verbose tells what is not required.",
        "type": "object",
        "anyOf": [{"$ref": REF.format(model=name)} for name in answers],
        "definitions": answers | shared,
        "examples": [shown[name] for name in answers],
    }


_STREAM_EVENT: Final[dict[str, Any]] = {
    "title": "StreamEvent",
    "description": "One event of GET /v1/prompts/{request_id}/events and POST /v1/generate/dungeon; data as read.",
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "event", "data"],
    "properties": {
        "id": event_id_schema(),
        "event": {"type": "string", "pattern": "^[a-z][a-z0-9_.]{0,63}$"},
        "data": {"type": "object"},
    },
    "allOf": [
        {
            "if": {"properties": {"event": {"const": "done"}}},
            "then": {"properties": {"data": {"$ref": f"{BASE}prompt_response.json"}, "id": {"const": "end"}}},
        },
        {
            "if": {"properties": {"event": {"const": "error"}}},
            "then": {"properties": {"data": {"$ref": f"{BASE}error.json"}, "id": {"const": "end"}}},
        },
        {
            "if": {"properties": {"event": {"not": {"enum": ["done", "error"]}}}},
            "then": {
                "properties": {
                    "data": {
                        "required": ["type", "step_no", "at", "data"],
                        "additionalProperties": False,
                        "properties": {
                            "type": {"type": "string"},
                            "step_no": {"type": "integer", "minimum": 1},
                            "at": {"type": "string", "format": "date-time"},
                            "data": {"type": "object"},
                        },
                    }
                }
            },
        },
    ],
}
_STATUS: Final[dict[str, Any]] = {
    "title": "Status",
    "description": "Answer to GET /v1/status; ok only when every part is.",
    "type": "object",
    "required": ["status", "parts"],
    "properties": {
        "status": {"enum": ["ok", "degraded"]},
        "parts": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["status"],
                "properties": {"status": {"type": "string"}},
            },
        },
    },
}


def main() -> int:
    """Write every schema that has its source in the code."""
    for name, schema in written_schemas().items():
        (FOLDER / "v1" / f"{name}.json").write_text(json.dumps(schema, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
