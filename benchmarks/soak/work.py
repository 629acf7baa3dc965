"""The mixed work of a soak. What a message is follows from its number, so that nobody has to keep a list."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import dramatiq
from dramatiq import Message
from dramatiq.middleware import CurrentMessage

from bus import StreamsBroker

FIRST_QUEUE = "soak_first"
NEXT_QUEUE = "soak_next"
QUEUES = (FIRST_QUEUE, NEXT_QUEUE)
"""Work goes from the first to the next and never back: both are done when they are found empty in this order."""

STEPS = 3
LONGEST_DELAY_MS = 2_000
SHORTEST_RETRY_MS = 50
LONGEST_RETRY_MS = 1_000

Done = Callable[[int, int], None]
"""Told of each actor that ended well: the number of the message and, from 0, its step."""


class Kind(Enum):
    """What happens to a message."""

    PLAIN = "plain"
    FAILS_ONCE = "fails once"
    PIPELINE = "pipeline of 3"
    DELAYED = "delayed"


class FirstAttemptFails(Exception):
    """What a message that has to fail raises, the first time."""


def kind_of(number: int) -> Kind:
    """1 message in 50 fails once, 1 in 100 is a pipeline, 1 in 200 is delayed."""
    if number % 50 == 10:
        return Kind.FAILS_ONCE
    if number % 100 == 50:
        return Kind.PIPELINE
    return Kind.DELAYED if number % 200 == 25 else Kind.PLAIN


def steps_of(number: int) -> int:
    """Actors that a message runs."""
    return STEPS if kind_of(number) is Kind.PIPELINE else 1


class Work:
    """The actors of a broker, and what sends a number to the right one.

    Args:
        done: Told of each actor that ended well; a process that only sends needs none.
    """

    def __init__(self, url: str, done: Done = lambda _number, _step: None) -> None:
        self.broker = StreamsBroker(url)
        self.broker.add_middleware(CurrentMessage())
        self._done = done
        self._plain = self._actor(self._run_plain, FIRST_QUEUE)
        self._failing = self._actor(
            self._run_failing, FIRST_QUEUE, min_backoff=SHORTEST_RETRY_MS, max_backoff=LONGEST_RETRY_MS
        )
        self._steps = [
            self._actor(self._run_first, FIRST_QUEUE),
            self._actor(self._run_second, NEXT_QUEUE),
            self._actor(self._run_third, NEXT_QUEUE),
        ]

    def send(self, numbers: Sequence[int]) -> None:
        """Send these messages: in one step what may start at once, the rest one by one."""
        soon = [number for number in numbers if kind_of(number) is not Kind.DELAYED]
        self.broker.enqueue_many([self._message(number) for number in soon])
        for number in numbers:
            if kind_of(number) is Kind.DELAYED:
                self._plain.send_with_options(args=(number,), delay=number % LONGEST_DELAY_MS)

    def _message(self, number: int) -> Message[Any]:
        kind = kind_of(number)
        if kind is Kind.PIPELINE:
            first, *others = self._steps
            messages = [first.message(number), *(step.message() for step in others)]
            return dramatiq.pipeline(messages, broker=self.broker).messages[0]
        actor = self._failing if kind is Kind.FAILS_ONCE else self._plain
        message: Message[Any] = actor.message(number)
        return message

    def _actor(self, run: Callable[[int], int | None], queue: str, **options: Any) -> Any:
        name = run.__name__.removeprefix("_run_")
        return dramatiq.actor(broker=self.broker, actor_name=name, queue_name=queue, **options)(run)

    def _run_plain(self, number: int) -> None:
        self._done(number, 0)

    def _run_failing(self, number: int) -> None:
        message = CurrentMessage.get_current_message()
        assert message is not None
        if not message.options.get("retries"):
            raise FirstAttemptFails
        self._done(number, 0)

    def _run_first(self, number: int) -> int:
        self._done(number, 0)
        return number

    def _run_second(self, number: int) -> int:
        self._done(number, 1)
        return number

    def _run_third(self, number: int) -> None:
        self._done(number, 2)
