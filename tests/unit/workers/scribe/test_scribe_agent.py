"""What the Scribe tells of what it found."""

from typing import Any
from uuid import UUID

import pytest

from contracts.actors import Actor
from contracts.entities import EntityType
from store.search import Hit, SearchResult
from workers.scribe.agent import ScribeAgent
from workers.step import StepTask

NOBODY = UUID(int=0)


class Found:
    """A repository that finds these, and remembers what it was asked."""

    def __init__(self, *hits: Hit) -> None:
        self.hits = list(hits)
        self.asked: list[Any] = []

    def find(
        self, principal: str, campaign_id: UUID, query: str, *, types: Any = None, limit: int = 10
    ) -> SearchResult:
        self.asked.append((query, types))
        return SearchResult(self.hits, len(self.hits))

    def named(self, principal: str, campaign_id: UUID, name: str, *, kind: Any = None) -> None:
        """Nothing is there yet."""


def hit(name: str, score: float, kind: EntityType = EntityType.NPC, **attributes: Any) -> Hit:
    return Hit(f"{kind.prefix}_{name}", NOBODY, kind, name, f"{name} is known.", attributes, score)


def told(found: Found, **params: Any) -> str:
    task = StepTask(
        request_id=NOBODY,
        step_no=1,
        action=Actor.RECALL_ENTITIES,
        principal="user:dm",
        campaign_id=NOBODY,
        prompt="",
        params={"query": "Borin", "answer": "matches"} | params,
        prior={},
        seed=1,
    )
    return str(ScribeAgent(found).think(task).result["content"])  # type: ignore[arg-type]


def test_a_person_that_is_surely_meant_is_told_with_the_numbers_for_the_table() -> None:
    content = told(
        Found(hit("Borin", 1.0, ac=8, hp=20, thac0=19, saves={"paralyzation": 14}, look="Barrel-chested.", rulings=[1]))
    )

    assert content.startswith("**Borin** (npc): Borin is known.")
    assert "AC 8 \u00b7 hp 20 \u00b7 THAC0 19" in content
    assert "**Saves** paralyzation/poison/death 14" in content
    assert "**Look.** Barrel-chested." in content


def test_the_person_stands_before_the_notes_that_bear_the_name() -> None:
    content = told(Found(hit("note on Borin", 1.0, EntityType.SESSION_NOTE), hit("Borin", 1.0)))

    assert content.index("**Borin**") < content.index("note on Borin")


def test_what_only_shares_a_word_is_not_told() -> None:
    assert "Pip" not in told(Found(hit("Borin", 0.7), hit("Pip", 0.19)))
    assert "holds nothing" in told(Found(hit("Pip", 0.1)))


@pytest.mark.parametrize("saves", [None, "x", [1], {"spell": [1]}, {"spell": {}}])
def test_attributes_of_any_shape_do_no_harm(saves: Any) -> None:
    assert "Borin is known" in told(Found(hit("Borin", 1.0, saves=saves, ac={"worn": 3}, look=True, hp=None)))


def test_one_kind_is_looked_for_and_without_words_the_answer_says_what_is_needed() -> None:
    found = Found(hit("Borin", 1.0))

    told(found, type="npc", query="dwarves")
    content = told(found, type="npc", query="")

    assert [("dwarves dwarf dwarven", [EntityType.NPC])] == found.asked
    assert "/v1/entities/npc" in content


@pytest.mark.parametrize(
    ("note", "answer"),
    [
        ("Store a tavern called The Eel: smoky", "Stored the location **The Eel**: smoky."),
        ("add an item: Orb of Dusk, a cursed orb", "Stored the item **Orb of Dusk**, a cursed orb."),
        ("remember that Borin owes us 50 gp", "Stored the session note **Borin** owes us 50 gp."),
        ("Note: the king is dead", "Stored the session note **the king is dead**."),
    ],
)
def test_what_was_stored_is_read_back(note: str, answer: str) -> None:
    task = StepTask(
        request_id=NOBODY,
        step_no=1,
        action=Actor.STORE_ENTITIES,
        principal="user:dm",
        campaign_id=NOBODY,
        prompt=note,
        params={"note": note},
    )

    assert answer == ScribeAgent(Found()).think(task).result["content"]  # type: ignore[arg-type]
