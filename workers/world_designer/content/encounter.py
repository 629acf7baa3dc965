"""Encounters that fit a place and a party: who, how many, how far off, who is surprised, what they want, what it earns.

    terrain and party -> creature -> number -> distance and surprise -> reaction -> motive -> treasure

Every number comes from the rule base: statistics, surprise, distance and reaction by their tables, treasure by the
creature's own types. How many come is measured by the party: the sum of their Hit Dice against the sum of its levels.
"""

import random
from typing import Any, Final

import rules
from contracts.entities import EntityType
from contracts.generators import EncounterOrder, Terrain
from workers.world_designer.content.base import (
    Content,
    Draft,
    Link,
    Made,
    Part,
    Relation,
    data_version,
    labelled,
    link,
    page,
    relations_to,
)
from workers.world_designer.content.campaign import Campaign
from workers.world_designer.content.creatures import (
    Mind,
    StatLine,
    counted,
    mind_of,
    spoken,
)
from workers.world_designer.content.foes import Foes, choose_foes
from workers.world_designer.content.treasure import Haul, haul, haul_line, haul_of_types
from workers.world_designer.prose import phrase, sentence, stream
from workers.world_designer.vocabulary.content import phrases

GENERATOR: Final = "encounter/2"
_TERRAINS: Final[tuple[Terrain, ...]] = ("forest", "hills", "plains", "subterranean", "swamp", "mountains", "ruins")
_DISTANCES: Final = {
    "forest": "light_forest",
    "jungle": "jungle_or_dense_forest",
    "hills": "scrub",
    "mountains": "scrub",
    "swamp": "scrub",
    "ruins": "scrub",
    "urban": "light_forest",
    "volcanic": "scrub",
    "subterranean": "night_or_dungeon",
}
_IN_LAIR: Final = 30


class SurpriseRoll(Part):
    """One side's d10; surprised at `needed` or less."""

    roll: int
    needed: int
    surprised: bool


class EncounterRecord(Content):
    """One encounter."""

    kind: str = "encounter"
    terrain: str
    foes: StatLine
    number_dice: str
    number_printed: tuple[int, int]
    distance_feet: int
    distance_rule: str
    party_surprise: SurpriseRoll
    foe_surprise: SurpriseRoll
    reaction_roll: int | None
    reaction: str
    motive: str
    doing: str
    ground: str
    talk: str
    if_ignored: str
    tie: str
    xp_total: int
    xp_per_character: int
    in_lair: bool
    treasure: Haul


def generate_encounter(brief: EncounterOrder, seed: int, campaign: Campaign) -> Made:
    """Make an encounter.

    Args:
        brief: What was asked for; a creature that is named comes even when it is no match for the party.
        seed: The same seed, brief and campaign give the same encounter.
        campaign: Somebody of it may have to do with them.

    Raises:
        rules.RuleError: There is no such creature.
    """
    facts = brief.drawn_by
    terrain: str = brief.terrain or stream(seed, "terrain", GENERATOR, facts).choice(_TERRAINS)
    foes = choose_foes(brief, terrain, stream(seed, "foes", GENERATOR, facts))
    meeting = stream(seed, "meeting", GENERATOR, facts)
    telling = stream(seed, "told", GENERATOR, facts)
    record = _record(brief, terrain, foes, meeting, telling, campaign, seed)
    return _pages(record, foes)


def _record(
    brief: EncounterOrder,
    terrain: str,
    foes: Foes,
    meeting: random.Random,
    telling: random.Random,
    campaign: Campaign,
    seed: int,
) -> EncounterRecord:
    party, others = _surprise(brief, foes, meeting)
    feet, rule, sources = _distance(brief, terrain, party, others, meeting)
    mind = mind_of(foes.creature)
    roll, reaction, reaction_source = _reaction(mind, meeting)
    words = _told(mind, foes, reaction, terrain, telling)
    tie, links = _tie(mind, telling, campaign)
    in_lair = _may_be_home(foes) and meeting.randint(1, 100) <= _IN_LAIR
    found, treasure_source = _treasure(foes, meeting, in_lair=in_lair)
    total = foes.stats.xp_each * foes.number
    many = counted(foes.number, foes.creature.name)
    return EncounterRecord(
        title=sentence(many).rstrip("."),
        hook=sentence(f"{many}, {words['doing']}: {words['motive']}"),
        links=links,
        source=tuple(dict.fromkeys((*foes.creature.source, *sources, *reaction_source, *treasure_source))),
        generator=GENERATOR,
        data_version=data_version(),
        seed=seed,
        terrain=terrain,
        foes=foes.stats,
        number_dice=foes.dice,
        number_printed=foes.creature.number_appearing,
        distance_feet=feet,
        distance_rule=rule,
        party_surprise=party,
        foe_surprise=others,
        reaction_roll=roll,
        reaction=reaction,
        tie=tie,
        xp_total=total,
        xp_per_character=total // brief.party_size,
        in_lair=in_lair,
        treasure=found,
        **words,
    )


def _surprise(brief: EncounterOrder, foes: Foes, rng: random.Random) -> tuple[SurpriseRoll, SurpriseRoll]:
    """Each side's d10; ten or more on the other side are heard coming (DMG table 57)."""
    darkness = ["poor_light"] if brief.time == "night" else []

    def rolled(others: int) -> SurpriseRoll:
        needed = rules.surprise(darkness, modifier=others // 10).needed
        roll = rng.randint(1, 10)
        return SurpriseRoll(roll=roll, needed=needed, surprised=roll <= needed)

    return rolled(foes.number), rolled(brief.party_size)


def _distance(
    brief: EncounterOrder, terrain: str, party: SurpriseRoll, foes: SurpriseRoll, rng: random.Random
) -> tuple[int, str, tuple[str, ...]]:
    """Feet, the line of the table, and its source; where sight decides it is the light of a lantern."""
    situation = _DISTANCES.get(terrain, "grassland")
    if brief.time == "night":
        situation = "night_or_dungeon"
    if party.surprised or foes.surprised:
        situation = "both_surprised" if party.surprised and foes.surprised else "one_surprised"
    rule = rules.encounter_distance(situation)
    feet = rules.roll_encounter_distance(situation, rng)
    name = situation.replace("_", " ")
    if feet is None:
        lantern = rules.light("lantern")
        return lantern.radius_feet, f"{name}: the light of a lantern", (*rule.source, *lantern.source)
    return feet, name, rule.source


def _reaction(mind: Mind, rng: random.Random) -> tuple[int | None, str, tuple[str, ...]]:
    """2d10 on the reaction table; what has no mind attacks whatever comes near."""
    roll = rng.randint(1, 10) + rng.randint(1, 10)
    if mind == "mindless":
        return None, "hostile", ()
    found = rules.reaction(roll)
    return roll, str(found.reaction), found.source


def _told(mind: Mind, foes: Foes, reaction: str, terrain: str, rng: random.Random) -> dict[str, str]:
    words = phrases("encounter")
    mood = next((one for one in _MOODS if reaction.startswith(one)), "hostile")
    group = "people" if mind == "people" else "beast" if mind == "beast" else "other"
    ground = "under" if terrain == "subterranean" else "open" if terrain in _OPEN else "close"
    one = "one" if foes.number == 1 else "people"
    alone = "_one" if mind == "beast" and foes.number == 1 else ""
    who = "evil" if mood == "friendly" and "evil" in foes.creature.alignment else one
    calm = "_calm" if mood in {"friendly", "indifferent", "cautious"} else ""
    motives = {
        "people": f"motive_{who}_{mood}",
        "beast": f"motive_beast_{mood}",
        "undead": f"motive_undead{calm}",
    }
    lists = {
        "motive": "motive_plant" if foes.creature.kind == "plant" else motives.get(mind, f"motive_{mind}"),
        "doing": f"doing_{one if group == 'people' else group}",
        "ground": f"ground_{ground}",
        "talk": f"talk_{_TALK.get(mind, one)}{alone}",
        "if_ignored": f"ignored_{one if group == 'people' else group}{alone}",
    }
    return {name: phrase(rng.choice(words[chosen]), rng) for name, chosen in lists.items()}


_TALK: Final = {"beast": "beast", "mindless": "none", "undead": "none"}
_MOODS: Final = ("friendly", "indifferent", "cautious", "threatening", "hostile")
_OPEN: Final = frozenset({"plains", "desert", "arctic", "ocean", "coast", "fresh_water"})


def _tie(mind: Mind, rng: random.Random, campaign: Campaign) -> tuple[str, tuple[Link, ...]]:
    """A tie to somebody of the campaign, for about every second encounter."""
    somebody = campaign.some(rng, "npc", "faction") if rng.randint(1, 2) == 1 else None
    if somebody is None:
        return "", ()
    lines = phrases("encounter")[{"people": "linked_people", "beast": "linked_beast"}.get(mind, "linked_other")]
    return phrase(rng.choice(lines), rng, {"name": somebody.shown}), (link(somebody, "concerns"),)


def _may_be_home(foes: Foes) -> bool:
    """A lair's treasure belongs to the number the book prints: a patrol of a tribe is not at home."""
    return bool(foes.creature.treasure.get("lair")) and foes.number * 2 >= foes.creature.number_appearing[0]


def _treasure(foes: Foes, rng: random.Random, *, in_lair: bool) -> tuple[Haul, tuple[str, ...]]:
    own = foes.creature.treasure
    types = [*own.get("individual", ()) * foes.number, *(own.get("lair", ()) if in_lair else ())]
    return haul_of_types(types, rng, []) if types else (haul({}, (), (), (), rng), ())


def _pages(record: EncounterRecord, foes: Foes) -> Made:
    head = f"## {record.title}"
    number = f" ({record.number_dice})" if foes.number > 1 else ""
    stats = f"**{sentence(foes.stats.name).rstrip('.')}**{number} {foes.stats.line()}"
    meeting = _meeting(record)
    earned = f"**XP {record.xp_total:,}** ({record.xp_per_character:,} each)"
    where = "in the lair" if record.in_lair else "carried" if mind_of(foes.creature) == "people" else "lying by"
    found = haul_line(record.treasure)
    treasure = f"**Treasure** ({where}): {found}." if found != "nothing" else "**Treasure**: none."
    short = page(head, f"*{record.hook}*", stats, f"{meeting} {record.tie}".strip(), f"{earned} · {treasure}")
    long = page(
        head,
        f"*{record.hook}*",
        stats,
        labelled(
            Meeting=meeting,
            Ground=sentence(record.ground),
            Talk=record.talk,
            Ignored=record.if_ignored,
            Tie=record.tie,
            Morale=_morale(foes),
        ),
        f"{earned} · {treasure}",
    )
    encounter = Draft(
        EntityType.ENCOUNTER,
        f"Encounter: {record.title}",
        f"{record.title}, {record.doing}.",
        record.model_dump(mode="json", exclude={"title", "links"}),
        dm_only=_DM_ONLY,
    )
    creature = Draft(
        EntityType.CREATURE,
        record.title,
        f"{sentence(foes.stats.line())}",
        foes.stats.attributes() | {"creature": foes.creature.name, "source": list(foes.creature.source)},
    )
    drafts, relations = [encounter, creature], [Relation(1, "appears in", 0)]
    if record.treasure.total_gp or record.treasure.magic:
        drafts.append(_treasure_draft(record, foes))
        relations.append(Relation(2, "held by", 1))
    return Made(record, short, long, tuple(drafts), (*relations, *relations_to(record.links)))


_DM_ONLY: Final = (
    "hook", "motive", "talk", "if_ignored", "tie", "reaction", "reaction_roll", "party_surprise", "foe_surprise",
    "in_lair", "treasure", "foes", "xp_total", "xp_per_character",
)  # fmt: skip


def _treasure_draft(record: EncounterRecord, foes: Foes) -> Draft:
    return Draft(
        EntityType.ITEM,
        f"Treasure of the {spoken(foes.creature.name)}",
        sentence(haul_line(record.treasure)),
        _treasure_facts(record),
    )


def _treasure_facts(record: EncounterRecord) -> dict[str, Any]:
    haul_json = record.treasure.model_dump(mode="json")
    return {"kind": "treasure", "haul": haul_json, "generator": GENERATOR, "seed": record.seed}


def _meeting(record: EncounterRecord) -> str:
    party, foes = record.party_surprise.surprised, record.foe_surprise.surprised
    who = "Both sides are surprised" if party and foes else "The party is surprised" if party else "They are surprised"
    if not party and not foes:
        who = "Nobody is surprised"
    rolled = f" (2d10: {record.reaction_roll})" if record.reaction_roll else ""
    terrain = record.terrain.replace("_", " ")
    return f"{record.distance_feet} feet off, {terrain}. {who}. Reaction: {record.reaction}{rolled}."


def _morale(foes: Foes) -> str:
    if foes.creature.morale is None:
        return "They never check."
    needed = rules.morale(foes.creature.name, situations=["lost_half"]).needed
    return f"{foes.creature.morale[0]}; once half are down, 2d10 of {max(0, needed)} or less keeps them fighting."
