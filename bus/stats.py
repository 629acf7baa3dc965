"""What can be known about a queue and its server from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bus import scripts
from bus.connections import infos
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
    """Ready, in flight and delayed together, at one moment."""
    return int(scripts.run(commands, "unfinished", [keys.retry, *keys.lanes], []))


def live_consumers(commands: Any, keys: QueueKeys, *, lease_seconds: float) -> list[tuple[str, float]]:
    """Consumers with a lease, each with the seconds since its last beat, the freshest first."""
    row = scripts.run(commands, "consumers", [keys.live], [round(lease_seconds * 1000), keys.member("")])
    return [(_text(name), age_ms / 1000) for name, age_ms in zip(row[::2], row[1::2], strict=True)]


def server_identity(commands: Any) -> str:
    """The `run_id` of the server; of a cluster, those of its primaries, with commas between them."""
    return ",".join(str(info["run_id"]) for info in infos(commands, "server"))


def server_warnings(commands: Any) -> list[str]:
    """What about the settings of the server, or of any primary of a cluster, can lose messages."""
    warnings = []
    for memory, persistence in zip(infos(commands, "memory"), infos(commands, "persistence"), strict=True):
        warnings += _warnings(memory | persistence)
    return list(dict.fromkeys(warnings))


def _warnings(info: Mapping[str, Any]) -> list[str]:
    warnings = []
    policy = info.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        warnings.append(f"maxmemory-policy is {policy}: the server may throw messages away; set it to noeviction")
    if not int(info.get("aof_enabled", 0)):
        warnings.append("appendonly is off: a restart of the server loses messages; set it to yes")
    return warnings


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
