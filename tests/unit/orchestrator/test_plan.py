"""Plans: what will be done, as data."""

import pytest

from contracts.actors import Actor
from contracts.intents import Intent
from orchestrator.classify import Classified
from orchestrator.names import names_in
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


def test_a_combat_question_about_somebody_recalls_them_first() -> None:
    recall, answer = make_plan(Classified(Intent.COMBAT_CALCULATION, 1.0), "does Borin hit Kira with a 14?")

    assert (Actor.RECALL_ENTITIES, Actor.ANSWER_QUESTION) == (recall.actor, answer.actor)
    assert "Borin Kira" == recall.params["query"]


def test_a_combat_question_about_nobody_is_only_worked_out() -> None:
    (step,) = make_plan(Classified(Intent.COMBAT_CALCULATION, 1.0), "Does a 14 hit AC 3 with THAC0 16?")

    assert Actor.ANSWER_QUESTION == step.actor


def test_whether_something_is_allowed_is_validated() -> None:
    (step,) = make_plan(Classified(Intent.VALIDATE_RULE, 1.0), "can an elf be a paladin?")

    assert (Actor.VALIDATE_CHARACTER, "can an elf be a paladin?") == (step.actor, step.params["subject"])


@pytest.mark.parametrize("intent", list(Intent))
def test_what_is_not_surely_understood_is_offered_and_writes_nothing(intent: Intent) -> None:
    unsure = Classified(intent, 0.3, ({"type": "rules_lookup", "confidence": 0.2},), is_sure=False)

    (step,) = make_plan(unsure, "make it so")

    assert (Actor.RECALL_ENTITIES, "offer") == (step.actor, step.params["answer"])
    assert [intent.value, "rules_lookup"] == step.params["readings"]


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("borin hits ac 3 with a 14?", ["borin"]),
        ("What does Kira need to hit the troll?", ["Kira"]),
        ("Would a 17 hit plate and shield for a 1st level cleric", []),
        ("what AC does a natural 8 hit with THAC0 12", []),
        ("does the ogre hit kira's horse", ["kira"]),
    ],
)
def test_names_are_told_from_words(prompt: str, names: list[str]) -> None:
    assert names == names_in(prompt)
