"""POST /v1/search over the wire: filters, highlights, and why something was found (R32, R33)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.app import SEARCHES_AT_ONCE
from api.deps import AppServices
from core.settings import DEFAULT_CAMPAIGN_ID
from tests.contract.test_api_contracts import load_schemas, validator_of
from tests.integration.api.conftest import CAMPAIGN, Connect
from tests.support.asgi_client import AsgiClient
from tests.support.processes import wait_until
from workers.scribe.embedding import EmbeddingKeeper


@pytest.fixture
def ferry(client: AsgiClient, services: AppServices) -> dict[str, Any]:
    """A woman who runs a ferry without being called so; with her vector."""
    body = {
        "name": "Lysa Merrow",
        "description": "Rows travellers across the river.",
        "campaign_id": CAMPAIGN,
        "tags": ["river"],
        "secret": "She drowned a tax collector.",
    }
    made = client.post("/v1/entities/npc", json=body)
    assert 201 == made.status_code, made.text
    EmbeddingKeeper(services.database, services.finder._embedder).embed_campaign(made.json()["campaign_id"])
    return made.json()


def search(client: AsgiClient, query: str, **more: Any) -> dict[str, Any]:
    response = client.post("/v1/search", json={"query": query, "campaign_id": CAMPAIGN} | more)
    assert 200 == response.status_code, response.text
    assert [] == [each.message for each in validator_of(load_schemas(), "search_response").iter_errors(response.json())]
    return response.json()


def test_what_is_meant_is_found_and_explained(client: AsgiClient, ferry: dict[str, Any]) -> None:
    [hit] = search(client, "crossing the water", explain=True)["results"]

    assert (ferry["id"], "npc", "Lysa Merrow") == (hit["entity_id"], hit["entity_type"], hit["name"])
    assert 0 < hit["score"] == hit["evidence"]["meaning"]
    assert {"name", "word", "text", "meaning"} == set(hit["evidence"])


def test_without_asking_a_hit_is_what_the_documents_show(client: AsgiClient, ferry: dict[str, Any]) -> None:
    [hit] = search(client, "Lysa")["results"]

    assert {"entity_id", "entity_type", "name", "score"} == set(hit)


def test_highlights_are_positions_in_the_text(client: AsgiClient, ferry: dict[str, Any]) -> None:
    [hit] = search(client, "traveller", highlight=True)["results"]

    expected = {"field": "description", "text": "Rows travellers across the river.", "matches": [[5, 15]]}
    assert [expected] == hit["highlights"]


def test_tags_and_states_are_filters(client: AsgiClient, ferry: dict[str, Any]) -> None:
    assert 1 == search(client, "Lysa", tags=["river"], state="approved")["total"]
    assert 0 == search(client, "Lysa", tags=["river", "road"])["total"]
    assert 0 == search(client, "Lysa", state="draft")["total"]


def test_a_secret_is_found_by_nobody_and_shown_in_no_hit(client: AsgiClient, ferry: dict[str, Any]) -> None:
    for view in ("full", "player"):
        answer = search(client, "drowned tax collector", view=view, highlight=True, explain=True)
        assert "tax" not in str(answer)
        assert all(hit["evidence"]["text"] == 0 for hit in answer["results"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("query", " "),
        ("tags", "river"),
        ("tags", [""]),
        ("tags", ["x" * 51]),
        ("state", "secret"),
        ("view", "owner"),
        ("highlight", "yes"),
        ("explain", 1),
        ("limit", 101),
        ("campaign_id", "x"),
    ],
)
def test_a_field_that_cannot_be_is_named(client: AsgiClient, field: str, value: object) -> None:
    body = {"query": "x", "campaign_id": DEFAULT_CAMPAIGN_ID} | {field: value}

    response = client.post("/v1/search", json=body)

    assert (400, "application/problem+json") == (response.status_code, response.headers["content-type"])
    assert response.json()["errors"][0]["field"].startswith(field)


def test_searches_that_stand_still_keep_nobody_else_from_the_database(
    connect: Connect, client: AsgiClient, services: AppServices, ferry: dict[str, Any]
) -> None:
    ask = ("POST", "/v1/search", {"json": {"query": "Lysa", "campaign_id": CAMPAIGN}})
    crowd = connect()
    with ThreadPoolExecutor(1) as aside:
        with services.database.transaction() as tx:
            tx.execute("LOCK TABLE entity_embeddings IN ACCESS EXCLUSIVE MODE")
            searches = aside.submit(crowd.at_once, [ask] * 12)
            wait_until(lambda: _waiting_for_a_lock(services) == SEARCHES_AT_ONCE)
            assert 200 == client.get(f"/v1/entities/npc/{ferry['id']}").status_code
            assert not searches.done()
        answers = searches.result(timeout=30)

    assert [200] * 12 == [answer.status_code for answer in answers]


def _waiting_for_a_lock(services: AppServices) -> int:
    with services.database.reading() as tx:
        row = tx.execute(
            """
            SELECT count(*) AS n FROM pg_locks l JOIN pg_database d ON d.oid = l.database
            WHERE d.datname = current_database() AND NOT l.granted
            """
        ).fetchone()
    assert row is not None
    return int(row["n"])
