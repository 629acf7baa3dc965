"""Replies about magical items that fail a dwarf or a gnome."""

import re

from rules.asking.casting_replies import asks_whether
from rules.asking.reply import Reply, make_reply, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import as_text
from rules.characters import spoken
from rules.loader import Rulebook

ABILITY = "magic_item_failure"
_FAILS = re.compile(
    r"\b(?:fails?|failing|failure|malfunction(?:s|ing)?|misfires?|fizzles?|backfires?|stops? working|conks? out"
    r"|(?:doesnt|does not|do not|dont|wont|will not|cant|cannot|not|get \S+ \S+ to|refuses? to|refusing to)"
    r" (?:\S+ ){0,4}?(?:work|function|use))\b"
)
_MAGICAL = re.compile(
    r"\b(?:magic|magical|enchanted|rings?|wands?|rods?|staffs?|staves|cloaks?|potions?|boots|bracers|amulets?|scrolls?)\b"
)
_SPARED = re.compile(r"\b(?:weapons?|swords?|axes?|hammers?|maces?|armou?rs?|mail|shields?|gauntlets?|girdles?)\b")
_OTHER_BUSINESS = ("save", "item_save", "spell_slots", "price", "damage", "thac0", "hit", "morale", "initiative")


def reply_failing_magic(slots: Slots, book: Rulebook) -> Reply:
    """The chance that a magical item fails somebody of the race; none for what every member of it may use."""
    table, race = book.table("racial_abilities"), slots.race or ""
    whether = asks_whether(slots)
    row = next((row for row in table.rows if row.exact == (race, ABILITY)), None)
    if row is None:
        text = f"No. Magical items do not fail {with_article(spoken(race)).lower()}: they do dwarves and gnomes"
        return make_reply(text, {"percent": 0}, ["no", "none", "0"], source=(table.source,))
    percent, _, concerned = row.values
    if _SPARED.search(as_text(slots.items)):
        text = f"No. What may fail {with_article(spoken(race)).lower()} is {concerned}"
        return make_reply(text, {"percent": 0}, ["no", "none", "0"], source=(table.source,))
    said = ["yes"] if whether else []
    text = f"{percent} %. So often fails {with_article(spoken(race)).lower()}: {concerned}"
    text = f"Yes. {text}" if whether else text
    shown = [*said, str(percent), f"{percent} %"]
    return make_reply(text, {"percent": percent}, shown, source=(table.source,))


def _extra_failing_magic(slots: Slots) -> float:
    if slots.race is None or slots.all("spell") or slots.has(*_OTHER_BUSINESS):
        return -99.0
    text = as_text(slots.items)
    return 7.0 if _FAILS.search(text) and _MAGICAL.search(text) else -99.0


TOPICS = (
    topic(
        ABILITY,
        "magical items that fail a dwarf or gnome",
        cues=(
            "magic_item percent chance frequency how_often attacks_per_round racial may failure cast wear weapon "
            "shield modifier special creature movement"
        ),
        things=(
            "racial_ability=1 race=1 class level item material ware protection armor weapon category spell column "
            "item_attack table liquid"
        ),
        reply=reply_failing_magic,
        extra=_extra_failing_magic,
        tables=("racial_abilities",),
    ),
)
