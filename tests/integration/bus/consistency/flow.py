"""What a flow is: one way of a message through the bus, what is there before, and how it must end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import dramatiq
import redis
from dramatiq.errors import DecodeError

from bus import StreamsBroker
from bus.keys import QueueKeys
from bus.packing import unpack
from tests.integration.bus.consistency.actors import WORK, declare
from tests.integration.bus.consistency.proxy import Break, Fault

GROUP = "workers"
ALL_BREAKS = tuple(Break)
USUAL_BREAKS = (Break.REQUEST_LOST, Break.ANSWER_LOST, Break.KILLED_BEFORE, Break.KILLED_AFTER)
LOSING_THE_PROCESS = (Break.KILLED_BEFORE, Break.KILLED_AFTER, Break.FROZEN)

CONNECTING = frozenset({"HELLO", "AUTH", "SELECT", "CLIENT SETINFO", "CLIENT SETNAME", "CLIENT ID", "INFO"})
"""What is said on a new connection, and asked of a server that is not known yet."""

UPKEEP = frozenset(
    {"XGROUP CREATE", "XPENDING", "ZRANGE", "CLIENT UNBLOCK", "beat", "promote", "recover", "expire", "leave"}
)
"""Calls that a worker makes whatever it works on. The flow `work` breaks at each of them, and the others only where
they are what the flow is about. A call that is named nowhere here is broken at in every flow."""


@dataclass(frozen=True, slots=True)
class End:
    """How it must end for one label.

    Attributes:
        attempts: Attempts that must have run, each once; twice at most when the process was killed or frozen.
        entries: How often an entry was added to a lane for it, from the beginning: a fork of a pipeline, a doubled
            retry or promotion is one too many.
        entries_if_run_again: The most there may be when the process was killed or frozen.
        dead: The reason of its one dead letter.
    """

    attempts: int = 1
    entries: int = 1
    entries_if_run_again: int | None = None
    dead: str | None = None

    def most_entries(self, *, again: bool) -> int:
        return self.entries if not again or self.entries_if_run_again is None else self.entries_if_run_again


DONE = End()


class Bench:
    """What a flow is prepared with: `broker` and `actors` on a way without faults, `raw` commands, names of keys.

    `held` is what was taken with this broker, and `consumer` the one it was taken with.
    """

    def __init__(self, broker: StreamsBroker, raw: redis.Redis) -> None:
        self.broker = broker
        self.actors = declare(broker, lambda *_, **__: None)  # they never run here
        self.raw = raw
        self.consumer: dramatiq.Consumer | None = None
        self.held: list[dramatiq.MessageProxy] = []

    def keys(self, queue: str = WORK) -> QueueKeys:
        return self.broker.layout.of(queue)

    def take_one(self) -> dramatiq.MessageProxy:
        self.consumer = self.broker.consume(WORK, timeout=2_000)
        self.held.append(next(self.consumer))
        return self.held[-1]

    def leave(self) -> None:
        """Be nobody any more for those who look."""
        if self.consumer is not None:
            self.consumer.close()
        self.broker.close()


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One way through the bus.

    Attributes:
        part: What the process under test plays, a key of `parts.PARTS`.
        ends: Label -> how it must end.
        is_sent_by_process: The process sends the messages and tells `accepted` for what the broker took; what it was
            not sure of may have been stored or not.
        instead: How what it was not sure of may end as well, beside not at all.
        prepare: Puts things on the server before the process starts.
        has_bystander: A healthy worker waits beside the process from the beginning, and was there later than it: what
            comes goes to the process first.
        meanwhile: Called as soon as all workers wait blocked for a message.
        at_each_look: Called whenever the test looks whether all is done.
        stop_at: Stop the process at this event instead of when nothing is left to do.
        linger_seconds: Let the process go on for so long when all is done.
        after: Faults that happen in every run, before those that are tried one by one.
        forgets_scripts: The server has never seen a script.
        about: Calls of the upkeep that matter here.
        breaks: What is tried at each call.
        gone: Ends of names of keys that must not be there in the end.
    """

    name: str
    part: str
    ends: Mapping[str, End]
    is_sent_by_process: bool = False
    instead: Mapping[str, End] = field(default_factory=dict)
    prepare: Callable[[Bench], None] | None = None
    has_bystander: bool = False
    meanwhile: Callable[[Bench], None] | None = None
    at_each_look: Callable[[Bench], None] | None = None
    stop_at: str | None = None
    linger_seconds: float = 0.0
    after: tuple[Fault, ...] = ()
    forgets_scripts: bool = False
    about: frozenset[str] = frozenset()
    breaks: tuple[Break, ...] = USUAL_BREAKS
    gone: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    healing_part: str = "work"
    queues: tuple[str, ...] = (WORK,)

    def __str__(self) -> str:
        return self.name

    def breaks_at(self, kind: str) -> bool:
        """Whether calls of a kind are to be tried here."""
        return kind in self.about or kind not in CONNECTING | UPKEEP


def label_of(fields: Mapping[bytes, bytes], queue: str) -> str:
    """The label of a message, or what was written in its place when it is none."""
    try:
        return str(unpack(fields, queue).args[0])
    except DecodeError:
        return fields[b"data"].decode()
