"""What is seen of a message while an actor works on it: its lines in the log, its span, its place in the metrics."""

import threading
import time
from contextlib import ExitStack
from typing import Any

import dramatiq
from dramatiq.errors import Retry
from dramatiq.middleware import Interrupt, Middleware

from bus.cancellation import Cancelled, NotStarted
from contracts.actors import Actor
from contracts.queues import Queue
from core.problems import problem_of
from telemetry import metrics, tracing
from telemetry.logs import bind
from telemetry.tracing import Kind, Span


class _Working(threading.local):
    """What a thread is at; nothing between messages."""

    open: ExitStack | None = None
    span: Span | None = None
    started = 0.0
    error_type: str | None = None


_working = _Working()


class Observed(Middleware):
    """Goes around everything else that a message meets in a worker.

    `method` in the metrics is the message_type (R65); the actor has a histogram of its own, because one type stands for
    actors as different as a name and a dungeon.

    Args:
        queue: What this process reads; it names the service.
    """

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._service = queue.value
        self._busy = metrics.THREADS_BUSY.labels(self._service)
        self._waits = metrics.QUEUE_WAIT_SECONDS.labels(queue.logical_stream, queue.consumer_group)
        self._dead = metrics.DEAD_LETTERED.labels(queue.logical_stream, queue.consumer_group)

    def before_process_message(self, broker: dramatiq.Broker, message: Any) -> None:
        """Begin."""
        correlation_id = message.options.get("correlation_id")
        _working.open = stack = ExitStack()
        _working.error_type = None
        if tracing.is_recording():
            _working.span = stack.enter_context(self._span(message))
        stack.enter_context(
            bind(
                request_id=correlation_id,
                correlation_id=correlation_id,
                actor=message.actor_name,
                message_id=message.message_id,
            )
        )
        self._busy.inc()
        self._observe_wait(message)
        _working.started = time.monotonic()

    def after_process_message(
        self, broker: dramatiq.Broker, message: Any, *, result: Any = None, exception: BaseException | None = None
    ) -> None:
        """End; whatever the actor raised, or said by `note_error`, is an error."""
        stack = _working.open
        if stack is None:
            return
        _working.open = None
        self._busy.dec()
        cause = _cause_of(exception)
        if cause is not None and _working.error_type is None and not isinstance(cause, Interrupt):
            note_error(message, str(problem_of(cause)["error_type"]))
        if not isinstance(cause, Interrupt):  # handed back, to be done by another process: neither success nor error
            self._count(message, "error" if _working.error_type else "success")
        _end_span(_working.error_type)
        stack.close()

    def after_skip_message(self, broker: dramatiq.Broker, message: Any) -> None:
        """End; to skip what need not be done is no error."""
        self.after_process_message(broker, message)

    def after_nack(self, broker: dramatiq.Broker, message: Any) -> None:
        """Count a dead letter; what was cancelled leaves none."""
        if not isinstance(getattr(message, "exception", None), Cancelled | NotStarted):
            self._dead.inc()

    def _count(self, message: Any, status: str) -> None:
        seconds = time.monotonic() - _working.started
        method, actor = _labels_of(message)
        requests, durations = metrics.series_of_requests(self._service, method, status)
        requests.inc()
        durations.observe(seconds)
        metrics.step_seconds(self._service, actor, status).observe(seconds)

    def _observe_wait(self, message: Any) -> None:
        """From the entry's own id, which is the server's time of its enqueueing."""
        entry = getattr(message, "entry", None)
        if entry is not None:
            self._waits.observe(max(0.0, time.time() - int(entry.id.partition("-")[0]) / 1000))

    def _span(self, message: Any) -> Any:
        """As OpenTelemetry's conventions for messaging have it; R65's names beside them."""
        return tracing.span(
            f"process {self._queue.logical_stream}",
            Kind.CONSUMER,
            {
                "messaging.system": "redis",
                "messaging.operation.name": "process",
                "messaging.operation.type": "process",
                "messaging.destination.name": self._queue.logical_stream,
                "messaging.consumer.group.name": self._queue.consumer_group,
                "messaging.message.id": message.message_id,
                "messaging.message.conversation_id": message.options.get("correlation_id"),
                "dma.actor": message.actor_name,
                "method": _labels_of(message)[0],
            },
            parent=message.options.get("traceparent") or "",
        )


def note_error(message: Any, error_type: str) -> None:
    """Say that the message in hand ends with an error of this category (R64), whatever dramatiq is told of it."""
    _working.error_type = error_type
    metrics.ERRORS.labels(message.queue_name, _labels_of(message)[0], error_type).inc()


def note_recovered(queue_name: str, messages: int) -> None:
    """Count messages that the bus took from dead workers."""
    queue = Queue(queue_name)
    metrics.RECOVERIES.labels(queue.logical_stream, queue.consumer_group).inc(messages)


_LABELS = {actor.value: (actor.message_type, actor.value) for actor in Actor}
_UNKNOWN = ("unknown", "unknown")
"""For a message that names no actor of ours: labels are few, whatever somebody wrote there."""


def _labels_of(message: Any) -> tuple[str, str]:
    """message_type and actor."""
    return _LABELS.get(message.actor_name, _UNKNOWN)


def _cause_of(exception: BaseException | None) -> BaseException | None:
    return exception.__cause__ or exception if isinstance(exception, Retry) else exception


def _end_span(error_type: str | None) -> None:
    span, _working.span = _working.span, None
    if span is not None:
        span.note({"status": "error" if error_type else "success", "error_type": error_type})
        if error_type:
            span.fail(error_type)
