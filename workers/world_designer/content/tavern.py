"""Taverns and inns: the house, its keeper, who sits there, what is served at the book's prices, and what is said."""

import random
from functools import partial
from typing import Any, Final

import rules
from contracts.entities import EntityType, LocationType
from contracts.generators import NpcOrder, RumourOrder, TavernOrder
from workers.world_designer.brief import NpcBrief
from workers.world_designer.content.base import (
    Content,
    Draft,
    Link,
    Made,
    Part,
    Relation,
    bullets,
    data_version,
    labelled,
    link,
    page,
    relations_to,
)
from workers.world_designer.content.campaign import Campaign
from workers.world_designer.content.folk import Passerby, passersby
from workers.world_designer.content.people import make_npc
from workers.world_designer.content.rumour import Rumour, heard, rumours_of
from workers.world_designer.npc import Npc
from workers.world_designer.prose import phrase, sentence, stream
from workers.world_designer.vocabulary.content import phrases

GENERATOR: Final = "tavern/2"
_MOODS: Final = ("cozy", "rowdy", "shady", "quiet")
_QUALITIES: Final = {"cozy": "common", "rowdy": "poor", "shady": "poor", "quiet": "common", "grand": "good"}
_SERVED: Final = {
    "poor": ("small_beer", "ale", "soup", "poor_meals", "poor_inn_lodging"),
    "common": ("ale", "common_wine", "bread", "common_meals", "common_inn_lodging", "stabling"),
    "good": ("ale", "common_wine", "meat", "good_meals", "banquet", "common_inn_lodging", "stabling"),
}


class Price(Part):
    """One line of the board: an article of the price table in copper pieces, and the house's own name for it."""

    article: str
    served_as: str
    copper: int
    unit: str

    def text(self) -> str:
        """`Widow's Tears, a dark ale: 2 sp a gallon`."""
        return f"{self.served_as}: {coins(self.copper)} a {self.unit}"


class TavernRecord(Content):
    """A tavern; `keeper` has the whole stat block of a person."""

    kind: str = "tavern"
    quality: str
    mood: str
    place: str | None
    read_aloud: str
    keeper_name: str
    keeper: dict[str, Any]
    guests: tuple[Passerby, ...]
    prices: tuple[Price, ...]
    house_rule: str
    rumours: tuple[Rumour, ...]
    secret: str


def generate_tavern(brief: TavernOrder, seed: int, campaign: Campaign) -> Made:
    """Make a tavern.

    Args:
        brief: Name, settlement, quality and mood; all may be left open.
        seed: The same seed, brief and campaign give the same house.
        campaign: A settlement named in the brief is linked when it is stored; the rumours are about its people.
    """
    draw, words = partial(stream, seed, GENERATOR, brief.drawn_by), phrases("tavern")
    mood: str = brief.mood or draw("mood").choice(_MOODS)
    quality: str = brief.quality or _QUALITIES[mood]
    town = campaign.named(brief.place, "location") if brief.place else campaign.settlement(draw("town"))
    home = Campaign([town] if town else [])
    # The keeper of a better house is the same person, of a higher level.
    keeper = make_npc(_KEEPER, seed, home, NpcBrief(level=_level(quality, draw("level"))))
    told, links = rumours_of(RumourOrder(count=2, place=brief.place), draw("talk"), campaign)
    aloud = [phrase(draw(name).choice(words[lines]), draw(f"{name}, told")) for name, lines in _aloud(mood)]
    rng = draw("rest")
    record = TavernRecord(
        title=brief.name or tavern_name(draw("name")),
        hook=phrase(rng.choice(words["hooks"]), rng),
        links=_links(town.id if town else None, (link(town, "stands in"),) if town else (), links),
        source=(*keeper.source, rules.default_rulebook().table("food_and_lodging").source),
        generator=GENERATOR,
        data_version=data_version(),
        seed=seed,
        quality=quality,
        mood=mood,
        place=town.shown if town else brief.place,
        read_aloud=f"{sentence(aloud[0])} {aloud[1]}",
        keeper_name=keeper.name,
        keeper=keeper.attributes(),
        guests=passersby(rng, 3),
        prices=_prices(quality, draw("prices")),
        house_rule=phrase(rng.choice(words["house_rules"]), rng),
        rumours=told,
        secret=phrase(rng.choice(words["secrets"]), rng),
    )
    return _pages(record, keeper)


_KEEPER: Final = NpcOrder(occupation="innkeeper")


def _aloud(mood: str) -> tuple[tuple[str, str], ...]:
    return (("outside", "outside"), ("inside", f"inside_{mood}"))


def _level(quality: str, rng: random.Random) -> int:
    return rng.randint(1, {"poor": 3, "common": 4, "good": 6}[quality])


def _links(town: str | None, own: tuple[Link, ...], spoken: tuple[Link, ...]) -> tuple[Link, ...]:
    return (*own, *(one for one in spoken if one.id != town))


def tavern_name(rng: random.Random) -> str:
    """What a house may be called, such as `The Merry Miller`."""
    words = phrases("tavern")
    if rng.randint(1, 4) == 1:
        return f"The {phrase(rng.choice(words['name_pairs']), rng)}"
    return f"The {rng.choice(words['name_first'])} {rng.choice(words['name_second'])}"


def _prices(quality: str, rng: random.Random) -> tuple[Price, ...]:
    """What the house serves, at the prices of the book (Player's Handbook, table 44)."""
    table, words = rules.default_rulebook().table("food_and_lodging"), phrases("tavern")
    dish, drink = phrase(rng.choice(words["dishes"]), rng), phrase(rng.choice(words["drinks"]), rng)
    names = {
        "ale": f"ale, called {drink.split(', ')[0]}" if drink.endswith(" ale") else "ale",
        "soup": f"soup, or {dish}",
    }
    names |= {f"{level}_meals": f"{level} meals ({dish})" for level in ("poor", "common", "good")}
    names |= {f"{level}_inn_lodging": f"{level} lodging" for level in ("poor", "common")}
    rows = [(article, table.find(article)) for article in _SERVED[quality]]
    return tuple(
        Price(
            article=article,
            served_as=names.get(article, article.replace("_", " ")),
            copper=int(row["copper"]),
            unit=str(row["unit"]),
        )
        for article, row in rows
    )


def coins(copper: int) -> str:
    """Copper pieces in the largest coin that comes out even: `5 sp`."""
    for worth, name in ((100, "gp"), (10, "sp")):
        if copper % worth == 0:
            return f"{copper // worth} {name}"
    return f"{copper} cp"


def _pages(record: TavernRecord, keeper: Npc) -> Made:
    where = f" ({record.place})" if record.place else ""
    head = f"## {record.title}{where}"
    who = f"**{keeper.name}**, {keeper.title}. {keeper.portrait.hook}"
    guests = bullets([guest.text() for guest in record.guests])
    tonight = f"**There tonight**\n\n{guests}"
    short = page(head, f"> {record.read_aloud}", f"**Keeper.** {who}", tonight, f"*{record.hook}*")
    long = page(
        head,
        f"> {record.read_aloud}",
        f"*{record.hook}*",
        f"**Keeper.** {who} {keeper.portrait.look} **Wants.** {keeper.portrait.want}",
        tonight,
        f"**On the board**\n\n{bullets([sentence(price.text()).rstrip('.') for price in record.prices])}",
        f"**Said at the tables**\n\n{heard(record.rumours)}",
        labelled(**{"House_rule": record.house_rule, "Secret_(DM_only)": record.secret}),
        keeper.brief_content().replace("## ", "### "),
    )
    house = Draft(
        EntityType.LOCATION,
        record.title,
        record.read_aloud,
        record.model_dump(mode="json", exclude={"title", "links", "keeper"})
        | {"location_type": LocationType.BUILDING.value},
        dm_only=("secret", "rumours"),
    )
    person = Draft(EntityType.NPC, keeper.name, keeper.summary(), keeper.attributes())
    return Made(record, short, long, (house, person), (Relation(1, "keeps", 0), *relations_to(record.links)))
