"""What one process needs to talk to the server; made on first use and anew after a fork."""

import functools
import logging
import os
import secrets
import socket
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from bus import connections
from bus.entry import Entry
from bus.errors import SERVER_ERRORS
from bus.in_flight import InFlight
from bus.keys import KeyLayout, QueueKeys
from bus.maintenance import Maintenance
from bus.options import Options
from bus.streams import Streams

log = logging.getLogger(__name__)

BLOCK_MARGIN_SECONDS = 5.0
COMMAND_TIMEOUT_SECONDS = 5.0

Bury = Callable[[Streams, Entry, str], None]
"""Buries an entry on the server, given its last owner."""


class Session:
    """Connections, consumer name, lease and held messages of one process.

    Args:
        url: Where the server is, when there is no client.
        client: A redis-py client whose settings are copied.
        bury: Called (on a thread of its own) for each entry that crashed too often.
    """

    def __init__(self, url: str | None, client: Any | None, layout: KeyLayout, options: Options, bury: Bury) -> None:
        self.options = options
        self.consumer = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.in_flight = InFlight()
        self._own_clients: list[Any] = []
        upkeep_timeout = min(COMMAND_TIMEOUT_SECONDS, options.lease_seconds / 2)

        def connect(socket_timeout_seconds: float) -> Any:
            made = connections.dedicated_client(url, client, socket_timeout_seconds=socket_timeout_seconds)
            self._own_clients.append(made)
            return made

        commands = connect(COMMAND_TIMEOUT_SECONDS)
        blocking = connect(options.max_block_seconds + BLOCK_MARGIN_SECONDS)
        upkeep = connect(upkeep_timeout)
        self.streams = Streams(commands, blocking, layout, options, self.consumer)
        self._maintenance = Maintenance(
            Streams(upkeep, blocking, layout, options, self.consumer),
            options,
            self.active_queues,
            self.leased,
            functools.partial(bury, self.streams),
        )
        self._lock = Lock()
        self._leasing = Lock()
        self._consumers: Counter[str] = Counter()
        self._known: dict[str, QueueKeys] = {}
        self._reading: dict[str, Lock] = defaultdict(Lock)

    def subscribe(self, keys: QueueKeys) -> None:
        """Start reading a queue: its group exists and this process has a lease before the first entry is taken."""
        with self._leasing:
            self.restore(keys)
            with self._lock:
                self._consumers[keys.queue] += 1
                self._known[keys.queue] = keys
                self._maintenance.ensure_running()

    def restore(self, keys: QueueKeys) -> None:
        """Make streams, group and lease of a queue where they are missing."""
        self.streams.ensure_groups(keys)
        self.streams.beat(keys)

    def unsubscribe(self, keys: QueueKeys) -> None:
        """Stop reading a queue. The lease is given up as soon as nothing is held of it any more."""
        with self._lock:
            self._consumers[keys.queue] -= 1
        self.active_queues()

    @contextmanager
    def leased(self, keys: QueueKeys) -> Iterator[bool]:
        """Whether this process has a lease on a queue, true for the whole block: a late beat would bring one back."""
        with self._leasing:
            yield keys.queue in self._known

    def reading(self, queue: str) -> Lock:
        """Held while a queue is read: what the server calls ours and is not yet in our books is lost otherwise."""
        with self._lock:
            return self._reading[queue]

    def active_queues(self) -> list[QueueKeys]:
        """Queues this process needs a lease for: it reads them or still holds something of them."""
        with self._lock:
            idle = [
                keys
                for queue, keys in self._known.items()
                if self._consumers[queue] <= 0 and self.in_flight.count(queue) == 0
            ]
            for keys in idle:
                del self._known[keys.queue]
            active = list(self._known.values())
        for keys in idle:
            self._leave(keys)
        return active

    def close(self) -> None:
        """Stop the upkeep, give up every lease that holds nothing, and close our connections.

        What is still held (a worker thread that did not end) keeps its lease until it runs out.
        """
        self._maintenance.stop()
        with self._lock:
            left, self._known = list(self._known.values()), {}
        for keys in left:
            self._leave(keys)
        for client in self._own_clients:
            connections.close(client)

    def _leave(self, keys: QueueKeys) -> None:
        try:
            with self.leased(keys) as is_wanted_again:
                if not is_wanted_again:
                    self.streams.leave(keys)
        except SERVER_ERRORS as error:
            log.info("lease on queue %r is left to run out: %s", keys.queue, error)
