"""Replies about light, doors, searching and listening."""

from typing import Any

from rules.asking.reply import MissingValue, Reply, make_reply, require, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import spoken
from rules.exploration import doors, hear_noise, light, search
from rules.loader import Rulebook


def reply_light(slots: Slots, book: Rulebook) -> Reply:
    found = light(require(slots, "light_source", "Which light source?"), book=book)
    name = found.light_source.replace("_", " ")
    shape = "a beam" if found.shape == "beam" else "a radius"
    lasts = (
        f"{found.burning_time} per {found.per}"
        if found.per not in {found.light_source, "spell", "weapon"}
        else found.burning_time
    )
    text = f"{with_article(name)} shines {found.radius_feet} feet far ({shape}) and burns {lasts}"
    headline: list[Any] = [found.radius_feet, found.burning_time]
    if {"how", "many"} <= slots.words and (count := _needed_for(slots, found.burning_time)) is not None:
        return make_reply(f"{count}. {text}", found.values() | {"count": count}, [count, *headline], found)
    if slots.has("duration") and not slots.has("range", "area", "distance"):
        headline.reverse()
        return make_reply(f"{found.burning_time}. {text}", found.values(), headline, found)
    return make_reply(f"{found.radius_feet} feet. {text}", found.values(), headline, found)


def _needed_for(slots: Slots, burning_time: str) -> int | None:
    """How many are burnt in the hours, turns or minutes that are told: `how many torches for 3 hours`."""
    number, _, unit = burning_time.partition(" ")
    each = int(number) * _MINUTES.get(unit.rstrip("s"), 0) if number.isdecimal() else 0
    told = next(
        (int(slots.numbers[f"{one}s"]) * size for one, size in _MINUTES.items() if f"{one}s" in slots.numbers), 0
    )
    return -(-told // each) if each and told else None


_MINUTES = {"minute": 1, "turn": 10, "hour": 60}


def _extra_light(slots: Slots) -> float:
    sources = slots.all("light_source")
    if slots.has("cast", "item_save", "hit", "attack", "load", "save", "damage", "school", "casting_time") or (
        slots.all("material") and slots.all("item_attack") and slots.has("save")
    ):
        return -9.0
    if not sources:
        return -1.0
    real = any(
        item.value("light_source")
        and item.text not in {"light", "fire", "weapon", "magical weapon", "weapons", "fires", "lights"}
        for item in slots.items
    )
    return (
        1.2 * real * slots.has("light", "duration", "range", "area", "distance", "search")
        - 3.0 * (not real)
        + 0.4 * real
    )


def reply_doors(slots: Slots, book: Rulebook) -> Reply:
    strength = slots.abilities.get("strength")
    if strength is None and len(slots.left_over) == 1:
        strength = slots.left_over[0]
    if strength is None:
        raise MissingValue("Which Strength?", "strength")
    found = doors(strength, character_class=slots.character_class, race=slots.race, book=book)
    words = " ".join(item.text for item in slots.items)
    if "bend_bars" in slots.all("column") or "portcullis" in words:
        text = (
            f"{found.bend_bars_percent} %. Strength {found.strength} bends bars and lifts gates with "
            f"{found.bend_bars_percent} %"
        )
        return make_reply(text, found.values(), [found.bend_bars_percent], found)
    if any(word in words for word in ("locked", "barred", "held", "wizard lock")) and "unlocked" not in words:
        chance = found.open_locked_doors
        text = (
            f"{chance or 'None'}. Strength {found.strength} opens locked, barred and magically held doors on "
            f"{chance or 'no roll'}{' or less on 1d20' if chance else ''}"
        )
        return make_reply(text, found.values(), [chance or "none", found.open_locked_doors_percent], found)
    text = (
        f"{found.open_doors}. Strength {found.strength} opens stuck doors on {found.open_doors} or less on 1d20, "
        f"a chance of {found.open_doors_percent} %"
    )
    headline: list[Any] = [found.open_doors, found.open_doors_percent]
    values = found.values()
    if "roll" in slots.numbers:
        opens = int(slots.numbers["roll"]) <= found.open_doors
        text = (
            f"{'Yes' if opens else 'No'}. A roll of {slots.numbers['roll']} "
            f"{'opens' if opens else 'does not open'} it. {text}"
        )
        headline.insert(0, "yes" if opens else "no")
    return make_reply(text, values, headline, found)


def _extra_doors(slots: Slots) -> float:
    pushed = slots.has("door") or "open_doors" in slots.all("column")
    if (
        not pushed
        or slots.has("secret_door", "listen", "search", "spell", "cast")
        or slots.all("skill")
        or slots.all("spell")
    ):
        return -9.0
    points = 1.2 * ("strength" in slots.abilities) + 0.4 * ("strength" in slots.named_abilities)
    named = "open_doors" in slots.all("column")
    return points - 1.5 * ("strength" not in slots.named_abilities and not named)


def reply_search(slots: Slots, book: Rulebook) -> Reply:
    subject, passing = (
        _subject(slots),
        any(
            item.text
            in {"pass", "passes", "passing", "walking", "walk", "walks", "past", "without", "notice", "notices"}
            for item in slots.items
        )
        or _only_passes(slots),
    )
    race = slots.race or "human"
    if (subject == "concealed_door" and passing and race in {"elf", "half_elf"} and not _searches(slots)) or (
        subject == "secret_door" and passing and not _searches(slots) and race in {"elf", "half_elf"}
    ):
        subject = "concealed_door_passing"
    found = search(subject, race, book=book)
    who = with_article(spoken(found.race))
    what = found.subject.replace("_", " ").removesuffix(" passing")
    if not found.chance:
        text = f"None. {who} has no chance for this ({what})"
        return make_reply(text, found.values(), ["none"], found)
    text = (
        f"{found.chance} in {found.of}. {who}: {what}, {found.chance} in {found.of} ({found.how}), "
        f"{found.chance_percent} %"
    )
    assumed = () if slots.race else ("No race is named; this is for humans and all who have no chance of their own.",)
    return make_reply(
        text,
        found.values(),
        [f"{found.chance} in {found.of}", found.chance, found.of, found.chance_percent],
        found,
        assumptions=assumed,
    )


_STONE_SUBJECTS = {
    "detect_slope": "sloping_passage", "detect_new_tunnel": "new_construction", "detect_sliding_wall": "sliding_wall",
    "detect_stone_trap": "stonework_trap", "detect_unsafe": "unsafe_stonework",
    "depth_underground": "depth_underground",
    "direction_underground": "direction_underground",
}  # fmt: skip


def _searches(slots: Slots) -> bool:
    return any(
        item.text.startswith(("search", "look", "find"))
        and not _NOT & {one.token.text for one in slots.items[max(0, place - 3) : place]}
        for place, item in enumerate(slots.items)
    )


_NOT = frozenset(
    {"no", "not", "without", "never", "isnt", "arent", "wasnt", "doesnt", "didnt", "dont", "nobody", "nor"}
)
_PASSING = frozenset(
    {"stroll", "strolls", "strolling", "wander", "wanders", "wandering", "merely", "passed", "walked", "walks", "pass",
     "strides", "striding", "hurries", "hurrying", "marching", "marches", "going", "goes", "by", "runs", "running"}
)  # fmt: skip


def _only_passes(slots: Slots) -> bool:
    """`Strolls by`, `no searching`."""
    denied = any(item.text.startswith("search") for item in slots.items) and not _searches(slots)
    return denied or (bool(slots.words & _PASSING) and not _searches(slots))


def _subject(slots: Slots) -> str:
    for name in slots.all("racial_ability"):
        if name in _STONE_SUBJECTS:
            return _STONE_SUBJECTS[name]
    if slots.has("concealed_door"):
        return "concealed_door"
    if slots.has("secret_door", "door"):
        return "secret_door"
    raise MissingValue("For what: secret doors, concealed doors?", "subject")


def _extra_search(slots: Slots) -> float:
    stone = any(name in _STONE_SUBJECTS for name in slots.all("racial_ability"))
    if slots.classes and slots.all("skill") and "thief" in slots.classes and not slots.has("secret_door"):
        return -9.0
    if not stone and not slots.has("secret_door"):
        return -9.0
    return 1.6 * (stone and slots.race is not None) + 0.6 * slots.has("secret_door") + 0.4 * (slots.race is not None)


def reply_listen(slots: Slots, book: Rulebook) -> Reply:
    found = hear_noise(slots.race or "human", book=book)
    who = with_article(spoken(found.race))
    text = f"{found.chance_percent} %. {who} hears noise with {found.chance_percent} %, {found.chance_in_20} in 20"
    assumed = () if slots.race else ("No race is named, so a human listens.",)
    return make_reply(text, found.values(), [found.chance_percent, found.chance_in_20], found, assumptions=assumed)


def _extra_listen(slots: Slots) -> float:
    if (
        any(name in {"thief", "bard"} for name in slots.classes)
        or slots.has("thief_skills", "secret_door")
        or not slots.has("listen")
    ):
        return -9.0
    return (
        0.6 * (slots.race is not None)
        + 0.6 * slots.has("door", "chance")
        - 1.0 * (slots.race is None and not slots.has("door", "chance"))
    )


TOPICS = (
    topic(
        "light",
        "light sources",
        cues=(
            "light=2.2 duration=1 area=1 range=0.8 distance=0.5 search=0.2 feet hours rounds turns weapon item_save "
            "poison_class need spell creature missile"
        ),
        things=(
            "light_source=1.6 material item_attack spell situation visibility surprise_situation "
            "encounter_place terrain "
            "item"
        ),
        reply=reply_light,
        extra=_extra_light,
        each="light_source",
        tables=("light_sources",),
    ),
    topic(
        "doors",
        "opening doors, bending bars",
        cues="door=2 chance=0.4 rolled=0.4 need=0.2 percent=0.1 modifier score hit item_save may attack damage",
        things="ability=0.6 score=0.6 column=0.6 roll=0.3 class=0.1 race material skill item_attack light_source",
        reply=reply_doors,
        extra=_extra_doors,
        tables=("strength", "exceptional_strength"),
    ),
    topic(
        "search",
        "finding secret and concealed doors, stonework",
        cues=(
            "secret_door=2.6 concealed_door=0.8 search=0.8 door=0.4 chance=0.4 racial=0.2 need=0.1 percent movement "
            "concealment range level feet turns"
        ),
        things="racial_ability=1.2 race=0.8 class skill column material terrain encounter_place",
        reply=reply_search,
        extra=_extra_search,
        each="race",
        tables=("detection",),
    ),
    topic(
        "listen",
        "hearing noise",
        cues="listen=2.2 door=0.6 chance=0.4 percent=0.1 need search ",
        things="race=0.8 skill=0.4 class=-0.2 material level",
        reply=reply_listen,
        extra=_extra_listen,
        each="race",
        tables=("hear_noise",),
    ),
)
