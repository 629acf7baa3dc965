"""The numbers a broker is built with, checked once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Heartbeat = Literal["thread", "process"]
ServerCheck = Literal["off", "warn", "refuse"]

DAY_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Options:
    """How the bus behaves in time. See docs/bus.md for what each is good for.

    Raises:
        ValueError: A number that cannot work, with the name of the option and what is allowed.
    """

    lease_seconds: float = 10.0
    heartbeat_seconds: float = 3.0
    heartbeat: Heartbeat = "thread"
    ack_flush_seconds: float = 0.002
    block_seconds: float = 5.0
    reconcile_seconds: float = 60.0
    low_priority_every: int = 32
    read_ahead: int = 4
    max_crashes: int = 3
    dead_message_ttl_seconds: float = 7 * DAY_SECONDS
    max_dead_letters: int = 100_000
    max_length: Mapping[str, int] | int | None = None
    retry_after_seconds: float = 5.0
    atomic_handoff: bool = True
    server_check: ServerCheck = "warn"

    def __post_init__(self) -> None:
        """Check the numbers against each other."""
        for name in ("lease_seconds", "heartbeat_seconds", "reconcile_seconds"):
            _require(getattr(self, name) > 0, name, "more than 0")
        _require(self.heartbeat_seconds * 3 <= self.lease_seconds, "heartbeat_seconds", "at most lease_seconds / 3")
        _require(self.heartbeat in ("thread", "process"), "heartbeat", '"thread" or "process"')
        _require(self.lease_seconds < DAY_SECONDS, "lease_seconds", "less than a day")
        _require(0 <= self.ack_flush_seconds <= 1, "ack_flush_seconds", "0 to 1")
        _require(0.001 <= self.block_seconds <= 60, "block_seconds", "0.001 to 60")
        _require(self.low_priority_every >= 0, "low_priority_every", "0 or more")
        _require(1 <= self.read_ahead <= 100, "read_ahead", "1 to 100")
        _require(self.server_check in ("off", "warn", "refuse"), "server_check", '"off", "warn" or "refuse"')
        _require(self.max_crashes >= 1, "max_crashes", "at least 1")
        _require(self.dead_message_ttl_seconds > 0, "dead_message_ttl_seconds", "more than 0")
        _require(self.max_dead_letters >= 1, "max_dead_letters", "at least 1")

    @property
    def lease_ms(self) -> int:
        """After this long without a beat a consumer is dead."""
        return round(self.lease_seconds * 1000)

    @property
    def gap_ms(self) -> int:
        """Silence of everybody that means an outage: one more beat would have been missed before a lease ran out."""
        return round((self.lease_seconds - 1.5 * self.heartbeat_seconds) * 1000)

    @property
    def dead_message_ttl_ms(self) -> int:
        """How long dead letters are kept."""
        return round(self.dead_message_ttl_seconds * 1000)

    @property
    def last_chance_at(self) -> int:
        """Starts after which one more crash buries an entry."""
        return max(1, self.max_crashes - 1)

    def limit_of(self, queue: str) -> int | None:
        """Unfinished messages a queue may hold before new work is refused; None for no limit."""
        return (
            self.max_length
            if self.max_length is None or isinstance(self.max_length, int)
            else self.max_length.get(queue)
        )


def _require(condition: bool, name: str, allowed: str) -> None:  # noqa: FBT001 - reads as one sentence at the call
    if not condition:
        raise ValueError(f"{name} must be {allowed}")
