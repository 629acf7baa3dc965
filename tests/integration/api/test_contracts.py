"""Real responses of the running application hold to the published schemas (R74)."""

from typing import Any

import httpx

from api.deps import AppServices
from core.errors import ErrorCategory
from core.ids import parse_id
from core.problems import problem
from store.endings import fail_request
from tests.contract.test_api_contracts import load_schemas, validator_of
from tests.integration.api.conftest import CAMPAIGN
from tests.support.asgi_client import AsgiClient

PROMPT = {"prompt": "Create a dwarf blacksmith", "context": {"campaign_id": CAMPAIGN}}
TOWER = {"name": "Broken Tower", "location_type": "building", "campaign_id": CAMPAIGN}


def faults(name: str, body: Any) -> list[str]:
    return [error.message for error in validator_of(load_schemas(), name).iter_errors(body)]


def request_of(response: httpx.Response) -> Any:
    return parse_id(response.json()["request_id"])


def test_acceptance_and_every_state_of_a_request_hold_to_prompt_response(
    client: AsgiClient, services: AppServices
) -> None:
    accepted = client.post("/v1/prompts", json=PROMPT)
    poll_url = accepted.json()["poll_url"]
    assert [] == faults("prompt_response", accepted.json()) + faults("prompt_response", client.get(poll_url).json())
    with services.database.transaction() as tx:
        fail_request(tx, request_of(accepted), problem(ErrorCategory.LLM_ERROR, "no answer"))
    failed = client.get(poll_url).json()
    assert "failed" == failed["status"]
    assert [] == faults("prompt_response", failed) + faults("error", failed["error"])


def test_completed_request_holds_to_prompt_response(client: AsgiClient, services: AppServices) -> None:
    accepted = client.post("/v1/prompts", json=PROMPT)
    result = '{"content": "A dwarf.", "entities_created": ["npc_%s"], "tokens_used": 0}' % ("0" * 32)
    with services.database.transaction() as tx:
        tx.execute(
            "UPDATE requests SET status = 'completed', result = %s, completed_at = clock_timestamp() WHERE id = %s",
            (result, request_of(accepted)),
        )
    view = client.get(accepted.json()["poll_url"]).json()
    assert ("completed", "A dwarf.") == (view["status"], view["result"]["content"])
    assert view["completed_at"].endswith("Z")
    assert [] == faults("prompt_response", view)


def test_entities_hold_to_entity_when_made_read_listed_and_changed(client: AsgiClient) -> None:
    made = client.post("/v1/entities/location", json=TOWER).json()
    path = f"/v1/entities/location/{made['id']}"
    shown = [
        made,
        client.get(path).json(),
        client.put(path, json={"state": "draft"}, headers={"If-Match": "1"}).json(),
        *client.get("/v1/entities/location", params={"campaign_id": CAMPAIGN}).json()["items"],
    ]
    assert 4 == len(shown)
    assert [] == [fault for entity in shown for fault in faults("entity", entity)]


def test_errors_hold_to_error(client: AsgiClient) -> None:
    shown = [
        client.get("/v1/nothing").json(),
        client.post("/v1/prompts", json={}).json(),
        client.post("/v1/prompts", content=b"{").json(),
        client.get("/v1/fast/thac0").json(),
        client.request("OPTIONS", "/v1/prompts").json(),
    ]
    assert [] == [fault for body in shown for fault in faults("error", body)]


def test_classify_holds_to_classify_answer(client: AsgiClient) -> None:
    for prompt in ("can an elf be a paladin?", "2d6+1", "asdf"):
        answer = client.post("/v1/classify", json={"prompt": prompt})
        assert (200, []) == (answer.status_code, faults("classify_answer", answer.json()))


def test_what_was_taken_as_that_holds_to_prompt_response(client: AsgiClient, services: AppServices) -> None:
    session = {"campaign_id": CAMPAIGN, "session_id": "374e6530-a75a-482a-933b-b3fe2b7aaed2"}
    npc = client.post("/v1/entities/npc", json={"name": "Mera", "campaign_id": CAMPAIGN}).json()
    made = client.post("/v1/prompts", json={"prompt": "Create a smith named Mera", "context": session})
    with services.database.transaction() as tx:
        tx.execute(
            "UPDATE requests SET status = 'completed', completed_at = clock_timestamp(), result = %s WHERE id = %s",
            (f'{{"content": "", "entities_created": ["{npc["id"]}"], "tokens_used": 0}}', request_of(made)),
        )
    kept = client.post("/v1/prompts", json={"prompt": "keep that one", "context": session})
    view = client.get(kept.json()["poll_url"]).json()

    assert [{"id": npc["id"], "name": "Mera"}] == view["refers_to"]["entities"]
    assert [] == faults("prompt_response", view)
