"""Facts in sentences, and which of them disagree with what is stored."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.scribe.facts import Fact, contradictions, read_facts


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Borin's hp is 12", [Fact("Borin", "hp", 12)]),
        ("Remember: Borin Ironhand\u2019s hit points are now 12.", [Fact("Borin Ironhand", "hp", 12)]),
        ("Captain Aldis Finn's ship is the Sorrow.", [Fact("Captain Aldis Finn", "ship", "the Sorrow")]),
        ("the ruler of Port Sallow is Odile Wray", [Fact("Port Sallow", "ruler", "Odile Wray")]),
        ("Borin is dead now", [Fact("Borin", "status", "dead")]),
        ("Borin now has 30 hp and Ulf has AC 4", [Fact("Borin", "hp", 30), Fact("Ulf", "ac", 4)]),
        ("Borin's hp is 3, and Borin's thac0 is 17", [Fact("Borin", "hp", 3), Fact("Borin", "thac0", 17)]),
        ("the tavern was full and nobody sang", []),
        ("remember that the bridge is out", []),
    ],
)
def test_facts_are_read_as_subject_attribute_and_value(text: str, facts: list[Fact]) -> None:
    assert sorted(facts, key=str) == sorted(read_facts(text), key=str)


@given(st.text(max_size=3000))
def test_every_text_can_be_read(text: str) -> None:
    assert all(fact.subject and fact.attribute for fact in read_facts(text))


@pytest.mark.parametrize("text", ["A " * 2500, "A of the " * 600, "Aa's " * 1000, "The a of " * 600])
def test_no_text_takes_long_to_read(text: str) -> None:
    started = time.process_time()
    read_facts(text)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("stored", "told"),
    [("Human", "a human"), (12, "12"), ("Odile  Wray", "odile wray."), ("the Sorrow", "Sorrow"), (True, True)],
)
def test_what_people_would_call_the_same_is_the_same(stored: object, told: object) -> None:
    assert [] == contradictions("Borin", {"x": stored}, [("x", told)])


@pytest.mark.parametrize(("stored", "told"), [(12, 13), ("Human", "elf"), (12, "many"), ([1], [2]), (None, 3)])
def test_another_value_for_the_same_attribute_disagrees(stored: object, told: object) -> None:
    [found] = contradictions("Borin", {"x": stored, "y": 1}, [("x", told), ("z", 5)])

    assert ("Borin", "x", stored, told) == (found.name, found.attribute, found.stored, found.told)
