"""Prompts over HTTP: acceptance, polling, idempotency (R20-R24, C13-C15, C34)."""

from uuid import UUID, uuid4

import pytest

from api.deps import AppServices
from core.errors import ErrorCategory
from core.ids import parse_id
from core.problems import problem
from store.endings import fail_request
from telemetry.metrics import REFUSED_PUBLISHES
from tests.integration.api.conftest import CAMPAIGN, Connect
from tests.support.asgi_client import AsgiClient


def a_prompt(text: str = "What is the THAC0 of a level 5 fighter?", **fields: object) -> dict[str, object]:
    return {"prompt": text, "context": {"campaign_id": CAMPAIGN}, **fields}


def test_prompt_is_accepted_with_the_three_fields_of_r23(client: AsgiClient) -> None:
    response = client.post("/v1/prompts", json=a_prompt())
    body = response.json()
    request_id = body["request_id"]
    assert (202, {"request_id": request_id, "status": "processing", "poll_url": f"/v1/prompts/{request_id}"}) == (
        response.status_code,
        body,
    )
    assert (f"/v1/prompts/{request_id}", "1") == (response.headers["location"], response.headers["retry-after"])


def test_fresh_request_gives_the_exchange_its_id(client: AsgiClient) -> None:
    response = client.post("/v1/prompts", json=a_prompt())
    assert response.json()["request_id"] == response.headers["x-request-id"]


def test_client_that_sends_its_own_request_id_gets_it_back_and_the_job_another(client: AsgiClient) -> None:
    response = client.post("/v1/prompts", json=a_prompt(), headers={"X-Request-ID": "mine"})
    assert "mine" == response.headers["x-request-id"]
    assert parse_id(response.json()["request_id"], prefix="req") is not None


def test_polling_tells_state_plan_and_intent_and_when_to_ask_again(client: AsgiClient) -> None:
    poll_url = client.post("/v1/prompts", json=a_prompt()).json()["poll_url"]
    response = client.get(poll_url)
    body = response.json()
    assert (200, "processing", "queued", "1") == (
        response.status_code,
        body["status"],
        body["stage"],
        response.headers["retry-after"],
    )
    assert "rules_lookup" == body["intent"]["type"]
    assert [{"step_no": 1, "agent": "system_mastery", "action": "system_mastery.answer_question"}] == [
        {name: step[name] for name in ("step_no", "agent", "action")} for step in body["plan"]
    ]
    assert not {"result", "error", "completed_at"} & body.keys()


def test_request_is_found_by_its_bare_uuid_too(client: AsgiClient) -> None:
    request_id = client.post("/v1/prompts", json=a_prompt()).json()["request_id"]
    bare = str(UUID(request_id.removeprefix("req_")))
    assert request_id == client.get(f"/v1/prompts/{bare}").json()["request_id"]


def test_unchanged_state_is_304_for_who_has_seen_it(client: AsgiClient) -> None:
    poll_url = client.post("/v1/prompts", json=a_prompt()).json()["poll_url"]
    etag = client.get(poll_url).headers["etag"]
    response = client.get(poll_url, headers={"If-None-Match": f'"other", W/{etag}'})
    assert (304, b"", etag) == (response.status_code, response.content, response.headers["etag"])


def test_failed_request_carries_a_whole_problem(client: AsgiClient, services: AppServices) -> None:
    poll_url = client.post("/v1/prompts", json=a_prompt()).json()["poll_url"]
    request_id = parse_id(poll_url.removeprefix("/v1/prompts/"))
    assert request_id is not None
    with services.database.transaction() as tx:
        fail_request(tx, request_id, problem(ErrorCategory.TIMEOUT, "it took too long"))
    response = client.get(poll_url)
    error = response.json()["error"]
    assert (200, "failed") == (response.status_code, response.json()["status"])
    assert ("timeout", 504, poll_url, "it took too long") == (
        error["error_type"],
        error["status"],
        error["instance"],
        error["detail"],
    )
    assert "retry-after" not in response.headers


@pytest.mark.parametrize(
    "request_id", ["req_" + "0" * 32, "374e6530-a75a-482a-933b-b3fe2b7aaed2", "req_1", "loc_" + "0" * 32, "x" * 500]
)
def test_unknown_request_is_404(client: AsgiClient, request_id: str) -> None:
    assert 404 == client.get(f"/v1/prompts/{request_id}").status_code


def test_request_of_somebody_else_is_404(client: AsgiClient, stranger: AsgiClient) -> None:
    poll_url = client.post("/v1/prompts", json=a_prompt()).json()["poll_url"]
    assert 404 == stranger.get(poll_url).status_code


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"context": {"campaign_id": "374e6530-a75a-482a-933b-b3fe2b7aaed2"}}, "context.campaign_id"),
        (
            {"context": {"campaign_id": CAMPAIGN, "location_id": "374e6530-a75a-482a-933b-b3fe2b7aaed2"}},
            "context.location_id",
        ),
    ],
)
def test_well_formed_id_of_nothing_is_422_and_named(client: AsgiClient, changes: dict[str, object], field: str) -> None:
    response = client.post("/v1/prompts", json=a_prompt() | changes)
    assert (422, [field]) == (response.status_code, [item["field"] for item in response.json()["errors"]])


def test_campaign_of_somebody_else_is_answered_like_one_that_is_not(stranger: AsgiClient) -> None:
    assert 422 == stranger.post("/v1/prompts", json=a_prompt()).status_code


@pytest.mark.parametrize("key", ["same-key", '"same-key"'])
def test_same_key_and_body_is_the_same_job(client: AsgiClient, key: str) -> None:
    first = client.post("/v1/prompts", json=a_prompt(), headers={"Idempotency-Key": "same-key"})
    again = client.post("/v1/prompts", json=a_prompt(options={"timeout_ms": 30000}), headers={"Idempotency-Key": key})
    assert (202, first.json(), "true") == (again.status_code, again.json(), again.headers["idempotency-replayed"])
    assert "idempotency-replayed" not in first.headers


def test_same_key_with_another_body_is_422(client: AsgiClient) -> None:
    client.post("/v1/prompts", json=a_prompt(), headers={"Idempotency-Key": "k"})
    again = client.post("/v1/prompts", json=a_prompt("Create an innkeeper"), headers={"Idempotency-Key": "k"})
    assert (422, "idempotency_key_reused") == (again.status_code, again.json()["code"])


def test_same_key_of_somebody_else_is_another_key(connect: Connect, client: AsgiClient, stranger: AsgiClient) -> None:
    own = str(uuid4())
    stranger.post("/v1/campaigns", json={"id": own, "name": "Theirs"})
    mine = client.post("/v1/prompts", json=a_prompt(), headers={"Idempotency-Key": "k"}).json()
    theirs = stranger.post("/v1/prompts", json=a_prompt(context={"campaign_id": own}), headers={"Idempotency-Key": "k"})
    assert 202 == theirs.status_code
    assert mine["request_id"] != theirs.json()["request_id"]


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, '"open'])
def test_key_that_is_none_is_400(client: AsgiClient, key: str) -> None:
    assert 400 == client.post("/v1/prompts", json=a_prompt(), headers={"Idempotency-Key": key}).status_code


def test_full_queue_is_503_with_the_time_to_come_back_and_accepts_nothing(
    client: AsgiClient, services: AppServices, redis_url: str
) -> None:
    for limited in services.broker.options.max_length or {}:
        services.broker.options.max_length[limited] = 0
    refused = REFUSED_PUBLISHES.labels("agent_tasks", "system_mastery_workers")
    before = refused._value.get()
    response = client.post("/v1/prompts", json=a_prompt())
    assert 1 == refused._value.get() - before
    assert (503, "queue_full", True) == (response.status_code, response.json()["code"], response.json()["retryable"])
    assert int(response.headers["retry-after"]) >= 1
    with services.database.transaction() as tx:
        assert [] == tx.execute("SELECT id FROM requests").fetchall()


def test_classify_tells_the_intent_and_writes_nothing(client: AsgiClient, services: AppServices) -> None:
    response = client.post("/v1/classify", json={"prompt": "Create a dwarf blacksmith"})
    assert (200, "generate_npc") == (response.status_code, response.json()["intent"]["type"])
    assert 0 <= response.json()["intent"]["confidence"] <= 1
    with services.database.transaction() as tx:
        assert [] == tx.execute("SELECT id FROM requests").fetchall()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": " "}, "prompt"),
        ({"prompt": 3}, "prompt"),
        ({}, "prompt"),
        ({"prompt": "x" * 5001}, "prompt"),
        ({"prompt": "x", "campaign": 1}, "campaign"),
    ],
)
def test_classify_refuses_what_is_no_prompt_and_names_the_field(client: AsgiClient, body: object, field: str) -> None:
    response = client.post("/v1/classify", json=body)

    assert (400, [field]) == (response.status_code, [item["field"] for item in response.json()["errors"]])


def test_classify_tells_the_runners_up(client: AsgiClient) -> None:
    answer = client.post("/v1/classify", json={"prompt": "can an elf be a paladin?"}).json()

    assert "validate_rule" == answer["intent"]["type"]
    assert 2 == len(answer["alternatives"])
