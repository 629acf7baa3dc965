"""Rate limits: every exchange draws tokens from its address's bucket, and with a token from its principal's (R34, C36).

The buckets are in Redis, shared by all API processes. A process draws some tokens ahead, for a second, and spends them
without asking; what is left over it gives back with its next draw. Who spends without a pause never waits for Redis:
more is drawn while there still is some. While Redis is away each process counts for itself.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import anyio.to_thread
from dramatiq.errors import BrokerError
from redis.exceptions import RedisError

from api.refusals import ApiError
from bus.rates import draw_tokens
from core.buckets import Bucket, BucketSize, Draw
from core.clock import Clock
from core.errors import ErrorCategory
from core.memo import Memo
from telemetry.logs import get_logger

log = get_logger(__name__)

LEASE_SECONDS: Final = 1.0
LEASE_PARTS: Final = 100
"""A process draws at most this part of a bucket ahead."""
RENEWED_AT_PART: Final = 4
"""With such a part left of its tokens, or of its time, a lease that is in use is renewed beside the work."""
PATIENCE_SECONDS: Final = 0.5
"""How long an exchange waits for Redis before it is counted here."""
AWAY_SECONDS: Final = 5.0
"""How long Redis is not asked again after it did not answer."""
REMEMBERED_ACCOUNTS: Final = 20_000
_KEY: Final = "dma:rate:"


class RateScope(StrEnum):
    """Whom a bucket belongs to; the name of its policy in the headers."""

    PRINCIPAL = "principal"
    ADDRESS = "address"


class Policy:
    """A limit, with what is always the same in its headers: they are written for every exchange."""

    __slots__ = ("label", "limit", "scope", "seconds_each", "size", "text", "tokens")

    def __init__(self, scope: RateScope, size: BucketSize) -> None:
        self.scope, self.size, self.tokens, self.seconds_each = scope, size, size.tokens, size.seconds_each
        self.label = b'"%s"' % scope.value.encode()
        self.limit = b"%d" % size.tokens
        self.text = b"%s;q=%d;w=%d" % (self.label, size.tokens, round(size.fills_in_seconds))


@dataclass(slots=True)
class Standing:
    """How much of a limit is left to somebody, as the headers tell it."""

    policy: Policy
    remaining: int

    @property
    def reset_seconds(self) -> int:
        """Until all of it is there again."""
        return math.ceil((self.policy.tokens - self.remaining) * self.policy.seconds_each)


class TooManyRequests(ApiError):
    """Rate limit exceeded."""

    code = "rate_limited"
    category = ErrorCategory.RATE_LIMIT
    retryable = True

    def __init__(self, standing: Standing | None, retry_after_seconds: float, message: str = "") -> None:
        super().__init__(message)
        self.standing = standing
        self.retry_after_seconds = math.ceil(retry_after_seconds)


class _Account:
    """One bucket as this process knows it."""

    __slots__ = (
        *("bucket", "ends", "leased", "left", "lock", "low"),
        *("refused_cost", "refused_until", "renew_at", "renewal"),
    )

    def __init__(self, size: BucketSize) -> None:
        self.leased, self.left, self.ends = 0, size.tokens, 0.0
        self.low, self.renew_at = size.tokens // LEASE_PARTS // RENEWED_AT_PART, math.inf
        self.refused_cost, self.refused_until = 0, 0.0
        self.bucket = Bucket()
        self.lock = asyncio.Lock()
        self.renewal: asyncio.Task[None] | None = None

    def extend(self, draw: Draw, now: float) -> None:
        """Begin a lease with what was drawn."""
        self.leased, self.left = self.leased + draw.drawn, draw.left
        self.ends = now + LEASE_SECONDS
        self.renew_at = self.ends - LEASE_SECONDS / RENEWED_AT_PART if self.low else math.inf


class RateLimiter:
    """Counts what principals and addresses use.

    Args:
        client: Gives a redis-py client when one is needed; it may raise what redis-py and the bus raise.
        clock: Tells how long a lease lasts.
        principal: What a principal may use.
        address: What all that comes from one address may use.
    """

    def __init__(self, client: Callable[[], Any], clock: Clock, *, principal: BucketSize, address: BucketSize) -> None:
        self._client, self._clock = client, clock
        sizes = {RateScope.PRINCIPAL: principal, RateScope.ADDRESS: address}
        self._policies = {scope: Policy(scope, size) for scope, size in sizes.items()}
        self._accounts: Memo[_Account] = Memo(REMEMBERED_ACCOUNTS)
        self._away_until = -math.inf
        # Threads of its own: a busy API must not wait here for the endpoints' threads.
        self._threads = anyio.CapacityLimiter(2)

    async def spend(self, scope: RateScope, who: str, cost: int, *, standings: list[Standing]) -> None:
        """Draw these tokens; how much is left then stands in `standings`, also when they are refused.

        Raises:
            TooManyRequests: They are not there.
        """
        try:
            standings.append(await self._spend(scope, who, cost))
        except TooManyRequests as error:
            standings.append(error.standing or self.standing(scope, who))
            raise

    async def _spend(self, scope: RateScope, who: str, cost: int) -> Standing:
        account, policy = self._account(scope, who), self._policies[scope]
        cost = min(cost, policy.tokens)
        if not self._has_leased(account, cost):
            async with account.lock:
                if not self._has_leased(account, cost):
                    await self._lease(scope, who, cost)
        self._take(scope, who, account, cost, self._clock.monotonic())
        return _standing(policy, account)

    def spend_at_once(self, scope: RateScope, who: str, cost: int, *, standings: list[Standing]) -> bool:
        """Draw these tokens as `spend` does, if so many are leased; False, and nothing drawn, when they are not."""
        account, now = self._account(scope, who), self._clock.monotonic()
        if account.leased < cost or now >= account.ends:
            return False
        self._take(scope, who, account, cost, now)
        standings.append(_standing(self._policies[scope], account))
        return True

    def spend_leased(self, charges: Sequence[tuple[RateScope, str, int]]) -> list[Standing] | None:
        """Draw all of these from what is leased, at once; None, and nothing drawn, when that is not enough."""
        now, drawn = self._clock.monotonic(), []
        for scope, who, cost in charges:
            account = self._account(scope, who)
            if account.leased < cost or now >= account.ends:
                return None
            drawn.append((scope, who, account, cost, now))
        for each in drawn:
            self._take(*each)
        return [_standing(self._policies[scope], account) for scope, _, account, *_ in drawn]

    def _take(self, scope: RateScope, who: str, account: _Account, cost: int, now: float) -> None:
        """Spend what is leased; renew the lease if it is about to end, so that nobody has to wait for that.

        Those who find no lease wait for one together and then go on at once: a busy process would stand still for them.
        """
        account.leased -= cost
        if (account.leased < account.low or now >= account.renew_at) and account.renewal is None and account.left:
            account.renewal = asyncio.get_running_loop().create_task(self._renew(scope, who, account))

    async def _renew(self, scope: RateScope, who: str, account: _Account) -> None:
        async with account.lock:
            try:
                size = self._policies[scope].size
                most = max(0, size.tokens // LEASE_PARTS - account.leased)
                draw = await self._draw(f"{_KEY}{scope}:{who}", account, size, least=0, most=most, give_back=0)
                account.extend(draw, self._clock.monotonic())
            finally:
                account.renewal = None

    def charge(self, scope: RateScope, who: str, cost: int) -> None:
        """Draw tokens afterwards; where they are not there, the next to come waits for them."""
        self._account(scope, who).leased -= min(cost, self._policies[scope].tokens)

    def standing(self, scope: RateScope, who: str) -> Standing:
        """How much is left, as far as this process knows."""
        return _standing(self._policies[scope], self._account(scope, who))

    def _account(self, scope: RateScope, who: str) -> _Account:
        account = self._accounts.get((scope, who))
        if account is None:
            account = _Account(self._policies[scope].size)
            self._accounts.put((scope, who), account)
        return account

    def _has_leased(self, account: _Account, cost: int) -> bool:
        return account.leased >= cost and self._clock.monotonic() < account.ends

    async def _lease(self, scope: RateScope, who: str, cost: int) -> None:
        account, policy, now = self._account(scope, who), self._policies[scope], self._clock.monotonic()
        size = policy.size
        # Whoever was refused a moment ago is not worth a question.
        if account.leased == 0 and cost >= account.refused_cost and now < account.refused_until:
            raise TooManyRequests(_standing(policy, account), account.refused_until - now)
        back, account.leased = account.leased, 0
        most = max(cost, size.tokens // LEASE_PARTS)
        draw = await self._draw(f"{_KEY}{scope}:{who}", account, size, least=cost, most=most, give_back=back)
        account.extend(draw, self._clock.monotonic())
        if draw.drawn < cost:
            account.refused_cost, account.refused_until = cost, now + draw.wait_seconds
            raise TooManyRequests(_standing(policy, account), draw.wait_seconds)

    async def _draw(
        self, key: str, account: _Account, size: BucketSize, *, least: int, most: int, give_back: int
    ) -> Draw:
        """Draw from the shared bucket, or from this process's own while that is out of reach."""
        now = self._clock.monotonic()
        if now >= self._away_until:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    return await anyio.to_thread.run_sync(
                        self._draw_shared, key, size, least, most, give_back,
                        limiter=self._threads, abandon_on_cancel=True,
                    )  # fmt: skip
            except (RedisError, BrokerError, OSError, TimeoutError) as error:
                self._away_until = now + AWAY_SECONDS
                log.warning("rate_limits_counted_here", error_type=type(error).__name__)
        return account.bucket.draw(size, now, least=least, most=most, give_back=give_back)

    def _draw_shared(self, key: str, size: BucketSize, least: int, most: int, give_back: int) -> Draw:
        drawn = draw_tokens(
            self._client(),
            key,
            holds=size.tokens,
            fills_in_seconds=size.fills_in_seconds,
            least=least,
            most=most,
            give_back=give_back,
        )
        return Draw(*drawn)


def rate_headers(standings: Sequence[Standing], now: float) -> list[tuple[bytes, bytes]]:
    """The headers of R34, of the limit that is nearest, and the IETF's `RateLimit` fields, of all.

    Args:
        standings: The limits that counted, at least one.
        now: Seconds of Unix time.
    """
    nearest, least, reset_seconds = standings[0], math.inf, 0
    policies, left = [], []
    for each in standings:
        policy, seconds = each.policy, each.reset_seconds
        policies.append(policy.text)
        left.append(b"%s;r=%d;t=%d" % (policy.label, each.remaining, seconds))
        if each.remaining / policy.tokens < least:
            nearest, least, reset_seconds = each, each.remaining / policy.tokens, seconds
    return [
        (b"x-ratelimit-limit", nearest.policy.limit),
        (b"x-ratelimit-remaining", b"%d" % nearest.remaining),
        (b"x-ratelimit-reset", b"%d" % math.ceil(now + reset_seconds)),
        (b"ratelimit-policy", b", ".join(policies)),
        (b"ratelimit", b", ".join(left)),
    ]


RATE_HEADERS: Final = frozenset(
    {b"x-ratelimit-limit", b"x-ratelimit-remaining", b"x-ratelimit-reset", b"ratelimit-policy", b"ratelimit"}
)


def _standing(policy: Policy, account: _Account) -> Standing:
    left = account.leased + account.left
    return Standing(policy, policy.tokens if left > policy.tokens else max(0, left))
