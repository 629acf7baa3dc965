"""Replies about weapons: what the tables say of one, the damage of a hit."""

from dataclasses import replace
from typing import Any

from rules.asking.backstab_replies import asks_multiplier
from rules.asking.casting_replies import asks_whether
from rules.asking.creature_names import creature_of
from rules.asking.reply import (
    MissingValue,
    NotCovered,
    Reply,
    joined,
    listed,
    make_reply,
    plain_number,
    require,
    with_article,
)
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.loader import Rulebook
from rules.weapons import MissileUse, Weapon, damage, weapon

_TYPES = {"S": "slashing", "P": "piercing", "B": "bludgeoning"}
SHORT = 3
_SIZES = {"S": "small", "M": "medium", "L": "large"}


# -- one weapon --------------------------------------------------------------------------------------------------------


def reply_weapon(slots: Slots, book: Rulebook) -> Reply:
    one = weapon(require(slots, "weapon", "Which weapon?"), book=book)
    facts = sorted(_facts(one, slots), key=lambda fact: slots.place_of(*fact[0]))
    if (band := _band_of(one, slots)) is not None:
        return band
    asked = [(words, shown, values) for cues, words, shown, values in facts if slots.has(*cues)]
    if not asked and slots.all("size") and slots.has("weapon") and not slots.has("versus"):
        asked = [(words, shown, values) for cues, words, shown, values in facts if "size" in cues]
    whole = not asked
    if whole and not slots.has("stat_block") and len(slots.items) > SHORT:
        raise NotCovered(f"That is not in the line of the {one.spoken}")
    if whole:
        asked = [(words, shown, values) for _, words, shown, values in _facts(one, slots) if shown]
    shown = [text for _, texts, _ in asked for text in texts]
    if not shown:
        raise NotCovered(f"The {one.spoken} is neither thrown nor shot, so it has no range")
    words = listed([words for words, texts, _ in asked if texts])
    values: dict[str, Any] = one.values() | {name: value for _, _, found in asked for name, value in found.items()}
    return make_reply(f"{shown[0]}. {with_article(one.spoken)}: {words}", values, shown, one)


def _band_of(one: Weapon, slots: Slots) -> Reply | None:
    """Which range so many yards are: `25 yards with a thrown dagger, what range is that`; whether it reaches so far."""
    yards, use = slots.number("yards"), _use(one, slots)
    if yards is None or use is None or not _asks_band(slots):
        return None
    band = band_at(use, yards)
    text = f"{band.capitalize()}. {yards} yards are {band} for {with_article(one.spoken).lower()}"
    shown = [band]
    if asks_whether(slots) or (asks_reach(slots) and not slots.words & {"what", "which"}):
        named = list(slots.all("range_band"))
        said = "yes" if (band in named if named else band != OUT_OF_RANGE) else "no"
        text, shown = f"{said.capitalize()}. {text}", [said, band]
    return make_reply(text, {"range_band": band, "yards": yards}, shown, one)


OUT_OF_RANGE = "out of range"


def band_at(use: MissileUse, yards: int) -> str:
    """Which range so many yards are for a missile."""
    ends = [("short", use.short_yd), ("medium", use.medium_yd), ("long", use.long_yd)]
    return next((name for name, end in ends if end is not None and yards <= end), OUT_OF_RANGE)


def _asks_band(slots: Slots) -> bool:
    """`Which range is that`, `short, medium or long`, `is that long range`, `can it reach`."""
    asked = bool(slots.words & {"what", "which", "category", "bracket", "band"}) and slots.has("range")
    bands = slots.all("range_band")
    return asked or len(bands) > 1 or (bool(bands) and asks_whether(slots)) or asks_reach(slots)


def asks_reach(slots: Slots) -> bool:
    """`Can I reach him with a short bow at 160 yards`."""
    reached = bool(slots.words & _REACHES) or (slots.has("hit", "attack") and bool(slots.words & {"away", "off", "at"}))
    aimed = slots.numbers.keys() & {"ac", "thac0", "level", "roll"} or slots.classes or slots.all("creature")
    return reached and asks_whether(slots) and "yards" in slots.numbers and not aimed


_REACHES = frozenset({"reach", "reaches", "reachable", "range"})


def _facts(one: Weapon, slots: Slots) -> list[tuple[tuple[str, ...], str, list[str], dict[str, Any]]]:
    """Cues that ask for a fact, the words for it, its headline (empty where there is none) and its values."""
    use = _use(one, slots)
    grip = one.two_handed if slots.has("two_handed") else None
    speed = grip.speed if grip is not None else one.speed
    types = " or ".join(_TYPES[letter] for letter in one.types) or "no type"
    ranges = _ranges(use)
    rate = use.rate_of_fire if use else None
    return [
        (("speed", "initiative"), f"speed factor {speed}", [str(speed)], {"speed": speed}),
        (("weight",), f"weight {plain_number(one.weight_lb)} lb", [plain_number(one.weight_lb)], {}),
        (("size",), f"size {_SIZES[one.size]} ({one.size})", [one.size, _SIZES[one.size]], {}),
        (("damage_type",), f"type {types} ({one.type})", [one.type, types], {}),
        (("rate_of_fire", "attacks_per_round"), f"rate of fire {rate}", [rate] if rate else [], {"rate_of_fire": rate}),
        (("range", "distance"), f"range {'/'.join(ranges)} yards", _asked_ranges(slots, ranges), {"ranges_yd": ranges}),
        (("damage",), f"damage {one.damage_small} against small and medium, {one.damage_large} against large targets",
         [one.damage_small or "-", one.damage_large or "-"], {}),
    ]  # fmt: skip


def _use(one: Weapon, slots: Slots) -> MissileUse | None:
    wanted = slots.one("ammunition")
    return next((use for use in one.missile if use.ammunition == wanted), one.missile[0] if one.missile else None)


def _ranges(use: MissileUse | None) -> list[str]:
    if use is None:
        return []
    return [str(one) if one is not None else "-" for one in (use.short_yd, use.medium_yd, use.long_yd)]


def _asked_ranges(slots: Slots, ranges: list[str]) -> list[str]:
    """The range bands the question names; all three otherwise."""
    if not ranges:
        return []
    wanted = [
        ranges[number] for number, band in enumerate(("short", "medium", "long")) if band in slots.all("range_band")
    ]
    if not wanted and any("max" in item.text for item in slots.items):
        return ranges[2:]
    if any(item.token.text in {"tens", "ten"} for item in slots.items):
        return ["/".join(str(int(one) // 10) for one in ranges if one.isdecimal())]
    return wanted or [*ranges, "/".join(ranges)]


def _extra_weapon(slots: Slots) -> float:
    if not slots.all("weapon"):
        return 0.3 * slots.has("speed", "damage_type", "rate_of_fire") - 1.0
    asked = slots.has("speed", "weight", "size", "damage_type", "rate_of_fire", "range", "stat_block", "distance")
    nobody = not slots.classes and not slots.abilities and not slots.bonuses
    points = 3.0 * (asks_reach(slots) and not slots.has("save", "turn"))
    points += 1.2 * (len(slots.all("range_band")) > 1 and "yards" in slots.numbers)
    points += 1.4 * asked + 0.5 * nobody + 0.6 * bool(slots.all("range_band") and slots.has("range"))
    return (
        points
        - 2.0 * ("ac" in slots.numbers or "thac0" in slots.numbers)
        - 1.5 * slots.has("save", "initiative", "two_weapons")
    )


# -- damage ------------------------------------------------------------------------------------------------------------


def reply_damage(slots: Slots, book: Rulebook) -> Reply:
    creature = creature_of(slots.one("creature"))
    if creature is not None and not slots.all("weapon"):
        text = f"{', '.join(creature.damage)}. {with_article(creature.spoken)} attacks {creature.attacks} times a round"
        facts = {"damage": list(creature.damage), "attacks": creature.attacks}
        return make_reply(f"{text} for {creature.damage_words}", facts, list(creature.damage), source=(creature.where,))
    name = require(slots, "weapon", "With which weapon?")
    if slots.has("one_handed") and slots.has("two_handed"):
        return _by_grip(slots, book)
    both = slots.one("size") is None and not slots.abilities and not _is_backstab(slots) and not _bonus(slots)
    arguments: dict[str, Any] = {
        "strength": slots.abilities.get("strength"),
        "two_handed": slots.has("two_handed"),
        "specialised": slots.has("specialised"),
        "bonus": _bonus(slots),
        "character_class": slots.character_class,
        "race": slots.race,
    }
    one = weapon(name, book=book)
    missile = next((use.ammunition for use in one.missile if use.ammunition == slots.one("ammunition")), None)
    if missile is not None:
        arguments["ammunition"] = missile
    if _is_backstab(slots):
        if slots.level is None or not slots.level.isdecimal():
            raise MissingValue("Which level is the thief?", "level")
        arguments["backstab_level"] = int(slots.level)
    target = "large" if _against_large(slots) else "small"
    found = damage(name, target=target, book=book, **arguments)
    other = damage(name, target="large" if target == "small" else "small", book=book, **arguments)
    against = "large" if target == "large" else "small and man-sized"
    text = f"{found.notation}. {with_article(one.spoken)} does {found.notation} against {against} targets"
    text += f": {found.minimum} to {found.maximum}, {plain_number(found.average)} on average"
    headline: list[Any] = [found.notation]
    values = found.values()
    if both or target == "small":
        text += f"; {other.notation} against {'large' if target == 'small' else 'small and man-sized'} ones"
        headline.append(other.notation)
        values |= {"other_target": other.notation}
    headline += [found.minimum, found.maximum, found.average]
    if _is_doubled(slots, one):
        text = f"Double: {found.notation} twice, by a charge. {text}"
        headline = ["double", f"2 x {found.notation}", *headline]
    if (rolled := _rolled(slots)) is not None:
        total = max(1, rolled * found.multiplier + found.bonus)
        text = f"{total}. A roll of {rolled} makes {total}; {text[0].lower()}{text[1:]}"
        headline.insert(0, total)
        values.update(roll=rolled, total=total)
    return make_reply(text, values, headline, found)


def _by_grip(slots: Slots, book: Rulebook) -> Reply:
    """The damage with one hand and with two, in the order in which they are named."""
    grips = sorted(("one_handed", "two_handed"), key=slots.place_of)
    return joined([reply_damage(replace(slots, cues=slots.cues - {grip}), book) for grip in reversed(grips)], same=True)


def _is_doubled(slots: Slots, one: Weapon) -> bool:
    """A spear that is set against a charge, and a lance from the back of a charging mount."""
    if one.group == "lance":
        return "charging" in slots.all("situation") and bool(slots.words & MOUNTED)
    return one.group in {"spear", "polearm"} and "set_for_charge" in slots.all("initiative_situation")


MOUNTED = frozenset({"horse", "horseback", "mount", "mounted", "warhorse", "riding", "steed", "saddle", "rider"})


def _rolled(slots: Slots) -> int | None:
    """What the dice of damage show, when the question says so."""
    if "roll" in slots.numbers:
        return int(slots.numbers["roll"])
    if any(item.token.text in {"roll", "rolled", "rolls"} for item in slots.items) and len(slots.left_over) == 1:
        return int(slots.left_over[0]) if slots.left_over[0].isdecimal() else None
    return None


def _bonus(slots: Slots) -> int:
    return slots.bonuses.get("attack", 0) + slots.bonuses.get("damage", 0)


def _is_backstab(slots: Slots) -> bool:
    return slots.has("backstab") or (slots.one("situation") == "rear" and "thief" in slots.classes)


def _against_large(slots: Slots) -> bool:
    if slots.one("size") in {"large", "huge", "gargantuan"}:
        return True
    creature = creature_of(slots.one("creature"))
    if creature is None and slots.words & _LARGE_KINDS:
        return True
    return creature is not None and creature.is_large and slots.one("size") is None


_LARGE_KINDS = frozenset({"giant", "giants", "dragon", "dragons"})
"""Kinds of creatures of which all are large."""


def _extra_damage(slots: Slots) -> float:
    if slots.has("save", "heal", "fall", "poison", "light") and not slots.all("weapon"):
        return -3.0
    points = 0.8 * bool(slots.all("weapon")) * slots.has("damage", "backstab")
    points += 3.6 * (
        bool(slots.all("weapon")) and slots.has("which_die") and not slots.has("hit", "initiative", "damage")
    )
    points += 0.4 * bool(slots.all("creature")) * slots.has("damage")
    bare = bool(slots.all("weapon")) and slots.has("versus") and bool(slots.all("size")) and len(slots.items) <= _FEW
    points += 2.0 * (bare and slots.cues <= {"versus", "damage"})
    # "A two-handed sword with strength 17 on a man": who attacks is not said, so it is the damage.
    swung = bool(slots.all("weapon")) and "strength" in slots.abilities and not slots.level
    points += 2.4 * (swung and not slots.has("hit", "thac0", "ac", "damage", "initiative", "modifier", "weight"))
    points += 2.4 * (
        slots.has("backstab") and bool(slots.all("weapon")) and not slots.has("damage") and not asks_multiplier(slots)
    )
    return points - 1.5 * ("feet" in slots.numbers) - 1.5 * bool(slots.all("spell") and not slots.all("weapon"))


_FEW = 7
"""So few words and marks ask for the damage: `halberd versus large?`."""


TOPICS = (
    topic(
        "weapon",
        "weapons: damage, speed, size, type, range",
        cues=(
            "rate_of_fire=2.4 speed=1.6 weight=1.4 size=1.2 damage_type=1.2 range=1.2 distance=0.6 damage=0.6 "
            "stat_block=0.6 weapon=0.4 attacks_per_round=0.3 missile=0.2 two_handed=0.2 one_handed attack rounds "
            "movement poison_class load pounds yards feet modifier hit search initiative extreme may dice light age "
            "secret_door"
        ),
        things="weapon=1.6 ammunition=0.4 range_band=0.3 creature=-0.5 size material item category",
        reply=reply_weapon,
        extra=_extra_weapon,
        each="weapon",
        tables=("weapons", "missile_weapons", "two_handed_grips"),
    ),
    topic(
        "damage",
        "damage of a weapon",
        cues=(
            "which_die=0.4 hp=0.3 creature=0 damage=3 backstab=1 two_handed=0.4 specialised=0.3 weapon=0.3 versus=0.2 "
            "missile=0.2 dice=0.2 "
            "creature=0.2 "
            "size=0.2 rounds=-0.4 what_level=-1.5 one_handed hit attack modifier level stat_block worth extreme load "
            "two_weapons die "
        ),
        things=(
            "weapon=1.2 size=0.5 creature=0.5 ability=0.4 ammunition=0.4 score=0.3 class=0.1 level=0.1 undead race "
            "column dice situation material item"
        ),
        reply=reply_damage,
        extra=_extra_damage,
        each="weapon",
        tables=("weapons",),
    ),
)
