"""The part of the broker that sends messages: one, many, from coroutines, and inside a hand-over."""

import asyncio
import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from dramatiq.broker import MessageProxy
from dramatiq.common import q_name
from dramatiq.message import Message

from bus.administration import Administration
from bus.entry import Publication, Stage
from bus.errors import as_connection_errors
from bus.gathering import Gathering
from bus.handover import Handover
from bus.packing import ENQUEUE_ID
from bus.publishing import EntryFields, publication_of


class Sending(Administration):
    """What senders call. The message options of the bus stand in `bus.publishing`.

    A message that was left out because another holds its `unique_key` comes back with the option `duplicate_of`: the id
    of that other message. `after_enqueue` is not emitted for it.
    """

    entry_fields: EntryFields | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._handover = Handover()
        self._gatherings: WeakKeyDictionary[asyncio.AbstractEventLoop, Gathering] = WeakKeyDictionary()

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """Send a message, now or after `delay` milliseconds by the server's clock; return what was sent.

        Inside `after_process_message` the message joins the stage of the message just processed, and is written
        together with its acknowledgement.

        Raises:
            ConnectionClosed: The server did not confirm. It may or may not have stored the message.
            ValueError: An option of the message has a value that does not exist.
        """
        with self._handover.failures_kept():
            stage, left_out = self._handover.stage, {}
            message, publication = self._announced(message, delay, stage)
            if stage is not None:
                stage.add(message, publication)
            else:
                with as_connection_errors():
                    left_out = self.session.streams.publish([publication])
            return self._sent(message, publication, left_out, delay)

    def enqueue_many(self, messages: Iterable[Message[Any]], *, delay: int | None = None) -> list[Message[Any]]:
        """Send many messages in few round trips; return what was sent, in the same order.

        Up to 500 messages are written in one step; more are written in several.

        Raises:
            ConnectionClosed: The server did not confirm. Some may have been stored.
            ValueError: An option of a message has a value that does not exist; nothing was sent.
        """
        if self._handover.stage is not None:
            return [self.enqueue(message, delay=delay) for message in messages]
        is_told = self.is_heard("before_enqueue")
        announced = [self._announced(message, delay, None, is_told=is_told) for message in messages]
        if not announced:
            return []
        with as_connection_errors():
            left_out = self.session.streams.publish([publication for _, publication in announced])
        if not left_out and not self.is_heard("after_enqueue"):
            return [message for message, _ in announced]
        return [self._sent(message, publication, left_out, delay) for message, publication in announced]

    async def enqueue_async(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """`enqueue` for coroutines: the event loop goes on meanwhile.

        What coroutines of one loop send while a write is under way is written together, in one step.

        Raises:
            ConnectionClosed: The server did not confirm. It may or may not have stored the message.
            ValueError: An option of the message has a value that does not exist.
        """
        message, publication = self._announced(message, delay, self._handover.stage)
        loop = asyncio.get_running_loop()
        gathering = self._gatherings.get(loop)
        if gathering is None:
            gathering = self._gatherings[loop] = Gathering(self._publish)
        return self._sent(message, publication, await gathering.put(publication), delay)

    def _publish(self, publications: Sequence[Publication]) -> dict[str, str]:
        return self.session.streams.publish(publications)

    def _announced(
        self, message: Message[Any], delay: int | None, stage: Stage | None, *, is_told: bool = True
    ) -> tuple[Message[Any], Publication]:
        queue_name = q_name(message.queue_name)
        if stage is not None:
            message = _copied(message, queue_name, message.options | {ENQUEUE_ID: stage.id_of_next(message)})
        elif ENQUEUE_ID in message.options or queue_name != message.queue_name:
            options = {name: value for name, value in message.options.items() if name != ENQUEUE_ID}
            message = _copied(message, queue_name, options)
        if is_told:
            self.emit_before("enqueue", message, delay)
        keys = self.layout.of(queue_name)
        return message, publication_of(message, keys, delay_ms=delay, entry_fields=self.entry_fields)

    def _sent(
        self, message: Message[Any], publication: Publication, left_out: dict[str, str], delay: int | None
    ) -> Message[Any]:
        holder = left_out.get(publication.enqueue_id) if left_out else None
        if holder is not None:
            return message.copy(options={"duplicate_of": holder})
        self.emit_after("enqueue", message, delay)
        return message


def _copied(message: Message[Any], queue_name: str, options: dict[str, Any]) -> Message[Any]:
    """A copy with these options and no others, which `message.copy` would keep."""
    if isinstance(message, MessageProxy):
        message = message._message  # noqa: SLF001 - replace() wants the dataclass; the proxy has no other way to it
    return dataclasses.replace(message, queue_name=queue_name, options=options)
