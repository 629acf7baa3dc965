"""How much work stands in Postgres, for those who look after the installation."""

from dataclasses import dataclass

from store.database import Transaction


@dataclass(frozen=True, slots=True)
class Backlog:
    """Counts at one moment.

    Attributes:
        unfinished: Prompts accepted and not ended.
        unpublished: Those of them that are not with the bus yet.
        to_embed: Entities that wait for their vector.
    """

    unfinished: int
    unpublished: int
    to_embed: int


def read_backlog(tx: Transaction) -> Backlog:
    """Count what waits; reads the index of what is unfinished, never the whole history."""
    row = tx.execute(
        """
        SELECT count(*) AS unfinished, count(*) FILTER (WHERE dispatched_at IS NULL) AS unpublished,
               (SELECT count(*) FROM entities_to_embed) AS to_embed
        FROM requests WHERE status = 'processing'
        """
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate gives its row
    return Backlog(**row)
