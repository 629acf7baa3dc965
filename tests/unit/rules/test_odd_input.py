"""Whatever stands for a value, preparation and hazards answer or refuse with a RuleError; nothing else escapes."""

import random

import pytest

import rules

ODD = [
    None, True, False, 0, -1, 10**30, 1.5, float("nan"), "", " ", "\x00", "²", "x" * 5_000, "-7", b"orc", [], [1],
    ["orc"], {}, {"a": 1}, (), object(), "orc\n", "18/00", "1d6",
]  # fmt: skip
RNG = random.Random(1)
CALLS = {
    "creature": rules.creature,
    "creature, hit dice": lambda value: rules.creature("hell hound", hit_dice=value),
    "find_creatures, hit dice": lambda value: rules.find_creatures(hit_dice=value),
    "find_creatures, terrain": lambda value: rules.find_creatures(terrain=value),
    "find_creatures, kind": lambda value: rules.find_creatures(kind=value),
    "find_creatures, experience": lambda value: rules.find_creatures(experience=value),
    "morale": rules.morale,
    "morale, situations": lambda value: rules.morale(10, situations=value),
    "reaction": rules.reaction,
    "reaction, attitude": lambda value: rules.reaction(5, attitude=value),
    "reaction, modifier": lambda value: rules.reaction(5, modifier=value),
    "surprise": rules.surprise,
    "surprise, dexterity": lambda value: rules.surprise(dexterity=value),
    "surprise, modifier": lambda value: rules.surprise(modifier=value),
    "encounter_distance": rules.encounter_distance,
    "falling": rules.falling,
    "poison": rules.poison,
    "holding_breath": rules.holding_breath,
    "healing": rules.healing,
    "healing, rest": lambda value: rules.healing(7, rest=value),
    "healing, constitution": lambda value: rules.healing(7, constitution=value),
    "healing, class": lambda value: rules.healing(7, constitution=17, character_class=value),
    "light": rules.light,
    "doors": rules.doors,
    "search": rules.search,
    "search, race": lambda value: rules.search("secret_door", value),
    "hear_noise": rules.hear_noise,
    "visibility": rules.visibility,
    "ageing, race": lambda value: rules.ageing(value, 30),
    "ageing, age": lambda value: rules.ageing("elf", value),
    "treasure_type": rules.treasure_type,
    "gem_value": rules.gem_value,
    "art_value": rules.art_value,
    "roll_treasure": lambda value: rules.roll_treasure(value, RNG),
    "roll_magic_item": lambda value: rules.roll_magic_item(RNG, kind=value),
    "spell": lambda value: rules.spell(value, 5),
    "spell, level": lambda value: rules.spell("fireball", value),
    "spell, class": lambda value: rules.spell("light", 5, character_class=value),
    "monster_experience": rules.monster_experience,
    "monster_thac0": rules.monster_thac0,
}


@pytest.mark.parametrize("name", CALLS)
def test_odd_input_is_answered_or_refused(name):
    for value in ODD:
        refused = None
        try:
            CALLS[name](value)
        except rules.RuleError as error:
            refused = error
        except Exception as error:
            raise AssertionError(f"{value!r:.50} escapes as {error!r:.200}") from error
        assert refused is None or (refused.field and refused.allowed), value
