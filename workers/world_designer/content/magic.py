"""Magical items as a table needs them: what it is, who can use it, what it looks like, where it comes from.

What an item is, and its plus, comes from the rule tables; who may use it follows the class limits of the book (priests
and wizards for staves and most wands, the armor and weapons of each class).
"""

import random
import re
from typing import Final

import rules
from contracts.entities import EntityType
from contracts.generators import MagicItemOrder
from workers.world_designer.content.base import (
    Content,
    Draft,
    Link,
    Made,
    Part,
    data_version,
    labelled,
    link,
    page,
    relations_to,
)
from workers.world_designer.content.campaign import Campaign
from workers.world_designer.prose import phrase, sentence, stream
from workers.world_designer.vocabulary.content import phrases

GENERATOR: Final = "magic_item/1"
EVERYONE: Final = "everyone"
_TRIES: Final = 600
_NOUNS: Final = {"rings": "ring of", "rods": "rod of", "staves": "staff of", "wands": "wand of"}
_CHOICE: Final = "the Dungeon Master's choice"
_CHOSEN: Final = frozenset({_CHOICE, rules.treasure.CHOSEN, "special armor", "special weapon"})
_GROUPS: Final = ("warrior", "priest", "rogue", "wizard", "druid")
_BOOK: Final = "Dungeon Master Guide, tables 88 to 110"


class MagicFind(Part):
    """A magical item in a treasure. `usable_by` names class groups, or `everyone`."""

    category: str
    item: str
    usable_by: tuple[str, ...]
    cursed: bool
    fits_party: bool


class MagicItemRecord(Content):
    """One magical item."""

    kind: str = "magic_item"
    category: str
    item: str
    usable_by: tuple[str, ...]
    cursed: bool
    fits_party: bool
    look: str
    history: str
    quirk: str
    identified_by: str
    command_word: str | None


def find_of(item: rules.MagicItem, party_classes: list[str], rng: random.Random) -> MagicFind:
    """A rolled item with its full name and its users; what the tables leave open is rolled again by the caller."""
    name = full_name(item, rng)
    users = usable_by(item.category, name)
    return MagicFind(
        category=item.category,
        item=name,
        usable_by=users,
        cursed="cursed" in item.item,
        fits_party=fits(users, party_classes),
    )


def roll_find(
    rng: random.Random,
    *,
    kind: str = "any",
    word: str | None = None,
    party_classes: list[str] | None = None,
    cursed: bool | None = None,
) -> MagicFind:
    """Roll until the tables name an item of that word, it is cursed as asked, and somebody of the party can use it."""
    party = party_classes or []
    found = None
    for _ in range(_TRIES):
        item = rules.roll_magic_item(rng, kind=kind)
        if is_open(item):
            continue
        rolled = find_of(item, party, rng)
        if not _is_called(rolled, word):
            continue
        found = rolled
        if found.fits_party and cursed in (None, found.cursed):
            return found
    return found or find_of(rules.MagicItem("potions_and_oils", "healing"), party, rng)


def _is_called(found: MagicFind, word: str | None) -> bool:
    """Whether it is a `sword`, or any of the suits for `armor`."""
    if word == "armor":
        return found.category == "armor_and_shields" and not found.item.startswith("shield")
    return word is None or re.search(rf"\b{word}\b(?! mail)", found.item) is not None


def is_open(item: rules.MagicItem) -> bool:
    """True where the tables leave it to the Dungeon Master."""
    return item.item in _CHOSEN


def full_name(item: rules.MagicItem, rng: random.Random) -> str:
    """`potion of healing`, `ring of warmth`, `sword +2`, `scroll: 2 priest spells of level 1-4`."""
    name = item.item.replace(" (cursed)", "").replace(", cursed", "")
    match item.category:
        case "potions_and_oils":
            return name if name.startswith(("oil", "philter", "elixir")) else f"potion of {name}"
        case "scrolls" if "spell" in name:
            who = "wizard" if rng.randint(1, 100) <= 70 else "priest"
            return f"scroll of {name.replace('spell', f'{who} spell')}"
        case "scrolls":
            return "treasure map" if name == "map" else f"scroll of {name}"
        case category if category in _NOUNS:
            if name in {"mace", "spear"}:
                return f"staff-{name}"
            return f"{_NOUNS[category]} {'the ' if name in {'magi', 'serpent', 'woodlands'} else ''}{name}"
        case _:
            return name


def usable_by(category: str, name: str) -> tuple[str, ...]:
    """The class groups that can use an item; `everyone` when all can."""
    if category == "scrolls" and "wizard spell" in name:
        return ("wizard",)
    if category == "scrolls" and "priest spell" in name:
        return ("priest",)
    if category == "armor_and_shields":
        return ("warrior", "priest", "rogue") if name.startswith(("leather", "studded")) else ("warrior", "priest")
    if category == "weapons":
        return _weapon_users(name)
    plain = name.replace("of the ", "of ").replace("robe of archmagi", "robe of the archmagi")
    groups = tuple(group for group in _GROUPS if plain in phrases("magic")[group])
    return groups or (EVERYONE,)


def _weapon_users(name: str) -> tuple[str, ...]:
    """The book's weapon limits in short: blunt ones for clerics, light ones for rogues, four for wizards."""
    light = any(word in name for word in ("dagger", "dart", "knife", "sling"))
    if light:
        return ("warrior", "rogue", "wizard", *(("priest",) if "sling" in name else ()))
    if any(word in name for word in ("flail", "mace", "warhammer", "morning star")):
        return ("warrior", "priest")
    return ("warrior", "rogue") if "sword" in name or "scimitar" in name else ("warrior",)


def fits(users: tuple[str, ...], party_classes: list[str]) -> bool:
    """Whether anybody of the party can use it; a party that is not described can use anything."""
    if not party_classes or EVERYONE in users:
        return True
    groups = {str(rules.default_rulebook().table("classes").find(one)["group"]) for one in party_classes}
    return bool(set(users) & (groups | set(party_classes)))


def generate_magic_item(brief: MagicItemOrder, seed: int, campaign: Campaign) -> Made:
    """Make one magical item.

    Args:
        brief: What was asked for.
        seed: The same seed, brief and campaign give the same item.
        campaign: Somebody of it may have had the item, or want it.
    """
    rng = stream(seed, "magic item", GENERATOR, brief.drawn_by)
    found = roll_find(
        rng, kind=brief.category, word=brief.item, party_classes=list(brief.party_classes), cursed=brief.cursed
    )
    words, telling = phrases("magic"), stream(seed, "magic item, told", GENERATOR, brief.drawn_by)
    seeker = campaign.some(telling, "npc")
    history = phrase(telling.choice(words["histories"]), telling)
    links: tuple[Link, ...] = ()
    if seeker is not None:
        history += " " + phrase(telling.choice(words["histories_linked"]), telling, {"name": seeker.shown})
        links = (link(seeker, "sought by"),)
    looks = words.get(f"looks_{found.category}", words["looks_other"])
    once = "_once" if found.category in {"potions_and_oils", "scrolls"} else ""
    quirks = words["quirks_cursed" if found.cursed and not once else f"quirks{once}"]
    record = MagicItemRecord(
        title=found.item[:1].upper() + found.item[1:],
        hook=sentence(history.split(". ")[-1]),
        links=links,
        source=(_BOOK,),
        generator=GENERATOR,
        data_version=data_version(),
        seed=seed,
        look=sentence(phrase(telling.choice(looks), telling)),
        history=history,
        quirk=phrase(telling.choice(quirks), telling),
        identified_by=phrase(telling.choice(words["tests"]), telling),
        command_word=phrase(telling.choice(words["words"]), telling) if found.category in _NOUNS else None,
        **found.model_dump(),
    )
    return _pages(record)


def users_line(usable: tuple[str, ...]) -> str:
    """`everyone`, or `warriors and rogues`."""
    names = [one if one == EVERYONE else f"{one}s" for one in usable]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _pages(record: MagicItemRecord) -> Made:
    cursed = " *(cursed)*" if record.cursed else ""
    head = f"## {record.title}{cursed}"
    facts = f"Usable by {users_line(record.usable_by)}."
    short = page(head, f"{record.look} {facts}", f"*{record.hook}*")
    long = page(
        head,
        facts,
        labelled(
            Look=record.look,
            Command_word=sentence(record.command_word or ""),
            History=record.history,
            Quirk=record.quirk,
            To_identify=record.identified_by,
        ),
    )
    draft = Draft(
        EntityType.ITEM,
        record.title,
        f"{record.look} {record.history}",
        record.model_dump(mode="json", exclude={"title", "links"}) | {"item_type": record.category, "magical": True},
        dm_only=("cursed", "command_word"),
    )
    return Made(record, short, long, (draft,), relations_to(record.links))
