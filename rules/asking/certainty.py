"""How surely a question was understood: what its answer leaves unexplained, and whether it is a question at all."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rules.asking.lexicon import others, small_words
from rules.asking.roles import is_struck
from rules.asking.slots import Slots
from rules.asking.topic import NAMED, Topic
from rules.asking.topics import explained_places
from rules.asking.vocabulary import Item
from rules.characters import spoken

_ASIDE = frozenset(
    {"uncovered", "not_counted", "other_race", "situation", "spell", "weapon", "creature", "skill", "range_band",
     "initiative_situation", "racial_ability"}
)  # fmt: skip
"""Kinds of things that are named when an answer does not rest on them."""
_ASKING = frozenset(others()["asking"])
"""Words that make a sentence a question."""
_AUXILIARIES = frozenset(
    {"do", "does", "did", "am", "can", "could", "may", "is", "are", "will", "would", "should", "list", "show", "give"}
)
_ASKING_ANYWHERE = _ASKING - _AUXILIARIES
_CLAUSE = frozenset({"and", "so", "ok", "or", "but", "hey", "also", "then", "please", "quick", "yo"})
_PERSONS = frozenset({"i", "he", "she", "they", "we", "it"})
"""Behind `can` and `does` these make a question of what stands before: `my sister is an elf can she`."""
_STATES = frozenset({"is", "are", "am", "im"})
_TALKING = frozenset(
    {"i", "im", "ive", "my", "me", "we", "our", "us", "he", "she", "they", "it", "that", "this", "lol", "omg"}
)  # fmt: skip
_TOLD = frozenset({"saved", "turned", "stole", "attacked", "was", "were", "hates", "loves", "showing", "went", "had"})
_ASKED_FOR = frozenset(
    {"modifier", "bonus", "penalty", "adjustment", "chance", "total", "percentage", "legal", "illegal", "permitted"}
)
RULE = "basic_rule"
"""The topic that counts itself what it does not explain."""
_SAID = frozenset({"class", "level", "roll", "ac", "thac0", "hit_dice", "feet", "pounds", "years", "weapon", "armor"})


def outside(slots: Slots, topics: Sequence[Topic]) -> list[str]:
    """The things of the question that the topics have no use for."""
    explained = _explained(slots, topics)
    found = []
    for place, item in enumerate(slots.items):
        kinds = {kind for kind, _ in item.senses}
        if place in explained or not kinds & _ASIDE:
            continue
        if "cue" not in kinds or kinds & {"uncovered", "not_counted", "situation"}:
            found.append(item.text)
    return found


def unexplained(slots: Slots, topics: Sequence[Topic]) -> list[str]:
    """The words with a content of their own that an answer about these topics does not rest on."""
    if any(topic.name == RULE for topic in topics):
        return []
    explained = _explained(slots, topics)
    return list(
        dict.fromkeys(item.text for place, item in enumerate(slots.items) if place not in explained and _speaks(item))
    )


def _explained(slots: Slots, topics: Iterable[Topic]) -> set[int]:
    return {place for topic in topics for place in explained_places(topic, slots)}


def strangers_asked_for(slots: Slots) -> int:
    """How many words that nothing is known of stand where the question says what it asks for: `what blorp`."""
    return sum(
        item.kind == "unknown" and any(_asks_for(slots.items[at]) for at in range(max(0, place - _NEAR), place))
        for place, item in enumerate(slots.items)
    )


def _asks_for(item: Item) -> bool:
    return not _ASKS_FOR.isdisjoint((item.token.text, *item.words))


_ASKS_FOR = frozenset({"what", "which", "many", "much", "whats"})
_NEAR = 2


def _speaks(item: Item) -> bool:
    if item.kind == "unknown":
        return True
    if item.kind not in {"filler", "phrase"} or len(item.token.text) < 2:
        return False
    return any(word not in small_words() and not word.isdecimal() for word in item.text.split())


def one_of_several(slots: Slots, text: str) -> bool:
    """Whether an answer tells of some things that a question names and not of others of their kind."""
    told = text.lower()
    for kind in ("race", "armor", "ability", *(["class"] if not slots.multi_class else [])):
        named = [spoken(one) in told for one in slots.all(kind)]
        if any(named) and not all(named):
            return True
    return False


def tells_of_another(slots: Slots, topic: str) -> bool:
    """Whether the answer is likely to be about something beside what is asked.

    What a creature does is not what is done to it, and a price or a burning time is no chance.
    """
    struck = topic in _OF_THE_STRIKER and slots.has("damage") and is_struck(slots)
    return struck or (topic in _WITHOUT_CHANCE and "chance" in slots.words)


_OF_THE_STRIKER = frozenset({"creature", "damage"})
_WITHOUT_CHANCE = frozenset({"spell", "light", "price", "movement", "ageing", "hit_dice", "experience"})


def has_idle_plus(slots: Slots, topics: Sequence[Topic]) -> bool:
    """Whether a plus or minus is told that no answer about these topics rests on: `with a +1 holy symbol`."""
    return bool(slots.bonuses) and not any(topic.name in _WITH_PLUSES for topic in topics)


_WITH_PLUSES = frozenset(
    {"attack_roll", "thac0", "damage", "armor_class", "saving_throw", "initiative", "item_save", "surprise", "morale",
     "ability", "reaction", "situation", "racial_save", "thief_skills", "thief_adjustment", "race", "class_armor",
     "class_weapons", "proficiency", "two_weapons", "weapon_vs_armor", "creature", "table", "backstab", "basic_rule",
     "level_limit", "counting"}
)  # fmt: skip
"""Topics whose answers count a plus, compare with one, or are the same whatever the plus."""


def has_idle_number(slots: Slots, topics: Sequence[Topic]) -> bool:
    """Whether a level, Hit Dice, a score or a roll is told that no answer about these topics has a use for."""
    if any(topic.name in _WHATEVER for topic in topics) or "than" in slots.words:
        return False
    told = _COUNTING & slots.numbers.keys() | ({"score"} if slots.abilities else set[str]())
    return any(all(topic.things.get(name, 0.0) <= 0 for topic in topics) for name in told)


_COUNTING = frozenset({"level", "hit_dice", "ac", "thac0", "roll"})
_WHATEVER = frozenset(
    {RULE, "raising", "thief_adjustment", "falling", "individual_award", "exceptional_strength", "starting_funds",
     "school", "situation", "ability", "armor_class", "damage"}
)  # fmt: skip
"""Topics whose answers count such a number in their own way, or are the same whatever it is."""


def has_idle_circumstance(slots: Slots, topics: Sequence[Topic]) -> bool:
    """Whether something is told that changes an attack, and that the answers know nothing of: `at point blank`."""
    said = {cue for item in slots.items for cue in item.cues} & _CHANGING
    return any(all(cue not in topic.cues for topic in topics) for cue in said) and topics[0].name != RULE


_CHANGING = frozenset(
    {"point_blank", "cover", "concealment", "nonproficient", "familiar", "two_weapons", "specialised", "backstab",
     "load"}
)  # fmt: skip


def names_a_state(slots: Slots, topics: Sequence[Topic]) -> bool:
    """Whether a state is told that changes what is asked, and that no table counts: `who is drunk`, `while cursed`."""
    explained = _explained(slots, topics)
    return any(item.value("not_counted") and place not in explained for place, item in enumerate(slots.items))


def asks_for_a_journey(slots: Slots, topics: Sequence[Topic]) -> bool:
    """Whether it is asked how far somebody comes in hours or days, of a rate that is for rounds."""
    moves = any(topic.name in {"movement", "creature"} for topic in topics)
    return moves and slots.has("movement", "range") and bool(slots.words & _ON_A_JOURNEY)


_ON_A_JOURNEY = frozenset({"day", "daily", "hour", "hours", "mile", "miles", "overland", "journey", "week"})


def leaves_open(slots: Slots, headline: Sequence[str]) -> bool:
    """Whether a yes or no is asked for that an answer does not say."""
    if slots.words & _ASKS_VALUE or slots.items[0].token.text not in _WHETHER or any(slots.places.get("column", ())):
        return False
    return not {"yes", "no"} & {text.lower() for text in headline} and slots.items[1].token.text not in {"you", "i"}


_WHETHER = frozenset({"is", "are", "does", "do", "can", "may", "will", "would", "has", "have", "could", "should"})
_ASKS_VALUE = frozenset({"what", "how", "which", "who", "when", "list", "give", "tell", "whats", "number", "or", "get"})


def is_small_talk(slots: Slots, topics: Sequence[Topic]) -> bool:
    """Whether words of the rules only happen to be in a sentence about something else.

    A question is asked with a word or a mark, or consists of nothing but what the tables know.
    """
    rest = [word for word in unexplained(slots, topics) if word not in slots.names]
    if "opinion" in slots.found and not _asks_a_fact(slots, topics):
        return True
    if topics and topics[0].name == RULE:
        return _exclaimed(slots)
    known = len(_explained(slots, topics))
    numbers = bool(
        slots.numbers or slots.abilities or slots.levels or slots.letters or slots.bonuses or slots.left_over
    )
    if not asks(slots):
        told = _is_told(slots)
        verbs = {item.token.text for item in slots.items if len(item.words) < 2} & _TOLD
        states = bool(_STATES & slots.words) and not slots.has("modifier", "chance", "need")
        if (
            verbs or (states and _is_told(slots)) or slots.items[0].token.text in _TALKING - {"my", "our"}
        ) and not numbers:
            return True
        return (
            (len(rest) >= max(1, known) and told and not numbers)
            or (_exclaimed(slots) and not numbers and not _names_fact_and_thing(slots, topics))
            or (len(rest) > 2 and len(rest) >= known and not numbers)
        )
    story = 2 * _names_fact_and_thing(slots, topics)
    return len(rest) >= 2 and len(rest) > min(known, 1 + len(slots.cues)) + story and not numbers


def _asks_a_fact(slots: Slots, topics: Sequence[Topic]) -> bool:
    """`I hate to ask, THAC0 of a fighter of level 7?`: what is named outright is asked, whatever is thought of it."""
    said = {cue for item in slots.items for cue in item.cues}
    named = any(topic.cues.get(cue, 0.0) >= NAMED for topic in topics[:1] for cue in said)
    return named and asks(slots)


def _names_fact_and_thing(slots: Slots, topics: Iterable[Topic]) -> bool:
    """`Hark! A hill giant bars the pass ... what is his armor class?`: whatever the story, a fact of a thing."""
    explained = [slots.items[place] for place in _explained(slots, topics)]
    thing = any(item.value("creature") or item.value("class") for item in explained)
    of_race = any(item.value("race") for item in explained) and any(item.is_cue("percent", "age") for item in explained)
    return of_race or (
        thing
        and any(item.is_cue("ac", "what_ac", "thac0", "hd", "movement", "morale", "alignment") for item in explained)
    )


def _exclaimed(slots: Slots) -> bool:
    fact = "spell" in slots.found and slots.has("damage", "range", "duration", "area", "casting_time")
    return slots.items[-1].token.text == "!" and not _SAID & slots.found.keys() and not fact and not asks(slots)


def asks(slots: Slots) -> bool:
    """Whether anything is asked, with a word or a mark."""
    return asks_in(slots.items)


def asks_in(sentence: Sequence[Item]) -> bool:
    """The same of a part of a question."""
    items = [item for place, item in enumerate(sentence) if not _exclaims(sentence, place)]
    return (
        any(_asks_with(items, place) for place in range(len(items)))
        or any(item.token.text in {"roll", "number"} for item in items[1:])
        or any(
            one.token.text == "to" and after.token.text in {"know", "learn", "hear"} for one, after in pairwise(items)
        )
        or any(_ASKED_FOR & set(item.text.split()) for item in items)
    )


def _asks_with(items: Sequence[Item], place: int) -> bool:
    """A question word or mark; `is` and `can` ask only where a clause begins."""
    item = items[place]
    if item.token.text in _AUXILIARIES:
        after = items[place + 1].token.text if place + 1 < len(items) else ""
        return (
            place == 0
            or after in _PERSONS
            or items[place - 1].kind == "separator"
            or items[place - 1].token.text in _CLAUSE
        )
    return (
        not _ASKING_ANYWHERE.isdisjoint((item.token.text, *item.words))
        or item.token.text == "?"
        or item.is_cue("need", "modifier", "chance")
    )


def _exclaims(items: Sequence[Item], place: int) -> bool:
    """`What a hit that was` is no question."""
    after = items[place + 1].token.text if place + 1 < len(items) else ""
    return items[place].token.text == "what" and after in {"a", "an"} and items[-1].token.text != "?"


def _is_told(slots: Slots) -> bool:
    return any(item.token.text in _TALKING for item in slots.items)
