"""Entities over HTTP: flat bodies, optimistic locking, soft delete, pages (R25-R33, C16-C18)."""

import base64
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.api.conftest import CAMPAIGN, Connect
from tests.support.asgi_client import AsgiClient

TOWER = {
    "name": "Broken Tower",
    "description": "A crumbling watchtower",
    "location_type": "building",
    "campaign_id": CAMPAIGN,
}


def made_up_cursor(time: str) -> str:
    """A cursor as nobody was given one: a time that Python reads and Postgres may not."""
    return base64.urlsafe_b64encode(f"{time} {'0' * 32}".encode()).decode().rstrip("=")


def make(client: AsgiClient, kind: str = "location", **fields: Any) -> dict[str, Any]:
    response = client.post(f"/v1/entities/{kind}", json=TOWER | fields)
    assert 201 == response.status_code, response.text
    made: dict[str, Any] = response.json()
    return made


def url(entity: dict[str, Any]) -> str:
    return f"/v1/entities/{entity['type']}/{entity['id']}"


def test_created_entity_comes_back_as_it_was_sent(client: AsgiClient) -> None:
    response = client.post("/v1/entities/location", json=TOWER | {"height_feet": 60})
    body = response.json()
    assert (201, url(body), '"1"') == (response.status_code, response.headers["location"], response.headers["etag"])
    assert TOWER | {"height_feet": 60} == {name: body[name] for name in (*TOWER, "height_feet")}
    assert {"location_type": "building", "height_feet": 60} == body["attributes"]
    assert (1, "approved", "location") == (body["version"], body["state"], body["type"])
    assert body == client.get(url(body)).json()


def test_attributes_may_be_sent_under_their_own_name(client: AsgiClient) -> None:
    flat = {name: value for name, value in TOWER.items() if name != "location_type"}
    response = client.post("/v1/entities/location", json=flat | {"attributes": {"location_type": "ruin"}})
    assert (400, ["location_type"]) == (response.status_code, [item["field"] for item in response.json()["errors"]])
    made = client.post("/v1/entities/location", json=flat | {"attributes": {"location_type": "room"}})
    assert "room" == made.json()["location_type"]


def test_wrong_location_type_is_answered_as_r62_prints_it(client: AsgiClient) -> None:
    response = client.post("/v1/entities/location", json=TOWER | {"location_type": "castle"})
    body = response.json()
    assert "application/problem+json" == response.headers["content-type"]
    assert {
        "type": "https://api.dma.com/errors/validation",
        "title": "Validation Error",
        "status": 400,
        "detail": "The location_type 'castle' is not valid",
        "instance": "/v1/entities/location",
    } == {name: body[name] for name in ("type", "title", "status", "detail", "instance")}
    assert [
        (
            "location_type",
            "Must be one of: continent, kingdom, city, town, dungeon, building, room, wilderness",
        )
    ] == [(item["field"], item["message"]) for item in body["errors"]]


def test_entity_is_found_by_prefixed_and_by_bare_id_and_under_its_own_type_only(client: AsgiClient) -> None:
    made = make(client)
    assert 200 == client.get(f"/v1/entities/location/{made['uuid']}").status_code
    assert 404 == client.get(f"/v1/entities/npc/{made['uuid']}").status_code
    assert 404 == client.get(f"/v1/entities/location/npc_{made['id'][4:]}").status_code
    assert 404 == client.get(f"/v1/entities/castle/{made['id']}").status_code


@pytest.mark.parametrize("tag", ["1", '"1"', "*"])
def test_change_with_the_current_version_is_merged(client: AsgiClient, tag: str) -> None:
    made = make(client)
    response = client.put(url(made), json={"description": "Updated description"}, headers={"If-Match": tag})
    changed = response.json()
    assert (200, '"2"', 2) == (response.status_code, response.headers["etag"], changed["version"])
    assert ("Updated description", "Broken Tower", "building") == (
        changed["description"],
        changed["name"],
        changed["location_type"],
    )


@pytest.mark.parametrize(("is_strict", "status"), [(False, 409), (True, 412)])
@pytest.mark.parametrize("tag", ["7", '"7"', 'W/"1"'])
def test_stale_or_weak_version_is_a_conflict_that_names_the_current_one(
    connect: Connect, tag: str, is_strict: object, status: int
) -> None:
    client = connect(strict_http_preconditions=is_strict)
    made = make(client)
    response = client.put(url(made), json={"description": "x"}, headers={"If-Match": tag})
    assert (status, '"1"', "version_conflict") == (
        response.status_code,
        response.headers["etag"],
        response.json()["code"],
    )
    assert made == client.get(url(made)).json()


def test_change_without_if_match_is_428_and_with_garbage_400(client: AsgiClient) -> None:
    made = make(client)
    assert 428 == client.put(url(made), json={"name": "x"}).status_code
    for garbage in ("abc", '"1', "1,2", "-1", "99999999999"):
        assert 400 == client.put(url(made), json={"name": "x"}, headers={"If-Match": garbage}).status_code


def test_merge_patch_changes_what_it_names_and_null_removes(client: AsgiClient) -> None:
    made = make(client, stats={"strength": 10, "wisdom": 9}, owner="Tomas")
    response = client.patch(
        url(made),
        content=b'{"stats": {"strength": 12, "wisdom": null}, "owner": null}',
        headers={"If-Match": "1", "Content-Type": "application/merge-patch+json"},
    )
    assert (200, {"location_type": "building", "stats": {"strength": 12}}) == (
        response.status_code,
        response.json()["attributes"],
    )


@pytest.mark.parametrize("field", ["id", "uuid", "version", "campaign_id", "deleted_at", "created_at", "type"])
def test_read_only_fields_cannot_be_written(client: AsgiClient, field: str) -> None:
    made = make(client)
    response = client.put(url(made), json={field: made.get(field)}, headers={"If-Match": "1"})
    assert (400, [field]) == (response.status_code, [item["field"] for item in response.json()["errors"]])


def test_deleted_entity_is_gone_for_everyone_but_its_owner(client: AsgiClient) -> None:
    made = make(client)
    assert 409 == client.delete(url(made), headers={"If-Match": "5"}).status_code
    assert 204 == client.delete(url(made), headers={"If-Match": "1"}).status_code
    assert [404, 404, 404] == [
        client.get(url(made)).status_code,
        client.delete(url(made)).status_code,
        client.put(url(made), json={"name": "x"}, headers={"If-Match": "2"}).status_code,
    ]
    assert "deleted_at" in client.get(url(made), params={"include_deleted": "true"}).json()
    assert 0 == client.get("/v1/entities/location", params={"campaign_id": CAMPAIGN}).json()["total"]


def test_pages_lead_from_one_to_the_next_without_gap_or_repeat(client: AsgiClient) -> None:
    made = [make(client, name=f"Tower {number}")["id"] for number in range(5)]
    seen, path = [], f"/v1/entities/location?campaign_id={CAMPAIGN}&limit=2"
    while path:
        response = client.get(path)
        seen += [item["id"] for item in response.json()["items"]]
        assert 5 == response.json()["total"]
        link = response.headers.get("link", "")
        path = link[1 : link.index(">")] if link else ""
    assert made == seen
    offset = client.get("/v1/entities/location", params={"campaign_id": CAMPAIGN, "limit": 2, "offset": 4}).json()
    assert ([made[4]], 2, 4, None) == (
        [item["id"] for item in offset["items"]],
        offset["limit"],
        offset["offset"],
        offset["next_cursor"],
    )


@pytest.mark.parametrize(
    "query",
    [
        "",
        "limit=5",
        f"campaign_id={CAMPAIGN}&limit=0",
        f"campaign_id={CAMPAIGN}&limit=1001",
        f"campaign_id={CAMPAIGN}&limit=1_0",
        f"campaign_id={CAMPAIGN}&limit=%2B5",
        f"campaign_id={CAMPAIGN}&limit=%205",
        f"campaign_id={CAMPAIGN}&limit=1&limit=999",
        f"campaign_id={CAMPAIGN}&offset=1000001",
        f"campaign_id={CAMPAIGN}&offset=9223372036854775808",
        f"campaign_id={CAMPAIGN}&offset=-1",
        f"campaign_id={CAMPAIGN}&cursor=nonsense",
        f"campaign_id={CAMPAIGN}&cursor={made_up_cursor('2025-W01-1T00:00:00+00:00')}",
        f"campaign_id={CAMPAIGN}&cursor={made_up_cursor('0001-01-01T00:00:00+23:59')}",
        f"campaign_id={CAMPAIGN}&state=castle",
        f"campaign_id={CAMPAIGN}&sort=castle",
        f"campaign_id={CAMPAIGN}&view=castle",
        f"campaign_id={CAMPAIGN}&updated_since=2025-06-28T10:00:00",
        f"campaign_id={CAMPAIGN}&updated_since=yesterday",
        f"campaign_id={CAMPAIGN}&tag=",
        f"campaign_id={CAMPAIGN}&name_prefix=",
        f"campaign_id={CAMPAIGN}&include_deleted=1",
        "campaign_id=castle",
    ],
)
def test_wrong_query_of_a_list_is_400(client: AsgiClient, query: str) -> None:
    response = client.get(f"/v1/entities/location?{query}")
    assert (400, 1) == (response.status_code, len(response.json()["errors"]))


def test_other_peoples_entities_do_not_exist(client: AsgiClient, stranger: AsgiClient) -> None:
    made = make(client)
    assert [404, 404, 404, 404, 422, 422] == [
        stranger.get(url(made)).status_code,
        stranger.put(url(made), json={"name": "x"}, headers={"If-Match": "1"}).status_code,
        stranger.delete(url(made)).status_code,
        stranger.get("/v1/entities/location", params={"campaign_id": CAMPAIGN}).status_code,
        stranger.post("/v1/entities/location", json=TOWER).status_code,
        stranger.post("/v1/search", json={"query": "tower", "campaign_id": CAMPAIGN}).status_code,
    ]


def test_search_finds_a_misspelled_name(client: AsgiClient) -> None:
    made = make(client)
    make(client, name="Sunken Temple", description="An ancient temple")
    response = client.post(
        "/v1/search", json={"query": "brokn towr", "campaign_id": CAMPAIGN, "entity_types": ["location"]}
    )
    first = response.json()["results"][0]
    assert (200, made["id"], "location", "Broken Tower") == (
        response.status_code,
        first["entity_id"],
        first["entity_type"],
        first["name"],
    )
    assert 0 < first["score"] <= 1
    assert response.json()["total"] >= 1


def test_search_of_other_types_or_with_unknown_ones(client: AsgiClient) -> None:
    make(client)
    query = {"query": "tower", "campaign_id": CAMPAIGN}
    assert {"results": [], "total": 0} == client.post("/v1/search", json=query | {"entity_types": ["npc"]}).json()
    assert 400 == client.post("/v1/search", json=query | {"entity_types": ["castle"]}).status_code


def test_campaign_is_made_listed_and_read_by_its_owner_only(client: AsgiClient, stranger: AsgiClient) -> None:
    own = str(uuid4())
    made = client.post("/v1/campaigns", json={"id": own, "name": "Lost Mine"})
    assert (201, f"/v1/campaigns/{own}", own) == (made.status_code, made.headers["location"], made.json()["id"])
    assert [CAMPAIGN, own] == [item["id"] for item in client.get("/v1/campaigns").json()["items"]]
    assert made.json() == client.get(f"/v1/campaigns/{own}").json()
    assert 404 == stranger.get(f"/v1/campaigns/{own}").status_code
    assert 409 == stranger.post("/v1/campaigns", json={"id": own, "name": "Mine now"}).status_code
