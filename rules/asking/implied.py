"""Step 3: cues that stand between the words: `how much does it do` asks for damage, `his shield broke` loses it."""

from collections.abc import Callable, Sequence
from itertools import pairwise, permutations

from rules.asking.context import DICE_ASKED, NEAR, NEGATORS
from rules.asking.unspoken import AFFECTS, UNSPOKEN
from rules.asking.vocabulary import Item
from rules.asking.wanted import asks_change

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
    if not given.isdisjoint(_GAINED) and _comes_with_level(items):
        return True
    texts = [item.token.text for item in items]
    for place, item in enumerate(items):
        if item.is_cue("level") and not _beside_number(items, place):
            before = {one.token.text for one in items[max(0, place - 2) : place]}
            if before & (_LOWEST | _WHICH) or (texts[place - 1] == "at" and _closes(items, place + 1)):
                return True
            if _of_whom(items, place):
                return True
    return False


def _comes_with_level(items: Sequence[Item]) -> bool:
    """`When does a wizard cast ...`, `the first gets ...`, `how many levels does he need`."""
    texts = [item.token.text for item in items]
    if "when" in texts and not {"again", "retry"} & set(texts):
        return True
    firsts = (one.kind == "ordinal" and one.token.number == 1 for one in items)
    if any(first and after in _GETS for first, after in zip(firsts, texts[1:], strict=False)):
        return True
    counted = any(texts[at : at + 3] == ["how", "many", "levels"] for at in range(len(texts)))
    counted = counted or any(item.text == "how many levels" for item in items)
    return counted and not {"need", "needs", "must"}.isdisjoint(texts)


def _of_whom(items: Sequence[Item], place: int) -> bool:
    """`Level of priest for raise dead`: no number stands anywhere, and a spell is named."""
    numbered = any(one.kind in {"number", "ordinal", "fraction"} for one in items)
    after = items[place + 1 : place + 4]
    spelled = any(one.value("spell") for one in items)
    return (
        bool(after)
        and after[0].token.text == "of"
        and any(one.value("class") for one in after)
        and spelled
        and not numbered
    )


def _closes(items: Sequence[Item], place: int) -> bool:
    """Whether nothing follows but marks: `gets 3rd-level spells at level?`."""
    return all(item.kind == "separator" for item in items[place:])


def _is_screened(_given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`Behind a 50 % wall` is cover."""
    places = [place for place, item in enumerate(items) if item.token.text == "behind"]
    return any(one.is_cue("percent") for place in places for one in items[place : place + NEAR])


def _asks_hit_dice(_given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    affected = any(item.token.text in AFFECTS for item in items) and "spell" in kinds
    return "creature" in kinds and not affected and any(item.text in DICE_ASKED for item in items)


def _is_unpractised(_given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`a sword he isn't proficient with`, `an axe she never learnt`: a weapon that is not known."""
    armed = "weapon" in kinds or any(item.token.text in _ARMS for item in items)
    places = [place for place, item in enumerate(items) if item.token.text in NEGATORS | _NEVER]
    near = (items[place + 1 : place + NEAR] for place in places)
    # "No special training" is no specialisation, which nobody needs.
    near = (ahead for ahead in near if not any(item.token.text in {"special", "extra"} for item in ahead))
    return armed and any(item.token.text in _PRACTISED for ahead in near for item in ahead)


_NEVER = frozenset(
    {"never", "hasnt", "havent", "cannot", "cant", "doesnt", "didnt", "dont", "wasnt", "lacks", "lacking"}
)
_PRACTISED = frozenset(
    {"proficient", "proficiency", "trained", "training", "learned", "learnt", "learn", "know", "knows", "skilled",
     "skill", "practised", "practiced", "familiar", "schooled"}
)  # fmt: skip
_ARMS = frozenset({"weapon", "weapons", "wield", "wielding", "wields", "swing", "swinging", "swings", "arms"})


def _beside_number(items: Sequence[Item], place: int) -> bool:
    if place + 2 < len(items) and items[place + 1].kind == "ordinal" and items[place + 2].is_cue("level"):
        return items[place - 1].kind in {"number", "ordinal"}  # the number after it is that of another level
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
    each = any(one in {"per", "a", "each", "every"} and after in {"round", "rd"} for one, after in pairwise(texts))
    struck = "attack" in given and not _TIMES.isdisjoint(texts)
    return each and ("weapon" in kinds or struck) and given.isdisjoint({"damage", "spell", "movement"})


_TIMES = frozenset({"2", "3", "twice", "thrice", "many", "times"})


_HOLDS = frozenset({"wants", "want", "with", "uses", "use", "using", "wields", "wielding", "wield", "swings", "has"})


def _fights_with_two(given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`Two swords: what is the penalty` is about fighting with both; their weight is not."""
    pair = any(
        item.kind == "number" and item.token.text == "2" and after.value("weapon") and after.token.text.endswith("s")
        for item, after in pairwise(items)
    )
    held = any(one.token.text in _HOLDS and after.token.text == "2" for one, after in pairwise(items))
    struck = not given.isdisjoint(_WITH_BOTH) or ("column" in kinds and held)
    return pair and given.isdisjoint(_OF_EACH) and struck


def _adds_spells(_given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`Bonus first-level spells`, `how many extra level 1 spells`."""
    spelled = any(item.is_cue("spell", "spell_slots", "spell_level") for item in items)
    return spelled and any(
        one.token.text in _MORE and (after.kind == "ordinal" or after.is_cue("level", "spell_level"))
        for one, after in pairwise(items)
    )


_MORE = frozenset({"bonus", "extra", "additional", "free"})


def _lost_shield(_given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`His shield got smashed`, `shield lost in the river`: none is carried."""
    for place, item in enumerate(items):
        before, after = items[max(0, place - 4) : place][::-1], items[place + 1 : place + 5]
        if item.is_cue("shield") and (_is_lost(after) or _is_lost(before, _FOR_IT)):
            return True
    return False


def _is_lost(near: Sequence[Item], ends: frozenset[str] = frozenset()) -> bool:
    """Whether a word of loss is near, and no pause between; what is got for something else is not lost."""
    words = [one.token.text for one in near]
    end = next((at for at, word in enumerate(words) if word in _STOPS | ends), len(words))
    parted = any(one in _GIVEN and other in {"up", "away", "off"} for one, other in permutations(words[:end], 2))
    return parted or not _LOST.isdisjoint(words[:end])


_GIVEN = frozenset({"gave", "give", "gives", "giving", "given", "threw", "throws", "thrown", "put", "puts", "flung"})
_FOR_IT = frozenset({"for", "to"})


_LOST = frozenset(
    {"lost", "lose", "loses", "broke", "broken", "breaks", "gone", "destroyed", "shattered", "sundered", "dropped",
     "stolen", "splintered", "smashed", "missing", "forgot", "discarded", "burned", "burnt", "without", "sans",
     "sold", "sells", "traded", "trades", "swapped", "swaps", "pawned", "donated", "abandoned", "ditched", "ditches",
     "exchanged", "replaced", "cracked", "eaten", "ate", "hates", "refuses", "forgets", "loaned", "lent"}
)  # fmt: skip
_STOPS = frozenset({",", ".", "?", "!", ";", "and", "but", "with"})


def _is_changed(_given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`How much does she lose on moving silently`: the change, not the sum."""
    return asks_change(items)


Implied = Callable[[set[str], set[str], Sequence[Item]], bool]


def _counts_missiles(_given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`Magic missile, how many darts come out`."""
    texts = {item.token.text for item in items}
    return any(item.value("spell") == "magic_missile" for item in items) and bool(
        texts & {"darts", "bolts", "arrows", "missiles", "shots"} and texts & {"many", "number"}
    )


def _weighs_modifiers(_given: set[str], _kinds: set[str], items: Sequence[Item]) -> bool:
    """`Long range: -2 or -5?`: of the signs one is asked for."""
    signs = [item.kind == "signed" for item in items]
    return any(
        signs[at - 1] and signs[at + 1]
        for at, item in enumerate(items)
        if item.token.text == "or" and 0 < at < len(items) - 1
    )


def _asks_how_high(_given: set[str], kinds: set[str], items: Sequence[Item]) -> bool:
    """`A half-elf thief, until which level can he go up`."""
    texts = [item.token.text for item in items]
    ends = any(item.is_cue("what_level") and texts[at - 1] in {"until", "till", "to"} for at, item in enumerate(items))
    ends = ends or any(item.is_cue("what_level") and item.words[:1] in {("until",), ("till",)} for item in items)
    return ends and "race" in kinds and "class" in kinds


_IMPLIED: tuple[tuple[str, Implied], ...] = (
    ("damage", _asks_damage),
    ("attacks_per_round", _counts_shots),
    ("how_many_missiles", _counts_missiles),
    ("modifier", _weighs_modifiers),
    ("thief_skills", _asks_skills),
    ("two_weapons", _fights_with_two),
    ("what_level", _asks_level),
    ("nonproficient", _is_unpractised),
    ("hd", _asks_hit_dice),
    ("cover", _is_screened),
    ("bonus_spells", _adds_spells),
    ("no_shield", _lost_shield),
    ("change", _is_changed),
    ("level_limit", _asks_how_high),
    *UNSPOKEN,
)
