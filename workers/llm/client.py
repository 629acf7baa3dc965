"""One question to a language model and its answer, whole and checked, or an error that says why not.

    retry -> circuit breaker -> bulkhead -> budget -> one streamed call, ended with its time

Every answer is JSON against a model; text that is none is no answer. Nothing of an answer is ever executed, and what a
model says is only as good as what its caller checks.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from core.errors import DmaError
from dma_shared_resilience import Bulkhead, CircuitBreaker, RetryWithBackoff
from workers.llm.address import Endpoint, LookUp
from workers.llm.budget import Budget, Spent
from workers.llm.errors import ContentFiltered, LlmFailure, LlmGarbage, OutOfTime, TokenLimit
from workers.llm.spans import chat_span

if TYPE_CHECKING:
    from openai import OpenAI

A = TypeVar("A", bound=BaseModel)

FAIR_SECONDS: Final = 5.0
"""With less time (or less than half of what is allowed at all) an unanswered call says nothing about the server."""
SHORTEST_SECONDS: Final = 1.0
"""With less nothing is asked."""
CHARACTERS_A_TOKEN: Final = 3
"""Fewer than models need, so that a guess is never too low."""


@dataclass(frozen=True, slots=True)
class Question(Generic[A]):
    """What is asked.

    Attributes:
        system: The task; never anything of a campaign.
        data: The material, fenced by the caller.
        answer: The shape of the answer.
        schema: The same as JSON Schema, for servers that keep to one.
        operation: For counting: what the answer is for.
        most_tokens: Of the answer.
    """

    system: str
    data: str
    answer: type[A]
    schema: Mapping[str, Any]
    operation: str
    most_tokens: int

    @property
    def most_cost(self) -> int:
        """Tokens that asking may cost at most, guessed from the length."""
        return _tokens_in(self.system) + _tokens_in(self.data) + self.most_tokens + 100


@dataclass(slots=True)
class Bill:
    """What a question has cost, answered or not.

    Attributes:
        tokens: Of questions and answers, of all calls together.
        question_tokens: Those of them that went to questions.
        calls: How often the server was asked.
        ended: Why the last answer ended, in the server's word; None when it did not.
    """

    tokens: int = 0
    question_tokens: int = 0
    calls: int = 0
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class _Heard:
    """One streamed answer."""

    text: str
    ended: str | None


@dataclass
class LlmClient:
    """A server and its model, shared by all threads of a process; opens nothing before the first question.

    Attributes:
        endpoint: Where it is.
        model: Its name there.
        key: The API key; servers of one's own often need none.
        budget: What may be spent.
        seconds: How long a question may take at most, retries included.
        breaker: Counts `LlmFailure`.
        slots: How many questions may be under way.
        count: Told the operation and the tokens of every call.
        look_up: Another way to look names up, for tests.
    """

    endpoint: Endpoint
    model: str
    key: str | None
    budget: Budget
    seconds: float
    breaker: CircuitBreaker
    slots: Bulkhead
    connections: int = 2
    count: Callable[[str, int], None] = lambda _operation, _tokens: None
    look_up: LookUp | None = field(default=None, repr=False)
    _warming: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def ask(
        self,
        question: Question[A],
        *,
        campaign_id: UUID,
        seconds: float,
        bill: Bill,
        check: Callable[[], None] = lambda: None,
    ) -> A:
        """The answer.

        Args:
            question: What is asked.
            campaign_id: Whose budget it is.
            seconds: What there is time for; the client's own limit holds too.
            bill: Gets the tokens, also when this raises.
            check: Called between parts of the answer; what it raises ends the call.

        Raises:
            LlmError: There is none; the class says why.
            dma_shared_resilience.CircuitOpen: The server failed too often; it was not asked.
            dma_shared_resilience.BulkheadFull: Enough questions are under way.
            DependencyUnavailable: Postgres could not say what may be spent.
        """
        with chat_span(self.endpoint, self.model, question, bill):
            return self._ask(question, campaign_id, seconds, bill, check)

    def _ask(
        self, question: Question[A], campaign_id: UUID, seconds: float, bill: Bill, check: Callable[[], None]
    ) -> A:
        began = time.monotonic()
        self.warm_up()
        allowed = min(seconds - (time.monotonic() - began), self.seconds)
        if allowed < min(SHORTEST_SECONDS, self.seconds):
            raise OutOfTime
        until = time.monotonic() + allowed
        retry = RetryWithBackoff(
            attempts=3,
            base_seconds=0.5,
            max_seconds=2.0,
            retry_on=_is_worth_a_retry,
            budget_seconds=max(0.0, allowed - SHORTEST_SECONDS),
            max_retry_after_seconds=allowed,
        )
        return retry(self.breaker(self._once))(question, campaign_id, until, bill, check)

    def warm_up(self) -> None:
        """Import what a first question needs, a second or more of work; asks nobody."""
        with self._warming:
            _ = self._openai

    def _once(self, question: Question[A], campaign_id: UUID, until: float, bill: Bill, check: Callable[[], None]) -> A:
        with self.slots, self.budget.spending(campaign_id, question.most_cost) as spent:
            bill.calls += 1
            bill.ended = None
            try:
                return self._answer(question, until, spent, bill, check)
            finally:
                bill.tokens += spent.tokens
                bill.question_tokens += spent.question_tokens
                self.count(question.operation, spent.tokens)

    def _answer(self, question: Question[A], until: float, spent: Spent, bill: Bill, check: Callable[[], None]) -> A:
        from workers.llm.protocol import translated  # noqa: PLC0415 - brings the openai package with it
        from workers.llm.transport import watched  # noqa: PLC0415 - the same

        allowed = until - time.monotonic()
        try:
            with watched(until):
                heard = self._listen(question, until, spent, check)
        except DmaError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it has a name of ours
            # Not chained: the server's words stand in it, which may repeat our key, and dead letters keep chains.
            raise translated(error, is_fair=allowed >= min(FAIR_SECONDS, self.seconds / 2)) from None
        bill.ended = heard.ended
        return _read(question, heard)

    def _listen(self, question: Question[A], until: float, spent: Spent, check: Callable[[], None]) -> _Heard:
        """The whole answer, part by part."""
        stream = self._openai.chat.completions.create(
            model=self.model,
            messages=[{"role": "system", "content": question.system}, {"role": "user", "content": question.data}],
            stream=True,
            stream_options={"include_usage": True},
            max_completion_tokens=question.most_tokens,
            response_format={
                "type": "json_schema",
                "json_schema": {"name": question.operation, "strict": True, "schema": dict(question.schema)},
            },
            timeout=max(0.05, until - time.monotonic()),
        )
        spent.tokens = spent.question_tokens = _tokens_in(question.system) + _tokens_in(question.data)
        with stream:
            return _gathered(stream, question, spent, check)

    @cached_property
    def _openai(self) -> "OpenAI":
        from openai import OpenAI  # noqa: PLC0415 - 40 MB that only who asks a model pays for

        from workers.llm.transport import http_client  # noqa: PLC0415 - the same

        client = http_client(self.endpoint, connections=self.connections, look_up=self.look_up)
        return OpenAI(
            api_key=self.key or "none", base_url=self.endpoint.url, http_client=client, max_retries=0, timeout=10.0
        )


def _gathered(stream: Iterable[Any], question: Question[Any], spent: Spent, check: Callable[[], None]) -> _Heard:
    guessed, text, ended = spent.tokens, "", None
    for chunk in stream:
        check()
        for choice in chunk.choices or ():
            if choice.delta and getattr(choice.delta, "refusal", None):
                raise ContentFiltered
            text += (choice.delta.content if choice.delta else None) or ""
            ended = choice.finish_reason or ended
        if len(text) > question.most_tokens * 12:
            raise LlmGarbage("the language model's answer has no end")
        spent.tokens = _told(chunk.usage, "total_tokens") or max(spent.tokens, guessed + _tokens_in(text))
        spent.question_tokens = min(_told(chunk.usage, "prompt_tokens") or spent.question_tokens, spent.tokens)
    return _Heard(text, ended)


def _told(usage: Any, count: str) -> int:
    """Tokens as the server counts them; 0 when it does not, or says what cannot be."""
    tokens = getattr(usage, count, None)
    return tokens if isinstance(tokens, int) and 0 < tokens <= 1_000_000 else 0


def _read(question: Question[A], heard: _Heard) -> A:
    match heard.ended:
        case "stop":
            pass
        case "length":
            raise TokenLimit
        case "content_filter":
            raise ContentFiltered
        case None:
            raise LlmGarbage("the language model's answer broke off")
        case _:
            raise LlmGarbage("the language model wants something else than to answer")
    try:
        return question.answer.model_validate_json(heard.text)
    except ValidationError as error:
        raise LlmGarbage(
            f"the language model's answer has not the shape asked for: {error.error_count()} errors"
        ) from (None)


def _is_worth_a_retry(error: Exception) -> bool:
    return isinstance(error, LlmFailure) and error.is_worth_a_retry


def _tokens_in(text: str) -> int:
    return len(text) // CHARACTERS_A_TOKEN + 1
