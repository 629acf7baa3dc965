"""Step 4: which table the question is about, by points for the words and numbers that belong to it.

A topic gains by every cue and every thing it explains and loses by what it does not explain, so the topic that accounts
for most of the question wins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from rules.asking.numbers import fill_slots
from rules.asking.phrases import Sense
from rules.asking.replies import TOPICS
from rules.asking.slots import Slots
from rules.asking.topic import NAMED, Topic
from rules.asking.vocabulary import Item

THRESHOLD = 2.0
"""Fewer points than this, and the question is not about anything here."""
UNEXPLAINED_CUE = 0.6
"""Share of a cue's points that a topic loses which does not explain it."""
MOST_FURTHER = 3
FURTHER = 3.0
"""Points that a topic beside the chosen one must have."""
OWN = 1.2
"""Cues with so many points are taken out before the next topic is looked for."""
REAL_USE = 0.3
"""Points from which a thing counts as used, so that another meaning of the word does not speak against the topic."""
UNEXPLAINED_THING = {
    "weapon": 0.6, "creature": 0.7, "spell": 0.6, "skill": 0.9, "armor": 0.5, "undead": 0.3, "category": 0.3,
    "situation": 0.4, "range_band": 0.5, "column": 0.8, "ability": 0.4, "class": 0.3, "race": 0.2, "material": 0.0,
    "item": 0.0, "light_source": 0.4, "terrain": 0.3, "racial_ability": 0.9,
    "ac": 1.0, "thac0": 1.0, "feet": 0.6, "pounds": 0.8, "years": 0.5, "xp": 0.6, "rating": 0.5, "spell_level": 0.8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """The best topic, its points, how far ahead of the second it is, and the next ones."""

    topic: Topic
    points: float
    lead: float
    others: tuple[Topic, ...]


def rank(slots: Slots) -> list[tuple[float, Topic]]:
    """All topics that something points to, the best first."""
    said = _Said(slots)
    ranked = [(points(topic, slots, said), topic) for topic in TOPICS]
    return sorted((pair for pair in ranked if pair[0] > 0), key=lambda pair: -pair[0])


class _Said:
    """What every topic is compared with, found once for a question."""

    def __init__(self, slots: Slots) -> None:
        self.cues = tuple(slots.cues)
        self.present = things(slots)
        meant = [(place, item.senses) for place, item in enumerate(slots.items) if item.senses]
        self.meant = meant
        """The places with a meaning, and their meanings."""
        self.naming = [(senses, strength) for _, senses in meant if (strength := _naming(senses))]
        """The meanings of what names a topic, and how strongly."""


def choose_topic(slots: Slots) -> Choice | None:
    """The topic with the most points; None when none has enough."""
    ranked = rank(slots)
    if not ranked or ranked[0][0] < THRESHOLD:
        return None
    best, topic = ranked[0]
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    return Choice(topic, best, best - second, tuple(other for _, other in ranked[1:4]))


def likely_topics(slots: Slots) -> list[Topic]:
    """Up to three topics that a question below the threshold may be about."""
    return [topic for gained, topic in rank(slots)[:3] if gained >= THRESHOLD / 2]


def points(topic: Topic, slots: Slots, said: _Said) -> float:
    """How much of the question the topic accounts for."""
    cues, uses = topic.cues, topic.things
    gained = 0.0
    for cue in said.cues:
        gained += cues.get(cue, 0.0)
    extra = topic.more(slots)
    if gained + extra <= 0:
        return 0.0
    for thing in said.present:
        gained += uses.get(thing, 0.0)
    return gained + extra - lost(topic, slots, said)


def lost(topic: Topic, slots: Slots, said: _Said) -> float:
    """What speaks against the topic: cues that name another one, and things that it has no use for."""
    loss = 0.0
    for senses, strength in said.naming:
        if not _listens_to(topic, senses):
            loss += UNEXPLAINED_CUE * strength
    others = [thing for thing in said.present if thing not in topic.things]
    if others:
        explained = _explained(topic, said.meant)
        for thing in others:
            if thing not in slots.places or any(place not in explained for place in slots.places[thing]):
                loss += UNEXPLAINED_THING.get(thing, 0.0)
    return loss


@cache
def _naming(senses: tuple[Sense, ...]) -> float:
    """How strongly a phrase of these meanings names a topic."""
    strength = cue_strength()
    return max((strength.get(value, 0.0) for kind, value in senses if kind == "cue"), default=0.0)


def _accounts_for(topic: Topic, item: Item) -> bool:
    """Whether the topic listens to a cue of the item, or has real use for a thing that it names."""
    return _listens_to(topic, item.senses)


def _listens_to(topic: Topic, senses: tuple[Sense, ...]) -> bool:
    for kind, value in senses:
        if (value in topic.cues) if kind == "cue" else (topic.things.get(kind, 0.0) >= REAL_USE):
            return True
    return False


def explained_places(topic: Topic, slots: Slots) -> set[int]:
    """The positions of phrases of which at least one meaning belongs to the topic."""
    return _explained(topic, [(place, item.senses) for place, item in enumerate(slots.items) if item.senses])


def _explained(topic: Topic, meant: Iterable[tuple[int, tuple[Sense, ...]]]) -> set[int]:
    found, cues, uses = set[int](), topic.cues, topic.things
    for place, senses in meant:
        for kind, value in senses:
            if (value in cues) if kind == "cue" else (kind in uses):
                found.add(place)
                break
    return found


def things(slots: Slots) -> list[str]:
    """The kinds of things and the meanings of numbers that the question has."""
    kinds = [kind for kind in slots.found if kind != "cue"]
    kinds += [name for name in slots.numbers if name not in kinds]
    kinds += ["score"] * bool(slots.abilities) + ["letter"] * bool(slots.letters) + ["dice"] * bool(slots.dice)
    return kinds


def further_topics(slots: Slots, first: Topic) -> list[tuple[Topic, Slots]]:
    """Topics that the question names outright beside the chosen one: "what does he need to hit, and his saves?".

    Each comes with the question without the words of the topics before it.
    """
    found: list[tuple[Topic, Slots]] = []
    topic, rest = first, slots
    listed = {id(slots.items[place].token) for place in listed_facts(slots.items)}

    def is_asked(item: Item) -> bool:
        return _naming(item.senses) >= NAMED or item.value("skill") is not None or id(item.token) in listed

    for _ in range(MOST_FURTHER):
        if not any(is_asked(item) and not _belongs_to(topic, item) for item in rest.items):
            break  # reading the rest again takes meanings away and adds none
        rest = without(rest, topic)
        explained = explained_places(first, rest)
        left = [
            item
            for place, item in enumerate(rest.items)
            if place not in explained or (id(item.token) in listed and not _listens(first, item))
        ]
        if not any(is_asked(item) for item in left):
            break
        choice = choose_topic(rest)
        if (
            choice is None
            or choice.topic is first
            or any(choice.topic is one for one, _ in found)
            or choice.points < FURTHER
        ):
            break
        if not any(_accounts_for(choice.topic, item) and is_asked(item) for item in left):
            break
        topic = choice.topic
        found.append((topic, rest))
    return found


FACTS = frozenset(
    {"weight", "price", "speed", "range", "damage", "damage_type", "thac0", "save", "hp", "hd", "xp", "initiative",
     "attacks_per_round", "morale", "max_age", "magic_resistance", "alignment", "backstab", "spell_slots",
     "treasure", "number_appearing", "casting_time", "duration", "area"}
)  # fmt: skip
"""Cues of one value each, of which a question may list several: `weight and cost`."""
_LISTING = frozenset({"and", ",", "&", "plus", "also"})
_BETWEEN = 3


def listed_facts(items: Sequence[Item]) -> list[int]:
    """The places of facts that stand in a list: an `and` or a comma parts them, and little else."""
    places = [place for place, item in enumerate(items) if item.is_cue(*FACTS)]
    found: dict[int, None] = {}
    for one, other in pairwise(places):
        between = [item.token.text for item in items[one + 1 : other]]
        if len(between) <= _BETWEEN and set(between) & _LISTING and items[one].cues != items[other].cues:
            found |= {one: None, other: None}
    return list(found)


def unanswered(slots: Slots, topics: Sequence[Topic]) -> bool:
    """Whether one of several facts that a question lists belongs to none of the topics that answered."""
    places = listed_facts(slots.items)
    return any(not any(_listens(topic, slots.items[place]) for topic in topics) for place in places)


def _listens(topic: Topic, item: Item) -> bool:
    return any(topic.cues.get(cue, 0.0) > 0 for cue in item.cues)


def without(slots: Slots, topic: Topic) -> Slots:
    """The question without the words that name a topic."""
    kept = [item for item in slots.items if not _belongs_to(topic, item)]
    return fill_slots(kept)


def _belongs_to(topic: Topic, item: Item) -> bool:
    return any(kind == "cue" and topic.cues.get(value, 0.0) >= OWN for kind, value in item.senses)


def first_place(topic: Topic, slots: Slots) -> int:
    """Where the question first names the topic; its end when it does not."""
    places = [
        place
        for place, item in enumerate(slots.items)
        if any(
            topic.cues.get(value, 0.0) >= (OWN if value in FACTS else NAMED)
            if kind == "cue"
            else kind == "skill" and topic.things.get(kind, 0.0) >= 1
            for kind, value in item.senses
        )
    ]
    return min(places, default=len(slots.items))


@cache
def cue_strength() -> dict[str, float]:
    """The most points any topic gives to each cue, for cues that name a topic."""
    strongest: dict[str, float] = {}
    for topic in TOPICS:
        for cue, value in topic.cues.items():
            strongest[cue] = max(strongest.get(cue, 0.0), value)
    return {cue: value for cue, value in strongest.items() if value >= NAMED}
