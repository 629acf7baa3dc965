"""Settlements: how it lies and looks, who rules, what it lives on, its places and people, factions and trouble."""

import math
import random
from functools import partial
from typing import Final

from contracts.entities import EntityType, LocationType
from contracts.generators import Land, NpcOrder, Race, RumourOrder, SettlementOrder, TavernOrder
from workers.world_designer.brief import NpcBrief
from workers.world_designer.content.base import (
    Content,
    Draft,
    Made,
    Relation,
    bullets,
    data_version,
    labelled,
    page,
    relations_to,
)
from workers.world_designer.content.campaign import Campaign
from workers.world_designer.content.folk import Passerby, passersby, place_name
from workers.world_designer.content.people import make_npc
from workers.world_designer.content.rumour import Rumour, heard, rumours_of
from workers.world_designer.content.tavern import generate_tavern
from workers.world_designer.npc import Npc
from workers.world_designer.prose import phrase, sentence, stream
from workers.world_designer.vocabulary.content import phrases
from workers.world_designer.vocabulary.peoples import BY_KEY

GENERATOR: Final = "settlement/2"
POPULATIONS: Final = {"hamlet": (30, 150), "village": (150, 900), "town": (900, 6_000), "city": (6_000, 40_000)}
"""Heads by size. Ours; the book leaves settlements to the Dungeon Master."""
_LEVY_SHARE: Final = {"hamlet": 8, "village": 8, "town": 15, "city": 20}
_PLACES: Final = {"hamlet": (2, 0), "village": (3, 0), "town": (3, 2), "city": (3, 4)}
_RULERS: Final = {"hamlet": ("mayor", 2), "village": ("mayor", 3), "town": ("mayor", 5), "city": ("noble", 8)}
_LANDS: Final[tuple[Land, ...]] = ("forest", "hills", "plains", "coast", "mountains", "swamp")
_MOST_PEOPLE: Final[tuple[Race, ...]] = ("human", "human", "human", "halfling", "dwarf")
_TYPES: Final = {"town": LocationType.TOWN, "city": LocationType.CITY}


class SettlementRecord(Content):
    """A settlement."""

    kind: str = "settlement"
    size: str
    population: int
    people: str
    terrain: str
    read_aloud: str
    ruler_name: str
    government: str
    lives_on: str
    defense: str
    levy: int
    places: tuple[str, ...]
    tavern: str
    folk: tuple[Passerby, ...]
    factions: tuple[str, ...]
    trouble: str
    rumours: tuple[Rumour, ...]


def generate_settlement(brief: SettlementOrder, seed: int, campaign: Campaign) -> Made:
    """Make a settlement with its ruler and its tavern.

    Args:
        brief: Name, size, people and land; all may be left open.
        seed: The same seed, brief and campaign give the same settlement.
        campaign: Whose people the rumours are about. A stored place of the same name is linked, never replaced.
    """
    # A source for each, so that a town twice as large keeps its name, its tavern and its troubles.
    draw, words = partial(stream, seed, GENERATOR, brief.drawn_by), phrases("settlement")
    name, people = brief.name or place_name(draw("name")), brief.people or draw("people").choice(_MOST_PEOPLE)
    terrain: str = brief.terrain or draw("terrain").choice(_LANDS)
    population = _population(brief.size, draw("population"))
    trade, level = _RULERS[brief.size]
    ruler_now = NpcBrief(level=draw("level").randint(1, level), home=name)
    ruler = make_npc(NpcOrder(occupation=trade, race=people), seed, Campaign(), ruler_now)
    house = TavernOrder().but(place=name, quality="good" if brief.size == "city" else None)
    inn = generate_tavern(house, seed, Campaign())
    told, links = rumours_of(RumourOrder(count=2), draw("talk"), campaign)
    common, large = _PLACES[brief.size]
    places = [
        *draw("common").sample(words["places_common"], common),
        *draw("large").sample(words["places_large"], large),
    ]
    rng = draw("rest")
    record = SettlementRecord(
        title=name,
        hook=phrase(rng.choice(words["troubles"]), rng),
        links=links,
        source=ruler.source,
        generator=GENERATOR,
        data_version=data_version(),
        seed=seed,
        size=brief.size,
        population=population,
        people=people,
        terrain=terrain,
        read_aloud=_aloud(name, brief.size, terrain, draw("aloud")),
        ruler_name=ruler.name,
        government=phrase(rng.choice(words["governments"]), rng),
        lives_on=phrase(rng.choice([*words[f"trades_{terrain}"] * 2, *words["trades_any"]]), rng),
        defense=phrase(draw("defense").choice(words[f"defenses_{brief.size}"]), rng),
        levy=population // _LEVY_SHARE[brief.size],
        places=tuple(phrase(one, draw(one)) for one in places),
        tavern=inn.record.title,
        folk=passersby(draw("folk"), 3, people=people),
        factions=tuple(phrase(one, rng) for one in rng.sample(words["factions"], 1 if brief.size == "hamlet" else 2)),
        trouble="",
        rumours=told,
    )
    return _pages(record.model_copy(update={"trouble": record.hook}), ruler, inn)


def _population(size: str, rng: random.Random) -> int:
    low, high = POPULATIONS[size]
    return round(low * math.pow(high / low, rng.random()) / 10) * 10


def _aloud(name: str, size: str, terrain: str, rng: random.Random) -> str:
    words = phrases("settlement")
    site = phrase(rng.choice(words[f"sites_{terrain}"]), rng)
    sight, smell = phrase(rng.choice(words["sights"]), rng), phrase(rng.choice(words["smells"]), rng)
    return f"{name} is a {size} {site}. {sight} It smells of {smell}."


def _pages(record: SettlementRecord, ruler: Npc, inn: Made) -> Made:
    head = f"## {record.title}"
    heads = f"about {record.population:,} heads, mostly {BY_KEY[record.people].adjective}"
    counts = f"{record.size.title()}, {heads}; lives on {record.lives_on}."
    who = f"**{ruler.name}**, {ruler.title}, {record.government}."
    short = page(head, f"> {record.read_aloud}", counts, f"**Ruler.** {who}", f"**Trouble.** {record.trouble}")
    long = page(
        head,
        f"> {record.read_aloud}",
        counts,
        labelled(
            Ruler=f"{who} {ruler.portrait.hook}",
            Defense=f"{sentence(record.defense)} {record.levy:,} can bear arms.",
            Trouble=record.trouble,
        ),
        f"**Places**\n\n{bullets([f'{record.tavern}, the tavern', *record.places])}",
        f"**Faces**\n\n{bullets([one.text() for one in record.folk])}",
        f"**Who wants what**\n\n{bullets([sentence(one) for one in record.factions])}",
        f"**Said in the street**\n\n{heard(record.rumours)}",
        ruler.brief_content().replace("## ", "### "),
    )
    kind = _TYPES.get(record.size)
    place = Draft(
        EntityType.LOCATION,
        record.title,
        f"{record.read_aloud} {counts} {record.trouble}",
        ({"location_type": kind.value} if kind else {"location_type": LocationType.TOWN.value})
        | record.model_dump(mode="json", exclude={"title", "links", "trouble"})
        | {"ruler": record.ruler_name},
        dm_only=("rumours",),
    )
    head_of = Draft(EntityType.NPC, ruler.name, ruler.summary(), ruler.attributes())
    relations = (Relation(1, "rules", 0), Relation(2, "stands in", 0), Relation(3, "keeps", 2))
    return Made(record, short, long, (place, head_of, *inn.drafts), (*relations, *relations_to(record.links)))
