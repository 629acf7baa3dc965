"""Step 3: words that only tell, hurry or call: `should I write`, `bars the way`, `my old fighter`, `pick up`."""

from collections.abc import Sequence

from rules.asking.phrases import Sense
from rules.asking.unspoken import SELLERS
from rules.asking.vocabulary import Item


def said_in_passing(items: Sequence[Item], place: int) -> set[Sense]:
    """Meanings of words that only tell or hurry: `should I write`, `bars the way`, `..., quick`, a golem's fist."""
    item = items[place]
    before, after = (items[at].token.text if 0 <= at < len(items) else "" for at in (place - 1, place + 1))
    taken = {
        "request": before in _TELLERS or (item.text == "make up" and before in _COUNTED),
        "opinion": item.text.endswith("than") and place + 1 < len(items) and items[place + 1].kind in _NUMERALS,
        "uncovered": item.text in _STRUCK_WITH and any(one.value("creature") for one in items),
        "column": item.text in {"bars", "gates"} and not _is_forced(items),
        "armor": (item.text == "nothing" and after == "else" and before not in _WORN)
        or (item.text == "hide" and before in _ITS and any(one.value("creature") for one in items)),
        "age_category": item.text == "old" and before in _OF_SOMEBODY and _names_other_age(items),
        "situation": (item.value("situation") == "rear" and (after in {"us", "me", "schedule"} or before in _STAYED))
        or (item.value("situation") == "charging" and any(one.token.text in SELLERS for one in items)),
    }
    if unknown := _unknown_to_the_speaker(items, place, before, after):
        return unknown
    if (item.text == "fire" and before in _ARTICLES) or (item.text == "got" and before in _HOLDING):
        return {sense for sense in item.senses if sense in {("cue", "attack"), ("cue", "rolled")}}
    if _only_tells(item, before, after):
        return set(item.senses)
    if item.text == "plus" and _is_worn(items[place + 1 : place + 3]):
        return {sense for sense in item.senses if sense == ("cue", "modifier")}
    if item.text == "lair" and any(one.is_cue("morale") for one in items):
        return {("cue", "treasure")}
    return {sense for sense in item.senses if taken.get(sense[0])}


def _unknown_to_the_speaker(items: Sequence[Item], place: int, before: str, after: str) -> set[Sense]:
    item = items[place]
    if item.is_cue("what_level") and _is_forgotten(items, place):
        return {("cue", "what_level")}
    if item.is_cue("nonproficient") and _is_wondered(item, before, after):
        return {("cue", "nonproficient")}
    return set()


def _is_forgotten(items: Sequence[Item], place: int) -> bool:
    """`How many spells has she, though I have forgotten which level she is`: what the speaker does not know."""
    start = next((at for at in range(place - 1, max(-1, place - NEAR), -1) if items[at].token.text in _FORGOTTEN), None)
    if start is None:
        return False
    before = [one.token.text for one in items[:start]]
    return not _QUESTIONS.isdisjoint(before) and not _ASIDE.isdisjoint(before[-2 * NEAR :])


NEAR = 7
_FORGOTTEN = frozenset(
    {"forgotten", "forgot", "forget", "unsure", "remember", "recall", "know", "sure", "lost", "told"}
)
_QUESTIONS = frozenset({"how", "what", "whats", "which"})
_ASIDE = frozenset({"though", "although", "but", "however", "only", "alas", "sadly", ".", "?", ";"})


def _only_tells(item: Item, before: str, after: str) -> bool:
    """`I don't know`, `listen, my ...`, `my old fighter`, `quick question`: nothing is asked with these."""
    if item.text == "listen":
        return before in _CALLS | {""} and (after in _PAUSES or after in _TELLERS | {"my"})
    if item.text == "old":
        return before in _ONES_OWN or after in _PEOPLE
    if item.value("weapon") and item.text in {"pick", "picks"}:
        return after in _PICKED or before in _PICKERS
    if item.text == "quick":
        return after == "question" or (before in _PAUSES and after in _PAUSES)
    return item.is_cue("nonproficient") and "know" in item.text.split() and before in {"i", "we"}


def _names_other_age(items: Sequence[Item]) -> bool:
    """`Her old tutor` says nothing where another age is asked for."""
    return any(one.value("age_category") for one in items if one.text != "old")


_OF_SOMEBODY = frozenset({"my", "our", "his", "her", "their", "an", "the", "this", "that"})
_STAYED = frozenset({"left", "stayed", "stay", "fell", "remained", "leave", "leaves"})
_ARTICLES = frozenset({"the", "a", "by", "that", "camp"})
_HOLDING = frozenset({"now", "has", "have", "ve", "had"})
_NUMERALS = frozenset({"number", "signed"})
_WORN = frozenset({"wearing", "wears", "wear", "in", "wore"})
_COUNTED = frozenset({"rounds", "turns", "minutes", "segments", "hours", "days", "coins", "dice"})
"""What makes up something else: `how many rounds make up one turn`."""
_CALLS = frozenset({"so", "ok", "okay", "hey", "now", "well", "please", "yo", ".", "!", ","})


def _is_wondered(item: Item, before: str, after: str) -> bool:
    """`I do not know which ...`, `no special training`: no lack of skill."""
    untaught = "training" in item.text and "special" in {before, after}
    return untaught or (before in _SPEAKERS and after in _WONDERED)


def _is_worn(items: Sequence[Item]) -> bool:
    """`Plus a shield`: one thing more, not a bonus."""
    return any(one.is_cue("shield") or one.value("armor") for one in items)


_ONES_OWN = frozenset({"my", "our", "good", "poor", "dear", "same"})
_PEOPLE = frozenset(
    {"one", "man", "men", "woman", "lady", "friend", "friends", "module", "campaign", "sheet", "school", "fighter",
     "thief", "mage", "cleric", "wizard", "priest", "paladin", "ranger", "druid", "bard", "rogue", "warrior", "player",
     "players", "game", "book", "books", "rules", "rule", "edition", "question", "dm", "gm", "boy", "chap", "fellow"}
)  # fmt: skip


def _is_forced(items: Sequence[Item]) -> bool:
    return any(one.value("ability") or one.text in _FORCED for one in items)


_TELLERS = frozenset({"i", "we", "he", "she", "they", "gm", "dm"})
_ITS = frozenset({"its", "their", "his", "her", "s", "thick", "tough", "scaly"})
_STRUCK_WITH = frozenset({"fist", "fists", "punch", "punches", "kick"})
_FORCED = frozenset({"bend", "lift", "pry", "force", "bending", "lifting", "percent", "chance"})
_PICKED = frozenset({"up", "out", "one", "it", "them", "from", "his", "her", "my"})
_PICKERS = frozenset({"i", "you", "we", "they", "to", "can", "must", "should", "may"})
_SPEAKERS = frozenset({"i", "we"})
_WONDERED = frozenset(
    {"which", "what", "how", "if", "whether", "where", "when", "why", "who", "the", "his", "her", "my", "it"}
)
_PAUSES = frozenset({"", ",", ".", "!", "?", ":", ";", "-", "and", "please"})
