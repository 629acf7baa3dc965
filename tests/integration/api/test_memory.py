"""What else entities can do over HTTP: bulk, history, approval, relationships, walks and undo."""

from typing import Any
from uuid import UUID

import pytest

from api.deps import AppServices
from contracts.entities import EntityType
from core.ids import new_uuid, parse_id, prefixed
from core.tokens import TokenSigner
from store.campaigns import Role
from store.changes import ChangedEntity, NewEntity, apply_changes
from store.entities import EntityChanges
from store.members import add_member
from tests.contract.test_api_contracts import load_schemas, validator_of
from tests.integration.api.conftest import CAMPAIGN, Connect
from tests.support.asgi_client import AsgiClient

NPC = "/v1/entities/npc"


def make(client: AsgiClient, name: str, **fields: Any) -> dict[str, Any]:
    response = client.post(NPC, json={"name": name, "campaign_id": CAMPAIGN} | fields)
    assert 201 == response.status_code, response.text
    made: dict[str, Any] = response.json()
    return made


def relate(client: AsgiClient, source: dict, target: dict, kind: str = "knows", **more: Any) -> Any:
    body = {"source_id": source["id"], "target_id": target["uuid"], "kind": kind}
    return client.post("/v1/relations", json=body | more)


def names(response: Any) -> list[str]:
    return [item["name"] for item in response.json()["items"]]


@pytest.fixture
def player(connect: Connect, services: AppServices, signer: TokenSigner) -> AsgiClient:
    """A reader of the campaign."""
    with services.database.transaction() as tx:
        add_member(tx, UUID(CAMPAIGN), "user:dm", member="user:player", role=Role.READER)
    scopes = frozenset({"prompts", "entities:read", "entities:write"})
    return connect(token=signer.create_access_token("user:player", scopes))


def test_bulk_writes_all_in_their_order_or_none_and_names_each_fault_by_place(client: AsgiClient) -> None:
    items = [{"name": f"Guard {number}", "level": number % 20, "tags": ["Guard"]} for number in range(300)]
    made = client.post(f"{NPC}/bulk", json={"campaign_id": CAMPAIGN, "items": items})
    assert (201, [item["name"] for item in items]) == (made.status_code, names(made))
    listed = client.get(NPC, params={"campaign_id": CAMPAIGN, "limit": 1000})
    assert [item["id"] for item in made.json()["items"]] == [item["id"] for item in listed.json()["items"]]

    wrong = [{"name": "x"}, {"name": "y", "level": -1, "secret": "\u200b"}, {"name": "z", "tags": [" A ", "a"]}]
    refused = client.post(f"{NPC}/bulk", json={"campaign_id": CAMPAIGN, "items": wrong})
    assert (400, ["items.1.level"]) == (refused.status_code, [one["field"] for one in refused.json()["errors"]])
    for item, field in [({"name": " "}, "items.1.name"), ({"name": "x", "id": "y"}, "items.1.id"), ("x", "items.1")]:
        refused = client.post(f"{NPC}/bulk", json={"campaign_id": CAMPAIGN, "items": [{"name": "x"}, item]})
        assert (400, [field]) == (refused.status_code, [one["field"] for one in refused.json()["errors"]])
    assert 422 == client.post(f"{NPC}/bulk", json={"campaign_id": str(new_uuid()), "items": items}).status_code
    assert 300 == client.get(NPC, params={"campaign_id": CAMPAIGN}).json()["total"]


def test_history_versions_and_restoring_over_http(client: AsgiClient) -> None:
    first = make(client, "Borin", secret="He lied.", tags=["b", "A"])
    url = f"{NPC}/{first['id']}"
    client.put(url, json={"name": "Balin", "secret": None, "tags": []}, headers={"If-Match": "1"})
    history = client.get(f"{url}/history").json()["items"]
    assert [(1, "Borin", "He lied.", "user:dm"), (2, "Balin", None, "user:dm")] == [
        (was["version"], was["name"], was.get("secret"), was["changed_by"]) for was in history
    ]
    then = client.get(url, params={"version": 1}).json()
    assert ("Borin", ["a", "b"], "He lied.", 1) == (then["name"], then["tags"], then["secret"], then["version"])
    assert [404, 400, 404] == [
        client.get(url, params={"version": 3}).status_code,
        client.get(url, params={"version": "x"}).status_code,
        client.post(f"{url}/restore", json={"version": 9}).status_code,
    ]
    stale = client.post(f"{url}/restore", json={"version": 1}, headers={"If-Match": "1"})
    assert (409, '"2"') == (stale.status_code, stale.headers["etag"])
    restored = client.post(f"{url}/restore", json={"version": 1}, headers={"If-Match": "2"})
    assert (200, '"3"', "Borin") == (restored.status_code, restored.headers["etag"], restored.json()["name"])


def test_players_read_what_is_approved_and_no_secret_by_any_route(client: AsgiClient, player: AsgiClient) -> None:
    spy, draft = make(client, "Ilse", secret="Serves Malachar."), make(client, "Draft", state="draft")
    relate(client, spy, draft)
    relate(client, draft, spy)
    hidden = relate(client, spy, make(client, "Duke"), "serves", secret=True).json()["id"]
    url = f"{NPC}/{spy['id']}"
    for reader, view in [(player, {}), (client, {"view": "player"})]:
        assert ["Ilse", "Duke"] == names(reader.get(NPC, params={"campaign_id": CAMPAIGN} | view))
        told = [
            reader.get(path, params=view | more)
            for path, more in [
                (url, {}), (url, {"version": "1"}), (f"{url}/history", {}), (f"{url}/related", {"depth": "5"}),
                ("/v1/relations", {"campaign_id": CAMPAIGN}), (NPC, {"campaign_id": CAMPAIGN}),
            ]
        ]  # fmt: skip
        assert [200] * 6 == [one.status_code for one in told]
        assert not any(word in one.text for one in told for word in ("Malachar", "Draft", "serves"))
        for path in (f"{NPC}/{draft['id']}", f"{NPC}/{draft['id']}/history", f"/v1/relations/{hidden}"):
            assert 404 == reader.get(path, params=view).status_code
    for query in ("Malachar", "serves"):
        found = player.post("/v1/search", json={"query": query, "campaign_id": CAMPAIGN})
        assert "Malachar" not in found.text
    assert 200 == client.post(f"{NPC}/{draft['id']}/approve").status_code
    assert "Draft" in names(player.get(NPC, params={"campaign_id": CAMPAIGN}))
    assert ["Draft"] == names(player.get(f"{url}/related"))


def test_many_drafts_are_approved_at_once(client: AsgiClient) -> None:
    made = [make(client, name, state="draft")["id"] for name in "AB"]
    url = f"/v1/campaigns/{CAMPAIGN}/approve"
    wrong = client.post(url, json={"ids": [made[0], prefixed("npc", new_uuid())]})
    assert (422, ["ids.1"]) == (wrong.status_code, [one["field"] for one in wrong.json()["errors"]])
    approved = client.post(url, json={"ids": made}).json()["items"]
    assert [("A", "approved", 2), ("B", "approved", 2)] == [(o["name"], o["state"], o["version"]) for o in approved]


def test_relationships_are_made_read_changed_and_deleted(client: AsgiClient) -> None:
    borin, forge = make(client, "Borin"), make(client, "Forge")
    period = {"from": {"text": "spring", "order": 3}, "to": {"order": 4.5}}
    made = relate(client, borin, forge, "works at", attributes={"pay": {"gp": 3}}, period=period)
    body = made.json()
    url = f"/v1/relations/{body['id']}"
    assert (201, url, '"1"', period) == (
        made.status_code, made.headers["location"], made.headers["etag"], body["period"],
    )  # fmt: skip
    assert ("Borin", "Forge") == (body["source"]["name"], body["target"]["name"])
    assert [] == [error.message for error in validator_of(load_schemas(), "relation").iter_errors(body)]
    assert body == client.get(f"/v1/relations/{body['uuid']}").json()

    again = relate(client, borin, forge, "works at", attributes={"shift": "night"})
    assert (200, {"pay": {"gp": 3}, "shift": "night"}, period) == (
        again.status_code, again.json()["attributes"], again.json()["period"],
    )  # fmt: skip
    change = {"attributes": {"pay": {"gp": None, "sp": 9}, "shift": None}, "period": None, "secret": True}
    assert [428, 409] == [
        client.put(url, json=change, headers=headers).status_code for headers in ({}, {"If-Match": "1"})
    ]
    changed = client.put(url, json=change, headers={"If-Match": "2"}).json()
    assert ({"pay": {"sp": 9}}, None, True, 3) == (
        changed["attributes"], changed["period"], changed["secret"], changed["version"],
    )  # fmt: skip
    assert [409, 204, 404, 404] == [
        client.delete(url, headers={"If-Match": "1"}).status_code,
        client.delete(url).status_code,
        client.delete(url).status_code,
        client.get(url).status_code,
    ]
    back = relate(client, borin, forge, "works at")
    assert (200, {}, 5) == (back.status_code, back.json()["attributes"], back.json()["version"])


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"kind": "a,b"}, 400, "kind"),
        ({"kind": " "}, 400, "kind"),
        ({"period": {"from": {"order": 5}, "to": {"order": 4}}}, 400, "period.to.order"),
        ({"period": {"since": 5}}, 400, "period.since"),
        ({"attributes": {"x": "y" * 100_001}}, 400, "attributes"),
        ({"target_id": "npc_" + "0" * 32}, 422, "source_id"),
        ({"target_id": "SELF"}, 400, "target_id"),
    ],
)
def test_wrong_relationships_are_named(client: AsgiClient, change: dict, status: int, field: str) -> None:
    a, b = make(client, "A"), make(client, "B")
    change = {name: a["id"] if value == "SELF" else value for name, value in change.items()}
    refused = relate(client, a, b, **change)
    assert (status, field) == (refused.status_code, refused.json()["errors"][0]["field"]), refused.text


def test_a_walk_is_nearest_first_by_kind_direction_and_time(client: AsgiClient) -> None:
    a, b, c, d = (make(client, name) for name in "ABCD")
    relate(client, a, b, "rules", period={"from": {"order": 10}, "to": {"order": 20}})
    relate(client, b, c, "rules")
    relate(client, c, a, "hates")
    relate(client, c, d, "rules")
    url = f"{NPC}/{a['id']}/related"

    def walk(**query: Any) -> list[tuple[str, int, list[str]]]:
        found = client.get(url, params=query).json()["items"]
        return [(one["name"], one["depth"], one["kinds"]) for one in found]

    assert [("B", 1, ["rules"]), ("C", 1, ["hates"])] == walk()
    assert [("B", 1), ("C", 1), ("D", 2)] == [one[:2] for one in walk(depth=5)]
    assert [("B", 1), ("C", 2), ("D", 3)] == [one[:2] for one in walk(depth=5, direction="outgoing")]
    assert [("C", 1, ["hates"])] == walk(depth=1, kinds="hates, loves")
    assert [("B", 1, ["rules"])] == walk(direction="outgoing", at=15)
    assert [] == walk(direction="outgoing", at=20.5)
    for wrong in ({"depth": 0}, {"depth": 6}, {"direction": "up"}, {"at": "noon"}, {"at": "nan"}):
        assert 400 == client.get(url, params=wrong).status_code, wrong
    assert 404 == client.get(f"/v1/entities/item/{a['uuid']}/related").status_code
    listed = client.get("/v1/relations", params={"campaign_id": CAMPAIGN, "entity_id": c["id"], "kinds": "rules"})
    assert [("B", "C"), ("C", "D")] == [(o["source"]["name"], o["target"]["name"]) for o in listed.json()["items"]]


def test_a_prompt_is_undone_once_and_not_over_others_changes(
    client: AsgiClient, player: AsgiClient, services: AppServices
) -> None:
    borin = make(client, "Borin", description="A smith.")
    prompt = {"prompt": "Create a dwarf blacksmith", "context": {"campaign_id": CAMPAIGN}}
    request = client.post("/v1/prompts", json=prompt).json()["request_id"]
    url, made = f"/v1/prompts/{request}/undo", new_uuid()
    assert (409, "request_not_ended") == ((early := client.post(url)).status_code, early.json()["code"])
    with services.database.transaction() as tx:
        changes = [
            NewEntity(made, EntityType.NPC, "Dis"),
            ChangedEntity(parse_id(borin["id"]), EntityType.NPC, EntityChanges(description="A king.")),
        ]
        given = {"campaign_id": UUID(CAMPAIGN), "principal": "user:dm", "request_id": parse_id(request)}
        apply_changes(tx, changes, **given)
        tx.execute("UPDATE requests SET status = 'completed', completed_at = now()")
    assert [404, 403] == [player.get(f"/v1/prompts/{request}").status_code, player.post(url).status_code]

    client.put(f"{NPC}/{made}", json={"name": "Thorin"}, headers={"If-Match": "1"})
    refused = client.post(url)
    assert (409, "changed_since", ["Thorin"]) == (
        refused.status_code, refused.json()["code"], [one["field"] for one in refused.json()["errors"]],
    )  # fmt: skip
    client.post(f"{NPC}/{made}/restore", json={"version": 1})
    undone = client.post(url)
    assert (200, {("Dis", "deleted"), ("Borin", "restored")}) == (
        undone.status_code, {(one["name"], one["action"]) for one in undone.json()["entities"]},
    )  # fmt: skip
    assert undone.json() == client.post(url).json()
    assert 404 == client.get(f"{NPC}/{made}").status_code
    assert ("A smith.", 3) == ((now := client.get(f"{NPC}/{borin['id']}").json())["description"], now["version"])
    assert 404 == client.post(f"/v1/prompts/{prefixed('req', new_uuid())}/undo").status_code


def test_a_cursor_is_good_for_its_own_list_alone(client: AsgiClient) -> None:
    for name in "ABC":
        make(client, name, tags=["x"])
    query = {"campaign_id": CAMPAIGN, "limit": "1", "sort": "-name"}
    page = client.get(NPC, params=query).json()
    cursor = {"cursor": page["next_cursor"]}
    assert (["C"], ["B"]) == ([one["name"] for one in page["items"]], names(client.get(NPC, params=query | cursor)))
    assert 200 == client.get(NPC, params=query | cursor | {"limit": "5"}).status_code
    for other in ({"sort": "name"}, {"tag": "x"}, {"view": "player"}, {"cursor": cursor["cursor"][:-2] + "AA"}):
        refused = client.get(NPC, params=query | cursor | other)
        assert (400, ["cursor"]) == (refused.status_code, [one["field"] for one in refused.json()["errors"]]), other
    assert 400 == client.get("/v1/entities/item", params=query | cursor).status_code
