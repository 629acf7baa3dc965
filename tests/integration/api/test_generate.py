"""Typed orders over HTTP: listed, accepted like prompts, refused by field."""

from typing import Any
from uuid import uuid4

import pytest

from contracts.generators import BRIEFS, EXAMPLES
from tests.contract.test_api_contracts import load_schemas, validator_of
from tests.integration.api.conftest import CAMPAIGN
from tests.support.asgi_client import AsgiClient


def an_order(**fields: Any) -> dict[str, Any]:
    return {"context": {"campaign_id": CAMPAIGN}, **fields}


def test_every_generator_is_listed_with_its_parameters_and_an_example(client: AsgiClient) -> None:
    response = client.get("/v1/generate")

    assert response.status_code == 200
    assert [] == [error.message for error in validator_of(load_schemas(), "generators").iter_errors(response.json())]
    listed = {one["kind"]: one for one in response.json()["kinds"]}
    assert set(listed) == set(BRIEFS)
    assert "terrain" in listed["encounter"]["parameters"]["properties"]


def test_every_example_is_accepted_as_a_request_that_is_polled(client: AsgiClient) -> None:
    for kind, brief in EXAMPLES.items():
        response = client.post(f"/v1/generate/{kind}", json=an_order(brief=brief, seed=42, form="long"))
        body = response.json()
        assert (202, "processing") == (response.status_code, body["status"])
        view = client.get(body["poll_url"]).json()
        assert [step["action"] for step in view["plan"]] == [
            "world_designer.generate_content",
            "scribe.store_entities",
        ]


def test_an_empty_order_is_an_order(client: AsgiClient) -> None:
    response = client.post("/v1/generate/treasure", json=an_order())

    assert response.status_code == 202
    view = client.get(response.json()["poll_url"]).json()
    assert view["intent"] == {"type": "generate_treasure_or_item", "confidence": 1.0}


def test_the_same_key_is_one_order(client: AsgiClient) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    first, again = (client.post("/v1/generate/hex", json=an_order(), headers=headers) for _ in range(2))

    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = client.post("/v1/generate/hex", json=an_order(seed=1), headers=headers)
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("kind", "fields", "field", "status"),
    [
        ("encounter", {"brief": {"terrain": "disco"}}, "brief.terrain", 422),
        ("encounter", {"brief": {"creature": "space_whale"}}, "brief.creature", 422),
        ("room", {"brief": {"residents": "space_whale"}}, "brief.residents", 422),
        ("npc", {"brief": {"level": 21}}, "brief.level", 422),
        ("npc", {"brief": {"shoe_size": 9}}, "brief.shoe_size", 422),
        ("treasure", {"brief": {"types": ["C"], "budget_gp": 50}}, "brief", 422),
        ("treasure", {"brief": []}, "brief", 400),
        ("hex", {"seed": -1}, "seed", 400),
        ("hex", {"seed": 2**53}, "seed", 400),
        ("hex", {"form": "huge"}, "form", 400),
        ("hex", {"context": {}}, "context.campaign_id", 400),
        ("hex", {"context": {"campaign_id": str(uuid4())}}, "context.campaign_id", 422),
    ],
)
def test_a_wrong_order_is_refused_by_its_field(
    client: AsgiClient, kind: str, fields: dict[str, Any], field: str, status: int
) -> None:
    response = client.post(f"/v1/generate/{kind}", json=an_order() | fields)

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert field in [error["field"] for error in response.json()["errors"]]


def test_an_unknown_kind_is_no_path(client: AsgiClient) -> None:
    response = client.post("/v1/generate/spaceship", json=an_order())

    assert response.status_code == 404
    assert "tavern" in response.json()["detail"]


def test_a_stranger_makes_nothing_in_my_campaign(stranger: AsgiClient) -> None:
    response = stranger.post("/v1/generate/tavern", json=an_order())

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["context.campaign_id"]
