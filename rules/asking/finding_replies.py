"""Replies that look a table up from its other side: the armor of an armor class, experience with the prime bonus."""

from rules.asking.reply import Reply, listed, make_reply, single_class, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import spoken
from rules.loader import Rulebook

PRIME_SCORE, PRIME_PERCENT = 16, 10
_SUITS = frozenset({"armor", "armour", "armors", "suit", "suits"})
_ASKS = frozenset({"which", "what", "name", "kind", "kinds", "type", "of", "suit", "suits", "the", "an"})


def reply_armor_of_class(slots: Slots, book: Rulebook) -> Reply:
    """The suits that give an armor class by themselves."""
    table, wanted = book.table("armor"), int(slots.numbers["ac"])
    names = [str(row.exact[0]) for row in table.rows if row.values[0] == wanted]
    shown = sorted(spoken(name) for name in names if name != "none")
    text = f"{listed(shown).capitalize()}. Armor class {wanted} without shield and Dexterity: {listed(shown)}"
    return make_reply(text, {"armor": names, "armor_class": wanted}, shown or ["none"], source=(table.source,))


def _extra_armor_of_class(slots: Slots) -> float:
    fights = slots.has("hit", "versus", "attack", "thac0", "rolled", "need", "what_ac", "shield", "save")
    if "ac" not in slots.numbers or fights or slots.classes or slots.armor or slots.has_creature or slots.abilities:
        return -99.0
    asked = any(
        item.token.text in _SUITS
        and _ASKS
        & {*item.text.split(), *item.words, *(one.token.text for one in slots.items[max(0, place - 1) : place])}
        for place, item in enumerate(slots.items)
    )
    return 5.0 if asked and slots.words & {"which", "what", "name"} else -99.0


def reply_prime_bonus(slots: Slots, book: Rulebook) -> Reply:
    """The experience points with the bonus for high prime requisites, of which every one must be high."""
    name, points = single_class(slots), int(slots.numbers["xp"])
    table = book.table("prime_requisites")
    wanted = [str(ability) for ability in table.value(name)]
    high = all(_is_high(slots.abilities.get(ability)) for ability in wanted)
    total = points * (100 + PRIME_PERCENT) // 100 if high else points
    scores = listed([ability.capitalize() for ability in wanted])
    text = f"{total:,}. {with_article(name)} gains {PRIME_PERCENT} % more experience"
    text += f" with {PRIME_SCORE} or more in {scores}"
    values = {"experience_points": total, "bonus": total - points}
    missing = [ability for ability in wanted if ability not in slots.abilities]
    return make_reply(
        text,
        values,
        [total, total - points],
        source=(table.source,),
        assumptions=tuple(f"No {ability.capitalize()} is named, so it is below {PRIME_SCORE}." for ability in missing),
        doubt=0.3 if missing else 0.0,
    )


def _is_high(score: str | None) -> bool:
    return score is not None and int(score.split("/")[0]) >= PRIME_SCORE


def _extra_prime_bonus(slots: Slots) -> float:
    told = "xp" in slots.numbers and bool(slots.classes) and bool(slots.abilities) and slots.level is None
    return 5.0 if told and slots.has("prime_requisite") else -99.0


TOPICS = (
    topic(
        "armor_of_class",
        "the armor that gives an armor class",
        cues="ac=1 wear=1 modifier dice level extreme",
        things="ac=1 material",
        reply=reply_armor_of_class,
        extra=_extra_armor_of_class,
        tables=("armor",),
    ),
    topic(
        "prime_bonus",
        "experience with the bonus for prime requisites",
        cues="prime_requisite=1 xp=1 modifier=1 level percent gold need",
        things="class=1 xp=1 ability=0.6 score=0.4 table percent column",
        reply=reply_prime_bonus,
        extra=_extra_prime_bonus,
        tables=("prime_requisites",),
    ),
)
