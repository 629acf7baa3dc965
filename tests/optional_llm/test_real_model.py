"""A real model behind a real server of the OpenAI protocol: small, silly, and therefore a good test of the checks."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.actors import Actor
from core.settings import Settings
from store.database import Database
from store.llm_budget import tokens_spent
from workers.llm.client import Bill
from workers.llm.errors import TokenLimit
from workers.step import StepTask
from workers.world_designer.content.campaign import Campaign
from workers.world_designer.content_agent import ContentAgent
from workers.world_designer.facts import contradictions
from workers.world_designer.passages import passages_of
from workers.world_designer.storyteller import ModelTeller, _question
from workers.world_designer.telling import llm_client

PATIENCE_SECONDS = 600.0
"""More than any setting allows: what is tested is the protocol, not how fast this machine is."""
CAMPAIGN = UUID("0190a000-0000-7000-8000-000000000003")


class Nothing:
    def campaign(self, *_: Any, **__: Any) -> Campaign:
        return Campaign()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    command = [os.environ["DMA_TEST_LLM_PYTHON"], str(Path(__file__).with_name("serve.py"))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield f"{process.stdout.readline().strip()}/v1"
        process.kill()  # it would first write the answer to its end that nobody waits for


@pytest.fixture(scope="module")
def teller(url: str, module_database: Database) -> ModelTeller:
    given: dict[str, Any] = {"llm_model": "smollm2-135m", "llm_base_url": url, "llm_allow_private": True}
    limits = {"llm_tokens_per_campaign": 10**6, "llm_tokens_per_day": 10**6}
    client = llm_client(Settings(_env_file=None, **given, **limits), module_database)
    client.seconds = PATIENCE_SECONDS
    return ModelTeller(client)


def made(kind: str, brief: dict[str, Any], teller: ModelTeller | None = None) -> dict[str, Any]:
    params = {"kind": kind, "brief": brief, "seed": 7}
    return (
        ContentAgent(Nothing(), teller)
        .think(StepTask(CAMPAIGN, 1, CAMPAIGN, "user:dm", "", Actor.GENERATE_CONTENT, params))
        .result
    )


def test_real_answer_has_the_shape_asked_for_unless_it_is_cut_off_and_its_tokens_are_the_servers_count(
    teller: ModelTeller, module_database: Database
) -> None:
    bill = Bill()
    told = passages_of("npc", made("npc", {"name": "Borin"}))

    # So small a model often goes on to the last token it may use; the protocol's other errors are errors here.
    with suppress(TokenLimit):
        teller._client.ask(
            _question("npc", told[:1], "canary"), campaign_id=CAMPAIGN, seconds=PATIENCE_SECONDS, bill=bill
        )

    assert bill.ended in {"stop", "length"}
    assert 50 < bill.question_tokens < bill.tokens
    with module_database.transaction() as tx:
        assert 100 < bill.tokens == tokens_spent(tx, CAMPAIGN)


def test_whatever_the_model_says_the_result_holds_the_facts(teller: ModelTeller) -> None:
    kind, brief = "rumour", {"count": 1}
    template, result = made(kind, brief), made(kind, brief, teller)

    print({key: (one["source"], one["reason"]) for key, one in result["prose"].items()})  # noqa: T201 - what it said
    assert result["tokens_used"] > 100
    assert set(template["prose"]) == set(result["prose"])
    for before, after in zip(passages_of(kind, template), passages_of(kind, result), strict=True):
        entry = result["prose"][before.key]
        if entry["source"] == "template":
            assert before.template == after.template
        else:
            assert [] == contradictions(after.template, before.template, before.facts.values())
