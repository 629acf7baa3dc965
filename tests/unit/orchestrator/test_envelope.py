"""What goes over the streams is an AgentMessage of the contract, and comes back as the message that was sent."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import dramatiq
import jsonschema
import pytest
from dramatiq.encoder import JSONEncoder
from hypothesis import given
from hypothesis import strategies as st

from contracts.actors import Actor
from contracts.queues import Queue
from core.tokens import TokenSigner
from orchestrator.envelope import AgentMessageEncoder, entry_fields
from orchestrator.publish import fail_message, finish_message, task_id

SCHEMAS = Path(__file__).parents[3] / "contracts" / "v1" / "messages"
ENCODER = AgentMessageEncoder()
REQUEST = uuid4()


def schema_of(name):
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.fixture
def work_token():
    deadline = datetime.now(UTC) + timedelta(seconds=60)
    return TokenSigner("x" * 32).create_work_token(task_id(REQUEST, 1), "scribe", uuid4(), deadline_at=deadline)


def task_for(actor, token, **options):
    options = {"correlation_id": f"req_{REQUEST.hex}", "work_token": token, "time_limit": 60_000} | options
    return dramatiq.Message(actor.queue.value, actor.value, (REQUEST.hex, 1), {}, options)


@pytest.mark.parametrize("actor", [actor for actor in Actor if actor.queue is not Queue.ORCHESTRATOR])
def test_task_of_every_actor_is_valid_by_its_contract(actor, work_token):
    written = json.loads(ENCODER.encode(task_for(actor, work_token).asdict()))

    schema_of("agent_task").validate(written)
    assert (actor.queue.value, "orchestrator", 60_000) == (written["target"], written["source"], written["timeout_ms"])
    assert f"{REQUEST.hex}/1" == written["idempotency_key"]
    assert written["auth"]["expires_at"].endswith("Z")


def test_trace_has_its_field_of_the_contract_and_is_decoded_as_it_was(work_token):
    traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    message = task_for(Actor.ANSWER_QUESTION, work_token, traceparent=traceparent)
    encoded = ENCODER.encode(message.asdict())

    schema_of("agent_task").validate(json.loads(encoded))
    assert traceparent == json.loads(encoded)["traceparent"]
    assert traceparent == ENCODER.decode(encoded)["options"]["traceparent"]


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (finish_message(REQUEST, source=Queue.SCRIBE), "result.success"),
        (fail_message(REQUEST, 2, source=Queue.WORLD_DESIGNER), "result.error"),
    ],
    ids=["finish", "fail"],
)
def test_result_is_valid_by_its_contract(message, kind):
    written = json.loads(ENCODER.encode(message.asdict()))

    schema_of("agent_result").validate(written)
    assert (kind, "orchestrator") == (written["message_type"], written["target"])
    assert written["source"] in {"scribe", "world_designer"}


def test_attempt_counts_from_one(work_token):
    first = json.loads(ENCODER.encode(task_for(Actor.STORE_ENTITIES, work_token).asdict()))
    third = json.loads(ENCODER.encode(task_for(Actor.STORE_ENTITIES, work_token, retries=2).asdict()))

    assert [(1, 0), (3, 2)] == [(each["attempt"], each["retry_count"]) for each in (first, third)]


names = st.text(max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)


@given(
    actor=st.sampled_from(Actor),
    args=st.lists(values, max_size=3),
    kwargs=st.dictionaries(names, values, max_size=3),
    options=st.dictionaries(names.filter(lambda name: name not in {"retries", "work_token"}), values, max_size=3),
    timestamp=st.integers(0, 4_000_000_000_000),
)
def test_what_is_decoded_is_what_was_encoded(actor, args, kwargs, options, timestamp):
    sent = dramatiq.Message(
        actor.queue.value, actor.value, tuple(args), kwargs, options, message_timestamp=timestamp
    ).asdict()

    assert sent == ENCODER.decode(ENCODER.encode(sent))


@pytest.mark.parametrize(
    "change", [{"actor_name": "a.stranger"}, {"queue_name": "another"}, {"message_id": "not a uuid"}]
)
def test_message_of_a_stranger_is_written_as_dramatiq_writes_it(change):
    ours = {"queue_name": "scribe", "actor_name": Actor.STORE_ENTITIES.value, "args": (1,), "kwargs": {}, "options": {}}
    sent = dramatiq.Message(**(ours | change)).asdict()

    assert JSONEncoder().decode(JSONEncoder().encode(sent)) == JSONEncoder().decode(ENCODER.encode(sent))
    assert {} == entry_fields(dramatiq.Message(**sent))


def test_result_of_an_actor_is_written_as_dramatiq_writes_it():
    result = {"exc_type": "ValueError", "result": [1, None]}

    assert result == ENCODER.decode(ENCODER.encode(result))


def test_entry_names_type_target_request_and_attempt(work_token):
    fields = entry_fields(task_for(Actor.STORE_ENTITIES, work_token, retries=1))

    assert {
        "message_type": "task.create_entity",
        "target": "scribe",
        "correlation_id": f"req_{REQUEST.hex}",
        "attempt": "2",
    } == fields
