"""Replies about saving throws and armor class."""

from collections.abc import Sequence

from rules.asking.reply import MissingValue, Reply, class_and_level, describe, listed, make_reply, score, with_article
from rules.asking.slots import Slots
from rules.characters import spoken
from rules.combat import armor_class
from rules.loader import Rulebook
from rules.results import Part, plain, signed, sources_of
from rules.saves import CATEGORIES, SPOKEN_CATEGORIES, SaveModifier, saving_throws


def reply_saving_throw(slots: Slots, book: Rulebook) -> Reply:
    name, level = class_and_level(slots)
    found = saving_throws(
        name,
        level,
        race=slots.race,
        constitution=score(slots, "constitution"),
        wisdom=score(slots, "wisdom"),
        dexterity=score(slots, "dexterity"),
        book=book,
    )
    who, base = with_article(describe(slots, book, lowest=0)), found.base()
    if not slots.categories:
        words = listed([f"{base[category]} ({SPOKEN_CATEGORIES[category]})" for category in CATEGORIES])
        text = f"{', '.join(str(value) for value in base.values())}. {who} saves on {words}"
        return make_reply(text + _modifier_words(found.modifiers), base | {"modifiers": plain(found.modifiers)}, found)
    category = min(slots.categories, key=CATEGORIES.index)
    text = f"{base[category]}. {who} saves against {SPOKEN_CATEGORIES[category]} on {base[category]} or more"
    applying = tuple(one for one in found.modifiers if category in one.applies_to)
    always = sum(one.bonus for one in applying if not one.condition)
    if always:
        needed = max(1, base[category] - always)
        text += f"; with {signed(always)} on the roll for the {found.character_class}, {needed} or more succeeds"
        applying = tuple(one for one in applying if one.condition)
    leftmost = (
        ("An effect that fits two categories uses the one further left in the table.",)
        if len(slots.categories) > 1
        else ()
    )
    values = base | {"category": category, "needed": base[category], "bonus": always}
    values["modifiers"] = [plain(one) for one in found.modifiers if category in one.applies_to]
    return make_reply(text + _modifier_words(applying), values, found, assumptions=leftmost)


def _modifier_words(modifiers: Sequence[SaveModifier]) -> str:
    shown = [
        f"{one.label} {signed(one.bonus)}{f' against {one.condition}' if one.condition else ''}" for one in modifiers
    ]
    return f"; on the roll: {listed(shown)}" if shown else ""


def reply_racial_save(slots: Slots, book: Rulebook) -> Reply:
    race = slots.race or ""
    constitution = score(slots, "constitution")
    if constitution is None:
        raise MissingValue(f"Which Constitution does the {spoken(race)} have?", "constitution")
    # The bonus does not depend on class or level; any class shows it.
    found = saving_throws("fighter", 1, race=race, constitution=constitution, book=book)
    bonus = max((one.bonus for one in found.modifiers), default=0)
    against = [SPOKEN_CATEGORIES[name] for one in found.modifiers for name in one.applies_to if not one.condition]
    against += [one.condition for one in found.modifiers if one.condition]
    text = (
        f"{signed(bonus)}. {with_article(spoken(race))} with Constitution {constitution} adds {bonus} to saving throws"
    )
    text += f" against {listed(against)}" if against else ""
    parts = tuple(Part(one.label, signed(one.bonus), one.source) for one in found.modifiers)
    source = sources_of(*parts) or (book.table("constitution_saves").source,)
    return Reply(f"{text} ({'; '.join(source)}).", {"bonus": bonus, "modifiers": plain(found.modifiers)}, parts, source)


def reply_armor_class(slots: Slots, book: Rulebook) -> Reply:
    dexterity = score(slots, "dexterity")
    if slots.armor is None and dexterity is None and not slots.shield:
        raise MissingValue("Which armor is worn, and is there a shield?", "armor")
    found = armor_class(
        slots.armor,
        shield=slots.shield,
        dexterity=dexterity,
        base_ac=10 if slots.ac is None else slots.ac,
        magic_bonus=slots.armor_bonus,
        book=book,
    )
    first, *rest = found.breakdown
    label = f"{first.label[0].upper()}{first.label[1:]} gives" if slots.ac is None else "The armor gives"
    text = f"{found.final_ac}. {label} armor class {first.value}"
    if rest:
        text += f"; {listed([f'{part.label} {part.value}' for part in rest])}, so {found.final_ac}"
    assumed: tuple[str, ...] = ()
    if slots.ac is not None:
        assumed = (f"Armor class {slots.ac} is taken to be without shield and Dexterity.",)
    elif slots.armor is None:
        assumed = ("No armor is named, so none is worn.",)
    return make_reply(text, found.values(), found, assumptions=assumed)
