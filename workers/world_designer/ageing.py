"""How old a person is, and what the years have done to the scores."""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import rules
from rules.ageing import Ageing
from workers.world_designer.prose import with_articles
from workers.world_designer.stats import LOWEST, Abilities, rules_race
from workers.world_designer.vocabulary.ages import STAGES

_STARTS: Final = {"middle-aged": "middle_age", "old": "old_age", "venerable": "venerable_age"}
_MOST_BY_AGE: Final = 18
"""Years make nobody wiser than a person can be rolled."""


@dataclass(frozen=True, slots=True)
class Age:
    """An age, and what it did.

    Attributes:
        years: Counted by the race's own life.
        stage: One of `STAGES`.
        changes: What was applied to the scores, by ability.
        kept: Scores that a minimum kept from falling as far as the table says, in sentences.
        rule: What the rules library says of the age.
    """

    years: int
    stage: str
    changes: Mapping[str, int]
    kept: tuple[str, ...]
    rule: Ageing

    @property
    def shown(self) -> str:
        """Such as `68 (old)`."""
        return f"{self.years} ({self.stage})"

    def as_json(self) -> dict[str, Any]:
        """What was applied, and where it comes from."""
        parts = rules.plain(self.rule.breakdown)
        return {"stage": self.stage, "changes": dict(self.changes), "kept": list(self.kept), "breakdown": parts}


@dataclass(frozen=True, slots=True)
class Span:
    """The years of a race for one person: when each stage begins, and when life ends.

    Drawn once, so that whoever is made older stays the same person on the same way through life.
    """

    starts: Mapping[str, int]
    end: int
    part: float
    """How far into the stage, from 0 to 1."""

    def years(self, stage: str) -> int:
        """The age in a stage."""
        last = STAGES[-1]
        end = self.end if stage == last else self.starts[STAGES[STAGES.index(stage) + 1]] - 1
        return self.starts[stage] + int(self.part * (end - self.starts[stage] + 1))

    def stage(self, years: int) -> str:
        """The stage in which somebody of that age is; the youngest for a child."""
        return next((stage for stage in reversed(STAGES) if years >= self.starts[stage]), STAGES[0])

    @property
    def youngest(self) -> int:
        """The age at which somebody of the race is first met."""
        return self.starts[STAGES[0]]


def span_of(race: str, rng: random.Random) -> Span:
    """Draw a life of the race; a people without a line in the tables lives as humans do.

    Source: Player's Handbook, tables 11 and 12.
    """
    key = rules_race(race) or "human"
    starting, end, part = rules.roll_starting_age(key, rng), rules.roll_maximum_age(key, rng), rng.random()
    line = rules.ageing(key, starting)
    # The first quarter of the years before the middle is youth.
    grown = starting + max(1, (line.middle_age - starting) // 4)
    starts = {"young": starting, "adult": grown} | {name: int(getattr(line, key)) for name, key in _STARTS.items()}
    return Span(starts, end, part)


def aged_by(life: Span, years: int, way: int) -> int:
    """Some years more (`way` 1) or less (-1): a quarter of the stage, and never beyond the life."""
    stage = life.stage(years)
    last = STAGES[-1]
    end = life.end if stage == last else life.starts[STAGES[STAGES.index(stage) + 1]]
    by = max(1, (end - life.starts[stage]) // 4)
    return max(life.youngest, min(life.end, years + way * by))


def aged(
    abilities: Abilities, race: str, character_class: str, stage: str, years: int, *, asked: Collection[str] = ()
) -> tuple[Abilities, Age]:
    """The scores at an age; none falls below the least that class and race ask for.

    Args:
        abilities: As they were rolled for a grown person.
        race: A key of `peoples.BY_KEY`.
        character_class: A class of the rules library.
        stage: One of `STAGES`, in which the years lie.
        years: The age.
        asked: Abilities whose scores were asked for as they are: years do nothing to them.

    Source: Player's Handbook, table 12.
    """
    rule = rules.ageing(rules_race(race) or "human", years)
    least = _least(race, character_class)
    changes, kept = {}, []
    for name, change in sorted(rule.changes.items(), key=lambda one: rules.ABILITIES.index(one[0])):
        if name in asked:
            continue
        score = getattr(abilities, name)
        wanted = min(score + change, max(score, _MOST_BY_AGE))
        reached = max(wanted, min(score, least.get(name, LOWEST)))
        if reached != score:
            changes[name] = reached - score
        if reached > wanted:
            who = with_articles(f"a {race} {character_class}")
            kept.append(f"Age leaves {name.capitalize()} at {reached}: {who} has no less.")
    scores = {name: getattr(abilities, name) + change for name, change in changes.items()}
    percent = abilities.strength_percent if "strength" not in changes else None
    return replace(abilities, **scores, strength_percent=percent), Age(years, stage, changes, tuple(kept), rule)


def _least(race: str, character_class: str) -> dict[str, int]:
    """The minimums of the class, and those of the race after its adjustments."""
    book = rules.default_rulebook()
    least = dict(book.table("classes").find(character_class)["minimums"])
    key = rules_race(race)
    if key is not None:
        adjusted = book.table("races").find(key)["adjustments"]
        for name, score in book.table("racial_requirements").find(key)["minimums"].items():
            least[name] = max(least.get(name, LOWEST), score + adjusted.get(name, 0))
    return least
