"""Watching a request and ending it early: waiting, polling, history, lists, cancel (R24, C34, RFC 7240)."""

import asyncio
import contextlib
import threading
import time
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from psycopg.errors import UndefinedTable

from api.deps import AppServices
from api.polling import markers_of
from api.preferences import read_wait
from api.routers.prompts import pause_of
from contracts.entities import EntityType
from core.errors import ErrorCategory
from core.ids import derived_uuid, new_uuid
from core.problems import problem
from store.campaigns import Role
from store.changes import NewEntity, apply_changes
from store.database import Database, Transaction
from store.endings import fail_request
from store.members import add_member
from store.request_lists import Marker
from store.requests import read_request
from store.steps import Fenced, finish_step, release_step
from tests.integration.api.conftest import CAMPAIGN, Connect
from tests.support.asgi_client import AsgiClient
from tests.support.jobs import PRINCIPAL, accepted, claimed, complete, finish

ANY_CAMPAIGN = {"campaign_id": CAMPAIGN}


@pytest.fixture
def request_id(services: AppServices) -> UUID:
    """A request of two steps that nobody has begun."""
    return accepted(services.database, steps=2, campaign=UUID(CAMPAIGN))


def path_of(request_id: UUID) -> str:
    return f"/v1/prompts/req_{request_id.hex}"


def run_whole(services: AppServices, request_id: UUID) -> None:
    for step_no in (1, 2):
        finish(services.database, claimed(services.database, request_id, step_no), content="Done.")
    complete(services.database, request_id)


def later(seconds: float, act: Any, *given: Any) -> threading.Timer:
    timer = threading.Timer(seconds, act, given)
    timer.start()
    return timer


# Waiting -------------------------------------------------------------------------------------------------------------


def test_who_prefers_to_wait_is_answered_when_the_request_ends(
    client: AsgiClient, services: AppServices, request_id: UUID
) -> None:
    later(0.2, run_whole, services, request_id)
    started = time.monotonic()
    response = client.get(path_of(request_id), headers={"Prefer": "wait=20"})

    assert ("completed", "wait=20") == (response.json()["status"], response.headers["preference-applied"])
    assert time.monotonic() - started < 15


def test_who_waited_in_vain_gets_the_state_as_it_is(client: AsgiClient, request_id: UUID) -> None:
    response = client.get(path_of(request_id), headers={"Prefer": "respond-async, wait=1"})

    assert ("processing", "wait=1") == (response.json()["status"], response.headers["preference-applied"])
    assert int(response.headers["retry-after"]) >= 1


def test_who_waits_for_what_has_ended_does_not_wait(
    client: AsgiClient, services: AppServices, request_id: UUID
) -> None:
    run_whole(services, request_id)
    started = time.monotonic()

    assert "completed" == client.get(path_of(request_id), headers={"Prefer": "wait=25"}).json()["status"]
    assert time.monotonic() - started < 10


def test_nobody_waits_for_what_is_not_theirs(stranger: AsgiClient, request_id: UUID) -> None:
    started = time.monotonic()

    assert 404 == stranger.get(path_of(request_id), headers={"Prefer": "wait=25"}).status_code
    assert time.monotonic() - started < 10


def test_a_prompt_sent_with_a_wait_is_accepted_and_answered_in_one(client: AsgiClient, services: AppServices) -> None:
    def run_what_comes() -> None:
        for _ in range(200):
            with services.database.transaction() as tx:
                row = tx.execute("SELECT id FROM requests").fetchone()
            if row:
                finish(services.database, claimed(services.database, row["id"]), content="17")
                return complete(services.database, row["id"])
            time.sleep(0.02)
        raise AssertionError("no prompt came")

    worker = later(0, run_what_comes)
    body = {"prompt": "What is the THAC0 of a level 5 fighter?", "context": ANY_CAMPAIGN}
    response = client.post("/v1/prompts", json=body, headers={"Prefer": "wait=20"})
    worker.join()

    assert (202, "completed", "17") == (
        response.status_code,
        response.json()["status"],
        response.json()["result"]["content"],
    )
    assert ("wait=20", False) == (response.headers["preference-applied"], "retry-after" in response.headers)
    assert response.headers["location"] == response.json()["poll_url"]


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [
        ([], None),
        (["wait=5"], 5),
        (['wait="7"'], 7),
        (["respond-async, wait=3; x=y"], 3),
        (["respond-async", "Wait = 9"], 9),
        (["wait=600"], 25),
        (["wait=0"], 0),
        (["wait=-1"], None),
        (["wait=soon, return=minimal"], None),
        (["wait=" + "9" * 30], None),
    ],
)
def test_preferences_are_read_and_what_cannot_be_is_passed_over(sent: list[str], seconds: int | None) -> None:
    assert seconds == read_wait(sent)


# Polling -------------------------------------------------------------------------------------------------------------


def test_every_change_has_another_tag_and_no_change_is_304(
    client: AsgiClient, services: AppServices, request_id: UUID
) -> None:
    tags = [client.get(path_of(request_id)).headers["etag"]]

    def look() -> None:
        response = client.get(path_of(request_id), headers={"If-None-Match": tags[-1]})
        assert 200 == response.status_code
        tags.append(response.headers["etag"])
        again = client.get(path_of(request_id), headers={"If-None-Match": tags[-1]})
        assert (304, b"", tags[-1]) == (again.status_code, again.content, again.headers["etag"])

    claim = claimed(services.database, request_id)
    look()
    with services.database.transaction() as tx:
        release_step(tx, claim)
    look()
    finish(services.database, claimed(services.database, request_id))
    look()
    finish(services.database, claimed(services.database, request_id, 2))
    look()
    complete(services.database, request_id)
    look()
    assert len(tags) == len(set(tags))


def test_a_spared_poll_says_what_the_long_way_says(client: AsgiClient, request_id: UUID) -> None:
    tag = client.get(path_of(request_id)).headers["etag"]
    known = {"If-None-Match": f'"other", {tag}'}

    short = client.get(path_of(request_id), headers=known)
    long = client.get(f"{path_of(request_id)}?", headers=known | {"Prefer": "return=minimal"})

    assert 304 == short.status_code == long.status_code
    own = {"x-request-id", "x-response-time", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit"}
    assert {name: short.headers[name] for name in short.headers if name not in own} == {
        name: long.headers[name] for name in long.headers if name not in own
    }


@pytest.mark.parametrize("token", ["nobody", "svc_none_at_all", None])
def test_who_may_not_see_a_request_is_not_told_that_it_stands_still(
    client: AsgiClient, connect: Connect, services: AppServices, request_id: UUID, token: str | None
) -> None:
    known = {"If-None-Match": client.get(path_of(request_id)).headers["etag"]}

    assert 401 == connect(token=token).get(path_of(request_id), headers=known).status_code
    for principal, scopes, status in (("user:other", {"prompts"}, 404), (PRINCIPAL, {"rules"}, 403)):
        stranger = connect(token=services.signer.create_access_token(principal, frozenset(scopes)))
        assert status == stranger.get(path_of(request_id), headers=known).status_code
    assert 404 == client.get(f"/v1/prompts/req_{'0' * 32}", headers=known).status_code


def test_polls_that_come_together_are_looked_up_together(services: AppServices, request_id: UUID) -> None:
    looks: list[int] = []

    class Counted(Database):
        def reading(self) -> AbstractContextManager[Transaction]:
            looks.append(1)
            return super().reading()

    database = Counted(services.database.url, application_name="dma-test")
    database.open()
    with contextlib.closing(database):
        markers = markers_of(database)

        async def poll() -> list[Marker | None]:
            return await asyncio.gather(*(markers.load(None, (request_id, PRINCIPAL)) for _ in range(100)))

        found = asyncio.run(poll())

    assert {"processing"} == {marker.status for marker in found if marker}
    assert 100 == len(found)
    assert len(looks) <= 2


def test_a_304_reads_nothing_that_may_be_large(client: AsgiClient, services: AppServices, request_id: UUID) -> None:
    tag = client.get(path_of(request_id)).headers["etag"]
    with services.database.transaction() as tx:
        # Whoever reads these columns now fails.
        tx.execute("ALTER TABLE requests RENAME COLUMN result TO result_gone")
        tx.execute("ALTER TABLE steps RENAME TO steps_gone")

    assert 304 == client.get(path_of(request_id), headers={"If-None-Match": tag}).status_code
    with pytest.raises(UndefinedTable), services.database.transaction() as tx:
        read_request(tx, request_id, PRINCIPAL)


@pytest.mark.parametrize(
    ("age", "left", "pause"),
    [(0.0, 30, 1), (0.99, 30, 1), (1, 30, 2), (3, 30, 4), (7, 30, 5), (60, 60, 5), (28, 1.2, 2), (40, -1, 1)],
)
def test_the_pause_grows_with_the_age_and_never_goes_beyond_the_deadline(age: float, left: float, pause: int) -> None:
    assert pause == pause_of(Marker("processing", 1, age, left))


# History -------------------------------------------------------------------------------------------------------------


def test_history_tells_every_transition_with_worker_and_lease(
    client: AsgiClient, services: AppServices, request_id: UUID
) -> None:
    claimed(services.database, request_id, lease=0)
    claim = claimed(services.database, request_id, worker="w2")
    finish(services.database, claim)
    body = client.get(path_of(request_id) + "/history").json()

    told = [(item.get("step_no"), item["state"], item.get("worker"), item.get("lease_epoch")) for item in body["items"]]
    assert [(None, "processing", None, None), (1, "running", "w1", 1), (1, "running", "w2", 2)] == told[:3]
    assert (1, "done", 2, 1) == (told[3][0], told[3][1], told[3][3], body["items"][3]["attempt"])
    assert f"req_{request_id.hex}" == body["request_id"]
    assert all(item["at"].endswith("Z") for item in body["items"])


def test_history_of_somebody_elses_request_is_404(stranger: AsgiClient, request_id: UUID) -> None:
    assert 404 == stranger.get(path_of(request_id) + "/history").status_code


# Lists ---------------------------------------------------------------------------------------------------------------


def test_a_campaigns_requests_come_newest_first_page_by_page(client: AsgiClient, services: AppServices) -> None:
    made = [accepted(services.database, campaign=UUID(CAMPAIGN)) for _ in range(5)]
    pages, cursor = [], {}
    while True:
        response = client.get("/v1/prompts", params={**ANY_CAMPAIGN, "limit": 2, **cursor})
        pages.append([item["request_id"] for item in response.json()["items"]])
        if "next_cursor" not in response.json() or response.json()["next_cursor"] is None:
            break
        assert f"cursor={response.json()['next_cursor']}" in response.headers["link"]
        cursor = {"cursor": response.json()["next_cursor"]}

    assert [2, 2, 1] == [len(page) for page in pages]
    assert [f"req_{request.hex}" for request in reversed(made)] == [request for page in pages for request in page]


def test_a_list_holds_what_is_needed_to_choose(client: AsgiClient, request_id: UUID) -> None:
    (item,) = client.get("/v1/prompts", params=ANY_CAMPAIGN).json()["items"]

    assert ("processing", "Create a dungeon", "generate_dungeon", path_of(request_id)) == (
        item["status"],
        item["prompt"],
        item["intent"],
        item["poll_url"],
    )


def test_a_list_can_be_of_one_status(client: AsgiClient, services: AppServices, request_id: UUID) -> None:
    failed = accepted(services.database, campaign=UUID(CAMPAIGN))
    with services.database.transaction() as tx:
        fail_request(tx, failed, problem(ErrorCategory.TIMEOUT, "too late"))
    items = client.get("/v1/prompts", params={**ANY_CAMPAIGN, "status": "failed"}).json()["items"]

    assert [(f"req_{failed.hex}", "timeout")] == [(item["request_id"], item["error_type"]) for item in items]


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({}, 400, "campaign_id"),
        ({**ANY_CAMPAIGN, "status": "done"}, 400, "status"),
        ({**ANY_CAMPAIGN, "limit": "0"}, 400, "limit"),
        ({**ANY_CAMPAIGN, "limit": "1001"}, 400, "limit"),
        ({**ANY_CAMPAIGN, "cursor": "%%%"}, 400, "cursor"),
        ({**ANY_CAMPAIGN, "cursor": "MjAyNg"}, 400, "cursor"),
    ],
)
def test_a_wrong_query_is_refused_by_field(client: AsgiClient, query: dict[str, str], status: int, field: str) -> None:
    response = client.get("/v1/prompts", params=query)

    assert (status, [field]) == (response.status_code, [item["field"] for item in response.json()["errors"]])


def test_the_list_of_somebody_elses_campaign_is_404(stranger: AsgiClient, request_id: UUID) -> None:
    assert 404 == stranger.get("/v1/prompts", params=ANY_CAMPAIGN).status_code


# Cancel --------------------------------------------------------------------------------------------------------------


def test_cancel_ends_a_request_and_says_the_same_when_asked_again(client: AsgiClient, request_id: UUID) -> None:
    first, second = (client.post(path_of(request_id) + "/cancel") for _ in range(2))

    assert (202, 200, "cancelled") == (first.status_code, second.status_code, first.json()["status"])
    assert first.json() == second.json() == client.get(path_of(request_id)).json()
    assert ["cancelled", "cancelled"] == [step["state"] for step in first.json()["plan"]]
    assert not {"error", "stage"} & first.json().keys()


def test_what_was_committed_before_a_cancel_stays_and_is_listed(
    client: AsgiClient, services: AppServices, request_id: UUID
) -> None:
    claim = claimed(services.database, request_id)
    entity = NewEntity(derived_uuid(request_id, 1, 0), EntityType.NPC, "Borin")
    with services.database.transaction() as tx:
        finish_step(tx, claim, {"content": "Borin", "entities_created": ["npc_" + entity.id.hex]})
        apply_changes(tx, [entity], campaign_id=UUID(CAMPAIGN), principal=PRINCIPAL, request_id=request_id)
    body = client.post(path_of(request_id) + "/cancel").json()

    assert (["npc_" + entity.id.hex], "Borin") == (body["result"]["entities_created"], body["result"]["content"])
    assert 200 == client.get("/v1/entities/npc/npc_" + entity.id.hex).status_code


def test_what_was_committed_before_a_failure_is_named_in_its_problem(
    client: AsgiClient, services: AppServices, request_id: UUID
) -> None:
    finish(services.database, claimed(services.database, request_id), entities_created=["npc_1"])
    with services.database.transaction() as tx:
        fail_request(tx, request_id, problem(ErrorCategory.TIMEOUT, "too late"))

    assert ["npc_1"] == client.get(path_of(request_id)).json()["error"]["entities_created"]


def test_a_running_step_writes_nothing_after_the_cancel(
    client: AsgiClient, services: AppServices, request_id: UUID
) -> None:
    claim = claimed(services.database, request_id)
    client.post(path_of(request_id) + "/cancel")

    with pytest.raises(Fenced):
        finish(services.database, claim, content="too late")


def test_a_completed_request_stays_completed(client: AsgiClient, services: AppServices, request_id: UUID) -> None:
    run_whole(services, request_id)
    response = client.post(path_of(request_id) + "/cancel")

    assert (200, "completed") == (response.status_code, response.json()["status"])


def test_only_who_may_write_may_cancel(
    stranger: AsgiClient, connect: Connect, services: AppServices, signer: Any, request_id: UUID
) -> None:
    with services.database.transaction() as tx:
        add_member(tx, UUID(CAMPAIGN), PRINCIPAL, member="user:reader", role=Role.READER)
    reader = connect(token=signer.create_access_token("user:reader", frozenset({"prompts"})))

    assert 404 == stranger.post(path_of(request_id) + "/cancel").status_code
    assert 404 == stranger.post(path_of(new_uuid()) + "/cancel").status_code
    assert 404 == reader.post(path_of(request_id) + "/cancel").status_code  # what others asked is not for readers
    assert 404 == reader.get(path_of(request_id)).status_code
