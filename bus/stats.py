"""What can be known about a queue and its server from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bus import scripts
from bus.connections import infos
from bus.keys import PRIORITIES, QueueKeys


@dataclass(frozen=True, slots=True)
class LaneStats:
    """Counts of one lane at one moment.

    Attributes:
        ready: Waiting for a consumer.
        in_flight: Held by a consumer (or waiting to be buried).
        oldest_age_seconds: Age of the oldest ready message; 0.0 when nothing is ready.
    """

    ready: int
    in_flight: int
    oldest_age_seconds: float


@dataclass(frozen=True, slots=True)
class QueueStats:
    """Counts of one queue at one moment.

    Attributes:
        delayed: Waiting for their time.
        dead: Dead letters.
        consumers: Processes with a lease.
        is_paused: Whether nobody takes anything of it.
        lanes: Priority -> what is in its lane.
    """

    queue: str
    delayed: int
    dead: int
    consumers: int
    is_paused: bool
    lanes: Mapping[int, LaneStats]

    @property
    def ready(self) -> int:
        """Waiting for a consumer, in all lanes."""
        return sum(lane.ready for lane in self.lanes.values())

    @property
    def in_flight(self) -> int:
        """Held by a consumer (or waiting to be buried), of all lanes."""
        return sum(lane.in_flight for lane in self.lanes.values())

    @property
    def oldest_age_seconds(self) -> float:
        """Age of the oldest ready message; 0.0 when nothing is ready."""
        return max(lane.oldest_age_seconds for lane in self.lanes.values())

    @property
    def unfinished(self) -> int:
        """Everything that still has to be done."""
        return self.ready + self.in_flight + self.delayed

    @classmethod
    def from_counts(cls, queue: str, counts: Sequence[Any]) -> "QueueStats":
        """From what stats.lua returns."""
        delayed, dead, consumers, paused, *rows = counts
        lanes = {
            priority: LaneStats(ready, in_flight, max(0, age_ms) / 1000)
            for priority, (ready, in_flight, age_ms) in zip(PRIORITIES, rows, strict=True)
        }
        return cls(queue, delayed, dead, consumers, bool(paused), MappingProxyType(lanes))


def unfinished(commands: Any, keys: QueueKeys) -> int:
    """Ready, in flight and delayed together, at one moment."""
    return int(scripts.run(commands, "unfinished", [keys.retry, *keys.lanes], []))


def live_consumers(commands: Any, keys: QueueKeys, *, lease_seconds: float) -> list[tuple[str, float]]:
    """Consumers with a lease, each with the seconds since its last beat, the freshest first."""
    row = scripts.run(commands, "consumers", [keys.live], [round(lease_seconds * 1000), keys.member("")])
    return [(_text(name), age_ms / 1000) for name, age_ms in zip(row[::2], row[1::2], strict=True)]


def end_leases(commands: Any, keys: QueueKeys, names: str, *, lease_seconds: float) -> int:
    """End the leases of all consumers whose names begin so; the next beat of anybody tells that they are dead."""
    alive = live_consumers(commands, keys, lease_seconds=lease_seconds)
    members = {keys.member(name): 0 for name, _ in alive if name.startswith(names)}
    return int(commands.zadd(keys.live, members, xx=True, ch=True)) if members else 0


def server_identity(commands: Any) -> str:
    """The `run_id` of the server; of a cluster, those of its primaries, with commas between them."""
    return ",".join(str(info["run_id"]) for info in infos(commands, "server"))


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
