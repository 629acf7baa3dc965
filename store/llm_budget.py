"""Tokens spent on a language model, counted by UTC days of the database's clock, and never above the budget.

    reserve   before the call, as many as it may cost at most; refused when that would pass a limit
    settle    after it, what it did cost

Both are single statements on rows that exist once per day and scope, so any number of processes may ask at once. A
process that dies in between leaves its reservation standing: the budget is then spent too early, never too late.
"""

from datetime import date
from typing import Final
from uuid import UUID

from psycopg import Rollback

from store.database import Transaction

EVERYTHING: Final = UUID(int=0)
"""The scope that all campaigns count into."""
KEPT_DAYS: Final = 92

_RESERVE: Final = """
INSERT INTO llm_tokens AS t (day, scope, tokens)
SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date, %(scope)s, %(tokens)s WHERE %(tokens)s <= %(limit)s
ON CONFLICT (day, scope) DO UPDATE SET tokens = t.tokens + excluded.tokens
WHERE t.tokens + excluded.tokens <= %(limit)s
RETURNING day, tokens
"""
_SETTLE: Final = """
UPDATE llm_tokens SET tokens = greatest(0, tokens + %(difference)s) WHERE day = %(day)s AND scope = %(scope)s
"""


def reserve_tokens(tx: Transaction, campaign_id: UUID, tokens: int, *, per_day: int, per_campaign: int) -> date | None:
    """Set tokens aside for one call; the caller commits at once.

    Returns:
        The day they are counted on; None when they would pass the limit of the day or of the campaign's day, and then
        nothing is set aside.
    """
    found = None
    with tx.transaction() as both:
        for scope, limit in ((EVERYTHING, per_day), (campaign_id, per_campaign)):
            found = tx.execute(_RESERVE, {"scope": scope, "tokens": tokens, "limit": limit}).fetchone()
            if found is None:
                raise Rollback(both)
    if found is None:
        return None
    day: date = found["day"]
    if found["tokens"] == tokens:  # the first of this campaign's day
        tx.execute("DELETE FROM llm_tokens WHERE day < %s - %s", (day, KEPT_DAYS))
    return day


def settle_tokens(tx: Transaction, campaign_id: UUID, day: date, *, reserved: int, used: int) -> None:
    """Put what was really used in the place of what was set aside."""
    for scope in (EVERYTHING, campaign_id):  # in the order of `reserve_tokens`, so that two never wait for each other
        tx.execute(_SETTLE, {"difference": used - reserved, "day": day, "scope": scope})


def tokens_spent(tx: Transaction, scope: UUID = EVERYTHING) -> int:
    """Tokens spent or set aside today, of everything or of one campaign."""
    row = tx.execute(
        "SELECT tokens FROM llm_tokens WHERE day = (clock_timestamp() AT TIME ZONE 'UTC')::date AND scope = %s",
        (scope,),
    ).fetchone()
    return int(row["tokens"]) if row else 0
