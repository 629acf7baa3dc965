"""Two users and every route: what belongs to one is for the other as if it did not exist (OWASP API1)."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest

from api.app import all_routes, create_app
from api.deps import AppServices
from tests.integration.api.conftest import CAMPAIGN
from tests.support.asgi_client import AsgiClient

MARK = "Zzyzx"
"""In every text of the owner's; no answer to the stranger may hold it."""

# What these routes answer has no owner: rules, tokens, health, documentation, the caller's own, or what operators see.
WITHOUT_OWNER = re.compile(
    r"/v1/(admin|fast|rules|auth|classify|status|generate$)|/(healthz|readyz|metrics|docs|openapi.json|dashboard|errors)|/$"
)
OF_ONES_OWN = {("GET", "/v1/campaigns"), ("POST", "/v1/campaigns")}


@pytest.fixture
def owned(client: AsgiClient) -> dict[str, str]:
    """One of each kind of thing that has an id."""
    made = [
        client.post(
            "/v1/entities/npc",
            json={
                "name": f"{MARK} {name}",
                "campaign_id": CAMPAIGN,
                "secret": MARK,
                "tags": [MARK],
                "description": MARK,
            },
        ).json()
        for name in "AB"
    ]
    relation = {"source_id": made[0]["id"], "target_id": made[1]["id"], "kind": MARK}
    prompt = {"prompt": f"Create {MARK}", "context": {"campaign_id": CAMPAIGN}}
    return {
        "campaign": CAMPAIGN,
        "entity": made[0]["id"],
        "other": made[1]["id"],
        "relation": client.post("/v1/relations", json=relation).json()["id"],
        "request": client.post("/v1/prompts", json=prompt).json()["request_id"],
        "principal": "user:dm",
    }


def ids_of(path: str, owned: dict[str, str]) -> dict[str, str]:
    kind = "campaign" if "/campaigns/" in path else "relation" if "/relations/" in path else "entity"
    asked = {"request_id": owned["request"], "principal": owned["principal"]}
    return {"id": owned[kind], "type": "npc", "kind": "hex", "format": "md" if "/key." in path else "svg"} | asked


def body_of(path: str, owned: dict[str, str]) -> dict[str, Any] | None:
    """A body that would be taken from the owner."""
    own = {"campaign_id": owned["campaign"]}
    return {
        "/v1/prompts": {"prompt": "x", "context": own},
        "/v1/generate/dungeon": {"rooms": 5, **own},
        "/v1/generate/{kind}": {"brief": {}, "context": own},
        "/v1/search": {"query": MARK, **own},
        "/v1/entities/{type}": {"name": "Mole", **own},
        "/v1/entities/{type}/bulk": {"items": [{"name": "Mole"}], **own},
        "/v1/entities/{type}/{id}": {"name": "Mole"},
        "/v1/entities/{type}/{id}/restore": {"version": 1},
        "/v1/relations": {"source_id": owned["entity"], "target_id": owned["other"], "kind": "mole"},
        "/v1/relations/{id}": {"secret": False},
        "/v1/campaigns/{id}": {"name": "Mole"},
        "/v1/campaigns/{id}/approve": {"ids": [owned["entity"]]},
        "/v1/campaigns/{id}/import": {"format": "dma-campaign", "entities": []},
        "/v1/campaigns/{id}/members/{principal}": {"role": "reader"},
    }.get(path)


def everything(client: AsgiClient, owned: dict[str, str]) -> list[Any]:
    """What the owner has, to compare before and after."""
    paths = [
        f"/v1/campaigns/{CAMPAIGN}",
        f"/v1/campaigns/{CAMPAIGN}/members",
        f"/v1/campaigns/{CAMPAIGN}/export",
        f"/v1/entities/npc/{owned['entity']}/history",
        f"/v1/relations/{owned['relation']}",
        f"/v1/prompts/{owned['request']}",
    ]
    return [client.get(path).json() for path in paths]


def test_no_route_shows_or_changes_what_is_someone_elses(
    client: AsgiClient, stranger: AsgiClient, services: AppServices, owned: dict[str, str]
) -> None:
    before, unknown = everything(client, owned), {name: str(uuid4()) for name in owned} | {"principal": "user:dm"}
    tried, faults = 0, []
    for route in all_routes(create_app(services)):
        for method in sorted(route.methods):
            if WITHOUT_OWNER.match(route.path) or (method, route.path) in OF_ONES_OWN:
                continue
            tried += 1
            answers = []
            for ids in (owned, unknown):
                body = body_of(route.path, ids)
                if method in {"PUT", "PATCH"} or route.body_field:
                    assert body is not None, f"{method} {route.path} needs a body in this test"
                response = stranger.request(
                    method,
                    route.path.format(**ids_of(route.path, ids)),
                    params={"campaign_id": ids["campaign"]} if method == "GET" else {},
                    headers={"If-Match": "*"},
                    **({"json": body} if body and method != "GET" else {}),
                )
                answers.append((response.status_code, without_ids(response.text, ids)))
                if MARK.lower() in response.text.lower():
                    faults.append(f"{method} {route.path} tells what is someone else's")
            if answers[0] != answers[1] or answers[0][0] not in {404, 422}:
                faults.append(f"{method} {route.path}: {answers}")
    assert [] == faults
    assert tried > 30
    assert before == everything(client, owned)
    assert f'"{MARK}' not in json.dumps(stranger.get("/v1/campaigns").json())


def without_ids(text: str, ids: dict[str, str]) -> str:
    """A problem without what differs from exchange to exchange."""
    problem = json.loads(text) if text else {}
    return json.dumps({name: one for name, one in problem.items() if name not in {"request_id", "instance"}})


def test_ones_own_campaign_does_not_lend_a_way_to_anothers(stranger: AsgiClient, owned: dict[str, str]) -> None:
    own = stranger.post("/v1/campaigns", json={"name": "Mine"}).json()["id"]
    spy = stranger.post("/v1/entities/npc", json={"name": "Spy", "campaign_id": own}).json()["id"]
    listed = stranger.get("/v1/relations", params={"campaign_id": own, "entity_id": owned["entity"]})
    assert [422, 422, 422, 422, 0] == [
        stranger.post("/v1/relations", json={"source_id": spy, "target_id": owned["entity"], "kind": "x"}).status_code,
        stranger.post("/v1/relations", json={"source_id": owned["entity"], "target_id": spy, "kind": "x"}).status_code,
        stranger.post(f"/v1/campaigns/{own}/approve", json={"ids": [owned["entity"]]}).status_code,
        stranger.post(
            "/v1/prompts", json={"prompt": "x", "context": {"campaign_id": own, "location_id": owned["entity"]}}
        ).status_code,
        listed.json()["total"],
    ]
    found = stranger.post("/v1/search", json={"query": MARK, "campaign_id": own}).json()
    assert {"results": [], "total": 0} == found


def test_a_thing_of_anothers_is_reached_by_no_header_cursor_or_reference(
    client: AsgiClient, stranger: AsgiClient, owned: dict[str, str]
) -> None:
    own = stranger.post("/v1/campaigns", json={"name": "Mine"}).json()["id"]
    body, key = {"name": f"{MARK} C", "campaign_id": CAMPAIGN}, {"Idempotency-Key": "the-owners"}
    made = client.post("/v1/entities/npc", json=body, headers=key)
    cursor = client.get(f"/v1/entities/npc?campaign_id={CAMPAIGN}&limit=1").json()["next_cursor"]
    order = {"campaign_id": own, "rooms": 5, "keep": {"dungeon_id": owned["entity"], "rooms": [1]}}
    answers = {
        "the owner's key": (stranger.post("/v1/entities/npc", json=body, headers=key), {422}),
        "the owner's cursor": (stranger.get(f"/v1/entities/npc?campaign_id={own}&limit=1&cursor={cursor}"), {200, 400}),
        "an event's id": (
            stranger.get(f"/v1/prompts/{owned['request']}/events", headers={"Last-Event-ID": "1.begin"}),
            {404},
        ),
        "a kept dungeon": (stranger.post("/v1/generate/dungeon", json=order), {422}),
        "a session": (
            stranger.post(
                "/v1/prompts",
                json={"prompt": "x", "context": {"campaign_id": own, "session_id": owned["request"].partition("_")[2]}},
            ),
            {202},  # a session is the caller's own word for an evening, and leads to their own requests only
        ),
        "a campaign's id of one's own choice": (
            stranger.post("/v1/campaigns", json={"id": CAMPAIGN, "name": "Mine"}),
            {409},
        ),
    }
    assert cursor
    assert 201 == made.status_code
    assert [] == [what for what, (answer, good) in answers.items() if answer.status_code not in good]
    assert [] == [what for what, (answer, _) in answers.items() if MARK.lower() in answer.text.lower()]


OWNERS = {
    ("DELETE", "/v1/campaigns/{id}"),
    ("PUT", "/v1/campaigns/{id}"),
    ("PATCH", "/v1/campaigns/{id}"),
    ("PUT", "/v1/campaigns/{id}/members/{principal}"),
    ("DELETE", "/v1/campaigns/{id}/members/{principal}"),
}
READERS = {("POST", "/v1/search")}
"""Beside what is only read."""


@pytest.mark.parametrize("role", ["reader", "editor"])
def test_a_role_may_do_what_it_is_for_on_every_route_of_a_campaign(
    client: AsgiClient,
    stranger: AsgiClient,
    services: AppServices,
    owned: dict[str, str],
    role: str,
) -> None:
    client.put(f"/v1/campaigns/{CAMPAIGN}/members/user:stranger", json={"role": role})
    client.post(f"/v1/prompts/{owned['request']}/cancel")  # so that its events come to an end
    faults, tried = [], 0
    for route in all_routes(create_app(services)):
        for method in sorted(route.methods):
            call = (method, route.path)
            if WITHOUT_OWNER.match(route.path) or call in OF_ONES_OWN:
                continue
            may = (
                call not in OWNERS
                if role == "editor"
                else call in READERS or (method == "GET" and "/dungeon/{id}/" not in route.path)
            )
            if may and role == "editor" and method != "GET":
                continue  # what editors may do has its own tests; here is what they may not
            tried += 1
            body = body_of(route.path, owned)
            status = stranger.request(
                method,
                route.path.format(**ids_of(route.path, owned)),
                params={"campaign_id": CAMPAIGN} if method == "GET" and "{id}" not in route.path else {},
                headers={"If-Match": "*"},
                **({"json": body} if body and method != "GET" else {}),
            ).status_code
            # Not 404 for what a role may see; not 2xx for what it may not do.
            good = status < 300 or status == 404 if may else status in {403, 404, 422}
            faults += [] if good else [(call, status)]
    assert [] == faults
    assert tried > 15
