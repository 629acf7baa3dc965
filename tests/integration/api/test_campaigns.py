"""Campaigns over HTTP: settings with a version, members with roles, and a deletion that leaves nothing."""

from typing import Any

import httpx
import pytest

from api.deps import AppServices
from core.tokens import TokenSigner
from tests.integration.api.conftest import CAMPAIGN, Connect
from tests.support.asgi_client import AsgiClient

URL = f"/v1/campaigns/{CAMPAIGN}"
SCOPES = frozenset({"prompts", "entities:read", "entities:write"})
ANNA = f"{URL}/members/user:anna"


def fields_of(response: httpx.Response) -> list[str]:
    return [item["field"] for item in response.json()["errors"]]


@pytest.fixture
def anna(connect: Connect, signer: TokenSigner) -> AsgiClient:
    return connect(token=signer.create_access_token("user:anna", SCOPES))


def test_name_and_settings_change_with_the_version_that_was_read(client: AsgiClient) -> None:
    first = client.get(URL)
    assert ('"1"', 1, {"house_rules": {}, "optional_rules": {}}) == (
        first.headers["etag"],
        first.json()["version"],
        first.json()["settings"],
    )
    settings = {"house_rules": {"level_cap": 20, "shield": False}, "optional_rules": {"weapon_speed": True}}
    changed = client.put(URL, json={"settings": settings}, headers={"If-Match": '"1"'})
    assert (200, '"2"', settings, "My campaign") == (
        changed.status_code,
        changed.headers["etag"],
        changed.json()["settings"],
        changed.json()["name"],
    )
    assert [409, 409, 428] == [
        client.put(URL, json={"name": "x"}, headers=headers).status_code
        for headers in ({"If-Match": "1"}, {"If-Match": 'W/"2"'}, {})
    ]
    renamed = client.patch(URL, json={"name": "The Vale"}, headers={"If-Match": "*"}).json()
    assert ("The Vale", settings, 3) == (renamed["name"], renamed["settings"], renamed["version"])
    made = client.post("/v1/campaigns", json={"name": "Second", "settings": settings})
    assert settings == client.get(made.headers["location"]).json()["settings"]


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"house_rules": {"gravity": False}}, 422, "settings.house_rules.gravity"),
        ({"house_rules": {"level_cap": "high"}}, 422, "settings.house_rules.level_cap"),
        ({"optional_rules": {"kits": True}}, 422, "settings.optional_rules.kits"),
        ({"optional_rules": {"weapon_speed": "on"}}, 400, "settings.optional_rules.weapon_speed"),
        ({"colour": "red"}, 400, "settings.colour"),
    ],
)
def test_settings_of_no_rule_are_refused_by_name(client: AsgiClient, given: Any, status: int, field: str) -> None:
    for response in (
        client.put(URL, json={"settings": given}, headers={"If-Match": "1"}),
        client.post("/v1/campaigns", json={"name": "x", "settings": given}),
    ):
        assert (status, [field]) == (response.status_code, fields_of(response))


def test_roles_say_who_may_do_what(client: AsgiClient, anna: AsgiClient) -> None:
    entity = client.post("/v1/entities/npc", json={"name": "Borin", "campaign_id": CAMPAIGN}).json()
    url = f"/v1/entities/npc/{entity['id']}"
    assert [404, 404] == [anna.get(URL).status_code, anna.put(ANNA, json={"role": "owner"}).status_code]

    assert "reader" == client.put(ANNA, json={"role": "reader"}).json()["role"]
    assert [200, 200, 200] == [anna.get(path).status_code for path in (URL, url, ANNA)]
    writes = [
        ("PUT", url, {"name": "x"}),
        ("DELETE", url, None),
        ("POST", f"{url}/restore", {"version": 1}),
        ("POST", f"{url}/approve", None),
        ("POST", "/v1/entities/npc", {"name": "x", "campaign_id": CAMPAIGN}),
        ("POST", "/v1/entities/npc/bulk", {"items": [{"name": "x"}], "campaign_id": CAMPAIGN}),
        ("POST", f"{URL}/approve", {"ids": [entity["id"]]}),
        ("PUT", URL, {"name": "x"}),
        ("DELETE", URL, None),
        ("PUT", f"{URL}/members/user:ben", {"role": "reader"}),
        ("DELETE", f"{URL}/members/user:dm", None),
    ]
    for method, path, body in writes:
        assert 403 == anna.request(method, path, json=body, headers={"If-Match": "1"}).status_code, (method, path)

    client.put(ANNA, json={"role": "editor"})
    assert [200, 403, 403] == [
        anna.put(url, json={"name": "x"}, headers={"If-Match": "1"}).status_code,
        anna.put(URL, json={"name": "x"}, headers={"If-Match": "1"}).status_code,
        anna.delete(URL).status_code,
    ]
    assert ["user:dm", "user:anna"] == [one["principal"] for one in anna.get(f"{URL}/members").json()["items"]]
    assert [204, 404] == [anna.delete(ANNA).status_code, anna.get(URL).status_code]


def test_the_last_owner_stays_and_wrong_members_are_named(client: AsgiClient, anna: AsgiClient) -> None:
    own = f"{URL}/members/user:dm"
    refused = [client.delete(own), client.put(own, json={"role": "reader"})]
    assert [(409, "last_owner")] * 2 == [(one.status_code, one.json()["code"]) for one in refused]
    assert [404, 404, 404] == [
        client.get(ANNA).status_code,
        client.delete(ANNA).status_code,
        client.get(f"{URL}/members/%20").status_code,
    ]
    wrong = client.put(f"{URL}/members/anna", json={"role": "reader"})
    assert (422, ["principal"]) == (wrong.status_code, fields_of(wrong))
    assert 400 == client.put(ANNA, json={"role": "king"}).status_code
    client.put(ANNA, json={"role": "owner"})
    assert [204, 404, 200] == [client.delete(own).status_code, client.get(URL).status_code, anna.get(URL).status_code]


def test_a_deleted_campaign_leaves_nothing_in_any_table(client: AsgiClient, services: AppServices) -> None:
    a, b = (client.post("/v1/entities/npc", json={"name": n, "campaign_id": CAMPAIGN}).json()["id"] for n in "AB")
    client.post("/v1/relations", json={"source_id": a, "target_id": b, "kind": "knows"})
    prompt = {"prompt": "Create a dwarf blacksmith", "context": {"campaign_id": CAMPAIGN}}
    accepted = client.post("/v1/prompts", json=prompt, headers={"Idempotency-Key": "k"})
    assert 202 == accepted.status_code
    with services.database.transaction() as tx:
        tx.execute(
            "INSERT INTO entity_embeddings (entity_id, campaign_id, model, content_hash, embedding)"
            " SELECT id, campaign_id, 'm', '', array_fill(0, ARRAY[384])::halfvec FROM entities"
        )
    assert 204 == client.delete(URL).status_code
    tables = [
        "campaigns",
        "memberships",
        "requests",
        "steps",
        "transitions",
        "events",
        "idempotency_keys",
        "entities",
        "entity_versions",
        "relationships",
        "relationship_versions",
        "entity_embeddings",
    ]
    with services.database.transaction() as tx:
        left = {
            table: tx.execute(f"SELECT count(*) AS rows FROM {table}".encode()).fetchone()["rows"] for table in tables
        }
    assert dict.fromkeys(tables, 0) == left
    assert [404, 404, 404] == [
        client.get(URL).status_code,
        client.get(accepted.json()["poll_url"]).status_code,
        client.delete(URL).status_code,
    ]
    assert 422 == client.post("/v1/prompts", json=prompt, headers={"Idempotency-Key": "k"}).status_code
