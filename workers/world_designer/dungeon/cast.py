"""Who and what of the campaign has a part in a dungeon: decided once, before anything is drawn.

The cast is told with the layout. A dungeon is made from brief, seed and cast and never looks at the campaign again: a
step that runs twice tells the same, and a room is rolled again with the others untouched, whatever has happened in the
campaign meanwhile.
"""

import random
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from contracts.dungeons import DungeonBrief
from workers.world_designer.content.campaign import Campaign, Known
from workers.world_designer.dungeon.words import named, own
from workers.world_designer.prose import stream

Role = Literal["namesake", "near", "patron", "holder", "concerned"]
MOST_CONCERNED: Final = 3
_PLACES: Final = ("location", "dungeon")
_LONGEST_GOAL: Final = 160
_DRAWS: Final = 20


@dataclass(frozen=True, slots=True)
class Member:
    """One stored entity and its part.

    Attributes:
        role: `namesake` has the dungeon's name, the dungeon lies `near`, the `patron` pays for it, the `holder` is the
            faction that lives there, and whoever is `concerned` is named by something found in a room.
        plays: Of a holder: the faction of the vocabulary that it is.
        wants: Of a holder: what it is after, where the campaign says so.
    """

    role: Role
    id: str
    type: str
    name: str
    plays: str = ""
    wants: str = ""

    def as_json(self) -> dict[str, str]:
        """As it stands in the document."""
        found = {"role": self.role, "id": self.id, "type": self.type, "name": self.name}
        return found | {name: text for name, text in (("plays", self.plays), ("wants", self.wants)) if text}


@dataclass(frozen=True, slots=True)
class Cast:
    """All members, and names of the campaign that nothing new may have."""

    members: tuple[Member, ...] = ()
    names_taken: tuple[str, ...] = ()

    def all(self, role: Role) -> tuple[Member, ...]:
        """The members with this part."""
        return tuple(one for one in self.members if one.role == role)

    def first(self, role: Role) -> Member | None:
        """The first with this part; None when nobody has it."""
        return next(iter(self.all(role)), None)

    def is_taken(self, name: str) -> bool:
        """Whether the campaign has somebody or something of this name, or of this first name, already."""
        taken = [_plain(one) for one in self.names_taken]
        return any(_plain(name) in (one, one.partition(" ")[0]) for one in taken)

    def as_json(self) -> dict[str, Any]:
        """As it stands in the document."""
        return {"members": [one.as_json() for one in self.members], "names_taken": list(self.names_taken)}


def _plain(name: str) -> str:
    return name.casefold().removeprefix("the ")


NOBODY: Final = Cast()


def read_cast(written: Mapping[str, Any]) -> Cast:
    """The cast of a document; nobody when it was made before there were casts."""
    members = tuple(Member(**one) for one in written.get("members", ()))
    return Cast(members, tuple(written.get("names_taken", ())))


def choose_cast(
    campaign: Campaign, brief: DungeonBrief, theme: str, seed: int, *, text: str = "", location_id: UUID | None = None
) -> Cast:
    """Give parts to stored entities: first to those the order names, then to what was worked on last.

    Args:
        campaign: What may be used.
        brief: A stored place of the name asked for is the namesake.
        theme: Decides which stored faction may live there.
        seed: The dungeon's.
        text: The prompt; whoever is named in it has a part.
        location_id: Where the party is; the dungeon lies near it.
    """
    named_ones = campaign.mentioned(text)
    chosen = _Chosen(stream(seed, "cast", theme, brief.party_level), named_ones)
    chosen.take("namesake", campaign.named(brief.name, *_PLACES))
    here = campaign.by_uuid(location_id) if location_id else None
    chosen.take("near", chosen.named(*_PLACES) or here or campaign.settlement(chosen.rng))
    holder = _holder(campaign, named_ones, theme, brief.party_level, chosen.rng)
    if holder is not None:
        chosen.members.append(holder)
    chosen.take("patron", chosen.named("npc") or campaign.some(chosen.rng, "npc", without=chosen.ids))
    for one in [*named_ones, *_others(campaign, chosen.rng)]:
        if len([member for member in chosen.members if member.role == "concerned"]) < MOST_CONCERNED:
            chosen.take("concerned", one)
    return Cast(tuple(chosen.members), tuple(_names_taken(campaign, theme)))


class _Chosen:
    """The members so far; nobody has two parts."""

    def __init__(self, rng: random.Random, named_ones: Sequence[Known]) -> None:
        self.rng, self._named = rng, named_ones
        self.members: list[Member] = []

    @property
    def ids(self) -> Collection[str]:
        return {one.id for one in self.members}

    def named(self, *types: str) -> Known | None:
        """The first that the order names and that has no part yet."""
        return next((one for one in self._named if one.type in types and one.id not in self.ids), None)

    def take(self, role: Role, known: Known | None) -> None:
        if known is not None and known.id not in self.ids:
            self.members.append(Member(role, known.id, known.type, known.shown))


def _holder(
    campaign: Campaign, named_ones: Sequence[Known], theme: str, level: int, rng: random.Random
) -> Member | None:
    """A stored faction of creatures that may live here: one that the order names, else mostly one that fits."""
    ours = [one for one in own("factions")["factions"] if one["levels"][0] <= level <= one["levels"][1]]
    wanted = [one for one in named_ones if one.type == "faction"]
    fitting = [one for one in ours if theme in one["themes"]]
    pairs = list(_pairs(wanted, ours)) or list(_pairs(campaign.living("faction"), fitting))
    if not pairs or (not wanted and rng.random() < 0.25):
        return None
    stored, entry = pairs[0] if wanted else rng.choice(pairs)
    goal = stored.attributes.get("goal")
    wants = goal if isinstance(goal, str) and 0 < len(goal) <= _LONGEST_GOAL else ""
    return Member("holder", stored.id, stored.type, stored.shown, entry["id"], wants)


def _pairs(stored: Sequence[Known], ours: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Known, Mapping[str, Any]]]:
    """Stored factions and the entry of the vocabulary that each is by its name: `goblins` are our goblins."""
    for one in stored:
        text = f" {' '.join(re.findall(r'[a-z]+', one.name.casefold()))} "
        entry = next((entry for entry in ours if any(f" {word} " in text for word in _nouns(entry))), None)
        if entry is not None:
            yield one, entry


def _nouns(entry: Mapping[str, Any]) -> Iterator[str]:
    """What a faction's own creatures are called, one and many; not the beasts that follow it."""
    first = entry["creatures"][0]
    yield from (named(first), named(first, 2))
    yield str(entry["id"]).replace("_", " ")


def _others(campaign: Campaign, rng: random.Random) -> list[Known]:
    """People, factions and a place that things found in the rooms may name."""
    people, places = list(campaign.living("npc", "faction"))[:8], list(campaign.living(*_PLACES))[:8]
    rng.shuffle(people)
    rng.shuffle(places)
    return [*people[:2], *places[:1], *people[2:]]


def _names_taken(campaign: Campaign, theme: str) -> Iterator[str]:
    """The names that a master, a faction or a dungeon of this theme might be given by chance."""
    words = [place.casefold() for place in own("settings")["themes"][theme]["places"]]
    for one in campaign.known:
        if one.type not in _PLACES or any(word in one.name.casefold() for word in words):
            yield one.name


def free_name(cast: Cast, draw: Callable[[], str]) -> str:
    """A name that the campaign does not have; the last one drawn when it has them all."""
    name = draw()
    for _ in range(_DRAWS):
        if not cast.is_taken(name):
            break
        name = draw()
    return name
