"""Wait until nothing is in hand: `python -m services.drain` (`make drain`), the step before a quiet stop.

Stop what accepts prompts first; then this ends when the last request has its result and the queues are empty. It is not
needed for safety: what is unfinished at a stop is finished after the next start, unless its deadline has passed.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from typing import Final

import psycopg
from dramatiq.errors import BrokerError

from bus import StreamsBroker
from contracts.queues import Queue
from core.errors import EXIT_CONFIGURATION, ConfigurationError, DmaError
from core.locate import service_urls
from core.settings import load_settings
from orchestrator.broker import build_broker
from services.errors import NotDrained

LOOK_SECONDS: Final = 0.2
QUIET_LOOKS: Final = 2
"""A hand-over from queue to queue is one step on the server, but two looks of ours."""
LONGEST_REQUEST_SECONDS: Final = 75.0
"""No request lives longer: 60 s and what the sweeper takes."""


def drain(database_url: str, broker: StreamsBroker, *, within_seconds: float = LONGEST_REQUEST_SECONDS) -> None:
    """Return when no request is under way and no message is unfinished.

    Raises:
        NotDrained: The time was over; the text says what is left.
    """
    until, quiet = time.monotonic() + within_seconds, 0
    with psycopg.connect(database_url, autocommit=True, application_name="drain", connect_timeout=10) as connection:
        while quiet < QUIET_LOOKS:
            left = _left(connection, broker)
            quiet = 0 if left else quiet + 1
            if left and time.monotonic() >= until:
                raise NotDrained(f"still unfinished after {within_seconds:g} s: {left}")
            time.sleep(LOOK_SECONDS)


def _left(connection: psycopg.Connection[tuple[int]], broker: StreamsBroker) -> str:
    row = connection.execute("SELECT count(*) FROM requests WHERE status = 'processing'").fetchone()
    found = {"requests": row[0] if row else 0}
    found |= {f"messages of {queue.value}": broker.unfinished(queue.value) for queue in Queue}
    return ", ".join(f"{number} {name}" for name, number in found.items() if number)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when nothing is left, 1 when something is, 78 for a wrong setting."""
    parser = argparse.ArgumentParser(prog="python -m services.drain")
    parser.add_argument("--seconds", type=float, default=LONGEST_REQUEST_SECONDS, help="how long to wait")
    options = parser.parse_args(arguments)
    try:
        urls = service_urls(load_settings(), wait_seconds=5)
        broker = build_broker(urls.redis_url)
        try:
            drain(urls.database_url, broker, within_seconds=options.seconds)
        finally:
            broker.close()
    except ConfigurationError as error:
        print(f"DMA: {error}", file=sys.stderr)
        return EXIT_CONFIGURATION
    except (DmaError, BrokerError, psycopg.Error) as error:
        print(f"DMA: {error}", file=sys.stderr)
        return 1
    print("DMA: nothing is in hand", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
