"""What points back, and to what."""

from uuid import UUID

import pytest

from contracts.entities import EntityType
from contracts.intents import Intent
from orchestrator.followup import Pointer, Way, pointer_in, resolve
from store.sessions import LatestResult, Making, Referent

MERA = Referent(UUID(int=1), EntityType.NPC, "Mera")
MILL = Referent(UUID(int=2), EntityType.LOCATION, "Old Mill")
A_PERSON = LatestResult(UUID(int=11), Intent.GENERATE_NPC, Making("world_designer.generate_npc", {}), (MERA,))
A_PLACE = LatestResult(UUID(int=12), Intent.GENERATE_LOCATION_DESCRIPTION, Making("x", {}), (MILL,))
A_RULE = LatestResult(UUID(int=13), Intent.RULES_LOOKUP, None, ())


@pytest.mark.parametrize(
    ("prompt", "pointer"),
    [
        ("keep that one", Pointer(Way.KEEP, "that")),
        ("Nice, save him!", Pointer(Way.KEEP, "him")),
        ("make her older", Pointer(Way.CHANGE, "her", "older")),
        ("turn him into a dwarf.", Pointer(Way.CHANGE, "him", "a dwarf")),
        ("again but colder", Pointer(Way.AGAIN, "again", "colder")),
        ("another one", Pointer(Way.ANOTHER, "another one")),
        ("again, please", Pointer(Way.AGAIN, "again")),
        ("again but colder please", Pointer(Way.AGAIN, "again", "colder")),
        ("a bit older, thanks", Pointer(Way.CHANGE, "a bit older", "a bit older")),
        ("level 5 instead", Pointer(Way.CHANGE, "instead", "level 5")),
        ("call her Mara", Pointer(Way.CHANGE, "her", "named Mara")),
        ("what was his AC?", Pointer(Way.ASK, "his")),
        ("and her hit points?", Pointer(Way.ASK, "her")),
        ("where does she live", Pointer(Way.ASK, "she")),
        ("tell me more about it", Pointer(Way.ASK, "it")),
    ],
)
def test_a_prompt_that_points_back_is_known(prompt: str, pointer: Pointer) -> None:
    assert pointer == pointer_in(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "keep that in mind: the duke lies",
        "make a dwarf",
        "remember that Borin owes us",
        "who is Borin",
        "save vs poison",
        "what is the AC of chain mail",
        "Describe the hall again for Borin",
        "add a scar",
        "take that!",
        "give him 50 gp",
        "attack with a sword instead",
        "what should we do instead",
        "make me a sandwich",
        "name the tavern The Eel",
    ],
)
def test_a_prompt_that_names_what_it_is_about_points_nowhere(prompt: str) -> None:
    assert pointer_in(prompt) is None


@pytest.mark.parametrize(
    ("prompt", "results", "meant"),
    [
        ("keep that one", [A_RULE, A_PLACE, A_PERSON], MILL),
        ("what was her AC?", [A_PLACE, A_PERSON], MERA),
        ("make her older", [A_PLACE, A_PERSON], MERA),
        ("make it older", [A_PLACE, A_PERSON], MILL),
        ("again but colder", [A_RULE, A_PLACE], MILL),
    ],
)
def test_the_latest_result_that_fits_is_meant(prompt: str, results: list[LatestResult], meant: Referent) -> None:
    pointer = pointer_in(prompt)
    assert pointer is not None
    reference = resolve(pointer, results)

    assert reference is not None
    assert (meant,) == reference.entities
    assert {"id": meant.public_id, "name": meant.name} == reference.as_json()["entities"][0]


@pytest.mark.parametrize("prompt", ["keep that one", "make her older", "again", "what was his AC?"])
def test_where_nothing_fits_nothing_is_meant(prompt: str) -> None:
    pointer = pointer_in(prompt)
    assert pointer is not None

    assert resolve(pointer, [A_RULE]) is None
