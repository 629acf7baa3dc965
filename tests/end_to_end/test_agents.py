"""The pools of a started installation say who they are, and answer when they are asked (R50)."""

from typing import Any

import httpx

from tests.support.installation import Installation, wait_until


def agents(client: httpx.Client) -> dict[str, Any]:
    return {one["agent"]: one for one in client.get("/v1/admin/agents").json()["items"]}


def test_every_pool_is_ready_and_each_agent_answers_a_health_check(
    running_dma: Installation, client: httpx.Client
) -> None:
    pools = {"scribe", "system_mastery", "world_designer", "orchestrator"}
    wait_until(lambda: pools == {name for name, one in agents(client).items() if one["state"] == "ready"}, 15)

    asked = client.post("/v1/admin/agents/health-check")
    assert (202, pools - {"orchestrator"}) == (asked.status_code, set(asked.json()["asked"]))
    wait_until(lambda: all(agents(client)[name]["checked_at"] for name in asked.json()["asked"]), 15)
    assert running_dma.dev_token not in client.get("/v1/admin/agents").text
