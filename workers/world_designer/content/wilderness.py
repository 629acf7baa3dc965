"""A hex of wilderness: how it lies, what stands out, what is hidden, who lives there, and a table of what is met.

The table is the 2 to 20 table of the book: each throw has a frequency, and a creature of that frequency that lives on
this ground stands beside it, so that what is common in the book is common in the hex.
"""

import random
from typing import Final

import rules
from contracts.entities import EntityType, LocationType
from contracts.generators import Climate, EncounterOrder, HexOrder, Land
from workers.world_designer.content.base import (
    Content,
    Draft,
    Made,
    Part,
    Relation,
    bullets,
    data_version,
    labelled,
    page,
    relations_to,
)
from workers.world_designer.content.campaign import Campaign
from workers.world_designer.content.creatures import counted, experience_of, plural, spoken
from workers.world_designer.content.encounter import generate_encounter
from workers.world_designer.content.foes import candidates
from workers.world_designer.content.folk import links_of, person, place_name
from workers.world_designer.prose import phrase, sentence, stream
from workers.world_designer.vocabulary.content import phrases

GENERATOR: Final = "hex/2"
_LANDS: Final[tuple[Land, ...]] = ("forest", "hills", "plains", "coast", "mountains", "swamp")
_CLIMATES: Final[dict[str, Climate]] = {"arctic": "arctic", "jungle": "tropical"}
_NATIVE_WEIGHT: Final = 5


class TableLine(Part):
    """One line of the wandering table: the throw of 1d12 + 1d8, and what it brings."""

    roll: tuple[int, int]
    frequency: str
    creature: str
    number: tuple[int, int]
    xp_each: int


class HexRecord(Content):
    """A hex; `miles` from side to side."""

    kind: str = "hex"
    terrain: str
    climate: str
    miles: int
    read_aloud: str
    weather: str
    way: str
    supplies: str
    landmark: str
    hidden: str
    residents: str
    wandering: tuple[TableLine, ...]


def generate_hex(brief: HexOrder, seed: int, campaign: Campaign) -> Made:
    """Make a hex.

    Args:
        brief: Name, land, climate, width and party.
        seed: The same seed, brief and campaign give the same hex.
        campaign: Whose people may have to do with it.
    """
    facts = brief.drawn_by
    rng, words = stream(seed, "hex", GENERATOR, facts), phrases("hex")
    drawn: Land = rng.choice(_LANDS)
    terrain = brief.terrain or drawn
    climate = _CLIMATES.get(terrain, brief.climate)
    home = EncounterOrder(terrain=terrain, climate=climate, party_level=brief.party_level, party_size=brief.party_size)
    lair = generate_encounter(home, seed, campaign)
    who = person(campaign, rng, "has to do with")
    hook = phrase(rng.choice(words["hooks"]), rng)
    told = f"{hook} {who.name[0].upper()}{who.name[1:]} knows more than is said." if who.link else hook
    signs = phrase(rng.choice(words["signs"]), rng)
    landmark = phrase(rng.choice(words["landmarks"]), rng)
    lay = phrase(rng.choice(words[f"lay_{terrain}"]), rng)
    record = HexRecord(
        title=brief.name or f"The {place_name(rng)} {terrain.title()}",
        hook=told,
        links=links_of(who),
        source=tuple(dict.fromkeys((*lair.record.source, *_table_sources()))),
        generator=GENERATOR,
        data_version=data_version(),
        seed=seed,
        terrain=terrain,
        climate=climate,
        miles=brief.miles,
        read_aloud=f"{sentence(lay)} {sentence(f'The eye goes first to {landmark}')}",
        weather=phrase(rng.choice(words[f"weather_{climate}"]), rng),
        way=phrase(rng.choice(words["ways"]), rng),
        supplies=phrase(rng.choice(words["supplies"]), rng),
        landmark=landmark,
        hidden=phrase(rng.choice(words["hidden"]), rng),
        residents=f"{lair.record.title}; signs: {signs}",
        wandering=wandering_table(terrain, climate, rng),
    )
    return _pages(record, lair)


def wandering_table(terrain: str, climate: str, rng: random.Random) -> tuple[TableLine, ...]:
    """A creature for each line of the book's 2-20 table, none twice while there are others.

    Source: Dungeon Master Guide, chapter 11.
    """
    table = rules.default_rulebook().table("encounter_table_2_20")
    left = list(candidates(terrain, climate, None))
    lines = []
    for row in table.rows:
        frequency, low = str(row.values[0]), row.low or 0
        fitting = [one for one in left if spoken(one.frequency) in frequency] or left
        weights = [_NATIVE_WEIGHT if terrain in one.terrain else 1 for one in fitting]
        one = rng.choices(fitting, weights)[0]
        left.remove(one)
        lines.append(
            TableLine(
                roll=(low, row.high or low),
                frequency=frequency,
                creature=spoken(one.name),
                number=one.number_appearing,
                xp_each=experience_of(one),
            )
        )
    return tuple(lines)


def _table_sources() -> tuple[str, ...]:
    return (rules.default_rulebook().table("encounter_table_2_20").source,)


def line_text(line: TableLine) -> str:
    """`9-13 wolves (2-12), XP 65 each`."""
    low, high = line.roll
    least, most = line.number
    roll, number = (str(low) if low == high else f"{low}-{high}"), (str(least) if least == most else f"{least}-{most}")
    name = counted(1, line.creature) if most == 1 else f"{plural(line.creature)} ({number})"
    return f"{roll}: {name}, XP {line.xp_each:,}"


def _pages(record: HexRecord, lair: Made) -> Made:
    head = f"## {record.title}"
    facts = f"{record.terrain.title()}, {record.climate}, {record.miles} miles across. {sentence(record.weather)}"
    residents = f"**Lives here.** {lair.record.hook}"
    hidden = f"**Hidden.** {sentence(record.hidden)}"
    short = page(head, f"> {record.read_aloud}", facts, residents, hidden, f"*{record.hook}*")
    long = page(
        head,
        f"> {record.read_aloud}",
        facts,
        f"*{record.hook}*",
        labelled(Ways=sentence(record.way), Supplies=sentence(record.supplies), Hidden=sentence(record.hidden)),
        lair.short.replace("## ", "### "),
        f"**Met on the way** (1d12 + 1d8)\n\n{bullets([line_text(line) for line in record.wandering])}",
    )
    draft = Draft(
        EntityType.LOCATION,
        record.title,
        record.read_aloud,
        {"location_type": LocationType.WILDERNESS.value} | record.model_dump(mode="json", exclude={"title", "links"}),
        dm_only=("hidden", "residents", "wandering", "hook", "source"),
    )
    own = (Relation(1, "takes place in", 0), *relations_to(record.links))
    return Made(record, short, long, (draft, *lair.drafts), (*own, *(_moved(one) for one in lair.relations)))


def _moved(relation: Relation) -> Relation:
    """The lair's relation with its drafts one place further on, behind the hex."""
    source, target = (end + 1 if isinstance(end, int) else end for end in (relation.source, relation.target))
    return Relation(source, relation.kind, target)
