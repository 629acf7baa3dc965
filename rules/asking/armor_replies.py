"""Replies about armor class, and about the saving throws of things."""

from itertools import pairwise
from typing import Any

from rules.abilities import ability_modifiers
from rules.asking.creature_names import creature_of
from rules.asking.protections import ENCHANTED, counting_together, pluses, protection_of
from rules.asking.reply import (
    MissingValue,
    NotCovered,
    Reply,
    listed,
    make_reply,
    require,
    score,
    with_article,
)
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import spoken
from rules.combat import armor_class
from rules.item_saves import item_save
from rules.loader import Rulebook
from rules.results import signed


def reply_item_save(slots: Slots, book: Rulebook) -> Reply:
    material = _material(slots)
    if material is None:
        require(slots, "material", "What is the item made of?")
    attack = _attack_on(slots)
    if attack is None:
        raise MissingValue(
            "Against what: acid, a crushing blow, disintegration, a fall, fire, cold or lightning?", "attack"
        )
    bonus = sum(slots.bonuses.values())
    found = item_save(material or "", attack, bonus=bonus, book=book)
    what = f"{spoken(found.material)} against {spoken(found.attack)}"
    if found.needed is None:
        text = f"None. The table gives {what} no saving throw"
        return make_reply(text, found.values(), ["none"], found)
    text = f"{found.needed}. {what[0].upper()}{what[1:]} saves on {found.needed} or more"
    if bonus:
        text += f" ({found.save} with {signed(bonus)} on the roll)"
    headline: list[Any] = [found.needed, found.chance_percent]
    values = found.values()
    if "roll" in slots.numbers:
        saved = int(slots.numbers["roll"]) >= found.needed
        text = f"{'Yes' if saved else 'No'}. {text}"
        headline.insert(0, "yes" if saved else "no")
        values |= {"saved": saved}
    return make_reply(f"{text}, a chance of {found.chance_percent} %", values, headline, found)


def _attack_on(slots: Slots) -> str | None:
    """What strikes the thing: the last that is named behind `against`, else the first."""
    named = [(place, item.value("item_attack")) for place, item in enumerate(slots.items) if item.value("item_attack")]
    against = slots.place_of("versus")
    behind = [name for place, name in named if place > against]
    return next(iter(behind), None) or next((name for _, name in named), None)


_LIQUIDS = frozenset({"potion", "oil"})


def _material(slots: Slots) -> str | None:
    """What is saved: `glass potion bottle` and `thick wooden chest` name it twice; the more exact word counts."""
    found = list(slots.all("material"))
    attacks = set(slots.places.get("item_attack", ()))
    only = [
        value
        for place, item in enumerate(slots.items)
        if place not in attacks
        for kind, value in item.senses
        if kind == "material"
    ]
    found = list(dict.fromkeys(only)) or found
    if any(name in _LIQUIDS for name in found):
        return next(name for name in found if name in _LIQUIDS)
    # What a thing is made of stands before its name: `metal box`, `leather backpack`.
    return found[0] if found else None


_ONLY_THINGS = frozenset({"material", "item_attack", "item", "armor", "situation"})


_OWNERS = frozenset({"his", "her", "their", "my", "our", "its", "your"})


def _is_owned(slots: Slots) -> bool:
    """`The wizard's scrolls have to save`, `his steel sword's item save`: the thing is asked about, not who has it."""
    if slots.level is not None or not (slots.all("item_attack") or slots.has("item_save")):
        return False
    if not slots.has("save", "item_save", "need") or slots.has("damage", "which_die"):
        return False
    return any(
        any(one.value("class") or one.token.text in _OWNERS for one in slots.items[max(0, place - 2) : place])
        for place in slots.places.get("material", ())
        if not slots.items[place].value("item_attack")
    )


def _extra_item_save(slots: Slots) -> float:
    if slots.classes and slots.all("material") and _is_owned(slots):
        return 5.0 + 0.8 * slots.has("save", "item_save")
    if not slots.all("material") or slots.classes or slots.has("initiative", "turn"):
        if not slots.classes and any(item.text.startswith("item sav") for item in slots.items):
            return 2.0
        return -9.0 if not slots.all("material") else -3.0
    points = 1.2 * bool(slots.all("item_attack")) * slots.has("save", "item_save")
    points += 3.0 * (bool(slots.all("item_attack")) and slots.found.keys() <= _ONLY_THINGS and len(slots.items) < 6)
    return (
        points
        + 0.8 * (slots.has("save") and not slots.has_creature)
        - 1.0 * slots.has("damage") * ("feet" in slots.numbers)
    )


def _asks_the_difference(slots: Slots) -> bool:
    words = {word for item in slots.items for word in item.text.split()}
    does_to = any(one.token.text in {"do", "does"} and after.token.text == "to" for one, after in pairwise(slots.items))
    return does_to or slots.has("change") or bool(words & _CHANGES)


_CHANGES = frozenset(
    {"changed", "altered", "shifted", "improved", "lowered", "reduced", "raised", "affected",
     "improve", "improves", "bonus", "worth", "modifier", "adjustment", "add", "adds", "give", "gives", "change",
     "changes", "affect", "affects", "better", "lower", "lowers", "raise", "raises", "worsen", "worsens", "help"}
)  # fmt: skip


_WORN = frozenset({"armor", "armour", "suit", "outfit"})
_OWN = frozenset({"my", "his", "her", "their", "our", "new", "old", "the", "this", "that", "some", "enchanted"})


def _is_unnamed(slots: Slots) -> bool:
    """`In my new armor`: an armor is worn that nobody names."""
    return any(
        slots.items[place - back].token.text in _OWN
        and item.token.text in _WORN
        and not item.value("armor")
        and not item.is_cue("ac")
        for place, item in enumerate(slots.items)
        for back in (1, 2, 3)
        if place >= back and (back < 3 or slots.items[place - 2].is_cue("shield"))
    )


def _ask_for_unstated(slots: Slots) -> None:
    """Ask for the Dexterity or the bonus that is said to count and is not told."""
    if slots.words & _LEFT_OUT or slots.bonuses:
        return
    if "dexterity" in slots.named_abilities and "dexterity" not in slots.abilities:
        raise MissingValue("Which Dexterity?", "dexterity")
    magic = any(
        item.token.text in ENCHANTED and any(one.value("armor") or one.is_cue("shield") for one in ahead)
        for item, ahead in ((item, slots.items[place + 1 : place + 4]) for place, item in enumerate(slots.items))
    )
    if magic:
        raise MissingValue("Which magical bonus does it have?", "bonus")


_LEFT_OUT = frozenset(
    {"without", "no", "not", "ignoring", "ignore", "before", "excluding", "except", "neither", "normal", "non",
     "average", "ordinary", "nothing", "nonmagical", "mundane", "unmodified", "aside", "apart"}
)  # fmt: skip


def _ask_for_armor(slots: Slots, dexterity: int | None) -> None:
    """Ask for the armor, or for what is said to count beside it; raises NotCovered for a thing that is not here."""
    if slots.armor is None and dexterity is None and not slots.shield and not pluses(slots):
        if slots.unknown and not slots.classes and slots.race is None and not slots.words & {*_WORN, "mail", "plate"}:
            raise NotCovered(f"“{slots.unknown[0]}” is not in the rule base")
        raise MissingValue("Which armor is worn, and is there a shield?", "armor")
    _ask_for_unstated(slots)


def reply_armor_class(slots: Slots, book: Rulebook) -> Reply:
    creature = creature_of(slots.one("creature"))
    if creature is not None and slots.armor is None and not slots.shield:
        text = f"{creature.armor_class}. {with_article(creature.spoken)} has armor class {creature.armor_class}"
        return make_reply(text, {"armor_class": creature.armor_class}, [creature.armor_class], source=(creature.where,))
    if (together := counting_together(slots, book)) is not None:
        return together
    if slots.armor is None and not pluses(slots) and "ac" not in slots.numbers and _is_unnamed(slots):
        raise MissingValue("Which armor is it?", "armor")
    if (
        slots.shield
        and not _is_unnamed(slots)
        and slots.armor is None
        and not slots.abilities
        and not slots.bonuses
        and _asks_the_difference(slots)
    ):
        source = book.table("shield").source
        text = "-1. A shield lowers the armor class by 1, whatever its size"
        return make_reply(text, {"armor_class": -1}, ["-1", "1"], source=(source,))
    dexterity = score(slots, "dexterity")
    if dexterity is not None and _asks_the_difference(slots) and not (slots.armor or slots.shield or slots.bonuses):
        modifiers = ability_modifiers("dexterity", dexterity, book=book)
        change = modifiers.modifiers["defense"]
        text = f"{signed(change)}. Dexterity {dexterity} changes the armor class by {signed(change)}"
        return make_reply(text, {"armor_class": change}, [signed(change), abs(change)], modifiers)
    _ask_for_armor(slots, dexterity)
    rear = slots.one("situation") in {"rear", "surprised"}
    magic = protection_of(slots, shield=slots.shield and not rear)
    arguments: dict[str, Any] = {
        "shield": slots.shield and not rear,
        "dexterity": None if rear else dexterity,
        "base_ac": 10 if "ac" not in slots.numbers else int(slots.numbers["ac"]),
        "magic_bonus": magic.bonus,
    }
    found = armor_class(slots.armor, book=book, **arguments)
    first, *rest = found.breakdown
    label = f"{first.label[0].upper()}{first.label[1:]} gives" if "ac" not in slots.numbers else "The armor gives"
    text = f"{found.final_ac}. {label} armor class {first.value}"
    if rest:
        text += f"; {listed([f'{part.label} {part.value}' for part in rest])}, so {found.final_ac}"
    assumed = list(magic.notes)
    bare = slots.armor is None and "ac" not in slots.numbers and not slots.bonuses
    if "ac" in slots.numbers:
        assumed.append(f"Armor class {slots.numbers['ac']} is taken to be without shield and Dexterity.")
    elif slots.armor is None:
        assumed.append("No armor is named, so none is worn.")
    if rear:
        assumed.append("From behind and when surprised, shield and Dexterity do not count.")
    return make_reply(
        text,
        found.values(),
        [found.final_ac],
        found,
        assumptions=tuple(assumed),
        doubt=magic.doubt + (0.3 if bare and not slots.shield else 0.0),
    )


def _extra_armor_class(slots: Slots) -> float:
    if "ac" in slots.numbers:
        alone = not slots.has("hit", "versus", "thac0", "attack", "rolled", "need")
        # Behind `a level 13 fighter from behind` the armor class is that of whom he attacks.
        alone = alone and not (slots.level is not None and slots.all("situation"))
        return 0.6 if alone and (slots.shield or "dexterity" in slots.abilities) else -9.0
    hidden = slots.has("cover", "concealment") and not (slots.armor or slots.shield or slots.abilities)
    if hidden or slots.has("thac0", "turn") or (slots.has("what_ac") and "roll" in slots.numbers):
        return -3.0
    worn = bool(slots.armor) or slots.shield
    asks_leave = slots.has("may") and slots.has("wear") and not slots.has("ac") and not slots.classes
    if asks_leave or (slots.race is not None and not worn and (slots.all("creature_kind") or slots.all("creature"))):
        return -9.0
    if slots.classes and not slots.has("ac") and not slots.level and not slots.abilities and not slots.bonuses:
        return -1.5
    if slots.has("hit", "attack") and not slots.has("ac"):
        return -1.5
    points = 1.6 * ("dexterity" in slots.abilities and slots.has("ac") and not slots.has("modifier"))
    points += (
        1.2
        * worn
        * (not slots.has("save", "item_save", "weight", "thief_skills", "may", "damage_type", "load", "movement"))
    )
    return points + 1.0 * bool(slots.armor) * ("dexterity" in slots.abilities or slots.shield)


TOPICS = (
    topic(
        "item_save",
        "saving throws of items",
        cues=(
            "save=2.4 item_save=2.2 versus=0.4 rolled=0.3 chance=0.3 need=0.2 fall=0.2 light weapon shield "
            "spell missile "
            "hit attack cast feet turn creature door poison gem coins breath_holding die heal duration"
        ),
        things=(
            "material=1.2 item_attack=1.2 roll=0.3 spell=0.2 category=0.2 weapon=0.1 armor=0.1 creature=0.1 item "
            "light_source column size ammunition initiative_situation skill"
        ),
        reply=reply_item_save,
        extra=_extra_item_save,
        tables=("item_saves", "item_attacks"),
    ),
    topic(
        "armor_class",
        "armor class by armor, shield and Dexterity",
        cues=(
            "ac=3 shield=1 wear=0.6 what_ac=0.6 no_shield=0.5 modifier=0.2 versus=-0.5 creature level "
            "extreme stat_block "
            "magic_item score weapon need surprise"
        ),
        things=(
            "armor=1.6 protection=0.8 ability=0.4 ac=0.4 score=0.3 creature=0.3 situation=0.2 class=0.1 race=0.1 "
            "material level undead item size spell column"
        ),
        reply=reply_armor_class,
        extra=_extra_armor_class,
        each="armor",
        tables=("armor", "shield"),
    ),
)
