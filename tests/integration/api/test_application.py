"""What holds for the application as a whole: headers, health, metrics, the fast lane alone, documentation, console."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

import web
from api.app import all_routes, create_app
from api.deps import AppServices
from api.openapi_lane import TEMPLATE as FAST_LANE
from core.settings import Environment
from fastlane.operations import OPERATIONS
from orchestrator.intake import Intake
from orchestrator.publish import Publisher
from store.database import Database
from tests.integration.api.conftest import CAMPAIGN, Connect
from tests.support.asgi_client import AsgiClient
from tests.support.classifier import shipped_classifier

NOBODY_LISTENS = "postgresql://dma:dma@127.0.0.1:1/dma"


@pytest.fixture
def without_postgres(connect: Connect, services: AppServices) -> Iterator[AsgiClient]:
    """The application while its database cannot be reached."""
    gone = Database(NOBODY_LISTENS, application_name="dma-tests", wait_seconds=0.2)
    gone.open()
    intake = Intake(gone, services.broker, shipped_classifier(), Publisher(services.broker, services.signer))
    yield connect(parts={"database": gone, "intake": intake})
    gone.close()


@pytest.mark.parametrize(
    "path", ["/v1/campaigns", "/v1/nothing", "/healthz", "/v1/fast/thac0?level=1&class=mage", "/docs"]
)
def test_every_response_has_the_standard_and_the_security_headers(client: AsgiClient, path: str) -> None:
    headers = client.get(path).headers
    assert re.fullmatch(r"req_[0-9a-f]{32}", headers["x-request-id"])
    assert re.fullmatch(r"[0-9]+ms", headers["x-response-time"])
    assert (
        "default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'"
        == headers["content-security-policy"]
    )
    assert ("nosniff", "no-referrer") == (headers["x-content-type-options"], headers["referrer-policy"])


def test_nothing_under_v1_is_kept_by_caches(client: AsgiClient) -> None:
    assert ["no-store", "no-store"] == [
        client.get(path).headers["cache-control"] for path in ("/v1/campaigns", "/v1/nothing")
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "answer"),
    [
        (
            "GET",
            "/v1/fast/thac0?level=5&class=fighter&strength=18",
            None,
            {"base_thac0": 16, "strength_bonus": 1, "final_thac0": 15},
        ),
        (
            "GET",
            "/v1/fast/saves?class=wizard&level=7",
            None,
            {"paralyzation": 13, "rod_staff_wand": 9, "petrification": 11, "breath_weapon": 13, "spell": 10},
        ),
        (
            "GET",
            "/v1/fast/save?class=wizard&level=7",
            None,
            {"paralyzation": 13, "rod_staff_wand": 9, "petrification": 11, "breath_weapon": 13, "spell": 10},
        ),
        (
            "POST",
            "/v1/fast/ac",
            {"base_ac": 10, "armor": "chain_mail", "shield": True, "dexterity": 16},
            {"armor_ac": 5, "shield_bonus": -1, "dex_bonus": -2, "final_ac": 2},
        ),
        (
            "GET",
            "/v1/fast/ac?base_ac=10&armor=chain_mail&shield=true&dexterity=16",
            None,
            {"armor_ac": 5, "shield_bonus": -1, "dex_bonus": -2, "final_ac": 2},
        ),
    ],
)
def test_fast_lane_answers_as_the_user_prints_it(
    client: AsgiClient, method: str, path: str, body: object, answer: dict[str, int]
) -> None:
    response = client.request(method, path, **({"json": body} if body else {}))
    shown = response.json()
    assert (200, answer) == (response.status_code, {name: shown.get(name) for name in answer})


def test_fast_lane_remembers(client: AsgiClient) -> None:
    path = "/v1/fast/thac0?level=5&class=fighter&strength=18"
    client.get(path)
    assert client.get(path).json()["cache_hit"] is True


def test_fast_lane_lists_its_operations(client: AsgiClient) -> None:
    assert {"thac0", "saves", "ac"} <= {one["name"] for one in client.get("/v1/fast").json()["operations"]}


def test_rules_question_is_answered_with_its_table(client: AsgiClient) -> None:
    response = client.post("/v1/rules/ask", json={"question": "What is the THAC0 of a level 5 fighter?"})
    body = response.json()
    assert 200 == response.status_code
    assert "16" in body["answer"]
    assert {"answer", "values", "breakdown", "source", "confidence"} <= body.keys()
    assert 0.5 < body["confidence"] <= 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/fast", None),
        ("GET", "/v1/fast/roll?dice=3d6", None),
        ("POST", "/v1/fast/attack", {"thac0": 15, "ac": 4}),
        ("GET", "/v1/rules/tables", None),
        ("GET", "/v1/rules/tables/thac0?class=fighter", None),
        ("POST", "/v1/rules/validate", {"subject": "a dwarf mage"}),
        ("POST", "/v1/rules/ask", {"question": "THAC0 of a level 5 fighter?"}),
    ],
)
def test_everything_of_the_rules_answers_without_postgres(
    without_postgres: AsgiClient, method: str, path: str, body: object
) -> None:
    options = {"json": body} if body else {}
    assert [200, 200] == [without_postgres.request(method, path, **options).status_code for _ in range(2)]


def test_without_postgres_prompts_are_503_and_rules_still_answer(without_postgres: AsgiClient) -> None:
    prompt = {"prompt": "What is the THAC0 of a level 5 fighter?", "context": {"campaign_id": CAMPAIGN}}
    refused = without_postgres.post("/v1/prompts", json=prompt)
    assert (503, "database_unavailable", True) == (
        refused.status_code,
        refused.json()["code"],
        refused.json()["retryable"],
    )
    assert int(refused.headers["retry-after"]) >= 1
    assert "127.0.0.1" not in refused.text
    assert [200, 200, 200, 503, 503] == [
        without_postgres.get("/v1/fast/thac0?level=5&class=fighter").status_code,
        without_postgres.post("/v1/rules/ask", json={"question": "thac0 of a level 5 fighter"}).status_code,
        without_postgres.get("/healthz").status_code,
        without_postgres.get("/readyz").status_code,
        without_postgres.get(f"/v1/entities/npc?campaign_id={CAMPAIGN}").status_code,
    ]


def test_status_names_each_part_and_is_degraded_without_workers(client: AsgiClient) -> None:
    response = client.get("/v1/status")
    parts = response.json()["parts"]
    assert (200, "degraded") == (response.status_code, response.json()["status"])
    assert {"postgres", "redis", "scribe", "system_mastery", "world_designer", "orchestrator"} == set(parts)
    assert ["ok", "ok", "down"] == [parts[name]["status"] for name in ("postgres", "redis", "scribe")]


def test_status_without_postgres_says_so_and_stays_200(without_postgres: AsgiClient) -> None:
    response = without_postgres.get("/v1/status")
    assert (200, "down", "ok") == (
        response.status_code,
        response.json()["parts"]["postgres"]["status"],
        response.json()["parts"]["redis"]["status"],
    )


def test_ready_when_the_schema_is_current_and_not_with_an_older_one(client: AsgiClient, services: AppServices) -> None:
    assert 200 == client.get("/readyz").status_code
    with services.database.transaction() as tx:
        tx.execute("DELETE FROM schema_versions")
    assert 503 == client.get("/readyz").status_code


def test_metrics_count_by_route_template_and_show_queue_depths(client: AsgiClient) -> None:
    client.get("/v1/prompts/req_" + "0" * 32)
    client.get("/v1/no/such/path")
    families = {family.name: family for family in text_string_to_metric_families(client.get("/metrics").text)}
    methods = {sample.labels["method"] for sample in families["dma_requests"].samples}
    assert {"GET /v1/prompts/{request_id}", "GET unmatched"} <= methods
    assert not any("0000" in method or "such" in method for method in methods)
    errors = {
        (sample.labels["method"], sample.labels["error_type"])
        for sample in families["dma_errors"].samples
        if "error_type" in sample.labels
    }
    assert ("GET /v1/prompts/{request_id}", "not_found") in errors
    labels = {
        (sample.labels["stream"], sample.labels["consumer_group"]) for sample in families["dma_queue_depth"].samples
    }
    assert {("agent_tasks", "scribe_workers"), ("agent_results", "orchestrator_workers")} <= labels
    assert {"success", "error"} >= {sample.labels["status"] for sample in families["dma_requests"].samples}


def test_metrics_are_there_when_the_bus_is_not(connect: Connect, services: AppServices, valkey_server) -> None:
    client = connect()
    valkey_server.stop()
    try:
        assert 200 == client.get("/metrics").status_code
    finally:
        valkey_server.start()


def test_openapi_lists_every_route_with_its_body_and_problems(client: AsgiClient, services: AppServices) -> None:
    document = client.get("/openapi.json").json()
    listed = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    served = {
        (method, route.path)
        for route in all_routes(create_app(services))
        if route.include_in_schema and route.path != FAST_LANE
        for method in route.methods
    } | {(method, f"/v1/fast/{name}") for method in ("GET", "POST") for name in OPERATIONS}
    assert served == listed
    submit = document["paths"]["/v1/prompts"]["post"]
    schema = submit["requestBody"]["content"]["application/json"]["schema"]
    assert "#/components/schemas/PromptRequest" == schema["$ref"]
    assert {"202", "400", "401", "403", "413", "415", "422", "503"} <= submit["responses"].keys()
    assert ([{"bearer": []}], ["prompts"]) == (submit["security"], submit["x-scopes"])


def test_documentation_lists_every_path_and_needs_no_other_server(client: AsgiClient) -> None:
    page = client.get("/docs").text
    document = client.get("/openapi.json").json()
    assert [] == [path for path in document["paths"] if path not in page]
    assert [] == re.findall(r'(?:src|href)="(?!/|#)[^"]*"|<script|style="', page)
    assert "text/css" in client.get("/docs/style.css").headers["content-type"]


def test_documentation_is_not_served_in_production(connect: Connect) -> None:
    client = connect(environment=Environment.PRODUCTION)
    assert [404, 404] == [client.get(path).status_code for path in ("/docs", "/openapi.json")]


def test_console_serves_its_files_and_nothing_beside_them(connect: Connect, tmp_path: Path) -> None:
    root = tmp_path / "web"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<!doctype html>console")
    (root / "assets" / "app.js").write_text("1")
    (root / "__init__.py").write_text("secret = 1")
    (root / ".env").write_text("secret")
    client = connect(parts={"web_root": root})
    index = client.get("/")
    assert (200, "<!doctype html>console", "no-cache") == (
        index.status_code,
        index.text,
        index.headers["cache-control"],
    )
    assert "1" == client.get("/assets/app.js").text
    assert [404] * 5 == [
        client.get(path).status_code
        for path in ("/__init__.py", "/.env", "/assets", "/../conftest.py", "/assets/..%2f__init__.py")
    ]


def test_without_a_console_the_root_is_404(client: AsgiClient) -> None:
    assert 404 == client.get("/").status_code


def test_console_of_this_repository_is_served_with_types_that_a_browser_runs(connect: Connect) -> None:
    root = Path(next(iter(web.__path__)))
    client = connect(token=None, parts={"web_root": root})
    assert "text/html; charset=utf-8" == client.get("/").headers["content-type"]
    scripts = [path.relative_to(root).as_posix() for path in root.rglob("*.js")]
    assert {"text/javascript; charset=utf-8"} == {client.get(f"/{path}").headers["content-type"] for path in scripts}


def test_type_of_a_problem_names_a_page_of_this_installation(client: AsgiClient) -> None:
    shown = client.get("/v1/nothing").json()
    page = client.get(shown["type"].removeprefix("https://api.dma.com"))
    assert (200, "text/html; charset=utf-8") == (page.status_code, page.headers["content-type"])
    assert shown["title"] in page.text
    assert shown["code"] in page.text
    assert 404 == client.get("/errors/nothing-of-the-kind").status_code
