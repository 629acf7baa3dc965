"""What an operator sees of a running system after a mixed load: every metric, label and log field of R65 to R72."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from contracts.actors import Actor
from contracts.intents import Intent
from contracts.queues import Queue
from core.errors import ErrorCategory
from core.ids import REQUEST_PREFIX, new_uuid, prefixed
from core.locate import read_announcement
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from orchestrator.publish import Publisher
from services.records import kept_files, log_lines
from services.story import main as tell_story
from store.database import Database
from store.requests import NewRequest, NewStep, accept_request, mark_dispatched
from store.sweeps import Unpublished
from tests.support.installation import CAMPAIGN, Installation
from tests.support.llm_server import TOKENS, LlmServer, status
from tests.support.processes import run_module, wait_until

SERVICES = {"orchestrator", *(queue.value for queue in Queue)}
QUEUES = {(queue.logical_stream, queue.consumer_group) for queue in Queue}
STATUSES = {"success", "error"}
METHOD = re.compile(
    r"(GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD|OTHER) (/[a-z0-9_./{}-]*|unmatched)|(task|result|agent|system)\.[a-z_]+"
)
LABELS = {
    "dma_request_duration_seconds": {"service", "method", "status"},
    "dma_requests": {"service", "method", "status"},
    "dma_errors": {"service", "method", "error_type"},
    "dma_llm_tokens": {"service", "model", "operation"},
    "dma_queue_depth": {"stream", "consumer_group"},
    "dma_queue_ready": {"stream", "consumer_group"},
    "dma_queue_in_flight": {"stream", "consumer_group"},
    "dma_queue_delayed": {"stream", "consumer_group"},
    "dma_queue_oldest_age_seconds": {"stream", "consumer_group"},
    "dma_queue_consumers": {"stream", "consumer_group"},
    "dma_queue_paused": {"stream", "consumer_group"},
    "dma_dlq_depth": {"stream", "consumer_group"},
    "dma_dead_letters": {"stream", "consumer_group"},
    "dma_recovered_messages": {"stream", "consumer_group"},
    "dma_refused_publishes": {"stream", "consumer_group"},
    "dma_queue_wait_seconds": {"stream", "consumer_group"},
    "dma_fast_lane_duration_seconds": {"operation"},
    "dma_job_duration_seconds": {"intent", "status"},
    "dma_step_duration_seconds": {"service", "actor", "status"},
    "dma_build_info": {"service", "version", "environment"},
    "dma_processes": {"service"},
    "dma_pool_threads": {"service"},
    "dma_pool_threads_busy": {"service"},
    "dma_breaker_state": {"breaker"},
    "dma_breaker_transitions": {"breaker", "to"},
    "dma_swept": {"kind"},
    "dma_progress_events": set(),
    "dma_intent_model_fallbacks": set(),
    "dma_cache_hits": {"cache"},
    "dma_cache_misses": {"cache"},
    "dma_embedding_backlog": set(),
    "dma_unfinished_requests": set(),
    "dma_unpublished_requests": set(),
    "dma_metrics_complete": set(),
}
BUCKETS = {
    "dma_request_duration_seconds": [0.1, 0.5, 1.0, 2.0, 5.0, 10.0],
    "dma_fast_lane_duration_seconds": [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
    "dma_job_duration_seconds": [0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0],
}

Families = dict[str, Any]


@pytest.fixture(scope="module")
def load(running_dma: Installation, language_model: LlmServer) -> dict[str, str]:
    """Work of every kind, good and bad: the ids of a request that completed, of one whose step failed, and of one whose
    language model did.
    """
    with running_dma.client() as client:
        completed = heard_by_its_model(running_dma, client, "Create a dwarven blacksmith named Borin", "prose_refused")
        failed = failing_step(running_dma)
        for _ in range(2):
            client.get("/v1/fast/thac0", params={"class": "fighter", "level": 5})
        client.get("/v1/fast/thac0", params={"class": "nobody"})
        for path in ("/v1/no/such/path", f"/v1/prompts/req_{'0' * 32}", "/v1/fast/no_such_operation"):
            assert client.get(path).status_code >= 400
        client.request("BREW", "/v1/prompts")
        client.get("/v1/campaigns", headers={"Authorization": "Bearer wrong"})
        assert "failed" == running_dma.poll(client, failed)["status"]
        language_model.always, believed_by_nobody = status(401), language_model.always
        unheard = heard_by_its_model(running_dma, client, "Create an elven ranger named Mirelle", "llm_refused")
        language_model.always = believed_by_nobody
    return {"completed": completed, "failed": failed, "unheard": unheard}


def heard_by_its_model(installation: Installation, client: httpx.Client, prompt: str, outcome: str) -> str:
    """A completed request whose log tells this event or reason. A model is not asked while its circuit is open after an
    earlier failure, be it a slow answer on a busy machine.
    """
    sent: list[str] = []

    def is_heard() -> bool:
        sent.append(installation.send(client, prompt))
        assert "completed" == installation.poll(client, sent[-1])["status"]
        return any(outcome in (line["event"], line.get("reason")) for line in lines_of(installation, sent[-1]))

    wait_until(is_heard)
    return sent[-1]


def failing_step(installation: Installation) -> str:
    """A request whose step asks for a table that there is not."""
    announced = read_announcement(installation.home)
    assert announced is not None
    request = new_uuid()
    step = NewStep(Actor.LOOK_UP_TABLE.value, "Look it up", {"table": "no such table"})
    database = Database(announced.database_url, application_name="dma-tests", max_size=1)
    database.open()
    with database.transaction() as tx:
        new = NewRequest(
            request, UUID(CAMPAIGN), "user:dm", "password=hunter22", Intent.RULES_LOOKUP.value, 1, [], [step], 5_000
        )
        plan = Unpublished(request, UUID(CAMPAIGN), accept_request(tx, new), [(1, step.actor)])
        mark_dispatched(tx, [request])
    database.close()
    broker = build_broker(announced.redis_url)
    signer = TokenSigner((installation.home / "secret_key").read_text().strip())
    Publisher(broker, signer).publish(plan)
    broker.close()
    return prefixed(REQUEST_PREFIX, request)


def scrape(client: httpx.Client) -> Families:
    response = client.get("/metrics")
    assert 200 == response.status_code
    return {family.name: family for family in text_string_to_metric_families(response.text)}


def scraped_until(client: httpx.Client, holds: Callable[[Families], object]) -> Families:
    """Other processes share what they counted every two seconds."""
    found: Families = {}

    def is_there() -> object:
        found.update(scrape(client))
        return holds(found)

    wait_until(is_there)
    return found


def values(families: Families, name: str, *labels: str) -> dict[tuple[str, ...], float]:
    """The samples of this name by the values of these labels."""
    family = next(family for family in families.values() if name.startswith(family.name))
    samples = [sample for sample in family.samples if sample.name == name]
    return {tuple(sample.labels[label] for label in labels): sample.value for sample in samples}


def has_heard_of_all(families: Families) -> bool:
    steps = [sample.labels.get("actor") for sample in families["dma_step_duration_seconds"].samples]
    wanted = {Actor.GENERATE_NPC, Actor.LOOK_UP_TABLE, Actor.FINISH_REQUEST, Actor.FAIL_REQUEST}
    jobs = {sample.labels.get("status") for sample in families["dma_job_duration_seconds"].samples}
    errors = {sample.labels.get("error_type") for sample in families["dma_errors"].samples}
    return wanted <= set(steps) and {"completed", "failed"} <= jobs and ErrorCategory.LLM_ERROR.value in errors


def test_every_metric_is_there_with_its_labels_and_buckets(load: dict[str, str], client: httpx.Client) -> None:
    families = scraped_until(client, has_heard_of_all)

    for name, labels in LABELS.items():
        samples = [sample for sample in families[name].samples if not sample.name.endswith("_created")]
        assert samples, name
        assert {frozenset(labels)} == {frozenset(sample.labels) - {"le"} for sample in samples}, name
    for name, bounds in BUCKETS.items():
        found = {sample.labels["le"] for sample in families[name].samples if sample.name.endswith("_bucket")}
        assert [*map(str, bounds), "+Inf"] == sorted(found, key=float), name
    kinds = {"dma_request_duration_seconds": "histogram", "dma_requests": "counter", "dma_llm_tokens": "counter"}
    assert kinds | {"dma_queue_depth": "gauge"} == {name: families[name].type for name in (*kinds, "dma_queue_depth")}
    assert LABELS.keys() == {name for name in families if name.startswith("dma_")}
    assert 1.0 == families["dma_metrics_complete"].samples[0].value


def test_counts_come_from_every_process(load: dict[str, str], client: httpx.Client) -> None:
    families = scraped_until(client, has_heard_of_all)
    counted = values(families, "dma_requests_total", "service", "method", "status")

    assert QUEUES == set(values(families, "dma_queue_depth", "stream", "consumer_group"))
    assert SERVICES <= {service for service, _, _ in counted}
    assert {"POST /v1/prompts", "GET unmatched", "task.generate_content", "task.validate_rule", "result.success"} <= {
        method for _, method, _ in counted
    }
    errors = set(values(families, "dma_errors_total", "service", "method", "error_type"))
    assert any(("system_mastery", "task.validate_rule") == error[:2] for error in errors)
    assert ("orchestrator", "GET /v1/prompts/{request_id}", "not_found") in errors
    alive = values(families, "dma_processes", "service")
    assert {(service,): 2.0 if service == "orchestrator" else 1.0 for service in SERVICES} == alive
    assert {("2.0.0", "local")} == set(values(families, "dma_build_info", "version", "environment"))
    breakers = values(families, "dma_breaker_state", "breaker")
    assert {("bus",): 0.0, ("postgres",): 0.0} == {name: state for name, state in breakers.items() if name != ("llm",)}


def test_language_model_is_seen_in_tokens_errors_and_its_circuit(load: dict[str, str], client: httpx.Client) -> None:
    families = scraped_until(client, has_heard_of_all)

    tokens = values(families, "dma_llm_tokens_total", "service", "model", "operation")
    assert [("world_designer", "tiny", "prose_npc")] == [labels for labels in tokens if "npc" in labels[2]]
    assert tokens["world_designer", "tiny", "prose_npc"] >= TOKENS
    errors = values(families, "dma_errors_total", "service", "method", "error_type")
    assert errors["world_designer", "task.generate_content", "llm_error"] >= 1
    changes = values(families, "dma_breaker_transitions_total", "breaker", "to")
    assert changes["llm", "open"] >= 1
    assert ("llm",) in values(families, "dma_breaker_state", "breaker")


def test_labels_take_few_values_whatever_is_asked(load: dict[str, str], client: httpx.Client) -> None:
    families = scraped_until(client, has_heard_of_all)
    actors = {*(actor.value for actor in Actor)}
    allowed: dict[str, set[str]] = {
        "service": SERVICES,
        "status": STATUSES | {"completed", "failed", "cancelled"},
        "error_type": {category.value for category in ErrorCategory},
        "actor": actors,
        "intent": {intent.value for intent in Intent},
    }
    samples = [sample for name, family in families.items() if name.startswith("dma_") for sample in family.samples]
    for sample in samples:
        assert not re.search(r"[0-9a-f]{8}|such|BREW|nobody", " ".join(sample.labels.values())), sample
        for label, among in allowed.items():
            assert sample.labels.get(label) in {None, *among}, sample
        assert METHOD.fullmatch(sample.labels.get("method", "GET /")), sample


def lines_of(installation: Installation, request_id: str) -> list[dict[str, Any]]:
    return log_lines(kept_files(installation.home / "logs"), request_id)


def test_a_done_task_and_a_failed_one_are_told_with_their_fields(
    load: dict[str, str], running_dma: Installation
) -> None:
    told = [line for line in lines_of(running_dma, load["completed"]) if line["event"] == "task_completed"]
    failed, *again = [line for line in lines_of(running_dma, load["failed"]) if line["event"] == "task_failed"]

    assert f"{load['completed']}/1" == told[0]["task_id"]
    for line in told:
        assert {"task_id", "agent", "duration_ms", "entity_type", "entity_id"} <= line.keys()
    assert ("npc", "npc_") == next((line["entity_type"], line["entity_id"][:4]) for line in told if line["entity_id"])
    assert (f"{load['failed']}/1", "system_mastery", load["failed"], 0) == tuple(
        failed[name] for name in ("task_id", "agent", "correlation_id", "retry_count")
    )
    assert failed["error_type"] in {category.value for category in ErrorCategory}
    assert failed["error_message"]
    assert [1, 2, 3][: len(again)] == [line["retry_count"] for line in again]
    for line in (*told, failed, *again):
        assert {"service", "environment", "version", "request_id"} <= line.keys()


def test_one_request_id_finds_every_process_and_no_line_holds_what_was_written(
    load: dict[str, str], running_dma: Installation
) -> None:
    lines = lines_of(running_dma, load["completed"])

    assert {"orchestrator", "world_designer"} <= {line["service"] for line in lines}
    assert {"prompt_accepted", "task_completed", "request_ended"} <= {line["event"] for line in lines}
    everything = "".join(path.read_text() for path in kept_files(running_dma.home / "logs"))
    assert running_dma.dev_token not in everything
    assert "hunter22" not in everything
    assert "blacksmith named Borin" not in everything


def test_one_command_tells_the_story_of_a_request(
    load: dict[str, str],
    running_dma: Installation,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = run_module("services.story", load["failed"], env=running_dma.environment())
    monkeypatch.setenv("DMA_HOME", str(running_dma.home))
    assert 0 == tell_story(["--json", load["completed"]])
    story = json.loads(capsys.readouterr().out)
    assert 0 == tell_story(["--json", load["unheard"]])
    unheard = json.loads(capsys.readouterr().out)
    assert 1 == tell_story([f"req_{'0' * 32}"])
    assert "there is no such request" in capsys.readouterr().out

    assert 0 == text.returncode, text.stdout
    parts = ("Request {}: failed", "History (", "step 1   failed", "task_failed", "Dead letters (1)", "StepExhausted")
    for part in parts:
        assert part.format(load["failed"]) in text.stdout
    assert "hunter22" not in text.stdout
    assert ("completed", []) == (story["request"]["status"], story["dead_letters"])
    (told,) = [line for line in unheard["log"] if line["event"] == "prose_from_template"]
    assert ("llm_refused", "llm_error", "world_designer") == (told["reason"], told["error_type"], told["service"])
    assert "request_ended" in {line["event"] for line in story["log"]}
    assert ["processing", "completed"] == [row["state"] for row in story["history"] if row["step_no"] is None]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["borin"], "req_ and 32 hex digits"),
        ([f"req_{'0' * 32}", "--logs", "/no/such/file"], "there is no file"),
    ],
)
def test_a_wrong_argument_is_named(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        tell_story(arguments)
    assert told in capsys.readouterr().err
