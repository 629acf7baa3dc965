"""Replies about creatures: one line of a creature or all of it, and creatures that fit a description."""

import re
from collections.abc import Callable
from typing import Any

from rules.asking.creature_names import CreatureFacts, creature_of
from rules.asking.morale_replies import situations_of
from rules.asking.reply import NotCovered, Reply, listed, make_reply, require, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import spoken
from rules.loader import Rulebook

SHORT = 3
POWERS = 3
"""How many of the lines are powers; a question for one asks for nothing else."""
_SIZES = {"T": "tiny", "S": "small", "M": "man-sized", "L": "large", "H": "huge", "G": "gargantuan"}

Line = tuple[str, list[Any]]
"""The words for a line of a creature, and its headline."""


def reply_creature(slots: Slots, _book: Rulebook) -> Reply:
    found = creature_of(require(slots, "creature", "Which creature?"))
    if found is None:
        raise NotCovered("That creature is not in the rule base")
    lines = sorted(_LINES, key=lambda pair: slots.place_of(*pair[0]))
    if slots.has("damage") and slots.words & _LESSENED and slots.words & {"take", "takes", "suffer", "suffers"}:
        words, shown = _special_line(found)
        return make_reply(
            f"{with_article(found.spoken)}: {words}", found.entry.values(), shown, source=(found.where,), doubt=0.25
        )
    powers = [line(found) for cues, line in _LINES[:POWERS] if slots.has(*cues)]
    asked = powers or [
        _of_asked(line, found, slots)
        for cues, line in lines
        if slots.has(*cues) and (line is not _attack_line or _asks_attacks(slots))
    ]
    if not asked and slots.all("size"):
        asked.append(_size_line(found))
    if "intelligence" in slots.named_abilities:
        asked.append(_intelligence_line(found))
    whole = not asked
    if whole and not slots.has("stat_block") and len(slots.items) > SHORT:
        raise NotCovered(f"That is not in the entry of the {found.spoken}")
    if whole:
        asked = [line(found) for line in _STAT_BLOCK]
    asked = [line for line in asked if line[1]]
    shown = [value for _, values in asked for value in values]
    if not shown:
        raise NotCovered(f"The entry of the {found.spoken} does not say")
    words = "; ".join(words for words, _ in asked)
    start = f"{shown[0]}. " if not whole else ""
    return make_reply(
        f"{start}{with_article(found.spoken)}: {words}",
        found.entry.values(),
        shown,
        source=(found.where,),
        assumptions=found.entry.assumptions,
    )


_LESSENED = frozenset({"half", "full", "less", "reduced", "no", "double", "extra", "halved"})
"""What a creature takes of a blow, which is one of its defenses."""


def _of_asked(line: Callable[[CreatureFacts], Line], one: CreatureFacts, slots: Slots) -> Line:
    """A line with what is named of it first: the flying speed, the defenses."""
    words, shown = line(one)
    if line is _points_line and (extreme := _extreme_points(one, slots)) is not None:
        return words, [extreme, *shown]
    if line is _move_line:
        return words, list(one.movement_by(slots.words))
    defenses = list(one.entry.special_defenses)
    if line is _special_line and slots.words & _DEFENSES and defenses:
        return words, [*defenses, *[text for text in shown if text not in defenses]]
    return words, shown


def _extreme_points(one: CreatureFacts, slots: Slots) -> int | None:
    """The most or the fewest hit points, where those are asked for."""
    found = re.match(r"(\d+)(?:([+-])(\d+))?$", one.entry.hit_dice or "")
    if found is None or not slots.words & _MOST | slots.words & _LEAST:
        return None
    change = int(found[3] or 0) * (-1 if found[2] == "-" else 1)
    return max(1, int(found[1]) * (8 if slots.words & _MOST else 1) + change)


_MOST = frozenset({"max", "maximum", "most", "highest"})
_LEAST = frozenset({"min", "minimum", "least", "lowest", "fewest"})
_DEFENSES = frozenset({"defense", "defenses", "defence", "defences", "immune", "immunity", "immunities", "defensive"})


def _asks_attacks(slots: Slots) -> bool:
    return (
        not slots.has("damage") or slots.has("attacks_per_round") or any(item.text == "attacks" for item in slots.items)
    )


def _ac_line(one: CreatureFacts) -> Line:
    note = f" ({one.entry.armor_class_note})" if one.entry.armor_class_note else ""
    return f"armor class {one.armor_class}{note}", [one.armor_class]


def _dice_line(one: CreatureFacts) -> Line:
    if one.entry.hit_dice is None:
        return f"{one.entry.hit_points} hit points", [one.entry.hit_points]
    sizes = [variant.hit_dice for variant in one.entry.variants]
    note = f" (comes with {listed(sizes)})" if sizes else ""
    return f"{one.entry.hit_dice} Hit Dice{note}", [one.entry.hit_dice]


def _points_line(one: CreatureFacts) -> Line:
    if one.entry.hit_points is not None:
        return f"{one.entry.hit_points} hit points", [one.entry.hit_points]
    if one.entry.hit_dice is None:
        return "hit points as its entry says", []
    dice, sign, plus = (
        one.entry.hit_dice.partition("+") if "+" in one.entry.hit_dice else one.entry.hit_dice.partition("-")
    )
    if "/" in dice:
        return "1/2 Hit Die, 1d4 hit points", ["1d4"]
    roll = f"{dice}d8{sign}{plus}"
    average = int(dice) * 4.5 + (int(plus) if sign == "+" else -int(plus or 0))
    return f"{roll} hit points, {average:g} on average", [roll, average]


def _thac0_line(one: CreatureFacts) -> Line:
    return f"THAC0 {one.entry.thac0}", [one.entry.thac0]


def _attack_line(one: CreatureFacts) -> Line:
    return f"{one.attacks} attacks a round for {one.damage_words}", [one.attacks]


def _damage_line(one: CreatureFacts) -> Line:
    return f"damage {one.damage_words}", [one.damage_words, *one.damage]


def _morale_line(one: CreatureFacts) -> Line:
    if one.entry.morale is None:
        return "no morale rating: it does not flee", ["none"]
    low, high = one.entry.morale
    text = str(low) if low == high else f"{low}-{high}"
    return f"morale {text}", [text]


def _move_line(one: CreatureFacts) -> Line:
    return f"movement {one.movement_words}", one.movement_shown


def _size_line(one: CreatureFacts) -> Line:
    letters = "-".join(one.entry.size)
    return f"size {letters} ({listed([_SIZES[size] for size in one.entry.size], 'or')})", [
        letters,
        _SIZES[one.entry.size[0]],
    ]


def _alignment_line(one: CreatureFacts) -> Line:
    return one.entry.alignment, [one.entry.alignment]


def _intelligence_line(one: CreatureFacts) -> Line:
    low, high = one.entry.intelligence
    text = str(low) if low == high else f"{low}-{high}"
    return f"Intelligence {text}", [text]


def _xp_line(one: CreatureFacts) -> Line:
    points = one.experience_points
    return (f"{points:,} experience points", [points]) if points is not None else ("no experience value", [])


def _treasure_line(one: CreatureFacts) -> Line:
    words = [f"{place} {', '.join(types)}" for place, types in one.entry.treasure.items()]
    shown = [letter for types in one.entry.treasure.values() for letter in types]
    return f"treasure {'; '.join(words) or 'none'}", shown or ["none"]


def _special_line(one: CreatureFacts) -> Line:
    attacks, defenses = one.entry.special_attacks, one.entry.special_defenses
    words = (
        f"special attacks: {listed(attacks) if attacks else 'none'}; special defenses: "
        f"{listed(defenses) if defenses else 'none'}"
    )
    if one.entry.magic_resistance:
        words += f"; magic resistance {one.entry.magic_resistance} %"
    return words, [
        *attacks,
        *defenses,
        *([f"{one.entry.magic_resistance}%"] if one.entry.magic_resistance else []),
    ] or ["none"]


def _resistance_line(one: CreatureFacts) -> Line:
    return f"magic resistance {one.entry.magic_resistance} %", [one.entry.magic_resistance]


def _number_line(one: CreatureFacts) -> Line:
    low, high = one.entry.number_appearing
    text = str(low) if low == high else f"{low}-{high}"
    return f"{text} appear", [text]


def _home_line(one: CreatureFacts) -> Line:
    lands, climates = list(one.entry.terrain), list(one.entry.climate)
    return f"climate {listed([spoken(one) for one in climates])}, terrain {listed([spoken(one) for one in lands])}", [
        *map(spoken, lands),
        *map(spoken, climates),
    ]


def _frequency_line(one: CreatureFacts) -> Line:
    return spoken(one.entry.frequency), [spoken(one.entry.frequency)]


def _power_line(word: str) -> Callable[[CreatureFacts], Line]:
    """The special attacks and defenses in which the word stands, the number first."""

    def line(one: CreatureFacts) -> Line:
        texts = [text for text in (*one.entry.special_attacks, *one.entry.special_defenses) if word in text]
        numbers = [number for text in texts for number in _NUMBER.findall(text)]
        return listed(texts) if texts else f"no {word} in its entry", [*numbers, *texts] or ["none"]

    return line


_NUMBER = re.compile(r"[+-]?\d+")
_LINES: tuple[tuple[tuple[str, ...], Callable[[CreatureFacts], Line]], ...] = (
    (("drain",), _power_line("drain")),
    (("regenerates",), _power_line("regenerat")),
    (("hurt_by",), _power_line("weapon")),
    (("ac",), _ac_line),
    (("hd",), _dice_line),
    (("hp",), _points_line),
    (("thac0",), _thac0_line),
    (("attacks_per_round", "attack"), _attack_line),
    (("damage",), _damage_line),
    (("morale",), _morale_line),
    (("movement",), _move_line),
    (("size",), _size_line),
    (("alignment",), _alignment_line),
    (("intelligence_word",), _intelligence_line),
    (("xp", "worth"), _xp_line),
    (("treasure",), _treasure_line),
    (("magic_resistance",), _resistance_line),
    (("special",), _special_line),
    (("number_appearing",), _number_line),
    (("terrain_word",), _home_line),
    (("frequency",), _frequency_line),
)
_STAT_BLOCK = (
    _ac_line,
    _move_line,
    _dice_line,
    _thac0_line,
    _attack_line,
    _size_line,
    _morale_line,
    _xp_line,
    _special_line,
    _treasure_line,
)


_ASKED = (*(cue for cues, _ in _LINES for cue in cues if cue not in {"attack", "xp", "worth"}), "stat_block")


def _extra_creature(slots: Slots) -> float:
    named = len(slots.all("creature"))
    if not named:
        return -9.0
    if (
        (slots.classes and not _of_creature(slots))
        or slots.numbers.keys() & {"ac", "thac0", "roll", "pounds"}
        or slots.has("save", "turn", "backstab", "versus", "what_level")
    ):
        return -3.0
    points = 0.8 * slots.has(*_ASKED)
    points += 4.0 * (slots.has("damage") and bool(slots.words & _LESSENED) and bool(slots.words & {"take", "takes"}))
    points += 1.6 * (bool(slots.all("size")) and not slots.has("damage", "initiative"))
    alone = not any(
        kind in {"class", "race", "ability", "armor", "weapon", "spell", "skill", "category"} for kind in slots.found
    )
    points += 0.6 * (alone and not slots.numbers)
    points += 0.8 * ("intelligence" in slots.named_abilities) + 0.8 * (len(slots.items) <= 3)
    return (
        points
        - 1.0 * bool(slots.all("weapon") or slots.armor)
        - 0.8 * bool(slots.has("morale") and situations_of(slots))
    )


def _of_creature(slots: Slots) -> bool:
    """`Our druid and I wonder what the movement of a centaur is`: the fact is said to be the creature's."""
    if slots.has(*_OF_CREATURES_ALONE):
        return True
    for fact, of, *near in zip(slots.items, slots.items[1:], slots.items[2:], slots.items[3:], strict=False):
        if fact.is_cue(*_ITS_OWN) and of.token.text == "of" and any(item.value("creature") for item in near):
            return True
    return False


_OF_CREATURES_ALONE = ("magic_resistance", "number_appearing", "frequency", "terrain_word", "regenerates")
"""Facts that no person has, whatever class is named beside the creature."""
_ITS_OWN = frozenset({"movement", "alignment", "size", "morale", "hd", "magic_resistance", "intelligence_word"})


TOPICS = (
    topic(
        "creature",
        "a creature's statistics",
        cues=(
            "alignment=2.4 magic_resistance=2.4 stat_block=2.2 number_appearing=2 movement=1.8 special=1.8 "
            "frequency=1.8 "
            "drain=3.6 regenerates=3 hurt_by=3.6 intelligence_word=1.6 treasure=1.6 terrain_word=1.6 hd=1.4 "
            "damage=1.4 size=1.4 hp=1.2 "
            "attacks_per_round=1.2 "
            "what_ac morale=1 ac=0.8 thac0=0.6 "
            "attack=0.6 xp=0.6 worth=0.4 speed=0.4 creature=0.2 poison=0.2 encounter=0.2 "
            "dice=0.1 undead modifier need hit rounds range level spell die versus weight which_creatures chance wear "
            "extreme light turns search rolled missile heal may age feet"
        ),
        things=(
            "creature=1.8 ability=0.3 frequency=0.3 terrain=0.1 column=0.1 undead category creature_kind size "
            "racial_ability encounter_place item item_attack race material morale_situation spell"
        ),
        reply=reply_creature,
        extra=_extra_creature,
        each="creature",
    ),
)
