"""The names that the tables themselves bring to the vocabulary, each with its kind, in the ways they are written."""

import re
from collections.abc import Iterator

from rules.asking.lexicon import others
from rules.creatures import creature_spellings
from rules.loader import Rulebook

REQUIRED = (("class", "classes"), ("race", "races"), ("armor", "armor"))
"""Without these a class would be an unknown word to pass over, so they must be there."""
OPTIONAL = (
    ("weapon", "weapons"),
    ("situation", "situation_modifiers"),
    ("situation", "attack_circumstances"),
    ("range_band", "range_modifiers"),
    ("initiative_situation", "initiative_modifiers"),
    ("item", "item_initiative"),
    ("size", "natural_initiative"),
    ("material", "item_saves"),
    ("item_attack", "item_attacks"),
    ("load_category", "movement"),
    ("specialist", "wizard_schools"),
    ("spell", "simple_spells"),
    ("light_source", "light_sources"),
    ("morale_situation", "morale_modifiers"),
    ("surprise_situation", "surprise_modifiers"),
    ("encounter_place", "encounter_distance"),
    ("frequency", "encounter_frequency"),
    ("visibility", "visibility"),
    ("age_category", "ageing_effects"),
    ("resting", "natural_healing"),
    ("undead", "turn_undead"),
    ("xp_ability", "xp_ability_additions"),
    ("ware", "gear_prices"),
    ("coin", "coins"),
    ("troops", "morale_of_troops"),
    ("cause", "magical_ageing"),
    ("liquid", "splashing_liquids"),
)
"""Kind and table; the first exact key of the table is the name, its aliases are other spellings."""
TABLES_BY_NAME = (
    "casting_levels",
    "encounter_table_2_20",
    "food_and_lodging",
    "gem_variation",
    "level_limit_bonus",
    "magic_adjustments",
    "magic_armor",
    "magic_boots_and_gloves",
    "magic_cloaks_and_robes",
    "magic_potions",
    "magic_rings",
    "magic_rods",
    "magic_scrolls",
    "magic_staves",
    "magic_wands",
    "magic_weapons",
    "npc_traits",
    "prime_requisites",
    "priest_spell_wisdom",
    "wizard_schools",
)
"""Tables without a topic of their own, asked for by title or alias."""
_PUNCTUATION = re.compile(r"[^a-z0-9 ]+")
_VOWELS = "aeiou"


def names_of(book: Rulebook) -> Iterator[tuple[str, str, str]]:
    """Kind, name and spelling of everything the tables name; raises TableUnavailable for the required ones."""
    yield from sorted(set(_names_of(book)))


def _names_of(book: Rulebook) -> Iterator[tuple[str, str, str]]:
    for kind, table_id in REQUIRED:
        yield from _table_names(kind, table_id, book)
    for kind, table_id in OPTIONAL:
        if table_id in book.tables:
            yield from _table_names(kind, table_id, book)
    for table_id in TABLES_BY_NAME:
        if table_id in book.tables:
            table = book.table(table_id)
            spellings = {table_id, table.title, *table.aliases}
            yield from (("table", table_id, one) for name in spellings for one in spellings_of(name))
    # A word for a race means the race before the creature of that name.
    races = set(others()["no_creature"])
    for spelling, name in creature_spellings().items():
        yield from (("creature", name, one) for one in spellings_of(spelling) if one not in races)


def _table_names(kind: str, table_id: str, book: Rulebook) -> Iterator[tuple[str, str, str]]:
    table = book.table(table_id)
    known = dict(table.aliases_of_names) or {name: name for name in table.names}
    for row in table.rows:
        known |= {alias: row.exact[0] for alias in row.aliases if alias not in known}
    for spelling, name in known.items():
        yield from ((kind, name, one) for one in spellings_of(spelling) if len(one) > 1)


def spellings_of(name: str) -> set[str]:
    """The ways a name is written: with and without the s of `footman's`, several of it, no hyphens."""
    plain = name.lower().replace("_", " ").replace("-", " ")
    forms = {plain.replace("'s", ""), plain.replace("'s", "s"), plain.replace("'", " ")}
    forms = {" ".join(_PUNCTUATION.sub(" ", one).split()) for one in forms}
    return forms | {plural(one) for one in forms if one}


def plural(name: str) -> str:
    """Several of a thing: `mummies`, `wolves`, `liches`, `daggers`."""
    if name.endswith(("s", "x", "ch", "sh")):
        return f"{name}es" if not name.endswith("ss") or len(name) > 4 else name
    if name.endswith("y") and name[-2:-1] not in _VOWELS:
        return f"{name[:-1]}ies"
    if name.endswith("wolf"):
        return f"{name[:-1]}ves"
    if name.endswith("man"):
        return f"{name[:-2]}en"
    return f"{name}s"
