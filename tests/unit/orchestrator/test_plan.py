"""Plans: what will be done, as data."""

import pytest

from contracts.actors import Actor
from contracts.intents import Intent
from orchestrator.classify import Classified
from orchestrator.plan import make_plan, subject_of


@pytest.mark.parametrize("intent", list(Intent))
def test_every_intent_has_a_plan_of_one_to_five_known_actors(intent: Intent) -> None:
    plan = make_plan(Classified(intent, 1.0), "Describe the hall")

    assert 1 <= len(plan) <= 5
    assert all(Actor(step.actor).queue for step in plan)
    assert all(step.title for step in plan)


def test_a_description_recalls_generates_and_stores() -> None:
    plan = make_plan(Classified(Intent.GENERATE_LOCATION_DESCRIPTION, 1.0), "Describe the ancient dwarven hall")

    assert [Actor.RECALL_ENTITIES, Actor.DESCRIBE_LOCATION, Actor.STORE_ENTITIES] == [step.actor for step in plan]
    assert "ancient dwarven hall" == plan[0].params["query"]


def test_a_prompt_that_is_not_understood_plans_nothing_that_writes() -> None:
    plan = make_plan(Classified(Intent.OTHER, 1.0), "asdf")

    assert [Actor.RECALL_ENTITIES] == [step.actor for step in plan]


@pytest.mark.parametrize(
    ("prompt", "subject"),
    [
        ("Describe the ancient dwarven hall", "ancient dwarven hall"),
        ("What do we know about the Gilded Eel?", "Gilded Eel"),
        ("Who is Borin?", "Borin"),
        ("Could you describe the old mill", "old mill"),
        ("stats for Borin", "Borin"),
        ("the", "the"),
        ("?!", "?!"),
    ],
)
def test_the_subject_is_the_prompt_without_its_order(prompt: str, subject: str) -> None:
    assert subject == subject_of(prompt)


@pytest.mark.parametrize(
    ("prompt", "params"),
    [
        ("which npcs are dwarves?", {"type": "npc", "query": "dwarves"}),
        ("list all npcs", {"type": "npc", "query": ""}),
        ("find items of silver", {"type": "item", "query": "of silver"}),
        ("find smoky taverns", {"query": "smoky taverns"}),
    ],
)
def test_a_search_for_one_kind_looks_among_that_kind_only(prompt: str, params: dict[str, str]) -> None:
    (step,) = make_plan(Classified(Intent.SEARCH_CAMPAIGN, 1.0), prompt)

    assert params | {"answer": "matches"} == step.params


def test_a_misspelled_order_is_mended_for_those_who_carry_it_out() -> None:
    recall, describe, _ = make_plan(Classified(Intent.GENERATE_LOCATION_DESCRIPTION, 1.0), "Discribe the old mill")
    (store,) = make_plan(Classified(Intent.STORE_ENTITY, 1.0), "rember that the mill burned")

    assert "old mill" == recall.params["query"]
    assert "describe the old mill" == describe.params["brief"]
    assert "remember that the mill burned" == store.params["note"]
