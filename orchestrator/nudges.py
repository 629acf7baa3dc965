"""Hints that something has happened to a request, so that whoever watches it looks at once and not at the next turn.

They go over Redis publish/subscribe, which keeps nothing: a hint that is lost costs a tenth of a second, and what has
happened stands in Postgres, where it is read. So nothing may depend on one, and none is sent twice.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, NamedTuple
from uuid import UUID

from redis.exceptions import RedisError

from bus import StreamsBroker
from telemetry.logs import get_logger

log = get_logger(__name__)

WAIT_SECONDS: Final = 5.0
"""How long one call waits for a hint."""
AGAIN_SECONDS: Final = 1.0
"""After a server that went away."""
CLOSING_SECONDS: Final = 1.0

_END: Final = "."


class Hint(NamedTuple):
    """Something has happened to a request; maybe it has ended."""

    request_id: UUID
    has_ended: bool


Hear = Callable[[Hint], None]


class Nudges:
    """Sends and hears hints.

    Args:
        broker: Its server carries them.
    """

    def __init__(self, broker: StreamsBroker) -> None:
        self._broker = broker
        self._channel = f"{broker.namespace}:nudges"

    def tell(self, request_id: UUID) -> None:
        """Hint that something has happened to this request; does not fail."""
        self._send(request_id.hex)

    def tell_end(self, request_id: UUID) -> None:
        """Hint that this request has ended, and that one may read how; does not fail."""
        self._send(request_id.hex + _END)

    def _send(self, word: str) -> None:
        try:
            self._broker.client.publish(self._channel, word)
        except (RedisError, OSError) as error:
            log.debug("nudge_not_sent", error_message=str(error))

    @contextmanager
    def heard(self, hear: Hear) -> Iterator[None]:
        """Call `hear` with each hint, on a thread of its own, until the block ends."""
        is_over = threading.Event()
        thread = threading.Thread(target=self._listen, args=(hear, is_over), name="nudges", daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            self._send("over")  # it waits for a word
            thread.join(CLOSING_SECONDS)

    def _listen(self, hear: Hear, is_over: threading.Event) -> None:
        while not is_over.is_set():
            try:
                with self._broker.client.pubsub(ignore_subscribe_messages=True) as subscription:
                    subscription.subscribe(self._channel)
                    while not is_over.is_set():
                        _pass_on(subscription.get_message(timeout=WAIT_SECONDS), hear)
            except Exception as error:  # noqa: BLE001 - without this thread everybody waits longer, so it goes on
                log.debug("nudges_not_heard", error_message=str(error))
                is_over.wait(AGAIN_SECONDS)


def _pass_on(message: dict[str, Any] | None, hear: Hear) -> None:
    if message is not None:
        word = message["data"].decode(errors="replace")
        with suppress(ValueError):  # somebody else's words on our channel
            hear(Hint(UUID(word.removesuffix(_END)), word.endswith(_END)))
