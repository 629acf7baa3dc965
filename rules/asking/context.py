"""Step 3, first: what words mean beside each other: meanings that do not fit are dropped, unspoken cues are added."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from rules.asking.lexicon import others
from rules.asking.unspoken import UNSPOKEN
from rules.asking.vocabulary import Item, Sense

NEAR = 5
SOFT_SPELLS = frozenset(others()["soft_spell"])
"""Spells whose name is an everyday word: without spells being spoken of, the word alone is none."""
_ABOUT_SPELLS = (
    "cast",
    "spell",
    "spell_level",
    "casting_time",
    "school",
    "area",
    "components",
    "save",
    "duration",
    "how_many_missiles",
)
_COUNTED = (
    "damage", "heal", "weight", "xp", "load", "pounds", "worth", "gold", "hp", "light", "duration", "range", "movement",
)  # fmt: skip
_OF_EACH = ("weight", "worth", "range", "speed", "gold")
_WITH_BOTH = ("modifier", "attack", "hit", "may", "attacks_per_round")
_LOWEST = frozenset({"lowest", "earliest", "minimum", "min", "first"})
_GAINED = frozenset({"spell", "spell_slots", "spell_level", "turn"})
"""What comes with a level, so that `when` asks for the level."""
_GETS = frozenset(
    {"get", "gets", "gain", "gains", "cast", "casts", "receive", "receives", "have", "has", "acquire", "acquires",
     "learn", "learns", "able", "memorize", "memorizes", "memorise", "use", "uses", "turn", "turns", "destroy"}
)  # fmt: skip
_WHICH = frozenset({"which", "what"})


_SPECIALISTS = frozenset(
    {"abjurer", "conjurer", "diviner", "enchanter", "illusionist", "invoker", "necromancer", "transmuter"}
)
_GENERIC_CLASSES = {
    "wizard": _SPECIALISTS,
    "wizards": _SPECIALISTS,
    "mage": _SPECIALISTS,
    "priest": frozenset({"druid"}),
    "warrior": frozenset({"paladin", "ranger"}),
    "rogue": frozenset({"bard"}),
}
"""Names of groups that say nothing beside a class of the group: `specialist wizard (invoker)`."""


def settled(items: Sequence[Item]) -> list[Item]:
    """The items without the meanings that do not fit their neighbors."""
    magic = any(item.is_cue(*_ABOUT_SPELLS) for item in items)
    negated = _negated(items)
    return [
        _without(item, _misfits(items, place, magic=magic) | negated.get(place, set()))
        for place, item in enumerate(items)
    ]


def _negated(items: Sequence[Item]) -> dict[int, set[Sense]]:
    """The senses that are taken back by a word before them: `without specialization`, `not a ranger`."""
    found: dict[int, set[Sense]] = {}
    for place, item in enumerate(items):
        if item.token.text not in _NEGATORS or len(item.words) > 1:
            continue
        for at in range(place + 1, min(place + 1 + NEAR, len(items))):
            one = items[at]
            taken = {sense for sense in one.senses if sense in _CAN_BE_NEGATED or sense[0] == "class"}
            if taken and (sense_is_cue := not one.value("class")) | _other_class(items, at):
                found[at] = taken if sense_is_cue else set(one.senses)
            if one.senses or one.token.text not in _BETWEEN:
                break
    return found


def _other_class(items: Sequence[Item], place: int) -> bool:
    """A class that is not meant leaves another one, or nobody: `two weapons, not a ranger`."""
    return items[place - 1].token.text in {"a", "an", "the", "non"} or items[place - 1].token.text in _NEGATORS


_NEGATORS = frozenset(
    {
        "without",
        "no",
        "not",
        "non",
        "isnt",
        "ignoring",
        "ignore",
        "excluding",
        "except",
        "arent",
        "aint",
        "absent",
        "sans",
        "barring",
        "lacking",
        "minus",
    }
)
_BETWEEN = frozenset({"a", "an", "any", "the", "his", "her", "my", "of", "using", "being", "counting", "in", "weapon"})
_CAN_BE_NEGATED = frozenset({("cue", "specialised"), ("cue", "two_weapons"), ("cue", "bonus_spells")})


def _without(item: Item, misfits: set[Sense]) -> Item:
    if not misfits:
        return item
    kept = tuple(sense for sense in item.senses if sense not in misfits)
    return replace(item, senses=kept, kind=item.kind if kept else "filler")


def _misfits(items: Sequence[Item], place: int, *, magic: bool) -> set[Sense]:
    item, found = items[place], set[Sense]()
    if not item.senses:
        return found
    if item.text in SOFT_SPELLS and not (magic and (item.text not in {"heal", "heals"} or _speaks_of_spells(items))):
        # `fly` and `light` are spells only where spells are spoken of.
        found |= {sense for sense in item.senses if sense[0] == "spell"}
    ahead = items[place + 1 : place + 1 + NEAR]
    if item.text == "behind" and any(one.is_cue("cover", "concealment", "percent") for one in ahead):
        found.add(("situation", "rear"))
    if item.text in _DICE_ASKED and any(one.value("creature") for one in items) and not magic:
        found.add(("cue", "how_many_missiles"))
    if item.text == "story":
        counted = place > 0 and items[place - 1].kind in {"number", "ordinal"}
        found.add(("request", "story") if counted else ("cue", "stories"))
    skilled = any(one.value("class") in {"thief", "ranger", "bard"} for one in items)
    if item.text == "hide" and skilled and not any(one.is_cue("wear", "ac", "price") for one in items):
        found.add(("armor", "hide"))
    found |= _taken_otherwise(items, place) | _group_names(items, place) | _said_in_passing(items, place)
    after = items[place + 1] if place + 1 < len(items) else None
    others = {one.value("class") for at, one in enumerate(items) if at != place} - {None}
    if item.value("class") and others and after is not None and after.text in {"spell", "spells"}:
        # "Ranger 16 priest spells" is about one character.
        found |= {sense for sense in item.senses if sense[0] == "class"}
    if (
        item.text == "bow"
        and item.value("weapon")
        and any(one.text in {"long", "short"} for one in items[max(0, place - 1) : place])
    ):
        found |= {sense for sense in item.senses if sense[0] == "weapon"}
    return found


def _taken_otherwise(items: Sequence[Item], place: int) -> set[Sense]:
    """Meanings that the words before or behind take away."""
    item, found = items[place], set[Sense]()
    if item.text == "command" and place and items[place - 1].value("class"):
        # What a magic-user commands is no spell.
        found |= {sense for sense in item.senses if sense[0] == "spell"}
    if item.value("load_category") not in {None, "none"} and _is_negated(items, place):
        found |= {sense for sense in item.senses if sense[0] == "load_category"}
    if item.is_cue("require") and any(one.is_cue("turn", "save", "hit") for one in items[place + 1 : place + 1 + NEAR]):
        # "The number he requires to turn them" is about turning.
        found.add(("cue", "require"))
    before = items[place - 1] if place else None
    if before is not None and before.token.text == "." and place > 1:
        before = items[place - 2]  # the point of "vs."
    if before is not None and before.is_cue("versus") and item.text in {"spell", "spells", "magic"}:
        # What is saved against is not what is cast.
        found.add(("cue", "spell_slots"))
    return found


def _said_in_passing(items: Sequence[Item], place: int) -> set[Sense]:
    """Meanings of words that only tell or hurry: `should I write`, `bars the way`, `..., quick`, a golem's fist."""
    item = items[place]
    before, after = (items[at].token.text if 0 <= at < len(items) else "" for at in (place - 1, place + 1))
    if before in _TELLERS:
        return {sense for sense in item.senses if sense[0] == "request"}
    if item.text in _STRUCK_WITH and any(one.value("creature") for one in items):
        return {sense for sense in item.senses if sense[0] == "uncovered"}
    if item.text in {"bars", "gates"} and not any(one.value("ability") or one.text in _FORCED for one in items):
        return {("column", "bend_bars")}
    if item.text == "quick" and (after == "question" or (before in _PAUSES and after in _PAUSES)):
        return set(item.senses)
    if item.text == "lair" and any(one.is_cue("morale") for one in items):
        return {("cue", "treasure")}
    return set()


_TELLERS = frozenset({"i", "we", "he", "she", "they", "gm", "dm"})
_STRUCK_WITH = frozenset({"fist", "fists", "punch", "punches", "kick"})
_FORCED = frozenset({"bend", "lift", "pry", "force", "bending", "lifting", "percent", "chance"})
_PAUSES = frozenset({"", ",", ".", "!", "?", ":", ";", "-", "and", "please"})


def _is_negated(items: Sequence[Item], place: int) -> bool:
    """`Nothing heavy on him`."""
    return any(one.token.text in _NEGATORS | {"nothing", "hardly"} for one in items[max(0, place - 2) : place])


def _group_names(items: Sequence[Item], place: int) -> set[Sense]:
    """The class of `wizard` beside `invoker`: one character, named by the group and by the class."""
    item = items[place]
    others = {one.value("class") for at, one in enumerate(items) if at != place} - {None, item.value("class")}
    if item.text not in _GENERIC_CLASSES or len(others) != 1 or any(one.token.text in _APART for one in items):
        return set()
    if not others <= _GENERIC_CLASSES[item.text]:
        return set()
    return {sense for sense in item.senses if sense[0] == "class"}


_APART = frozenset({"/", "and", "or", "vs", "versus"})


def _speaks_of_spells(items: Sequence[Item]) -> bool:
    return any(item.is_cue("cast", "spell") for item in items)


def implied_cues(items: Sequence[Item]) -> set[str]:
    """Cues that stand between the words: `how much does it do` asks for damage."""
    given = {cue for item in items for cue in item.cues}
    kinds = {kind for item in items for kind, _ in item.senses}
    return {cue for cue, applies in _IMPLIED if applies(given, kinds, items)}


def _asks_damage(given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    texts = {item.token.text for item in items}
    how_much = {"how", "much"} <= texts and bool(texts & {"do", "does", "deal", "deals"})
    counts = given.isdisjoint(_COUNTED) and "uncovered" not in kinds
    if how_much and kinds & {"spell", "weapon"} and counts:
        return True
    return _last(items) == "for" and not given.isdisjoint({"hit", "attack"})


def _last(items: Sequence[Item]) -> str:
    return next((item.token.text for item in reversed(items) if item.kind != "separator"), "")


def _asks_level(given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`lowest level to turn a vampire`: a level is asked for."""
    if "class" not in kinds or "level_limit" in given:
        return False
    if any(item.token.text == "when" for item in items) and not given.isdisjoint(_GAINED):
        return True
    texts = [item.token.text for item in items]
    if not given.isdisjoint(_GAINED) and any(
        one.kind == "ordinal" and one.token.number == 1 and after in _GETS
        for one, after in zip(items, texts[1:], strict=False)
    ):
        return True
    for place, item in enumerate(items):
        if item.is_cue("level") and not _beside_number(items, place):
            before = {one.token.text for one in items[max(0, place - 2) : place]}
            if before & (_LOWEST | _WHICH):
                return True
    return False


def _is_screened(_given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`Behind a 50 % wall` is cover."""
    places = [place for place, item in enumerate(items) if item.token.text == "behind"]
    return any(one.is_cue("percent") for place in places for one in items[place : place + NEAR])


def _asks_hit_dice(_given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    return "creature" in kinds and any(item.text in _DICE_ASKED for item in items)


_DICE_ASKED = frozenset({"how many hd", "how many hit dice"})


def _is_unpractised(_given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`a sword he isn't proficient with`, `an axe she never learnt`: a weapon that is not known."""
    armed = "weapon" in kinds or any(item.token.text in _ARMS for item in items)
    places = [place for place, item in enumerate(items) if item.token.text in _NEGATORS | _NEVER]
    return armed and any(item.token.text in _PRACTISED for place in places for item in items[place + 1 : place + NEAR])


_NEVER = frozenset(
    {"never", "hasnt", "havent", "cannot", "cant", "doesnt", "didnt", "dont", "wasnt", "lacks", "lacking"}
)
_PRACTISED = frozenset(
    {"proficient", "proficiency", "trained", "training", "learned", "learnt", "learn", "know", "knows", "skilled",
     "skill", "practised", "practiced", "familiar", "schooled"}
)  # fmt: skip
_ARMS = frozenset({"weapon", "weapons", "wield", "wielding", "wields", "swing", "swinging", "swings", "arms"})


def _beside_number(items: Sequence[Item], place: int) -> bool:
    near = [items[at] for at in (place - 1, place + 1) if 0 <= at < len(items)]
    return any(item.kind in {"number", "ordinal", "fraction"} for item in near)


def _asks_skills(given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`All abilities of a thief` are his skills."""
    skilled = any(item.value("class") in {"thief", "bard"} for item in items)
    return (
        skilled
        and given.isdisjoint({"require", "need"})
        and any(item.token.text in {"abilities", "percentages", "skills"} for item in items)
    )


def _counts_shots(given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`Darts per round` asks how many."""
    texts = [item.token.text for item in items]
    each = any(one in {"per", "a", "each"} and after in {"round", "rd"} for one, after in pairwise(texts))
    return each and "weapon" in kinds and given.isdisjoint({"damage", "spell", "movement"})


def _fights_with_two(given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`Two swords: what is the penalty` is about fighting with both; their weight is not."""
    pair = any(
        item.kind == "number" and item.token.text == "2" and after.value("weapon") and after.token.text.endswith("s")
        for item, after in pairwise(items)
    )
    return pair and given.isdisjoint(_OF_EACH) and not given.isdisjoint(_WITH_BOTH)


def _adds_spells(_given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`Bonus first-level spells`."""
    spelled = any(item.is_cue("spell", "spell_slots") for item in items)
    return spelled and any(one.token.text == "bonus" and after.kind == "ordinal" for one, after in pairwise(items))


def _lost_shield(_given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`His shield got smashed`, `shield lost in the river`: none is carried."""
    for place, item in enumerate(items):
        if item.is_cue("shield"):
            for near in (items[place + 1 : place + 5], items[max(0, place - 4) : place][::-1]):
                words = [one.token.text for one in near]
                end = next((at for at, word in enumerate(words) if word in _STOPS), len(words))
                if not _LOST.isdisjoint(words[:end]):
                    return True
    return False


_LOST = frozenset(
    {"lost", "lose", "loses", "broke", "broken", "breaks", "gone", "destroyed", "shattered", "sundered", "dropped",
     "stolen", "splintered", "smashed", "missing", "forgot", "discarded", "burned", "burnt", "without", "sans"}
)  # fmt: skip
_STOPS = frozenset({",", ".", "?", "!", ";", "and", "but", "with"})


Implied = Callable[[set[str], set[str], Sequence[Item]], bool]
_IMPLIED: tuple[tuple[str, Implied], ...] = (
    ("damage", _asks_damage),
    ("attacks_per_round", _counts_shots),
    ("thief_skills", _asks_skills),
    ("two_weapons", _fights_with_two),
    ("what_level", _asks_level),
    ("nonproficient", _is_unpractised),
    ("hd", _asks_hit_dice),
    ("cover", _is_screened),
    ("bonus_spells", _adds_spells),
    ("no_shield", _lost_shield),
    *UNSPOKEN,
)
