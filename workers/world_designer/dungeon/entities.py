"""A dungeon as campaign memory: drafts for the place, its rooms, who and what is there, and how they relate.

What players may know (a room as it is seen) stands in the open; the map's data, contents and clues are secrets, which
only owners and editors of the campaign read.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from contracts.entities import EntityType
from core.ids import derived_uuid, parse_id, prefixed
from store.changes import Change, NewEntity, NewRelationship
from workers.world_designer.dungeon.words import named

PART_OF, LIVES_IN, KEPT_IN, HOLDS, MEMBER_OF = "part of", "lives in", "kept in", "holds", "member of"
SPEAKS_OF: Final = "speaks of"
_PARTS: Final = {"near": ("lies near", False), "namesake": ("same name as", False), "patron": ("sought by", True)}
"""How the dungeon is related to a stored entity by its part, and whether that is for the Dungeon Master alone."""
_TAG: Final = "generated"


def changes_of(whole: Mapping[str, Any], request_id: UUID, step_no: int) -> tuple[tuple[Change, ...], list[str]]:
    """All drafts and relations of a dungeon, and the public ids of the drafts, the dungeon first.

    Ids are derived from the step, so that a step that runs twice stores once.
    """
    writer = _Writer(whole, request_id, step_no)
    changes = tuple(writer.write())
    created = [prefixed(one.type.prefix, one.id) for one in changes if isinstance(one, NewEntity)]
    return changes, created


class _Writer:
    def __init__(self, whole: Mapping[str, Any], request_id: UUID, step_no: int) -> None:
        self._whole, self._request_id, self._step_no = whole, request_id, step_no
        self._made = 0

    def write(self) -> Iterator[Change]:
        """Entities before the relations that name them."""
        whole = self._whole
        dungeon = self._entity(EntityType.DUNGEON, whole["name"], _about(whole), _attributes(whole), _secret(whole))
        yield dungeon
        for one in whole["cast"]["members"]:
            if one["role"] in _PARTS:
                kind, is_secret = _PARTS[one["role"]]
                yield from _to_stored(dungeon.id, one["id"], kind, secret=is_secret)
        factions: dict[str, UUID] = {}
        for one in whole["factions"]:
            if stored := parse_id(one.get("stored_id", "")):
                factions[one["name"]] = stored
                yield NewRelationship(stored, dungeon.id, HOLDS)
                continue
            wants = {"kind": one["kind"], "goal": one["wants"]}
            faction = self._entity(EntityType.FACTION, one["name"], f"Sign: {one['sign']}.", wants)
            factions[one["name"]] = faction.id
            yield faction
            yield NewRelationship(faction.id, dungeon.id, HOLDS)
        hidden = _hidden_rooms(whole)
        for room in whole["rooms"]:
            place = self._room(room, is_hidden=room["number"] in hidden)
            yield place
            yield NewRelationship(place.id, dungeon.id, PART_OF, {"number": room["number"]})
            yield from self._contents(room, place, factions.get(room["faction"] or ""))
            for tie in room.get("ties", ()):
                yield from _to_stored(place.id, tie["id"], SPEAKS_OF, secret=True)

    def _entity(
        self,
        kind: EntityType,
        name: str,
        description: str,
        attributes: dict[str, Any],
        secret: str | dict[str, Any] | None = None,
    ) -> NewEntity:
        entity_id = derived_uuid(self._request_id, self._step_no, self._made)
        self._made += 1
        return NewEntity(
            entity_id,
            kind,
            name[:1].upper() + name[1:200],
            description,
            attributes,
            "draft",
            tags=(_TAG,),
            secret=secret,
        )

    def _room(self, room: Mapping[str, Any], *, is_hidden: bool) -> NewEntity:
        attributes = {
            "location_type": "room",
            "number": room["number"],
            "level": room["level"],
            "size_feet": [room["width_feet"], room["height_feet"]],
        }
        seen = "" if is_hidden else room["read_aloud"]
        return self._entity(
            EntityType.LOCATION, f"{room['number']}. {room['name']}", seen, attributes, {"room": dict(room)}
        )

    def _contents(self, room: Mapping[str, Any], place: NewEntity, faction: UUID | None) -> Iterator[Change]:
        for group in room["creatures"]:
            being = self._being(group, room)
            yield being
            yield NewRelationship(being.id, place.id, LIVES_IN, {"number": group["number"]})
            if faction is not None:
                yield NewRelationship(being.id, faction, MEMBER_OF)
        if treasure := room["treasure"]:
            worth = {"item_type": "treasure", "value_gp": treasure["gold_pieces"], "weight_lb": treasure["weight_lb"]}
            hoard = self._entity(
                EntityType.ITEM,
                f"Treasure of room {room['number']}, {self._whole['name']}",
                "",
                worth,
                {"treasure": treasure},
            )
            yield hoard
            yield NewRelationship(hoard.id, place.id, KEPT_IN, secret=True)
        for key in room["keys"]:
            found = self._entity(EntityType.ITEM, key["what"], "", {"item_type": "key"}, {"where": key["where"]})
            yield found
            yield NewRelationship(found.id, place.id, KEPT_IN, secret=True)

    def _being(self, group: Mapping[str, Any], room: Mapping[str, Any]) -> NewEntity:
        """The master of the place is a person of the campaign; all others are creatures of a kind."""
        attributes = {
            "alignment": group["alignment"],
            "ac": group["armor_class"],
            "movement": group["movement"],
            "attacks_per_round": group["attacks"],
            "number": group["number"],
            "hit_dice": group["hit_dice"],
            "hit_points": group["hit_points"],
            "damage": group["damage"],
            "special_attacks": group["special_attacks"],
            "special_defenses": group["special_defenses"],
            "morale": group["morale"],
            "xp_value": group["experience_each"],
            "creature": group["creature"],
        } | ({"thac0": group["thac0"]} if group["thac0"] is not None else {})
        about = f"{group['doing'][:1].upper()}{group['doing'][1:]} in room {room['number']} of {self._whole['name']}."
        if called := group.get("called"):
            return self._entity(EntityType.NPC, called, about, {"race": named(group["creature"]), **attributes})
        many = group["spoken"] if group["number"] > 1 else group["name"]
        return self._entity(EntityType.CREATURE, f"{many} of room {room['number']}", about, attributes)


def _to_stored(source: UUID, public_id: str, kind: str, *, secret: bool) -> Iterator[Change]:
    """A relation to what the campaign holds; one that was deleted meanwhile is left out by the store."""
    if target := parse_id(public_id):
        yield NewRelationship(source, target, kind, secret=secret)


def _about(whole: Mapping[str, Any]) -> str:
    history = whole["history"]
    return f"Built by {_lower(history['builder'])}; lost when {_lower(history['fall'])}."


def _attributes(whole: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "theme": whole["theme"],
        "style": whole["style"],
        "levels": len(whole["levels"]),
        "rooms": len(whole["rooms"]),
        "party_level": whole["brief"]["party_level"],
        "entrance": whole["entrances"][0]["kind"],
        "generator": whole["generator"],
        "rules_version": whole["rules_version"],
        "vocabulary_version": whole["vocabulary_version"],
    }


def _secret(whole: Mapping[str, Any]) -> dict[str, Any]:
    """The document without its rooms: those stand with themselves."""
    return {"dungeon": {name: value for name, value in whole.items() if name != "rooms"}}


def _hidden_rooms(whole: Mapping[str, Any]) -> set[int]:
    """Rooms that are reached by secret doors alone."""
    return {room["number"] for room in whole["rooms"] if room["function"] == "hidden"}


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
