"""Replies about encounters: morale, reaction, surprise, how far off, how likely."""

import re
from typing import Any

from rules.asking.creature_names import creature_of
from rules.asking.reply import MissingValue, Reply, listed, make_reply, score, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import as_text
from rules.characters import spoken
from rules.encounters import encounter_distance, reaction, surprise
from rules.exploration import visibility
from rules.loader import Rulebook
from rules.results import signed


def reply_reaction(slots: Slots, book: Rulebook) -> Reply:
    attitude = _attitude(slots) or "indifferent"
    roll = slots.number("roll")
    if roll is None and len(slots.left_over) == 1 and slots.left_over[0].isdecimal():
        roll = int(slots.left_over[0])
    if roll is not None and _attitude(slots) is None:
        raise MissingValue("How does the party behave: friendly, indifferent, threatening or hostile?", "attitude")
    modifier = sum(slots.bonuses.values())
    found = reaction(roll, attitude=attitude, modifier=modifier, book=book)
    assumed = () if _attitude(slots) else ("The party is taken to behave indifferently.",)
    if found.reaction is None:
        words = listed([f"{name} {chance:g} %" for name, chance in found.chances.items()])
        text = f"{words.capitalize()}. These are the reactions to {with_article(attitude).lower()} party on 2d10"
        return make_reply(text, found.values(), [*found.chances, "2d10"], found, assumptions=assumed)
    text = (
        f"{found.reaction.capitalize()}. A roll of {roll}{f' {signed(modifier)}' if modifier else ''} on 2d10 "
        f"with {with_article(attitude).lower()} party is {found.reaction}"
    )
    return make_reply(text, found.values(), [found.reaction], found, assumptions=assumed)


_ATTITUDE_WORDS = (
    ("friend", "friendly"),
    ("indiffer", "indifferent"),
    ("neutral", "indifferent"),
    ("threat", "threatening"),
    ("hostil", "hostile"),
    ("aggressive", "hostile"),
    ("smil", "friendly"),
    ("polite", "friendly"),
    ("peaceful", "friendly"),
    ("greet", "friendly"),
    ("welcom", "friendly"),
    ("menac", "threatening"),
    ("weapons drawn", "threatening"),
)


def _attitude(slots: Slots) -> str | None:
    """How the party behaves."""
    words = " ".join(item.text for item in slots.items)
    return next((attitude for start, attitude in _ATTITUDE_WORDS if start in words), None)


def _extra_reaction(slots: Slots) -> float:
    if slots.named_abilities:
        return -3.0
    return (
        0.6 * ("roll" in slots.numbers)
        + 0.6 * any("encounter" in item.text or "roll" in item.text for item in slots.items if item.is_cue("reaction"))
        - 1.2 * slots.has("hit", "attack", "initiative", "surprise")
    )


def reply_surprise(slots: Slots, book: Rulebook) -> Reply:
    situations = list(slots.all("surprise_situation"))
    if "invisible" in slots.all("situation") and not situations:
        situations = ["invisible"]
    if slots.one("race") in {"elf", "halfling"} and not situations and "dexterity" not in slots.abilities:
        return _stealthy(slots, book)
    modifier = sum(slots.bonuses.values())
    found = surprise(situations, dexterity=score(slots, "dexterity"), modifier=modifier, book=book)
    text = (
        f"{found.needed}. A side is surprised on {found.needed} or less on 1d10, a chance of {found.chance_percent} %"
    )
    headline: list[Any] = [found.needed, found.chance_percent]
    if found.modifier:
        causes = [part.label for part in found.breakdown[1:]]
        text += f", with {signed(found.modifier)} for {listed(causes)}"
        headline = [found.needed, found.chance_percent, signed(found.modifier)]
        if slots.has("modifier"):
            headline = [signed(found.modifier), found.needed, found.chance_percent]
            text = f"{signed(found.modifier)}. {text.split('. ', 1)[1]}"
    values = found.values()
    if "roll" in slots.numbers:
        surprised = int(slots.numbers["roll"]) <= found.needed
        text = (
            f"{'Yes' if surprised else 'No'}. A roll of {slots.numbers['roll']} is "
            f"{'surprised' if surprised else 'not surprised'}. {text}"
        )
        headline.insert(0, "yes" if surprised else "no")
        values |= {"surprised": surprised}
    unused = bool(slots.all("visibility") or slots.all("terrain")) and not situations
    return make_reply(text, values, headline, found, doubt=NOT_IN_TABLE * unused)


NOT_IN_TABLE = 0.3
"""What the confidence loses where light or ground is told that no line of the table has."""


def _stealthy(slots: Slots, book: Rulebook) -> Reply:
    """What an elf or halfling does to the surprise rolls of foes."""
    table = book.table("racial_abilities")
    row = table.find(slots.race or "", "surprise")
    points = int(row["value"])
    text = (
        f"{signed(points)}. {with_article(spoken(slots.race or ''))} gives foes {signed(points)} on their "
        f"surprise roll ({row['applies_to']})"
    )
    return make_reply(text, {"modifier": points}, [signed(points)], source=(table.source,))


def _extra_surprise(slots: Slots) -> float:
    if not slots.has("surprise"):
        return -9.0
    hurt = slots.has("hit") or "hit" in slots.all("column")
    if hurt and slots.has("surprise") and "surprised" in slots.all("situation") and not slots.all("surprise_situation"):
        return -9.0
    return (
        0.6 * bool(slots.all("surprise_situation"))
        - 3.0
        * slots.has("hit", "initiative", "save", "ac", "distance", "morale")
        * (not slots.all("surprise_situation"))
        - 2.0 * ("ac" in slots.numbers)
    )


def reply_encounter_distance(slots: Slots, book: Rulebook) -> Reply:
    places = [one for one in slots.all("encounter_place") if not one.endswith("_surprised")]
    place = next(iter(places), None)
    told = [one for one in slots.all("encounter_place") if one.endswith("_surprised")]
    if told and not slots.has("surprise"):
        place = told[0]
    elif slots.has("surprise") and not _nobody_surprised(slots):
        both = any(item.text in {"both", "everyone", "everybody"} for item in slots.items)
        place = "both_surprised" if both else "one_surprised"
    if place is None:
        raise MissingValue("In which terrain, or is somebody surprised?", "situation")
    found = encounter_distance(place, book=book)
    where = spoken(found.situation)
    if found.dice is None:
        text = f"Limit of sight. In {where} an encounter begins at the limit of sight"
        return make_reply(text, found.values(), ["limit of sight"], found)
    times = f" x {found.times}" if found.times > 1 else ""
    text = (
        f"{found.dice}{times} feet. An encounter ({where}) begins {found.dice}{times} {found.unit} off: "
        f"{found.minimum} to {found.maximum}, {found.average:g} on average"
    )
    return make_reply(
        text, found.values(), [f"{found.dice}{times}", found.dice, found.minimum, found.maximum, found.average], found
    )


def _nobody_surprised(slots: Slots) -> bool:
    """`Nobody is surprised`, `neither side surprised`, `no surprise`: the terrain decides how far off they meet."""
    return _UNSURPRISED.search(as_text(slots.items)) is not None


_UNSURPRISED = re.compile(
    r"\b(?:no|nobody|no one|neither|none|not|without|isnt|arent|wasnt|werent|never)(?: \S+){0,4}? surprised?\b"
)


def reply_visibility(slots: Slots, book: Rulebook) -> Reply:
    conditions = slots.one("visibility")
    if conditions is None:
        raise MissingValue("In which weather or light: clear sky, mist, fog, twilight, night?", "conditions")
    found = visibility(conditions, book=book)
    shown = [found.movement, found.spotted, found.type, found.identified, found.detail]
    text = (
        f"{'/'.join(map(str, shown))} yards. With {spoken(found.conditions)} movement is seen at {found.movement} "
        f"yards, a creature at {found.spotted}, its type at {found.type}, who it is at {found.identified}, detail "
        f"at {found.detail}"
    )
    return make_reply(text, found.values(), shown, found)


def _extra_distance(slots: Slots) -> float:
    meets = slots.has("encounter") or any(
        "encounter" in item.text or "apart" in item.text or "sight" in item.text
        for item in slots.items
        if item.is_cue("distance")
    )
    placed = bool(slots.all("encounter_place")) or slots.has("surprise")
    meets = meets or (slots.has("surprise") and slots.has("distance", "range"))
    if (
        slots.all("weapon")
        or slots.all("spell")
        or slots.has("movement", "light", "level_limit")
        or not (meets or placed)
    ):
        return -9.0
    return 1.0 * meets + 0.6 * placed - 1.6 * (not meets)


def _extra_visibility(slots: Slots) -> float:
    asked = slots.has("distance", "range", "light", "search") or any("visib" in item.text for item in slots.items)
    moves = slots.has("movement") and "visibility" not in slots.words
    if not asked or not slots.all("visibility") or slots.has("surprise", "encounter", "hit", "attack") or moves:
        return -9.0
    return 0.8


def reply_encounter_chance(slots: Slots, book: Rulebook) -> Reply:
    table = book.table("encounter_frequency")
    roll = slots.number("roll")
    if roll is not None and "encounter_table_2_20" in book.tables:
        rows = book.table("encounter_table_2_20")
        found = str(rows.value(at=roll))
        return make_reply(
            f"{found.capitalize()}. On a table of 2 to 20 a {roll} is {found}",
            {"frequency": found},
            [found],
            source=(rows.source,),
        )
    name = slots.one("frequency")
    if name is None:
        creature = creature_of(slots.one("creature"))
        name = creature.entry.frequency if creature is not None else None
    if name is None:
        words = listed([f"{spoken(one)} {table.value(one)} %" for one in table.names])
        raise MissingValue(f"Of which frequency? {words[0].upper()}{words[1:]}.", "frequency")
    percent = int(table.value(name))
    text = f"{percent} %. A creature that is {spoken(name)} is met {percent} % of the time in its own land"
    return make_reply(text, {"percent": percent}, [percent], source=(table.source,), assumptions=table.notes)


def _extra_encounter_chance(slots: Slots) -> float:
    if slots.has("distance", "reaction", "surprise", "which_creatures"):
        return -9.0
    asked = slots.has("encounter") and (
        slots.has("chance", "percent", "frequency") or bool(slots.all("frequency")) or "roll" in slots.numbers
    )
    often = slots.has("encounter") and "often" in slots.words
    if often and slots.all("frequency"):
        return 5.0
    asked = asked or (bool(slots.all("frequency")) and slots.has("chance", "percent"))
    return 1.4 * asked if asked else -9.0


TOPICS = (
    topic(
        "reaction",
        "encounter reactions",
        cues="reaction=3 encounter=0.6 rolled=0.6 chance=0.3 modifier=0.1 creature=0.1 need dice attack",
        things="roll=0.6 creature=0.2 dice=0.2 score=-0.2 ability=-0.4 class undead race creature_kind column",
        reply=reply_reaction,
        extra=_extra_reaction,
        loose="roll",
        tables=("encounter_reactions",),
    ),
    topic(
        "surprise",
        "surprise",
        cues=(
            "surprise=3 rolled=0.5 chance=0.4 modifier=0.4 encounter=0.2 need=0.2 creature=0.1 reaction=0.1 racial=0.1 "
            "missile level movement light concealment dice die search alignment listen morale"
        ),
        things=(
            "surprise_situation=0.9 ability=0.4 score=0.4 race=0.4 roll=0.4 racial_ability=0.2 creature=0.1 situation "
            "visibility encounter_place class level skill armor material terrain initiative_situation spell "
            "column dice "
            "morale_situation"
        ),
        reply=reply_surprise,
        extra=_extra_surprise,
        tables=("surprise_modifiers",),
    ),
    topic(
        "encounter_distance",
        "encounter distance",
        cues=(
            "distance=2.2 encounter=1 surprise=0.6 range=0.5 concealment=0.2 creature=0.1 feet yards light start_age "
            "search attack dice which_die missile"
        ),
        things=(
            "encounter_place=1 terrain=0.1 visibility=0.1 surprise_situation=0.1 situation creature morale_situation "
            "initiative_situation"
        ),
        reply=reply_encounter_distance,
        extra=_extra_distance,
        tables=("encounter_distance",),
    ),
    topic(
        "visibility",
        "how far one sees",
        cues="distance=1.2 range=1.2 search=0.6 light=0.3 concealment=0.2 creature=0.1 yards",
        things="visibility=1.6 surprise_situation encounter_place terrain creature",
        reply=reply_visibility,
        extra=_extra_visibility,
        tables=("visibility",),
    ),
    topic(
        "encounter_chance",
        "how often creatures of a frequency are met",
        cues="encounter=1.6 frequency=1 chance=0.8 percent=0.3 rolled=0.3 creature=0.2 dice attacks_per_round",
        things="frequency=1.2 roll=0.4 creature=0.3 terrain undead encounter_place",
        reply=reply_encounter_chance,
        extra=_extra_encounter_chance,
        tables=("encounter_frequency",),
    ),
)
