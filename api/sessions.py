"""The sign-ins behind access tokens: a token whose sign-in was revoked ends with it, within five seconds (T7)."""

import asyncio
import math
from typing import Final
from uuid import UUID

import anyio.to_thread

from core.clock import Clock
from core.errors import DependencyUnavailable
from core.memo import Memo
from core.tokens import InvalidToken
from store.auth_tokens import family_revoked
from store.database import Database
from telemetry.logs import get_logger

log = get_logger(__name__)

KNOWN_SECONDS: Final = 5.0
"""How long an answer of the database is good for."""
PATIENCE_SECONDS: Final = 1.0
REMEMBERED_SESSIONS: Final = 4_096


class Sessions:
    """Which sign-ins hold.

    Args:
        database: Where they are kept.
        clock: Tells how old an answer is.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._good_until: Memo[float] = Memo(REMEMBERED_SESSIONS)
        self._away_until = -math.inf

    def is_known(self, session: str) -> bool:
        """Whether the sign-in was found to hold a moment ago."""
        return self._clock.monotonic() < max(self._good_until.get(session) or 0.0, self._away_until)

    async def require(self, session: str) -> None:
        """Look the sign-in up, unless that was done a moment ago.

        While Postgres is away the token's own hour must do: what answers without Postgres are the rules of the game.

        Raises:
            InvalidToken: It was revoked.
        """
        if self.is_known(session):
            return
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                is_revoked = await anyio.to_thread.run_sync(self._is_revoked, session, abandon_on_cancel=True)
        except (DependencyUnavailable, TimeoutError) as error:
            self._away_until = self._clock.monotonic() + KNOWN_SECONDS
            log.warning("sign_ins_not_checked", error_type=type(error).__name__)
            return
        if is_revoked:
            raise InvalidToken
        self._good_until.put(session, self._clock.monotonic() + KNOWN_SECONDS)

    def forget(self) -> None:
        """Look every sign-in up again; after one was revoked here."""
        self._good_until = Memo(REMEMBERED_SESSIONS)

    def _is_revoked(self, session: str) -> bool:
        try:
            family = UUID(session)
        except ValueError:
            return True
        with self._database.transaction() as tx:
            return family_revoked(tx, family)
