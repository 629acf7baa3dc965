"""Every kind of content, and who makes it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from contracts.generators import BRIEFS, Brief
from core.errors import FieldError, InvalidInput
from workers.world_designer.content.base import Content, Made
from workers.world_designer.content.campaign import Campaign
from workers.world_designer.content.encounter import EncounterRecord, generate_encounter
from workers.world_designer.content.magic import MagicItemRecord, generate_magic_item
from workers.world_designer.content.people import (
    LocationRecord,
    NpcRecord,
    RoomRecord,
    generate_person,
    generate_place,
    generate_room,
)
from workers.world_designer.content.quest import QuestRecord, generate_quest
from workers.world_designer.content.rumour import RumourRecord, generate_rumours
from workers.world_designer.content.settlement import SettlementRecord, generate_settlement
from workers.world_designer.content.tavern import TavernRecord, generate_tavern
from workers.world_designer.content.treasure import TreasureRecord, generate_treasure
from workers.world_designer.content.wilderness import HexRecord, generate_hex


class Generator(NamedTuple):
    """A function of brief, seed and campaign, and the record it makes."""

    make: Callable[[Any, int, Campaign], Made]
    record: type[Content]


GENERATORS: Final[Mapping[str, Generator]] = MappingProxyType(
    {
        "npc": Generator(generate_person, NpcRecord),
        "location": Generator(generate_place, LocationRecord),
        "room": Generator(generate_room, RoomRecord),
        "tavern": Generator(generate_tavern, TavernRecord),
        "settlement": Generator(generate_settlement, SettlementRecord),
        "encounter": Generator(generate_encounter, EncounterRecord),
        "treasure": Generator(generate_treasure, TreasureRecord),
        "magic_item": Generator(generate_magic_item, MagicItemRecord),
        "rumour": Generator(generate_rumours, RumourRecord),
        "quest": Generator(generate_quest, QuestRecord),
        "hex": Generator(generate_hex, HexRecord),
    }
)


def generate(kind: str, brief: Mapping[str, Any], seed: int, campaign: Campaign | None = None) -> Made:
    """Make content of a kind.

    Args:
        kind: A key of `GENERATORS`.
        brief: Fields of `contracts.generators.BRIEFS[kind]`.
        seed: The same kind, brief, seed and campaign give the same content, byte for byte.
        campaign: What it may use; nothing when None.

    Raises:
        InvalidInput: No such kind, or a brief that does not fit it; the field is named.
        rules.RuleError: A creature that the rule base does not have.
    """
    order = order_of(kind, brief)
    return GENERATORS[kind].make(order, seed, campaign or Campaign())


def order_of(kind: str, brief: Mapping[str, Any]) -> Brief:
    """The typed order of a kind.

    Raises:
        InvalidInput: No such kind, or a brief that does not fit it; the field is named.
    """
    if kind not in GENERATORS:
        allowed = f"one of: {', '.join(GENERATORS)}"
        raise InvalidInput(f"kind must be {allowed}", fields=[FieldError("kind", allowed)])
    try:
        return BRIEFS[kind].model_validate(dict(brief))
    except ValidationError as error:
        fields = [FieldError(f"brief.{'.'.join(map(str, one['loc']))}", one["msg"]) for one in error.errors()]
        raise InvalidInput(f"the brief does not fit {kind}", fields=fields) from error
