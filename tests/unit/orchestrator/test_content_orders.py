"""Which prompts order content of which kind, and the plans of typed orders."""

import pytest

from contracts.actors import Actor
from contracts.generators import BRIEFS
from contracts.intents import Intent
from orchestrator.classify import Classified
from orchestrator.content import INTENTS, ContentOrder, asked_kind, order_plan
from orchestrator.plan import make_plan
from tests.support.classifier import shipped_classifier


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("random encounter for 4 level 5 in a swamp", "encounter"),
        ("Generate an ambush in the forest", "encounter"),
        ("treasure type C", "treasure"),
        ("roll up a hoard worth 2,500 gp", "treasure"),
        ("give me a magic sword for a fighter", "magic_item"),
        ("a shady tavern in Ashford", "tavern"),
        ("Create a tavern named The Gilded Eel", "tavern"),
        ("build me a town in the hills", "settlement"),
        ("give me 3 rumours about Borin", "rumour"),
        ("I need a quest hook for a level 4 party", "quest"),
        ("generate a wilderness hex", "hex"),
        ("Create a crypt room 30x40", "room"),
        ("Describe a smoky harbour tavern at midnight", None),
        ("Create a priest of the village", None),
        ("create a map of a village", None),
        ("I need an innkeeper for the village", None),
        ("Create a dungeon with 10 rooms", None),
        ("what treasure does an orc carry?", None),
        ("The town was burned by orcs", None),
        ("Store a tavern called The Gilded Eel", None),
    ],
)
def test_a_prompt_orders_content_of_its_kind(prompt: str, kind: str | None) -> None:
    assert asked_kind(shipped_classifier().classify(prompt).intent, prompt) == kind


def test_such_a_prompt_is_made_and_then_stored() -> None:
    plan = make_plan(Classified(Intent.GENERATE_ENCOUNTER, 1.0), "random encounter in a swamp")

    assert [step.actor for step in plan] == [Actor.GENERATE_CONTENT, Actor.STORE_ENTITIES]
    assert plan[0].params == {"kind": "encounter", "prompt": "random encounter in a swamp"}


def test_a_typed_order_needs_no_reading() -> None:
    plan = order_plan(ContentOrder("hex", {"miles": 3}, seed=0, form="long"))

    assert plan[0].params == {"kind": "hex", "brief": {"miles": 3}, "form": "long", "seed": 0}
    assert [step.actor for step in plan] == [Actor.GENERATE_CONTENT, Actor.STORE_ENTITIES]


def test_every_kind_has_an_intent_to_be_seen_under() -> None:
    assert set(INTENTS) == set(BRIEFS)
