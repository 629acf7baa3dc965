"""The day's tokens, as the client sees them: set aside before a call, settled after it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from core.errors import DependencyUnavailable
from store.database import Database
from store.llm_budget import reserve_tokens, settle_tokens
from telemetry.logs import get_logger
from workers.llm.errors import BudgetSpent

log = get_logger(__name__)


@dataclass(slots=True)
class Spent:
    """Tokens that one call has cost so far, and those of them that went to the question."""

    tokens: int = 0
    question_tokens: int = 0


class Budget(Protocol):
    """Whatever says how much may be spent."""

    def spending(self, campaign_id: UUID, most: int) -> AbstractContextManager[Spent]:
        """A block in which up to `most` tokens may be spent; it notes them in what it gets.

        Raises:
            BudgetSpent: That would pass a limit.
            DependencyUnavailable: Nobody can say.
        """
        ...


class DailyBudget:
    """Limits of a UTC day, kept in Postgres.

    Args:
        database: Where the tokens are counted.
        per_day: Tokens of all campaigns together.
        per_campaign: Tokens of each.
    """

    def __init__(self, database: Database, *, per_day: int, per_campaign: int) -> None:
        self._database = database
        self._per_day, self._per_campaign = per_day, per_campaign

    @contextmanager
    def spending(self, campaign_id: UUID, most: int) -> Iterator[Spent]:
        """See Budget; no transaction is open inside the block."""
        with self._database.transaction() as tx:
            day = reserve_tokens(tx, campaign_id, most, per_day=self._per_day, per_campaign=self._per_campaign)
        if day is None:
            raise BudgetSpent
        spent = Spent()
        try:
            yield spent
        finally:
            self._settle(campaign_id, day, reserved=most, used=spent.tokens)

    def _settle(self, campaign_id: UUID, day: date, *, reserved: int, used: int) -> None:
        try:
            with self._database.transaction() as tx:
                settle_tokens(tx, campaign_id, day, reserved=reserved, used=used)
        except DependencyUnavailable as error:
            # What was set aside stays so until midnight: the budget is spent too early, never too late.
            log.warning("llm_tokens_not_settled", reserved=reserved, used=used, error_message=str(error))
