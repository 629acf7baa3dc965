"""Processes that tests may kill at any moment, made in milliseconds: a parent that has imported everything forks them.

process.py <url>            reads one JSON object a line from its input, and forks a child for each
child                       plays its part, and tells on its control connection what happens, a JSON object a line
test -> child, `stop`       a worker stops, as at SIGTERM
"""

import gc
import json
import logging
import os
import signal
import socket
import sys
import threading
from types import SimpleNamespace
from typing import Any

import dramatiq.worker
import redis

from bus import StreamsBroker
from tests.integration.bus.consistency.actors import declare, make_broker
from tests.integration.bus.consistency.parts import PARTS

LONGEST_LIFE_SECONDS = 60


class Channel:
    """What a child tells; what it told has arrived even when it is killed in the next moment."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._lock = threading.Lock()
        self.stopped = threading.Event()

    def tell(self, event: str, **facts: Any) -> None:
        with self._lock:
            self._socket.sendall(json.dumps({"event": event} | facts).encode() + b"\n")

    def listen(self) -> None:
        """Wait for `stop`; end at once when the test is gone."""
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self._socket.makefile():
            if line == "stop\n":
                self.stopped.set()
        os._exit(1)


class _LogToChannel(logging.Handler):
    """So that a case that fails shows what its processes had to say."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(logging.WARNING)
        self._channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        self._channel.tell("log", text=f"{record.levelname} {record.name}: {record.getMessage()[:300]}")


class Child:
    """What a flow has to play with: `broker`, `actors`, `tell`, `until_stopped`."""

    def __init__(self, broker: StreamsBroker, actors: SimpleNamespace, channel: Channel) -> None:
        self.broker = broker
        self.actors = actors
        self.tell = channel.tell
        self.until_stopped = channel.stopped.wait


def main() -> None:
    _learn_what_children_need(sys.argv[1])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody has to wait for the children
    while line := sys.stdin.readline():
        part = json.loads(line)
        if os.fork() == 0:
            _play(part)
            os._exit(0)


def _learn_what_children_need(url: str) -> None:
    """Do here what each child would do again: the first connection of a process imports and looks up a lot."""
    with redis.Redis.from_url(url) as client:
        client.ping()
    gc.collect()
    gc.freeze()


def _play(part: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.alarm(LONGEST_LIFE_SECONDS)
    channel = Channel(part["control"])
    channel.tell("born", name=part["name"], pid=os.getpid())
    logging.getLogger().handlers = [_LogToChannel(channel)]
    channel.listen()
    dramatiq.worker.CONSUMER_RESTART_DELAY_SECS = 0.05
    dramatiq.worker.POST_PROCESS_MESSAGE_RETRY_DELAY_SECS = 0.05
    broker = make_broker(part["url"], part["namespace"], direct_url=part["direct_url"], **part["options"])
    child = Child(broker, declare(broker, channel.tell), channel)
    try:
        PARTS[part["part"]](child)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the test must see it
        channel.tell("error", text=f"{type(error).__name__}: {error}")
    channel.tell("done")


if __name__ == "__main__":
    main()
