"""What is to be changed, related, made for somebody, shown and summed up, read from the words of a prompt."""

from typing import Any

import pytest

from contracts.intents import Intent
from orchestrator.memory import Tied, memory_plan, tied_in
from orchestrator.statements import Change, Relation, stated_change, stated_relation


@pytest.mark.parametrize(
    ("prompt", "change"),
    [
        ("change Borin's level to 6 and hp to 40", Change("Borin", {"level": 6, "hp": 40})),
        ("Borin is dead now", Change("Borin", {"status": "dead"})),
        ("update kira\u2019s ac to 3", Change("kira", {"ac": 3})),
        ("set borin's armor class to -1", Change("borin", {"ac": -1})),
        (
            "Please change Brother Odo's deity to the god of storms",
            Change("Brother Odo", {"deity": "the god of storms"}),
        ),
        ("can you change the population of Millbrook to 450", Change("Millbrook", {"population": 450})),
        ("Change class from fighter to paladin for Aldric", Change("Aldric", {"class": "paladin"})),
        ("set Jarek's strength to 17", Change("Jarek", {"abilities": {"strength": 17}})),
        ("Kira is down to 3 hit points", Change("Kira", {"hp": 3})),
        ("Kira has 9 hp now", Change("Kira", {"hp": 9})),
        ("bump Jarek to level 4", Change("Jarek", {"level": 4})),
        ("heal Borin to 30", Change("Borin", {"hp": 30})),
        ("mark the quest as done", Change("quest", {"status": "done"})),
        ("rename Ashford to Ashbourne", Change("Ashford", name="Ashbourne")),
        ("change the innkeeper's name to Marla", Change("innkeeper", name="Marla")),
        ("his name is Rolf now", Change("his", name="Rolf")),
        (
            "change the description of the Gilded Eel to: burned down, roofless.",
            Change("Gilded Eel", description="burned down, roofless."),
        ),
        ("change Borin", None),
        ("make her older", None),
        ("what is Borin's level", None),
        ("x" * 5000, None),
    ],
)
def test_a_change_is_read(prompt: str, change: Change | None) -> None:
    assert change == stated_change(prompt)


@pytest.mark.parametrize(
    ("prompt", "relation"),
    [
        ("Borin lives in Ashford now", Relation("Borin", "lives in", "Ashford")),
        ("note that Borin is an enemy of the Red Ravens", Relation("Borin", "is an enemy of", "Red Ravens")),
        ("link Borin to Ashford", Relation("Borin", "is connected to", "Ashford")),
        ("connect Kira and Borin as siblings", Relation("Kira", "is a sibling of", "Borin")),
        ("Elara married Hask", Relation("Elara", "is married to", "Hask")),
        ("Move Corvin to Port Vell", Relation("Corvin", "lives in", "Port Vell")),
        ("relate Borin to Ashford: lives in", Relation("Borin", "lives in", "Ashford")),
        ("Borin is dead", None),
    ],
)
def test_a_relationship_is_read(prompt: str, relation: Relation | None) -> None:
    assert relation == stated_relation(prompt)


@pytest.mark.parametrize(
    ("prompt", "tied"),
    [
        ("add a rival for Borin in Ashford", Tied("rival", "Borin", place="Ashford")),
        ("give Borin a rival in Ashford", Tied("rival", "Borin", place="Ashford")),
        ("invent an old friend of Kira who lives in Ashford", Tied("friend", "Kira", "old", "Ashford")),
        ("Create Borin's sister", Tied("sister", "Borin")),
        ("create a gruff dwarven rival named Hask for Borin", Tied("rival", "Borin", "gruff dwarven", name="Hask")),
        ("add a rival for Borin named Hask", Tied("rival", "Borin", name="Hask")),
        ("Create a dwarven blacksmith named Borin", None),
        ("make me a bodyguard", None),
        ("create a mentor for him", None),
    ],
)
def test_somebody_who_belongs_to_somebody_is_read(prompt: str, tied: Tied | None) -> None:
    assert tied == tied_in(prompt)


@pytest.mark.parametrize(
    ("prompt", "action", "params"),
    [
        ("recap so far", "summarize", {}),
        ("summarize what we know about Borin", "summarize", {"name": "Borin"}),
        ("give me a summary of the Gilded Eel", "summarize", {"name": "Gilded Eel"}),
        ("give me Elara's character sheet", "retrieve_entity", {"name": "Elara"}),
        ("open Borin", "retrieve_entity", {"name": "Borin"}),
        ("how is Kira related to Borin?", "gather_context", {"names": ["Kira", "Borin"], "answer": "ties"}),
    ],
)
def test_what_is_to_be_shown_is_read(prompt: str, action: str, params: dict[str, Any]) -> None:
    (step,) = memory_plan(Intent.RETRIEVE_ENTITY, prompt) or ()

    assert f"scribe.{action}" == step.actor
    assert params.items() <= step.params.items() if params else {} == step.params


@pytest.mark.parametrize("prompt", ["who owns the Gilded Eel", "show her sheet", "What do we know about Borin?"])
def test_other_questions_are_left_to_the_search(prompt: str) -> None:
    assert memory_plan(Intent.RETRIEVE_ENTITY, prompt) is None
