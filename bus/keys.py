"""Every key name of the bus, in one place.

All keys of a queue share one hash tag, so that they live in one slot of a cluster:

    {<logical>}:p1 :p2 :p3   streams, one per priority (a lane); 1 is the most urgent
    {<logical>}:retry        sorted set: enqueue id -> due time in ms of the server's clock
    {<logical>}:retry:m      hash: enqueue id -> lane and fields of the delayed message
    {<logical>}:wake         stream: an entry wakes one idle reader, which then looks at what no new entry tells of
    {<logical>}:dlq          stream of dead letters
    {<logical>}:paused       exists while the queue is paused
    {<logical>}:cancelled    sorted set: message id -> when it is forgotten, in ms of the server's clock
    {<logical>}:unique:<key> id of the message that holds this key of a unique message
    {<namespace>}:live       sorted set: queue/consumer -> last beat in ms of the server's clock
    {<namespace>}:resumed    exists for one lease after nobody could be heard; nobody is declared dead meanwhile
    {<logical>}:once:<id>    exists when the message with this id was enqueued with `enqueue_once`, or with this enqueue
                             id was handed over from another slot (cluster)
    <namespace>:epoch        plain key of the application, to notice that the server lost its data

`<logical>` is `streams[queue]`, else `<namespace>:<queue>`. With `slot="namespace"` the tag is the namespace and the
logical name follows it (`{dramatiq}:<logical>:p1`): all queues share one slot, and a hand-over from queue to queue is
one script even on a cluster. Where queues are spread over a cluster, each has a `live` and a `resumed` of its own, in
its slot: what a script uses lies in one slot there. Elsewhere one beat does for all queues.
"""

import re
from collections.abc import Mapping
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


class QueueKeys:
    """The keys and the consumer group of one queue.

    Attributes:
        queue: Its name.
        group: Its consumer group.
        lanes: The three streams, most urgent first.
        wake: Entries that wake idle readers.
        retry: Due times of delayed messages.
        retry_bodies: Contents of delayed messages.
        dead_letters: The stream of dead letters.
        paused: Exists while the queue is paused.
        cancelled: Ids of cancelled messages.
        live: Last beats of the consumers.
        resumed: Marks the time after an outage in which nobody is declared dead.
    """

    __slots__ = (
        "cancelled",
        "dead_letters",
        "group",
        "lanes",
        "live",
        "paused",
        "prefix",
        "queue",
        "resumed",
        "retry",
        "retry_bodies",
        "wake",
    )

    def __init__(self, queue: str, group: str, prefix: str, *, common_prefix: str) -> None:
        self.queue, self.group, self.prefix = queue, group, prefix
        self.lanes = tuple(f"{prefix}:p{priority}" for priority in PRIORITIES)
        self.wake = f"{prefix}:wake"
        self.retry = f"{prefix}:retry"
        self.retry_bodies = f"{prefix}:retry:m"
        self.dead_letters = f"{prefix}:dlq"
        self.paused = f"{prefix}:paused"
        self.cancelled = f"{prefix}:cancelled"
        self.live = f"{common_prefix}:live"
        self.resumed = f"{common_prefix}:resumed"

    def lane(self, priority: int) -> str:
        """The stream of one priority."""
        return self.lanes[priority - 1]

    def member(self, consumer: str) -> str:
        """What stands for a consumer of this queue among the beats."""
        return f"{self.queue}/{consumer}"

    def once(self, name: str) -> str:
        """Marks a message that must not be written a second time, by its id or its enqueue id."""
        return f"{self.prefix}:once:{name}"

    def unique(self, name: str) -> str:
        """Names the message that holds a key of unique messages."""
        return f"{self.prefix}:unique:{name}"

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
        is_cluster: Whether a script can only use keys of one slot.

    Raises:
        ValueError: A name has characters other than letters, digits and `._:-`.
    """

    def __init__(
        self,
        namespace: str,
        streams: Mapping[str, str] | None = None,
        groups: Mapping[str, str] | None = None,
        slot: Slot = "queue",
        *,
        is_cluster: bool = False,
    ) -> None:
        if slot not in ("queue", "namespace"):
            raise ValueError(f'slot must be "queue" or "namespace", not {slot!r}')
        self.namespace = _checked("namespace", namespace)
        self._streams = {queue: _checked("stream", name) for queue, name in (streams or {}).items()}
        self._groups = dict(groups or {})
        self._slot = slot
        self._is_cluster = is_cluster
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
            prefix = self._prefix(queue)
            common = prefix if self._is_cluster and self._slot == "queue" else f"{{{self.namespace}}}"
            group = self._groups.get(queue, DEFAULT_GROUP)
            keys = self._known[queue] = QueueKeys(queue, group, prefix, common_prefix=common)
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
