"""What every generated person and monster must hold: the tests make some hundred, the benchmark ten thousand."""

import random
from typing import Any

import rules
from rules.validation import validate
from workers.world_designer.content.foes import SHARES


def any_party(seed: int) -> dict[str, Any]:
    """A brief of an encounter for any party, at any danger, by day or night."""
    rng = random.Random(seed)
    brief = {"party_level": rng.randint(1, 20), "party_size": rng.randint(1, 8)}
    return brief | {"danger": rng.choice(sorted(SHARES)), "time": rng.choice(["day", "night"])}


def check_foes(data: dict[str, Any]) -> None:
    """A generated monster is the one of the rule base, number by number."""
    foes = data["foes"]
    book = rules.creature(foes["name"].replace(" ", "_"))
    assert foes["armor_class"] == book.armor_class
    assert foes["thac0"] == book.thac0
    assert foes["hit_dice"] == book.hit_dice
    assert foes["xp_each"] == (book.experience_points or book.experience_by_rule)
    assert foes["morale"] == (list(book.morale) if book.morale else None)
    assert data["xp_total"] == foes["xp_each"] * foes["number"]
    if book.hit_dice and book.hit_points is None:
        dice = rules.parse_hit_dice(book.hit_dice)
        most = (8 * dice.dice or 4) + dice.change
        assert all(max(1, dice.dice + dice.change) <= hp <= max(1, most) for hp in foes["hp"])


def check_person(sheet: dict[str, Any]) -> None:
    """A generated person passes the rules' own validation, and its numbers are the tables'."""
    names = ("class", "level", "alignment", "abilities", "armor", "shield")
    subject = {name: sheet[name] for name in names if sheet[name] is not None}
    subject |= {"race": sheet["race"], "weapons": [one["weapon"] for one in sheet["attacks"]]}
    found = validate(subject)
    assert found.valid, [one.message for one in found.violations]
    assert sheet["thac0"] == rules.thac0(sheet["class"], sheet["level"]).base_thac0
    dice = rules.hit_dice(sheet["class"], sheet["level"], constitution=int(sheet["abilities"]["constitution"]))
    assert dice.minimum <= sheet["hp"] <= dice.maximum
