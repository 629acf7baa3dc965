"""The rule base over HTTP: tables, validation, and the express way of the fast lane, which nobody may notice."""

import asyncio
import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

import rules
from api.app import create_app
from api.deps import AppServices
from core.tokens import TokenSigner
from fastlane import MAX_PREPARED
from store.service_tokens import create_service_token, revoke_service_token
from tests.contract.test_api_contracts import load_schemas, validator_of
from tests.integration.api.conftest import Connect
from tests.support.asgi_client import AsgiClient
from tests.support.clock import FakeClock

THAC0 = "/v1/fast/thac0?level=5&class=fighter&strength=18"
AC = {"base_ac": 10, "armor": "chain_mail", "shield": True, "dexterity": 16}
OF_ITS_OWN = {"x-request-id", "x-response-time", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit"}


def faults(name: str, body: Any) -> list[str]:
    return [error.message for error in validator_of(load_schemas(), name).iter_errors(body)]


def counted(client: AsgiClient, name: str, **labels: str) -> float:
    """A sample's value now; 0 when there is none yet."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    samples = [sample for family in families for sample in family.samples if sample.name == name]
    return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())


# -- the express way ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get(THAC0),
        lambda client: client.post("/v1/fast/ac", json=AC),
        lambda client: client.get("/v1/fast/morale?rating=9&situations=lost_half&verbose=true"),
        lambda client: client.head(THAC0),
    ],
)
def test_second_answer_is_the_first_in_body_and_headers(client: AsgiClient, ask: Any) -> None:
    ask(client)  # from here on it is remembered by the rules too, so that cache_hit is the same
    client.get("/v1/fast/saves?class=wizard&level=7")
    first, second = ask(client), ask(client)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    kept = [{name: value for name, value in one.headers.items() if name not in OF_ITS_OWN} for one in (first, second)]
    assert kept[0] == kept[1]
    assert first.headers.keys() == second.headers.keys()
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert re.fullmatch(r"[0-9]+ms", second.headers["x-response-time"])


def test_express_answers_have_the_clients_own_id_when_it_sends_one(client: AsgiClient) -> None:
    client.get(THAC0)
    assert "mine-1" == client.get(THAC0, headers={"X-Request-ID": "mine-1"}).headers["x-request-id"]


def test_every_answer_is_counted_whichever_way_it_went(client: AsgiClient) -> None:
    names: list[tuple[str, dict[str, str]]] = [
        ("dma_requests_total", {"method": "GET /v1/fast/{operation}", "status": "success"}),
        ("dma_request_duration_seconds_count", {"method": "GET /v1/fast/{operation}", "status": "success"}),
        ("dma_fast_lane_duration_seconds_count", {"operation": "thac0"}),
    ]
    before = [counted(client, name, **labels) for name, labels in names]
    for _ in range(5):
        assert 200 == client.get(THAC0).status_code
    assert [5, 5, 5] == [
        counted(client, name, **labels) - value for (name, labels), value in zip(names, before, strict=True)
    ]


@pytest.mark.parametrize("way", ["get", "post"])
def test_prepared_answer_is_for_those_who_may_ask(connect: Connect, signer: TokenSigner, way: str) -> None:
    def ask(token: str | None) -> httpx.Response:
        client = connect(token=token)
        return client.get(THAC0) if way == "get" else client.post("/v1/fast/ac", json=AC)

    rules_token = signer.create_access_token("user:dm", frozenset({"rules"}))
    assert [200, 200] == [ask(rules_token).status_code for _ in range(2)]
    assert 401 == ask(None).status_code
    assert 401 == ask("nonsense").status_code
    assert 401 == ask(rules_token[:-2]).status_code
    assert 403 == ask(signer.create_access_token("user:dm", frozenset({"prompts"}))).status_code


def test_prepared_answer_ends_with_the_token(connect: Connect, signer: TokenSigner, clock: FakeClock) -> None:
    client = connect(token=signer.create_access_token("user:dm", frozenset({"rules"})))
    assert [200, 200, 200] == [client.get(THAC0).status_code for _ in range(3)]
    clock.advance(seconds=timedelta(hours=1).total_seconds())
    refused = client.get(THAC0)
    assert (401, "Token expired") == (refused.status_code, refused.json()["detail"])


def test_revoked_service_token_opens_no_prepared_answer(connect: Connect, services: AppServices) -> None:
    with services.database.transaction() as tx:
        token = create_service_token(tx, "reader", ["rules"])
    client = connect(token=token)
    assert [200, 200] == [client.get(THAC0).status_code for _ in range(2)]
    with services.database.transaction() as tx:
        revoke_service_token(tx, "reader")
    assert 401 == client.get(THAC0).status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"X-Long": "x" * 20_000}, 431),
        ([("Authorization", "Bearer a"), ("Authorization", "Bearer b")], 400),
    ],
)
def test_limits_hold_for_prepared_answers(client: AsgiClient, headers: Any, status: int) -> None:
    client.get(THAC0)
    assert status == client.get(THAC0, headers=headers).status_code


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (json.dumps(AC), {"Content-Type": "text/plain"}, 415),
        (json.dumps(AC), {"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
        (json.dumps(AC), {"Content-Type": "application/json; charset=utf-8"}, 200),
        (json.dumps(AC) + " " * MAX_PREPARED, {"Content-Type": "application/json"}, 200),
        (b"", {"Content-Type": "application/json"}, 400),
        (json.dumps(AC)[:-1], {"Content-Type": "application/json"}, 400),
        (json.dumps(AC)[:-1] + ', "armor": "chain_mail"}', {"Content-Type": "application/json"}, 400),
    ],
)
def test_bodies_that_are_not_the_prepared_one_go_the_long_way(
    client: AsgiClient, content: Any, headers: dict[str, str], status: int
) -> None:
    client.post("/v1/fast/ac", content=json.dumps(AC), headers={"Content-Type": "application/json"})
    assert status == client.post("/v1/fast/ac", content=content, headers=headers).status_code


def test_body_in_many_pieces_is_answered_too(client: AsgiClient) -> None:
    async def pieces() -> Any:
        for piece in json.dumps(AC):
            yield piece.encode()

    client.post("/v1/fast/ac", json=AC)
    response = client.post("/v1/fast/ac", content=pieces(), headers={"Content-Type": "application/json"})
    assert (200, 2) == (response.status_code, response.json()["final_ac"])


def test_query_beside_a_prepared_body_is_checked_as_ever(client: AsgiClient) -> None:
    client.post("/v1/fast/ac", json=AC)
    assert [200, 400] == [client.post(f"/v1/fast/ac?{query}", json=AC).status_code for query in ("x=1", "x=1&x=2")]


def test_body_that_does_not_come_is_504(services: AppServices) -> None:
    sent: list[Any] = []

    async def never() -> Any:
        await asyncio.sleep(10)

    async def send(message: Any) -> None:
        sent.append(message)

    token = (services.settings.dev_token or SecretStr("")).get_secret_value()
    headers = [(b"authorization", f"Bearer {token}".encode()), (b"content-type", b"application/json")]
    scope = {
        "type": "http", "method": "POST", "path": "/v1/fast/ac", "raw_path": b"/v1/fast/ac", "query_string": b"",
        "headers": [*headers, (b"content-length", b"50"), (b"host", b"localhost")],
    }  # fmt: skip
    asyncio.run(create_app(services, timeout_seconds=0.1)(scope, never, send))
    assert 504 == sent[0]["status"]
    assert {b"x-request-id", b"x-response-time"} <= {name for name, _ in sent[0]["headers"]}


def test_other_methods_are_still_405(client: AsgiClient) -> None:
    client.get(THAC0)
    assert [405, 405] == [client.request(method, THAC0).status_code for method in ("PUT", "DELETE")]


def test_fresh_rolls_are_never_prepared(client: AsgiClient) -> None:
    assert 5 == len({client.get("/v1/fast/roll?dice=30d20").content for _ in range(5)})
    assert 1 == len({client.get("/v1/fast/roll?dice=30d20&seed=3").content for _ in range(5)})


def test_list_of_operations_has_parameters_and_examples_that_hold(client: AsgiClient) -> None:
    for one in client.get("/v1/fast").json()["operations"]:
        example = one["example"]
        answered = client.post(f"/v1/fast/{one['name']}", json=example["params"])
        assert {**example["answer"], "cache_hit": 0} == {**answered.json(), "cache_hit": 0}, one["name"]


def test_refusal_of_the_fast_lane_names_the_field_and_the_legal_values_nearest_first(client: AsgiClient) -> None:
    response = client.get("/v1/fast/damage?weapon=two_handed_sord")
    problem = response.json()
    assert (400, "weapon") == (response.status_code, problem["errors"][0]["field"])
    count = len(rules.default_rulebook().table("weapons").names)
    assert problem["errors"][0]["message"].startswith(
        f"must be one of {count} names, the nearest of them: two_handed_sword, "
    )
    assert [] == faults("error", problem)


def test_openapi_says_what_each_operation_takes(client: AsgiClient) -> None:
    document = client.get("/openapi.json").json()
    names = {path.removeprefix("/v1/fast/") for path in document["paths"]}
    assert {"thac0", "save", "saves", "roll"} <= names
    thac0 = document["components"]["schemas"]["fast_thac0"]
    assert ({"class", "level"}, "fighter") == (set(thac0["required"]), thac0["examples"][0]["class"])


# -- tables ------------------------------------------------------------------------------------------------------------


def test_tables_are_listed_with_their_source(client: AsgiClient) -> None:
    body = client.get("/v1/rules/tables").json()
    assert [] == faults("rules_tables", body)
    by_id = {one["id"]: one for one in body["tables"]}
    assert set(rules.default_rulebook().tables) == set(by_id)
    assert (["class_group", "level"], ["thac0"]) == (by_id["thac0"]["keys"], by_id["thac0"]["columns"])


def test_every_table_can_be_read_whole(client: AsgiClient) -> None:
    for table_id, table in rules.default_rulebook().tables.items():
        body = client.get(f"/v1/rules/tables/{table_id}").json()
        assert (table_id, []) == (table_id, faults("rules_table", body))
        assert (table_id, len(table.rows)) == (table_id, len(body["rows"]))


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("thac0?class_group=warrior&level=5", [{"class_group": "warrior", "level": 5, "thac0": 16}]),
        ("thac0?class=Fighter&level=5", [{"class_group": "warrior", "level": 5, "thac0": 16}]),
        ("armor?armor=chain", [{"armor": "chain_mail", "armor_class": 5}]),
        ("racial_level_limits?race=dwarf&class=fighter", [{"race": "dwarf", "class": "fighter", "level": 15}]),
    ],
)
def test_keys_pick_lines(client: AsgiClient, query: str, rows: list[dict[str, Any]]) -> None:
    assert rows == client.get(f"/v1/rules/tables/{query}").json()["rows"]


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("nothing", 404, None),
        ("thac0?colour=red", 400, "colour"),
        ("thac0?level=five", 400, "level"),
        ("armor?armor=tin", 400, "armor"),
        ("thac0?level=0&class_group=warrior", 422, "level"),
        ("racial_level_limits?race=dwarf&class=bard", 400, "class"),
        ("thac0?level=1&level=2", 400, "level"),
    ],
)
def test_wrong_keys_are_named(client: AsgiClient, query: str, status: int, field: str | None) -> None:
    response = client.get(f"/v1/rules/tables/{query}")
    assert status == response.status_code
    assert [] == faults("error", response.json())
    assert field is None or field == response.json()["errors"][0]["field"]


# -- validation --------------------------------------------------------------------------------------------------------


def test_sentence_is_validated_with_source_and_alternatives(client: AsgiClient) -> None:
    body = client.post("/v1/rules/validate", json={"subject": "a dwarf mage of level 5 in plate mail"}).json()
    assert [] == faults("rules_validation", body)
    assert (False, {"class_race", "armor"}) == (body["valid"], {one["rule"] for one in body["violations"]})
    assert all(one["source"] and one["alternatives"] for one in body["violations"])


def test_house_rules_win_and_are_marked(client: AsgiClient) -> None:
    subject = {"race": "dwarf", "class": "mage", "level": 5, "armor": "plate_mail"}
    own = {"class_race": {"dwarf": ["mage"]}, "armor": False}
    body = client.post("/v1/rules/validate", json={"subject": subject, "house_rules": own}).json()
    assert (True, ["class_race", "armor"]) == (body["valid"], [one["rule"] for one in body["house_rules"]])
    assert all(one["by_house_rule"] and not one["is_violation"] for one in body["house_rules"])


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "subject"),
        ({"subject": ""}, 400, "subject"),
        ({"subject": "x" * 1001}, 400, "subject"),
        ({"subject": ["mage"]}, 400, "subject"),
        ({"subject": "the weather"}, 400, "subject"),
        ({"subject": {"klass": "mage"}}, 400, "subject.klass"),
        ({"subject": {"class": "jedi"}}, 400, "subject.class"),
        ({"subject": {"class": "mage", "level": 99}}, 422, "subject.level"),
        ({"subject": {"abilities": {"wisdom": 30}}}, 422, "subject.abilities.wisdom"),
        ({"subject": "a mage", "house_rules": {"gravity": False}}, 400, "house_rules.gravity"),
        ({"subject": "a mage", "house_rules": {"shield": 3}}, 400, "house_rules.shield"),
        ({"subject": "a mage", "house_rules": []}, 400, "house_rules"),
    ],
)
def test_what_cannot_be_read_is_named(client: AsgiClient, body: Any, status: int, field: str) -> None:
    response = client.post("/v1/rules/validate", json=body)
    assert status == response.status_code, response.text
    assert [] == faults("error", response.json())
    assert field in [one["field"] for one in response.json()["errors"]]


def test_answer_to_a_question_holds_to_its_contract(client: AsgiClient) -> None:
    for question in ("THAC0 of a 5th level fighter?", "THAC0 of a fighter?", "Who is the king?"):
        assert [] == faults("rules_answer", client.post("/v1/rules/ask", json={"question": question}).json())
