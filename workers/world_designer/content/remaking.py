"""Content made again with differences, change by change, from the dice it was made from at first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from contracts.generators import Brief, NpcOrder
from core.errors import FieldError, InvalidInput
from workers.world_designer.changing import change_person
from workers.world_designer.content.base import Made
from workers.world_designer.content.campaign import Campaign
from workers.world_designer.content.changing import change_order, order_differences
from workers.world_designer.content.people import generate_person, make_npc
from workers.world_designer.content.registry import GENERATORS
from workers.world_designer.telling_changes import Difference


@dataclass(frozen=True, slots=True)
class Remade:
    """What was made at last, what the last change made different, and the words of it that nobody knows."""

    made: Made
    differences: tuple[Difference, ...] = ()
    unknown: tuple[str, ...] = ()


def make_again(kind: str, order: Any, seed: int, campaign: Campaign, said: Sequence[str]) -> Remade:
    """Make content of a kind, and again with each change.

    Args:
        kind: A key of `registry.GENERATORS`.
        order: What was asked for at first.
        seed: The same for all.
        campaign: What it may use; nothing of what was made before.
        said: The words of each change, the first one first.

    Raises:
        InvalidInput: A change leads to an order that cannot be.
        rules.RuleError: A creature that the rule base does not have.
    """
    if kind == "npc" and said:
        return _person(order, seed, campaign, said)
    now = Remade(GENERATORS[kind].make(order, seed, campaign))
    for one in said:
        before = order
        order, unknown = _changed(kind, order, one, now.made)
        if unknown:
            return Remade(now.made, unknown=unknown)
        differences = tuple(order_differences(before, order, now.made))
        now = Remade(GENERATORS[kind].make(order, seed, campaign), differences)
    return now


def _person(order: NpcOrder, seed: int, campaign: Campaign, said: Sequence[str]) -> Remade:
    now = change_person(lambda changed: make_npc(order, seed, campaign, changed), said)
    return Remade(generate_person(order, seed, campaign, now.asked), now.differences, now.unknown)


def _changed(kind: str, order: Brief, said: str, before: Made) -> tuple[Any, tuple[str, ...]]:
    try:
        return change_order(kind, order, said, before)
    except ValidationError as error:
        fields = [FieldError(f"brief.{'.'.join(map(str, one['loc']))}", one["msg"]) for one in error.errors()]
        raise InvalidInput(f"there is no such {kind.replace('_', ' ')}", fields=fields) from error
