"""What operators see and do: queues, messages, dead letters, agents; with the scope admin alone."""

import time
from typing import Any
from uuid import UUID

import dramatiq

from api.app import all_routes, create_app
from api.deps import AppServices
from contracts.queues import Queue
from core.errors import ErrorCategory
from core.ids import parse_id
from core.problems import problem
from core.tokens import TokenSigner
from orchestrator.announce import HEALTH_TASK, NO_CAMPAIGN
from store.agents import Announcement, note_announcement
from store.endings import fail_request
from store.requests import read_request
from tests.contract.test_api_contracts import load_schemas, validator_of
from tests.integration.api.conftest import CAMPAIGN, Connect
from tests.support.asgi_client import AsgiClient
from tests.support.processes import wait_until
from workers.orchestrator.actors import declare_actors
from workers.pool import Pool
from workers.presence import Presence, Running, declare_health_check

SCHEMAS = load_schemas()
PROMPT = {"prompt": "Create a dwarf blacksmith", "context": {"campaign_id": CAMPAIGN}}
LETTERS = "/v1/admin/dead-letters"
MAKER = "world_designer"


def checked(name: str, answer: Any, status: int = 200) -> Any:
    """The body of an answer that holds to its contract."""
    assert (status, []) == (
        answer.status_code,
        [error.message for error in validator_of(SCHEMAS, name).iter_errors(answer.json())],
    )
    return answer.json()


def queue_of(client: AsgiClient, name: str) -> Any:
    return next(one for one in checked("admin_queues", client.get("/v1/admin/queues"))["items"] if one["queue"] == name)


def prompted(client: AsgiClient) -> UUID:
    """A request whose first step waits in the World Designer's queue."""
    made = client.post("/v1/prompts", json=PROMPT)
    assert 202 == made.status_code
    return parse_id(made.json()["request_id"])  # type: ignore[return-value]


def kill_next(services: AppServices) -> None:
    """Let the next message of the World Designer be a dead letter."""
    consumer = services.broker.consume(MAKER, timeout=2000)
    message = next(consumer)
    assert message is not None
    message.stuff_exception(RuntimeError("the forge is cold"))
    message.fail()
    consumer.nack(message)
    consumer.close()


def end(services: AppServices, request_id: UUID) -> None:
    with services.database.transaction() as tx:
        assert fail_request(tx, request_id, problem(ErrorCategory.TIMEOUT, "too late")) is not None


def test_only_the_scope_admin_opens_what_is_for_operators(
    connect: Connect, signer: TokenSigner, services: AppServices
) -> None:
    others = frozenset({"prompts", "entities:read", "entities:write", "rules"})
    player = connect(token=signer.create_access_token("user:player", others))
    admin = connect(token=signer.create_access_token("user:ops", frozenset({"admin"})))
    routes = [route for route in all_routes(create_app(services)) if route.path.startswith("/v1/admin/")]
    for route in routes:
        path = route.path.format(queue="scribe", id="1-1")
        body = {"action": "discard", "queue": "scribe"} if route.body_field else None
        for method in route.methods:
            answers = [each.request(method, path, params={"queue": "scribe"}, json=body) for each in (player, admin)]
            assert 403 == answers[0].status_code, path
            assert answers[1].status_code in {200, 202, 204, 404}, path
            assert answers[1].status_code != 404 or "id" in route.path, path
    assert len(routes) >= 10


def test_queue_tells_its_counts_and_nothing_is_taken_while_it_is_paused(
    client: AsgiClient, services: AppServices
) -> None:
    prompted(client)
    services.broker.enqueue(dramatiq.Message(MAKER, f"{MAKER}.generate_npc", (), {}, {}), delay=60_000)
    before = queue_of(client, MAKER)
    assert (2, 1, 0, 1, 0, False) == tuple(
        before[name] for name in ("depth", "ready", "in_flight", "delayed", "dead", "is_paused")
    )
    assert ("agent_tasks", f"{MAKER}_workers", 10_000) == (
        before["stream"],
        before["consumer_group"],
        before["max_length"],
    )

    assert client.post(f"/v1/admin/queues/{MAKER}/pause").json()["is_paused"]
    consumer = services.broker.consume(MAKER, timeout=50)
    assert next(consumer) is None
    assert not client.post(f"/v1/admin/queues/{MAKER}/resume").json()["is_paused"]
    wait_until(lambda: next(consumer) is not None)
    assert (1, 1) == (queue_of(client, MAKER)["in_flight"], queue_of(client, MAKER)["consumers"])
    consumer.close()
    assert client.get(f"/v1/admin/queues/{MAKER}").json()["queue"] == MAKER


def test_messages_are_paged_shown_without_tokens_deleted_and_hastened(
    client: AsgiClient, services: AppServices
) -> None:
    path = f"/v1/admin/queues/{MAKER}/messages"
    requests = [prompted(client) for _ in range(2)]
    first = checked("admin_messages", client.get(path, params={"limit": 1}))
    rest = checked("admin_messages", client.get(path, params={"limit": 1, "cursor": first["next_cursor"]}))
    shown = [page["items"][0] for page in (first, rest)]
    assert [[one.hex, 1] for one in requests] == [one["message"]["args"] for one in shown]
    assert "token" not in client.get(path).text
    assert 204 == client.delete(f"{path}/{shown[0]['id']}").status_code
    assert 404 == client.delete(f"{path}/{shown[0]['id']}").status_code

    consumer = services.broker.consume(MAKER, timeout=2000)
    assert next(consumer) is not None
    held = client.delete(f"{path}/{shown[1]['id']}")
    assert (409, "message_in_flight") == (held.status_code, held.json()["code"])
    consumer.close()

    services.broker.enqueue(dramatiq.Message(MAKER, f"{MAKER}.generate_npc", (), {}, {}), delay=60_000)
    [delayed] = checked("admin_messages", client.get(path, params={"state": "delayed"}))["items"]
    assert 204 == client.post(f"{path}/{delayed['id']}/requeue").status_code
    assert 404 == client.post(f"{path}/{delayed['id']}/requeue").status_code
    assert 0 == queue_of(client, MAKER)["delayed"]


BAD_ORDERS: list[tuple[str, str, Any, int, str | None]] = [
    ("GET", "/v1/admin/queues/bard", None, 404, None),
    ("GET", f"/v1/admin/queues/{MAKER}/messages?cursor=x", None, 400, "cursor"),
    ("GET", f"/v1/admin/queues/{MAKER}/messages?state=delayed&cursor=-1", None, 400, "cursor"),
    ("GET", f"/v1/admin/queues/{MAKER}/messages?limit=0", None, 400, "limit"),
    ("GET", LETTERS, None, 400, "queue"),
    ("GET", f"{LETTERS}?queue=bard", None, 400, "queue"),
    ("GET", f"{LETTERS}?queue=scribe&cursor=%2B", None, 400, "cursor"),
    ("GET", f"{LETTERS}/scribe/1-1", None, 404, None),
    ("GET", f"{LETTERS}/scribe/x", None, 404, None),
    ("POST", LETTERS, {"action": "burn", "queue": "scribe"}, 400, "action"),
    ("POST", LETTERS, {"action": "replay", "queue": "bard"}, 400, "queue"),
    ("POST", LETTERS, {"action": "replay", "queue": "scribe", "ids": []}, 400, "ids"),
    ("POST", LETTERS, {"action": "replay", "queue": "scribe", "ids": ["1-1"], "reason": "failed"}, 400, None),
]


def test_bad_order_is_refused_with_what_is_allowed(client: AsgiClient) -> None:
    for method, path, body, status, field in BAD_ORDERS:
        answer = client.request(method, path, json=body)
        assert status == answer.status_code, answer.text
        if field:
            assert [field] == [error["field"] for error in answer.json()["errors"]], path


def test_dead_letter_of_an_ended_request_is_replayed_as_a_new_request_and_only_once(
    client: AsgiClient, connect: Connect, signer: TokenSigner, services: AppServices
) -> None:
    """By an operator who is no member of the campaign."""
    operator = connect(token=signer.create_access_token("user:ops", frozenset({"admin"})))
    request_id = prompted(client)
    kill_next(services)
    [letter] = checked("admin_dead_letters", client.get(LETTERS, params={"queue": MAKER}))["items"]
    whole = checked("admin_dead_letter", client.get(f"{LETTERS}/{MAKER}/{letter['id']}"))
    assert ("failed", [request_id.hex, 1]) == (letter["reason"], letter["message"]["args"])
    assert "the forge is cold" in letter["error"]
    assert "RuntimeError" in whole["traceback"]
    assert "token" not in client.get(f"{LETTERS}/{MAKER}/{letter['id']}").text
    end(services, request_id)

    order = {"action": "replay", "queue": MAKER, "ids": [letter["id"], letter["id"], "1-1"]}
    done = checked("admin_dead_letter_outcomes", operator.post(LETTERS, json=order))
    assert (["resubmitted", "not_found"], 0) == ([one["outcome"] for one in done["items"]], done["remaining"])
    new_id = parse_id(done["items"][0]["request_id"])
    assert new_id is not None
    with services.database.transaction() as tx:
        old, new = (read_request(tx, each, "user:dm") for each in (request_id, new_id))
    assert ("failed", "processing", request_id) == (old.status, new.status, new.replay_of)
    assert [(step.action, step.title) for step in old.plan] == [(step.action, step.title) for step in new.plan]
    waiting = client.get(f"/v1/admin/queues/{MAKER}/messages").json()["items"]
    assert [new_id.hex, 1] == waiting[-1]["message"]["args"]


def test_dead_letter_of_an_unfinished_request_goes_back_on_its_queue(client: AsgiClient, services: AppServices) -> None:
    request_id = prompted(client)
    kill_next(services)
    done = checked(
        "admin_dead_letter_outcomes",
        client.post(LETTERS, json={"action": "replay", "queue": MAKER, "reason": "failed"}),
    )

    assert ["requeued"] == [one["outcome"] for one in done["items"]]
    [waiting] = client.get(f"/v1/admin/queues/{MAKER}/messages").json()["items"]
    assert [request_id.hex, 1] == waiting["message"]["args"]


def test_dead_letter_of_somebody_who_left_the_campaign_is_not_submitted_anew(
    client: AsgiClient, services: AppServices
) -> None:
    request_id = prompted(client)
    kill_next(services)
    end(services, request_id)
    with services.database.transaction() as tx:
        tx.execute("UPDATE memberships SET role = 'reader' WHERE principal = 'user:dm'")
        before = tx.execute("SELECT count(*) AS requests FROM requests").fetchone()
    replayed = client.post(LETTERS, json={"action": "replay", "queue": MAKER}).json()
    assert (["request_gone"], 1) == ([one["outcome"] for one in replayed["items"]], replayed["remaining"])
    with services.database.transaction() as tx:
        assert before == tx.execute("SELECT count(*) AS requests FROM requests").fetchone()


def test_letters_are_discarded_by_reason_and_kept_when_their_request_is_gone(
    client: AsgiClient, services: AppServices
) -> None:
    gone = prompted(client)
    kill_next(services)
    with services.database.transaction() as tx:
        tx.execute("DELETE FROM requests WHERE id = %s", (gone,))
    replayed = client.post(LETTERS, json={"action": "replay", "queue": MAKER}).json()
    assert (["request_gone"], 1) == ([one["outcome"] for one in replayed["items"]], replayed["remaining"])

    for reason, remaining in (("crashed", 1), ("failed", 0)):
        order = {"action": "discard", "queue": MAKER, "reason": reason}
        assert remaining == client.post(LETTERS, json=order).json()["remaining"]


def test_without_the_bus_every_question_is_a_problem_and_nothing_is_done(
    client: AsgiClient, valkey_server: Any
) -> None:
    questions = [
        ("GET", "/v1/admin/queues", None),
        ("POST", "/v1/admin/queues/scribe/pause", None),
        ("GET", "/v1/admin/queues/scribe/messages", None),
        ("GET", f"{LETTERS}?queue=scribe", None),
        ("POST", LETTERS, {"action": "replay", "queue": "scribe", "ids": ["1-1"]}),
        ("GET", "/v1/admin/agents", None),
        ("POST", "/v1/admin/agents/health-check", None),
    ]
    valkey_server.stop()
    try:
        answers = [client.request(method, path, json=body) for method, path, body in questions]
    finally:
        valkey_server.start()
    assert {(503, True)} == {(answer.status_code, answer.json()["retryable"]) for answer in answers}


def test_letter_that_nobody_can_read_is_shown_without_what_looks_like_a_secret(
    client: AsgiClient, services: AppServices
) -> None:
    letter = {"reason": "undecodable", "failed_at_ms": "1", "data": "half a message with svc_1234567890"}
    error = {"error": "connecting to redis://:hunter22@db failed", "traceback": "Bearer abcdefgh"}
    fields = [part for pair in (letter | error).items() for part in pair]
    services.broker.client.execute_command("XADD", services.broker.layout.of("scribe").dead_letters, "*", *fields)

    [listed] = checked("admin_dead_letters", client.get(LETTERS, params={"queue": "scribe"}))["items"]
    whole = checked("admin_dead_letter", client.get(f"{LETTERS}/scribe/{listed['id']}"))
    assert (None, "connecting to redis://[redacted]@db failed") == (whole["message"], whole["error"])
    assert ("half a message with [redacted]", "Bearer [redacted]") == (whole["payload"], whole["traceback"])


def test_agents_are_shown_with_what_they_said_last_and_gone_when_their_lease_is_over(
    client: AsgiClient, services: AppServices
) -> None:
    assert [] == checked("admin_agents", client.get("/v1/admin/agents"))["items"]
    consumer = services.broker.consume("scribe", timeout=50)
    name = services.broker.session.consumer
    assert ["unknown"] == [one["state"] for one in client.get("/v1/admin/agents").json()["items"]]
    with services.database.transaction() as tx:
        for state, sequence in (("ready", 1), ("busy", 3), ("ready", 2)):  # the second overtook the third
            note_announcement(tx, Announcement("scribe", name, state, 4, sequence))  # type: ignore[arg-type]

    [shown] = checked("admin_agents", client.get("/v1/admin/agents"))["items"]
    assert (name, "scribe", "busy", 4) == tuple(shown[key] for key in ("name", "agent", "state", "threads"))

    keys = services.broker.layout.of("scribe")
    seconds, _ = services.broker.client.time()
    services.broker.client.zadd(keys.live, {keys.member(name): (seconds - 11) * 1000})  # as after `kill -9`
    assert [] == client.get("/v1/admin/agents").json()["items"]
    consumer.close()


def test_health_check_travels_to_an_agent_and_its_answer_back(
    client: AsgiClient, services: AppServices, redis_url: str
) -> None:
    running = Running()
    broker = services.broker
    broker.add_middleware(running)
    presence = Presence(broker, agent="scribe", threads=1, running=running)
    declare_health_check(broker, services.signer, Queue.SCRIBE, presence)
    declare_actors(Pool(services.settings, services.database, broker, services.signer, None))  # type: ignore[arg-type]
    worker = dramatiq.Worker(broker, queues={"scribe", "orchestrator"}, worker_threads=1, worker_timeout=50)
    worker.start()
    try:
        assert presence.tell_change()
        assert not presence.tell_change()
        asked = client.post("/v1/admin/agents/health-check")
        assert (202, ["scribe", "system_mastery", "world_designer"]) == (asked.status_code, asked.json()["asked"])
        wait_until(lambda: _scribe(client)["checked_at"] is not None)
    finally:
        worker.stop(timeout=2000)
    # What was asked of pools that are not there waits once, however often it is asked.
    client.post("/v1/admin/agents/health-check")
    assert 1 == queue_of(client, "system_mastery")["ready"]


def _scribe(client: AsgiClient) -> Any:
    [shown] = [
        one for one in checked("admin_agents", client.get("/v1/admin/agents"))["items"] if one["agent"] == "scribe"
    ]
    return shown


def test_process_says_busy_when_all_threads_have_work_and_forged_checks_are_not_answered(
    services: AppServices, signer: TokenSigner
) -> None:
    broker, running = services.broker, Running()
    presence = Presence(broker, agent="scribe", threads=1, running=running, monotonic=time.monotonic)
    running.before_process_message(broker, None)
    assert ("busy", "ready") == (presence.state(), presence.state(without=1))
    presence.tell_change()
    running.after_skip_message(broker, None)
    assert "ready" == presence.state()
    presence.tell_change()
    said = [one.message.actor_name for one in broker.messages("orchestrator") if one.message]
    assert ["orchestrator.note_busy", "orchestrator.note_ready"] == said

    declare_health_check(broker, signer, Queue.SCRIBE, presence)
    check = broker.get_actor("scribe.check_health")
    forged = signer.create_work_token(HEALTH_TASK, "world_designer", NO_CAMPAIGN, deadline_at=services.clock.now())
    check.send_with_options(args=(1,), work_token=forged)
    worker = dramatiq.Worker(broker, queues={"scribe"}, worker_threads=1, worker_timeout=50)
    worker.start()
    broker.join("scribe", timeout=5000, interval=20)
    worker.stop(timeout=2000)
    assert 2 == broker.queue_stats("orchestrator").ready
