"""What a person wears and carries: what the class may use, better with the level, and the trade's tools."""

import random
from dataclasses import dataclass

from rules.weapons import weapon_name
from workers.world_designer.stats import class_group
from workers.world_designer.vocabulary.gear import (
    OUTFITS,
    SMALL_FOLK,
    TOO_LARGE_FOR_SMALL_FOLK,
    TRADE_WEAPONS,
    TWO_HANDED,
    Outfit,
)

_CIVILIANS = frozenset({"craft", "trade", "lore", "court", "faith", "sea"})
_WELL_KNOWN_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Worn:
    """Armor by its key (None for none), shield, weapons by their keys (melee first), and other things in words."""

    armor: str | None
    shield: bool
    weapons: tuple[str, ...]
    other: tuple[str, ...]

    def listed(self) -> list[str]:
        """Everything in words, the important things first."""
        armor = [_armor_name(self.armor)] if self.armor else []
        shield = ["shield"] if self.shield else []
        return [*armor, *shield, *map(weapon_name, self.weapons), *self.other]


def outfit_of(
    character_class: str, level: int, race: str, group: str, occupation: str, tools: tuple[str, ...], rng: random.Random
) -> Worn:
    """Dress and arm a person.

    Args:
        character_class: A class of the rules library.
        level: 1 to 20.
        race: A key of `peoples.BY_KEY`; the small peoples leave the largest weapons to others.
        group: The way of life; people who are not soldiers go about in light armor until they are somebody.
        occupation: Decides which weapon lies to hand.
        tools: Of the trade.
        rng: The same state gives the same things.
    """
    wizard = class_group(character_class) == "wizard"
    choices = OUTFITS["mage" if wizard else character_class]
    is_small = race in SMALL_FOLK
    melee = _melee(choices, character_class, occupation, rng, is_small=is_small)
    missiles = [one for one in choices.missile if not (is_small and one in TOO_LARGE_FOR_SMALL_FOLK)]
    missile = rng.choice(missiles) if missiles and rng.random() < _missile_chance(group) else None
    has_shield = melee not in TWO_HANDED and rng.random() < choices.shield and not _is_at_work(group, level)
    kit = rng.sample(choices.kit, min(2, len(choices.kit)))
    if character_class == "fighter" and group in _CIVILIANS:  # no bedroll behind the counter
        kit = []
    potion = ["potion of healing"] if level >= _WELL_KNOWN_LEVEL else []
    return Worn(
        armor=_armor(choices, level, group, rng),
        shield=has_shield,
        weapons=(melee, missile) if missile else (melee,),
        other=tuple(dict.fromkeys([*kit, *potion, *tools])),
    )


def _armor_name(key: str) -> str:
    """How people say a kind of armor: `leather armor`, `chain mail`."""
    return key.replace("_", " ") + (" armor" if key in {"leather", "studded_leather", "padded", "hide"} else "")


def _melee(choices: Outfit, character_class: str, occupation: str, rng: random.Random, *, is_small: bool) -> str:
    usable = [one for one in choices.melee if not (is_small and one in TOO_LARGE_FOR_SMALL_FOLK)]
    own = TRADE_WEAPONS.get(occupation)
    if own is not None and (
        own in usable
        or (class_group(character_class) == "warrior" and not (is_small and own in TOO_LARGE_FOR_SMALL_FOLK))
    ):
        return own
    return rng.choice(usable)


def _armor(choices: Outfit, level: int, group: str, rng: random.Random) -> str | None:
    best = level // 2 + rng.randint(0, 2)
    if _is_at_work(group, level):
        return rng.choice((None, choices.armor[0])) if group != "craft" else choices.armor[0]
    return choices.armor[min(best, len(choices.armor) - 1)]


def _is_at_work(group: str, level: int) -> bool:
    return group in _CIVILIANS and level < _WELL_KNOWN_LEVEL


def _missile_chance(group: str) -> float:
    return 0.3 if group in _CIVILIANS else 0.6
