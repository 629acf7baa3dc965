"""What really stands on the streams is what contracts/events/ says: an entry of every kind of message (R77)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jsonschema
import redis
import yaml

from bus import StreamsBroker
from contracts.actors import Actor
from contracts.queues import Queue
from core.tokens import TokenSigner
from orchestrator.announce import announce, ask_for_health
from orchestrator.broker import build_broker
from orchestrator.publish import Publisher, fail_message, finish_message, partial_message
from store.agents import Announcement
from store.sweeps import Unpublished
from tests.contract.test_api_contracts import CONTRACTS

EVENTS = {path.stem: yaml.safe_load(path.read_text()) for path in (CONTRACTS / "events").glob("*.yaml")}
STEP_ACTORS = [actor for actor in Actor if actor.message_type.startswith("task.") and actor != Actor.EMBED_ENTITIES]


def send_one_of_each(broker: StreamsBroker) -> None:
    publisher, request_id = Publisher(broker, TokenSigner("x" * 40)), uuid4()
    for actor in STEP_ACTORS:
        publisher.publish(Unpublished(uuid4(), uuid4(), datetime.now(UTC), [(1, actor.value)]))
    publisher.ask_for_vectors(uuid4())
    publisher.ask_to_tell(request_id)
    for message in (
        finish_message(request_id, source=Queue.SCRIBE),
        fail_message(request_id, 2, source=Queue.SYSTEM_MASTERY),
        partial_message(request_id, 1, 0, source=Queue.WORLD_DESIGNER),
        partial_message(request_id, 1, 20, 18, source=Queue.WORLD_DESIGNER),
    ):
        broker.enqueue(message)
    announce(broker, Announcement("scribe", "host:4711:9f2c", "ready", 4, 1))
    announce(broker, Announcement("world_designer", "host:4712:9f2d", "busy", 2, 7, asked_at_ms=1_782_640_800_000))
    ask_for_health(broker, TokenSigner("x" * 40), asked_at_ms=1_782_640_800_000)


def entries(redis_url: str) -> list[tuple[str, dict[str, str]]]:
    """Every entry of every stream with the name of its stream."""
    with redis.Redis.from_url(redis_url, decode_responses=True) as raw:
        streams = list(raw.scan_iter(_type="stream"))
        return [(key, fields) for key in streams for _, fields in raw.xrange(key) if "data" in fields]


def schema_at(path: Path) -> Any:
    schema = json.loads(path.resolve().read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


def test_every_entry_is_an_event_of_the_contracts(redis_url: str) -> None:
    broker = build_broker(redis_url)
    send_one_of_each(broker)
    found = entries(redis_url)
    broker.close()

    seen: set[str] = set()
    for stream, fields in found:
        message = json.loads(fields["data"])
        [event] = [one for one in EVENTS.values() if message["message_type"] in one["carried_by"]["message_types"]]
        as_event = {
            "event_id": str(UUID(message["message_id"].removeprefix("msg_"))),
            "correlation_id": str(UUID(message["correlation_id"].removeprefix("req_"))),
            "payload": message["payload"],
        }
        schema_at(CONTRACTS / "events" / event["carried_by"]["schema"]).validate(message)
        schema_at(CONTRACTS / "events" / event["fields"]["payload"]["schema"]).validate(as_event["payload"])
        assert set(event["fields"]) == set(as_event)
        assert stream.startswith(f"{{{event['carried_by']['stream']}:{message['target']}}}")
        assert fields["message_type"] == message["message_type"]
        seen.add(as_event["payload"]["actor"])
    assert set(Actor) == seen


def test_every_type_of_message_belongs_to_one_event() -> None:
    named = [kind for event in EVENTS.values() for kind in event["carried_by"]["message_types"]]
    assert sorted({actor.message_type for actor in Actor}) == sorted(named)
    assert all(name == event["name"] for name, event in EVENTS.items())
