"""Idempotency-Key on every POST that creates or changes something (R54; the draft's 409 and 422)."""

import json
from typing import Any
from uuid import UUID

import pytest

from api.app import all_routes, create_app
from api.deps import AppServices, read_idempotency_key
from api.openapi import TAKE_A_KEY
from store import idempotency
from store.errors import IdempotencyKeyInUse
from tests.integration.api.conftest import CAMPAIGN
from tests.support.asgi_client import AsgiClient
from tests.support.jobs import accepted

TOWER = {"name": "Broken Tower", "campaign_id": CAMPAIGN}
PROMPT = {"prompt": "What is the THAC0 of a level 5 fighter?", "context": {"campaign_id": CAMPAIGN}}
CALLS = {
    "/v1/entities/location": (TOWER, TOWER | {"name": "Whole Tower"}),
    "/v1/campaigns": ({"name": "Another"}, {"name": "Yet another"}),
    "/v1/prompts": (PROMPT, PROMPT | {"prompt": "Create a dwarf"}),
}
CHANGES_NOTHING = {
    "/v1/classify",
    "/v1/search",
    "/v1/fast/{operation}",
    "/v1/rules/ask",
    "/v1/rules/validate",
}
WITHOUT_KEYS = ("/v1/auth/", "/v1/admin/")
"""What an operator does twice has been done: a pause is a pause, and a dead letter is replayed once, by its id."""
TABLES = ("entities", "campaigns", "requests")


def count(services: AppServices) -> tuple[int, ...]:
    with services.database.transaction() as tx:
        rows = [
            tx.execute(f"SELECT count(*) AS n FROM {table}").fetchone()
            for table in ("entities", "campaigns", "requests")
        ]
    return tuple(row["n"] for row in rows if row)


def send(client: AsgiClient, path: str, body: Any, key: str = "k") -> Any:
    return client.post(path, json=body, headers={"Idempotency-Key": key})


@pytest.mark.parametrize("path", CALLS)
def test_the_same_call_again_gets_the_same_answer_and_has_no_other_effect(
    client: AsgiClient, services: AppServices, path: str
) -> None:
    first = send(client, path, CALLS[path][0])
    before = count(services)
    second = send(client, path, CALLS[path][0])

    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert first.headers["location"] == second.headers["location"]
    assert first.headers.get("etag") == second.headers.get("etag")
    assert (False, "true") == ("idempotency-replayed" in first.headers, second.headers["idempotency-replayed"])
    assert before == count(services)


@pytest.mark.parametrize("path", CALLS)
def test_another_body_under_the_same_key_is_422(client: AsgiClient, services: AppServices, path: str) -> None:
    send(client, path, CALLS[path][0])
    before = count(services)
    response = send(client, path, CALLS[path][1])

    assert (422, "idempotency_key_reused") == (response.status_code, response.json()["code"])
    assert before == count(services)


def test_the_same_key_for_another_type_is_another_thing(client: AsgiClient) -> None:
    send(client, "/v1/entities/location", TOWER)

    assert 422 == send(client, "/v1/entities/faction", TOWER).status_code


def test_the_same_key_at_another_address_or_of_another_caller_is_another_key(
    client: AsgiClient, stranger: AsgiClient
) -> None:
    answers = [send(each, "/v1/campaigns", {"name": "Another"}) for each in (client, stranger)]
    answers.append(send(client, "/v1/entities/location", TOWER))

    assert [201, 201, 201] == [answer.status_code for answer in answers]
    assert not any("idempotency-replayed" in answer.headers for answer in answers)


@pytest.mark.parametrize("path", CALLS)
def test_what_was_refused_may_be_tried_again_under_its_key(client: AsgiClient, path: str) -> None:
    unknown = json.loads(json.dumps(CALLS[path][0]).replace(CAMPAIGN, "374e6530-a75a-482a-933b-b3fe2b7aaed2"))
    refused = send(client, path, unknown if path != "/v1/campaigns" else {"name": ""})

    assert refused.status_code in {400, 422}
    assert send(client, path, CALLS[path][0]).status_code in {201, 202}


def test_a_cancel_under_a_key_is_answered_as_the_first_time(client: AsgiClient, services: AppServices) -> None:
    path = f"/v1/prompts/req_{accepted(services.database, campaign=UUID(CAMPAIGN)).hex}/cancel"
    answers = [client.post(path, headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert [202, 202] == [answer.status_code for answer in answers]
    assert answers[0].content == answers[1].content


def test_a_call_that_is_still_under_way_is_409_for_its_repeat_and_says_when_to_come_back(
    client: AsgiClient, services: AppServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(idempotency.claim.__kwdefaults__, "patience_seconds", 0.1)
    with services.database.transaction() as tx:
        assert idempotency.claim(tx, "user:dm", "POST /v1/campaigns", "k", b"whatever") is None
        response = send(client, "/v1/campaigns", {"name": "Another"})
        tx.rollback()

    assert (409, "idempotency_key_in_use", True, "1") == (
        response.status_code,
        response.json()["code"],
        response.json()["retryable"],
        response.headers["retry-after"],
    )
    assert 201 == send(client, "/v1/campaigns", {"name": "Another"}).status_code


def test_nobody_waits_longer_than_they_want_to(services: AppServices) -> None:
    with services.database.transaction() as tx, services.database.transaction() as other:
        idempotency.claim(tx, "user:dm", "POST /", "k", b"x")
        with pytest.raises(IdempotencyKeyInUse):
            idempotency.claim(other, "user:dm", "POST /", "k", b"x", patience_seconds=0.05)
        other.rollback()
        tx.rollback()


def test_fifty_at_once_with_one_key_make_one_thing(client: AsgiClient, services: AppServices) -> None:
    before = count(services)
    answers = client.at_once(
        [("POST", "/v1/entities/location", {"json": TOWER, "headers": {"Idempotency-Key": "k"}})] * 50
    )

    assert {201} == {answer.status_code for answer in answers}
    assert 1 == len({answer.content for answer in answers})
    assert 49 == sum("idempotency-replayed" in answer.headers for answer in answers)
    assert before[0] + 1 == count(services)[0]


def test_every_post_that_makes_or_changes_something_takes_a_key_and_is_documented(services: AppServices) -> None:
    routes = [route for route in all_routes(create_app(services)) if "POST" in (route.methods or ())]
    taking = {route.path for route in routes if _takes_a_key(route.dependant)}
    others = {route.path for route in routes if not route.path.startswith(WITHOUT_KEYS)} - taking

    assert set(TAKE_A_KEY) == taking
    assert others <= CHANGES_NOTHING


def _takes_a_key(dependant: Any) -> bool:
    return any(one.call is read_idempotency_key or _takes_a_key(one) for one in dependant.dependencies)
