"""Replies about hit dice and experience, of characters and of creatures."""

from itertools import pairwise
from typing import Any

from rules.asking.creature_names import creature_of
from rules.asking.reply import (
    MissingValue,
    Reply,
    class_and_level,
    describe,
    joined,
    listed,
    make_reply,
    score,
    single_class,
    with_article,
)
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import ordinal, spoken
from rules.growth import Experience, experience_for_level, hit_dice, level_for_experience
from rules.loader import Rulebook
from rules.monsters import monster_experience
from rules.results import Part, Result, plain

_DIE = frozenset({"hit die", "hitdie", "die", "type", "dice type", "kind", "sort", "which", "d"})
_EACH = frozenset({"per", "each", "every"})
_AFTER = frozenset({"after", "beyond", "past", "above", "over"})


def reply_hit_dice(slots: Slots, book: Rulebook) -> Reply:
    words = {word for item in slots.items for word in (*item.text.split(), item.text, item.token.text)}
    if slots.classes and words & _AFTER and "constitution" not in slots.abilities:
        return _points_after(slots, book)
    of_class = bool(words & _DIE) or bool(words & _EACH and slots.has("level")) or _names_dice_alone(slots)
    if slots.level is None and slots.classes and of_class and slots.race is None:
        one_each = slots.classes if not slots.multi_class else slots.classes[:1]
        return joined([_die_of_class(slots.only("class", one), book) for one in one_each], same=True)
    if not slots.classes and slots.level is None and slots.dice:
        return _classes_with_die(slots, book)
    name, level = class_and_level(slots)
    found = hit_dice(name, level, constitution=score(slots, "constitution"), book=book)
    text = f"{found.notation}. {with_article(describe(slots, book))} has {found.notation} hit points"
    headline = [found.notation, found.minimum, found.maximum, found.average]
    if any("max" in item.text for item in slots.items):
        headline = [found.maximum, found.notation]
    elif any(item.text in {"average", "avg", "mean", "on average"} for item in slots.items):
        headline = [found.average, found.notation]
    return make_reply(
        f"{text}: {found.minimum} to {found.maximum}, {found.average} on average", found.values(), headline, found
    )


def _names_dice_alone(slots: Slots) -> bool:
    """`Wizard hit dice`: nothing is said of a character."""
    return slots.has("hd") and not slots.numbers and not slots.abilities and not slots.left_over


def _beyond(slots: Slots) -> bool:
    return any(item.token.text in _AFTER for item in slots.items)


def _group_of(slots: Slots, book: Rulebook) -> str:
    return str(book.table("classes").find(slots.classes[0])["group"])


def _die_of_class(slots: Slots, book: Rulebook) -> Reply:
    """The die of a class, and up to which level it is rolled."""
    table = book.table("hit_dice")
    row = table.find(_group_of(slots, book))
    die, last = f"d{str(row['die']).lstrip('d')}", row["last_level_with_die"]
    who = with_article(slots.classes[0])
    text = f"{die}. {who} rolls a {die} for hit points at each level up to {last}, then gains {row['hit_points_after']}"
    return make_reply(text, {"die": die, "last_level_with_die": last}, [die, f"1{die}"], source=(table.source,))


def _points_after(slots: Slots, book: Rulebook) -> Reply:
    """The hit points a level beyond the last with a die."""
    table = book.table("hit_dice")
    row = table.find(_group_of(slots, book))
    points, last = row["hit_points_after"], row["last_level_with_die"]
    text = f"{points}. {with_article(slots.classes[0])} gains {points} hit points for each level beyond {last}"
    return make_reply(text, {"hit_points": points, "last_level_with_die": last}, [points, last], source=(table.source,))


def _classes_with_die(slots: Slots, book: Rulebook) -> Reply:
    """The classes that roll a die."""
    table, wanted = book.table("hit_dice"), slots.dice[0].lstrip("1")
    groups = [row.exact[0] for row in table.rows if f"d{str(row.values[0]).lstrip('d')}" == wanted]
    names = [row.exact[0] for row in book.table("classes").rows if row.values[0] in groups]
    text = f"{listed(names).capitalize() if names else 'None'}. Hit points are rolled with {wanted} by: {listed(names)}"
    return make_reply(text, {"classes": names}, [*names, *groups] or ["none"], source=(table.source,))


def _extra_hit_dice(slots: Slots) -> float:
    # Which creature has how many stands with the creatures.
    if slots.classes and "hit_points_per_die" in slots.all("column") and _beyond(slots):
        return 4.0
    asked_of_die = bool(slots.dice) and slots.has("hd", "hp") and "how_many" not in slots.cues
    if not slots.classes and asked_of_die and any(item.text in {"class", "classes", "who"} for item in slots.items):
        return 2.0
    if "hit_dice" in slots.numbers or (not slots.classes and (slots.has_creature or slots.unknown)):
        return -9.0
    return 0.6 * bool(slots.classes) - 1.2 * slots.has("heal", "die", "damage") - 0.8 * ("hp" in slots.numbers)


def _level_of(slots: Slots, name: str, book: Rulebook) -> Reply:
    """The level that so many experience points make."""
    points = int(slots.numbers["xp"])
    if slots.multi_class:
        return _shared_experience(slots, points, book)
    reached = level_for_experience(name, points, book=book)
    more = slots.has("next_level", "need") and any(item.token.text == "more" for item in slots.items)
    if more and reached.next_level_at is not None:
        return _to_next_level(slots, reached.next_level_at, name, reached, book)
    text = f"{reached.level}. {with_article(reached.character_class)} with {slots.numbers['xp']} experience points"
    text = text.replace(slots.numbers["xp"], f"{points:,}")
    text += f" is {ordinal(reached.level)} level{_next_level(reached.next_level_at)}"
    return make_reply(text, reached.values(), [reached.level], reached)


def reply_experience(slots: Slots, book: Rulebook) -> Reply:
    if not slots.classes:
        raise MissingValue("Which class?", "class")
    name = single_class(slots)
    if "xp" in slots.numbers and slots.level is None:
        return _level_of(slots, name, book)
    class_and_level(slots)
    if (target := _level_reached(slots)) is not None:
        return _between(name, int(slots.level or 1), target, book)
    return _of_level(slots, name, book)


def _of_level(slots: Slots, name: str, book: Rulebook) -> Reply:
    """What a level takes, whether so many points are enough for it, and what is lacking."""
    found = experience_for_level(name, slots.level or "", book=book)
    if "xp" in slots.numbers and slots.words & {"enough", "sufficient", "suffice", "suffices"}:
        return _is_enough(int(slots.numbers["xp"]), found)
    if int(slots.numbers.get("xp", found.experience_points)) < found.experience_points:
        return _until_level(int(slots.numbers["xp"]), found)
    points_text = f"{found.experience_points:,}"
    if "xp" in slots.numbers and found.next_level_at is not None:
        return _to_next_level(slots, found.next_level_at, name, found, book)
    if _asks_for_next(slots) and found.next_level_at is not None:
        text = (
            f"{found.next_level_at:,}. {with_article(found.character_class)} of {ordinal(found.level)} level "
            f"reaches the next at {found.next_level_at:,} experience points"
        )
        return make_reply(text, found.values(), [found.next_level_at, found.experience_points], found)
    text = f"{points_text}. {with_article(found.character_class)} needs {points_text} experience points"
    text += f" for {ordinal(found.level)} level{_next_level(found.next_level_at)}"
    return make_reply(text, found.values(), [found.experience_points], found)


def _is_enough(points: int, found: Experience) -> Reply:
    """Whether so many points make a level."""
    said = "yes" if points >= found.experience_points else "no"
    text = (
        f"{said.capitalize()}. {with_article(found.character_class)} needs {found.experience_points:,} experience "
        f"points for {ordinal(found.level)} level"
    )
    return make_reply(text, found.values() | {"enough": said == "yes"}, [said, found.experience_points], found)


def _until_level(points: int, found: Experience) -> Reply:
    """What is lacking for the level that is named, which so few points have not reached."""
    lacking = found.experience_points - points
    text = (
        f"{lacking:,}. {with_article(found.character_class)} with {points:,} experience points lacks {lacking:,} for "
        f"{ordinal(found.level)} level, at {found.experience_points:,}"
    )
    return make_reply(text, found.values() | {"lacking": lacking}, [lacking, found.experience_points], found)


def _level_reached(slots: Slots) -> int | None:
    """The later level of `until a 3rd level cleric reaches 4th`."""
    later = [item.token.number for item in slots.items if item.kind in {"ordinal", "number"}]
    level = int(slots.level) if slots.level and slots.level.isdecimal() else None
    aimed = any(
        one.token.text in {"for", "to", "until", "till", "reach", "reaches", "hit", "make"}
        and after.kind in {"ordinal", "number"}
        and after.token.number == later[-1]
        for one, after in pairwise(slots.items)
    )
    if level is None or not (slots.has("next_level") or aimed) or len(later) < 2 or later[-1] != level + 1:
        return None
    return later[-1]


def _between(name: str, level: int, target: int, book: Rulebook) -> Reply:
    """From one level to a later one."""
    start, end = (experience_for_level(name, at, book=book) for at in (level, target))
    more = end.experience_points - start.experience_points
    text = (
        f"{end.experience_points:,}. {with_article(name)} reaches {ordinal(target)} level at {end.experience_points:,} "
        f"experience points, {more:,} more than {ordinal(level)} level"
    )
    return make_reply(text, end.values() | {"more": more}, [end.experience_points, more], start, end)


def _asks_for_next(slots: Slots) -> bool:
    return any(
        item.is_cue("next_level")
        and item.text
        in {"next level", "level up", "levelling up", "leveling up", "to level", "go up a level", "gain a level"}
        for item in slots.items
    )


def _to_next_level(slots: Slots, next_at: int, name: str, found: Any, book: Rulebook) -> Reply:
    points = int(slots.numbers["xp"])
    if points >= next_at:
        reached = level_for_experience(name, points, book=book)
        text = (
            f"{reached.level}. {with_article(name)} with {points:,} experience points is {ordinal(reached.level)} level"
        )
        return make_reply(text + _next_level(reached.next_level_at), reached.values(), [reached.level], reached)
    text = (
        f"{next_at - points:,}. {with_article(name)} with {points:,} experience points lacks {next_at - points:,} "
        f"for the level after {found.level}, at {next_at:,}"
    )
    return make_reply(text, found.values() | {"lacking": next_at - points}, [next_at - points, next_at], found)


def _shared_experience(slots: Slots, points: int, book: Rulebook) -> Reply:
    """A multi-class character divides experience equally."""
    share = points // len(slots.classes)
    found = [level_for_experience(name, share, book=book) for name in slots.classes]
    levels = "/".join(str(one.level) for one in found)
    text = (
        f"{levels}. {with_article('/'.join(slots.classes))} with {points:,} experience points has {share:,} in "
        f"each class: levels {levels}"
    )
    note = ("A multi-class character divides experience equally among the classes.",)
    return make_reply(text, {"level": levels, "share": share}, [levels, share], *found, assumptions=note)


def _next_level(points: int | None) -> str:
    return "; the table ends there" if points is None else f"; the next level is at {points:,}"


def reply_monster_experience(slots: Slots, book: Rulebook) -> Reply:
    creature = creature_of(slots.one("creature"))
    results: tuple[Result, ...] = ()
    source: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    if creature is not None and "hit_dice" not in slots.numbers:
        points = creature.experience_points
        if points is None:
            raise MissingValue(f"How many Hit Dice does the {creature.spoken} have?", "hit_dice")
        who, source, values = with_article(creature.spoken), (creature.where,), {"experience_points": points}
    else:
        if "hit_dice" not in slots.numbers:
            raise MissingValue("How many Hit Dice does the creature have?", "hit_dice")
        parts = _added_dice(slots, book)
        added = sum(int(part.value) for part in parts)
        found = monster_experience(slots.numbers["hit_dice"], added_hit_dice=added, book=book)
        abilities = listed([f"{part.label} +{part.value}" for part in parts]) if parts else "no special abilities"
        who, results = f"A creature with {found.hit_dice} Hit Dice and {abilities}", (found,)
        points, values = found.experience_points, found.values()
    headline: list[Any] = [points]
    text = f"{points:,}. {who} is worth {points:,} experience points"
    count = _how_many(slots)
    if count > 1:
        headline = [points * count, points]
        text = f"{points * count:,}. {who} is worth {points:,} experience points, {count} of them {points * count:,}"
        values |= {"count": count, "total": points * count}
    if (sharers := _sharers(slots)) is not None:
        each = points * count // sharers
        headline = [each, *headline]
        text = f"{each:,} each, shared by {sharers}. {text}"
        values |= {"sharers": sharers, "each_gets": each}
    return make_reply(text, plain(values), headline, *results, parts=parts, source=source)


def _added_dice(slots: Slots, book: Rulebook) -> tuple[Part, ...]:
    """The Hit Dice that each ability of the question adds."""
    table = book.table("xp_ability_additions")
    return tuple(Part(spoken(name), int(table.value(name)), table.source) for name in slots.all("xp_ability"))


def _sharers(slots: Slots) -> int | None:
    """Among how many the points are divided: `our party of 4 killed a troll, XP each?`."""
    if not slots.words & _SHARED:
        return None
    numbers = [
        after.token.number
        for before, after, last in zip(slots.items, slots.items[1:], [*slots.items[2:], None], strict=False)
        if after.kind == "number" and (before.token.text in _AMONG or (last is not None and last.token.text in _PARTY))
    ]
    return next((number for number in numbers if 1 < number <= MOST_SHARERS), None)


MOST_SHARERS = 20
MOST_SLAIN = 500
_SHARED = frozenset({"each", "apiece", "share", "shared", "split", "divided", "divide", "per"})
_AMONG = frozenset({"of", "among", "between", "amongst", "by"})
_PARTY = frozenset({"players", "pcs", "characters", "people", "adventurers", "heroes", "survivors", "members", "ways"})


def _how_many(slots: Slots) -> int:
    """The number before the creature: `6 orcs`."""
    name = slots.one("creature")
    for place in [
        *(place for place in slots.places.get("creature", ()) if slots.items[place].value("creature") == name),
        *(place for place, item in enumerate(slots.items) if item.is_cue("creature")),
    ]:
        before = slots.items[place - 1] if place else None
        if before is not None and before.kind == "number" and 1 < before.token.number <= 500:
            return int(before.token.text)
    return _counted_by_dice(slots) or 1


def _counted_by_dice(slots: Slots) -> int | None:
    """The six of `six 2 HD lizards`, and of `a 2 HD lizard, all six`."""
    for one, after, last in zip(slots.items, slots.items[1:], [*slots.items[2:], None], strict=False):
        of_dice = after.kind in {"number", "hit_dice"} and last is not None and last.is_cue("hd")
        if one.kind == "number" and (of_dice or after.kind == "hit_dice") and not one.is_cue("hd"):
            return one.token.number
        ends = last is None or last.kind == "separator"
        if after.kind == "number" and (one.token.text == "all" or (one.token.text == "the" and ends)):
            return after.token.number if 1 < after.token.number <= MOST_SLAIN else None
    return None


def _extra_monster_experience(slots: Slots) -> float:
    if slots.classes and not slots.has_creature:
        return -9.0
    if not slots.has("xp", "worth"):
        return -9.0
    return (
        1.0 * ("hit_dice" in slots.numbers)
        + 0.8 * bool(slots.all("creature"))
        - 3.0 * (not slots.has("xp") and not slots.has_creature)
    )


def _extra_experience(slots: Slots) -> float:
    if (
        slots.classes
        and slots.level is not None
        and slots.cues <= {"level", "need", "require"}
        and slots.cues & {"need"}
    ):
        return 2.6 if slots.found.keys() <= {"class", "cue"} and not slots.abilities else -9.0
    return (
        -9.0
        if slots.has_creature and (not slots.classes)
        else 0.8 * (slots.has("next_level", "what_level") and "xp" in slots.numbers)
        - 0.8 * (not slots.has("xp") and "next_level" not in slots.cues)
    )


TOPICS = (
    topic(
        "hit_dice",
        "hit dice and hit points of a class",
        cues=(
            "which_die=1 hd=3 hp=3 dice=0.3 extreme=0.2 level modifier chance rolled next_level need stat_block heal "
            "damage_type how_often"
        ),
        things="dice class=0.7 level=0.6 ability=0.3 score=0.3 race column",
        reply=reply_hit_dice,
        extra=_extra_hit_dice,
        tables=("hit_dice",),
    ),
    topic(
        "experience",
        "experience points by class and level",
        cues=(
            "xp=3 next_level=1.4 what_level=0.4 level=0.2 need=0.2 become=0.2 require=0.2 worth=-0.5 points_to_spend "
            "extreme start_age level_limit score hit"
        ),
        things="class=0.8 xp=0.8 level=0.6 race=0.1",
        reply=reply_experience,
        extra=_extra_experience,
        tables=("experience_warrior", "experience_wizard", "experience_priest", "experience_rogue"),
    ),
    topic(
        "monster_experience",
        "experience value of creatures",
        cues="xp=3 worth=1.6 kill=0.6 creature=0.6 hd=0.4 undead=0.2 level stat_block modifier die hit gold special",
        things="creature=1.2 hit_dice=0.8 xp_ability=0.4 class=-0.5 undead category column situation spell",
        reply=reply_monster_experience,
        extra=_extra_monster_experience,
        each="creature",
        tables=("monster_xp", "xp_ability_additions"),
    ),
)
