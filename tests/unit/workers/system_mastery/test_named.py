"""Names in a question become the numbers of their sheets."""

from typing import Any

import pytest

from workers.system_mastery.named import in_numbers


def found(name: str, score: float = 1.0, **sheet: Any) -> dict[int, dict[str, Any]]:
    return {1: {"matches": [{"name": name, "score": score, "attributes": sheet}]}}


@pytest.mark.parametrize(
    ("question", "sheet", "numbers"),
    [
        ("borin hits ac 3 with a 14?", {"thac0": 16}, "an attacker with THAC0 16 hits ac 3 with a 14?"),
        ("does Borin hit AC 3", {"class": "fighter", "level": 5}, "does a level 5 fighter hit AC 3"),
        ("does a 12 hit Borin with thac0 17", {"ac": 4, "thac0": 16}, "does a 12 hit AC 4 with thac0 17"),
        ("does Borin hit", {"hp": 20}, "does Borin hit"),
        ("Borinesque", {"thac0": 16}, "Borinesque"),
    ],
)
def test_a_name_becomes_its_numbers(question: str, sheet: dict[str, Any], numbers: str) -> None:
    assert numbers == in_numbers(question, found("Borin Ironhand", **sheet))


def test_who_only_resembles_the_name_is_not_meant() -> None:
    assert "does Borin hit" == in_numbers("does Borin hit", found("Borin", score=0.3, thac0=16))
