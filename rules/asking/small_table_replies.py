"""Replies from small tables: morale of troops, what ages by magic, liquids that are thrown."""

from rules.asking.basic_replies import LIKELY
from rules.asking.reply import Reply, listed, make_reply
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import spoken
from rules.loader import Rulebook


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
    # Holy water harms undead and fiends, and hardly who else is named.
    person = name == "holy_water" and bool(slots.classes or slots.race)
    doubt = HARDLY_HARMED if person else 0.0
    return make_reply(text, dict(row), shown, source=(table.source,), assumptions=table.notes[1:], doubt=doubt)


HARDLY_HARMED = 0.3


def _extra_splash(slots: Slots) -> float:
    others = bool(slots.all("material") and slots.has("save")) or slots.has("item_save") or bool(slots.all("spell"))
    others = others or slots.has("price")
    harmed = slots.has("damage") or any(item.token.text.startswith("splash") for item in slots.items)
    return 6.0 if slots.all("liquid") and harmed and not others else -99.0


TOPICS = (
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
