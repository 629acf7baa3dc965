"""A DM's notes, read as entities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.entities import EntityType
from workers.scribe.notes import read_note


@pytest.mark.parametrize(
    ("text", "kind", "name", "attributes"),
    [
        (
            "Store a tavern called The Gilded Eel: smoky, run by twins",
            EntityType.LOCATION,
            "The Gilded Eel",
            {"location_type": "building"},
        ),
        ("Store a room called Cell 12: damp", EntityType.LOCATION, "Cell 12", {"location_type": "room"}),
        ("Add a guard called Bren 3 miles from town", EntityType.NPC, "Bren", {}),
        ("Remember that Borin owes us 50 gp", EntityType.SESSION_NOTE, "Borin", {}),
        ("Note: the innkeeper Marta is a spy", EntityType.NPC, "Marta", {}),
        ('Add the sword "Dawn\'s Edge" to the vault', EntityType.ITEM, "Dawn's Edge", {}),
        ("Store a village named Ashford on the Mere", EntityType.LOCATION, "Ashford", {"location_type": "town"}),
        ("Note: the king is dead", EntityType.SESSION_NOTE, "the king is dead", {}),
        ("remember that the blacksmith is a werewolf", EntityType.SESSION_NOTE, "the blacksmith is a werewolf", {}),
        ("store that the bridge at Stonefall is out", EntityType.SESSION_NOTE, "Stonefall", {}),
        (
            "Note that there is a town called Ashford",
            EntityType.LOCATION,
            "Ashford",
            {"location_type": "town"},
        ),
        ("add an item: Sword of Kas, a cursed blade", EntityType.ITEM, "Sword of Kas", {}),
        ("Add npc: Old Meg, a fortune teller", EntityType.NPC, "Old Meg", {}),
        ("store a quest: find the lost crown of Ashford", EntityType.QUEST, "find the lost crown of Ashford", {}),
        (
            "store location: The Broken Wheel, an inn",
            EntityType.LOCATION,
            "The Broken Wheel",
            {"location_type": "building"},
        ),
        (
            "Can you store a smoky tavern run by twins",
            EntityType.LOCATION,
            "smoky tavern run by twins",
            {"location_type": "building"},
        ),
        ("Note to self: buy dice", EntityType.SESSION_NOTE, "buy dice", {}),
        ("remember they promised to be back", EntityType.SESSION_NOTE, "they promised to be back", {}),
    ],
)
def test_a_note_becomes_the_kind_and_name_it_speaks_of(
    text: str, kind: EntityType, name: str, attributes: dict[str, str]
) -> None:
    note = read_note(text)

    assert (kind, name, attributes) == (note.type, note.name, note.attributes)


def test_what_stands_behind_the_colon_is_the_description() -> None:
    assert "smoky, run by twins" == read_note("Store a tavern called The Gilded Eel: smoky, run by twins").description


@given(st.text(min_size=1, max_size=5000))
def test_every_text_gives_a_note_that_fits_the_schema(text: str) -> None:
    note = read_note(text)

    assert 1 <= len(note.name) <= 200
    assert len(note.description) <= 20_000
