"""Step 3, first: what words mean beside each other: meanings that do not fit are dropped."""

from collections.abc import Sequence
from dataclasses import replace

from rules.asking.lexicon import others
from rules.asking.passing import said_in_passing
from rules.asking.phrases import Sense
from rules.asking.vocabulary import Item

NEAR = 5
DICE_ASKED = frozenset({"how many hd", "how many hit dice"})
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


def is_written_as_spell(item: Item) -> bool:
    """Whether a capital inside a sentence says that an everyday word is the spell: `she throws Sleep at them`."""
    return item.token.is_name and item.text in SOFT_SPELLS - _WORN


def _is_measured(items: Sequence[Item], place: int) -> bool:
    """`Range of levitate`, `range for jump`: what has a range is the spell."""
    return place > 1 and items[place - 1].token.text in {"of", "for"} and items[place - 2].is_cue("range")


def _has_fact(items: Sequence[Item], place: int) -> bool:
    """`Web range at level 5`, `light: duration`: what begins a question and has a fact of spells is one."""
    fact = place + 1 < len(items) and items[place + 1].is_cue("range", "duration", "area", "casting_time")
    return fact and place == 0 and items[place].text not in _WORN


_WORN = frozenset({"armor", "shield", "shields", "heal", "heals", "light", "lights"})
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
        if item.token.text not in NEGATORS or len(item.words) > 1 or _is_noun(items, place):
            continue
        for at in range(place + 1, min(place + 1 + NEAR, len(items))):
            one = items[at]
            taken = {sense for sense in one.senses if sense in _CAN_BE_NEGATED or sense[0] in {"class", "situation"}}
            if taken and (sense_is_cue := not one.value("class")) | _other_class(items, at):
                found[at] = taken if sense_is_cue else set(one.senses)
            if not taken and one.value("ability") and _is_of_no_score(items, at):
                found[at] = set(one.senses)
                if at + 1 < len(items) and items[at + 1].is_cue("modifier"):
                    found[at + 1] = set(items[at + 1].senses)
            if one.senses or one.token.text not in _BETWEEN:
                break
    return found


def _is_noun(items: Sequence[Item], place: int) -> bool:
    """`What's the minus for the second weapon`: a penalty, which takes nothing back."""
    before = items[place - 1].token.text if place else ""
    return items[place].token.text == "minus" and before in {"the", "a", "what", "which", "any", "this", "that", "much"}


def _is_of_no_score(items: Sequence[Item], place: int) -> bool:
    """`No Wisdom bonus`, `without Dexterity`: an ability that does not count, in brackets or before a pause."""
    bonus = place + 1 < len(items) and items[place + 1].is_cue("modifier")
    end = place + 1 + bonus
    closed = end >= len(items) or items[end].kind == "separator"
    return closed and any(one.value("class") or one.value("creature") for one in items)


def _other_class(items: Sequence[Item], place: int) -> bool:
    """A class that is not meant leaves another one, or nobody: `two weapons, not a ranger`."""
    return items[place - 1].token.text in {"a", "an", "the", "non"} or items[place - 1].token.text in NEGATORS


NEGATORS = frozenset(
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
        "never",
        "neither",
        "nor",
    }
)
_BETWEEN = frozenset(
    {"for", "a", "an", "any", "the", "his", "her", "my", "of", "using", "being", "counting", "in", "weapon"}
)
_CAN_BE_NEGATED = frozenset(
    {("cue", "specialised"), ("cue", "two_weapons"), ("cue", "bonus_spells"), ("cue", "backstab")}
)


def _without(item: Item, misfits: set[Sense]) -> Item:
    if not misfits:
        return item
    kept = tuple(sense for sense in item.senses if sense not in misfits)
    return replace(item, senses=kept, kind=item.kind if kept else "filler")


def _misfits(items: Sequence[Item], place: int, *, magic: bool) -> set[Sense]:
    item, found = items[place], set[Sense]()
    if not item.senses:
        return found
    magic = magic or (item.text == "mm" and any(one.is_cue("level") for one in items))
    magic = magic or is_written_as_spell(item) or _is_measured(items, place) or _has_fact(items, place)
    if item.text in SOFT_SPELLS and not (magic and (item.text not in {"heal", "heals"} or _speaks_of_spells(items))):
        # `fly` and `light` are spells only where spells are spoken of.
        found |= {sense for sense in item.senses if sense[0] == "spell"}
    ahead = items[place + 1 : place + 1 + NEAR]
    if item.text == "behind" and any(one.is_cue("cover", "concealment", "percent") for one in ahead):
        found.add(("situation", "rear"))
    if item.text in DICE_ASKED and any(one.value("creature") for one in items) and not magic:
        found.add(("cue", "how_many_missiles"))
    found |= _of_a_spell_or_thing(items, place)
    if item.text == "story":
        counted = place > 0 and items[place - 1].kind in {"number", "ordinal"}
        found.add(("request", "story") if counted else ("cue", "stories"))
    skilled = any(one.value("class") in {"thief", "ranger", "bard"} for one in items)
    if item.text == "hide" and skilled and not any(one.is_cue("wear", "ac", "price") for one in items):
        found.add(("armor", "hide"))
    if item.text in _ALSO_NAMES and (item.token.is_name or item.token.opens):
        # `Osric` is a priest; only `OSRIC` is a book.
        return set(item.senses)
    found |= _taken_otherwise(items, place) | _group_names(items, place) | said_in_passing(items, place)
    after = items[place + 1] if place + 1 < len(items) else None
    others = {one.value("class") for at, one in enumerate(items) if at != place} - {None}
    of_spells = after is not None and after.text in {"spell", "spells"}
    likened = bool(others & {"paladin", "ranger"}) and _is_likened(items, place)
    if item.value("class") and others and (of_spells or likened):
        # "Ranger 16 priest spells" is about one character.
        found |= {sense for sense in item.senses if sense[0] == "class"}
    if (
        item.text == "bow"
        and item.value("weapon")
        and any(one.text in {"long", "short"} for one in items[max(0, place - 1) : place])
    ):
        found |= {sense for sense in item.senses if sense[0] == "weapon"}
    return found


def _is_feared(items: Sequence[Item], place: int) -> bool:
    """`Does he get paralyzed`: what may become of him is no state he is in."""
    return any(one.token.text in _BECOME for one in items[max(0, place - 2) : place])


_BECOME = frozenset({"get", "gets", "become", "becomes", "being", "be", "getting"})


def _is_of_a_roll(item: Item) -> bool:
    """`How much is the penalty`, `how much is it harder`: no price."""
    return item.token.text in _HARDER or item.is_cue("modifier") or item.value("column") is not None


_HARDER = frozenset({"harder", "easier", "better", "worse", "slower", "faster", "higher", "lower"})
_FULL_CASTERS = frozenset({"cleric", "druid", "mage"})


def _is_likened(items: Sequence[Item], place: int) -> bool:
    """`As a cleric of what level`, of a ranger's spells: the cleric is nobody; who turns undead is named by both."""
    if items[place].value("class") not in _FULL_CASTERS:
        return False
    before = [word for one in items[max(0, place - 3) : place] for word in one.text.split()]
    ahead = [word for one in items[place + 1 : place + 4] for word in one.text.split()]
    asked = bool({"what", "which"} & {*before, *ahead})
    likened = bool({"as", "like"} & set(before)) or before[-1:] == ["of"]
    return asked and likened and not any(one.is_cue("turn") for one in items)


def _is_mm(items: Sequence[Item], place: int) -> bool:
    """The missiles of a caster of some level, not the book."""
    return items[place].text == "mm" and any(one.is_cue("level") for one in items)


def _of_a_spell_or_thing(items: Sequence[Item], place: int) -> set[Sense]:
    """The darts of the spell are no weapon, and a stick of chalk hits nobody."""
    item = items[place]
    if item.value("weapon") == "dart" and any(one.value("spell") == "magic_missile" for one in items):
        return {sense for sense in item.senses if sense[0] == "weapon"}
    after = _text_after(items, place)
    somebody = place > 0 and (items[place - 1].value("race") or items[place - 1].value("class"))
    if item.text in {"hide", "hides"} and ((item.text == "hides" and somebody) or after in _HIDING):
        return {sense for sense in item.senses if sense[0] in {"armor", "material"}}
    ahead = items[place + 1 : place + 1 + NEAR]
    if item.is_cue("price") and item.words[:2] == ("how", "much") and any(_is_of_a_roll(one) for one in ahead):
        return {("cue", "price")}
    if item.value("situation") == "sleeping_or_held" and item.value("category") and _is_feared(items, place):
        return {sense for sense in item.senses if sense[0] == "situation"}
    if item.is_cue("hit") and item.token.text in {"stick", "tag", "nail"} and _text_after(items, place) == "of":
        return {("cue", "hit")}
    return set()


_HIDING = frozenset({"in", "behind", "from", "under", "among", "himself", "herself", "themselves"})
"""What follows the verb and not the armor."""


def _text_after(items: Sequence[Item], place: int) -> str:
    return items[place + 1].token.text if place + 1 < len(items) else ""


_ALSO_NAMES = frozenset({"osric"})


def _taken_otherwise(items: Sequence[Item], place: int) -> set[Sense]:
    """Meanings that the words before or behind take away."""
    item, found = items[place], set[Sense]()
    if item.is_cue("attacks_per_round") and "often" in item.words and any(one.is_cue("failure") for one in items):
        found |= {("cue", "attacks_per_round"), ("cue", "how_often")}  # how often a spell fails
    if item.text == "command" and place and items[place - 1].value("class"):
        # What a magic-user commands is no spell.
        found |= {sense for sense in item.senses if sense[0] == "spell"}
    if item.value("load_category") not in {None, "none"} and _is_negated(items, place):
        found |= {sense for sense in item.senses if sense[0] == "load_category"}
    if item.is_cue("require") and any(one.is_cue("turn", "save", "hit") for one in items[place + 1 : place + 1 + NEAR]):
        # "The number he requires to turn them" is about turning.
        found.add(("cue", "require"))
    if item.text in _SHORT_ATTACK and place + 1 < len(items) and _is_one_attack(items[place + 1]):
        found.add(("cue", "attacks_per_round"))
    before = items[place - 1] if place else None
    if before is not None and before.token.text == "." and place > 1:
        before = items[place - 2]  # the point of "vs."
    if before is not None and before.is_cue("versus") and item.text in {"spell", "spells", "magic"}:
        # What is saved against is not what is cast.
        found.add(("cue", "spell_slots"))
    return found


_SHORT_ATTACK = frozenset({"att", "atk", "atks", "atts"})


def _is_one_attack(after: Item) -> bool:
    """`Atk penalty`, `att a sleeping target`: the attack itself, not how many there are."""
    return after.is_cue("modifier", "versus") or after.token.text in {"a", "an", "the", "from"}


def _is_negated(items: Sequence[Item], place: int) -> bool:
    """`Nothing heavy on him`."""
    return any(one.token.text in NEGATORS | {"nothing", "hardly"} for one in items[max(0, place - 2) : place])


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
