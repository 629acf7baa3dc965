"""What can be known about a queue and its server from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bus.keys import QueueKeys


@dataclass(frozen=True, slots=True)
class QueueStats:
    """Counts of one queue at one moment.

    Attributes:
        ready: Waiting for a consumer.
        in_flight: Held by a consumer (or waiting to be buried).
        delayed: Waiting for their time.
        dead: Dead letters.
        oldest_age_seconds: Age of the oldest ready message; 0.0 when nothing is ready.
        consumers: Processes with a lease.
    """

    queue: str
    ready: int
    in_flight: int
    delayed: int
    dead: int
    oldest_age_seconds: float
    consumers: int

    @property
    def unfinished(self) -> int:
        """Everything that still has to be done."""
        return self.ready + self.in_flight + self.delayed

    @classmethod
    def from_counts(cls, queue: str, counts: Sequence[int]) -> "QueueStats":
        """From what stats.lua returns."""
        ready, in_flight, delayed, dead, age_ms, consumers = counts
        return cls(queue, ready, in_flight, delayed, dead, max(0, age_ms) / 1000, consumers)


def unfinished(commands: Any, keys: QueueKeys) -> int:
    """Ready, in flight and delayed together, at one moment. Finished entries are deleted, so lengths say it all."""
    pipeline = commands.pipeline(transaction=True)
    for lane in keys.lanes:
        pipeline.execute_command("XLEN", lane)
    pipeline.execute_command("ZCARD", keys.retry)
    return sum(int(count) for count in pipeline.execute())


def live_consumers(commands: Any, keys: QueueKeys, *, lease_seconds: float) -> list[tuple[str, float]]:
    """Consumers with a lease, each with the seconds since its last beat, the freshest first."""
    seconds, microseconds = commands.execute_command("TIME")
    now = int(seconds) + int(microseconds) / 1_000_000
    rows = commands.zrange(keys.live, 0, -1, desc=True, withscores=True)
    ages = [(_text(name), max(0.0, now - float(beat_ms) / 1000)) for name, beat_ms in rows]
    return [(name, age) for name, age in ages if age <= lease_seconds]


def server_warnings(commands: Any) -> list[str]:
    """What about the server's settings can lose messages; an empty list when nothing does."""
    info = commands.info("memory") | commands.info("persistence")
    warnings = []
    policy = info.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        warnings.append(f"maxmemory-policy is {policy}: the server may throw messages away; set it to noeviction")
    if not int(info.get("aof_enabled", 0)):
        warnings.append("appendonly is off: a restart of the server loses messages; set it to yes")
    return warnings


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
