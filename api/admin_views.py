"""From what the bus knows to what an operator reads. Work tokens, and what looks like a secret, stay inside."""

from typing import Any

from bus import DeadLetter, QueuedMessage, QueueStats
from contracts.queues import Queue
from orchestrator.envelope import attempt_of
from telemetry.redaction import Redaction

LONGEST_PAYLOAD = 2_000
_TOLD = Redaction()


def queue_view(queue: Queue, stats: QueueStats) -> dict[str, Any]:
    """One queue at one moment."""
    return {
        "queue": queue.value,
        "stream": queue.logical_stream,
        "consumer_group": queue.consumer_group,
        "depth": stats.unfinished,
        "max_length": queue.max_length,
        "ready": stats.ready,
        "in_flight": stats.in_flight,
        "delayed": stats.delayed,
        "dead": stats.dead,
        "oldest_age_seconds": round(stats.oldest_age_seconds, 3),
        "is_paused": stats.is_paused,
        "consumers": stats.consumers,
        "lanes": [
            {
                "priority": priority,
                "ready": lane.ready,
                "in_flight": lane.in_flight,
                "oldest_age_seconds": round(lane.oldest_age_seconds, 3),
            }
            for priority, lane in stats.lanes.items()
        ],
    }


def queued_view(one: QueuedMessage) -> dict[str, Any]:
    """One unfinished message."""
    return {
        "id": one.handle,
        "queue": one.queue,
        "priority": one.priority,
        "state": one.state.value,
        "consumer": one.consumer or None,
        "deliveries": one.deliveries,
        "at": one.enqueued_at,
        "message": message_view(one.message),
    }


def letter_view(letter: DeadLetter, *, is_whole: bool = False) -> dict[str, Any]:
    """One dead letter; whole, with its traceback, and with its payload when that is no message."""
    view: dict[str, Any] = {
        "id": letter.id,
        "queue": letter.queue,
        "priority": letter.priority,
        "reason": letter.reason,
        "error": _TOLD.named("error", letter.error),
        "worker": letter.worker,
        "attempts": letter.attempts,
        "starts": letter.starts,
        "first_sent_at": letter.first_sent_at,
        "failed_at": letter.failed_at,
        "message": message_view(letter.message),
    }
    if is_whole:
        view["traceback"] = _TOLD.named("traceback", letter.traceback) or None
        is_readable = letter.message is not None
        view["payload"] = None if is_readable else _TOLD.named("payload", letter.payload)[:LONGEST_PAYLOAD]
    return view


def message_view(message: Any) -> dict[str, Any] | None:
    """What a message says; None for one that cannot be decoded."""
    if message is None:
        return None
    return {
        "message_id": message.message_id,
        "actor": message.actor_name,
        "args": list(message.args),
        "correlation_id": message.options.get("correlation_id"),
        "attempt": attempt_of(message.options),
    }
