"""Every key name of the bus, in one place.

All keys of a queue share one hash tag, so that they live in one slot of a cluster:

    {<logical>}:p1 :p2 :p3   streams, one per priority (a lane); 1 is the most urgent
    {<logical>}:retry        sorted set: enqueue id -> due time in ms of the server's clock
    {<logical>}:retry:m      hash: enqueue id -> lane and fields of the delayed message
    {<logical>}:dlq          stream of dead letters
    {<logical>}:live         sorted set: consumer -> last beat in ms of the server's clock
    {<logical>}:resumed      exists for one lease after nobody could be heard; nobody is declared dead meanwhile
    {<logical>}:once:<id>    exists when the message with this enqueue id was handed over from another slot (cluster)
    <namespace>:epoch        plain key of the application, to notice that the server lost its data

`<logical>` is `streams[queue]`, else `<namespace>:<queue>`. With `slot="namespace"` the tag is the namespace and the
logical name follows it (`{dramatiq}:<logical>:p1`): all queues share one slot, and a hand-over from queue to queue is
one script even on a cluster.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

PRIORITIES = (1, 2, 3)
"""The lanes of a queue, in the order in which they are read."""

DEFAULT_PRIORITY = 2
DEFAULT_GROUP = "workers"

ORPHANS = "orphans"
"""Pseudo consumer that owns what was given back or recovered until somebody takes it."""

UNDERTAKER = "undertaker"
"""Pseudo consumer that owns what crashed too often until it is buried."""

Slot = Literal["queue", "namespace"]

_NAME = re.compile(r"[A-Za-z0-9._:-]+")


@dataclass(frozen=True, slots=True)
class QueueKeys:
    """The keys and the consumer group of one queue. `prefix` ends before the colon."""

    queue: str
    group: str
    prefix: str

    @property
    def lanes(self) -> list[str]:
        """The three streams, most urgent first."""
        return [self.lane(priority) for priority in PRIORITIES]

    def lane(self, priority: int) -> str:
        """The stream of one priority."""
        return f"{self.prefix}:p{priority}"

    @property
    def retry(self) -> str:
        """Due times of delayed messages."""
        return f"{self.prefix}:retry"

    @property
    def retry_bodies(self) -> str:
        """Contents of delayed messages."""
        return f"{self.prefix}:retry:m"

    @property
    def dead_letters(self) -> str:
        """The stream of dead letters."""
        return f"{self.prefix}:dlq"

    @property
    def live(self) -> str:
        """Last beats of the consumers."""
        return f"{self.prefix}:live"

    @property
    def resumed(self) -> str:
        """Marks the time after an outage in which nobody is declared dead."""
        return f"{self.prefix}:resumed"

    def handed_over(self, enqueue_id: str) -> str:
        """Marks a message that was handed over from another slot of a cluster."""
        return f"{self.prefix}:once:{enqueue_id}"

    @property
    def slot_tag(self) -> str:
        """What a cluster hashes: keys with the same tag may be used in one script there."""
        return self.prefix[1 : self.prefix.index("}")]


class KeyLayout:
    """Answers which keys a queue has.

    Args:
        namespace: Prefix of everything that is not named otherwise.
        streams: Queue -> logical stream name, where it differs from `<namespace>:<queue>`.
        groups: Queue -> consumer group, where it differs from `workers`.
        slot: `queue` spreads queues over a cluster; `namespace` keeps them together.

    Raises:
        ValueError: A name has characters other than letters, digits and `._:-`.
    """

    def __init__(
        self, namespace: str, streams: Mapping[str, str] | None, groups: Mapping[str, str] | None, slot: Slot
    ) -> None:
        if slot not in ("queue", "namespace"):
            raise ValueError(f'slot must be "queue" or "namespace", not {slot!r}')
        self.namespace = _checked("namespace", namespace)
        self._streams = {queue: _checked("stream", name) for queue, name in (streams or {}).items()}
        self._groups = dict(groups or {})
        self._slot = slot
        self._known: dict[str, QueueKeys] = {}

    @property
    def epoch(self) -> str:
        """The application's own mark in the server's data."""
        return f"{self.namespace}:epoch"

    def of(self, queue: str) -> QueueKeys:
        """The keys of a queue, whether declared or not.

        Raises:
            ValueError: The queue's name cannot be part of a key.
        """
        keys = self._known.get(queue)
        if keys is None:
            keys = self._known[queue] = QueueKeys(queue, self._groups.get(queue, DEFAULT_GROUP), self._prefix(queue))
        return keys

    def _prefix(self, queue: str) -> str:
        logical = self._streams.get(queue)
        if self._slot == "namespace":
            return f"{{{self.namespace}}}:{logical or _checked('queue', queue)}"
        return f"{{{logical or f'{self.namespace}:' + _checked('queue', queue)}}}"


def _checked(what: str, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{what} name {name!r} may only have letters, digits and the characters . _ : -")
    return name
