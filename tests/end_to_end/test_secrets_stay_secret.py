"""Canaries in every field and header: none comes to light in logs, metrics, messages or errors of real processes."""

import json

import httpx
import redis

from core.locate import read_announcement
from tests.end_to_end.conftest import MODEL_KEY
from tests.support.installation import CAMPAIGN, Installation
from tests.support.llm_server import LlmServer

CANARY = "Kanarienvogel7Q"
PLANTED = "Findling"
"""Put into Redis to be found: a look that sees nothing would find no canary either."""
JWT = f"eyJhbGciOiJIUzI1NiJ9.{CANARY}a.{CANARY}b"
SVC = f"svc_bot_{CANARY}" + "0" * 49
HEADERS = [
    {"Authorization": f"Bearer {JWT}"},
    {"Authorization": f"Bearer {SVC}"},
    {"Authorization": f"Bearer {CANARY}"},
    {"Authorization": f"Basic {CANARY}"},
    {"Cookie": f"dma_refresh={CANARY}", "X-DMA-Console": "1"},
    {"Idempotency-Key": f"{CANARY} {CANARY}"},
    {"If-Match": CANARY},
    {"Prefer": CANARY},
    {"Last-Event-ID": CANARY},
    {"X-Api-Key": CANARY, "X-Webhook-Secret": CANARY},
    {"Content-Type": CANARY},
    {"Host": f"{CANARY.lower()}.example"},
    {"X-Request-ID": f"{CANARY} is no id"},
]
BODIES = [
    ("/v1/auth/token", {"login_code": CANARY}),
    ("/v1/auth/refresh", {"refresh_token": CANARY}),
    ("/v1/auth/revoke", {"refresh_token": CANARY}),
    ("/v1/prompts", {"prompt": CANARY, "context": {"campaign_id": CANARY}}),
    ("/v1/prompts", {"prompt": CANARY, "context": {"campaign_id": CAMPAIGN, "session_id": CANARY}, "x": CANARY}),
    ("/v1/search", {"query": CANARY, "campaign_id": CAMPAIGN, "entity_types": [CANARY]}),
    ("/v1/classify", {"prompt": {"token": CANARY}}),
    ("/v1/entities/npc", {"name": [CANARY], "secret": CANARY, "campaign_id": CAMPAIGN}),
    ("/v1/entities/npc", {"name": "x", "attributes": {"hit_points": CANARY}, "campaign_id": CAMPAIGN}),
    ("/v1/relations", {"source_id": CANARY, "target_id": CANARY, "kind": CANARY}),
    ("/v1/generate/npc", {"brief": {"race": CANARY}, "context": {"campaign_id": CAMPAIGN}}),
    ("/v1/generate/dungeon", {"campaign_id": CAMPAIGN, "rooms": CANARY}),
    (f"/v1/campaigns/{CAMPAIGN}/import", {"format": CANARY}),
    ("/v1/rules/validate", {"kind": CANARY, "password": CANARY}),
    ("/v1/fast/thac0", {"level": CANARY, "class": CANARY}),
]


def test_no_secret_comes_to_light(running_dma: Installation, client: httpx.Client, language_model: LlmServer) -> None:
    answers = [client.get("/v1/campaigns", headers=headers) for headers in HEADERS]
    answers += [client.post("/v1/prompts", headers=headers, content=CANARY) for headers in HEADERS]
    answers += [client.post(path, json=body) for path, body in BODIES]
    assert {200, 400, 401} <= {answer.status_code for answer in answers}
    made = client.post(
        "/v1/entities/npc", json={"name": "Borin the smith", "campaign_id": CAMPAIGN, "secret": f"He is {CANARY}."}
    )
    asked = running_dma.ask(client, f"Create a dwarven blacksmith who knows the password {CANARY}")
    found = client.post("/v1/search", json={"query": CANARY, "campaign_id": CAMPAIGN})
    assert (201, "completed", 200) == (made.status_code, asked["status"], found.status_code)

    told = {f"{number} {one.request.url.path}": one.text for number, one in enumerate(answers) if one.is_error}
    told["log"] = running_dma.log.read_text(errors="replace")
    told["metrics"] = client.get("/metrics").text
    told["status"] = client.get("/v1/status").text
    told["redis"] = everything_in_redis(running_dma)
    assert [] == [where for where, text in told.items() if CANARY.lower() in text.lower()]
    assert MODEL_KEY in {headers["authorization"].removeprefix("Bearer ") for headers in language_model.headers}
    # The looking itself finds what is there.
    assert CANARY in json.dumps(client.get(f"/v1/entities/npc/{made.json()['id']}").json())
    assert PLANTED in told["redis"]


def everything_in_redis(installation: Installation) -> str:
    """All keys and their contents: messages, dead letters and whatever else is there."""
    announced = read_announcement(installation.home)
    assert announced is not None
    with redis.Redis.from_url(announced.redis_url) as raw:
        raw.set("dma:planted", PLANTED, ex=60)
        return " ".join(f"{key!r} {raw.dump(key)!r}" for key in raw.scan_iter(count=1_000))
