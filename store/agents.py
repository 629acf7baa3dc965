"""What the processes of the pools say of themselves (R50); whether one still lives, the bus knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from store.database import Transaction

AgentState = Literal["ready", "busy"]

KEPT_DAYS = 1
"""Living processes announce themselves more often than this."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One word of a process.

    Attributes:
        agent: The pool it belongs to, such as `scribe`.
        consumer: Its name on the bus.
        state: `busy` when all its threads have work.
        sequence: Later words of the same process have higher ones.
        asked_at_ms: Of the health check that this answers, by the database's clock; None when nobody asked.
    """

    agent: str
    consumer: str
    state: AgentState
    threads: int
    sequence: int
    asked_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AgentRow:
    """What is known of a process from its last word; `check_ms` is how long its last health check took."""

    consumer: str
    agent: str
    state: AgentState
    threads: int
    announced_at: datetime
    checked_at: datetime | None
    check_ms: int | None


def note_announcement(tx: Transaction, said: Announcement) -> None:
    """Keep what a process said, unless it has said something newer; forget who has been silent for a day."""
    tx.execute(
        """
        INSERT INTO agents AS known (consumer, agent, state, threads, sequence) VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (consumer) DO UPDATE SET state = excluded.state, threads = excluded.threads,
            sequence = excluded.sequence, announced_at = excluded.announced_at
        WHERE known.sequence < excluded.sequence
        """,
        (said.consumer, said.agent, said.state, said.threads, said.sequence),
    )
    if said.asked_at_ms is not None:
        tx.execute(
            """
            UPDATE agents SET checked_at = clock_timestamp(),
                check_ms = greatest(0, extract(epoch FROM clock_timestamp()) * 1000 - %s)::integer
            WHERE consumer = %s
            """,
            (said.asked_at_ms, said.consumer),
        )
    tx.execute("DELETE FROM agents WHERE announced_at < clock_timestamp() - %s * interval '1 day'", (KEPT_DAYS,))


def read_agents(tx: Transaction, consumers: Sequence[str]) -> dict[str, AgentRow]:
    """What these processes last said, by their names on the bus; some may not have spoken yet."""
    rows = tx.execute(
        "SELECT consumer, agent, state, threads, announced_at, checked_at, check_ms FROM agents "
        "WHERE consumer = ANY(%s)",
        (list(consumers),),
    ).fetchall()
    return {row["consumer"]: AgentRow(**row) for row in rows}


def now_ms(tx: Transaction) -> int:
    """The database's time, in milliseconds since 1970."""
    row = tx.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms").fetchone()
    return int(row["ms"]) if row else 0
