"""A language model's server in every state of health, asked by the real client over HTTP, the budget in Postgres."""

import importlib
import json
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel

from core.errors import DependencyUnavailable, ErrorCategory
from core.ids import new_uuid
from core.settings import Settings
from dma_shared_resilience import BulkheadFull, CircuitOpen, CircuitState
from dma_shared_resilience.testing import no_sleep
from store.database import Database
from store.llm_budget import reserve_tokens, settle_tokens, tokens_spent
from telemetry.tracing import span
from tests.support import llm_server as server_of
from tests.support.llm_server import TOKENS, LlmServer, running_server
from tests.support.stopwatch import Stopwatch
from tests.support.witness import witnessing
from workers.llm.client import Bill, LlmClient, Question
from workers.llm.errors import (
    BudgetSpent,
    ContentFiltered,
    LlmBusy,
    LlmError,
    LlmGarbage,
    LlmRefused,
    LlmSlow,
    LlmUnavailable,
    OutOfTime,
    TokenLimit,
)
from workers.world_designer.storyteller import SCHEMA, Texts
from workers.world_designer.telling import llm_client

CAMPAIGN = UUID("0190a000-0000-7000-8000-000000000001")


@pytest.fixture(scope="module")
def server() -> Iterator[LlmServer]:
    with running_server() as running:
        yield running


@pytest.fixture(autouse=True)
def healthy(server: LlmServer, module_database: Database) -> None:
    server.faults, server.always = [], server_of.truth
    server.calls.clear()
    server.paths.clear()
    server.headers.clear()
    with module_database.transaction() as tx:
        tx.execute("DELETE FROM llm_tokens")


@pytest.fixture(scope="module", autouse=True)
def imported() -> None:
    """What the first question of a process imports; it would cost the first test its time."""
    importlib.import_module("workers.llm.protocol")
    importlib.import_module("workers.llm.transport")


@pytest.fixture(scope="module")
def client(server: LlmServer, module_database: Database) -> LlmClient:
    """One for all, whose circuit stays closed; tests of circuits, slots and budgets make their own."""
    return client_of(server.url, module_database, llm_breaker_failures=10_000)


def client_of(url: str, database: Database, **options: Any) -> LlmClient:
    given = {"llm_model": "tiny", "llm_base_url": url, "llm_allow_private": True, "openai_api_key": "sk-canary-1"}
    client = llm_client(Settings(_env_file=None, **(given | options)), database)
    client.warm_up()
    return client


def question(answer: type[BaseModel] = Texts) -> Question[Any]:
    data = 'DATA-1\n[{"key": "look", "text": "An old wall stands here."}]\nDATA-1'
    return Question("Reword. DATA-1", data, answer, SCHEMA, "prose_test", 60)


def ask(client: LlmClient, *, seconds: float = 30, bill: Bill | None = None, campaign: UUID = CAMPAIGN) -> Any:
    return client.ask(question(), campaign_id=campaign, seconds=seconds, bill=bill or Bill())


def spent(database: Database, scope: UUID = CAMPAIGN) -> int:
    with database.transaction() as tx:
        return tokens_spent(tx, scope)


def test_streamed_answer_comes_whole_and_its_tokens_are_counted(
    client: LlmClient, server: LlmServer, module_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[tuple[str, int]] = []
    bill = Bill()
    monkeypatch.setattr(client, "count", lambda operation, tokens: counted.append((operation, tokens)))

    answer = ask(client, bill=bill)

    assert [("look", "Here and now: an old wall stands here.")] == [(one.key, one.text) for one in answer.texts]
    assert (TOKENS, [("prose_test", TOKENS)]) == (bill.tokens, counted)
    assert TOKENS == spent(module_database) == spent(module_database, UUID(int=0))
    assert ("json_schema", True) == (server.calls[0]["response_format"]["type"], server.calls[0]["stream"])


FAULTS = {
    "500": (server_of.status(500), LlmUnavailable, 3),
    "503 with Retry-After": (server_of.status(503, Retry_After="1"), LlmUnavailable, 3),
    "429": (server_of.status(429), LlmBusy, 3),
    "429 for an hour": (server_of.status(429, Retry_After="3600"), LlmBusy, 1),
    "429 until a date": (server_of.status(429, Retry_After="Wed, 21 Oct 2099 07:28:00 GMT"), LlmBusy, 1),
    "no quota": (server_of.status(429, error_code="insufficient_quota"), LlmRefused, 1),
    "401": (server_of.status(401), LlmRefused, 1),
    "404": (server_of.status(404), LlmRefused, 1),
    "redirect": (server_of.redirect, LlmRefused, 1),
    "html": (server_of.html, LlmGarbage, 3),
    "broken events": (server_of.broken_events, LlmGarbage, 3),
    "strange JSON": (server_of.strange_json, LlmGarbage, 3),
    "wrong shape": (server_of.wrong_shape, LlmGarbage, 3),
    "tool call": (server_of.finished("tool_calls"), LlmGarbage, 3),
    "truncated": (server_of.truncated, LlmGarbage, 3),
    "cut off": (server_of.reset, LlmUnavailable, 3),
    "endless": (server_of.endless, LlmGarbage, 3),
    "one long line": (server_of.one_long_line, LlmUnavailable, 3),
    "error in the stream": (server_of.error_event, LlmUnavailable, 3),
    "content filter": (server_of.finished("content_filter"), ContentFiltered, 1),
    "content filter at the door": (server_of.status(400, error_code="content_filter"), ContentFiltered, 1),
    "refusal": (server_of.refusal, ContentFiltered, 1),
    "too long an answer": (server_of.finished("length"), TokenLimit, 1),
    "too long a question": (server_of.status(400, error_code="context_length_exceeded"), TokenLimit, 1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_its_own_error_and_is_tried_again_where_that_helps(
    fault: str, client: LlmClient, server: LlmServer
) -> None:
    server.always, expected, calls = FAULTS[fault]

    with no_sleep(), pytest.raises(LlmError) as raised:
        ask(client)

    assert (expected, calls) == (type(raised.value), len(server.calls))
    categories = {ContentFiltered: ErrorCategory.CONTENT_FILTER, TokenLimit: ErrorCategory.TOKEN_LIMIT}
    assert categories.get(expected, ErrorCategory.LLM_ERROR) is raised.value.category
    assert "sk-canary" not in str(raised.value)


KEY = "Schluesselblume8K"
"""Looks like no key at all, so that nothing is redacted for its looks."""


def echoed(code: int, **headers: str) -> server_of.Fault:
    """A server that repeats the key that it was sent, in the worst places."""

    def fault(answer: server_of.Answer) -> None:
        sent = answer.handler.headers["Authorization"]
        assert f"Bearer {KEY}" == sent
        answer.head(code, "application/json", **headers)
        answer.write(
            json.dumps({"error": {"message": f"wrong key: {sent}", "type": sent, "code": sent, "param": sent}})
        )

    return fault


def echoed_in_the_stream(answer: server_of.Answer) -> None:
    answer.head(200)
    answer.write(f'data: {{"error": {{"message": "no: {KEY}", "code": "{KEY}"}}}}\n\n')


def echoed_as_the_answer(answer: server_of.Answer) -> None:
    answer.stream(f"No JSON, but {KEY}.")


ECHOES = [echoed(code) for code in (400, 401, 429, 500)] + [
    echoed(307, Location=f"http://127.0.0.1:1/{KEY}"),
    echoed_in_the_stream,
    echoed_as_the_answer,
]


def test_the_key_comes_to_light_nowhere_whatever_the_server_does_with_it(
    server: LlmServer, module_database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with witnessing(tmp_path, capsys) as witness:
        client = client_of(server.url, module_database, openai_api_key=KEY, llm_breaker_failures=100)
        for number, server.always in enumerate(ECHOES):
            with no_sleep(), pytest.raises(LlmError) as raised, span("a step that fails"):
                ask(client)
            # What a dead letter keeps of it: the whole chain with its tracebacks.
            witness.told[f"error {number}"] = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
    assert [] == witness.of(KEY)
    # It did listen.
    assert "openai" in witness.told["log"]
    assert "a step that fails" in witness.told["spans kept"]


def test_server_that_says_when_to_come_back_is_believed(client: LlmClient, server: LlmServer) -> None:
    server.faults = [server_of.status(429, Retry_After="7"), server_of.status(500)]

    with no_sleep() as waits:
        ask(client)

    assert 3 == len(server.calls)
    assert waits[0] >= 7
    assert waits[1] <= 2


@pytest.mark.parametrize("fault", [server_of.hang, server_of.drip])
def test_server_without_an_end_is_left_when_the_time_is_over(
    fault: server_of.Fault, server: LlmServer, module_database: Database
) -> None:
    server.always = fault
    client = client_of(server.url, module_database, llm_seconds=0.4)

    with Stopwatch() as took, pytest.raises(LlmSlow):
        ask(client)

    assert took.seconds < 3
    assert (1, 1) == (len(server.calls), client.breaker.failure_count)


def test_too_little_time_says_nothing_about_the_server(server: LlmServer, module_database: Database) -> None:
    server.always = server_of.hang
    client = client_of(server.url, module_database, llm_breaker_failures=1)

    with pytest.raises(OutOfTime):
        ask(client, seconds=0.2)
    assert [] == server.calls
    with pytest.raises(OutOfTime):
        ask(client, seconds=1.5)
    assert CircuitState.CLOSED is client.breaker.state


def test_circuit_opens_as_configured_asks_nobody_and_tries_again_later(
    server: LlmServer, module_database: Database
) -> None:
    client = client_of(server.url, module_database, llm_breaker_failures=2, llm_breaker_seconds=60)
    server.always = server_of.status(401)
    for _ in range(2):
        with pytest.raises(LlmRefused):
            ask(client)

    with pytest.raises(CircuitOpen):
        ask(client)
    assert 2 == len(server.calls)

    server.always = server_of.truth
    now = client.breaker._clock
    client.breaker._clock = lambda: now() + 61
    assert ask(client).texts
    assert CircuitState.CLOSED is client.breaker.state


def test_filtered_answers_say_nothing_against_the_server(server: LlmServer, module_database: Database) -> None:
    client = client_of(server.url, module_database, llm_breaker_failures=1)
    server.always = server_of.finished("content_filter")

    with pytest.raises(ContentFiltered):
        ask(client)

    assert CircuitState.CLOSED is client.breaker.state


def test_no_more_questions_than_allowed_are_under_way(server: LlmServer, module_database: Database) -> None:
    inside, release = threading.Event(), threading.Event()

    def slow(answer: server_of.Answer) -> None:
        inside.set()
        release.wait(5)
        server_of.truth(answer)

    server.faults = [slow]
    client = client_of(server.url, module_database, llm_concurrency=1)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(ask, client)
        assert inside.wait(5)
        with pytest.raises(BulkheadFull):
            ask(client)
        release.set()
        assert first.result().texts


def test_name_that_turns_to_the_inside_is_not_followed(module_database: Database, server: LlmServer) -> None:
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    asked: list[str] = []
    client = client_of("https://model.example/v1", module_database, llm_allow_private=False)
    client.endpoint = type(client.endpoint)(server.url.replace("127.0.0.1", "model.example"), "model.example",
                                            server.server_port, allow_private=False)  # fmt: skip

    def look_up(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    look_up("model.example", 443)  # as a check at the start would
    client.look_up = look_up
    del client._openai  # made anew, of what was set here
    with no_sleep(), pytest.raises(LlmUnavailable):
        client._once(question(), CAMPAIGN, time.monotonic() + 5, Bill(), lambda: None)

    assert ([], ["model.example"] * 2) == (server.calls, asked)


def test_proxies_and_addresses_of_the_environment_are_not_heeded(
    client: LlmClient, server: LlmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert ask(client).texts
    assert (["/v1/chat/completions"], "Bearer sk-canary-1") == (server.paths, server.headers[0]["authorization"])


def test_day_and_campaign_have_budgets_that_refuse_before_anything_is_asked(
    server: LlmServer, module_database: Database
) -> None:
    cost = question().most_cost
    client = client_of(server.url, module_database, llm_tokens_per_campaign=cost + 10, llm_tokens_per_day=cost + 400)
    ask(client)

    with pytest.raises(BudgetSpent) as refused:
        ask(client)
    assert ErrorCategory.TOKEN_LIMIT is refused.value.category
    ask(client, campaign=new_uuid())
    with pytest.raises(BudgetSpent):
        ask(client, campaign=new_uuid())

    assert (2, 2 * TOKENS) == (len(server.calls), spent(module_database, UUID(int=0)))
    assert CircuitState.CLOSED is client.breaker.state


def test_tokens_of_an_answer_that_is_thrown_away_are_paid_all_the_same(
    client: LlmClient, server: LlmServer, module_database: Database
) -> None:
    server.faults = [server_of.status(500), server_of.wrong_shape]
    bill = Bill()

    with no_sleep():
        ask(client, bill=bill)

    assert 2 * TOKENS == bill.tokens == spent(module_database)


def test_reservations_of_many_at_once_never_pass_the_limit(module_database: Database) -> None:
    def reserve(number: int) -> Any:
        with module_database.transaction() as tx:
            campaign = UUID(int=1 + number % 3)
            day = reserve_tokens(tx, campaign, 10, per_day=100, per_campaign=50)
        if day is not None:
            with module_database.transaction() as tx:
                settle_tokens(tx, campaign, day, reserved=10, used=10)
        return day

    with ThreadPoolExecutor(6) as many:
        given = [day for day in many.map(reserve, range(40)) if day]

    assert (10, 100) == (len(given), spent(module_database, UUID(int=0)))
    assert all(spent(module_database, UUID(int=one)) <= 50 for one in (1, 2, 3))


def test_without_postgres_nothing_is_asked(server: LlmServer) -> None:
    away = Database("postgresql://dma:x@127.0.0.1:1/dma", application_name="away", wait_seconds=0.05)
    away.open()
    with pytest.raises(DependencyUnavailable):
        ask(client_of(server.url, away))
    away.close()

    assert [] == server.calls
