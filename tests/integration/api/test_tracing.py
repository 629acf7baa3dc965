"""A trace from the prompt's POST through its row and its messages into every worker, to a real collector (R70, C25)."""

import io
import json
import logging
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dramatiq
import pytest
import structlog

from api.deps import AppServices
from contracts.queues import Queue
from core.clock import SystemClock
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from orchestrator.finish import Finisher
from orchestrator.publish import Publisher
from orchestrator.sweep import Sweeper
from services.records import spans as kept_spans
from store.database import Database
from telemetry import tracing
from telemetry.logs import configure_logs
from telemetry.otel import EXPORT_SECONDS
from tests.integration.api.conftest import CAMPAIGN, SECRET_KEY
from tests.support.asgi_client import AsgiClient
from tests.support.collector import Collected, Collector, collecting
from tests.support.processes import REPOSITORY
from workers.leases import LeaseKeeper
from workers.observing import Observed
from workers.orchestrator.actors import declare_actors as declare_results
from workers.pool import HandBack, Pool
from workers.runner import StepRunner
from workers.system_mastery.actors import declare_actors

QUESTION = {"prompt": "What is the THAC0 of a 5th level fighter?", "context": {"campaign_id": CAMPAIGN}}
TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{CALLER}-01"


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Collector]:
    """Records everything of this process."""
    with collecting() as collector:
        tracing.configure_traces(
            service="orchestrator",
            environment="local",
            version="2.0.0",
            endpoint=collector.endpoint,
            file=tmp_path / "logs" / "orchestrator.spans.jsonl",
        )
        yield collector
        tracing.stop_traces()


@pytest.fixture
def database(collector: Collector, database_url: str) -> Iterator[Database]:
    """Opened while spans are recorded, so that its statements are."""
    opened = Database(database_url, application_name="dma-tests")
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def signer() -> TokenSigner:
    return TokenSigner(SECRET_KEY, SystemClock())


@pytest.fixture
def worker(services: AppServices, signer: TokenSigner, redis_url: str) -> Iterator[dramatiq.Worker]:
    """System Mastery's pool and the orchestrator's; not started."""
    broker = build_broker(redis_url, middleware=[Observed(Queue.SYSTEM_MASTERY), HandBack()])
    leases = LeaseKeeper(services.database)
    runner = StepRunner(database=services.database, broker=broker, signer=signer, leases=leases, worker="test")
    pool = Pool(services.settings, services.database, broker, signer, runner)
    declare_actors(pool)
    declare_results(pool)
    leases.start()
    worker = dramatiq.Worker(broker, worker_threads=2, worker_timeout=100)
    yield worker
    worker.stop(timeout=3000)
    leases.stop()
    broker.close()


def asked(client: AsgiClient) -> str:
    headers = {"traceparent": TRACEPARENT, "Prefer": "wait=20"}
    response = client.post("/v1/prompts", json=QUESTION, headers=headers)
    assert (202, "completed") == (response.status_code, response.json()["status"])
    return str(response.json()["request_id"])


def ancestors(span: Collected, spans: list[Collected]) -> list[str]:
    by_id = {each.span_id: each for each in spans}
    names = []
    while (parent := by_id.get(span.parent_id)) is not None:
        names.append(parent.name)
        span = parent
    return names


def test_one_trace_goes_from_the_post_into_the_workers_and_their_sql(
    client: AsgiClient, collector: Collector, worker: dramatiq.Worker, tmp_path: Path
) -> None:
    worker.start()
    request_id = asked(client)
    worker.join()
    tracing.stop_traces()

    (server,) = collector.named("POST /v1/prompts")
    (prompt,) = collector.named("prompt_processing")
    consumers = [span for span in collector.spans if span.name.startswith("process ")]
    ours = [span for span in collector.spans if span.trace_id == TRACE]
    assert (TRACE, CALLER, 2) == (server.trace_id, server.parent_id, server.kind)
    assert {"http.route": "/v1/prompts", "http.response.status_code": 202, "status": "success"}.items() <= (
        server.attributes.items()
    )
    assert {"classify_intent", "decompose_tasks", "dispatch_tasks"} <= {
        span.name for span in ours if span.parent_id == prompt.span_id
    }
    expected = {"campaign_id": CAMPAIGN, "prompt_length": 41, "intent": "rules_lookup", "task_count": 1}
    assert expected.items() <= prompt.attributes.items()
    assert ["process system_mastery.answer_question", "process orchestrator.finish_request"] == [
        f"process {span.attributes['dma.actor']}" for span in consumers
    ]
    for span in consumers:
        assert (TRACE, 5) == (span.trace_id, span.kind)
        assert ["send agent_tasks", "dispatch_tasks", "prompt_processing", "POST /v1/prompts"] == ancestors(span, ours)
        assert request_id == span.attributes["messaging.message.conversation_id"]
        assert ("redis", "process", "success") == tuple(
            span.attributes[name] for name in ("messaging.system", "messaging.operation.name", "status")
        )
    statements = [span for span in ours if span.attributes.get("db.system.name") == "postgresql"]
    assert {"process agent_tasks", "prompt_processing"} <= {
        name for span in statements for name in ancestors(span, ours)
    }
    assert not any("THAC0" in str(span.attributes) for span in collector.spans)
    assert {"service": "orchestrator", "environment": "local", "version": "2.0.0"}.items() <= server.resource.items()
    kept = kept_spans([tmp_path / "logs" / "orchestrator.spans.jsonl"], TRACE)
    assert {span.span_id for span in ours} == {line["span_id"] for line in kept}


def test_what_the_sweeper_publishes_goes_on_in_the_trace_of_the_prompt(
    client: AsgiClient,
    collector: Collector,
    worker: dramatiq.Worker,
    services: AppServices,
    signer: TokenSigner,
    valkey_server,
) -> None:
    valkey_server.stop()
    try:
        response = client.post("/v1/prompts", json=QUESTION, headers={"traceparent": TRACEPARENT})
    finally:
        valkey_server.start()
    assert 202 == response.status_code
    with services.database.transaction() as tx:
        tx.execute("UPDATE requests SET created_at = created_at - interval '10 seconds'")
    publisher = Publisher(services.broker, signer)
    Sweeper(services.database, services.broker, publisher, Finisher(services.database)).sweep()
    worker.start()
    view = client.get(f"/v1/prompts/{response.json()['request_id']}", headers={"Prefer": "wait=20"}).json()
    worker.join()
    tracing.stop_traces()

    assert "completed" == view["status"]
    for consumer in collector.named("process agent_tasks"):
        assert TRACE == consumer.trace_id
        assert ["send agent_tasks", "prompt_processing", "POST /v1/prompts"] == ancestors(consumer, collector.spans)
    assert 2 == len(collector.named("process agent_tasks"))


def test_lines_of_the_log_name_the_trace(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    configure_logs(service="scribe", environment="local", version="2.0.0")
    try:
        with tracing.span("prompt_processing", parent=TRACEPARENT):
            logging.getLogger("a.library").warning("inside")
        logging.getLogger("a.library").warning("outside")
    finally:
        root.handlers[:], level = before
        root.setLevel(level)
        structlog.reset_defaults()

    inside, outside = (json.loads(line) for line in out.getvalue().splitlines())
    assert TRACE == inside["trace_id"]
    assert "trace_id" not in outside


def test_what_fails_is_an_error_by_its_category_and_tells_nothing_else(collector: Collector) -> None:
    with pytest.raises(ValueError, match="hunter22"), tracing.span("think"):
        raise ValueError("no host at postgresql://dma:hunter22@127.0.0.1/dma")
    tracing.stop_traces()

    (span,) = collector.named("think")
    assert (True, "ValueError") == (span.is_error, span.attributes["error.type"])
    assert "hunter22" not in str(span)


def test_a_collector_that_does_not_answer_stops_nobody(connect: Callable[[], AsgiClient]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        endpoint = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        tracing.configure_traces(service="orchestrator", environment="local", version="2.0.0", endpoint=endpoint)
        try:
            assert 200 == connect().get("/healthz").status_code
        finally:
            began = time.monotonic()
            tracing.stop_traces()
    assert time.monotonic() - began < EXPORT_SECONDS


def test_nothing_of_opentelemetry_that_records_is_imported_by_who_does_not_trace() -> None:
    found = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import telemetry.setup, store.database"],
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY,
    ).stderr

    assert "telemetry.tracing" in found
    assert not re.search(r"opentelemetry\.(sdk\.trace|exporter|proto)", found)
