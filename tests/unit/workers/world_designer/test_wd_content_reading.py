"""From a prompt to the brief of generated content, and through the agent to a result."""

import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.actors import Actor
from contracts.generators import BRIEFS
from core.errors import InvalidInput
from workers.step import StepTask
from workers.world_designer.content.campaign import Campaign, Known
from workers.world_designer.content.reading import brief_in, form_in
from workers.world_designer.content_agent import ContentAgent


@pytest.mark.parametrize(
    ("kind", "prompt", "brief"),
    [
        (
            "encounter",
            "random encounter for 4 level 5 in a swamp",
            {"party_size": 4, "party_level": 5, "terrain": "swamp"},
        ),
        ("encounter", "an ambush with 6 orcs at night", {"creature": "orc", "number": 6, "time": "night"}),
        (
            "encounter",
            "deadly undead encounter in a crypt, party of six 8th level",
            {
                "danger": "deadly",
                "creature_kind": "undead",
                "terrain": "subterranean",
                "party_size": 6,
                "party_level": 8,
            },
        ),
        ("treasure", "treasure type C", {"types": ["C"]}),
        ("treasure", "Generate treasure types A, Qx5 and S", {"types": ["A", "Qx5", "S"]}),
        ("treasure", "a hoard worth 2,500 gp", {"budget_gp": 2500}),
        ("treasure", "loot for 6 orcs", {"creature": "orc", "number": 6, "where": "individual"}),
        ("treasure", "the lair treasure of a red dragon", {"creature": "red_dragon", "where": "lair"}),
        (
            "magic_item",
            "a cursed ring for our thief",
            {"category": "any_but_weapons", "item": "ring", "cursed": True, "party_classes": ["thief"]},
        ),
        ("tavern", "a shady tavern in Ashford", {"place": "Ashford", "mood": "shady"}),
        ("tavern", "Create a tavern named The Gilded Eel", {"name": "The Gilded Eel"}),
        ("settlement", "a dwarven town in the hills", {"people": "dwarf", "size": "town", "terrain": "hills"}),
        ("rumour", "give me 5 rumours about Borin in Ashford", {"count": 5, "about": "Borin", "place": "Ashford"}),
        ("quest", "a quest hook from Lady Ilsa for a level 4 party", {"patron": "Lady Ilsa", "party_level": 4}),
        ("hex", "a 12 mile forest hex", {"terrain": "forest", "miles": 12}),
        (
            "room",
            "a sewer guard room 20 x 30 with kobolds",
            {"theme": "sewer", "function": "guard", "width": 20, "depth": 30, "residents": "kobold"},
        ),
    ],
)
def test_a_prompt_says_what_the_brief_holds_and_no_more(kind: str, prompt: str, brief: dict[str, Any]) -> None:
    assert brief_in(kind, prompt) == brief


@pytest.mark.parametrize("kind", sorted(BRIEFS))
@given(prompt=st.text(max_size=200) | st.from_regex(r"[a-z]+ \d{1,6} (level|orcs|gp|x \d{1,6})( [A-Z]x?\d{0,4})?"))
@settings(max_examples=15, deadline=None)
def test_what_is_read_from_any_prompt_is_a_good_brief(kind: str, prompt: str) -> None:
    BRIEFS[kind].model_validate(brief_in(kind, prompt))


def test_a_prompt_that_asks_for_detail_gets_the_long_form() -> None:
    assert ["short", "long"] == [form_in("a tavern"), form_in("a tavern in detail")]


class Reader:
    """A campaign that is always the same, and remembers what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def campaign(
        self, principal: str, campaign_id: uuid.UUID, *, names: Any = (), location_id: uuid.UUID | None = None
    ) -> Campaign:
        self.asked.append(tuple(names))
        return Campaign([Known("loc_1", "location", "Ashford", "A town.", {"location_type": "town"})])


def a_task(**params: Any) -> StepTask:
    return StepTask(
        request_id=uuid.UUID(int=1),
        step_no=1,
        campaign_id=uuid.UUID(int=2),
        principal="user:dm",
        prompt="",
        action=Actor.GENERATE_CONTENT,
        params=params,
        seed=4,
    )


def test_a_prompt_becomes_content_with_its_record_drafts_and_relations() -> None:
    reader = Reader()

    result = ContentAgent(reader).think(a_task(kind="tavern", prompt="a shady tavern in Ashford")).result

    assert reader.asked == [("Ashford",)]
    assert result["content"].startswith("## ")
    assert (result["data"]["kind"], result["data"]["mood"]) == ("tavern", "shady")
    assert [entity["type"] for entity in result["entities"]] == ["location", "npc"]
    assert {"source": 0, "kind": "stands in", "target": "loc_1"} in result["relations"]


def test_a_typed_order_is_followed_with_its_own_seed_and_form() -> None:
    order = {"kind": "treasure", "brief": {"budget_gp": 500}, "form": "long"}

    first, again, other = (ContentAgent(Reader()).think(a_task(**order, seed=seed)).result for seed in (9, 9, 10))

    assert first == again != other
    assert "**Total 500 gp**" in first["content"]


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "castle", "prompt": ""},
        {"kind": "encounter", "brief": {"creature": "space_whale"}},
        {"kind": "encounter", "brief": {"party_level": 99}},
    ],
)
def test_an_order_that_cannot_be_followed_fails_for_good(order: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        ContentAgent(Reader()).think(a_task(**order))
