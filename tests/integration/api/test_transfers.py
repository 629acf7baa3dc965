"""Campaigns in and out, as JSON and as notes: nothing is lost, doubled, or told to players."""

import io
import json
import os
import zipfile
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.deps import AppServices
from contracts.entities import EntityType
from core.ids import new_uuid
from store.campaigns import Role
from store.entity_batches import NewRow, create_entities
from store.members import add_member
from tests.contract.test_api_contracts import load_schemas, validator_of
from tests.integration.api.conftest import CAMPAIGN, Connect
from tests.support.asgi_client import AsgiClient

ODD = 'Éowyn: "the [[Rider]]" #1 / <b>\u2028\u0085\ud83d\udc09'.encode("utf-16", "surrogatepass").decode("utf-16")
MARK = "<!-- what follows is written from the head of this note -->"


def make(client: AsgiClient, kind: str = "npc", **fields: Any) -> dict[str, Any]:
    response = client.post(f"/v1/entities/{kind}", json={"campaign_id": CAMPAIGN} | fields)
    assert 201 == response.status_code, response.text
    made: dict[str, Any] = response.json()
    return made


def export(client: AsgiClient, campaign: str = CAMPAIGN, **query: str) -> httpx.Response:
    response = client.get(f"/v1/campaigns/{campaign}/export", params=query)
    assert 200 == response.status_code, response.text
    assert int(response.headers["content-length"]) == len(response.content)
    return response


def load(client: AsgiClient, content: bytes, campaign: str = CAMPAIGN, kind: str = "json") -> httpx.Response:
    return client.post(
        f"/v1/campaigns/{campaign}/import", content=content, headers={"Content-Type": f"application/{kind}"}
    )


def zipped(**files: str | bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as folder:
        for path, text in files.items():
            folder.writestr(path, text)
    return content.getvalue()


@pytest.fixture
def memory(client: AsgiClient) -> dict[str, dict[str, Any]]:
    """A small campaign with one of everything that a file must carry."""
    settings = {"house_rules": {"level_cap": 20}, "optional_rules": {"weapon_speed": True}}
    changed = client.put(f"/v1/campaigns/{CAMPAIGN}", json={"settings": settings}, headers={"If-Match": "1"})
    assert 200 == changed.status_code, changed.text
    odd = make(client, name=ODD, description=f"\n one\r\n\n{MARK}\n\ntwo \n", tags=["Ä tag", "b"], state="draft",
               attributes={"deep": [{"x": [1, 2.5, None, True, "yes", "2020-01-01", 1e-07]}], ODD: ODD})  # fmt: skip
    smith = make(client, name="Borin", description="See [[The Deep Forge]].", secret=f"He lied.\n\n{MARK}\n{ODD}")
    twin = make(client, name="borin", secret={"parent": {"of": "Dis"}})
    forge = make(client, "location", name="The Deep Forge", location_type="building")
    for source, target, more in [
        (smith, forge, {"period": {"from": {"text": "spring", "order": 3.25}, "to": {"order": 4}}}),
        (odd, smith, {"attributes": {"trust": "low"}}),
        (twin, smith, {"secret": True, "kind": f"{MARK}\n brother of"}),
    ]:
        body = {"source_id": source["id"], "target_id": target["id"], "kind": "works at"} | more
        assert 201 == client.post("/v1/relations", json=body).status_code
    return {"odd": odd, "smith": smith, "twin": twin, "forge": forge}


@pytest.mark.parametrize(("form", "kind"), [("json", "json"), ("markdown", "zip")])
def test_a_deleted_campaign_comes_back_identically_and_loading_it_again_changes_nothing(
    client: AsgiClient, memory: dict[str, Any], form: str, kind: str
) -> None:
    before, notes = export(client).content, export(client, format=form).content
    assert notes == export(client, format=form).content
    assert {"created": 0, "changed": 0, "unchanged": 4} == load(client, notes, kind=kind).json()["entities"]

    assert 204 == client.delete(f"/v1/campaigns/{CAMPAIGN}").status_code
    assert 201 == client.post("/v1/campaigns", json={"id": CAMPAIGN, "name": "My campaign"}).status_code
    loaded = load(client, notes, kind=kind)
    assert (200, 4, 3) == (
        loaded.status_code,
        loaded.json()["entities"]["created"],
        loaded.json()["relations"]["created"],
    ), loaded.text
    assert before == export(client).content
    assert [] == [
        error.message for error in validator_of(load_schemas(), "campaign_file").iter_errors(json.loads(before))
    ]


MANY = int(os.environ.get("DMA_ROUND_TRIP", "1500"))
"""10,000 are the promise; the same in small shows it as well, at every run of the tests."""


def test_thousands_of_entities_make_the_round_trip(client: AsgiClient, services: AppServices) -> None:
    rows = [
        NewRow(new_uuid(), EntityType.NPC, f"Guard {number}", f"Stands at gate {number}.", {"level": number % 9})
        for number in range(MANY)
    ]
    with services.database.transaction() as tx:
        create_entities(tx, UUID(CAMPAIGN), "user:dm", rows, path="rows")
    before = export(client).content
    client.delete(f"/v1/campaigns/{CAMPAIGN}")
    client.post("/v1/campaigns", json={"id": CAMPAIGN, "name": "My campaign"})
    assert {"created": MANY, "changed": 0, "unchanged": 0} == load(client, before).json()["entities"]
    assert before == export(client).content


def test_a_file_can_be_loaded_into_another_campaign_twice_without_touching_its_own(
    client: AsgiClient, memory: dict[str, Any]
) -> None:
    other = client.post("/v1/campaigns", json={"name": "Copy"}).json()["id"]
    before = export(client).content
    counts = [load(client, before, other).json() for _ in range(2)]
    assert [(4, 0), (0, 4)] == [(one["entities"]["created"], one["entities"]["unchanged"]) for one in counts]
    assert [(3, 0), (0, 3)] == [(one["relations"]["created"], one["relations"]["unchanged"]) for one in counts]
    copy, original = json.loads(export(client, other).content), json.loads(before)
    assert original["campaign"]["settings"] == copy["campaign"]["settings"]
    assert [one["name"] for one in original["entities"]] == [one["name"] for one in copy["entities"]]
    assert not {one["id"] for one in original["entities"]} & {one["id"] for one in copy["entities"]}
    assert before == export(client).content


def test_what_differs_becomes_a_next_version_and_what_was_deleted_comes_back(
    client: AsgiClient, memory: dict[str, Any]
) -> None:
    before = export(client).content
    smith, forge = memory["smith"], memory["forge"]
    client.put(f"/v1/entities/npc/{smith['id']}", json={"secret": None, "name": "Bo"}, headers={"If-Match": "1"})
    client.delete(f"/v1/entities/location/{forge['id']}")
    loaded = load(client, before).json()
    assert ({"created": 0, "changed": 2, "unchanged": 2}, 3) == (loaded["entities"], loaded["relations"]["unchanged"])
    assert before == export(client).content
    assert ("Borin", 3) == ((now := client.get(f"/v1/entities/npc/{smith['id']}").json())["name"], now["version"])


@pytest.mark.parametrize("form", ["json", "markdown"])
def test_players_get_no_secret_and_no_draft_in_any_form(
    client: AsgiClient, connect: Connect, services: AppServices, signer: Any, memory: dict[str, Any], form: str
) -> None:
    with services.database.transaction() as tx:
        add_member(tx, UUID(CAMPAIGN), "user:dm", member="user:player", role=Role.READER)
    player = connect(token=signer.create_access_token("user:player", frozenset({"entities:read", "entities:write"})))
    told = [export(client, format=form, view="player").content, export(player, format=form).content]
    assert told[0] == told[1]
    text = told[0].decode() if form == "json" else "".join(
        archive.read(name).decode() for archive in [zipfile.ZipFile(io.BytesIO(told[0]))] for name in archive.namelist()
    )  # fmt: skip
    assert "See [[The Deep Forge]]." in text
    for hidden in ("He lied", "Dis", "brother of", "Ä tag", "trust", "house_rules", '"secret"'):
        assert hidden not in text, hidden
    assert 403 == load(player, told[0], kind="json" if form == "json" else "zip").status_code
    before = export(client).content
    assert 200 == load(client, told[0], kind="json" if form == "json" else "zip").status_code
    assert before == export(client).content


def test_notes_are_folders_of_markdown_with_links_and_heads_that_yaml_reads(
    client: AsgiClient, memory: dict[str, Any]
) -> None:
    import yaml

    with zipfile.ZipFile(io.BytesIO(export(client, format="markdown").content)) as folder:
        names = folder.namelist()
        note = folder.read("npc/Borin.md").decode()
        heads = [yaml.safe_load(folder.read(name).decode().split("\n---\n")[0]) for name in names]
    assert ["_campaign.md", "npc/Borin.md", "npc/borin (2).md", "location/The Deep Forge.md"] == [
        name for name in names if "owyn" not in name
    ]
    assert "- works at [[The Deep Forge]] (from spring)" in note
    assert "> He lied." in note
    assert {"npc", "location"} == {head["type"] for head in heads[1:]}
    assert 'filename="My campaign.zip"' in export(client, format="markdown").headers["content-disposition"]


BORIN = """---
race: dwarf
born: 1340-03-01
tags: 'smith, #grumpy'
---
Works at [[The Forge|it]]."""
IRON_HAND = """---
aliases: [x]
relations:
  - {target: Vault/NPCs/Borin, kind: employs}
---
"""


def test_a_folder_written_by_hand_is_read_with_its_links(client: AsgiClient) -> None:
    vault = zipped(
        **{
            "Vault/NPCs/Borin.md": BORIN,
            "Vault/Locations/The Forge.md": "Hot. Kept by [[Borin]], [[Nobody]] and [[Borin#Youth]].",
            "Vault/Factions/Iron Hand.md": IRON_HAND,
            "Vault/Thoughts.md": "\ufeffWhat now?",
            "Vault/.obsidian/app.md": "no",
            "__MACOSX/Vault/x.md": "no",
            "Vault/map.png": b"\x89PNG",
        }
    )
    loaded = load(client, vault, kind="zip")
    assert ({"created": 4, "changed": 0, "unchanged": 0}, 3) == (
        loaded.json()["entities"],
        loaded.json()["relations"]["created"],
    )
    assert 4 == load(client, vault, kind="zip").json()["entities"]["unchanged"]
    found = json.loads(export(client).content)
    borin = next(one for one in found["entities"] if one["name"] == "Borin")
    assert ("npc", {"race": "dwarf", "born": "1340-03-01"}, ["grumpy", "smith"]) == (
        borin["type"],
        borin["attributes"],
        borin["tags"],
    )
    assert {"session_note", "faction", "location", "npc"} == {one["type"] for one in found["entities"]}
    assert ["employs", "mentions", "mentions"] == sorted(one["kind"] for one in found["relations"])


HEAD: dict[str, Any] = {"format": "dma-campaign", "entities": []}
ONE = {"id": "a", "type": "npc", "name": "A"}
EDGE = {"source": "a", "target": "b", "kind": "x"}


def one(**changes: Any) -> dict[str, Any]:
    """A file of one entity."""
    return HEAD | {"entities": [ONE | changes]}


def two(*edges: dict[str, Any]) -> dict[str, Any]:
    """A file of two entities with these relationships."""
    return HEAD | {"entities": [ONE, ONE | {"id": "b"}], "relations": list(edges)}


def settled(settings: dict[str, Any]) -> dict[str, Any]:
    """A file with settings."""
    return one() | {"campaign": {"settings": settings}}


BACKWARDS = {"from": {"order": 5}, "to": {"order": 4}}
WRONG_FILES: list[tuple[Any, str]] = [
    ([], "body"),
    ({"format": "x", "entities": []}, "format"),
    (HEAD | {"format_version": 2}, "format_version"),
    ({"format": "dma-campaign"}, "entities"),
    (HEAD | {"entitys": []}, "entitys"),
    (HEAD | {"view": "mine"}, "view"),
    (HEAD | {"entities": [7]}, "entities.0"),
    (one(type="castle"), "entities.0.type"),
    (one(attributes={"level": "x" * 30}), "entities.0.level"),
    (one(name=" "), "entities.0.name"),
    (one(name=7), "entities.0.name"),
    (one(state="secret"), "entities.0.state"),
    (one(secret=7), "entities.0.secret"),
    (one(tags=[7]), "entities.0.tags"),
    (one(created_at="now"), "entities.0.created_at"),
    (one(created_at="2026-01-01T00:00:00"), "entities.0.created_at"),
    (HEAD | {"entities": [ONE, ONE]}, "entities.1.id"),
    (one() | {"relations": [EDGE]}, "relations.0.target"),
    (two(EDGE | {"target": "a"}), "relations.0.target"),
    (two(EDGE | {"period": BACKWARDS}), "relations.0.period.to.order"),
    (two(EDGE | {"period": {"from": {"order": "x"}}}), "relations.0.period.from.order"),
    (two(EDGE | {"kind": "a,b"}), "relations.0.kind"),
    (two(EDGE | {"secret": "yes"}), "relations.0.secret"),
    (two(EDGE, EDGE), "relations.1.id"),
    (settled({"optional_rules": {"kits": True}}), "settings.optional_rules.kits"),
    (settled({"rules": 1}), "campaign.settings.rules"),
]


def test_a_wrong_file_is_refused_as_a_whole_with_the_place_that_is_wrong(client: AsgiClient) -> None:
    for document, field in WRONG_FILES:
        response = load(client, json.dumps(document).encode())
        named = [item["field"] for item in response.json()["errors"]]
        assert (True, [field]) == (response.status_code in {400, 422}, named), (document, response.text)
    assert 0 == client.get("/v1/entities/npc", params={"campaign_id": CAMPAIGN}).json()["total"]


def test_wrong_notes_are_refused_by_their_path(client: AsgiClient) -> None:
    anchors = "---\na: &a [x, x]\nb: [*a, *a]\n---\n"
    wrong: dict[str, tuple[bytes, str]] = {
        "no zip": (b"PK nonsense", "body"),
        "no notes": (zipped(**{"a.txt": "x"}), "body"),
        "no YAML": (zipped(**{"npc/A.md": "---\na: [\n---\n"}), "npc/A.md"),
        "no end": (zipped(**{"npc/A.md": "---\na: 1\n"}), "npc/A.md"),
        "no mapping": (zipped(**{"npc/A.md": "---\n- a\n---\n"}), "npc/A.md"),
        "anchors": (zipped(**{"npc/A.md": anchors}), "npc/A.md"),
        "depth": (zipped(**{"npc/A.md": "---\na: " + "[" * 5000 + "]" * 5000 + "\n---\n"}), "npc/A.md"),
        "no UTF-8": (zipped(**{"npc/A.md": b"\xff"}), "npc/A.md"),
        "too large": (zipped(**{"npc/A.md": "x" * 1_000_001}), "npc/A.md"),
        "NUL": (zipped(**{"npc/A.md": "a\0b"}), "npc/A.md.description"),
        "a wrong type": (zipped(**{"npc/A.md": "---\ntype: castle\n---\n"}), "npc/A.md.type"),
        "a name of numbers": (zipped(**{"npc/A.md": "---\nname: 7\n---\n"}), "npc/A.md.name"),
        "a wrong relation": (zipped(**{"npc/A.md": "---\nrelations: [7]\n---\n"}), "relations.0.target"),
    }
    for name, (content, field) in wrong.items():
        response = load(client, content, kind="zip")
        named = [item["field"] for item in response.json()["errors"]]
        assert (400, [field]) == (response.status_code, named), (name, response.text)


def test_an_import_needs_a_type_of_body_that_is_read_and_ids_that_are_its_own(
    client: AsgiClient, memory: dict[str, Any]
) -> None:
    assert 415 == load(client, b"{}", kind="yaml").status_code
    assert 400 == load(client, b"{").status_code
    assert 404 == load(client, b"{}", str(new_uuid())).status_code
    other = client.post("/v1/campaigns", json={"name": "Thief"}).json()["id"]
    stolen = HEAD | {"campaign": {"id": other}, "entities": [ONE | {"id": memory["smith"]["id"]}]}
    assert 409 == load(client, json.dumps(stolen).encode(), other).status_code
    retyped = HEAD | {"campaign": {"id": CAMPAIGN}, "entities": [ONE | {"id": memory["smith"]["uuid"], "type": "item"}]}
    response = load(client, json.dumps(retyped).encode())
    assert (400, ["entities.0.type"]) == (response.status_code, [one["field"] for one in response.json()["errors"]])


def test_wrong_queries_of_an_export_are_400_and_unknown_campaigns_404(client: AsgiClient) -> None:
    assert [400, 400, 404] == [
        client.get(f"/v1/campaigns/{campaign}/export", params=query).status_code
        for campaign, query in [
            (CAMPAIGN, {"format": "pdf"}),
            (CAMPAIGN, {"view": "dm"}),
            (str(new_uuid()), {}),
        ]
    ]
