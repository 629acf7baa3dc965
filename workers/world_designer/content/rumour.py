"""Rumours: what is said, how much of it is true, and what is behind it."""

import random
from collections.abc import Iterable
from typing import Final, Literal

from contracts.entities import EntityType
from contracts.generators import RumourOrder
from workers.world_designer.content.base import Content, Draft, Link, Made, Part, Relation, bullets, data_version, page
from workers.world_designer.content.campaign import Campaign, Known
from workers.world_designer.content.folk import links_of, person, place
from workers.world_designer.prose import phrase, stream
from workers.world_designer.vocabulary.content import phrases

GENERATOR: Final = "rumour/2"
Truth = Literal["true", "partly", "false"]
_TRUTHS: Final[tuple[Truth, ...]] = ("true", "true", "partly", "partly", "false")
_ORDER: Final = ("true", "partly", "false")


class Rumour(Part):
    """One rumour; `behind` is for the Dungeon Master."""

    said: str
    truth: Truth
    behind: str


class RumourRecord(Content):
    """Some rumours of one place."""

    kind: str = "rumour"
    place: str | None
    rumours: tuple[Rumour, ...]


def rumours_of(
    brief: RumourOrder, rng: random.Random, campaign: Campaign
) -> tuple[tuple[Rumour, ...], tuple[Link, ...]]:
    """Different rumours about people and places of the campaign, and the links to those."""
    made: list[Rumour] = []
    links: list[Link] = []
    for number, text in enumerate(rng.sample(phrases("rumour")["rumours"], brief.count)):
        said, *behind = text.split(" // ")
        who = person(campaign, rng, "spoken of", brief.about if number == 0 else None)
        where = place(campaign, rng, "spoken of")
        names = {"person": who.name, "place": where.name}
        truth = brief.truth or rng.choice(_TRUTHS)
        told = behind[_ORDER.index(truth)]
        made.append(Rumour(said=phrase(said, rng, names), truth=truth, behind=phrase(told, rng, names)))
        used = f"{said} {told}".lower()
        links += links_of(*(one for slot, one in (("$person", who), ("$place", where)) if slot in used))
    return tuple(made), tuple({one.id: one for one in links}.values())


def heard(rumours: Iterable[Rumour]) -> str:
    """A Markdown list of rumours with what is behind each, for the Dungeon Master."""
    return bullets([f"\u201c{one.said}\u201d *({one.truth}: {one.behind})*" for one in rumours])


def generate_rumours(brief: RumourOrder, seed: int, campaign: Campaign) -> Made:
    """Make rumours.

    Args:
        brief: How many, about whom, and how true.
        seed: The same seed, brief and campaign give the same rumours.
        campaign: Whose people and places they are about.
    """
    rng = stream(seed, "rumours", GENERATOR, brief.drawn_by)
    rumours, links = rumours_of(brief, rng, campaign)
    where = f" in {brief.place}" if brief.place else ""
    record = RumourRecord(
        title=f"Rumours{where}",
        hook=rumours[0].said,
        links=links,
        generator=GENERATOR,
        data_version=data_version(),
        seed=seed,
        place=brief.place,
        rumours=rumours,
    )
    head = f"## {record.title}"
    short = page(head, bullets([f"\u201c{one.said}\u201d *({one.truth})*" for one in rumours]))
    told = [f"\u201c{one.said}\u201d  \n  *{one.truth.title()}.* {one.behind}" for one in rumours]
    drafts = tuple(_draft(one, record) for one in rumours)
    where_heard = campaign.named(brief.place, "location")
    return Made(record, short, page(head, bullets(told)), drafts, tuple(_relations(record, where_heard)))


def _relations(record: RumourRecord, heard: Known | None) -> Iterable[Relation]:
    """Each rumour leads to whom and what it speaks of, and to where it is heard."""
    for number, rumour in enumerate(record.rumours):
        if heard is not None:
            yield Relation(number, "heard in", heard.id)
        text = f"{rumour.said} {rumour.behind}".casefold()
        for one in record.links:
            if one.name.casefold() in text:
                yield Relation(number, one.role, one.id)


def _draft(rumour: Rumour, record: RumourRecord) -> Draft:
    name = rumour.said if len(rumour.said) <= 90 else rumour.said[:87].rsplit(" ", 1)[0] + " ..."
    facts = rumour.model_dump(mode="json") | {"kind": "rumour", "generator": GENERATOR, "seed": record.seed}
    return Draft(EntityType.SESSION_NOTE, f"Rumour: {name}", rumour.said, facts, dm_only=("truth", "behind"))
