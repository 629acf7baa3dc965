"""The part of the broker that keeps the session of this process: lazily made, closed, replaced after a fork."""

import os
import weakref
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any

from dramatiq.middleware import Middleware

from bus.entry import Entry
from bus.errors import SERVER_ERRORS
from bus.keys import KeyLayout, QueueKeys
from bus.options import Options
from bus.session import Session
from bus.signals import SignallingBroker
from bus.streams import Streams

OnRecovered = Callable[[str, int], None]
"""Called as (queue, messages) when messages of dead workers were given to the living."""


class SessionBroker(SignallingBroker):
    """A broker that opens nothing before it is used, and nothing of its parent's after a fork."""

    def __init__(
        self,
        middleware: list[Middleware] | None,
        *,
        url: str | None,
        client: Any | None,
        layout: KeyLayout,
        options: Options,
    ) -> None:
        super().__init__(middleware)
        self.layout = layout
        self.options = options
        self._url = url
        self._given_client = client
        self.on_recovered: OnRecovered | None = None
        self._session: Session | None = None
        self._session_lock = Lock()
        _forget_session_after_fork(self)

    @property
    def session(self) -> Session:
        """The session of this process; opened on first use."""
        session = self._session
        if session is not None:
            return session
        with self._session_lock:
            if self._session is None:
                self._session = Session(self._url, self._given_client, self.options, self.bury, self._tell_recovered)
            return self._session

    @property
    def client(self) -> Any:
        """The redis-py client for short commands; it never repeats a command by itself."""
        return self.session.streams.client

    def close(self) -> None:
        """Give up the leases and close the connections; the next use opens new ones under a new consumer name."""
        with self._session_lock:
            session, self._session = self._session, None
        if session is not None:
            session.close()

    def check_server_at_boot(self) -> None:
        """Look at the server before a worker boots, when it may be refused: here the worker ends, later it would retry.

        Raises:
            UnsafeServer: Its settings can lose messages.
        """
        if self.options.server_check == "refuse":
            with suppress(*SERVER_ERRORS):  # it is looked at when it can be reached, and not read before
                self.session.check_server()

    def bury(self, streams: Streams, entry: Entry, owner: str) -> None:
        """Move an entry that crashed too often to the dead letters."""
        raise NotImplementedError

    def _tell_recovered(self, keys: QueueKeys, messages: int) -> None:
        """Called on the upkeep thread, which goes on whatever a listener raises: the next look is not far."""
        if self.on_recovered is not None:
            self.on_recovered(keys.queue, messages)

    def forget_session(self) -> None:
        """Drop the session without touching its connections: in a forked child they belong to the parent."""
        session, self._session = self._session, None
        self._session_lock = Lock()
        if session is not None:
            session.abandon()


def _forget_session_after_fork(broker: SessionBroker) -> None:
    reference = weakref.ref(broker)

    def in_child() -> None:
        alive = reference()
        if alive is not None:
            alive.forget_session()

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=in_child)
