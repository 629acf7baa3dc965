"""The operations of the fast lane: the parameters, the rule and the body of the answer of each (R37 to R41)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar, cast

from fastlane.parameters import ArmorClassParameters, Parameters, SavesParameters, Thac0Parameters
from rules import ArmorClass, Result, Rulebook, SavingThrows, Thac0, armor_class, saving_throws, thac0

Model = TypeVar("Model", bound=Parameters)
Outcome = TypeVar("Outcome", bound=Result)


@dataclass(frozen=True, slots=True)
class Operation(Generic[Model, Outcome]):
    """One question the fast lane answers.

    Attributes:
        name: The name in the address.
        title: What it answers, as a phrase.
        model: Its parameters.
        ask: The rule.
        body: The answer's fields, exactly; the second argument is whether it was remembered.
        example: Parameters as a JSON body.
        aliases: Further names in the address.
    """

    name: str
    title: str
    model: type[Model]
    ask: Callable[[Model, Rulebook], Outcome]
    body: Callable[[Outcome, bool], dict[str, Any]]
    example: Mapping[str, Any]
    aliases: tuple[str, ...] = ()


def _ask_thac0(given: Thac0Parameters, book: Rulebook) -> Thac0:
    return thac0(
        given.character_class,
        given.level,
        strength=given.strength,
        race=given.race,
        improve_past_20=given.improve_past_20,
        book=book,
    )


def _thac0_body(found: Thac0, remembered: bool) -> dict[str, Any]:  # noqa: FBT001 - a value of the body, not a switch
    return {
        "base_thac0": found.base_thac0,
        "strength_bonus": found.strength_bonus,
        "final_thac0": found.final_thac0,
        "cache_hit": remembered,
    }


def _ask_saves(given: SavesParameters, book: Rulebook) -> SavingThrows:
    return saving_throws(given.character_class, given.level, book=book)


def _saves_body(found: SavingThrows, _remembered: bool) -> dict[str, Any]:  # noqa: FBT001 - as above
    return dict(found.base())


def _ask_armor_class(given: ArmorClassParameters, book: Rulebook) -> ArmorClass:
    return armor_class(given.armor, shield=given.shield, dexterity=given.dexterity, base_ac=given.base_ac, book=book)


def _armor_class_body(found: ArmorClass, _remembered: bool) -> dict[str, Any]:  # noqa: FBT001 - as above
    return {
        "armor_ac": found.armor_ac,
        "shield_bonus": found.shield_bonus,
        "dex_bonus": found.dex_bonus,
        "final_ac": found.final_ac,
    }


_ALL = (
    Operation(
        name="thac0",
        title="THAC0 of a character, with the Strength bonus",
        model=Thac0Parameters,
        ask=_ask_thac0,
        body=_thac0_body,
        example={"level": 5, "class": "fighter", "strength": 18},
    ),
    Operation(
        name="saves",
        title="The five saving throws of a character",
        model=SavesParameters,
        ask=_ask_saves,
        body=_saves_body,
        example={"class": "wizard", "level": 7},
        aliases=("save",),
    ),
    Operation(
        name="ac",
        title="Armor class from armor, shield and Dexterity",
        model=ArmorClassParameters,
        ask=_ask_armor_class,
        body=_armor_class_body,
        example={"base_ac": 10, "armor": "chain_mail", "shield": True, "dexterity": 16},
    ),
)
OPERATIONS: Mapping[str, Operation[Any, Any]] = MappingProxyType(
    {name: cast("Operation[Any, Any]", one) for one in _ALL for name in (one.name, *one.aliases)}
)
"""Every operation by each of its names."""
