"""Replies about morale."""

import re
from typing import Any

from rules.asking.casting_replies import asks_whether
from rules.asking.reply import MissingValue, Reply, listed, make_reply, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import as_text
from rules.characters import spoken
from rules.loader import Rulebook
from rules.morale import morale
from rules.results import Part, signed


def reply_morale(slots: Slots, book: Rulebook) -> Reply:
    situations = situations_of(slots)
    rating, creature = _rating(slots), slots.one("creature")
    if rating is None and creature is None and (band := _band_named(slots, book)) is not None:
        return band
    alone = (slots.has("modifier") or bool(slots.words & _CHANGES)) and not slots.words & _WHOLE
    alone = alone or _DOES_TO.search(as_text(slots.items)) is not None
    if situations and (alone or (rating is None and creature is None)):
        return _modifiers(situations, book)
    if rating is None and creature is None:
        if slots.left_over and slots.left_over[0].isdecimal() and len(slots.left_over) == 1:
            rating = int(slots.left_over[0])
        else:
            raise MissingValue("Which morale rating, or which creature?", "rating")
    found = morale(rating if rating is not None else creature or "", situations=situations, book=book)
    who = (
        f"a rating of {found.rating}"
        if found.creature is None
        else f"{with_article(spoken(found.creature)).lower()} with a rating of {found.rating}"
    )
    text = (
        f"{found.needed}. {who[0].upper()}{who[1:]} ({found.name}) stands on {found.needed} or less on 2d10, a "
        f"chance of {found.chance_percent} %"
    )
    if situations:
        text += f", with {signed(found.modifier)} for {listed([spoken(one) for one in situations])}"
    headline: list[Any] = [found.needed, found.name, found.chance_percent]
    headline += [signed(found.modifier)] * bool(situations)
    values = found.values()
    if found.rating_range[0] != found.rating_range[1]:
        low, high = found.rating_range
        headline.append(f"{low}-{high}")
    if (whether := _is_of_band(slots, found.name)) is not None:
        text = f"{whether.capitalize()}. {text}"
        headline.insert(0, whether)
        return make_reply(text, values, headline, found)
    if _asks_name(slots) and not situations:
        text = f"{found.name.capitalize()}. {text}"
        headline = [found.name, found.needed, found.chance_percent]
    if "roll" in slots.numbers:
        stands = int(slots.numbers["roll"]) <= found.needed
        said = "yes" if stands != bool(slots.words & _BREAKS) else "no"
        text = f"{said.capitalize()}. A roll of {slots.numbers['roll']} {'stands' if stands else 'breaks'}. {text}"
        headline.insert(0, said)
        values |= {"stands": stands}
    return make_reply(text, values, headline, found)


def _rating(slots: Slots) -> int | None:
    """The rating that is told; of `11-12` the lower end."""
    rating = slots.number("rating")
    if rating is None and (span := next((one.token.text for one in slots.items if one.kind == "hit_dice"), None)):
        lowest = span.partition("-")[0]
        rating = int(lowest) if lowest.isdecimal() else None
    return rating


_CHANGES = frozenset(
    {
        "modifier",
        "modifiers",
        "bonus",
        "penalty",
        "adjustment",
        "change",
        "changes",
        "alter",
        "alters",
        "shift",
        "shifts",
        "raise",
        "raises",
        "lower",
        "lowers",
    }
)
_DOES_TO = re.compile(
    r"\b(?:do|does|done|happens?) to (?:their|its|his|the|\S+s) morale\b|\b(?:help|hurt)s? (?:their|its) morale\b"
)
_WHOLE = frozenset({"total", "final", "after", "with", "needed", "roll", "stand", "check", "including", "rating"})
"""Words with which more than the modifier alone is asked for."""
_BREAKS = frozenset(
    {"break", "breaks", "flee", "flees", "run", "runs", "fail", "fails", "rout", "routed", "surrender", "bolt", "panic"}
)
"""Words with which it is asked whether somebody does not stand."""
_LEADERS = frozenset(
    {"leader", "boss", "chief", "chieftain", "captain", "king", "shaman", "commander", "warlord", "champion"}
)
_GONE = frozenset(
    {"dead", "die", "dies", "died", "killed", "kill", "slain", "fell", "falls", "down", "drops", "dropped", "gone"}
) | {"fallen"}
_DEFENDING = frozenset(
    {"defend", "defends", "defending", "defended", "guard", "guards", "guarding", "protect", "protects", "protecting",
     "own", "holding", "inside"}
)  # fmt: skip
_HOMES = frozenset(
    {"lair", "home", "nest", "den", "village", "camp", "cave", "caves", "house", "hall", "halls", "keep", "burrow",
     "warren", "hive", "town", "homes", "young", "eggs"}
)  # fmt: skip
_LOST = _GONE | {"lost", "lose", "losing", "loses", "casualties", "losses"}


def situations_of(slots: Slots) -> list[str]:
    """The situations that are named, and those that words in other order say: `saw their boss die`."""
    found = list(slots.all("morale_situation"))
    words = {word for item in slots.items for word in item.text.split()}
    if words & _LEADERS and (words & _GONE or _lost_a_leader(slots)):
        found.append("most_powerful_ally_killed")
    if words & _DEFENDING and words & _HOMES:
        found.append("defending_home")
    text = as_text(slots.items)
    found += [situation for situation, wording in _TOLD if wording.search(text)]
    found = [_OF_THE_FOE.get(one, one) for one in found] if _is_of_the_foe(slots, text) else found
    if words & _LOST and not {"lost_half", "lost_quarter"} & set(found):
        share = slots.one("share") or slots.numbers.get("percent")
        found += {"50": ["lost_half"], "25": ["lost_quarter"]}.get(share or "", [])
    return list(dict.fromkeys(found))


_GONE_WORDS = "|".join(sorted(_GONE))
_MOST = r"(?:best|strongest|mightiest|toughest|biggest|greatest|most powerful)"
_KILLED = r"(?:killed|slain|slew|felled|dropped)"
_TOLD = (
    (
        "most_powerful_ally_killed",
        re.compile(rf"\b{_MOST} (?:\S+ ){{1,3}}(?:{_GONE_WORDS})\b|\b(?:{_KILLED}|kill) (?:their|its|the) {_MOST}\b"),
    ),
    (
        "no_enemy_slain",
        re.compile(
            rf"\b{_KILLED} (?:none|nobody|no one|not one|not a single one)\b"
            rf"|\b(?:havent|hasnt|have not|has not|not) (?:yet )?{_KILLED} (?:any|anyone|anybody|one|a)\b"
        ),
    ),
    (
        "magic_user_on_side",
        re.compile(r"\b(?:wizard|mage|magic user|sorcerer|spellcaster|caster) of (?:their|its) own\b"),
    ),
)
"""Situations that are said in a sentence of their own."""
_OUR_SIDE = re.compile(r"\b(?:we|i|party|pcs|players|heroes|adventurers)\b(?: \S+){0,2} outnumber(?:ed)?\b")
_OF_THE_FOE = {"outnumber_3_to_1": "outnumbered_3_to_1", "outnumbered_3_to_1": "outnumber_3_to_1"}
_OURS = frozenset({"hireling", "hirelings", "henchman", "henchmen", "retainers", "our", "my"})


def _is_of_the_foe(slots: Slots, text: str) -> bool:
    """`We outnumber the kobolds`: those whose morale is asked for are the others."""
    return _OUR_SIDE.search(text) is not None and not slots.words & _OURS


def _lost_a_leader(slots: Slots) -> bool:
    """`Lost their leader`, `leaderless`: who is lost is the leader, not his men."""
    texts = [item.token.text for item in slots.items]
    return any(
        one in {"lost", "lose", "losing", "loses", "without"} and _LEADERS & set(texts[at + 1 : at + 4])
        for at, one in enumerate(texts)
    )


def _band_named(slots: Slots, book: Rulebook) -> Reply | None:
    """The ratings that a word such as `elite` stands for."""
    table = book.table("morale_bands")
    words = {item.token.text for item in slots.items}
    for row in table.rows:
        if row.values[0] in words - {"average"} and row.high is not None:
            span = f"{row.low}-{row.high}"
            return make_reply(
                f"{span}. A {row.values[0]} creature has a morale of {span}",
                {"rating": [row.low, row.high]},
                [span],
                source=(table.source,),
            )
    return None


def _is_of_band(slots: Slots, name: str) -> str | None:
    """`Is a morale of 17 fanatic`: whether the rating has the name that is said; None where none is said."""
    named = slots.words & {"unreliable", "unsteady", "average", "steady", "elite", "champion", "fanatic", "fearless"}
    if len(named) != 1 or not asks_whether(slots) or "roll" in slots.numbers:
        return None
    return "yes" if name in named else "no"


def _asks_name(slots: Slots) -> bool:
    return any(item.text in {"mean", "means", "called", "band", "word", "meaning", "name"} for item in slots.items)


def _modifiers(situations: list[str], book: Rulebook) -> Reply:
    table = book.table("morale_modifiers")
    parts = [Part(spoken(one), signed(int(table.value(one))), table.source) for one in situations]
    total = sum(int(part.value) for part in parts)
    text = f"{signed(total)}. On the morale rating: {listed([f'{part.label} {part.value}' for part in parts])}"
    headline = [signed(total), *([str(part.value) for part in parts] if len(parts) > 1 else [])]
    return make_reply(text, {"modifier": total}, headline, parts=tuple(parts))


def _extra_morale(slots: Slots) -> float:
    if not slots.has("morale"):
        return -9.0
    situations = situations_of(slots)
    return (
        0.6 * ("rating" in slots.numbers)
        + 0.4 * bool(situations)
        + 0.6 * (bool(situations) and bool(slots.all("creature")))
        - 0.5 * slots.has("save", "hit")
    )


TOPICS = (
    topic(
        "morale",
        "morale checks",
        cues=(
            "morale=3 rolled=0.4 modifier=0.4 chance=0.3 need=0.2 creature=0.1 hd=0.1 die=0.1 hp=0.1 surprise=0.1 "
            "alignment=0.1 level damage undead attack worth dice rounds number_appearing hit versus cast "
            "magic_item movement"
        ),
        things=(
            "rating=1 morale_situation=1 creature=0.8 roll=0.4 share=0.1 hit_dice=0.1 undead situation class "
            "creature_kind surprise_situation percent hp"
        ),
        reply=reply_morale,
        extra=_extra_morale,
        each="creature",
        tables=("morale_bands", "morale_modifiers"),
    ),
)
