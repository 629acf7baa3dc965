"""What is to be different about somebody who was made: "older", "a cleric", "named Mara", "a bit taller and evil".

Every word has to be understood: one that is not is told, and nothing is changed then.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import rules
from workers.world_designer.ageing import aged_by
from workers.world_designer.brief import MAX_LEVEL, MAX_TRAITS, NOTHING, NpcBrief, npc_brief, understood
from workers.world_designer.names import make_name
from workers.world_designer.npc import Npc
from workers.world_designer.person import GENERATOR
from workers.world_designer.prose import stream
from workers.world_designer.reading import normalise
from workers.world_designer.stats import HIGHEST, LOWEST
from workers.world_designer.telling_changes import Difference, asks_nothing, difference, shown_words
from workers.world_designer.vocabulary import ages, words
from workers.world_designer.vocabulary.traits import BY_WORD, OPPOSED

PERSON: Final = (
    "age (*older*, *young*, *60 years old*), people (*an elf*), class and level (*a cleric*, *level 5*), trade "
    "(*a smith*), alignment (*evil*), gender, name (*call her Mara*, *a different name*), home (*from Ashford*), "
    "scores (*stronger*, *strength 17*), and looks and ways such as *taller*, *richer* or *gruff*"
)
"""What can be different about a person, for who asks for something else."""
_STEP: Final = 2
"""By so much a score goes up or down, and a level."""
_UP: Final = {
    "strength": "stronger mightier brawnier",
    "dexterity": "quicker faster nimbler swifter agile dexterous nimble",
    "constitution": "tougher hardier healthier sturdier",
    "intelligence": "smarter cleverer brighter intelligent clever smart",
    "wisdom": "wiser",
    "charisma": "charismatic likeable",
}
_DOWN: Final = {
    "strength": "weaker feebler",
    "dexterity": "slower clumsier",
    "constitution": "frailer sicklier",
    "intelligence": "dumber stupider dimmer",
    "wisdom": "unwiser",
    "charisma": "duller",
}
_SCORE_WORDS: Final = {
    word: (name, by)
    for table, by in ((_UP, _STEP), (_DOWN, -_STEP))
    for name, these in table.items()
    for word in words(these)
}
_TRAIT_WORDS: Final = dict(
    pair.split(":")
    for pair in words(
        "richer:rich wealthier:wealthy poorer:poor taller:tall bigger:huge larger:huge shorter:short smaller:small "
        "fatter:fat stouter:stout plumper:plump thinner:thin leaner:lean skinnier:skinny uglier:ugly prettier:pretty "
        "handsomer:handsome lovelier:lovely friendlier:friendly kinder:kind nicer:friendly jollier:jolly "
        "grumpier:grumpy gruffer:gruff surlier:surly meaner:cruel crueler:cruel crueller:cruel nastier:cruel "
        "shyer:shy prouder:proud greedier:greedy angrier:angry creepier:creepy scarier:menacing stranger:strange "
        "weirder:strange drunker:drunk holier:pious darker:sinister"
    )
)
_MORE_SCORE: Final = re.compile(rf"\b(?:more )?({'|'.join(_SCORE_WORDS)})\b")
_AGE_BY: Final = re.compile(r"\b(?P<much>much |a lot |far |way |lots )?(?P<few>a (?:little )?bit |a little |slightly )?"
                            r"(?P<way>older|elder|younger)\b")  # fmt: skip
_OTHER_NAME: Final = re.compile(r"\b(?:an?other|different|new|better|other) name\b")
_LEVEL_BY: Final = re.compile(
    r"\b(?:(?P<up>(?:higher|greater)[ -]level|more (?:experienced|powerful)|(?:a )?level up)|"
    r"(?P<down>lower[ -]level|less (?:experienced|powerful)))\b|"
    r"\b(?P<count>an?|one|two|three|four|five|\d) (?:more )?levels? (?P<way>higher|lower|more|less)\b"
)
_COUNTS: Final = {"a": 1, "an": 1} | {word: number for number, word in enumerate(words("one two three four five"), 1)}


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody made again.

    Attributes:
        person: As it is now.
        asked: All that is different about it by now.
        differences: What the last words changed.
        unknown: Words that were not understood; the person is as it was then.
    """

    person: Npc
    asked: NpcBrief = NOTHING
    differences: tuple[Difference, ...] = ()
    unknown: tuple[str, ...] = ()


def change_person(make: Callable[[NpcBrief], Npc], said: Sequence[str]) -> Changed:
    """Make somebody again with differences.

    Args:
        make: Makes the person with what is to be different.
        said: The words of each change, the first one first; each begins where the one before ended.
    """
    now = Changed(make(NOTHING))
    for words_said in said:
        asked, unknown = read_change(words_said, now.person, now.asked)
        if unknown:
            return Changed(now.person, now.asked, unknown=unknown)
        person = make(asked)
        now = Changed(person, asked, tuple(_differences(now.person, person)))
    return now


def read_change(said: str, person: Npc, asked: NpcBrief = NOTHING) -> tuple[NpcBrief, tuple[str, ...]]:
    """What words ask to be different about a person, added to what was asked before; and the words nobody knows."""
    text = normalise(said)
    facts: dict[str, Any] = {}
    text = _take(_OTHER_NAME, text, lambda _: facts.update(name=_other_name(person)))
    text = _take(_AGE_BY, text, lambda match: facts.update(_other_age(match, person)))
    text = _take(_LEVEL_BY, text, lambda match: facts.update(level=_other_level(match, person)))
    scores = dict(asked.abilities)
    text = _take(_MORE_SCORE, text, lambda match: scores.update(_other_score(match[1].lower(), person)))
    text = re.sub(r"[^\W\d_]+", lambda word: _TRAIT_WORDS.get(word[0].lower(), word[0]), text)
    brief = npc_brief(text)
    if brief.name and brief.name.islower():
        brief = replace(brief, name=brief.name.title())
    facts = _said_plainly(brief) | facts
    facts["abilities"] = tuple((scores | dict(brief.abilities)).items())
    if brief.traits:
        facts["traits"] = _with_traits(person.traits, brief.traits)
    if facts.get("age") or facts.get("years"):
        facts = {"age": None, "years": None} | facts
    left = [word for word in shown_words(understood(text)) if not asks_nothing(word)]
    return replace(asked, **facts), tuple(dict.fromkeys(left))


_PLAIN: Final = (
    "name", "race", "character_class", "level", "occupation", "gender", "alignment", "home", "age", "years", "notes",
)  # fmt: skip


def _said_plainly(brief: NpcBrief) -> dict[str, Any]:
    return {name: value for name in _PLAIN if (value := getattr(brief, name)) not in (None, ())}


def _take(pattern: re.Pattern[str], text: str, note: Callable[[re.Match[str]], Any]) -> str:
    """The text without what the pattern finds first, which is noted."""
    match = pattern.search(text.lower())
    if match is None:
        return text
    note(match)
    return f"{text[: match.start()]} {text[match.end() :]}"


def _other_name(person: Npc) -> str:
    rng = stream(person.seed, "another name", GENERATOR, person.name)
    names = (make_name(person.race, person.gender, rng) for _ in range(20))
    return next((name for name in names if name != person.name), person.name)


def _other_age(match: re.Match[str], person: Npc) -> dict[str, Any]:
    """A stage on or back, two for "much", within the stage for "a bit"; never beyond a life."""
    way = -1 if match["way"] == "younger" else 1
    if match["few"]:
        return {"years": aged_by(person.life, person.age.years, way)}
    at = ages.STAGES.index(person.age.stage)
    reached = max(0, min(len(ages.STAGES) - 1, at + way * (2 if match["much"] else 1)))
    if reached == at:
        return {"years": aged_by(person.life, person.age.years, way)}
    return {"age": ages.STAGES[reached]}


def _other_level(match: re.Match[str], person: Npc) -> int:
    if match["count"]:
        count = int(match["count"]) if match["count"].isdecimal() else _COUNTS[match["count"]]
        by = count if match["way"] in ("higher", "more") else -count
    else:
        by = _STEP if match["up"] else -_STEP
    return max(1, min(MAX_LEVEL, person.level + by))


def _other_score(word: str, person: Npc) -> dict[str, str]:
    """A score two higher or lower; more than 18 only where it was more already."""
    name, by = _SCORE_WORDS[word]
    score = getattr(person.abilities, name)
    if by > 0 and score >= HIGHEST - 1:
        return {}
    return {name: str(max(LOWEST, min(HIGHEST - 1, score + by)))}


def _with_traits(had: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """The new ones behind those they do not contradict; a way of speaking or wanting takes the place of another."""
    lines = {BY_WORD[word].line for word in new} - {"look"}
    against = {other for word in new for other in OPPOSED.get(word, ())}
    kept = [word for word in had if word not in against and BY_WORD[word].line not in lines]
    return tuple(dict.fromkeys([*kept, *new]))[-MAX_TRAITS:]


def _differences(before: Npc, after: Npc) -> list[Difference]:
    return [
        one
        for name, (was, now) in {
            "name": (before.name, after.name),
            "race": (before.race, after.race),
            "gender": (before.gender, after.gender),
            "class": (before.character_class, after.character_class),
            "level": (before.level, after.level),
            "occupation": (before.occupation, after.occupation),
            "alignment": (before.alignment, after.alignment),
            "age": (before.age.shown, after.age.shown),
            "home": (before.home, after.home),
            "traits": (", ".join(before.traits), ", ".join(after.traits)),
            **{
                ability: (before.abilities.as_written()[ability], after.abilities.as_written()[ability])
                for ability in rules.ABILITIES
            },
            "hp": (before.hp, after.hp),
            "ac": (before.ac, after.ac),
        }.items()
        if (one := difference(name, was, now))
    ]
