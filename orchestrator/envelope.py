"""Messages on the streams as the documents describe them: the AgentMessage of R46-R49 with the fields of R53 (C5, C12).

dramatiq's own message and the AgentMessage are two ways to write the same: what has a field of its own there stands
there, the rest is in `payload`, and decoding gives back the message that was encoded, to the last byte. A message for
an actor that is none of ours is written as dramatiq writes it.
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from dramatiq import Message
from dramatiq.encoder import Encoder, MessageData

from contracts.actors import Actor
from contracts.queues import Queue
from core.ids import MESSAGE_PREFIX, prefixed

MAX_RETRIES = 3
TIMEOUT_MS = 30_000
PRIORITY = 2
"""What R47 says about a message that says nothing itself."""
_ELSEWHERE = frozenset({"work_token", "traceparent"})
"""Options that have a place of their own in an AgentMessage."""


class AgentMessageEncoder(Encoder):
    """Writes messages as AgentMessage JSON and reads both forms."""

    def encode(self, data: MessageData) -> bytes:
        """The message as UTF-8 JSON."""
        actor = _actor_of(data)
        written = data if actor is None else _agent_message(actor, data)
        return json.dumps(written, separators=(",", ":")).encode()

    def decode(self, data: bytes) -> MessageData:
        """The message, whichever form it has.

        Raises:
            ValueError, KeyError: It has neither; dramatiq makes a `DecodeError` of it.
        """
        read: dict[str, Any] = json.loads(data)
        return _message_data(read) if "message_type" in read else read


def entry_fields(message: Message[Any]) -> Mapping[str, str]:
    """The flat routing fields of an entry (C5), for people and tools that look at the streams."""
    actor = _actor_of(message.asdict())
    if actor is None:
        return {}
    return {
        "message_type": actor.message_type,
        "target": actor.queue.value,
        "correlation_id": str(message.options.get("correlation_id", "")),
        "attempt": str(attempt_of(message.options)),
    }


def _agent_message(actor: Actor, data: MessageData) -> dict[str, Any]:
    options = data["options"]
    token = options.get("work_token")
    attempt = attempt_of(options)
    return {
        "message_id": prefixed(MESSAGE_PREFIX, UUID(data["message_id"])),
        "timestamp": _instant(data["message_timestamp"] / 1000),
        "source": options.get("source", Queue.ORCHESTRATOR.value),
        "target": actor.queue.value,
        "message_type": actor.message_type,
        "correlation_id": options.get("correlation_id", ""),
        "max_retries": options.get("max_retries", MAX_RETRIES),
        "timeout_ms": options.get("time_limit", TIMEOUT_MS),
        "priority": options.get("priority", PRIORITY),
        "attempt": attempt,
        "retry_count": attempt - 1,
        **({"traceparent": options["traceparent"]} if "traceparent" in options else {}),
        "idempotency_key": "/".join(str(each) for each in data["args"]),
        **({"auth": {"work_token": token, "expires_at": _expiry_of(token)}} if token else {}),
        "payload": {
            "actor": actor.value,
            "args": data["args"],
            "kwargs": data["kwargs"],
            "options": {name: value for name, value in options.items() if name not in _ELSEWHERE},
        },
    }


def _message_data(read: Mapping[str, Any]) -> MessageData:
    payload = read["payload"]
    options = dict(payload["options"])
    if "auth" in read:
        options["work_token"] = read["auth"]["work_token"]
    if "traceparent" in read:
        options["traceparent"] = read["traceparent"]
    return {
        "queue_name": read["target"],
        "actor_name": payload["actor"],
        "args": tuple(payload["args"]),
        "kwargs": payload["kwargs"],
        "options": options,
        "message_id": str(UUID(read["message_id"].removeprefix(f"{MESSAGE_PREFIX}_"))),
        "message_timestamp": round(datetime.fromisoformat(read["timestamp"]).timestamp() * 1000),
    }


def _actor_of(data: MessageData) -> Actor | None:
    """The actor of a message that has the form of ours; None for others, and for results, which dramatiq writes too."""
    try:
        actor, _ = Actor(data["actor_name"]), UUID(data["message_id"])
    except (KeyError, ValueError):
        return None
    return actor if data["queue_name"] == actor.queue.value else None


def attempt_of(options: Mapping[str, Any]) -> int:
    """Which attempt a message is, from 1."""
    return int(options.get("retries") or 0) + 1


def _expiry_of(token: str) -> str:
    """When a work token ends, as it says itself. Nothing is believed here: whoever uses it checks the signature."""
    claims = token.split(".")[1]
    padded = claims + "=" * (-len(claims) % 4)
    return _instant(json.loads(base64.urlsafe_b64decode(padded))["exp"])


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
