"""People, places and rooms through the same door as all other content: typed order in, typed record out."""

from typing import Any, Final, NotRequired

from typing_extensions import TypedDict

import rules
from contracts.entities import EntityType, LocationType
from contracts.generators import LocationOrder, NpcOrder, RoomOrder
from workers.world_designer import location, npc
from workers.world_designer.brief import NOTHING, LocationBrief, NpcBrief
from workers.world_designer.content.base import (
    Content,
    Draft,
    Made,
    bullets,
    data_version,
    labelled,
    link,
    page,
    relations_to,
)
from workers.world_designer.content.campaign import Campaign, Known
from workers.world_designer.content.creatures import plural
from workers.world_designer.place_brief import plain_words
from workers.world_designer.prose import phrase, quoted, stream
from workers.world_designer.themes import describe_room, themes
from workers.world_designer.vocabulary import ages, traits
from workers.world_designer.vocabulary.content import phrases
from workers.world_designer.vocabulary.places import KINDS

ROOM: Final = "room/2"


class AttackLine(TypedDict):
    """One weapon in one person's hand; `to_hit` is the THAC0 with everything counted in."""

    weapon: str
    to_hit: int
    damage: str
    damage_large: str
    speed: int
    missile: bool


class SpellLine(TypedDict):
    """Spells of one level."""

    level: int
    number: int
    names: list[str]


class Ageing(TypedDict):
    """What the years did to the scores: applied changes, what a minimum kept, and how the rules count."""

    stage: str
    changes: dict[str, int]
    kept: list[str]
    breakdown: list[dict[str, Any]]


_OF_A_CLASS = {"class": str, "skills_percent": NotRequired[dict[str, int]], "spells": NotRequired[list[SpellLine]]}
_OF_THE_RULES = {
    "race": str,
    "gender": str,
    "age": NotRequired[int],
    "life_stage": NotRequired[str],
    "ageing": NotRequired[Ageing],
    "level": int,
    "alignment": str,
    "abilities": dict[str, int | str],
    "hp": int,
    "hit_dice": str,
    "ac": int,
    "thac0": int,
    "saves": dict[str, int],
    "save_modifiers": list[dict[str, Any]],
    "movement": int,
    "attacks_per_round": str,
    "attacks": list[AttackLine],
    "xp_value": int,
    "armor": str | None,
    "shield": bool,
    "equipment": list[str],
    "rulings": list[str],
    "source": list[str],
    "rules_version": str,
    "generator": str,
    "seed": int,
}
_TOLD = {
    "occupation": str,
    "home": NotRequired[str],
    "hook": str,
    "look": str,
    "voice": str,
    "want": str,
    "secret": str,
}
NpcSheet = TypedDict("NpcSheet", {**_OF_A_CLASS, **_OF_THE_RULES, **_TOLD})  # type: ignore[misc]  # `class` is a keyword
"""A person's whole stat block and all that is told, as the attributes of a stored person."""


class NpcRecord(Content):
    """A person."""

    kind: str = "npc"
    name: str
    tie: str
    npc: NpcSheet


class LocationRecord(Content):
    """A place in words to read aloud."""

    kind: str = "location"
    location_type: str
    place: str
    culture: str | None
    read_aloud: str


class RoomRecord(Content):
    """One room in the words of a theme."""

    kind: str = "room"
    theme: str
    function: str | None
    width: int
    depth: int
    residents: str | None
    sentences: tuple[str, ...]


def make_npc(order: NpcOrder, seed: int, campaign: Campaign, changed: NpcBrief = NOTHING) -> npc.Npc:
    """The person an order asks for; a home is taken from the campaign when none is said."""
    home = order.home
    if home is None and (town := campaign.settlement(stream(seed, "home", npc.GENERATOR, order.drawn_by))):
        home = town.shown
    return npc.generate_npc(npc_brief_of(order, home), seed, changed)


def npc_brief_of(order: NpcOrder, home: str | None = None) -> NpcBrief:
    """A typed order as the brief of a person; ages among its traits are taken for the age."""
    known = [word for word in order.traits if word in traits.BY_WORD]
    ages_said = [stage for stage, these in ages.WORDS.items() for word in order.traits if word in these]
    unknown = [word for word in order.traits if word not in known and not any(word in w for w in ages.WORDS.values())]
    return NpcBrief(
        name=order.name,
        race=order.race,
        character_class=order.character_class,
        level=order.level,
        occupation=order.occupation,
        gender=order.gender,
        alignment=order.alignment,
        traits=tuple(known),
        home=home,
        abilities=tuple((name, str(order.abilities[name])) for name in rules.ABILITIES if name in order.abilities),
        age=order.age or next(iter(ages_said), None),
        years=order.years,
        notes=tuple(f"There are no words here for \u201c{word}\u201d; it is left to you." for word in unknown),
    )


def generate_person(order: NpcOrder, seed: int, campaign: Campaign, changed: NpcBrief = NOTHING) -> Made:
    """Make a person who belongs to the campaign: home and one tie to somebody in it, when it has any.

    Args:
        order: What was asked for.
        seed: The same seed, order and campaign give the same person.
        campaign: Where the person lives and whom they know. A person of the same name is linked, never replaced.
        changed: What is to be different about the person.
    """
    made = make_npc(order, seed, campaign, changed)
    rng = stream(seed, "tie", npc.GENERATOR, order.drawn_by)
    namesake = campaign.named(changed.name or order.name, "npc", "pc")
    known = campaign.some(rng, "npc", "pc", without={namesake.id} if namesake else ())
    links = [link(known, "knows")] if known else []
    home = campaign.named(made.home, "location")
    links += [link(home, "lives in")] if home else []
    links += [link(namesake, "namesake of")] if namesake else []
    tie = phrase(rng.choice(phrases("ties")["ties"]), rng, {"name": known.shown}) if known else ""
    attributes = made.attributes()
    record = NpcRecord(
        title=f"{made.name}, {made.title}",
        hook=made.portrait.hook,
        links=tuple(links),
        source=made.source,
        generator=npc.GENERATOR,
        data_version=data_version(),
        seed=seed,
        name=made.name,
        tie=tie,
        npc=attributes,
    )
    facts = attributes | ({"tie": tie} if tie else {})
    draft = Draft(EntityType.NPC, made.name, f"{made.summary()} {tie}".strip(), facts)
    told = labelled(Home=quoted(made.home or ""), Tie=tie, Namesake=_namesake(namesake))
    return Made(record, page(made.brief_content(), told), page(made.content(), told), (draft,), relations_to(links))


def _namesake(known: Known | None) -> str:
    return f"Your campaign holds {known.shown} already; this is another of that name." if known else ""


def generate_place(order: LocationOrder, seed: int, campaign: Campaign) -> Made:
    """Describe a new place; one that the campaign holds under that title keeps its name and is linked, not replaced.

    Args:
        order: Title, kind, culture and moods.
        seed: The same seed, order and campaign give the same words.
        campaign: Where a stored place of that title would be.
    """
    stored = campaign.named(order.title, "location", "dungeon")
    brief = place_brief_of(order)
    first = place_brief_of(LocationOrder.model_validate_json(order.drawn_by))
    recalled = [location.RecalledEntity(stored.id, stored.type, stored.name, stored.description, 1.0)] if stored else []
    text = location.describe_location(brief, recalled, seed, drawn_for=first)
    links = (link(stored, "describes"),) if stored else ()
    record = LocationRecord(
        title=text.title,
        hook=text.description.split(". ")[0],
        links=links,
        generator=location.GENERATOR,
        data_version=data_version(),
        seed=seed,
        location_type=text.location_type.value,
        place=text.kind,
        culture=text.culture,
        read_aloud=text.description,
    )
    draft = Draft(EntityType.LOCATION, text.title, text.description, text.attributes(seed))
    short = page(f"## {text.title}", f"> {text.description}")
    return Made(record, text.content if stored else short, text.content, () if stored else (draft,))


def place_brief_of(order: LocationOrder) -> LocationBrief:
    """A typed order as the brief of a place."""
    return LocationBrief(
        title=order.title,
        kind=order.place,
        location_type=KINDS[order.place].location_type,
        culture=order.culture,
        moods=tuple(order.moods),
        words=plain_words(order.title or ""),
    )


def generate_room(order: RoomOrder, seed: int, campaign: Campaign) -> Made:
    """Describe one room in the words of a theme.

    Args:
        order: Theme, function, size and residents.
        seed: The same seed and order give the same words.
        campaign: The room belongs to nobody yet, so nothing of it is used.

    Raises:
        rules.RuleError: There is no such creature.
    """
    del campaign
    theme = themes()[order.theme]
    residents = rules.creature(order.residents).name if order.residents else None
    told = tuple(
        describe_room(
            theme,
            stream(seed, "room", ROOM, order.drawn_by),
            size=(order.width, order.depth),
            function=order.function,
            residents=plural(residents) if residents else None,
            kin=theme.kin_of(residents or ""),
        )
    )
    record = RoomRecord(
        title=f"{(order.function or 'room').title()} ({theme.title})",
        hook=told[0],
        generator=ROOM,
        data_version=data_version(),
        seed=seed,
        theme=order.theme,
        function=order.function,
        width=order.width,
        depth=order.depth,
        residents=residents,
        sentences=told,
    )
    text = " ".join(told)
    kind = LocationType.ROOM if theme.style != "open" else LocationType.WILDERNESS
    draft = Draft(
        EntityType.LOCATION,
        record.title,
        text,
        {"location_type": kind.value} | record.model_dump(mode="json", exclude={"title", "links", "sentences"}),
    )
    short = page(f"## {record.title}", f"> {text}")
    return Made(record, short, page(f"## {record.title}", bullets(told)), (draft,))
