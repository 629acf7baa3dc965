"""Replies about rules of one line."""

from collections.abc import Callable

from rules.asking.casting_replies import asks_whether
from rules.asking.patterns import FROM_LEVEL, OF_LEVEL, find_rule
from rules.asking.reply import NotCovered, Reply, make_reply
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.loader import Rulebook

RULES = ("basic_rules", "dungeon_master_rules")
DOUBT = 0.15
"""What each word costs that a rule does not explain."""
LIKELY = 9.0
PER_HAND = 2
COINS_A_POUND = 50
LEVELS_A_STEP = 3
"""For so many levels of a bard his listeners save with -1."""
OPEN_TO = {
    "exceptional_strength_who": frozenset({"warrior"}),
    "specialisation_who": frozenset({"fighter"}),
    "two_weapon_who": frozenset({"warrior", "rogue"}),
    "dual_class_race": frozenset({"human"}),
    "raise_elf": frozenset({"human", "dwarf", "gnome", "half-elf", "halfling"}),
}
"""Rules that are for some only: the groups, classes or races that they are for."""
CLOSED_TO = {"exceptional_strength_who": frozenset({"halfling"})}
"""And who is left out although their group or class is in."""

IMMUNE = frozenset({"immune_elf_ghoul"})
"""Rules that say yes, somebody is immune: asked whether it harms them, the answer is no."""
KEPT = frozenset({"charge_dexterity", "surprise_dexterity_bonus", "shield_from_rear"})
"""Rules that say no, something does not count: asked whether it is lost, the answer is yes."""
_LOST = frozenset({"lose", "loses", "lost", "losing", "forfeit", "forfeits", "negated", "negate", "negates", "drop"})
_HARMS = frozenset(
    {"paralyse", "paralyze", "paralyses", "paralyzes", "paralysed", "paralyzed", "affect", "affects", "affected",
     "freeze", "harm", "hurt", "stun"}
)  # fmt: skip
_UNHARMED = frozenset(
    {"immune", "immunity", "unaffected", "safe", "resist", "exempt", "cant", "cannot", "not", "never"}
)


def reply_basic_rule(slots: Slots, book: Rulebook) -> Reply:
    """The rule of one line that the question names."""
    found = find_rule(slots)
    if found is None:
        raise NotCovered("That rule is not in the rule base")
    return tell_rule(found.rule, slots, book, doubt=DOUBT * len(found.unexplained))


def tell_rule(rule: str, slots: Slots, book: Rulebook, *, doubt: float) -> Reply:
    """A rule of one line by its name; raises NotCovered when its table is switched off."""
    table = next((book.table(name) for name in RULES if name in book.tables and book.table(name).covers(rule)), None)
    if table is None:
        raise NotCovered("That rule is not in the rule base")
    row = table.find(rule)
    shown, sentence = list(row["shown"]), str(row["sentence"])
    if rule in OF_LEVEL and (counted := _counted(rule, slots)) is not None:
        shown = [str(counted), *shown]
        sentence = f"{counted} here; {sentence}"
    if (open_to := _is_open(rule, slots, book)) is not None:
        shown = ["yes" if open_to else "no", *shown]
    if rule in FROM_LEVEL and slots.level is not None and slots.level.isdecimal() and asks_whether(slots):
        shown = ["yes" if int(slots.level) >= int(shown[0]) else "no", *shown]
    if shown[0] == "yes" and rule in IMMUNE and slots.words & _HARMS and not slots.words & _UNHARMED:
        shown = ["no", *shown[1:]]
    if shown[0] == "no" and rule in KEPT and slots.words & _LOST:
        shown = ["yes", *shown[1:]]
    values = {"rule": rule, "value": shown[0]}
    text = f"{shown[0][0].upper()}{shown[0][1:]}: {sentence}"
    return make_reply(text, values, shown, source=(table.source,), doubt=doubt)


def _is_open(rule: str, slots: Slots, book: Rulebook) -> bool | None:
    """Whether a rule that is for some classes or races only holds for who is named; None for others or nobody."""
    if rule not in OPEN_TO or not (slots.classes or slots.race):
        return None
    groups = {str(book.table("classes").find(name)["group"]) for name in slots.classes}
    named = {*slots.classes, *groups, *slots.all("race")}
    return bool(named & OPEN_TO[rule]) and not named & CLOSED_TO.get(rule, frozenset())


def _counted(rule: str, slots: Slots) -> int | None:
    """The number of the rule times the number of the question."""
    if slots.numbers.keys() & {"pounds", "years", "hp", "xp", *(() if rule == "coins_per_pound" else ("gold",))}:
        return None
    lone = next((item.token.number for item in slots.items if item.kind in {"number", "ordinal"}), None)
    level = int(slots.level) if slots.level and slots.level.isdecimal() else lone
    if level is None:
        return None
    if rule in _OF_LONE:
        return _OF_LONE[rule](lone) if lone is not None else None
    return _OF_LEVEL[rule](level) or None


def _in_pounds(coins: int) -> int | None:
    return coins // COINS_A_POUND if coins >= COINS_A_POUND else None


_OF_LONE: dict[str, Callable[[int], int | None]] = {
    "charge_movement": lambda rate: rate * 3 // 2,
    "coins_per_pound": _in_pounds,
}
"""Rules that make something of a number that is told, and no level."""
_OF_LEVEL: dict[str, Callable[[int], int]] = {
    "lay_on_hands": lambda level: PER_HAND * level,
    "memorizing": lambda level: 10 * level,
    "movement_in_yards": lambda rate: 10 * rate,
    "bard_lore": lambda level: 5 * level,
    "bard_influence": lambda level: -(level // LEVELS_A_STEP),
}


def _extra_basic_rule(slots: Slots) -> float:
    found = find_rule(slots)
    if found is None or ("xp" in slots.cues and "level" in slots.numbers and not found.rule.startswith(_OF_XP)):
        return -99.0
    if found.rule == "related_weapon" and slots.classes:
        return -99.0  # half of what is the class's own
    if found.rule == "paladin_turning" and slots.level is not None and "as" in slots.words:
        return -99.0  # as which cleric this paladin turns follows from the level
    return LIKELY + found.strength - 2.0 * len(found.unexplained)


_OF_XP = ("experience", "xp", "awards", "prime", "dual", "most_levels", "multi")


_ALL = (
    "level hp xp hd save hit attack initiative surprise morale reaction turn thac0 ac damage spell cast spell_slots "
    "movement load may need modifier chance percent racial multi_class require prime_requisite rounds turns missile "
    "listen light duration thief_skills dice rolled versus undead heal days what_level next_level special creature "
    "extreme age coins gold pounds weight feet yards attacks_per_round specialised two_weapons item_save magic_item "
    "range distance encounter start_age score become door search proficiency nonweapon hours fall poison command "
    "number_appearing stat_block price bonus_spells school two_handed casting_time die kill worth speed "
    "how_many_missiles"
)
_ALL_THINGS = (
    "class race level creature ability situation skill category item_attack item undead race column not_counted "
    "dice roll "
    "hp feet yards racial_ability initiative_situation surprise_situation material spell score uncovered armor table "
    "specialist rounds turns morale_situation age_category xp coin ware liquid troops cause size terrain percent "
    "encounter_place creature_kind weapon other_class light_source hit_dice rating gold pounds share load_category"
)

TOPICS = (
    topic(
        "basic_rule",
        "a rule of one line",
        cues=_ALL,
        things=_ALL_THINGS,
        reply=reply_basic_rule,
        extra=_extra_basic_rule,
        tables=RULES,
    ),
)
