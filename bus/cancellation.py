"""Cancelling: a message that waits is not started; one that runs is interrupted.

The server keeps the ids of cancelled messages for a while. A process learns of them with what it takes, and about every
second while it holds something of the queue.
"""

import logging
from collections.abc import Iterable
from threading import Lock, get_ident

from dramatiq.middleware import Interrupt, SkipMessage
from dramatiq.middleware.threading import raise_thread_exception

log = logging.getLogger(__name__)


class Cancelled(Interrupt):
    """Raised inside the actor of a message that was cancelled while it ran. It is not retried."""


class NotStarted(SkipMessage):
    """The message was cancelled before an actor began with it."""


class Cancellations:
    """What this process knows of cancelled messages, and the threads that run messages; safe from any thread."""

    def __init__(self) -> None:
        self._known: dict[str, frozenset[str]] = {}
        self._running: dict[str, tuple[str, int]] = {}
        self._lock = Lock()

    def know(self, queue: str, message_ids: Iterable[str]) -> None:
        """Take over what the server says is cancelled of a queue, and interrupt what runs of it."""
        known = frozenset(message_ids)
        if not known and queue not in self._known:
            return
        self._known[queue] = known
        if known:
            self._interrupt(queue, known)

    def holds(self, queue: str, message_id: str) -> bool:
        """True when a message is cancelled, as far as this process knows."""
        known = self._known.get(queue)
        return known is not None and message_id in known

    def begin(self, queue: str, message_id: str) -> None:
        """This thread begins with a message."""
        self._running[message_id] = (queue, get_ident())

    def end(self, message_id: str) -> None:
        """This thread is done with a message: from here on it is not interrupted for it any more.

        Raises:
            Cancelled: It was interrupted in the last moment.
        """
        if self._running.pop(message_id, None) is None:  # else nobody can have taken it to interrupt us
            with self._lock:
                pass  # who took it has interrupted us when the lock is free

    def _interrupt(self, queue: str, message_ids: frozenset[str]) -> None:
        with self._lock:
            for message_id in message_ids & set(self._running):
                running_queue, thread = self._running.get(message_id, ("", 0))
                if running_queue == queue and self._running.pop(message_id, None) is not None:
                    log.warning("message %s is cancelled while it runs", message_id)
                    raise_thread_exception(thread, Cancelled)  # type: ignore[no-untyped-call]
