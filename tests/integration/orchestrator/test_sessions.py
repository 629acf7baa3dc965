"""A session remembers: "that" is the latest result, kept, asked about, changed or made again, and the view says so."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from core.ids import new_uuid, seed_of
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from orchestrator.intake import Intake, Submission
from orchestrator.publish import Publisher
from rules.loader import default_rulebook
from store import campaigns
from store.changes import apply_changes
from store.database import Database
from store.endings import complete_request
from store.finder import Finder
from store.requests import RequestView, read_request
from store.steps import Claim, claim_step, finish_step
from tests.support.classifier import packaged_embedder, shipped_classifier
from workers.scribe.agent import ScribeAgent
from workers.scribe.repository import ScribeRepository
from workers.step import task_of
from workers.system_mastery.agent import SystemMasteryAgent
from workers.world_designer.agent import WorldDesignerAgent

DM = "user:dm"
SMITH = "Create a dwarven blacksmith named Mera"
MILL = "Describe the old mill"


class Table:
    """A DM at the table: prompts are carried out at once, by the agents themselves."""

    def __init__(self, database: Database, redis_url: str) -> None:
        self.database = database
        self.broker = build_broker(redis_url)
        publisher = Publisher(self.broker, TokenSigner("x" * 32))
        self.intake = Intake(database, self.broker, shipped_classifier(), publisher)
        self.agents = {
            "scribe": ScribeAgent(ScribeRepository(database, Finder(database, packaged_embedder()))),
            "system_mastery": SystemMasteryAgent(default_rulebook()),
            "world_designer": WorldDesignerAgent(),
        }
        self.campaign, self.session = new_uuid(), new_uuid()
        with database.transaction() as tx:
            campaigns.ensure_campaign(tx, self.campaign, "A campaign", DM)

    def accept(self, prompt: str, **changes: Any) -> RequestView:
        facts = {"campaign_id": self.campaign, "session_id": self.session, "principal": DM, "prompt": prompt}
        accepted = self.intake.submit(Submission(**({"request_id": new_uuid()} | facts | changes)))
        return self.view(accepted.request_id, changes.get("principal", DM))

    def say(self, prompt: str, **changes: Any) -> RequestView:
        view = self.accept(prompt, **changes)
        for step in view.plan:
            self._carry_out(view.id, step.step_no)
        with self.database.transaction() as tx:
            complete_request(tx, view.id)
        return self.view(view.id, changes.get("principal", DM))

    def _carry_out(self, request: UUID, step_no: int) -> None:
        with self.database.transaction() as tx:
            claim = claim_step(tx, request, step_no, worker="here", lease_seconds=10)
        assert isinstance(claim, Claim)
        outcome = self.agents[claim.actor.partition(".")[0]].think(task_of(claim))
        with self.database.transaction() as tx:
            finish_step(tx, claim, outcome.result)
            apply_changes(
                tx, outcome.changes, campaign_id=claim.campaign_id, principal=claim.principal, request_id=request
            )

    def view(self, request: UUID, principal: str = DM) -> RequestView:
        with self.database.transaction() as tx:
            return read_request(tx, request, principal)

    def states(self) -> list[tuple[str, str]]:
        with self.database.transaction() as tx:
            rows = tx.execute(
                "SELECT name, state FROM entities WHERE deleted_at IS NULL ORDER BY created_at"
            ).fetchall()
        return [(row["name"], row["state"]) for row in rows]


@pytest.fixture
def table(database: Database, redis_url: str) -> Iterator[Table]:
    table = Table(database, redis_url)
    yield table
    table.broker.close()


def actions(view: RequestView) -> list[str]:
    return [step.action for step in view.plan]


def test_keep_that_one_approves_what_was_made(table: Table) -> None:
    made = table.say(SMITH)
    assert [("Mera", "draft")] == table.states()

    kept = table.say("keep that one")

    assert [("Mera", "approved")] == table.states()
    assert ("store_entity", "completed") == (kept.intent, kept.status)
    assert kept.refers_to == {
        "words": "that",
        "request_id": made.public_id,
        "entities": [{"id": made.result["entities_created"][0], "name": "Mera"}],
    }


def test_his_ac_is_that_of_the_latest_person(table: Table) -> None:
    table.say(SMITH)
    table.say(MILL)

    asked = table.say("what was her AC?")

    assert ("retrieve_entity", "Mera") == (asked.intent, asked.refers_to["entities"][0]["name"])
    assert "AC" in asked.result["content"]


def test_make_her_older_makes_the_same_one_again(table: Table) -> None:
    made = table.say(SMITH)

    again = table.say("make her older")

    assert ["world_designer.generate_npc", "scribe.store_entities"] == actions(again)
    with table.database.transaction() as tx:
        step = tx.execute("SELECT params FROM steps WHERE request_id = %s AND step_no = 1", (again.id,)).fetchone()
    assert (SMITH, ["older"], seed_of(made.id)) == tuple(step["params"][name] for name in ("brief", "changes", "seed"))
    assert [("Mera", "draft")] == table.states()


def test_again_but_colder_keeps_what_was_said_before(table: Table) -> None:
    table.say(MILL)
    table.say("again but colder")

    third = table.say("again, but darker")

    assert "generate_location_description" == third.intent
    with table.database.transaction() as tx:
        step = tx.execute("SELECT params FROM steps WHERE request_id = %s AND step_no = 2", (third.id,)).fetchone()
    assert (MILL, ["colder", "darker"]) == (step["params"]["brief"], step["params"]["changes"])
    assert [("Old Mill", "draft")] == table.states()


@pytest.mark.parametrize("prompt", ["keep that one", "make her older", "what was his AC?"])
def test_where_there_is_no_that_nothing_is_written_and_it_is_said(table: Table, prompt: str) -> None:
    view = table.say(prompt)

    assert view.refers_to is None
    assert "nothing in this session" in view.result["content"]
    assert [] == table.states()


def test_another_session_and_another_campaign_have_their_own_that(table: Table) -> None:
    table.say(SMITH)
    other = new_uuid()
    with table.database.transaction() as tx:
        campaigns.ensure_campaign(tx, other, "Another", DM)

    for elsewhere in ({"session_id": new_uuid()}, {"campaign_id": other}):
        assert table.say("keep that one", **elsewhere).refers_to is None
    assert [("Mera", "draft")] == table.states()


def test_what_was_deleted_meanwhile_is_not_meant(table: Table) -> None:
    table.say(SMITH)
    with table.database.transaction() as tx:
        tx.execute("UPDATE entities SET deleted_at = clock_timestamp()")

    assert table.say("keep that one").refers_to is None


def test_somebody_named_in_a_combat_question_brings_their_numbers(table: Table) -> None:
    table.say(SMITH)

    view = table.say("does Mera hit AC 3 with a 19?")

    assert ["scribe.recall_entities", "system_mastery.answer_question"] == actions(view)
    assert "hits armor class 3" in view.result["content"]


def test_the_plan_is_there_before_anything_is_done(table: Table) -> None:
    view = table.accept("can an elf be a paladin?")

    assert (["system_mastery.validate_character"], "processing") == (actions(view), view.status)
    assert "Not allowed" in table.say("can an elf be a paladin?").result["content"]


def test_a_prompt_that_is_not_surely_understood_is_answered_with_its_two_likeliest_readings(table: Table) -> None:
    prompt = "guard hall ring that one old 3 maybe with"
    assert not shipped_classifier().classify(prompt).is_sure

    view = table.say(prompt)

    assert "Did you want me to" in view.result["content"]
    assert 2 == view.result["content"].partition("In your campaign")[0].count("\n- ")
    assert [] == table.states()
