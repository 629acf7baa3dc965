"""What one process needs to talk to the server; made on first use and anew after a fork."""

import functools
import logging
import os
import secrets
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock, RLock
from typing import Any

from bus import connections, server_check
from bus.acknowledgements import Acknowledgements
from bus.cancellation import Cancellations
from bus.entry import Entry
from bus.errors import SERVER_ERRORS
from bus.heartbeat import HeartProcess
from bus.in_flight import InFlight
from bus.keys import QueueKeys
from bus.maintenance import Maintenance
from bus.options import Options
from bus.reader import QueueReader
from bus.streams import Streams

log = logging.getLogger(__name__)

COMMAND_TIMEOUT_SECONDS = 5.0

Bury = Callable[[Streams, Entry, str], None]
"""Buries an entry on the server, given its last owner."""


def names_of(pid: int) -> str:
    """How the names begin that a process of this host has as a consumer."""
    return f"{socket.gethostname()}:{pid}:"


class Session:
    """Connections, consumer name, lease and held messages of one process.

    Args:
        url: Where the server is, when there is no client.
        client: A redis-py client whose settings are copied.
        bury: Called (on a thread of its own) for each entry that crashed too often.
        tell_recovered: Told how many messages of a queue were taken from dead workers.
    """

    def __init__(
        self,
        url: str | None,
        client: Any | None,
        options: Options,
        bury: Bury,
        tell_recovered: Callable[[QueueKeys, int], None],
    ) -> None:
        self.options = options
        self.consumer = f"{names_of(os.getpid())}{secrets.token_hex(4)}"
        self.in_flight = InFlight()
        self.cancellations = Cancellations()
        self._own_clients: list[Any] = []
        upkeep_timeout = min(COMMAND_TIMEOUT_SECONDS, options.lease_seconds / 2)

        def connect(socket_timeout_seconds: float) -> Any:
            made = connections.dedicated_client(url, client, socket_timeout_seconds=socket_timeout_seconds)
            self._own_clients.append(made)
            return made

        commands, waiting = connect(COMMAND_TIMEOUT_SECONDS), connect(COMMAND_TIMEOUT_SECONDS)
        upkeep = connect(upkeep_timeout)
        self.streams = Streams(commands, waiting, options, self.consumer)
        self.acknowledgements = Acknowledgements(self._acknowledge, gather_seconds=options.ack_flush_seconds)
        self._maintenance = Maintenance(
            Streams(upkeep, waiting, options, self.consumer),
            options,
            self._queues_to_look_after,
            self.leased,
            functools.partial(bury, self.streams),
            self._suspect_reads,
            self._look_again,
            self._listen,
            tell_recovered,
        )
        self._heart = (
            HeartProcess(
                lambda: connections.way_to(url, client), options, self.consumer, timeout_seconds=upkeep_timeout
            )
            if options.heartbeat == "process"
            else None
        )
        self._lock = Lock()
        self._leasing = RLock()
        self._is_server_checked = False
        self._consumers: Counter[str] = Counter()
        self._known: dict[str, QueueKeys] = {}
        self._readers: dict[str, QueueReader] = {}

    def subscribe(self, keys: QueueKeys) -> QueueReader:
        """Start reading a queue: its group exists and this process has a lease before the first entry is taken."""
        with self._leasing:
            self.check_server()
            self.restore(keys)
            with self._lock:
                self._consumers[keys.queue] += 1
                self._known[keys.queue] = keys
                self._maintenance.ensure_running()
            if self._heart is not None:
                self._heart.keep(keys)
        return self._reader(keys)

    def check_server(self) -> None:
        """Look at the server's settings, once.

        Raises:
            UnsafeServer: They can lose messages, and `server_check` is `refuse`.
        """
        if not self._is_server_checked:
            server_check.check(self.streams.client, self.options.server_check)
            self._is_server_checked = True

    def restore(self, keys: QueueKeys) -> None:
        """Make streams, group and lease of a queue where they are missing."""
        self.streams.ensure_groups(keys)
        _, [due_seconds] = self.streams.beat([keys])
        self._maintenance.look_after(keys, due_seconds)

    def unsubscribe(self, keys: QueueKeys) -> None:
        """Stop reading a queue. The lease is given up as soon as nothing is held of it any more."""
        with self._lock:
            self._consumers[keys.queue] -= 1
            is_last = self._consumers[keys.queue] <= 0
        if is_last:
            self._reader(keys).stop()
            self.acknowledgements.flush()
        self.active_queues()

    def _reader(self, keys: QueueKeys) -> QueueReader:
        with self._lock:
            reader = self._readers.get(keys.queue)
            if reader is None:
                reader = self._readers[keys.queue] = QueueReader(
                    keys,
                    self.streams,
                    self.in_flight,
                    self.options,
                    self.cancellations,
                    restore=self.restore,
                    expect=self._maintenance.expect,
                )
            return reader

    def _acknowledge(self, entries: Sequence[Entry], *, is_repeated: bool) -> None:
        late = self.streams.acknowledge(entries)
        self.in_flight.remove_ended(entries)
        if late and not is_repeated:
            for entry in late:
                log.warning("late: entry %s of %s had been taken from this process", entry.id, entry.lane)

    def _listen(self, streams: Streams, keys: QueueKeys) -> None:
        if self.in_flight.count(keys.queue):
            self.cancellations.know(keys.queue, streams.cancelled(keys))

    def _look_again(self, keys: QueueKeys) -> None:
        reader = self._readers.get(keys.queue)
        if reader is not None:
            reader.look_again()

    def _suspect_reads(self) -> None:
        for reader in list(self._readers.values()):
            reader.suspect()

    @contextmanager
    def leased(self, queues: Sequence[QueueKeys]) -> Iterator[Sequence[QueueKeys]]:
        """Those of the queues we have a lease for, true for the whole block: a beat in between would bring one back."""
        with self._leasing:
            yield [keys for keys in queues if keys.queue in self._known]

    def active_queues(self) -> list[QueueKeys]:
        """Queues this process needs a lease for: it reads them or still holds something of them."""
        with self._lock:
            idle = [
                keys
                for queue, keys in self._known.items()
                if self._consumers[queue] <= 0 and self.in_flight.is_quiet(queue)
            ]
            for keys in idle:
                del self._known[keys.queue]
            active = list(self._known.values())
        for keys in idle:
            self._leave(keys)
        return active

    def _queues_to_look_after(self) -> list[QueueKeys]:
        if self._heart is not None:
            self._heart.look_after()
        return self.active_queues()

    def abandon(self) -> None:
        """Leave everything to the process we were forked from."""
        if self._heart is not None:
            self._heart.abandon()

    def close(self) -> None:
        """Stop the upkeep, give up every lease that holds nothing, and close our connections.

        What is still held (a worker thread that did not end) keeps its lease until it runs out.
        """
        for reader in list(self._readers.values()):
            reader.stop()
        self.acknowledgements.close()
        self._maintenance.stop()
        if self._heart is not None:
            self._heart.stop()
        with self._lock:
            left, self._known = list(self._known.values()), {}
        for keys in left:
            self._leave(keys)
        for client in self._own_clients:
            connections.close(client)

    def _leave(self, keys: QueueKeys) -> None:
        try:
            with self.leased([keys]) as wanted_again:
                if not wanted_again:
                    if self._heart is not None:
                        self._heart.drop(keys)
                    self.streams.leave(keys)
        except SERVER_ERRORS as error:
            log.info("lease on queue %r is left to run out: %s", keys.queue, error)
