"""From a prompt to the brief of any kind of content: "random encounter for 4 level 5 in a swamp".

Only words of closed vocabularies, numbers and proper names are taken from a prompt; nothing else of it is ever
repeated. What is not said is left out of the brief, which then has its defaults.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import rules
from contracts.generators import BRIEFS, Form
from workers.world_designer.reading import Vocabulary, name_at, normalise, read_level
from workers.world_designer.themes import FUNCTIONS, theme_in
from workers.world_designer.vocabulary import peoples, words

_NUMBERS: Final = {
    word: number for number, word in enumerate(words("one two three four five six seven eight nine ten"), 1)
}
_NUMBER: Final = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})"
_PARTY: Final = (
    re.compile(rf"\bparty of {_NUMBER}\b"),
    re.compile(rf"\b{_NUMBER} (?:player|pc|character|adventurer|hero|heroe|people|person)"),
    re.compile(rf"\bfor {_NUMBER}\b(?! (?:gp|gold|sp|rounds?|minutes?|hours?|days?))"),
)
_BOTH: Final = re.compile(rf"\b{_NUMBER} (?:\w+ )?(?:at |of )?(?:level|lvl) (\d{{1,2}})\b")
_COUNT: Final = re.compile(rf"\b{_NUMBER} (?:\w+ ){{0,2}}?(?:rumou?rs?|gossips?)\b")
_LONG: Final = re.compile(r"\b(?:in detail|detailed|long(?: form| version)?|full(?:y)?|complete|everything)\b")
_NAMED: Final = re.compile(r"(?i:\b(?:named|called|known as)[ :]+)[\"']?(?i:the )?")
_PLACED: Final = re.compile(r"(?i:\b(?:in|at|of|near)\s+(?:the (?:town|village|city|port|hamlet) of )?)")
_ABOUT: Final = re.compile(r"(?i:\b(?:about|concerning|on)\s+)")
_FROM: Final = re.compile(r"(?i:\b(?:from|by|for)\s+)")
_LETTER: Final = r"[A-Z](?:\s?x\s?\d{1,2})?"
_TYPES: Final = re.compile(rf"\btypes?:? ({_LETTER}(?:\s*(?:,|and|&|\+)\s*{_LETTER})*)(?![a-zA-Z])")
_TYPE_ALONE: Final = re.compile(r"\b(?i:treasure|hoard|loot)[ :]+([A-Z](?:x\d{1,2})?)\b(?!')")
_WORTH: Final = re.compile(r"(\d[\d,]{0,9}) ?(?:gp|gold(?: pieces?)?)\b")
_CARRIED: Final = re.compile(rf"\b{_NUMBER} ([a-z][a-z -]{{2,30}})")

_TERRAINS: Final = Vocabulary(
    {
        **{
            name.replace("_", " "): name
            for name in ("arctic", "coast", "desert", "forest", "hills", "jungle", "mountains")
        },
        **{name: name for name in ("ocean", "plains", "ruins", "swamp", "urban", "volcanic", "subterranean")},
        **dict.fromkeys(words("dungeon underground cave cavern crypt sewer mine underdark tunnel"), "subterranean"),
        **dict.fromkeys(words("wood woods woodland grove"), "forest"),
        **dict.fromkeys(words("marsh bog fen mire wetland"), "swamp"),
        **dict.fromkeys(words("mountain alps pass"), "mountains"),
        **dict.fromkeys(words("hill moor moors highland highlands"), "hills"),
        **dict.fromkeys(words("plain grassland steppe prairie meadow field farmland road"), "plains"),
        **dict.fromkeys(words("city town street village alley"), "urban"),
        **dict.fromkeys(words("sea boat ship"), "ocean"),
        **dict.fromkeys(words("beach shore seashore seaside"), "coast"),
        **dict.fromkeys(words("river lake stream pond"), "fresh_water"),
        **dict.fromkeys(words("snow ice tundra glacier"), "arctic"),
        **dict.fromkeys(words("ruin"), "ruins"),
        **dict.fromkeys(words("volcano lava"), "volcanic"),
    }
)
_LANDS: Final = frozenset(words("arctic coast desert forest hills jungle mountains plains swamp volcanic"))
_DANGERS: Final = Vocabulary(
    dict.fromkeys(words("easy weak light minor"), "easy")
    | dict.fromkeys(words("deadly hard tough dangerous boss lethal"), "deadly")
)
_KINDS: Final = Vocabulary(
    {"undead": "undead", "dragon": "dragon", "animal": "animal", "giant": "giant", "fey": "fey", "humanoid": "humanoid"}
    | {"lycanthrope": "lycanthrope", "construct": "construct", "plant": "plant", "vermin": "vermin", "ooze": "ooze"}
)
_MOODS: Final = Vocabulary(
    dict.fromkeys(words("shady seedy sinister disreputable criminal"), "shady")
    | dict.fromkeys(words("cozy cosy friendly warm homely welcoming"), "cozy")
    | dict.fromkeys(words("rowdy loud rough noisy brawling"), "rowdy")
    | dict.fromkeys(words("quiet sleepy calm peaceful"), "quiet")
    | dict.fromkeys(words("grand fancy rich expensive noble luxurious"), "grand")
)
_QUALITIES: Final = Vocabulary(
    dict.fromkeys(words("poor cheap squalid filthy dirty"), "poor")
    | dict.fromkeys(words("good fine excellent"), "good")
)
_SIZES: Final = Vocabulary(
    {name: name for name in ("hamlet", "village", "town", "city")} | {"port": "town", "settlement": "village"}
)
_PEOPLES: Final = Vocabulary({word.replace("-", " "): one.key for one in peoples.PEOPLES for word in one.words})
_CATEGORIES: Final = Vocabulary(
    {"potion": "potion", "oil": "potion", "scroll": "scroll"}
    | dict.fromkeys(words("sword weapon armor armour axe bow shield mail dagger mace"), "armor_or_weapon")
    | dict.fromkeys(words("ring wand staff rod cloak boots bracers robe gauntlets amulet"), "any_but_weapons")
)
_ITEM_WORDS: Final = words(
    "axe boots bracers cloak dagger gauntlets mace potion ring robe rod scroll shield spear staff"
)
_ITEMS: Final = Vocabulary(
    {one: one for one in (*_ITEM_WORDS, "armor", "staff", "sword", "wand", "warhammer")}
    | {"armour": "armor", "hammer": "warhammer", "mail": "armor"}
)
_CLASSES: Final = Vocabulary(
    {name.replace("_", " "): key for name, key in rules.default_rulebook().table("classes").aliases_of_names.items()}
)
_TRUTHS: Final = Vocabulary({"true": "true", "false": "false", "untrue": "false"})
_FUNCTIONS: Final = Vocabulary(
    {name: name for name in FUNCTIONS} | {"guard room": "guard", "storeroom": "store", "cell": "prison"}
)


_COMPARATIVES: Final = dict(
    pair.split(":")
    for pair in words(
        "shadier:shady seedier:seedy rowdier:rowdy louder:loud rougher:rough quieter:quiet calmer:calm cozier:cozy "
        "cosier:cosy warmer:warm friendlier:friendly grander:grand fancier:fancy richer:rich poorer:poor cheaper:cheap "
        "dirtier:dirty finer:fine easier:easy weaker:weak harder:hard deadlier:deadly tougher:tough colder:snow "
        "hotter:desert wetter:swamp"
    )
)
"""How "again but shadier" is said, and the word of the vocabularies it leads to."""
_COMPARED: Final = re.compile(rf"\b(?:{'|'.join(_COMPARATIVES)})\b", re.IGNORECASE)


class _Prompt(NamedTuple):
    """A prompt as it was written, and in lower case."""

    text: str
    plain: str


def form_in(prompt: str) -> Form:
    """`long` when the prompt asks for detail, else `short`."""
    return "long" if _LONG.search(prompt.lower()) else "short"


def brief_in(kind: str, prompt: str) -> dict[str, Any]:
    """What a prompt says about content of a kind, as fields of its brief; any text is allowed.

    Args:
        kind: A key of `contracts.generators.BRIEFS`.
        prompt: As it was sent.
    """
    text = _COMPARED.sub(lambda word: _COMPARATIVES[word[0].lower()], normalise(prompt))
    reader = _READERS.get(kind)
    found = reader(_Prompt(text, text.lower())) if reader else {}
    known = BRIEFS[kind].model_fields if kind in BRIEFS else {}
    return {name: value for name, value in found.items() if name in known and value not in (None, [])}


def _party(plain: str) -> dict[str, Any]:
    if match := _BOTH.search(plain):
        return {"party_size": max(1, min(12, _read(match[1]))), "party_level": max(1, min(20, int(match[2])))}
    level = read_level(plain, _CLASSES.words())
    size = next((_read(match[1]) for pattern in _PARTY if (match := pattern.search(plain))), None)
    return {
        "party_level": None if level is None else max(1, min(20, level)),
        "party_size": None if size is None or size > 12 else max(1, size),
    }


def _read(number: str) -> int:
    return int(number) if number.isdigit() else _NUMBERS[number]


def _encounter(said: _Prompt) -> dict[str, Any]:
    return _party(said.plain) | {
        "terrain": _TERRAINS.first(said.plain),
        "danger": _DANGERS.first(said.plain),
        "creature": _creature(said.plain),
        "number": _number_of_foes(said.plain),
        "creature_kind": _KINDS.first(said.plain) if _creature(said.plain) is None else None,
        "time": "night" if re.search(r"\b(?:night|midnight|dark)\b", said.plain) else None,
    }


def _number_of_foes(plain: str) -> int | None:
    """How many of the creature that is named: 6 in `6 orcs`."""
    for match in _CARRIED.finditer(plain):
        if _CREATURES.first(match[2]) and _creature(plain):
            return max(1, min(100, _read(match[1])))
    return None


def _treasure(said: _Prompt) -> dict[str, Any]:
    if match := _TYPES.search(said.text) or _TYPE_ALONE.search(said.text):
        letters = re.findall(r"[A-Z](?:x\d{1,2})?", match[1].replace(" ", ""))
        return {"types": letters[:10]}
    if match := _WORTH.search(said.plain):
        return _party(said.plain) | {"budget_gp": max(10, min(1_000_000, int(match[1].replace(",", ""))))}
    if creature := _creature(said.plain):
        number = _number_of_foes(said.plain)
        is_carried = re.search(r"\b(?:carr|pocket|individual|on (?:them|him|her|it)\b|purse)", said.plain)
        where = "individual" if is_carried or number else "lair"
        return {"creature": creature, "where": where, "number": number}
    return _party(said.plain)


def _magic_item(said: _Prompt) -> dict[str, Any]:
    cursed = True if re.search(r"\bcursed\b(?<!not cursed)", said.plain) else None
    classes = [one for one in _CLASSES.all(said.plain) if one in rules.default_rulebook().table("classes").names]
    wanted = {"category": _CATEGORIES.first(said.plain), "item": _ITEMS.first(said.plain)}
    return wanted | {"cursed": cursed, "party_classes": classes}


def _tavern(said: _Prompt) -> dict[str, Any]:
    quality = _QUALITIES.first(said.plain)
    return {"name": _name(said.text), "place": _place(said.text), "mood": _MOODS.first(said.plain), "quality": quality}


def _settlement(said: _Prompt) -> dict[str, Any]:
    terrain = _TERRAINS.first(re.sub(r"\b(?:city|town|village|hamlet|port)\b", " ", said.plain))
    return {
        "name": _name(said.text),
        "size": _SIZES.first(said.plain),
        "people": _PEOPLES.first(said.plain),
        "terrain": terrain if terrain in _LANDS else None,
    }


def _rumour(said: _Prompt) -> dict[str, Any]:
    match = _COUNT.search(said.plain)
    truth = _TRUTHS.first(said.plain)
    count = max(1, min(12, _read(match[1]))) if match else None
    return {"count": count, "place": _place(said.text), "about": _after(_ABOUT, said.text), "truth": truth}


def _quest(said: _Prompt) -> dict[str, Any]:
    theme = theme_in(said.plain)
    return _party(said.plain) | {
        "patron": _after(_FROM, said.text),
        "place": _place(said.text),
        "theme": theme.id if theme else None,
    }


def _hex(said: _Prompt) -> dict[str, Any]:
    miles = re.search(r"\b(\d{1,2})[ -]?mile", said.plain)
    terrain = _TERRAINS.first(said.plain)
    return _party(said.plain) | {
        "name": _name(said.text),
        "terrain": terrain if terrain in _LANDS else None,
        "miles": max(1, min(30, int(miles[1]))) if miles else None,
    }


def _room(said: _Prompt) -> dict[str, Any]:
    theme = theme_in(said.plain)
    size = re.search(r"\b(\d{1,3})\s*(?:x|by)\s*(\d{1,3})\b", said.plain)
    width, depth = (max(5, min(200, int(one))) for one in size.groups()) if size else (None, None)
    return {
        "theme": theme.id if theme else None,
        "function": _FUNCTIONS.first(said.plain),
        "width": width,
        "depth": depth,
        "residents": _creature(said.plain),
    }


def _creature(plain: str) -> str | None:
    """The creature a prompt names; the longest name first, so that `giant rat` is no `rat`."""
    return _CREATURES.first(plain)


_NO_CREATURES: Final = frozenset(words("human elf dwarf gnome halfling"))
_CREATURES: Final = Vocabulary(
    {
        spelling.replace("_", " "): name
        for spelling, name in rules.creature_spellings().items()
        if name not in _NO_CREATURES
    }
)


def _name(text: str) -> str | None:
    match = _NAMED.search(text)
    found = name_at(text, match.end()) if match else None
    if found is None or match is None:
        return None
    return f"The {found.name}" if match[0].lower().endswith("the ") else found.name


def _place(text: str) -> str | None:
    return _after(_PLACED, text)


def _after(pattern: re.Pattern[str], text: str) -> str | None:
    """The proper name after one of these words; none in a text that is all capitals, which tell nothing."""
    if text.isupper():
        return None
    for match in pattern.finditer(text):
        if found := name_at(text, match.end(), capital=True):
            return found.name
    return None


_Reader = Callable[[_Prompt], dict[str, Any]]
_READERS: Final[Mapping[str, _Reader]] = MappingProxyType(
    {
        "encounter": _encounter,
        "treasure": _treasure,
        "magic_item": _magic_item,
        "tavern": _tavern,
        "settlement": _settlement,
        "rumour": _rumour,
        "quest": _quest,
        "hex": _hex,
        "room": _room,
    }
)
