"""F21 over real pools: with a model that hangs, fails or lies every request ends in time, and rules stay rules."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import dramatiq
import pytest

from contracts.actors import Actor
from contracts.queues import Queue
from core.ids import new_uuid
from core.settings import Settings
from core.tokens import TokenSigner
from dma_shared_resilience import CircuitState
from orchestrator.broker import build_broker
from orchestrator.publish import Publisher
from store import campaigns
from store.database import Database
from store.requests import NewRequest, NewStep, RequestView, accept_request, read_request
from store.sweeps import Unpublished
from telemetry import tracing
from tests.support import llm_server as server_of
from tests.support.collector import Collected, Collector, collecting
from tests.support.installation import wait_until
from tests.support.llm_server import LlmServer, running_server
from workers.leases import LeaseKeeper
from workers.observing import Observed
from workers.orchestrator.actors import declare_actors as declare_orchestrator
from workers.pool import HandBack, Pool
from workers.runner import StepRunner
from workers.system_mastery.actors import declare_actors as declare_rules
from workers.world_designer.agent import WorldDesignerAgent
from workers.world_designer.storyteller import ModelTeller
from workers.world_designer.telling import llm_client

DM = "user:dm"
SECRET = "s" * 40
NPC = (Actor.GENERATE_NPC, {"brief": "Create a dwarven blacksmith named Borin"})
RULE = (Actor.ANSWER_QUESTION, {"question": "What is the THAC0 of a 5th level fighter?"})
TIMEOUT_MS = 20_000


class Pools:
    """The World Designer, System Mastery and the orchestrator in this process, on threads of their own."""

    def __init__(self, database: Database, redis_url: str, server: LlmServer) -> None:
        self.database, self.campaign = database, new_uuid()
        self.broker = build_broker(redis_url, middleware=[Observed(Queue.WORLD_DESIGNER), HandBack()])
        self.signer = TokenSigner(SECRET)
        self.leases = LeaseKeeper(database)
        runner = StepRunner(
            database=database, broker=self.broker, signer=self.signer, leases=self.leases, worker="test"
        )
        settings = Settings(
            _env_file=None,
            llm_model="tiny",
            llm_base_url=server.url,
            llm_allow_private=True,
            llm_seconds=0.5,
            llm_breaker_failures=2,
        )
        self.client = llm_client(settings, database)
        self.client.warm_up()
        pool = Pool(settings, database, self.broker, self.signer, runner)
        pool.declare_step(Actor.GENERATE_NPC, WorldDesignerAgent(storyteller=ModelTeller(self.client)))
        declare_rules(pool)
        declare_orchestrator(pool)
        self.leases.start()
        self.worker = dramatiq.Worker(self.broker, worker_threads=4, worker_timeout=100)
        self.worker.start()
        with database.transaction() as tx:
            campaigns.ensure_campaign(tx, self.campaign, "A campaign", DM)

    def submit(self, action: Actor, params: dict[str, Any]) -> UUID:
        request = new_uuid()
        new = NewRequest(
            id=request,
            campaign_id=self.campaign,
            principal=DM,
            prompt="Do it",
            intent="other",
            intent_confidence=1,
            alternatives=[],
            steps=[NewStep(action, "Do it", params)],
            timeout_ms=TIMEOUT_MS,
        )
        with self.database.transaction() as tx:
            deadline = accept_request(tx, new)
        plan = Unpublished(request, self.campaign, deadline, [(1, action)], tracing.traceparent())
        Publisher(self.broker, self.signer).publish(plan)
        return request

    def ends_of(self, requests: list[UUID]) -> list[RequestView]:
        wait_until(lambda: all(one.status != "processing" for one in self.views(requests)), TIMEOUT_MS / 1000 + 5)
        return self.views(requests)

    def views(self, requests: list[UUID]) -> list[RequestView]:
        with self.database.transaction() as tx:
            return [read_request(tx, one, DM) for one in requests]

    def stop(self) -> None:
        self.worker.stop(timeout=3000)
        self.leases.stop()
        self.broker.close()


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with running_server() as running:
        yield running


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Records everything of this process."""
    with collecting() as collector:
        tracing.configure_traces(
            service="world_designer", environment="local", version="2.0.0", endpoint=collector.endpoint
        )
        yield collector
        tracing.stop_traces()


@pytest.fixture
def pools(database: Database, redis_url: str, server: LlmServer) -> Iterator[Pools]:
    pools = Pools(database, redis_url, server)
    yield pools
    pools.stop()


def test_sick_model_costs_prose_and_nothing_else(pools: Pools, server: LlmServer) -> None:
    (healthy,) = pools.ends_of([pools.submit(*RULE)])
    reasons: set[str] = set()

    for fault in (server_of.lie(add="Seventeen dragons wait."), server_of.status(500), server_of.hang):
        server.always = fault
        sent = [pools.submit(*order) for order in (NPC, RULE, NPC, RULE, NPC)]
        for view in pools.ends_of(sent):
            assert "completed" == view.status
            assert view.completed_at is not None
            assert view.completed_at <= view.deadline_at
            prose = view.result.get("prose")
            if prose is None:
                assert healthy.result == view.result
                continue
            assert {"template"} == {one["source"] for one in prose.values()}
            assert "dragon" not in view.result["content"]
            reasons |= {one["reason"].partition(":")[0] for one in prose.values()}

    assert "contradicts the facts" in reasons
    assert "circuit_open" in reasons
    assert CircuitState.OPEN is pools.client.breaker.state

    server.always = server_of.truth
    now = pools.client.breaker._clock
    pools.client.breaker._clock = lambda: now() + 61
    pools.client.seconds = 15
    (well,) = pools.ends_of([pools.submit(*NPC)])
    assert {"llm"} == {one["source"] for one in well.result["prose"].values()}
    assert (server_of.TOKENS, CircuitState.CLOSED) == (well.result["tokens_used"], pools.client.breaker.state)


def test_question_is_a_span_of_its_step_that_says_what_it_cost_and_how_it_ended(
    collector: Collector, pools: Pools, server: LlmServer
) -> None:
    for fault in (server_of.truth, server_of.finished("Borin said so"), server_of.hang, server_of.truth):
        server.always = fault
        with tracing.span("prompt_processing"):
            sent = pools.submit(*NPC)
        assert ["completed"] == [view.status for view in pools.ends_of([sent])]
    pools.worker.join()
    tracing.stop_traces()

    by_id = {span.span_id: span for span in collector.spans}
    told = collector.named("chat tiny")
    for span in told:
        step = by_id[span.parent_id]
        assert ("think world_designer.generate_npc", "process agent_tasks") == (step.name, by_id[step.parent_id].name)
        assert step.trace_id == span.trace_id
        assert 3 == span.kind
    assert (4, 4) == (len(told), len({span.trace_id for span in told}))
    assert {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "tiny",
        "gen_ai.request.stream": True,
        "gen_ai.output.type": "json",
        "gen_ai.usage.input_tokens": server_of.TOKENS - 21,
        "gen_ai.usage.output_tokens": 21,
        "gen_ai.response.finish_reasons": ["stop"],
        "server.address": "127.0.0.1",
        "server.port": server.server_port,
        "dma.llm.operation": "prose_npc",
        "dma.llm.calls": 1,
        "status": "success",
    } == {name: value for name, value in told[0].attributes.items() if name != "gen_ai.request.max_tokens"}
    assert told[0].attributes["gen_ai.request.max_tokens"] == server.calls[0]["max_completion_tokens"]
    assert [
        (False, None, 1, ["stop"]),
        (True, "llm_garbage", 1, ["other"]),
        (True, "llm_timeout", 1, None),
        (True, "circuit_open", 0, None),
    ] == [outcome_of(span) for span in told]
    assert {"error", "llm_error"} == {
        str(span.attributes[name]) for span in told[1:] for name in ("status", "error_type")
    }
    assert not any("Borin" in str(span.attributes) for span in collector.spans)


def outcome_of(span: Collected) -> tuple[bool, str | None, int, list[str] | None]:
    """Whether it failed and how, how often the server was asked, and why its answer ended."""
    names = ("error.type", "dma.llm.calls", "gen_ai.response.finish_reasons")
    return (span.is_error, *(span.attributes.get(name) for name in names))
