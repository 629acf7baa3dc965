"""One thing that is asked about somebody comes first, in the words of the question."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.entities import EntityType
from store.entities import Entity
from workers.scribe.single import told_alone

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MERA = Entity(
    UUID(int=1),
    UUID(int=2),
    EntityType.NPC,
    "Mera",
    "",
    {
        "ac": 4,
        "hp": 28,
        "age": 68,
        "abilities": {"strength": "18/55", "wisdom": 9},
        "equipment": ["chain mail", "mace"],
        "saves": {"spell": 14, "breath_weapon": 16},
        "home": "",
    },
    "draft",
    1,
    "dm",
    None,
    NOW,
    NOW,
    None,
    secret={"treasure": {"total_gp": 40, "magic": []}},
)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("ac", "**Mera**: AC 4."),
        ("armor class", "**Mera**: AC 4."),
        ("hit points", "**Mera**: hp 28."),
        ("age", "**Mera**: age 68."),
        ("strength", "**Mera**: strength 18/55."),
        ("wis", "**Mera**: wis 9."),
        ("gear", "**Mera**: gear chain mail, mace."),
        ("saving throws", "**Mera**: saving throws spell 14, breath weapon 16."),
        ("treasure", "**Mera**: treasure total gp 40."),
        ("name", "The name is **Mera**."),
        ("home", ""),
        ("favourite colour", ""),
        ("", ""),
    ],
)
def test_what_is_asked_is_told_and_nothing_else(asked: str, told: str) -> None:
    assert told == told_alone(MERA, asked)
