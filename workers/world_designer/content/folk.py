"""People and places that generators mention: those of the campaign where there are any, else ours."""

import random
from dataclasses import dataclass
from typing import Final

from contracts.generators import Race
from workers.world_designer.brief import Gender
from workers.world_designer.content.base import Link, Part, link
from workers.world_designer.content.campaign import Campaign, Known
from workers.world_designer.names import make_name
from workers.world_designer.prose import phrase
from workers.world_designer.vocabulary.content import phrases

_GENDERS: Final[tuple[Gender, ...]] = ("female", "male")
_USUAL: Final[tuple[Race, ...]] = ("human", "human", "human", "human", "halfling", "dwarf", "gnome", "half-elf")


class Passerby(Part):
    """Somebody at the next table: a name, a trade, and what is going on with them."""

    name: str
    trade: str
    line: str

    def text(self) -> str:
        """`**Mora Tarn**, a ferryman with ink on every finger: owes the house money and hides it well`."""
        return f"**{self.name}**, {self.line}"


@dataclass(frozen=True, slots=True)
class Mention:
    """Who or what is spoken of; `link` when the campaign holds it."""

    name: str
    link: Link | None = None


def passersby(rng: random.Random, number: int, *, people: Race | None = None) -> tuple[Passerby, ...]:
    """So many different people."""
    words = phrases("folk")
    trades, doing = rng.sample(words["trades"], number), rng.sample(words["doing"], number)
    return tuple(_passerby(rng, trade, what, people) for trade, what in zip(trades, doing, strict=True))


def _passerby(rng: random.Random, trade: str, doing: str, people: Race | None) -> Passerby:
    race: str = people or rng.choice(_USUAL)
    name = make_name(race, rng.choice(_GENDERS), rng)
    look = phrase(rng.choice(phrases("folk")["looks"]), rng)
    before = look if not look.startswith(("with", "in", "as", "old for", "young for")) else ""
    after = "" if before else f" {look}"
    who = phrase(f"a {before} {trade}".replace("  ", " "), rng)
    return Passerby(name=name, trade=trade, line=f"{who}{after}: {phrase(doing, rng)}")


def person(
    campaign: Campaign, rng: random.Random, role: str, named: str | None = None, *, of_means: bool = False
) -> Mention:
    """The person named, else one of the campaign, else somebody by trade, or somebody who can pay."""
    generic = "people_of_means" if of_means else "people_generic"
    return _mention(campaign.named(named, "npc", "pc"), campaign.some(rng, "npc"), rng, role, named, generic)


def place(campaign: Campaign, rng: random.Random, role: str, named: str | None = None) -> Mention:
    """The place named, else one of the campaign, else a place by its use."""
    known = campaign.named(named, "location", "dungeon")
    return _mention(known, campaign.wild_place(rng), rng, role, named, "places_generic")


def _mention(
    known: Known | None, any_known: Known | None, rng: random.Random, role: str, named: str | None, generic: str
) -> Mention:
    invented = rng.choice(phrases("folk")[generic])
    if named is not None:
        return Mention(known.shown, link(known, role)) if known else Mention(named)
    # Mostly the campaign's own, so that what is made belongs to it; a new name now and then keeps it growing.
    if any_known is not None and rng.randint(1, 4) > 1:
        return Mention(any_known.shown, link(any_known, role))
    return Mention(invented)


def place_name(rng: random.Random) -> str:
    """A name for a settlement: `Corndale`."""
    words = phrases("folk")
    return f"{rng.choice(words['names_first'])}{rng.choice(words['names_last'])}"


def links_of(*mentions: Mention) -> tuple[Link, ...]:
    """The links of these mentions, each entity once."""
    found = {one.link.id: one.link for one in reversed(mentions) if one.link is not None}
    return tuple(reversed(found.values()))
