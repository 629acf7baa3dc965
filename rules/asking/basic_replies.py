"""Replies about rules of one line, prices, coins, and what stands in small tables of its own."""

from typing import Any

from rules.asking.casting_replies import asks_whether
from rules.asking.patterns import FROM_LEVEL, OF_LEVEL, find_rule
from rules.asking.reply import MissingValue, NotCovered, Reply, joined, listed, make_reply, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import spoken
from rules.loader import Rulebook
from rules.table import Table

RULES = ("basic_rules", "dungeon_master_rules")
DOUBT = 0.15
"""What each word costs that a rule does not explain."""
LIKELY = 9.0
PER_HAND = 2
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
    lone = next((item.token.number for item in slots.items if item.kind in {"number", "ordinal"}), None)
    level = int(slots.level) if slots.level and slots.level.isdecimal() else lone
    if level is None:
        return None
    each = {"lay_on_hands": PER_HAND, "memorizing": 10, "movement_in_yards": 10, "bard_lore": 5}
    return each[rule] * level


def _extra_basic_rule(slots: Slots) -> float:
    found = find_rule(slots)
    return -99.0 if found is None else LIKELY + found.strength - 2.0 * len(found.unexplained)


def reply_price(slots: Slots, book: Rulebook) -> Reply:
    """What weapons, suits of armor and pieces of gear cost."""
    tables = {kind: book.table(name) for kind, name in _PRICED}
    found: dict[int, tuple[str, str]] = {}
    for kind, table in tables.items():
        for thing in slots.all(kind):
            place = next(at for at, item in enumerate(slots.items) if (kind, thing) in item.senses)
            if table.covers(thing):
                found.setdefault(place, (kind, thing))
    if not found:
        raise NotCovered("That price is not in the rule base")
    named = [found[place] for place in sorted(found)][:MOST_PRICES]
    counts = [_number_before(slots, thing) for _, thing in named]
    replies = [_price_of(*one, tables[one[0]], count) for one, count in zip(named, counts, strict=True)]
    return joined(replies, same=True, names=[thing for _, thing in named])


def _number_before(slots: Slots, thing: str) -> int:
    """The three of `three daggers`; 1 where the table counts in dozens itself."""
    place = next(at for at, item in enumerate(slots.items) if any(value == thing for _, value in item.senses))
    before = slots.items[place - 1] if place else None
    several = any(word in thing for word in ("arrow", "quarrel", "bolt", "bullet", "stone"))
    return before.token.number if before is not None and before.kind == "number" and not several else 1


_PRICED = (("ware", "gear_prices"), ("weapon", "weapon_prices"), ("armor", "armor_prices"))
MOST_PRICES = 5


def _price_of(kind: str, thing: str, table: Table, count: int) -> Reply:
    row = table.find(thing)
    if kind == "armor":
        least, most = row["least"], row["most"]
        shown = [str(least)] if least == most else [f"{least}-{most}", str(least), str(most)]
        coin = "gp"
    else:
        shown, coin = [str(row["price"])], str(row["coin"])
    text = f"{shown[0]} {coin}. {with_article(spoken(thing))} costs {shown[0]} {coin}"
    values: dict[str, Any] = {"price": shown[0], "coin": coin}
    if count > 1 and shown[0].isdecimal():
        total = int(shown[0]) * count
        text, shown = f"{total} {coin} for {count}. {text}", [str(total), f"{total} {coin}", *shown]
        values |= {"count": count, "total": total}
    return make_reply(text, values, [*shown, f"{values['price']} {coin}"], source=(table.source,))


def _extra_price(slots: Slots) -> float:
    things = any(slots.all(kind) for kind in ("ware", "weapon", "armor"))
    asked = slots.has("price") or (bool(slots.all("ware")) and _how_much(slots) and "gold" in slots.cues)
    asked = asked or (bool(slots.all("ware")) and _how_much(slots) and _only_small(slots))
    if slots.all("skill") and slots.armor is not None:
        return -99.0
    return (LIKELY if things else -1.0) if asked and not slots.has("repair", "save") else -99.0


def _how_much(slots: Slots) -> bool:
    return {"how", "much"} <= slots.words


def _only_small(slots: Slots) -> bool:
    return slots.has("worth") or (
        any(item.token.text in {"for", "is"} for item in slots.items) and len(slots.items) < 9
    )


def reply_coins(slots: Slots, book: Rulebook) -> Reply:
    """How many of one coin another is worth."""
    table = book.table("coins")
    named = list(slots.all("coin"))
    if len(named) < 2:
        if not named:
            raise MissingValue("Which coins?", "coin")
        named = [named[0], "gold" if named[0] != "gold" else "silver"]
    one, other = sorted(named[:2], key=lambda coin: int(table.value(coin)))
    rate = int(table.value(other)) / int(table.value(one))
    count = _how_many(slots, other)
    if count > 1:
        total = f"{rate * count:g}"
        text = f"{total}. {count} {other} pieces are worth {total} {one} pieces, at {rate:g} for one"
        return make_reply(text, {"rate": rate, "total": total}, [total, f"{rate:g}"], source=(table.source,))
    text = f"{rate:g}. One {other} piece is worth {rate:g} {one} pieces"
    return make_reply(text, {"rate": rate}, [f"{rate:g}"], source=(table.source,))


def _how_many(slots: Slots, coin: str) -> int:
    for before, item in zip(slots.items, slots.items[1:], strict=False):
        if item.value("coin") == coin and before.kind == "number":
            return before.token.number
    return 1


def named_of(slots: Slots) -> frozenset[str]:
    """The coins named."""
    return frozenset(slots.all("coin"))


def _extra_coins(slots: Slots) -> float:
    named = len(slots.all("coin"))
    words = slots.words
    changed = bool(
        words & {"exchange", "per", "worth", "equal", "equals", "convert", "conversion", "many", "change", "in", "to"}
    )
    gained = slots.has("xp") and "electrum" not in named_of(slots)
    others = slots.classes or slots.all("creature") or slots.letters or slots.has("treasure") or gained
    pair = (
        named > 1
        or "exchange" in words
        or (named == 1 and "gold" not in named_of(slots) and bool(words & {"gold", "gp"}) and "many" in words)
    )
    return 7.0 if named and changed and not others and pair else -99.0


def reply_funds(slots: Slots, book: Rulebook) -> Reply:
    """What a new character has to spend."""
    table = book.table("starting_funds")
    if not slots.classes:
        raise MissingValue("Which class?", "class")
    group = str(book.table("classes").find(slots.classes[0])["group"])
    row = table.find(group)
    shown = f"{row['dice']} x {row['times']}"
    shown = f"({row['dice']}) x {row['times']}" if "+" in row["dice"] else shown
    text = f"{shown} gp. {with_article(slots.classes[0])} starts with {shown} gold pieces"
    return make_reply(
        text, {"dice": row["dice"], "times": row["times"]}, [shown, row["dice"], row["times"]], source=(table.source,)
    )


def _extra_funds(slots: Slots) -> float:
    words = slots.words
    begins = slots.has("start_age") or bool(
        words & {"initial", "first", "begin", "begins", "new", "beginning", "starting"}
    )
    money = bool(words & {"spend", "money", "gold", "gp", "funds", "cash", "coin", "coins", "wealth"})
    money = money and not words & {"points", "skill", "skills"}
    return LIKELY if begins and money and not slots.has("treasure", "xp") and not slots.all("ware") else -99.0


def reply_troops(slots: Slots, book: Rulebook) -> Reply:
    """The base morale of troops and of company."""
    table, name = book.table("morale_of_troops"), slots.one("troops") or ""
    rating = int(table.value(name))
    text = f"{rating}. {spoken(name).capitalize()} have a base morale of {rating}"
    return make_reply(text, {"rating": rating}, [rating], source=(table.source,), assumptions=table.notes[1:])


def _extra_troops(slots: Slots) -> float:
    return LIKELY - 3 if slots.all("troops") and slots.has("morale") and not slots.all("morale_situation") else -99.0


def reply_magical_ageing(slots: Slots, book: Rulebook) -> Reply:
    """How many years magic takes."""
    table = book.table("magical_ageing")
    names = slots.all("cause")
    if not names:
        rows = [(row.exact[0], row.values[0][0]) for row in table.rows]
        words = listed([f"{spoken(name)} {years}" for name, years in rows])
        text = f"{rows[0][1]}. These age a character, in years: {words}"
        return make_reply(text, dict(rows), [rows[0][1]], source=(table.source,))
    name = names[-1]
    shown = list(table.value(name))
    unit = "year" if shown[0] == "1" else "years"
    text = f"{shown[0]} {unit}. {spoken(name).capitalize()} ages a character by {shown[0]}"
    return make_reply(text, {"years": shown[0]}, shown, source=(table.source,))


def _extra_magical_ageing(slots: Slots) -> float:
    asked = slots.has("age", "years") and bool(slots.all("cause"))
    return LIKELY if asked and slots.race is None and "years" not in slots.numbers else -99.0


def reply_splash(slots: Slots, book: Rulebook) -> Reply:
    """What a liquid does that is thrown."""
    table, name = book.table("splashing_liquids"), slots.one("liquid") or ""
    row = table.find(name)
    splashed = any(item.token.text.startswith("splash") for item in slots.items)
    shown = [row["splash"], row["direct_hit"]] if splashed else [row["direct_hit"], row["splash"]]
    text = f"{shown[0]}. {spoken(name).capitalize()} does {row['direct_hit']} on a hit and {row['splash']} by splashing"
    return make_reply(text, dict(row), shown, source=(table.source,), assumptions=table.notes[1:])


def _extra_splash(slots: Slots) -> float:
    others = bool(slots.all("material") and slots.has("save")) or slots.has("item_save") or bool(slots.all("spell"))
    others = others or slots.has("price")
    harmed = slots.has("damage") or any(item.token.text.startswith("splash") for item in slots.items)
    return 6.0 if slots.all("liquid") and harmed and not others else -99.0


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
    topic(
        "price",
        "prices of weapons, armor and gear",
        cues=(
            "price=2.4 gold need weapon worth wear two_handed light may feet load shield weight hit missile rounds days"
        ),
        things=(
            "ware=1 weapon=0.6 armor=0.6 light_source material feet item gold ammunition coin creature "
            "item_attack liquid"
        ),
        reply=reply_price,
        extra=_extra_price,
        tables=("weapon_prices", "armor_prices", "gear_prices"),
    ),
    topic(
        "coins",
        "what coins are worth",
        cues="coins gold worth price xp treasure modifier need spell_slots rounds",
        things="coin=1 gold coins material ware",
        reply=reply_coins,
        extra=_extra_coins,
        tables=("coins",),
    ),
    topic(
        "starting_funds",
        "what a new character has to spend",
        cues="start_age gold coins level price dice rolled need treasure may",
        things="class=1 coin material level race",
        reply=reply_funds,
        extra=_extra_funds,
        tables=("starting_funds",),
    ),
    topic(
        "troops_morale",
        "base morale by kind of troops",
        cues="morale=3 modifier need rolled chance creature intelligence_word undead",
        things="troops=1 creature_kind column creature",
        reply=reply_troops,
        extra=_extra_troops,
        tables=("morale_of_troops",),
    ),
    topic(
        "magical_ageing",
        "what ages a character by magic",
        cues="age=2 years=0.4 cast spell what_level may modifier creature hit duration need range speed special",
        things="cause=1 spell creature undead not_counted initiative_situation class uncovered item material",
        reply=reply_magical_ageing,
        extra=_extra_magical_ageing,
        tables=("magical_ageing",),
    ),
    topic(
        "splash",
        "damage of liquids that are thrown",
        cues="damage=1 hit light missile attack rolled fall versus undead item_save",
        things=(
            "liquid=1 creature_kind class item_attack material creature ware light_source undead item armor "
            "uncovered ammunition"
        ),
        reply=reply_splash,
        extra=_extra_splash,
        tables=("splashing_liquids",),
    ),
)
