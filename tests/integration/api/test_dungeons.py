"""Dungeons over HTTP: told as they are made, stored whole, drawn for the Dungeon Master and for the players."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import dramatiq
import httpx
import pytest

from api.deps import AppServices
from contracts.entities import EntityType
from contracts.queues import Queue
from core.tokens import TokenSigner
from maps.uvtt import FORMAT
from orchestrator.broker import build_broker
from store.campaigns import Role
from store.database import Database
from store.entities import create_entity
from tests.integration.api.conftest import CAMPAIGN, SECRET_KEY, Connect
from tests.support.asgi_client import AsgiClient
from tests.support.event_stream import Received, read_stream
from tests.support.installation import wait_until
from workers.leases import LeaseKeeper
from workers.observing import Observed
from workers.orchestrator.actors import declare_actors as declare_results
from workers.pool import HandBack, Pool
from workers.runner import StepRunner
from workers.world_designer.actors import declare_actors

BRIEF: dict[str, Any] = {"campaign_id": CAMPAIGN, "rooms": 8, "seed": 42, "theme": "crypt", "secrets": "some"}
ROUTE = "/v1/generate/dungeon"


@pytest.fixture
def workers(services: AppServices, redis_url: str) -> Iterator[dramatiq.Worker]:
    """The World Designer's pool and the orchestrator's, in this process; not started."""
    broker, signer = (
        build_broker(redis_url, middleware=[Observed(Queue.WORLD_DESIGNER), HandBack()]),
        TokenSigner(SECRET_KEY),
    )
    leases = LeaseKeeper(services.database, lease_seconds=5, renew_seconds=0.5)
    runner = StepRunner(database=services.database, broker=broker, signer=signer, leases=leases, worker="test")
    pool = Pool(services.settings, services.database, broker, signer, runner)
    declare_actors(pool)
    declare_results(pool)
    leases.start()
    worker = dramatiq.Worker(broker, worker_threads=2, worker_timeout=100)
    yield worker
    worker.stop(timeout=3000)
    leases.stop()
    broker.close()


@pytest.fixture
def signer() -> TokenSigner:
    """Tokens by the real time, which the workers go by."""
    return TokenSigner(SECRET_KEY)


@pytest.fixture
def designer(workers: dramatiq.Worker) -> None:
    workers.start()


def made(client: AsgiClient, **changes: Any) -> list[Received]:
    response = client.post(ROUTE, json={**BRIEF, **changes})
    assert 200 == response.status_code, response.text
    return list(read_stream(response.text.split("\n")))


def dungeon_of(events: list[Received]) -> str:
    return next(one for one in events[-1].data["result"]["entities_created"] if one.startswith("dun_"))


@pytest.mark.usefixtures("designer")
def test_the_layout_comes_first_then_each_room_in_walking_order_then_the_rest(client: AsgiClient) -> None:
    response = client.post(ROUTE, json=BRIEF)
    events = list(read_stream(response.text.split("\n")))

    assert "text/event-stream; charset=utf-8" == response.headers["content-type"]
    assert ["layout", *["room"] * 8, "wandering", "summary", "done"] == [event.name for event in events]
    assert "layout" == events[0].data["type"]
    assert list(range(1, 9)) == [event.data["data"]["number"] for event in events if event.name == "room"]
    assert [f"1.{index}" for index in range(11)] + ["end"] == [event.id for event in events]
    assert 8 == len(events[0].data["data"]["rooms"])
    assert events[0].data["data"]["maps"][0]["svg"].startswith("<svg")
    assert events[-2].data["data"]["proof"]["holds"]
    assert "completed" == events[-1].data["status"]


@pytest.mark.usefixtures("designer")
def test_a_reader_that_lost_the_stream_goes_on_behind_the_last_event_it_saw(client: AsgiClient) -> None:
    response = client.post(ROUTE, json=BRIEF)
    whole = list(read_stream(response.text.split("\n")))
    again = client.get(f"{response.headers['location']}/events", headers={"Last-Event-ID": "1.4"})
    rest = list(read_stream(again.text.split("\n")))

    assert whole[5:] == [event for event in rest if not event.name.startswith("step.")]


def test_a_client_that_goes_away_does_not_stop_the_dungeon(
    services: AppServices, client: AsgiClient, workers: dramatiq.Worker
) -> None:
    async def leave_at_once() -> None:
        async with asyncio.timeout(0.5):
            await client._client.post(ROUTE, json=BRIEF)

    with pytest.raises(TimeoutError):
        client._runner.run(leave_at_once())
    workers.start()

    wait_until(lambda: 1 == count(services.database, "SELECT count(*) AS n FROM entities WHERE type = 'dungeon'"), 30)


def count(database: Database, query: str) -> int:
    with database.transaction() as tx:
        row = tx.execute(query).fetchone()
    assert row is not None
    return int(row["n"])


@pytest.mark.usefixtures("designer")
def test_everything_is_stored_as_drafts_that_belong_together(client: AsgiClient, database: Database) -> None:
    events = made(client)
    created = events[-1].data["result"]["entities_created"]
    with database.transaction() as tx:
        rooms = tx.execute("SELECT name FROM entities WHERE type = 'location' ORDER BY created_at, id").fetchall()

    assert len(set(created)) == len(created) == count(database, "SELECT count(*) AS n FROM entities")
    assert 0 == count(database, "SELECT count(*) AS n FROM entities WHERE state <> 'draft'")
    told = [event.data["data"] for event in events if event.name == "room"]
    assert {f"{room['number']}. {room['name']}" for room in told} == {room["name"] for room in rooms}
    assert 8 == count(database, "SELECT count(*) AS n FROM relationships WHERE kind = 'part of'")
    lonely = """
        SELECT count(*) AS n FROM entities e WHERE NOT EXISTS (
            SELECT 1 FROM relationships r WHERE e.id IN (r.source_id, r.target_id))
    """
    assert 0 == count(database, lonely)


@pytest.mark.usefixtures("designer")
def test_a_preview_is_told_and_not_stored(client: AsgiClient, database: Database) -> None:
    events = made(client, store=False)

    assert [] == events[-1].data["result"]["entities_created"]
    assert 0 == count(database, "SELECT count(*) AS n FROM entities")


@pytest.mark.usefixtures("designer")
def test_the_same_key_tells_the_same_dungeon_and_makes_no_other(client: AsgiClient, database: Database) -> None:
    first, second = (client.post(ROUTE, json=BRIEF, headers={"Idempotency-Key": "k"}) for _ in range(2))

    assert first.text == second.text
    assert "true" == second.headers["idempotency-replayed"]
    assert 1 == count(database, "SELECT count(*) AS n FROM entities WHERE type = 'dungeon'")


@pytest.mark.usefixtures("designer")
def test_one_room_is_rolled_again_and_others_are_kept_under_another_party(client: AsgiClient) -> None:
    before = made(client)
    rolled = made(client, rerolls={"4": 1}, store=False)
    kept = made(client, party_level=9, store=False, keep={"dungeon_id": dungeon_of(before), "rooms": [2, 5]})

    def rooms(events: list[Received]) -> list[Any]:
        return [event.data["data"] for event in events if event.name == "room"]

    assert [4] == [one["number"] for one, other in zip(rooms(before), rooms(rolled), strict=True) if one != other]
    assert (rooms(before)[1], rooms(before)[4]) == (rooms(kept)[1], rooms(kept)[4])
    assert rooms(before)[7] != rooms(kept)[7]


@pytest.mark.usefixtures("designer")
def test_what_the_campaign_holds_has_a_part_and_keeps_it_when_the_campaign_changes(
    client: AsgiClient, database: Database
) -> None:
    with database.transaction() as tx:
        town = create_entity(
            tx, campaign_id=UUID(CAMPAIGN), type=EntityType.LOCATION, name="Ashford", principal="user:dm",
            attributes={"location_type": "town"}, secret="built on a vault",
        )  # fmt: skip
        patron = create_entity(
            tx, campaign_id=UUID(CAMPAIGN), type=EntityType.NPC, name="Mora Tarn", principal="user:dm", secret="a spy"
        )
    before = made(client, location_id=town.public_id)
    with database.transaction() as tx:
        tx.execute("UPDATE entities SET name = 'Burned Ashford' WHERE id = %s", (town.id,))
        create_entity(tx, campaign_id=UUID(CAMPAIGN), type=EntityType.NPC, name="Newcomer", principal="user:dm")
    again = made(client, rerolls={"4": 1}, store=False, keep={"dungeon_id": dungeon_of(before)})

    layout = before[0].data["data"]
    assert {("near", town.public_id), ("patron", patron.public_id)} == {
        (one["role"], one["id"]) for one in layout["cast"]["members"]
    }
    assert "Mora Tarn" in layout["quest"]["text"]
    assert "a spy" not in str(before)
    assert "built on a vault" not in str(before)
    assert layout["cast"] == again[0].data["data"]["cast"]
    rooms = [[event.data["data"] for event in events if event.name == "room"] for events in (before, again)]
    assert [4] == [one["number"] for one, other in zip(*rooms, strict=True) if one != other]
    ends = "SELECT count(*) AS n FROM relationships WHERE kind IN ('lies near', 'sought by')"
    assert 2 == count(database, ends)


@pytest.mark.usefixtures("designer")
def test_rooms_of_another_map_cannot_be_kept(client: AsgiClient) -> None:
    keep = {"dungeon_id": dungeon_of(made(client)), "rooms": [2]}
    [error] = [event for event in made(client, seed=43, keep=keep) if event.name == "error"]

    assert ("validation_error", "room 2 is not on this map as it was") == (
        error.data["error_type"],
        error.data["detail"],
    )


BAD_BRIEFS: list[tuple[dict[str, Any], int, str]] = [
    ({"rooms": 4}, 400, "rooms"),
    ({"rooms": 101}, 400, "rooms"),
    ({"rooms": "many"}, 400, "rooms"),
    ({"theme": "mall"}, 400, "theme"),
    ({"style": "maze"}, 400, "style"),
    ({"party_level": 0}, 400, "party_level"),
    ({"seed": -1}, 400, "seed"),
    ({"seed": 2**53}, 400, "seed"),
    ({"name": "<b>"}, 400, "name"),
    ({"rerolls": {"0": 1}}, 400, "rerolls.0.[key]"),
    ({"rerolls": {"3": 0}}, 400, "rerolls.3"),
    ({"colour": "red"}, 400, "colour"),
    ({"timeout_ms": 999}, 400, "timeout_ms"),
    ({"campaign_id": "00000000-0000-4000-8000-00000000ffff"}, 422, "context.campaign_id"),
    ({"keep": {"dungeon_id": "dun_" + "0" * 32, "rooms": [1]}}, 422, "keep.dungeon_id"),
    ({"keep": {"dungeon_id": "dun_" + "0" * 32, "rooms": [0]}}, 400, "keep.rooms.0"),
    ({"location_id": "00000000-0000-4000-8000-00000000ffff"}, 422, "context.location_id"),
]


def test_a_brief_that_cannot_be_followed_names_its_field(client: AsgiClient) -> None:
    answers = [client.post(ROUTE, json={**BRIEF, **changes}) for changes, _, _ in BAD_BRIEFS]

    assert {"application/problem+json"} == {answer.headers["content-type"] for answer in answers}
    assert [(status, [field]) for _, status, field in BAD_BRIEFS] == [
        (answer.status_code, [error["field"] for error in answer.json()["errors"]]) for answer in answers
    ]


@pytest.fixture
def path(client: AsgiClient, designer: None) -> str:
    """Where the files of a stored dungeon are."""
    return f"/v1/entities/dungeon/{dungeon_of(made(client))}"


def test_maps_and_keys_of_a_stored_dungeon_are_files(client: AsgiClient, path: str) -> None:
    svg, png, uvtt = (client.get(f"{path}/map.{form}") for form in ("svg", "png", "uvtt"))
    key, sheet = (client.get(f"{path}/key.{form}") for form in ("md", "pdf"))

    assert ["image/svg+xml", "image/png", "application/json", "text/markdown; charset=utf-8", "application/pdf"] == [
        one.headers["content-type"] for one in (svg, png, uvtt, key, sheet)
    ]
    assert svg.text.startswith("<svg")
    assert png.content.startswith(b"\x89PNG")
    assert sheet.content.startswith(b"%PDF")
    assert FORMAT == json.loads(uvtt.text)["format"]
    assert 8 == key.text.count("\n### ")


def test_the_key_shows_what_the_dungeon_master_made_of_a_room(
    client: AsgiClient, database: Database, path: str
) -> None:
    with database.transaction() as tx:
        tx.execute(
            "UPDATE entities SET name = '3. Hall of Spoons', description = 'Spoons, everywhere.' WHERE name LIKE '3. %'"
        )
    key = client.get(f"{path}/key.md").text

    assert "### 3. Hall of Spoons" in key
    assert "> Spoons, everywhere." in key


def test_players_see_the_map_without_secrets_once_it_is_approved_and_never_the_key(
    client: AsgiClient, connect: Connect, signer: TokenSigner, database: Database, path: str
) -> None:
    player = connect(token=signer.create_access_token("user:player", frozenset({"entities:read"})))
    with database.transaction() as tx:
        tx.execute(
            "INSERT INTO memberships (campaign_id, principal, role) VALUES (%s, 'user:player', %s)",
            (UUID(CAMPAIGN), Role.READER),
        )
    before = player.get(f"{path}/map.svg", params={"view": "player"})
    with database.transaction() as tx:
        tx.execute("UPDATE entities SET state = 'approved' WHERE type = 'dungeon'")

    assert 404 == before.status_code
    shown, full = (client.get(f"{path}/map.svg", params={"view": view}).text for view in ("player", "dm"))
    assert ("secret" in full, "secret" in shown) == (True, False)
    assert shown == player.get(f"{path}/map.svg", params={"view": "player"}).text
    assert [403, 403, 403] == [
        player.get(f"{path}/{name}").status_code for name in ("map.svg", "map.uvtt?view=dm", "key.md")
    ]


def test_files_that_there_are_none_of_are_refused(client: AsgiClient, path: str) -> None:
    files = ["map.gif", "map.svg?view=cat", "map.svg?level=9", "map.svg?level=2", "key.svg"]
    answers = [client.get(f"{path}/{file}") for file in files]

    assert [(file, "application/problem+json") for file in files] == [
        (file, answer.headers["content-type"]) for file, answer in zip(files, answers, strict=True)
    ]
    assert [(400, "format"), (400, "view"), (400, "level"), (422, "level"), (400, "format")] == [
        (answer.status_code, answer.json()["errors"][0]["field"]) for answer in answers
    ]


def test_dungeons_without_a_map_or_with_a_broken_one_are_not_found(
    client: AsgiClient, stranger: AsgiClient, database: Database, path: str
) -> None:
    with database.transaction() as tx:
        by_hand = create_entity(
            tx, campaign_id=UUID(CAMPAIGN), type=EntityType.DUNGEON, name="The Pit", principal="user:dm"
        )
    statuses = [client.get(f"/v1/entities/dungeon/{by_hand.public_id}/map.svg").status_code]
    statuses += [client.get(f"/v1/entities/dungeon/{name}/map.svg").status_code for name in ("dun_" + "0" * 32, "x")]
    statuses += [stranger.get(f"{path}/map.svg?view=player").status_code]
    with database.transaction() as tx:
        tx.execute("UPDATE entities SET secret = jsonb_set(secret, '{dungeon,levels}', '[7]') WHERE secret ? 'dungeon'")
    broken: httpx.Response = client.get(f"{path}/map.svg")

    assert [404] * 4 == statuses
    assert (404, True) == (broken.status_code, "changed by hand" in broken.json()["detail"])
