"""How far a race can rise in a class."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.characters import read_classes, read_race, require_ability, spoken
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, sources_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelLimit(Result):
    """The highest level of a race in a class. `limit` is None when there is none, or when the class is closed.

    With several classes it is the lowest of the limits, and `by_class` has each; closed classes are not in it.
    """

    race: str
    character_class: str
    open: bool
    limit: int | None
    by_class: dict[str, int | None]


def class_level_limit(
    race: str, character_class: str, *, scores: Mapping[str, int] | None = None, book: Rulebook | None = None
) -> LevelLimit:
    """The highest level a character of this race can reach.

    Args:
        race: A race or alias.
        character_class: A class or alias; `fighter/mage` for a multi-class character.
        scores: Ability scores by name, to use the optional levels for high prime requisites.
        book: The tables; those of this package when None.

    Raises:
        RuleError: Race or class is not in the rule base.

    Source: Dungeon Master Guide, tables 7 and 8.
    """
    book = book or default_rulebook()
    race_name, names = read_race(race, book), read_classes(character_class, book)
    table = book.table("racial_level_limits")
    by_class, parts = {}, []
    for name in names:
        if not table.covers(race_name, name):
            parts.append(Part(f"{spoken(race_name)} {name}", "closed", table.source))
            continue
        limit = table.value(race_name, name)
        parts.append(Part(f"{spoken(race_name)} {name}", "unlimited" if limit is None else limit, table.source))
        more = 0 if limit is None or scores is None else _more_levels(name, scores, book)
        if more:
            parts.append(Part("levels for the prime requisites", more, book.table("level_limit_bonus").source))
        by_class[name] = None if limit is None else limit + more
    limited = [limit for limit in by_class.values() if limit is not None]
    return LevelLimit(
        race=race_name,
        character_class="/".join(names),
        open=len(by_class) == len(names),
        limit=min(limited, default=None),
        by_class=by_class,
        breakdown=tuple(parts),
        source=sources_of(*parts),
        assumptions=("Level limits are the standard rule; the Dungeon Master may lift them.",) if limited else (),
    )


def _more_levels(name: str, scores: Mapping[str, int], book: Rulebook) -> int:
    """The optional levels: all prime requisites must reach the score."""
    needed = book.table("prime_requisites").find(name)["abilities"]
    if not all(ability in scores for ability in needed):
        return 0
    lowest = min(require_ability(scores[ability], ability) for ability in needed)
    return int(book.table("level_limit_bonus").value(at=lowest))
