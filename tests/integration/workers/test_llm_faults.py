"""F21 over real pools: with a model that hangs, fails or lies every request ends in time, and rules stay rules."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import dramatiq
import pytest

from contracts.actors import Actor
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
from tests.support import llm_server as server_of
from tests.support.installation import wait_until
from tests.support.llm_server import LlmServer, running_server
from workers.leases import LeaseKeeper
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
        self.broker = build_broker(redis_url, middleware=[HandBack()])
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
        Publisher(self.broker, self.signer).publish(Unpublished(request, self.campaign, deadline, [(1, action)]))
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
